"""What grants lead to, on the pure functions."""

from typing import Any

import pytest

from lib.args.problems import SettingsError
from lib.args.stack import TapStackArgs
from lib.networking.acl_rule import AclRule
from lib.networking.grants import Access, compile_grants, touched
from lib.networking.layout import draw, zone_count
from lib.networking.pairs import pairs
from lib.networking.tiers import endpoint_tier, workload_tier
from tests.support.stack import stack_args

TIERS = {"public": {"kind": "public"}, "private": {"kind": "private"}, "data": {"kind": "isolated"}}


def compiled(args: TapStackArgs) -> dict[str, Access]:
    layouts = {
        name: draw(name, net, net.cidr or "", "us-east-1", tuple(f"us-east-1{x}" for x in "abc"[: zone_count(net)]))
        for name, net in args.networks.items()
    }
    return compile_grants(args, layouts)


def one(*, zones: int = 1, **network: Any) -> Access:
    settings = {"cidr": "10.0.0.0/16", "tiers": TIERS, "zones": zones, **network}
    return compiled(stack_args(networks={"main": settings}))["main"]


def group_rules(access: Access) -> set[str]:
    return {rule.key for rule in access.group_rules}


def acl(access: Access, tier: str) -> set[str]:
    return {rule.key for rule in access.acl(tier)}


def test_a_grant_between_tiers_refers_to_each_others_groups() -> None:
    access = one(allow=[{"from": "private", "to": "data", "port": 5432}])
    assert group_rules(access) == {"private-out-tcp-5432-data", "data-in-tcp-5432-private"}
    assert access.groups == {"private", "data"}


def test_a_grant_between_tiers_opens_both_acls_for_the_port_and_its_return_traffic() -> None:
    access = one(allow=[{"from": "private", "to": "data", "port": 5432}])
    assert acl(access, "private") == {
        "out-allow-tcp-5432-10.0.8.0-22",
        "in-allow-tcp-1024-65535-10.0.0.0-16",
    }
    assert acl(access, "data") == {
        "in-allow-tcp-5432-10.0.4.0-22",
        "out-allow-tcp-1024-65535-10.0.0.0-16",
    }


def test_a_public_tier_lets_web_traffic_and_its_answers_pass_and_denies_logins() -> None:
    assert acl(one(), "public") == {
        "in-deny-tcp-22-0.0.0.0-0",
        "in-deny-tcp-3389-0.0.0.0-0",
        "in-allow-tcp-80-0.0.0.0-0",
        "in-allow-tcp-443-0.0.0.0-0",
        "in-allow-tcp-1024-65535-0.0.0.0-0",
        "out-allow-tcp-80-0.0.0.0-0",
        "out-allow-tcp-443-0.0.0.0-0",
        "out-allow-tcp-1024-65535-0.0.0.0-0",
    }


DATABASE = {"network": "main", "tier": "data", "engine_version": "16", "serverless": {}}
MIGRATIONS = {"migrations": "migrations/payments"}


def with_database(database: dict[str, Any], **network: Any) -> Access:
    settings = {"cidr": "10.0.0.0/16", "tiers": TIERS, "zones": 2, **network}
    return compiled(stack_args(networks={"main": settings}, databases={"orders": {**DATABASE, **database}}))["main"]


def test_migrations_pass_the_acls_between_their_tier_and_their_databases_without_a_grant() -> None:
    endpoint = {"endpoints": ["secretsmanager"]}
    before, after = with_database({}, **endpoint), with_database(MIGRATIONS, **endpoint)
    # The network's block is cut into slots of zones, a third of a slot for each tier.
    assert acl(after, "private") - acl(before, "private") == {
        "out-allow-tcp-5432-10.0.8.0-22",
        "out-allow-tcp-5432-10.0.40.0-22",
    }
    assert acl(after, "data") - acl(before, "data") == {
        "in-allow-tcp-5432-10.0.4.0-22",
        "in-allow-tcp-5432-10.0.36.0-22",
        "out-allow-tcp-1024-65535-10.0.0.0-16",
    }
    # Its function has a group of its own, so that no workload comes along.
    assert group_rules(after) == group_rules(before)


def test_migrations_reach_secrets_manager_over_nat_where_it_has_no_endpoint() -> None:
    after = with_database(MIGRATIONS, nat="single")
    assert "out-allow-tcp-443-0.0.0.0-0" in acl(after, "private")
    assert "in-allow-tcp-1024-65535-0.0.0.0-0" in acl(after, "private")
    assert {"in-allow-tcp-443-10.0.4.0-22", "in-allow-tcp-443-10.0.36.0-22"} & acl(after, "public")
    by_endpoint = with_database(MIGRATIONS, nat="single", endpoints=["secretsmanager"])
    assert "out-allow-tcp-443-0.0.0.0-0" not in acl(by_endpoint, "private")


def test_migrations_of_a_database_elsewhere_open_nothing_here() -> None:
    here = {"cidr": "10.0.0.0/16", "tiers": TIERS, "zones": 2}
    there = {**here, "cidr": "10.1.0.0/16", "endpoints": ["secretsmanager"]}
    args = stack_args(
        networks={"here": here, "there": there}, databases={"orders": {**DATABASE, **MIGRATIONS, "network": "there"}}
    )
    assert acl(compiled(args)["here"], "private") == set()


def test_a_tier_without_grants_passes_nothing() -> None:
    access = one()
    assert acl(access, "private") == set()
    assert acl(access, "data") == set()


def test_a_named_group_opens_the_acl_of_its_tier_alone() -> None:
    access = one(
        security_groups={"alb": {"description": "Load balancer", "tier": "public"}},
        allow=[{"from": "alb", "to": "private", "port": 800}],
    )
    assert group_rules(access) == {"alb-out-tcp-800-private", "private-in-tcp-800-alb"}
    assert "out-allow-tcp-800-10.0.4.0-22" in acl(access, "public")
    assert acl(access, "data") == set()


def test_a_named_group_without_a_tier_opens_the_acl_of_every_tier() -> None:
    access = one(
        security_groups={"job": {"description": "Jobs anywhere"}}, allow=[{"from": "job", "to": "data", "port": 543}]
    )
    assert "out-allow-tcp-543-10.0.8.0-22" in acl(access, "private")
    assert "out-allow-tcp-543-10.0.8.0-22" in acl(access, "public")


def test_the_internet_is_a_block_on_one_side_only() -> None:
    access = one(allow=[{"from": "internet", "to": "public", "port": 443}])
    assert group_rules(access) == {"public-in-tcp-443-0.0.0.0-0"}


def test_a_private_tier_reaches_the_internet_through_the_acl_of_nats_tier() -> None:
    access = one(nat="single", allow=[{"from": "private", "to": "internet", "port": 587}])
    assert group_rules(access) == {"private-out-tcp-587-0.0.0.0-0"}
    assert {"in-allow-tcp-587-10.0.4.0-22", "out-allow-tcp-587-0.0.0.0-0"} <= acl(access, "public")
    assert acl(access, "private") == {
        "in-deny-tcp-22-0.0.0.0-0",
        "in-deny-tcp-3389-0.0.0.0-0",
        "in-allow-tcp-1024-65535-0.0.0.0-0",
        "out-allow-tcp-587-0.0.0.0-0",
    }


def test_nats_tier_is_left_alone_where_nothing_leaves_through_it() -> None:
    inside = one(nat="single", allow=[{"from": "private", "to": "10.0.8.0/22", "port": 587}])
    assert not any("587" in key for key in acl(inside, "public"))
    public = one(nat="single", allow=[{"from": "public", "to": "internet", "port": 587}])
    assert "in-allow-tcp-587-10.0.4.0-22" not in acl(public, "public")
    regional = one(nat="regional", allow=[{"from": "private", "to": "internet", "port": 587}])
    assert not any("587" in key for key in acl(regional, "public"))
    assert "out-allow-tcp-587-0.0.0.0-0" in acl(regional, "private")
    without = one(allow=[{"from": "private", "to": "198.51.100.0/24", "port": 587}])
    assert not any("587" in key for key in acl(without, "public"))


def test_workloads_of_one_tier_can_talk_to_each_other() -> None:
    access = one(zones=2, allow=[{"from": "private", "to": "private", "port": 7000}])
    assert group_rules(access) == {"private-out-tcp-7000-private", "private-in-tcp-7000-private"}
    assert {"in-allow-tcp-7000-10.0.36.0-22", "out-allow-tcp-7000-10.0.4.0-22"} <= acl(access, "private")


def test_a_cidr_end_is_taken_as_it_is() -> None:
    access = one(allow=[{"from": "192.168.0.0/24", "to": "private", "port": 22}])
    assert group_rules(access) == {"private-in-tcp-22-192.168.0.0-24"}
    assert "in-allow-tcp-22-192.168.0.0-24" in acl(access, "private")


def test_vpc_as_source_is_every_group_and_the_networks_blocks() -> None:
    access = one(allow=[{"from": "vpc", "to": "data", "port": 5432}, {"from": "private", "to": "data", "port": 9000}])
    assert {
        "data-in-tcp-5432-10.0.0.0-16",
        "private-out-tcp-5432-data",
    } <= group_rules(access)
    assert "data-out-tcp-5432-data" not in group_rules(access)


def test_vpc_as_target_is_every_group_and_the_networks_blocks() -> None:
    access = one(
        allow=[
            {"from": "private", "to": "vpc", "port": 53, "protocol": "udp"},
            {"from": "private", "to": "data", "port": 1},
        ]
    )
    assert {"private-out-udp-53-10.0.0.0-16", "data-in-udp-53-private"} <= group_rules(access)


def test_interface_endpoints_are_open_to_the_network_alone_on_443() -> None:
    access = one(endpoints=["ecr.api", "s3"], allow=[{"from": "private", "to": "endpoints", "port": 443}])
    assert group_rules(access) == {"endpoints-in-tcp-443-10.0.0.0-16", "private-out-tcp-443-endpoints"}
    assert "in-allow-tcp-443-10.0.0.0-16" in acl(access, "private")
    assert "out-allow-tcp-443-10.0.4.0-22" in acl(access, "data")


def test_a_gateway_endpoint_is_reached_by_its_prefix_list_and_through_an_open_acl() -> None:
    access = one(nat="single", endpoints=["s3"], allow=[{"from": "data", "to": "s3", "port": 443}])
    assert group_rules(access) == {"data-out-tcp-443-s3"}
    assert {"out-allow-tcp-443-0.0.0.0-0", "in-deny-tcp-22-0.0.0.0-0"} <= acl(access, "data")


def test_two_grants_for_one_thing_are_one_rule_with_the_first_description() -> None:
    access = one(
        allow=[
            {"from": "vpc", "to": "data", "port": 5432, "description": "first"},
            {"from": "10.0.0.0/16", "to": "data", "port": 5432, "description": "second"},
        ]
    )
    described = {rule.key: rule.description for rule in access.group_rules}
    assert described["data-in-tcp-5432-10.0.0.0-16"] == "first"


def test_a_rule_without_a_description_says_what_it_lets_through() -> None:
    access = one(allow=[{"from": "private", "to": "data", "port": 5432}])
    assert {rule.description for rule in access.group_rules} == {"private to data"}


def two(**more: Any) -> TapStackArgs:
    tiers = {"app": {"kind": "private"}, "db": {"kind": "isolated"}}
    return stack_args(
        networks={
            "near": {"cidr": "10.0.0.0/16", "zones": 2, "tiers": tiers},
            "far": {"cidr": "10.1.0.0/16", "zones": 1, "tiers": tiers},
        },
        **more,
    )


def test_a_grant_between_networks_names_the_other_sides_blocks() -> None:
    args = two(
        peerings={"link": {"between": ["near", "far"], "allow": [{"from": "near.app", "to": "far.db", "port": 1}]}}
    )
    access = compiled(args)
    assert group_rules(access["near"]) == {"app-out-tcp-1-10.1.8.0-22"}
    assert group_rules(access["far"]) == {"db-in-tcp-1-10.0.4.0-22", "db-in-tcp-1-10.0.36.0-22"}
    assert access["near"].acl("app") == (
        AclRule(False, "allow", "tcp", 1024, 65535, "10.1.8.0/22"),
        AclRule(True, "allow", "tcp", 1, 1, "10.1.8.0/22"),
    )
    assert acl(access["far"], "app") == set()
    assert {rule.description for rule in access["near"].group_rules} == {"near.app to far.db"}


def test_a_tier_that_only_a_peering_names_has_a_group() -> None:
    args = two(
        peerings={"link": {"between": ["near", "far"], "allow": [{"from": "near.db", "to": "far.db", "port": 1}]}}
    )
    assert compiled(args)["near"].groups == {"app", "db"}


def test_grants_of_networks_whose_layout_is_unknown_are_left_out() -> None:
    args = two(
        peerings={"link": {"between": ["near", "far"], "allow": [{"from": "near.app", "to": "far.db", "port": 1}]}}
    )
    near = {"near": draw("near", args.networks["near"], "10.0.0.0/16", "us-east-1", ("us-east-1a", "us-east-1b"))}
    assert group_rules(compile_grants(args, near)["near"]) == set()


def test_the_tiers_that_a_pair_touches_are_those_its_grants_name() -> None:
    args = two(
        peerings={"link": {"between": ["near", "far"], "allow": [{"from": "near.app", "to": "far.db", "port": 1}]}}
    )
    (pair,) = pairs(args)
    assert (touched(pair, "near"), touched(pair, "far")) == (["app"], ["db"])


def test_a_mesh_pairs_every_two_members_whatever_their_order() -> None:
    tiers = {"app": {"kind": "private"}}
    networks = {name: {"cidr": f"10.{n}.0.0/16", "zones": 1, "tiers": tiers} for n, name in enumerate("abc")}
    grants = [{"from": "c.app", "to": "a.app", "port": 1}]
    args = stack_args(networks=networks, meshes={"all": {"members": ["c", "a", "b"], "allow": grants, "dns": False}})
    assert [(pair.name, pair.requester, pair.accepter, len(pair.allow), pair.dns) for pair in pairs(args)] == [
        ("all-a-b", "a", "b", 0, False),
        ("all-a-c", "a", "c", 1, False),
        ("all-b-c", "b", "c", 0, False),
    ]


def network_args(**more: Any) -> Any:
    return stack_args(networks={"main": {"cidr": "10.0.0.0/16", "tiers": TIERS, **more}}).networks["main"]


def test_the_workload_tier_is_the_stated_the_only_or_the_only_private_one() -> None:
    assert workload_tier(network_args()) == "private"
    assert workload_tier(network_args(workload="data")) == "data"
    assert workload_tier(network_args(tiers={"web": {"kind": "public"}})) == "web"
    assert workload_tier(network_args(tiers={"a": {"kind": "private"}, "b": {"kind": "private", "slot": 4}})) is None


def test_interface_endpoints_live_in_the_stated_or_the_first_inner_tier() -> None:
    assert endpoint_tier(network_args()) == "private"
    assert endpoint_tier(network_args(endpoint_tier="data")) == "data"
    assert endpoint_tier(network_args(tiers={"web": {"kind": "public"}, "db": {"kind": "isolated"}})) == "db"
    assert endpoint_tier(network_args(tiers={"web": {"kind": "public"}})) is None


def test_zones_are_counted_listed_or_as_many_as_the_longest_list_of_blocks() -> None:
    assert zone_count(network_args(zones=3)) == 3
    assert zone_count(network_args(zones=["us-east-1a"])) == 1
    assert zone_count(network_args()) == 2


def crowd(count: int) -> dict[str, Any]:
    grants = [{"from": "public", "to": "private", "port": 8000 + number} for number in range(count)]
    return {"cidr": "10.0.0.0/16", "tiers": TIERS, "zones": 3, "allow": grants}


def test_an_acl_with_more_entries_than_aws_takes_is_refused_with_the_count() -> None:
    with pytest.raises(SettingsError) as error:
        stack_args(networks={"main": crowd(7)})
    assert [str(problem) for problem in error.value.problems] == [
        "networks.main.allow: make 21 inbound entries in the ACL of tier private; AWS takes 20. "
        "Replace grants from or to single tiers by one for vpc or a CIDR block, or span fewer zones.",
        "networks.main.allow: make 24 outbound entries in the ACL of tier public; AWS takes 20. "
        "Replace grants from or to single tiers by one for vpc or a CIDR block, or span fewer zones.",
    ]
    assert stack_args(networks={"main": crowd(5)})


def test_an_adopted_networks_acls_are_not_ours_to_count() -> None:
    tiers = {tier: {"subnet_ids": [f"subnet-{tier}"]} for tier in TIERS}
    assert stack_args(networks={"main": {"vpc_id": "vpc-1", "tiers": tiers, "allow": crowd(7)["allow"]}})
