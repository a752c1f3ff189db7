"""The CIDR plan's promises, for any plan and any growth."""

import random
from ipaddress import IPv4Network
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lib.networking.cidr import CidrPlan
from lib.networking.grid import Grid
from tests.support.tiers import Tier, zones_of


@st.composite
def networks(draw: st.DrawFn) -> str:
    prefix = draw(st.integers(16, 24))
    return str(IPv4Network((draw(st.integers(0, 2**32 - 1)) >> (32 - prefix) << (32 - prefix), prefix)))


@st.composite
def plans(draw: st.DrawFn) -> tuple[str, dict[str, Tier], str]:
    """A network, automatic tiers on slots of their own, some with a smaller prefix, and zone letters in any order."""
    cidr = draw(networks())
    grid = Grid(IPv4Network(cidr))
    slots = draw(st.lists(st.integers(0, grid.tier_slots - 1), min_size=1, max_size=grid.tier_slots, unique=True))
    tiers = {
        f"tier{slot}": Tier(
            draw(st.sampled_from(["public", "private", "isolated"])),
            slot,
            prefix=draw(st.none() | st.integers(grid.cell_prefix, 28)),
        )
        for slot in slots
    }
    letters = "".join(draw(st.permutations(grid.letters))[: draw(st.integers(1, len(grid.letters)))])
    return cidr, tiers, letters


@given(plans())
@settings(max_examples=1000)
def test_subnets_lie_inside_the_network_and_never_overlap(plan: tuple[str, dict[str, Tier], str]) -> None:
    cidr, tiers, letters = plan
    blocks = [IPv4Network(b) for row in CidrPlan(cidr, tiers).subnets(zones_of(letters)).values() for b in row.values()]
    assert len(blocks) == len(tiers) * len(letters)
    assert all(block.subnet_of(IPv4Network(cidr)) and block.prefixlen <= 28 for block in blocks)
    ordered = sorted(blocks)
    assert all(not first.overlaps(second) for first, second in pairwise(ordered))


@given(plans(), st.randoms(use_true_random=False))
@settings(max_examples=1000)
def test_growth_and_reordering_move_nothing(plan: tuple[str, dict[str, Tier], str], dice: random.Random) -> None:
    cidr, tiers, letters = plan
    fewer_tiers = dict(dice.sample(sorted(tiers.items()), dice.randint(1, len(tiers))))
    fewer_letters = "".join(dice.sample(letters, dice.randint(1, len(letters))))
    before = CidrPlan(cidr, fewer_tiers).subnets(zones_of(fewer_letters))
    after = CidrPlan(cidr, tiers).subnets(zones_of(letters))
    for tier, row in before.items():
        for zone, block in row.items():
            assert after[tier][zone] == block


@given(plans(), st.integers(20, 28), st.integers(1, 4))
@settings(max_examples=500)
def test_free_blocks_can_be_taken_and_then_survive_any_new_zone(
    plan: tuple[str, dict[str, Tier], str], prefix: int, count: int
) -> None:
    cidr, tiers, _ = plan
    letters = Grid(IPv4Network(cidr)).letters
    free = [str(block) for _, block in zip(range(count), CidrPlan(cidr, tiers).free_blocks(prefix), strict=False)]
    assume(free and len(free) <= len(letters))
    grown = {**tiers, "explicit": Tier(cidrs=tuple(free))}
    zones = zones_of(letters[: len(free)])
    explicit = CidrPlan(cidr, grown)
    assert explicit.problems(zones) == ()
    assert list(explicit.subnets(zones)["explicit"].values()) == free
    only_blocks = [problem for problem in explicit.problems(zones_of(letters)) if problem.index is not None]
    assert only_blocks == []


@given(
    networks(),
    st.dictionaries(
        st.sampled_from("abcdef"),
        st.builds(
            Tier,
            st.sampled_from(["public", "private", "isolated"]),
            st.none() | st.integers(0, 7),
            st.none() | st.lists(networks(), max_size=3).map(tuple),
            st.none() | st.integers(16, 28),
        ),
        min_size=1,
    ),
    st.lists(st.sampled_from("abcdefgh"), min_size=1, unique=True),
)
@settings(max_examples=1000)
def test_any_plan_is_either_drawn_or_refused_with_a_remedy(
    cidr: str, tiers: dict[str, Tier], letters: list[str]
) -> None:
    zones = zones_of("".join(letters))
    plan = CidrPlan(cidr, tiers)
    problems = plan.problems(zones)
    if problems:
        assert all(problem.rule and problem.remedy.endswith(".") for problem in problems)
        with pytest.raises(ValueError, match=r"\."):
            plan.subnets(zones)
    else:
        assert set(plan.subnets(zones)) == set(tiers)
