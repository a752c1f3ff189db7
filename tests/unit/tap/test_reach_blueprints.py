"""What the blueprints promise, seen in their Plans: only what is granted passes, and a zone may be lost."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from tap.reach import Reach, ReachError, matrix, without_zone
from tests.support.stack import deploy_blueprint, deploy_networks

BLUEPRINTS = Path(__file__).resolve().parents[3] / "blueprints"
NAMES = sorted(path.stem for path in BLUEPRINTS.glob("*.yaml"))
INTERNET = "internet"
GATEWAYS = ("s3", "dynamodb")
ENDPOINTS = "endpoints"


def settings_of(blueprint):
    """The file as it stands; in dev, whose overlays touch no network."""
    return yaml.safe_load((BLUEPRINTS / f"{blueprint}.yaml").read_text(encoding="utf-8"))


def opened(plan) -> dict[tuple[str, str], list[str]]:
    return {pair: [str(each) for each in found] for pair, found in matrix(Reach(plan)).openings.items() if found}


def ends_of(name: str, network: dict[str, Any]) -> Iterator[str]:
    yield from (f"{name}.{tier}" for tier in network["tiers"])
    yield from (f"{name}.{group}" for group in network.get("security_groups", {}))
    if set(network.get("endpoints", ())) - set(GATEWAYS):
        yield f"{name}.{ENDPOINTS}"


def grants_of(settings: dict[str, Any]) -> list[tuple[str, str, str]]:
    """All grants as source, target and port, ends inside a network with its name before them."""
    found = [
        (*(end if end == INTERNET else f"{name}.{end}" for end in (each["from"], each["to"])), shown(each))
        for name, network in settings["networks"].items()
        for each in network.get("allow", ())
    ]
    pairs = [*settings.get("peerings", {}).values(), *settings.get("meshes", {}).values()]
    return found + [(each["from"], each["to"], shown(each)) for pair in pairs for each in pair.get("allow", ())]


def shown(grant: dict[str, Any]) -> str:
    protocol = grant.get("protocol", "tcp")
    return str(grant["port"]) + ("" if protocol == "tcp" else f" {protocol}")


def granted(settings: dict[str, Any]) -> dict[tuple[str, str], set[str]]:
    """What the grants come to, worked out on their words alone: each side has to be open to the other.

    A side that is open to the internet is open to every address, its own network's among them. Interface endpoints are
    open to all of their network.
    """
    grants, networks = grants_of(settings), settings["networks"]
    inner = [end for name, network in networks.items() for end in ends_of(name, network)]
    services = [f"{n}.{each}" for n, network in networks.items() for each in network.get("endpoints", ())]
    gateways = [each for each in services if each.split(".", 1)[1] in GATEWAYS]
    ports = {port for _, _, port in grants}

    def out(source: str, target: str, port: str) -> bool:
        covering = {target, INTERNET} if target in inner and alike(source, target) else {target}
        return any((source, other, port) in grants for other in covering)

    def into(source: str, target: str, port: str) -> bool:
        if alike(source, target) and target.endswith(f".{ENDPOINTS}") and port == "443":
            return True
        covering = {source, INTERNET} if alike(source, target) else {source}
        return any((other, target, port) in grants for other in covering)

    found: dict[tuple[str, str], set[str]] = {}
    for source, target, port in product((*inner, INTERNET), (*inner, *gateways, INTERNET), ports):
        if source == INTERNET:
            passes = target in inner and (source, target, port) in grants
        else:
            passes = out(source, target, port) and (target not in inner or into(source, target, port))
        if passes:
            found.setdefault((source, target), set()).add(port)
    return found


def alike(one: str, other: str) -> bool:
    """Whether two ends are in one network."""
    return one.split(".")[0] == other.split(".")[0]


@pytest.mark.parametrize("blueprint", NAMES)
def test_only_what_is_granted_passes_and_all_of_it(blueprint):
    settings = settings_of(blueprint)
    named = {end for name, network in settings["networks"].items() for end in ends_of(name, network)} | {INTERNET}
    services = {f"{n}.{each}" for n, network in settings["networks"].items() for each in network.get("endpoints", ())}
    # Components may bring groups of their own, which no grant names.
    found = {
        pair: set(ports) for pair, ports in opened(deploy_blueprint(blueprint)).items() if named.issuperset(pair[:1])
    }
    found = {pair: ports for pair, ports in found.items() if pair[1] in named | services}
    assert found == granted(settings)
    assert found


def closed_tiers(settings: dict[str, Any]) -> Iterator[str]:
    """The isolated tiers, which hold the databases, and every tier of a network without a public one."""
    for name, network in settings["networks"].items():
        kinds = {tier: each.get("kind", "private") for tier, each in network["tiers"].items()}
        yield from (f"{name}.{tier}" for tier in kinds if kinds[tier] == "isolated" or "public" not in kinds.values())


@pytest.mark.parametrize("blueprint", NAMES)
def test_databases_have_no_way_from_or_to_the_internet(blueprint):
    asked = Reach(deploy_blueprint(blueprint))
    tiers = list(closed_tiers(settings_of(blueprint)))
    assert tiers
    for tier, (protocol, port) in product(tiers, {*asked.estate.ports, ("tcp", 5432), ("udp", 53)}):
        for answer in (asked.ask(tier, INTERNET, port, protocol), asked.ask(INTERNET, tier, port, protocol)):
            assert (answer.ok, answer.partly) == (False, False), answer
            # Not by one table's grace: no route leads there either way, whatever the groups and ACLs say.
            assert {"route", "return route"} & {blocker.kind for blocker in answer.blockers}


def zones(plan, network):
    return sorted({s.zone for s in Reach(plan).estate.subnets.values() if s.vpc.network == network})


@pytest.mark.parametrize(
    ("blueprint", "suffix", "network"), [("high-availability", "dev", "main"), ("payment-processing", "prod", "main")]
)
def test_with_a_nat_gateway_a_zone_any_zone_may_be_lost(blueprint, suffix, network):
    plan = deploy_blueprint(blueprint, suffix)
    before = opened(plan)
    assert before[f"{network}.private", INTERNET] == ["443"]
    assert len(zones(plan, network)) == 3
    for zone in zones(plan, network):
        assert opened(without_zone(plan, network, zone)) == before


def test_with_a_single_nat_gateway_the_loss_of_its_zone_is_seen():
    plan = deploy_blueprint("banking-vpc")
    before = opened(plan)
    first, *others = zones(plan, "banking")
    after = opened(without_zone(plan, "banking", first))
    assert set(before) - set(after) == {("banking.ecs", INTERNET)}
    answer = Reach(without_zone(plan, "banking", first)).ask("banking.ecs", INTERNET, 443)
    assert {blocker.kind for blocker in answer.blockers} == {"nat"}
    for zone in others:
        assert opened(without_zone(plan, "banking", zone)) == before


def test_a_preview_has_no_ids_to_follow():
    with pytest.raises(ReachError, match="A preview's Plan has no ids"):
        Reach(deploy_blueprint("vpc-peering", preview=True))


def test_peered_networks_reach_their_neighbours_alone():
    app = {"tiers": {"app": {}}}
    plan = deploy_networks(
        networks={
            "one": {"cidr": "10.1.0.0/16", "region": "us-east-1", **app},
            "two": {"cidr": "10.2.0.0/16", "region": "us-west-2", **app},
            "three": {"cidr": "10.3.0.0/16", "region": "us-east-1", **app},
        },
        peerings={
            "near": {"between": ["one", "two"], "allow": [{"from": "one.app", "to": "two.app", "port": 443}]},
            "far": {"between": ["two", "three"], "allow": [{"from": "two.app", "to": "three.app", "port": 443}]},
        },
    )
    assert opened(plan) == {("one.app", "two.app"): ["443"], ("two.app", "three.app"): ["443"]}
    answer = Reach(plan).ask("one.app", "three.app", 443)
    assert "No active peering connects networks one and three." in [blocker.text for blocker in answer.blockers]
