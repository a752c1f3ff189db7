"""What grants come to, worked out on the settings' words alone, and what is open in a Plan."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from tap.plan import Plan
from tap.reach import Reach, matrix

INTERNET = "internet"
GATEWAYS = ("s3", "dynamodb")
ENDPOINTS = "endpoints"

Settings = dict[str, Any]
Openings = dict[tuple[str, str], set[str]]


def opened(plan: Plan) -> Openings:
    """The ports that are open, by source and target; partly open ones say so."""
    return {pair: {str(each) for each in found} for pair, found in matrix(Reach(plan)).openings.items() if found}


def granted(settings: Settings) -> Openings:
    """The ports that are to be open by source and target: each of the two sides has to be open to the other.

    A side that is open to the internet is open to every address: its own network's, its peers' and those of gateway
    endpoints among them. Interface endpoints are open to all of their network. The internet is reached from public
    tiers, and from private ones through NAT gateways; from it, public tiers are. Public tiers have no routes to gateway
    endpoints.
    """
    grants, ends = _grants(settings), dict(_ends(settings))
    open_ports: Openings = {}
    services = [f"{name}.{service}" for name, service in _services(settings) if service in GATEWAYS]
    ports = {port for _, _, port in grants}
    for source, target, port in product((*ends, INTERNET), (*ends, *services, INTERNET), ports):
        if source == INTERNET:
            passes = ends.get(target) == "public" and (source, target, port) in grants
        elif target == INTERNET:
            passes = ends[source] != "closed" and (source, target, port) in grants
        elif target in services:
            inside = ends[source] != "public" and source.split(".")[0] == target.split(".")[0]
            passes = inside and any((source, other, port) in grants for other in (target, INTERNET))
        else:
            passes = _between(settings, grants, source, target, port)
        if passes:
            open_ports.setdefault((source, target), set()).add(port)
    return open_ports


def ends_of(settings: Settings) -> set[str]:
    """Every end inside networks that the settings name."""
    return {name for name, _ in _ends(settings)} | {f"{name}.{service}" for name, service in _services(settings)}


def _between(settings: Settings, grants: list[tuple[str, str, str]], source: str, target: str, port: str) -> bool:
    near, far = source.split(".")[0], target.split(".")[0]
    linked = near == far or {source, target} <= _routed(settings, near, far)
    out = any((source, other, port) in grants for other in (target, INTERNET))
    into = any((other, target, port) in grants for other in (source, INTERNET))
    return linked and out and (into or (target == f"{near}.{ENDPOINTS}" and port == "443"))


def _routed(settings: Settings, one: str, other: str) -> set[str]:
    """The tiers that have routes to each other's networks: those that grants of the pair name."""
    grants = [each for pair in _pairs(settings) for each in pair.get("allow", ())]
    ends = [(each["from"], each["to"]) for each in grants]
    return {end for pair in ends if {end.split(".")[0] for end in pair} == {one, other} for end in pair}


def _ends(settings: Settings) -> Iterator[tuple[str, str]]:
    """Every end inside a network, with how it stands to the internet: `public`, `out` by NAT, or `closed`."""
    for name, network in settings["networks"].items():
        out = "out" if network.get("nat", "none") != "none" else "closed"
        kinds = {tier: each.get("kind", "private") for tier, each in network["tiers"].items()}
        kinds |= {group: kinds[each["tier"]] for group, each in network.get("security_groups", {}).items()}
        for end, kind in kinds.items():
            yield f"{name}.{end}", {"private": out, "isolated": "closed"}.get(kind, kind)
        if any(owner == name and service not in GATEWAYS for owner, service in _services(settings)):
            yield f"{name}.{ENDPOINTS}", "closed"


def _services(settings: Settings) -> list[tuple[str, str]]:
    return [(name, each) for name, network in settings["networks"].items() for each in network.get("endpoints", ())]


def _pairs(settings: Settings) -> list[Settings]:
    return [*settings.get("peerings", {}).values(), *settings.get("meshes", {}).values()]


def _grants(settings: Settings) -> list[tuple[str, str, str]]:
    """All grants as source, target and port, ends inside a network with its name before them."""
    found = [
        (*(end if end == INTERNET else f"{name}.{end}" for end in (each["from"], each["to"])), _port(each))
        for name, network in settings["networks"].items()
        for each in network.get("allow", ())
    ]
    between = [each for pair in _pairs(settings) for each in pair.get("allow", ())]
    return found + [(each["from"], each["to"], _port(each)) for each in between]


def _port(grant: Settings) -> str:
    protocol = grant.get("protocol", "tcp")
    return str(grant["port"]) + ("" if protocol == "tcp" else f" {protocol}")
