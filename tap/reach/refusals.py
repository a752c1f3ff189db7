"""Refusals: forms in which a Plan may say things that reach doesn't read. Better no answer than a wrong one."""

from collections.abc import Mapping, Sequence

from tap.plan import Resource
from tap.reach.estate import ReachError

# What would change the walk.
UNREAD = (
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
    "aws:ec2/defaultRouteTable:DefaultRouteTable",
    "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
    "aws:ec2/securityGroupRule:SecurityGroupRule",
)
INLINE = {
    "aws:ec2/securityGroup:SecurityGroup": ("ingress", "egress"),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ("ingress", "egress"),
    "aws:ec2/networkAcl:NetworkAcl": ("ingress", "egress", "subnetIds"),
    "aws:ec2/routeTable:RouteTable": ("routes",),
}


def refuse_unread(by_type: Mapping[str, Sequence[Resource]]) -> None:
    """Refuse what isn't read.

    Raises:
        ReachError: names the first such resource.
    """
    for type_ in UNREAD:
        for resource in by_type.get(type_, ()):
            raise ReachError(f"{resource.name} is a {type_.rsplit(':', 1)[-1]}, which reach doesn't read.")
    for type_, keys in INLINE.items():
        for resource in by_type.get(type_, ()):
            for key in keys:
                if resource.inputs.get(key):
                    raise ReachError(f"{resource.name} says its {key} inline, where reach doesn't read them.")
