"""Rules on networks: VPCs, subnets, ACLs and endpoints."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from policy.ports import covers, is_world
from policy.resource import Resource
from policy.rule import Rule, control
from policy.stack import Stack
from policy.statement import statements

LOGINS = (22, 3389)
DENIAL = "deny"


def _default_group_is_empty(resource: Resource, stack: Stack) -> Iterable[str]:
    if resource.kind == "ec2:Vpc":
        if not stack.referring(resource, "ec2:DefaultSecurityGroup", "vpcId"):
            yield "has a default security group that nothing empties"
        return
    for side in ("ingress", "egress"):
        if resource.all(side):
            yield f"has {side} rules"


def _traffic_is_logged(vpc: Resource, stack: Stack) -> Iterable[str]:
    logs = stack.referring(vpc, "ec2:FlowLog", "vpcId")
    if not any(log.get("trafficType") == "ALL" for log in logs):
        yield "has no flow log of ALL traffic"


def _subnet_gives_no_public_address(subnet: Resource, _: Stack) -> Iterable[str]:
    if subnet.get("mapPublicIpOnLaunch"):
        yield "gives whatever starts in it a public address"


@dataclass(frozen=True, slots=True)
class _Entry:
    """An ACL entry: its number, what it does, and whom it is about."""

    number: int
    action: str
    protocol: str
    first: Any
    last: Any
    blocks: tuple[str, ...]

    def decides(self, port: int, *, for_all: bool) -> bool:
        """Whether it says something on a TCP port: for the whole world, or for as much as counts as the world."""
        everybody = {"0.0.0.0/0", "::/0"}
        about = any(block in everybody if for_all else is_world(block) for block in self.blocks)
        return about and covers(self.protocol, self.first, self.last, port)


def _entries(acl: Resource, stack: Stack) -> Iterator[_Entry]:
    for part in acl.all("ingress"):
        yield _Entry(
            number=part.get("ruleNo"),
            action=str(part.get("action")).lower(),
            protocol=str(part.get("protocol")),
            first=part.get("fromPort"),
            last=part.get("toPort"),
            blocks=tuple(filter(None, (part.get("cidrBlock"), part.get("ipv6CidrBlock")))),
        )
    for rule in stack.referring(acl, "ec2:NetworkAclRule", "networkAclId"):
        if not rule.get("egress"):
            yield _Entry(
                number=rule.get("ruleNumber"),
                action=str(rule.get("ruleAction")).lower(),
                protocol=str(rule.get("protocol")),
                first=rule.get("fromPort"),
                last=rule.get("toPort"),
                blocks=tuple(filter(None, (rule.get("cidrBlock"), rule.get("ipv6CidrBlock")))),
            )


def _logins_are_denied(acl: Resource, stack: Stack) -> Iterable[str]:
    """The first entry that applies decides, so a denial helps only below every entry that lets the world in."""
    entries = sorted(_entries(acl, stack), key=lambda entry: entry.number)
    for port in LOGINS:
        for family in (".", ":"):
            for entry in entries:
                own = tuple(block for block in entry.blocks if family in block)
                mine = _Entry(entry.number, entry.action, entry.protocol, entry.first, entry.last, own)
                # A denial has to be for everybody to settle the matter.
                if mine.decides(port, for_all=entry.action == DENIAL):
                    if entry.action != DENIAL:
                        yield f"lets the world in on port {port} by entry {entry.number}"
                    break


def _endpoint_is_scoped(endpoint: Resource, _: Stack) -> Iterable[str]:
    if endpoint.get("vpcEndpointType") not in (None, "", "Gateway", "Interface"):
        return
    if not endpoint.get("policy"):
        yield "has the default policy, which lets everybody do anything with any account's resources"
    for statement in statements(endpoint, "policy"):
        if statement.is_open and "*" in statement.actions and "*" in statement.resources:
            yield "has a policy that lets everybody do anything with any account's resources"


RULES = (
    Rule(
        id="EC2.2",
        title="Default security groups let nothing through.",
        kinds=("ec2:Vpc", "ec2:DefaultSecurityGroup"),
        check=_default_group_is_empty,
        remedy="Adopt the VPC's default group as a DefaultSecurityGroup without rules.",
        document=control("EC2.2"),
        also=("CKV2_AWS_12", "ec2_securitygroup_default_restrict_traffic"),
    ),
    Rule(
        id="EC2.6",
        title="Every VPC has a flow log of all traffic.",
        kinds=("ec2:Vpc",),
        check=_traffic_is_logged,
        remedy="Make a FlowLog of the VPC with trafficType ALL: flow_logs of a network does.",
        document=control("EC2.6"),
        also=("CKV2_AWS_11", "vpc_flow_logs_enabled"),
    ),
    Rule(
        id="EC2.15",
        title="Subnets give no public addresses by themselves.",
        kinds=("ec2:Subnet",),
        check=_subnet_gives_no_public_address,
        remedy="Set mapPublicIpOnLaunch to false; load balancers and NAT gateways bring their own addresses.",
        document=control("EC2.15"),
        also=("CKV_AWS_130", "vpc_subnet_no_public_ip_by_default"),
    ),
    Rule(
        id="EC2.21",
        title="ACLs let nobody in from the world on ports 22 and 3389.",
        kinds=("ec2:NetworkAcl", "ec2:DefaultNetworkAcl"),
        check=_logins_are_denied,
        remedy="Deny both ports for 0.0.0.0/0 below every number that allows a range around them.",
        document=control("EC2.21"),
        also=("CKV_AWS_231", "CKV_AWS_232", "ec2_networkacl_allow_ingress_tcp_port_22"),
    ),
    Rule(
        id="tap-endpoint-policy",
        title="Endpoint policies say who may reach what.",
        kinds=("ec2:VpcEndpoint",),
        check=_endpoint_is_scoped,
        remedy="Give the endpoint a policy bound to this account's principals or resources.",
        document="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
    ),
)
