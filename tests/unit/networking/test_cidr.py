"""The CIDR plan by example; its promises for any plan are in tests/property."""

from ipaddress import IPv4Network

import pytest

from lib.networking.cidr import CidrPlan, Usage, default_zone_count, overlapping
from lib.networking.grid import Grid
from tests.support.tiers import Tier, zones_of


@pytest.mark.parametrize(
    ("cidr", "zone_slots", "tier_slots", "cell"),
    [
        ("10.0.0.0/16", 8, 8, 22),
        ("10.0.0.0/20", 8, 8, 26),
        ("10.0.0.0/22", 8, 8, 28),
        ("10.0.0.0/23", 8, 4, 28),
        ("10.0.0.0/24", 4, 4, 28),
    ],
)
def test_the_grid_has_the_sizes_that_the_docstring_lists(
    cidr: str, zone_slots: int, tier_slots: int, cell: int
) -> None:
    grid = Grid(IPv4Network(cidr))
    assert (len(grid.letters), grid.tier_slots, grid.cell_prefix) == (zone_slots, tier_slots, cell)


def test_kinds_have_slots_of_their_own() -> None:
    tiers = {kind: Tier(kind) for kind in ("public", "private", "isolated")}
    assert CidrPlan("10.0.0.0/16", tiers).subnets(zones_of("ba")) == {
        "isolated": {"us-east-1b": "10.0.40.0/22", "us-east-1a": "10.0.8.0/22"},
        "private": {"us-east-1b": "10.0.36.0/22", "us-east-1a": "10.0.4.0/22"},
        "public": {"us-east-1b": "10.0.32.0/22", "us-east-1a": "10.0.0.0/22"},
    }


def test_explicit_blocks_follow_the_zones_as_written() -> None:
    tiers = {"app": Tier(cidrs=("10.0.9.0/24", "10.0.1.0/24"))}
    assert CidrPlan("10.0.0.0/16", tiers).subnets(zones_of("ca")) == {
        "app": {"us-east-1c": "10.0.9.0/24", "us-east-1a": "10.0.1.0/24"}
    }


def test_usage_counts_the_addresses_of_all_blocks() -> None:
    tiers = {"app": Tier(prefix=24), "far": Tier(cidrs=("10.9.0.0/25",))}
    usage = CidrPlan("10.0.0.0/16", tiers, secondary=["10.9.0.0/24"]).usage(zones_of("a"))
    assert usage == Usage(total=65536 + 256, used=256 + 128)
    assert round(usage.percent, 2) == 0.58


def test_zones_default_to_the_longest_list_of_blocks_and_else_to_two() -> None:
    assert default_zone_count({"a": Tier(), "b": Tier(cidrs=("10.0.0.0/24",))}) == 1
    assert default_zone_count({"a": Tier()}) == 2


def test_overlapping_names_both_blocks() -> None:
    assert list(overlapping(["10.0.0.0/16"], ["10.1.0.0/16", "10.0.4.0/24"])) == [("10.0.0.0/16", "10.0.4.0/24")]


def problem_texts(cidr: str, tiers: dict[str, Tier], zones: int | list[str] = 2) -> list[str]:
    return [
        f"{p.tier}.{p.field}{'' if p.index is None else f'[{p.index}]'}: {p.rule} ({p.value}) {p.remedy}"
        for p in CidrPlan(cidr, tiers).problems(zones)
    ]


def test_a_second_automatic_tier_of_a_kind_is_told_the_next_free_slot() -> None:
    assert problem_texts("10.0.0.0/16", {"api": Tier(), "web": Tier()}) == [
        "web.slot: slot 1 is the default of its kind and already that of tier api (None) Write slot: 3."
    ]


def test_a_stated_slot_wins_over_a_default_one() -> None:
    assert problem_texts("10.0.0.0/16", {"api": Tier(), "web": Tier("public", slot=1)}) == [
        "api.slot: slot 1 is the default of its kind and already that of tier web (None) Write slot: 3."
    ]


def test_two_tiers_cannot_state_one_slot() -> None:
    assert problem_texts("10.0.0.0/16", {"api": Tier(slot=5), "web": Tier(slot=5)}) == [
        "web.slot: slot 5 is already that of tier api (5) Write slot: 3."
    ]


def test_a_slot_beyond_a_small_grid_is_refused() -> None:
    assert problem_texts("10.0.0.0/24", {"api": Tier(slot=6)}) == [
        "api.slot: a /24 has tier slots 0 to 3 (6) Write slot: 3."
    ]


def test_a_full_grid_asks_for_a_larger_network() -> None:
    tiers = {f"t{slot}": Tier(slot=slot) for slot in range(4)} | {"more": Tier()}
    assert problem_texts("10.0.0.0/24", tiers) == [
        "more.slot: slot 1 is the default of its kind and already that of tier t1 (None) "
        "The network's slots are all taken: choose a larger network."
    ]


def test_a_prefix_larger_than_its_slot_is_refused() -> None:
    assert problem_texts("10.0.0.0/16", {"api": Tier(prefix=21)}) == [
        "api.prefix: subnets must fit their slot, which is a /22 (21) Use 22 to 28, or write cidrs."
    ]


def test_slot_and_prefix_mean_nothing_beside_explicit_blocks() -> None:
    assert problem_texts("10.0.0.0/16", {"api": Tier(slot=1, prefix=24, cidrs=("10.0.0.0/24",))}, 1) == [
        "api.slot: has no meaning beside cidrs, which are taken as they are (None) Remove slot or cidrs.",
        "api.prefix: has no meaning beside cidrs, which are taken as they are (None) Remove prefix or cidrs.",
    ]


def test_an_explicit_block_outside_the_network_is_told_the_first_free_one() -> None:
    assert problem_texts("10.0.0.0/16", {"api": Tier(cidrs=("10.1.0.0/24",))}, 1) == [
        "api.cidrs[0]: must lie inside the network, 10.0.0.0/16 (10.1.0.0/24) The first free /24 is 10.0.0.0/24."
    ]


def test_an_explicit_block_smaller_than_aws_allows_is_refused() -> None:
    assert problem_texts("10.0.0.0/16", {"api": Tier(cidrs=("10.0.0.0/29",))}, 1) == [
        "api.cidrs[0]: must be a /28 or larger (10.0.0.0/29) The first free /28 is 10.0.0.16/28."
    ]


def test_overlapping_explicit_blocks_name_each_other() -> None:
    tiers = {"api": Tier(cidrs=("10.0.0.0/24", "10.0.0.128/25")), "web": Tier(cidrs=("10.0.0.0/25", "10.0.2.0/24"))}
    assert problem_texts("10.0.0.0/16", tiers) == [
        "api.cidrs[1]: overlaps 10.0.0.0/24 of the same tier (10.0.0.128/25) The first free /25 is 10.0.1.0/25.",
        "web.cidrs[0]: overlaps 10.0.0.0/24 of tier api (10.0.0.0/25) The first free /25 is 10.0.1.0/25.",
    ]


def test_an_explicit_block_on_a_slot_in_use_names_both_and_the_first_free_block() -> None:
    assert problem_texts("10.0.0.0/16", {"api": Tier(), "db": Tier("isolated", cidrs=("10.0.36.0/24",))}, 1) == [
        "db.cidrs[0]: touches 10.0.36.0/22, which is slot 1 of tier api in zone b (10.0.36.0/24) "
        "The first free /24 is 10.0.0.0/24. Or give tier api slot: 3."
    ]


def test_a_full_network_has_no_free_block_to_offer() -> None:
    tiers = {f"t{slot}": Tier(slot=slot) for slot in range(8)} | {"db": Tier(cidrs=("10.0.0.0/24",))}
    assert problem_texts("10.0.0.0/16", tiers, 1) == [
        "db.cidrs[0]: touches 10.0.0.0/22, which is slot 0 of tier t0 in zone a (10.0.0.0/24) "
        "No /24 is free: choose a larger network."
    ]


def test_fewer_blocks_than_zones_are_told_the_whole_list() -> None:
    assert problem_texts("10.0.0.0/16", {"api": Tier(), "db": Tier(cidrs=("10.0.8.0/24",))}, 3) == [
        "db.cidrs: must have one block a zone, 3 in all (10.0.8.0/24) "
        "Write cidrs: [10.0.8.0/24, 10.0.0.0/24, 10.0.1.0/24]."
    ]


def test_more_blocks_than_zones_are_told_both_ways_out() -> None:
    assert problem_texts("10.0.0.0/16", {"db": Tier(cidrs=("10.0.8.0/24", "10.0.9.0/24"))}, 1) == [
        "db.cidrs: must have one block a zone, 1 in all (10.0.8.0/24, 10.0.9.0/24) "
        "Write zones: 2, or cidrs: [10.0.8.0/24]."
    ]


def test_no_room_for_the_missing_blocks_is_said() -> None:
    assert problem_texts("10.0.0.0/16", {"db": Tier(cidrs=("10.0.0.0/17",))}, 3)[-1].endswith(
        "The network has no room for more blocks of this size: choose a larger network."
    )


def test_an_empty_list_of_blocks_is_refused() -> None:
    assert problem_texts("10.0.0.0/16", {"db": Tier(cidrs=())}, 1) == [
        "db.cidrs: must have one block a zone ([]) Remove cidrs, or list the blocks."
    ]


def test_zones_beyond_a_small_grid_are_refused_by_count_and_by_name() -> None:
    assert problem_texts("10.0.0.0/24", {"api": Tier()}, 5) == [
        "None.zones: a /24 has room for 4 zones (5) Ask for fewer zones or choose a larger network."
    ]
    assert problem_texts("10.0.0.0/24", {"api": Tier()}, ["us-east-1a", "us-east-1f"]) == [
        "None.zones: a /24 has room for zones a to d (us-east-1f) Choose another zone or a larger network."
    ]


def test_blocks_cannot_be_drawn_from_a_plan_with_problems() -> None:
    with pytest.raises(ValueError, match=r"api\.prefix: subnets must fit their slot"):
        CidrPlan("10.0.0.0/16", {"api": Tier(prefix=21)}).subnets(zones_of("a"))


def test_an_empty_zone_name_has_no_place() -> None:
    assert [problem.value for problem in CidrPlan("10.0.0.0/16", {"api": Tier()}).problems([""])] == [""]


def test_a_prefix_larger_than_every_block_is_never_free() -> None:
    assert list(CidrPlan("10.0.0.0/24", {"api": Tier()}).free_blocks(20)) == []
