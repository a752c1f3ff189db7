"""Rules: what every resource of some kind has to be, where that is written, and what to do where it is not."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from policy.resource import Key, Resource, dotted
from policy.stack import Stack

Severity = Literal["mandatory", "advisory"]
# What is wrong with a resource, a line each: the beginning of a sentence about it, such as "has no flow log".
Check = Callable[[Resource, Stack], Iterable[str]]

SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide/{}-controls.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A security rule.

    Args:
        id: id of the control: Security Hub's, else checkov's or prowler's, else one of our own, `tap-…`.
        title: what has to hold, as a sentence.
        kinds: kinds of resources that it looks at, such as `ec2:Vpc`.
        check: what is wrong with one of them.
        remedy: what to do.
        document: address of the AWS document.
        also: ids of the same rule elsewhere.
        severity: mandatory ones fail a preview and a build.
        production: holds in production only.
    """

    id: str
    title: str
    kinds: Sequence[str]
    check: Check
    remedy: str
    document: str
    also: Sequence[str] = ()
    severity: Severity = "mandatory"
    production: bool = False


def control(id_: str) -> str:
    """The address of a Security Hub control, such as `EC2.6`."""
    service, _, number = id_.lower().partition(".")
    return f"{SECURITY_HUB.format(service)}#{service}-{number}"


def is_set(*path: Key) -> Check:
    """The check that there is a value at a path."""

    def check(resource: Resource, _: Stack) -> Iterable[str]:
        if not resource.get(*path):
            yield f"has no {dotted(path)}"

    return check


def equals(wanted: Any, *path: Key) -> Check:
    """The check that the value at a path is this one."""

    def check(resource: Resource, _: Stack) -> Iterable[str]:
        found = resource.get(*path)
        if found != wanted:
            yield f"has {dotted(path)} {told(found)}, not {told(wanted)}"

    return check


def at_least(least: int, *path: Key) -> Check:
    """The check that the number at a path is not below this one."""

    def check(resource: Resource, _: Stack) -> Iterable[str]:
        found = resource.get(*path)
        if not isinstance(found, int | float) or found < least:
            yield f"has {dotted(path)} {told(found)}, less than {least}"

    return check


def told(value: Any) -> str:
    """A value of a setting as one writes it; nothing longer than a setting, so that no secret ever shows."""
    if value is None:
        return "unset"
    return str(value).lower() if isinstance(value, bool | int | float) else repr(value)
