"""What the rules say about a stack."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policy.resource import NotKnownError, Resource
from policy.rule import Rule
from policy.stack import Exemption, Stack


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says about one resource.

    Args:
        rule: the rule.
        resource: the resource.
        message: what is wrong, as the rest of a sentence about the resource.
        reason: why it need not hold, where the settings state an exception.
    """

    rule: Rule
    resource: Resource
    message: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say about a stack.

    Args:
        violations: what breaks a rule, and no exception excuses.
        excused: what breaks a rule by an exception.
        unjudged: what a rule could not judge, since a preview does not know the value yet.
        idle: exceptions that excuse nothing.
    """

    violations: tuple[Finding, ...]
    excused: tuple[Finding, ...]
    unjudged: tuple[Finding, ...]
    idle: tuple[Exemption, ...]

    @property
    def mandatory(self) -> tuple[Finding, ...]:
        """The violations of mandatory rules: they fail the run."""
        return tuple(finding for finding in self.violations if finding.rule.severity == "mandatory")


def judge(stack: Stack, rules: Sequence[Rule], *, preview: bool) -> Judgement:
    """Hold a stack against rules.

    Args:
        stack: the stack.
        rules: the rules.
        preview: whether values may be unknown because nothing has been made yet. What a rule cannot judge for that is
            told as unjudged; the update judges it. Outside a preview it breaks the rule.
    """
    violations: list[Finding] = []
    excused: list[Finding] = []
    unjudged: list[Finding] = []
    used: set[Exemption] = set()
    for rule in rules:
        for resource in stack.of(*rule.kinds):
            if rule.production and not stack.is_production(resource):
                continue
            found, unknown = _messages(rule, resource, stack)
            exemption = stack.exemption(rule.id, resource) if found or unknown else None
            if exemption is not None:
                used.add(exemption)
                excused += [Finding(rule, resource, message, exemption.reason) for message in (*found, *unknown)]
                continue
            violations += [Finding(rule, resource, message) for message in found]
            (unjudged if preview else violations).extend(Finding(rule, resource, message) for message in unknown)
    idle = tuple(each for each in stack.exemptions if each not in used)
    return Judgement(tuple(violations), tuple(excused), tuple(unjudged), idle)


def _messages(rule: Rule, resource: Resource, stack: Stack) -> tuple[Iterable[str], Iterable[str]]:
    """What is wrong with a resource, and what can't be said about it."""
    found: list[str] = []
    try:
        for message in rule.check(resource, stack):
            found.append(message)  # noqa: PERF402 - what was found before an unknown value counts
    except NotKnownError as error:
        return found, [f"cannot be judged: {error}"]
    return found, []
