"""Whatever networks are like, the walk over whole blocks says what becomes of every single packet."""

import copy
from itertools import product
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.args.problems import SettingsError
from tap.reach import Reach
from tests.support.granted import granted, opened
from tests.support.reach_world import (
    ALL_PORTS,
    EPHEMERAL,
    INTERNET,
    PORT,
    Entry,
    Packets,
    Rule,
    World,
    open_world,
    plan_of,
)
from tests.support.stack import deploy_stack, stack_args

PLACES = ("a.one", "a.two", "b.one", "c.one")
# Edges are multiples of /27 inside the subnets, so that an address of each half tells of the half.
BLOCKS = (
    *("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "8.0.0.0/8", "10.0.0.0/8"),
    *("10.0.0.0/26", "10.0.0.0/27", "10.0.0.96/27", "10.0.0.64/26", "10.1.0.0/26", "10.1.0.32/27", "10.2.0.0/26"),
)
PORTS = (ALL_PORTS, EPHEMERAL, (PORT, PORT), (400, 500), (1024, 5000), (5001, 65535), (3389, 3389))
PROTOCOLS = ("tcp", "tcp", "-1", "udp")
TARGETS = ("igw-a", "nat-a", "nat-none", "pcx-ab", "pcx-bc", "tgw-1")
ENTRIES = st.tuples(
    st.just("entry"),
    st.sampled_from(PLACES),
    st.builds(
        Entry,
        number=st.sampled_from((50, 51, 52, 150)),
        egress=st.booleans(),
        allow=st.booleans(),
        protocol=st.sampled_from(PROTOCOLS),
        ports=st.sampled_from(PORTS),
        cidr=st.sampled_from(BLOCKS),
    ),
)
# Denials of a part of what is open.
DENIALS = st.tuples(
    st.just("entry"),
    st.sampled_from(PLACES),
    st.builds(
        Entry,
        number=st.sampled_from((40, 41)),
        egress=st.booleans(),
        allow=st.just(False),
        protocol=st.just("tcp"),
        ports=st.sampled_from(PORTS),
        cidr=st.sampled_from(("8.0.0.0/8", "128.0.0.0/1", "10.0.0.0/27", "10.0.0.96/27", "10.1.0.32/27")),
    ),
)
RULES = st.tuples(
    st.just("rule"),
    st.sampled_from(PLACES),
    st.builds(
        Rule,
        egress=st.booleans(),
        protocol=st.sampled_from(PROTOCOLS),
        ports=st.sampled_from(PORTS),
        peer=st.sampled_from((*BLOCKS, *(f"sg-{place}" for place in PLACES), "pl-s3", "pl-other")),
    ),
)
# One group alone in place of all blocks.
REFERENCES = st.tuples(
    st.just("reference"),
    st.sampled_from(PLACES),
    st.builds(
        Rule,
        egress=st.booleans(),
        protocol=st.just("tcp"),
        ports=st.just((PORT, PORT)),
        peer=st.sampled_from((*(f"sg-{place}" for place in PLACES), "sg-b.one", "sg-c.one", "pl-s3")),
    ),
)
CHANGES = st.one_of(
    ENTRIES,
    DENIALS,
    RULES,
    REFERENCES,
    st.tuples(st.just("close entries"), st.sampled_from(PLACES), st.integers(0, 3)),
    st.tuples(st.just("close rules"), st.sampled_from(PLACES), st.booleans()),
    st.tuples(st.just("route"), st.sampled_from(PLACES), st.tuples(st.sampled_from(BLOCKS), st.sampled_from(TARGETS))),
    st.tuples(st.just("unroute"), st.sampled_from(PLACES), st.sampled_from(("10.1.0.0/24", "10.0.0.0/24", BLOCKS[0]))),
    st.tuples(st.just("public"), st.sampled_from(PLACES), st.booleans()),
    st.tuples(st.just("endpoint"), st.sampled_from(("a.one", "a.two")), st.booleans()),
    st.tuples(st.just("nat"), st.sampled_from(PLACES[:3]), st.none()),
    st.tuples(st.just("gateway"), st.sampled_from(PLACES), st.booleans()),
    st.tuples(st.just("inactive"), st.sampled_from(PLACES), st.sampled_from(("pcx-ab", "pcx-bc"))),
)
QUESTIONS = (
    *((source, target) for source in PLACES for target in (*PLACES, INTERNET, "s3")),
    *((INTERNET, target) for target in PLACES),
    # Asked more often, for what is only so between regions.
    *(("b.one", "c.one"), ("c.one", "b.one")) * 3,
)


def change(world: World, kind: str, name: str, what: Any) -> None:
    place = world.places[name]
    if kind == "entry":
        # Numbers are unique in a direction, as in AWS.
        place.entries = [e for e in place.entries if (e.number, e.egress) != (what.number, what.egress)] + [what]
    elif kind == "reference":
        place.rules = [rule for rule in place.rules if rule.egress != what.egress] + [what]
    elif kind == "rule":
        place.rules.append(what)
    elif kind == "close entries":
        place.entries = [each for number, each in enumerate(place.entries) if number != what]
    elif kind == "close rules":
        place.rules = [rule for rule in place.rules if rule.egress != what]
    elif kind == "route":
        place.routes[what[0]] = what[1]
    elif kind == "unroute":
        place.routes.pop(what, None)
    elif kind == "inactive":
        world.inactive.add(what)
    elif kind == "nat":
        world.nats["nat-a"] = name
    elif kind == "gateway":
        (world.gateways.add if what else world.gateways.discard)(place.vpc)
    else:
        setattr(place, kind, what)


def test_the_walk_says_what_becomes_of_every_packet() -> None:
    seen: dict[str, int] = {"open": 0, "partly": 0, "closed": 0}

    @given(st.lists(CHANGES, min_size=2, max_size=8), st.lists(st.sampled_from(QUESTIONS), min_size=3, max_size=3))
    @settings(max_examples=1500)
    def check(changes: list[tuple[str, str, Any]], questions: list[tuple[str, str]]) -> None:
        world = open_world()
        for each in changes:
            change(world, *each)
        asked, packets = Reach(plan_of(world)), Packets(world)
        for source, target in questions:
            answer = asked.ask(source, "a.s3" if target == "s3" else target, PORT)
            whole, some, perhaps = packets.verdict(source, target)
            told = (source, target, answer.blockers)
            assert answer.ok == whole, told
            assert answer.ok == (not answer.blockers), told
            # What passes is never called closed; and is called partly open only where no table by itself closes it.
            assert (answer.ok or answer.partly) >= some, told
            assert (answer.ok or answer.partly) <= perhaps, told
            seen["open" if answer.ok else "partly" if answer.partly else "closed"] += 1

    check()
    assert min(seen.values()) > 20, f"the networks drawn are too alike: {seen}"


TIERS = {"web": "public", "app": "private", "data": "isolated"}
GRANTED = (443, 5432, 53)


@st.composite
def granting(draw: st.DrawFn) -> dict[str, Any]:
    """Two peered networks of three tiers, and grants of every kind that the settings take."""
    names = ("pay", "hub")
    networks: dict[str, Any] = {}
    for number, name in enumerate(names):
        sources, targets = (*TIERS, INTERNET), (*TIERS, INTERNET, "s3")
        # Refused: what an isolated tier has no way for.
        refused = (("data", INTERNET), (INTERNET, "data"), (INTERNET, "s3"))
        pairs = [pair for pair in product(sources, targets) if pair[0] != pair[1] and pair not in refused]
        networks[name] = {
            "cidr": f"10.{number}.0.0/16",
            "region": draw(st.sampled_from(("us-east-1", "us-west-2"))),
            "zones": draw(st.integers(1, 2)),
            "nat": draw(st.sampled_from(("none", "single", "per-zone"))),
            "tiers": {tier: {"kind": kind} for tier, kind in TIERS.items()},
            "endpoints": ["s3"],
            "allow": grants(draw, pairs),
        }
    ends = [[f"{name}.{tier}" for tier in TIERS] for name in names]
    across = [pair for one in ends[0] for other in ends[1] for pair in ((one, other), (other, one))]
    peering = {"between": list(names), "allow": grants(draw, across)}
    return {"networks": networks, "peerings": {"link": peering}}


def grants(draw: st.DrawFn, pairs: list[tuple[str, str]]) -> list[dict[str, Any]]:
    drawn = draw(st.lists(st.tuples(st.sampled_from(pairs), st.sampled_from(GRANTED)), max_size=3, unique=True))
    return [{"from": one, "to": other, "port": port} for (one, other), port in drawn]


def test_what_is_granted_is_what_passes() -> None:
    seen = {"deployed": 0, "open": 0}

    @given(granting())
    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    def check(stack: dict[str, Any]) -> None:
        before = copy.deepcopy(stack)
        try:
            args = stack_args(**stack)
        except SettingsError:
            return
        found = opened(deploy_stack(args))
        assert found == granted(before)
        seen["deployed"] += 1
        seen["open"] += bool(found)

    check()
    assert min(seen.values()) >= 8, f"the settings drawn are too alike: {seen}"
