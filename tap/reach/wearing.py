"""Wearing: which resources wear which security groups, in which subnets."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any, cast

from tap.plan import Resource
from tap.reach.estate import Worn

# What holds groups or subnets for others, which name it.
HOLDERS = (":SubnetGroup", ":LaunchTemplate")
PUBLIC_ADDRESS = ("assignPublicIp", "associatePublicIpAddress", "publiclyAccessible")
NEVER_PUBLIC = ("aws:ec2/vpcEndpoint:VpcEndpoint", "aws:lambda/function:Function")


def worn(resources: Sequence[Resource], groups: Set[str], subnets: Set[str]) -> Iterator[Worn]:
    """What wears security groups: whatever names groups and subnets, by itself or by what holds them for it.

    Args:
        resources: all resources of a Plan.
        groups: ids of its security groups.
        subnets: ids of its subnets.
    """
    held = {str(each.id): list(_entries(each.inputs)) for each in resources if each.type.endswith(HOLDERS)}
    for resource in resources:
        if resource.custom and str(resource.id) not in held:
            entries = list(_entries(resource.inputs))
            for name in _texts(entries) & held.keys():
                entries += held[name]
            texts = _texts(entries)
            if (wearing := texts & groups) and (inside := texts & subnets):
                yield Worn(frozenset(wearing), frozenset(inside), _public(resource, entries))


def _public(resource: Resource, entries: Sequence[tuple[str, Any]]) -> bool | None:
    """Whether it has a public address; None where that is its subnet's to say."""
    if resource.type.endswith(":LoadBalancer"):
        return not resource.inputs.get("internal")
    if resource.type in NEVER_PUBLIC:
        return False
    # A launch template says it as a text.
    said = [value in (True, "true") for key, value in entries if key in PUBLIC_ADDRESS]
    return any(said) if said else None


def _entries(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key of nested inputs with its value; what a list holds under the empty key."""
    inner: list[tuple[str, Any]] = []
    if isinstance(value, Mapping):
        inner = list(cast("Mapping[str, Any]", value).items())
    elif isinstance(value, list | tuple):
        inner = [("", each) for each in cast("Sequence[Any]", value)]
    for key, each in inner:
        yield key, each
        yield from _entries(each)


def _texts(entries: Sequence[tuple[str, Any]]) -> set[str]:
    return {value for _, value in entries if isinstance(value, str)}
