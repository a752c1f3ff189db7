"""Zones that a resource stretches over."""

from policy.resource import Key, Resource
from policy.stack import Stack


def zones(resource: Resource, stack: Stack, *path: Key) -> int:
    """How many zones the subnets at a path lie in.

    Subnets of this stack tell their zone; of others nothing is known but that there are several.
    """
    subnets = stack.referred(resource, str(path[0]), "ec2:Subnet")
    if subnets:
        return len({subnet.get("availabilityZone") or subnet.urn for subnet in subnets})
    return len(set(resource.get(*path) or ()))
