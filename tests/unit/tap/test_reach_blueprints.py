"""What the blueprints promise, seen in their Plans: only what is granted passes, and a zone may be lost."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from tap.reach import Reach, ReachError, without_zone
from tests.support.granted import INTERNET, ends_of, granted, opened
from tests.support.stack import deploy_blueprint, deploy_networks

BLUEPRINTS = Path(__file__).resolve().parents[3] / "blueprints"
NAMES = sorted(path.stem for path in BLUEPRINTS.glob("*.yaml"))


def settings_of(blueprint):
    """The file as it stands; in dev, whose overlays touch no network."""
    return yaml.safe_load((BLUEPRINTS / f"{blueprint}.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("blueprint", NAMES)
def test_only_what_is_granted_passes_and_all_of_it(blueprint):
    settings = settings_of(blueprint)
    # Components may bring groups of their own, which no grant names.
    named = {INTERNET} | ends_of(settings)
    found = {pair: ports for pair, ports in opened(deploy_blueprint(blueprint)).items() if named.issuperset(pair)}
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
    assert before[f"{network}.private", INTERNET] == {"443"}
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
    assert opened(plan) == {("one.app", "two.app"): {"443"}, ("two.app", "three.app"): {"443"}}
    answer = Reach(plan).ask("one.app", "three.app", 443)
    assert "No active peering connects networks one and three." in [blocker.text for blocker in answer.blockers]
