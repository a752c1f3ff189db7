"""Rules on networks as wholes: their blocks, zones and gateways, and what an adopted one can't have."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network
from itertools import combinations
from typing import TYPE_CHECKING

from lib.args.problems import Problem, place

if TYPE_CHECKING:
    from lib.args.network import NetworkArgs
    from lib.args.stack import TapStackArgs

PRIVATE_USE = IPv4Network("10.0.0.0/8")


def blocks_are_given(args: "TapStackArgs") -> Iterable[Problem]:
    """A network is created from a block, or adopted."""
    for name, network in args.networks.items():
        if network.cidr is None and network.vpc_id is None:
            at = place("networks", name, "cidr")
            remedy = f"Add a block such as {_free_block(args, 16)}, or vpc_id to adopt a VPC."
            yield Problem(
                at, "is required for a network to be created", None, remedy, (place("networks", name, "vpc_id"),)
            )


def blocks_are_apart(args: "TapStackArgs") -> Iterable[Problem]:
    """No two blocks overlap, of one network or of several: overlapping networks can never be peered."""
    blocks = [
        (name, path, IPv4Network(block)) for name in args.networks for path, block in _blocks(name, args.networks[name])
    ]
    for (other, there, taken), (name, path, block) in combinations(blocks, 2):
        if block.overlaps(taken):
            owner = "the same network" if other == name else f"network {other}"
            rule = f"block of network {name} overlaps {taken} of {owner}"
            remedy = f"Use a block such as {_free_block(args, block.prefixlen)}."
            yield Problem(path, rule, str(block), remedy, rests_on=(there,))


def _blocks(name: str, network: "NetworkArgs") -> Iterator[tuple[str, str]]:
    """The blocks of a network, each with its path."""
    if network.cidr:
        yield place("networks", name, "cidr"), network.cidr
    for index, block in enumerate(network.secondary_cidrs):
        yield place("networks", name, "secondary_cidrs", index), block


def _free_block(args: "TapStackArgs", prefix: int) -> IPv4Network:
    """The first block of that size in 10.0.0.0/8 that no network has."""
    taken = [IPv4Network(block) for name, network in args.networks.items() for _, block in _blocks(name, network)]
    free = (block for block in PRIVATE_USE.subnets(new_prefix=prefix) if not any(map(block.overlaps, taken)))
    return next(free, PRIVATE_USE)


def zones_are_of_the_region(args: "TapStackArgs") -> Iterable[Problem]:
    """Zones that are named are zones of the network's region, each named once."""
    for name, network in args.networks.items():
        zones = network.zones if isinstance(network.zones, tuple) else ()
        region = network.region or args.region
        basis = ("region", place("networks", name, "region"))
        for index, zone in enumerate(zones):
            at = place("networks", name, "zones", index)
            if not re.fullmatch(rf"{region}[a-z]", zone):
                remedy = f"Name zones such as {region}a, or set the network's region."
                yield Problem(at, f"must be a zone of {region}", zone, remedy, basis)
            elif zone in zones[:index]:
                yield Problem(at, "is listed twice", zone, "Remove one of the two.")


def nat_has_a_public_tier(args: "TapStackArgs") -> Iterable[Problem]:
    """A NAT gateway serves private tiers, and lives in a public one, save a regional one."""
    for name, network in args.networks.items():
        if network.nat in (None, "none") or network.vpc_id:
            continue
        at, basis = place("networks", name, "nat"), (place("networks", name, "tiers"),)
        kinds = {tier.kind for tier in network.tiers.values()}
        if "public" not in kinds and network.nat != "regional":
            remedy = "Add a public tier, set nat to regional, or remove nat."
            yield Problem(at, "needs a tier of kind public", network.nat, remedy, basis)
        if "private" not in kinds:
            yield Problem(at, "serves tiers of kind private", network.nat, "Add a private tier, or remove nat.", basis)


def adopted_networks_are_left_as_they_are(args: "TapStackArgs") -> Iterable[Problem]:
    """What is about making a network has no meaning for one that exists, and the other way round."""
    for name, network in args.networks.items():
        if network.vpc_id:
            yield from _for_created_ones(name, network)
            yield from _vague_tiers(name, network)
        else:
            for tier, settings in network.tiers.items():
                if settings.subnet_ids is not None:
                    at = place("networks", name, "tiers", tier, "subnet_ids")
                    remedy = "Remove it, or set the network's vpc_id."
                    basis = (place("networks", name, "vpc_id"),)
                    yield Problem(at, "is for adopted networks", list(settings.subnet_ids), remedy, basis)


def _for_created_ones(name: str, network: "NetworkArgs") -> Iterator[Problem]:
    rule, remedy = "has no meaning for an adopted network", "Remove it, or vpc_id."
    if network.nat not in (None, "none"):
        yield Problem(place("networks", name, "nat"), rule, network.nat, remedy)
    if network.zones is not None:
        yield Problem(place("networks", name, "zones"), rule, network.zones, remedy)
    if network.secondary_cidrs:
        yield Problem(place("networks", name, "secondary_cidrs"), rule, list(network.secondary_cidrs), remedy)
    for tier, settings in network.tiers.items():
        at = ("networks", name, "tiers", tier)
        if settings.slot is not None:
            yield Problem(place(*at, "slot"), rule, settings.slot, remedy)
        if settings.prefix is not None:
            yield Problem(place(*at, "prefix"), rule, settings.prefix, remedy)


def _vague_tiers(name: str, network: "NetworkArgs") -> Iterator[Problem]:
    """Subnets of an adopted network's tier are told by their ids or by their blocks; a single tier may have all."""
    for tier, settings in network.tiers.items():
        at = place("networks", name, "tiers", tier)
        if settings.cidrs is not None and settings.subnet_ids is not None:
            rule = "must name its subnets in one way"
            yield Problem(f"{at}.subnet_ids", rule, list(settings.subnet_ids), "Remove cidrs or subnet_ids.")
        elif settings.cidrs is None and settings.subnet_ids is None and len(network.tiers) > 1:
            rule = "must name its subnets, since the adopted network has several tiers"
            yield Problem(at, rule, None, "Add subnet_ids or cidrs.", (place("networks", name, "tiers"),))


def one_is_primary(args: "TapStackArgs") -> Iterable[Problem]:
    """At most one network, and one peering, has outputs without its name as prefix."""
    marked = {
        "networks": [name for name, network in args.networks.items() if network.primary],
        "peerings": [name for name, peering in args.peerings.items() if peering.primary],
    }
    for section, names in marked.items():
        for name in names[1:]:
            rule = f"can only be true for one of the {section}, and {names[0]} has it"
            yield Problem(place(section, name, "primary"), rule, True, "Remove one of the two.")


def endpoints_are_listed_once(args: "TapStackArgs") -> Iterable[Problem]:
    """A network has one endpoint a service."""
    for name, network in args.networks.items():
        for service, count in Counter(network.endpoints).items():
            if count > 1:
                at = place("networks", name, "endpoints")
                yield Problem(at, f"lists {service} {count} times", list(network.endpoints), "List it once.")
