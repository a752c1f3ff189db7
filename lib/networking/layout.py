"""The layout of a network: what is known of it before any resource is made, created and adopted networks alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lib.args.network import NetworkArgs, TierArgs
from lib.networking.cidr import CidrPlan, default_zone_count


@dataclass(frozen=True, slots=True)
class TierLayout:
    """One tier: its kind, and its blocks by the key of their subnet (a zone's name, or an adopted subnet's id)."""

    name: str
    kind: str
    blocks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ExistingVpc:
    """What an adopted VPC already has.

    Args:
        vpc_id: its id.
        owner_id: account that it belongs to.
        route_tables: ids of its tiers' route tables, by tier.
    """

    vpc_id: str
    owner_id: str
    route_tables: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Layout:
    """One network: where it is, its blocks, its tiers, and what exists of it already if it is adopted."""

    name: str
    region: str
    cidrs: tuple[str, ...]
    tiers: Mapping[str, TierLayout]
    zones: tuple[str, ...] = ()
    existing: ExistingVpc | None = None
    groups: Mapping[str, str | None] = field(default_factory=dict[str, str | None])

    def tiers_of(self, end: str) -> tuple[TierLayout, ...]:
        """The tiers that a grant's end lives in: itself, a group's own, or all of them for what has no tier."""
        if end in self.tiers:
            return (self.tiers[end],)
        tier = self.groups.get(end)
        return (self.tiers[tier],) if tier else tuple(self.tiers.values())

    def of_kind(self, kind: str) -> dict[str, TierLayout]:
        """The tiers of a kind, by name."""
        return {name: tier for name, tier in self.tiers.items() if tier.kind == kind}


def zone_count(args: NetworkArgs) -> int:
    """How many zones these settings ask for."""
    if isinstance(args.zones, int):
        return args.zones
    return default_zone_count(args.tiers) if args.zones is None else len(args.zones)


def subnet_count(args: NetworkArgs, tier: TierArgs) -> int | None:
    """How many subnets a tier of a network has, one a zone; None where only AWS knows."""
    if not args.vpc_id:
        return zone_count(args)
    listed = tier.subnet_ids or tier.cidrs
    return None if listed is None else len(listed)


def draw(name: str, args: NetworkArgs, cidr: str, region: str, zones: tuple[str, ...]) -> Layout:
    """The layout of a network that is to be created in those zones.

    Args:
        name: the network's name.
        args: its settings.
        cidr: its own block.
        region: its region.
        zones: names of zones such as `us-east-1a`.

    Raises:
        ValueError: no CIDR plan can be drawn (see `CidrPlan.problems`).
    """
    subnets = CidrPlan(cidr, args.tiers, args.secondary_cidrs).subnets(zones)
    return Layout(
        name=name,
        region=region,
        cidrs=(cidr, *args.secondary_cidrs),
        tiers={tier: TierLayout(tier, args.tiers[tier].kind, blocks) for tier, blocks in subnets.items()},
        zones=zones,
        groups={group: settings.tier for group, settings in sorted(args.security_groups.items())},
    )
