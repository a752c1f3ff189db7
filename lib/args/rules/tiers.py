"""Rules on the tiers of a network: their blocks, their names, and what refers to them."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lib.args.problems import Problem, place
from lib.args.rules.references import unknown
from lib.networking.cidr import CidrPlan, default_zone_count
from lib.networking.tiers import GATEWAY_SERVICES

if TYPE_CHECKING:
    from lib.args.network import NetworkArgs
    from lib.args.stack import TapStackArgs

RESERVED = ("internet", "vpc", "endpoints", "s3", "dynamodb")
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
DATABASE_ZONES = 2


def tiers_have_their_blocks(args: "TapStackArgs") -> Iterable[Problem]:
    """The CIDR plan of every network that is to be created can be drawn."""
    for name, network in args.networks.items():
        if network.vpc_id or network.cidr is None:
            continue
        region = network.region or args.region
        zones: int | tuple[str, ...] = _zone_count(network)
        if isinstance(network.zones, tuple) and all(zone[:-1] == region for zone in network.zones):
            zones = network.zones
        basis = [place("networks", name, key) for key in ("cidr", "secondary_cidrs", "zones", "vpc_id", "tiers")]
        for broken in CidrPlan(network.cidr, network.tiers, network.secondary_cidrs).problems(zones):
            tier = () if broken.tier is None else ("tiers", broken.tier)
            index = () if broken.index is None else (broken.index,)
            at = place("networks", name, *tier, broken.field, *index)
            yield Problem(at, broken.rule, broken.value, broken.remedy, tuple(basis))


def _zone_count(network: "NetworkArgs") -> int:
    if isinstance(network.zones, int):
        return network.zones
    return default_zone_count(network.tiers) if network.zones is None else len(network.zones)


def tier_names_are_free(args: "TapStackArgs") -> Iterable[Problem]:
    """Tiers and security groups share a namespace with the words that grants use."""
    for name, network in args.networks.items():
        for section, things in (("tiers", network.tiers), ("security_groups", network.security_groups)):
            for thing in things:
                at = place("networks", name, section, thing)
                if thing in RESERVED:
                    yield Problem(at, "is a word that grants use", thing, "Choose another name.")
                elif section == "security_groups" and thing in network.tiers:
                    remedy = "Rename one of the two; a tier has a group of its own already."
                    yield Problem(at, "has the name of a tier", thing, remedy)


def tiers_referred_to_exist(args: "TapStackArgs") -> Iterable[Problem]:
    """Whatever names a tier names one of the network's."""
    for name, network in args.networks.items():
        for path, tier in _references(name, network):
            if tier not in network.tiers:
                yield unknown(
                    path, "a tier of the network", tier, network.tiers, place("networks", name, "tiers", tier)
                )


def _references(name: str, network: "NetworkArgs") -> Iterator[tuple[str, str]]:
    stated = {
        "workload": network.workload,
        "endpoint_tier": network.endpoint_tier,
        "database_subnet_group": network.database_subnet_group,
    }
    for key, tier in stated.items():
        if tier is not None:
            yield place("networks", name, key), tier
    for group, settings in network.security_groups.items():
        if settings.tier is not None:
            yield place("networks", name, "security_groups", group, "tier"), settings.tier


def databases_have_two_zones(args: "TapStackArgs") -> Iterable[Problem]:
    """RDS takes a subnet group with subnets in two zones at least; no database belongs into a public tier."""
    for name, network in args.networks.items():
        tier = network.tiers.get(network.database_subnet_group or "")
        if tier is None:
            continue
        at = place("networks", name, "database_subnet_group")
        basis = tuple(place("networks", name, key) for key in ("zones", "tiers", "vpc_id"))
        if tier.kind == "public":
            remedy = "Choose a tier of kind isolated or private."
            yield Problem(at, "must not be a public tier", network.database_subnet_group, remedy, basis)
        if not network.vpc_id and _zone_count(network) < DATABASE_ZONES:
            rule = f"needs {DATABASE_ZONES} zones, and the network has one"
            yield Problem(at, rule, network.database_subnet_group, f"Set zones: {DATABASE_ZONES} or more.", basis)


def endpoints_have_a_tier(args: "TapStackArgs") -> Iterable[Problem]:
    """Interface endpoints live in a tier without a way in from the internet."""
    for name, network in args.networks.items():
        interfaces = [service for service in network.endpoints if service not in GATEWAY_SERVICES]
        kinds = {tier.kind for tier in network.tiers.values()}
        stated = network.tiers.get(network.endpoint_tier or "")
        basis = (place("networks", name, "tiers"),)
        if interfaces and network.endpoint_tier is None and kinds == {"public"}:
            at = place("networks", name, "endpoints")
            rule = f"needs a private or isolated tier for {', '.join(interfaces)}"
            yield Problem(at, rule, None, "Add a tier of kind private.", basis)
        elif stated and stated.kind == "public":
            at = place("networks", name, "endpoint_tier")
            rule = "must be a private or isolated tier"
            yield Problem(at, rule, network.endpoint_tier, "Choose another tier.", basis)
