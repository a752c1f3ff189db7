"""Rules on whatever lives in a tier: networks, tiers, groups, zones, versions."""

import copy

import pytest

from tests.support.settings import accepted, refused

CACHE = {"network": "payment", "tier": "database"}
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1.0.0"
SERVICE = {"network": "payment", "image": IMAGE}
NAT: dict[str, object] = {
    "networks.payment.nat": "single",
    "networks.payment.allow": [
        {"from": "app", "to": "internet", "port": 443},
        {"from": "app", "to": "s3", "port": 443},
        {"from": "app", "to": "endpoints", "port": 443},
        {"from": "worker", "to": "internet", "port": 443},
        {"from": "worker", "to": "s3", "port": 443},
        {"from": "worker", "to": "endpoints", "port": 443},
    ],
    "networks.payment.security_groups": {
        "worker": {"description": "Workers", "tier": "app"},
        "anywhere": {"description": "Any tier"},
        "lb": {"description": "Load balancer", "tier": "web"},
    },
}


def service(**changes: object) -> dict[str, object]:
    return {**copy.deepcopy(NAT), "services": {"worker": {**SERVICE, **changes}}}


def cache(**changes: object) -> dict[str, object]:
    return {"caches": {"sessions": {**CACHE, **changes}}}


def test_a_network_that_is_not_there_is_refused_for_each_kind() -> None:
    assert refused(
        {
            "services": {"a": {**SERVICE, "network": "paymnt"}},
            "fleets": {"b": {"network": "paymnt"}},
            "caches": {"c": {"network": "paymnt"}},
            "queues": {"d": {"network": "paymnt"}},
        }
    ) == [
        f"{at}.network: must name a network (got paymnt). Did you mean payment?"
        for at in ("services.a", "fleets.b", "caches.c", "queues.d")
    ]


def test_a_network_of_another_account_is_refused() -> None:
    role = "arn:aws:iam::210987654321:role/network"
    (line,) = refused({**cache(), "networks.payment.role_arn": role})
    assert line == (
        "caches.sessions.network: must be a network of the stack's own account (got payment). "
        "Choose a network without role_arn."
    )


def test_a_tier_that_nothing_names_is_asked_for() -> None:
    assert refused(cache(tier=None)) == [
        "caches.sessions: needs a tier of network payment to live in. "
        "Set the cache's tier, or the network's database_subnet_group."
    ]
    two = {"networks.payment.tiers.other": {"kind": "private", "slot": 4}}
    (line,) = refused({**service(), **two})
    assert line == (
        "services.worker: needs a tier of network payment to live in. Set its tier, or the network's workload."
    )


def test_a_tier_that_is_not_there_is_refused() -> None:
    assert refused(cache(tier="databse")) == [
        "caches.sessions.tier: must name a tier of network payment (got databse). Did you mean database?"
    ]


def test_a_tier_that_the_network_itself_names_wrongly_is_told_once() -> None:
    (line,) = refused({**service(), "networks.payment.workload": "apps"})
    assert line.startswith("networks.payment.workload: ")


def test_a_group_of_a_tier_that_is_not_there_is_told_once() -> None:
    (line,) = refused({**service(security_group="worker"), "networks.payment.security_groups.worker.tier": "apps"})
    assert line.startswith("networks.payment.security_groups.worker.tier: ")


def test_a_public_tier_is_refused() -> None:
    assert refused(cache(tier="web")) == [
        "caches.sessions.tier: must not live in a public tier of network payment (got web). "
        "Choose a tier of kind private or isolated."
    ]


def test_a_group_is_one_of_the_network_and_of_the_tier() -> None:
    accepted(service(security_group="worker"))
    assert refused(service(security_group="wrker")) == [
        "services.worker.security_group: must name a security group of network payment (got wrker). "
        "Did you mean worker?"
    ]
    assert refused(service(security_group="app"))[0] == (
        "services.worker.security_group: names a tier, whose group is worn without being named (got app). "
        "Remove it, and set tier: app instead."
    )
    lines = refused(service(security_group="lb", tier="app"))
    assert lines[0] == (
        "services.worker.security_group: is a group of tier web, not of app (got lb). "
        "Choose a group of tier app, or remove services.worker.tier."
    )


def test_a_cache_has_a_zone_for_each_node() -> None:
    accepted(cache(nodes=2))
    assert refused(cache(nodes=3)) == [
        "caches.sessions.nodes: needs 3 zones, one a node, and its tier in network payment has 2 (got 3). "
        "Lower nodes to 2, or set zones: 3 or more there."
    ]


def test_a_cache_in_an_adopted_network_has_a_subnet_for_each_node() -> None:
    def adopted(**tier: object) -> dict[str, object]:
        network = {"vpc_id": "vpc-0123", "tiers": {"db": {"kind": "isolated", **tier}}}
        return {"networks.old": network, "caches": {"sessions": {"network": "old", "tier": "db", "nodes": 2}}}

    accepted(adopted(subnet_ids=["subnet-1", "subnet-2"]))
    assert refused(adopted(subnet_ids=["subnet-1"])) == [
        "caches.sessions.nodes: needs 2 zones, one a node, and its tier in network old has 1 (got 2). "
        "Lower nodes to 1, or list 2 of its subnets."
    ]


@pytest.mark.parametrize("version", ["7.1", "8", "six", "7.0"])
def test_a_version_that_elasticache_lacks_is_refused(version: str) -> None:
    assert refused(cache(engine_version=version)) == [
        f"caches.sessions.engine_version: must be a version of Valkey that ElastiCache has (got {version}). "
        'Use 7.2 or a later one such as "8.0".'
    ]


def test_a_type_of_another_service_is_refused() -> None:
    assert refused(cache(node_type="db.t4g.micro")) == [
        "caches.sessions.node_type: must be a type of ElastiCache's nodes (got db.t4g.micro). "
        "Use a type such as cache.t4g.micro or cache.m7g.large."
    ]
    accepted(cache(node_type="cache.r7g.12xlarge", engine_version="7.2"))


def test_a_load_balancer_without_a_tier_is_told_by_its_own_rule() -> None:
    lines = refused({**service(load_balancer={}), "networks.payment.tiers.front": {"kind": "public", "slot": 4}})
    assert len([line for line in lines if line.startswith("services.worker.load_balancer")]) == 1
