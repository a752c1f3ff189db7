"""All resources of one program, with what leads from one to another."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, cast

from policy.resource import Resource

TAP_STACK = "tap:stack:TapStack"
PRODUCTION = ("prod", "production")


@dataclass(frozen=True, slots=True)
class Exemption:
    """An exception that the settings state: a rule that need not hold for resources of these names, and why.

    Args:
        rule: id of the rule.
        resource: logical name, or a pattern with `*` and `?`.
        reason: why the rule need not hold.
    """

    rule: str
    resource: str
    reason: str

    def excuses(self, rule: str, name: str) -> bool:
        """Whether it lets a resource of that name break that rule."""
        return rule == self.rule and fnmatchcase(name, self.resource)


class Stack:
    """The resources of one program.

    What the settings say (the environment, and exceptions from rules) is read from the outputs of each TapStack, and
    holds for the resources below it. What belongs to none is judged by the only TapStack there is, else as production
    without exceptions.

    Args:
        resources: all of them, in any order.
    """

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = tuple(sorted(resources, key=lambda resource: resource.urn))
        self._by_urn = {resource.urn: resource for resource in self.resources}
        self._by_kind: dict[str, list[Resource]] = {}
        self._referring: dict[tuple[str, str], list[Resource]] = {}
        for resource in self.resources:
            kind = resource.kind
            self._by_kind.setdefault(kind, []).append(resource)
            for urn in {urn for urns in resource.references.values() for urn in urns}:
                self._referring.setdefault((urn, kind), []).append(resource)
        self._exemptions = {stack.urn: tuple(_exemptions(stack)) for stack in self.of(TAP_STACK)}

    def of(self, *kinds: str) -> Iterator[Resource]:
        """Resources of these kinds, by URN."""
        return (resource for kind in kinds for resource in self._by_kind.get(kind, ()))

    def referring(self, resource: Resource, kind: str, *properties: str) -> list[Resource]:
        """Resources of a kind whose property, one of these, comes from `resource`."""
        return [
            user
            for user in self._referring.get((resource.urn, kind), ())
            if any(resource.urn in user.references.get(key, ()) for key in properties)
        ]

    def referred(self, resource: Resource, key: str, *kinds: str) -> list[Resource]:
        """Resources of these kinds that a property of `resource` comes from."""
        found = (self._by_urn.get(urn) for urn in dict.fromkeys(resource.references.get(key, ())))
        return [each for each in found if each is not None and each.kind in kinds]

    def is_production(self, resource: Resource) -> bool:
        """Whether the resource belongs to a production environment, or may do so for all that is known."""
        home = self._home(resource)
        environment = None if home is None else home.properties.get("environment")
        return not isinstance(environment, str) or environment in PRODUCTION

    @property
    def exemptions(self) -> tuple[Exemption, ...]:
        """Every exception that the settings state."""
        return tuple(dict.fromkeys(each for stated in self._exemptions.values() for each in stated))

    def exemption(self, rule: str, resource: Resource) -> Exemption | None:
        """The exception that lets a resource break a rule; None where there is none."""
        home = self._home(resource)
        stated = () if home is None else self._exemptions[home.urn]
        return next((each for each in stated if each.excuses(rule, resource.name)), None)

    def _home(self, resource: Resource) -> Resource | None:
        """The TapStack whose settings the resource is judged by."""
        at: Resource | None = resource
        while at is not None and at.kind != TAP_STACK:
            at = self._by_urn.get(at.parent)
        stacks = self._by_kind.get(TAP_STACK, [])
        return at or (stacks[0] if len(stacks) == 1 else None)


def _exemptions(stack: Resource) -> Iterator[Exemption]:
    exceptions = stack.properties.get("policy_exceptions")
    for stated in cast("list[Mapping[str, Any]]", exceptions if isinstance(exceptions, list) else []):
        yield Exemption(str(stated["rule"]), str(stated["resource"]), str(stated["reason"]))
