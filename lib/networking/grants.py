"""What grants lead to: security groups, their rules, ACL rules, and which tiers a peering is routed to. Pure.

A grant says once who may open connections to whom. Inside a network it becomes a rule on the security group of each
side, referring to the other side's group; between networks, where a group of another region cannot be referred to,
the rules name the other tier's blocks. ACLs keep no state: a grant is an entry for the port one way and one for the
return traffic the other way, on every tier that the traffic enters or leaves, NAT's tiers included.

Sources: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html (rules in order of their number,
ephemeral ports), https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html (20 entries a direction).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from lib.args.database import PORT
from lib.args.grant import GrantArgs
from lib.args.network import NetworkArgs
from lib.args.placement import residents
from lib.networking.acl_rule import (
    ANYWHERE,
    MOST_PER_DIRECTION,
    AclRule,
    allow_port,
    allow_return,
    with_denials,
)
from lib.networking.layout import Layout, TierLayout
from lib.networking.pairs import Pair, pairs
from lib.networking.tiers import GATEWAY_SERVICES, endpoint_tier, interface_services, migration_tier, workload_tier

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs

ENDPOINTS = "endpoints"
INTERNET = "internet"
VPC = "vpc"
SECRETS = "secretsmanager"
HTTP, HTTPS = 80, 443


@dataclass(frozen=True, slots=True)
class GroupRule:
    """One rule of a security group: a port, open to or from exactly one of a block, a group or a gateway endpoint."""

    group: str
    egress: bool
    protocol: str
    port: int
    cidr: str | None = None
    peer_group: str | None = None
    service: str | None = None
    description: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """What tells the rule apart in its network: part of its logical name."""
        peer = self.cidr or self.peer_group or self.service or ""
        return "-".join(
            (self.group, "out" if self.egress else "in", self.protocol, str(self.port), peer.replace("/", "-"))
        )


@dataclass(slots=True)
class Access:
    """What all grants together lead to in one network."""

    layout: Layout
    groups: set[str] = field(default_factory=set[str])
    group_rules: dict[GroupRule, None] = field(default_factory=dict[GroupRule, None])
    acl_rules: dict[str, set[AclRule]] = field(default_factory=dict[str, set[AclRule]])

    def acl(self, tier: str) -> tuple[AclRule, ...]:
        """The rules of a tier's ACL, denials first."""
        return with_denials(sorted(self.acl_rules.get(tier, set())))

    def add_rules(self, *rules: GroupRule) -> None:
        """Add rules of security groups; one that is there already keeps its first description."""
        for rule in rules:
            self.group_rules.setdefault(rule)


@dataclass(frozen=True, slots=True)
class _End:
    """One end of a grant: its group if it has one, the blocks it is seen under, the tiers whose ACLs it passes."""

    name: str
    cidrs: tuple[str, ...]
    group: str | None = None
    tiers: tuple[TierLayout, ...] = ()
    service: str | None = None

    def seen_from(self, layout: Layout) -> tuple[str, ...]:
        """The blocks that answers come from or go to: inside a network, the whole of it, to spare ACL entries."""
        return layout.cidrs if self.tiers else self.cidrs


def compile_grants(args: "TapStackArgs", layouts: Mapping[str, Layout]) -> dict[str, Access]:
    """What the settings' grants lead to, by network; networks without a layout are left out, and their grants."""
    every = pairs(args)
    peered: dict[str, set[str]] = {name: set() for name in args.networks}
    for pair in every:
        for network in (pair.requester, pair.accepter):
            peered[network].update(touched(pair, network))
    accesses = {
        name: Access(layout, _groups(args.networks[name], peered[name] | occupied(args, name)))
        for name, layout in layouts.items()
    }
    for pair in every:
        if pair.requester in accesses and pair.accepter in accesses:
            for grant in pair.allow:
                _between(accesses, grant)
    for name, access in accesses.items():
        _inside(access, args.networks[name])
        _pass_migrations(access, args, name)
    return accesses


def touched(pair: Pair, network: str) -> list[str]:
    """The tiers of a network that a pair's grants name, sorted: their route tables get the routes."""
    ends = {end for grant in pair.allow for end in (grant.source, grant.target)}
    return sorted(tier for owner, tier in (end.split(".", 1) for end in ends) if owner == network)


def occupied(args: "TapStackArgs", network: str) -> set[str]:
    """The tiers of a network that a component lives in: each has a security group, whether or not a grant names it."""
    return {each.tier for each in residents(args) if each.network == network and each.tier and not each.security_group}


def _groups(args: NetworkArgs, peered: set[str]) -> set[str]:
    """The security groups of a network: of its workload tier, of what grants name, and of its endpoints."""
    named = {end for grant in args.allow for end in (grant.source, grant.target) if end in args.tiers}
    workload = workload_tier(args)
    endpoints = {ENDPOINTS} if interface_services(args) else set[str]()
    return {*args.security_groups, *named, *peered, *({workload} if workload else ()), *endpoints}


def _between(accesses: Mapping[str, Access], grant: GrantArgs) -> None:
    """A grant between networks: rules on both groups by block, and both ACLs."""
    (here, source), (there, target) = (end.split(".", 1) for end in (grant.source, grant.target))
    near, far = accesses[here].layout.tiers[source], accesses[there].layout.tiers[target]
    text = grant.description or f"{grant.source} to {grant.target}"
    accesses[here].add_rules(
        *(
            GroupRule(source, True, grant.protocol, grant.port, cidr=cidr, description=text)
            for cidr in far.blocks.values()
        )
    )
    accesses[there].add_rules(
        *(
            GroupRule(target, False, grant.protocol, grant.port, cidr=cidr, description=text)
            for cidr in near.blocks.values()
        )
    )
    near_blocks, far_blocks = tuple(near.blocks.values()), tuple(far.blocks.values())
    _open(accesses[here], [near], grant.protocol, grant.port, far_blocks, far_blocks, outward=True)
    _open(accesses[there], [far], grant.protocol, grant.port, near_blocks, near_blocks, outward=False)


def _inside(access: Access, args: NetworkArgs) -> None:
    """The grants inside a network, and what its gateways and endpoints need without being asked."""
    public = [tier for tier in access.layout.tiers.values() if tier.kind == "public"]
    for port in (HTTP, HTTPS):
        for outward in (False, True):
            _open(access, public, "tcp", port, [ANYWHERE], [ANYWHERE], outward=outward)
    if interface_services(args):
        access.add_rules(
            *(
                GroupRule(
                    ENDPOINTS, False, "tcp", HTTPS, cidr=cidr, description=f"{access.layout.name} to its endpoints"
                )
                for cidr in access.layout.cidrs
            )
        )
        _pass_acls(access, args, _end(access, args, VPC), _end(access, args, ENDPOINTS), "tcp", HTTPS)
    for grant in args.allow:
        source, target = _end(access, args, grant.source), _end(access, args, grant.target)
        access.add_rules(*_group_rules(access, source, target, grant))
        _pass_acls(access, args, source, target, grant.protocol, grant.port)


def _pass_migrations(access: Access, args: "TapStackArgs", network: str) -> None:
    """Through the ACLs, what migrations need without being asked; their function's group has rules of its own."""
    settings = args.networks[network]
    for database in args.databases.values():
        home, tier = migration_tier(settings, database), database.tier_in(settings)
        if database.migrations is None or database.network != network or not home or not tier:
            continue
        source = _end(access, settings, home)
        _pass_acls(access, settings, source, _end(access, settings, tier), "tcp", PORT)
        if SECRETS not in settings.endpoints:
            _pass_acls(access, settings, source, _end(access, settings, INTERNET), "tcp", HTTPS)


def _end(access: Access, args: NetworkArgs, name: str) -> _End:
    layout = access.layout
    if name == INTERNET:
        return _End(name, (ANYWHERE,))
    if name in GATEWAY_SERVICES:
        return _End(name, (ANYWHERE,), service=name)
    if "/" in name:
        return _End(name, (name,))
    if name == VPC:
        return _End(name, layout.cidrs, tiers=tuple(layout.tiers.values()))
    tiers = layout.tiers_of(endpoint_tier(args) or "" if name == ENDPOINTS else name)
    return _End(name, tuple(block for tier in tiers for block in tier.blocks.values()), name, tiers)


def _group_rules(access: Access, source: _End, target: _End, grant: GrantArgs) -> Iterator[GroupRule]:
    """The rules on the groups of both ends. `vpc` stands for every group of the network, and for its blocks."""
    text = grant.description or f"{source.name} to {target.name}"
    for group in _wearers(access, source, other=target):
        for peer in _peers(target):
            yield GroupRule(group, True, grant.protocol, grant.port, *peer, description=text)
    if target.name == ENDPOINTS:
        return  # open to the whole network already
    for group in _wearers(access, target, other=source):
        for peer in _peers(source):
            yield GroupRule(group, False, grant.protocol, grant.port, *peer, description=text)


def _wearers(access: Access, end: _End, other: _End) -> Iterable[str]:
    if end.name == VPC:
        return sorted(access.groups - {ENDPOINTS, other.name})
    return [end.group] if end.group else []


def _peers(end: _End) -> Iterator[tuple[str | None, str | None, str | None]]:
    """Block, group and gateway service of an end: one of the three a rule."""
    if end.service or end.group:
        yield None, end.group, end.service
    else:
        yield from ((cidr, None, None) for cidr in end.cidrs)


def _pass_acls(access: Access, args: NetworkArgs, source: _End, target: _End, protocol: str, port: int) -> None:
    layout = access.layout
    _open(access, source.tiers, protocol, port, target.cidrs, target.seen_from(layout), outward=True)
    _open(access, target.tiers, protocol, port, source.cidrs, source.seen_from(layout), outward=False)
    leaves = not target.service and not target.tiers and not _within(target.cidrs, layout.cidrs)
    translated = [tier for tier in source.tiers if tier.kind == "private"]
    # A regional NAT gateway stands in no subnet, so that no other tier's ACL is asked.
    if leaves and translated and args.nat in ("single", "per-zone"):
        gateways = [tier for tier in layout.tiers.values() if tier.kind == "public"]
        inner = [block for tier in translated for block in tier.blocks.values()]
        _open(access, gateways, protocol, port, inner, layout.cidrs, outward=False)
        _open(access, gateways, protocol, port, target.cidrs, target.cidrs, outward=True)


def _within(cidrs: Iterable[str], network: Iterable[str]) -> bool:
    wholes = [IPv4Network(cidr) for cidr in network]
    return all(any(IPv4Network(cidr).subnet_of(whole) for whole in wholes) for cidr in cidrs)


def _open(
    access: Access,
    tiers: Iterable[TierLayout],
    protocol: str,
    port: int,
    cidrs: Iterable[str],
    answering: Iterable[str],
    *,
    outward: bool,
) -> None:
    """Let connections to a port of `cidrs` leave (or enter) the tiers, and answers of `answering` enter (or leave)."""
    opened = {allow_port(protocol, port, cidr, egress=outward) for cidr in cidrs}
    answered = {allow_return(protocol, cidr, egress=not outward) for cidr in answering}
    for tier in tiers:
        access.acl_rules.setdefault(tier.name, set()).update(opened, answered)


def crowded(access: Access) -> Iterator[tuple[str, str, int]]:
    """ACLs with more entries than AWS takes: tier, direction, and how many there are."""
    for tier in sorted(access.acl_rules):
        rules = access.acl(tier)
        for direction, egress in (("inbound", False), ("outbound", True)):
            if (count := sum(rule.egress == egress for rule in rules)) > MOST_PER_DIRECTION:
                yield tier, direction, count
