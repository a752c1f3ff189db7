"""The rules as policies of a Pulumi policy pack.

Every rule looks at the stack as a whole: what the settings say of exceptions and the environment, and what most rules
are about, stands in other resources than the one judged. Pulumi runs such policies in every preview, that of
`pulumi up` included, and again after an update.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    PolicyResource,
    ReportViolation,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from policy.judgement import Judgement, judge
from policy.resource import UNKNOWN, Resource
from policy.rule import Rule
from policy.rules import RULES
from policy.stack import Stack

EXCEPTIONS, UNJUDGED = "tap-exceptions", "tap-unjudged"


def policies(rules: Sequence[Rule] = RULES) -> list[StackValidationPolicy]:
    """A policy for each rule, one that lists the exceptions in force, and one that lists what was not judged."""
    told: list[StackValidationPolicy] = [_policy(rule) for rule in rules]
    return [
        *told,
        StackValidationPolicy(
            name=EXCEPTIONS,
            description="Exceptions that the settings state, with their reasons.",
            enforcement_level=EnforcementLevel.ADVISORY,
            validate=_telling(rules, _tell_exceptions),
        ),
        StackValidationPolicy(
            name=UNJUDGED,
            description="Rules that cannot be judged before the update.",
            enforcement_level=EnforcementLevel.ADVISORY,
            validate=_telling(rules, _tell_unjudged),
        ),
    ]


def stack_of(args: StackValidationArgs) -> Stack:
    """The stack that a policy is asked about, as rules look at it."""
    return Stack(map(_resource, args.resources))


def _policy(rule: Rule) -> StackValidationPolicy:
    def tell(judgement: Judgement, report: ReportViolation) -> None:
        for found in judgement.violations:
            report(f"{found.resource.name} {found.message}. {rule.remedy}", found.resource.urn)

    return StackValidationPolicy(
        name=rule.id,
        description=rule.title,
        enforcement_level=EnforcementLevel(rule.severity),
        validate=_telling([rule], tell),
        remediation_steps=rule.remedy,
        url=rule.document,
    )


def _telling(
    rules: Sequence[Rule], tell: Callable[[Judgement, ReportViolation], None]
) -> Callable[[StackValidationArgs, ReportViolation], None]:
    def validate(args: StackValidationArgs, report_violation: ReportViolation) -> None:
        tell(judge(stack_of(args), rules, preview=pulumi.runtime.is_dry_run()), report_violation)

    return validate


def _tell_exceptions(judgement: Judgement, report: ReportViolation) -> None:
    for found in judgement.excused:
        report(f"{found.rule.id}: {found.resource.name} {found.message}: {found.reason}", found.resource.urn)
    for idle in judgement.idle:
        report(f"{idle.rule}: the exception for {idle.resource} excuses nothing. Remove it.", None)


def _tell_unjudged(judgement: Judgement, report: ReportViolation) -> None:
    for found in judgement.unjudged:
        report(f"{found.rule.id}: {found.resource.name} {found.message}", found.resource.urn)


def _resource(found: PolicyResource) -> Resource:
    return Resource(
        urn=found.urn,
        type=found.resource_type,
        name=found.name,
        properties=_Properties(found.props),
        references={key: [each.urn for each in urns] for key, urns in found.property_dependencies.items()},
        parent=found.parent.urn if found.parent else "",
    )


class _Properties(Mapping[str, Any]):
    """Properties as plain data, each when it is asked for: Pulumi asks every policy anew, and most look at few."""

    def __init__(self, props: Mapping[str, Any]) -> None:
        self._props = props

    def __getitem__(self, key: str) -> Any:
        return _item(self._props, key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._props)

    def __len__(self) -> int:
        return len(self._props)


def _known(value: Any) -> Any:
    """A value as plain data: the SDK's raises where something in it is unknown."""
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, Any]", value)
        return {key: _item(mapping, key) for key in mapping}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        sequence = cast("Sequence[Any]", value)
        return [_item(sequence, index) for index in range(len(sequence))]
    # Every number comes over the wire as one with a fraction.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _item(value: Any, key: Any) -> Any:
    try:
        return _known(value[key])
    except UnknownValueError:
        return UNKNOWN
