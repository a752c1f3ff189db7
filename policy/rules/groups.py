"""Rules on security groups: who gets in, what gets out, and that each rule says why."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from policy.ports import ALL_PROTOCOLS, covers, is_world
from policy.resource import Part, Resource
from policy.rule import Check, Rule, control
from policy.stack import Stack

INGRESS, EGRESS = "vpc:SecurityGroupIngressRule", "vpc:SecurityGroupEgressRule"
GROUP, RULE = "ec2:SecurityGroup", "ec2:SecurityGroupRule"
HTTPS, HTTP = 443, 80
# Protocols without ports, which no control is about; what tells a sender that its packets are too large is one.
ECHO = ("icmp", "icmpv6", "1", "58")
# https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19
HIGH_RISK = (
    *(20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601),
    *(8080, 8088, 8888, 9200, 9300),
)
# What the provider writes where nobody described anything.
UNDESCRIBED = ("", "Managed by Pulumi", "Managed by Terraform")
# Properties by which something wears a group.
WORN_BY = ("securityGroups", "securityGroupIds", "vpcSecurityGroupIds", "networkConfiguration", "vpcConfig")
WEARERS = (
    *("ec2:Instance", "ec2:LaunchTemplate", "ec2:NetworkInterface", "ec2:VpcEndpoint", "ecs:Service"),
    *("elasticache:ReplicationGroup", "lambda:Function", "lb:LoadBalancer", "rds:Cluster"),
)


@dataclass(frozen=True, slots=True)
class _Way:
    """What one rule lets through."""

    protocol: str
    first: Any
    last: Any
    blocks: tuple[str, ...]
    description: Any
    group: Resource | None

    @property
    def open_to_world(self) -> bool:
        return any(is_world(block) for block in self.blocks)

    def lets(self, port: int) -> bool:
        return self.open_to_world and covers(self.protocol, self.first, self.last, port)


def _ways(resource: Resource, stack: Stack, side: str) -> Iterator[_Way]:
    """What a resource lets through on one side, `ingress` or `egress`, however it is written."""
    group = resource if resource.kind == GROUP else next(iter(stack.referred(resource, "securityGroupId", GROUP)), None)
    parts: list[Resource | Part] = []
    if resource.kind == GROUP:
        parts += resource.all(side)
    elif resource.kind == (INGRESS if side == "ingress" else EGRESS) or (
        resource.kind == RULE and resource.get("type") == side
    ):
        parts.append(resource)
    for part in parts:
        blocks = [*(part.get("cidrBlocks") or ()), *(part.get("ipv6CidrBlocks") or ())]
        yield _Way(
            protocol=str(part.get("ipProtocol") or part.get("protocol")),
            first=part.get("fromPort"),
            last=part.get("toPort"),
            blocks=tuple(filter(None, (*blocks, part.get("cidrIpv4"), part.get("cidrIpv6")))),
            description=part.get("description"),
            group=group,
        )


def _closed(*ports: int) -> Check:
    def check(resource: Resource, stack: Stack) -> Iterable[str]:
        for way in _ways(resource, stack, "ingress"):
            if let := [str(port) for port in ports if way.lets(port)]:
                yield f"lets the world in on port {', '.join(let)}"

    return check


def _only_https_is_open(resource: Resource, stack: Stack) -> Iterable[str]:
    for way in _ways(resource, stack, "ingress"):
        if not way.open_to_world or way.protocol.lower() in ECHO:
            continue
        exactly: Callable[[int], bool] = lambda port, way=way: (way.first, way.last) == (port, port)  # noqa: E731
        named = way.protocol.lower() not in ALL_PROTOCOLS
        if named and (exactly(HTTPS) or (exactly(HTTP) and _redirects(way.group, stack))):
            continue
        what = f"{way.protocol} {way.first}-{way.last}" if named else "every protocol"
        yield f"lets the world in on {what}"


def _redirects(group: Resource | None, stack: Stack) -> bool:
    """Whether port 80 behind a group leads to HTTPS only: load balancers alone wear it, and redirect."""
    if group is None:
        return False
    wearers = [user for kind in WEARERS for user in stack.referring(group, kind, *WORN_BY)]
    listeners = [listener for user in wearers for listener in stack.referring(user, "lb:Listener", "loadBalancerArn")]
    return all(user.kind == "lb:LoadBalancer" for user in wearers) and all(
        action.get("type") == "redirect"
        for listener in listeners
        if listener.get("port") == HTTP
        for action in listener.all("defaultActions")
    )


def _egress_is_named(resource: Resource, stack: Stack) -> Iterable[str]:
    for way in _ways(resource, stack, "egress"):
        if way.open_to_world and way.protocol.lower() in ALL_PROTOCOLS:
            yield "lets everything out to the world"


def _is_described(resource: Resource, stack: Stack) -> Iterable[str]:
    if resource.kind == GROUP and (resource.get("description") or "") in UNDESCRIBED:
        yield "has no description"
    for side in ("ingress", "egress"):
        for way in _ways(resource, stack, side):
            if (way.description or "") in UNDESCRIBED:
                yield f"has no description of its {side} {way.protocol} {way.first}-{way.last}"


RULES = (
    Rule(
        id="EC2.13",
        title="No security group lets the world in on port 22.",
        kinds=(GROUP, INGRESS, RULE),
        check=_closed(22),
        remedy="Use Session Manager, or grant the port to named blocks.",
        document=control("EC2.13"),
        also=("CKV_AWS_24", "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22"),
    ),
    Rule(
        id="EC2.14",
        title="No security group lets the world in on port 3389.",
        kinds=(GROUP, INGRESS, RULE),
        check=_closed(3389),
        remedy="Use Session Manager, or grant the port to named blocks.",
        document=control("EC2.14"),
        also=("CKV_AWS_25", "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_3389"),
    ),
    Rule(
        id="EC2.18",
        title="Security groups let the world in on 443 alone, and on 80 only to be redirected.",
        kinds=(GROUP, INGRESS, RULE),
        check=_only_https_is_open,
        remedy="Grant the port to named blocks or groups; on 80, redirect to HTTPS.",
        document=control("EC2.18"),
        also=("CKV_AWS_260", "ec2_securitygroup_allow_ingress_from_internet_to_any_port"),
    ),
    Rule(
        id="EC2.19",
        title="Security groups let nobody in from the world on ports of high risk.",
        kinds=(GROUP, INGRESS, RULE),
        check=_closed(*HIGH_RISK),
        remedy="Grant the port to named blocks or groups.",
        document=control("EC2.19"),
        also=("ec2_securitygroup_allow_ingress_from_internet_to_high_risk_tcp_ports",),
    ),
    Rule(
        id="CKV_AWS_382",
        title="Security groups do not let every protocol out to the world.",
        kinds=(GROUP, EGRESS, RULE),
        check=_egress_is_named,
        remedy="Name the protocol and the ports that go out.",
        document="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    ),
    Rule(
        id="CKV_AWS_23",
        title="Every security group and every rule says what it is for.",
        kinds=(GROUP, INGRESS, EGRESS, RULE),
        check=_is_described,
        remedy="Write a description.",
        document="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    ),
)
