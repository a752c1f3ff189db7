"""Rules on networks and their tiers."""

import pytest

from tests.support.settings import REMOVED, accepted, refused

PAYMENT = "networks.payment"
ADOPTED = {"vpc_id": "vpc-0123", "tiers": {"app": {"subnet_ids": ["subnet-1"]}}}


def test_overlapping_networks_are_refused_naming_both_and_both_blocks():
    assert refused({"networks.analytics.cidr": "10.0.128.0/20"}) == [
        "networks.analytics.cidr: block of network analytics overlaps 10.0.0.0/16 of network payment "
        "(got 10.0.128.0/20). Use a block such as 10.1.0.0/20."
    ]


def test_overlapping_secondary_blocks_are_refused():
    [line] = refused({"networks.analytics.secondary_cidrs": ["10.9.0.0/16", "10.0.0.0/16"]})
    assert line.startswith(
        "networks.analytics.secondary_cidrs[1]: block of network analytics overlaps 10.0.0.0/16 of network payment"
    )
    [line] = refused({f"{PAYMENT}.secondary_cidrs": ["10.0.0.0/16"]})
    assert "overlaps 10.0.0.0/16 of the same network" in line


def test_the_stated_block_of_an_adopted_network_must_not_overlap():
    [line] = refused({"networks.old": {**ADOPTED, "cidr": "10.1.0.0/16"}})
    assert line.startswith("networks.old.cidr: block of network old overlaps 10.1.0.0/16 of network analytics")


def test_a_network_to_be_created_needs_a_block():
    assert refused({"networks.analytics.cidr": REMOVED}) == [
        "networks.analytics.cidr: is required for a network to be created. "
        "Add a block such as 10.1.0.0/16, or vpc_id to adopt a VPC."
    ]


def test_no_free_block_leaves_a_remedy_all_the_same():
    blocks = {f"n{number}": {"cidr": f"10.{number}.0.0/16", "tiers": {"a": {}}} for number in range(256)}
    lines = refused({"networks": {**blocks, "more": {"tiers": {"a": {}}}}, "peerings": REMOVED})
    assert "networks.more.cidr" in lines[0]


@pytest.mark.parametrize("zone", ["us-west-2a", "us-east-1", "a", "us-east-1ab"])
def test_a_zone_of_another_region_is_refused(zone):
    lines = refused({f"{PAYMENT}.zones": ["us-east-1a", zone]})
    assert lines == [
        f"networks.payment.zones[1]: must be a zone of us-east-1 (got {zone}). "
        "Name zones such as us-east-1a, or set the network's region."
    ]


def test_a_zone_listed_twice_is_refused():
    assert refused({f"{PAYMENT}.zones": ["us-east-1a", "us-east-1a"]}) == [
        "networks.payment.zones[1]: is listed twice (got us-east-1a). Remove one of the two."
    ]


def test_a_zone_beyond_the_grid_is_refused():
    [line] = refused({f"{PAYMENT}.zones": ["us-east-1a", "us-east-1z"]})
    assert line.startswith("networks.payment.zones: a /16 has room for zones a to h (got us-east-1z).")


def test_nat_needs_a_public_tier_and_a_private_one():
    assert refused({"networks.analytics.nat": "single"}) == [
        "networks.analytics.nat: needs a tier of kind public (got single). "
        "Add a public tier, set nat to regional, or remove nat."
    ]
    changes = {"networks.analytics.nat": "per-zone", "networks.analytics.tiers.api.kind": "public"}
    [line] = refused(changes)
    assert line.startswith("networks.analytics.nat: serves tiers of kind private (got per-zone).")
    assert accepted({f"{PAYMENT}.nat": "per-zone"})


def test_a_regional_nat_gateway_needs_a_private_tier_alone():
    assert accepted({"networks.analytics.nat": "regional"})
    assert refused({"networks.analytics.nat": "regional", "networks.analytics.tiers.api.kind": "isolated"}) == [
        "networks.analytics.nat: serves tiers of kind private (got regional). Add a private tier, or remove nat."
    ]


def test_an_adopted_network_refuses_what_is_about_making_one():
    tier = {"subnet_ids": ["subnet-1"], "slot": 3, "prefix": 24}
    old = {**ADOPTED, "nat": "single", "zones": 2, "secondary_cidrs": ["10.9.0.0/16"], "tiers": {"app": tier}}
    lines = refused({"networks.old": old})
    assert [line.split(": ")[0] for line in lines] == [
        "networks.old.nat",
        "networks.old.zones",
        "networks.old.secondary_cidrs",
        "networks.old.tiers.app.slot",
        "networks.old.tiers.app.prefix",
    ]
    assert all("has no meaning for an adopted network" in line for line in lines)


def test_an_adopted_network_is_accepted():
    assert accepted({"networks.old": ADOPTED}).networks["old"].vpc_id == "vpc-0123"


def test_the_tiers_of_an_adopted_network_name_their_subnets_in_one_way():
    both = {"subnet_ids": ["subnet-1"], "cidrs": ["10.5.0.0/24"]}
    [line] = refused({"networks.old": {"vpc_id": "vpc-1", "tiers": {"app": both}}})
    assert line.startswith("networks.old.tiers.app.subnet_ids: must name its subnets in one way")
    lines = refused({"networks.old": {"vpc_id": "vpc-1", "tiers": {"app": {}, "web": both | {"cidrs": None}}}})
    assert [line.split(": ")[0] for line in lines] == ["networks.old.tiers.app"]
    assert accepted({"networks.old": {"vpc_id": "vpc-1", "tiers": {"app": {}}}})


def test_subnet_ids_are_for_adopted_networks():
    assert refused({f"{PAYMENT}.tiers.app.subnet_ids": ["subnet-1"]}) == [
        'networks.payment.tiers.app.subnet_ids: is for adopted networks (got ["subnet-1"]). '
        "Remove it, or set the network's vpc_id."
    ]


def test_only_one_network_is_primary():
    assert refused({f"{PAYMENT}.primary": True, "networks.analytics.primary": True}) == [
        "networks.analytics.primary: can only be true for one of the networks, and payment has it (got true). "
        "Remove one of the two."
    ]


def test_an_endpoint_listed_twice_is_refused():
    [line] = refused({f"{PAYMENT}.endpoints": ["s3", "ecr.api", "s3"]})
    assert line.startswith("networks.payment.endpoints: lists s3 2 times")


def test_a_subnet_outside_its_network_is_refused():
    [line] = refused({f"{PAYMENT}.tiers.database.cidrs": ["10.0.200.0/24", "10.7.0.0/24"]})
    assert line.startswith("networks.payment.tiers.database.cidrs[1]: must lie inside the network, 10.0.0.0/16")


def test_a_subnet_may_lie_in_a_secondary_block():
    changes = {
        f"{PAYMENT}.secondary_cidrs": ["10.7.0.0/16"],
        f"{PAYMENT}.tiers.database.cidrs": ["10.0.200.0/24", "10.7.0.0/24"],
    }
    assert accepted(changes)


def test_overlapping_subnets_are_refused():
    [line] = refused({f"{PAYMENT}.tiers.database.cidrs": ["10.0.200.0/24", "10.0.200.128/25"]})
    assert line.startswith("networks.payment.tiers.database.cidrs[1]: overlaps 10.0.200.0/24 of the same tier")


def test_a_prefix_larger_than_its_slot_is_refused():
    [line] = refused({f"{PAYMENT}.tiers.app.prefix": 20})
    assert line.startswith("networks.payment.tiers.app.prefix: subnets must fit their slot, which is a /22 (got 20).")


def test_fewer_blocks_than_zones_are_refused_with_the_whole_list_to_write():
    [line] = refused({f"{PAYMENT}.zones": 3})
    assert line.startswith("networks.payment.tiers.database.cidrs: must have one block a zone, 3 in all")
    assert "Write cidrs: [10.0.200.0/24, 10.0.201.0/24, 10.0." in line


def test_two_automatic_tiers_of_a_kind_need_a_slot():
    [line] = refused({f"{PAYMENT}.tiers.batch": {"kind": "private"}})
    assert line.startswith("networks.payment.tiers.batch.slot: slot 1 is the default of its kind and already that of ")
    assert line.endswith("Write slot: 3.")
    assert accepted({f"{PAYMENT}.tiers.batch": {"kind": "private", "slot": 3}})


def test_two_tiers_on_one_slot_are_refused():
    [line] = refused({f"{PAYMENT}.tiers.batch": {"slot": 0}})
    assert line.startswith("networks.payment.tiers.")
    assert "slot 0 is " in line


def test_a_slot_that_a_small_block_lacks_is_refused():
    [line] = refused({"networks.analytics.cidr": "10.1.0.0/24", "networks.analytics.tiers.api.slot": 6})
    assert line.startswith("networks.analytics.tiers.api.slot: a /24 has tier slots 0 to 3 (got 6).")


def test_a_block_on_a_slot_in_use_is_refused_naming_both_and_a_free_one():
    [line] = refused({f"{PAYMENT}.tiers.database.cidrs": ["10.0.4.0/24", "10.0.201.0/24"]})
    assert line.startswith("networks.payment.tiers.database.cidrs[0]: touches 10.0.4.0/22, which is slot 1 of tier app")
    assert "The first free /24 is " in line


@pytest.mark.parametrize("word", ["internet", "vpc", "endpoints", "s3", "dynamodb"])
def test_words_that_grants_use_are_no_names(word):
    lines = refused({f"{PAYMENT}.tiers.{word}": {"slot": 5}, f"{PAYMENT}.security_groups.{word}": {"description": "x"}})
    assert f"networks.payment.tiers.{word}: is a word that grants use (got {word}). Choose another name." in lines
    assert f"networks.payment.security_groups.{word}: is a word that grants use (got {word}). Choose another name." in (
        lines
    )


def test_a_group_must_not_have_the_name_of_a_tier():
    lines = refused({f"{PAYMENT}.security_groups.app": {"description": "x"}})
    assert any(line.startswith("networks.payment.security_groups.app: has the name of a tier") for line in lines)


@pytest.mark.parametrize("key", ["workload", "endpoint_tier", "database_subnet_group", "security_groups.lb.tier"])
def test_a_tier_referred_to_must_exist(key):
    [line] = refused({f"{PAYMENT}.{key}": "databse"})
    assert line == f"networks.payment.{key}: must name a tier of the network (got databse). Did you mean database?"


def test_a_database_subnet_group_is_not_public_and_spans_two_zones():
    assert accepted({f"{PAYMENT}.database_subnet_group": "database"})
    [line] = refused({f"{PAYMENT}.database_subnet_group": "web"})
    assert line.startswith("networks.payment.database_subnet_group: must not be a public tier (got web).")
    [line] = refused({"networks.analytics.database_subnet_group": "api", "networks.analytics.zones": 1})
    assert line.startswith("networks.analytics.database_subnet_group: needs 2 zones, and the network has one (got api)")


def test_interface_endpoints_need_a_tier_that_is_not_public():
    [line] = refused({"networks.analytics.endpoints": ["s3", "logs"], "networks.analytics.tiers.api.kind": "public"})
    assert line.startswith("networks.analytics.endpoints: needs a private or isolated tier for logs.")
    [line] = refused({f"{PAYMENT}.endpoint_tier": "web"})
    assert line.startswith("networks.payment.endpoint_tier: must be a private or isolated tier (got web).")
