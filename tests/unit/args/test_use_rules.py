"""Rules on what workloads use: it exists, is in reach, and is granted."""

from typing import Any

import pytest

from tests.support.settings import REMOVED, accepted, refused

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1.0.0"
DATABASE = {"network": "payment", "tier": "database", "engine_version": "16", "instance_class": "db.r6g.large"}
WAY = [{"from": "app", "to": "internet", "port": 443}]
NETWORKS: dict[str, Any] = {
    "networks.payment.nat": "single",
    "networks.payment.allow": WAY,
    "networks.analytics.tiers": {"api": {}, "web": {"kind": "public"}, "db": {"kind": "isolated"}},
    "networks.analytics.zones": 2,
    "networks.analytics.nat": "single",
    "networks.analytics.allow": [{"from": "api", "to": "internet", "port": 443}],
}


def using(network: str = "payment", uses: object = None, **changes: Any) -> dict[str, Any]:
    image = IMAGE if network == "payment" else IMAGE.replace("us-east-1", "us-west-2")
    return {**NETWORKS, "services": {"app": {"network": network, "image": image, "uses": uses or {}}}, **changes}


def granting(*grants: dict[str, object]) -> dict[str, Any]:
    return {"networks.payment.allow": [*WAY, *grants]}


EVERYTHING: dict[str, Any] = {
    "databases": {"main": DATABASE},
    "caches": {"sessions": {"network": "payment", "tier": "database"}},
    "tables": {"items": {"network": "payment", "hash_key": "id"}},
    "buckets": {"files": {"network": "payment"}},
    "secrets": {"key": {"network": "payment"}},
    "parameters": {"config": {"network": "payment", "value": "x"}},
    "queues": {"jobs": {"network": "payment"}},
}


@pytest.mark.parametrize(
    ("section", "what"),
    [
        ("secrets", "a secret"),
        ("parameters", "a parameter"),
        ("databases", "a database"),
        ("caches", "a cache"),
        ("queues", "a queue"),
        ("buckets", "a bucket"),
        ("tables", "a table"),
    ],
)
def test_what_is_used_exists(section: str, what: str) -> None:
    assert refused(using(uses={section: "thing"})) == [
        f"services.app.uses.{section}[0]: must name {what} (got thing). There is none to choose from."
    ]


@pytest.mark.parametrize(
    ("section", "name", "remedy"),
    [
        ("databases", "main", "Add analytics to databases.main.secondary_networks."),
        ("caches", "sessions", "Use another cache, with network: analytics."),
        ("tables", "items", "Add analytics to tables.items.replicas."),
        ("buckets", "files", "Set buckets.files.replicate_to to analytics."),
        ("secrets", "key", "Add analytics to secrets.key.replicas."),
        ("parameters", "config", "Use another parameter, with network: analytics."),
        ("queues", "jobs", "Use another queue, with network: analytics."),
    ],
)
def test_what_is_used_is_in_the_workloads_region(section: str, name: str, remedy: str) -> None:
    assert refused(using("analytics", {section: name}, **{section: EVERYTHING[section]})) == [
        f"services.app.uses.{section}[0]: is in us-east-1, and services.app is in us-west-2 (got {name}). {remedy}"
    ]


def test_a_bucket_that_has_its_replica_elsewhere_can_have_no_second() -> None:
    buckets = {"files": {"network": "payment", "replicate_to": "third"}}
    third = {"networks.third": {"cidr": "10.9.0.0/16", "region": "eu-west-1", "tiers": {"app": {}}}}
    assert refused(using("analytics", {"buckets": "files"}, buckets=buckets, **third)) == [
        "services.app.uses.buckets[0]: is in us-east-1 and eu-west-1, and services.app is in us-west-2 (got files). "
        "Use another bucket, with network: analytics."
    ]


def test_a_replica_is_in_reach() -> None:
    replicas: dict[str, Any] = {
        "databases": {"main": {**DATABASE, "tier": REMOVED, "secondary_networks": ["analytics"]}},
        "tables": {"items": {"network": "payment", "hash_key": "id", "replicas": "us-west-2"}},
        "buckets": {"files": {"network": "payment", "replicate_to": "analytics"}},
        "secrets": {"key": {"network": "payment", "replicas": "analytics"}},
        "networks.payment.database_subnet_group": "database",
        "networks.analytics.database_subnet_group": "db",
        "networks.analytics.allow": [
            *NETWORKS["networks.analytics.allow"],
            {"from": "api", "to": "db", "port": 5432},
        ],
    }
    del replicas["databases"]["main"]["tier"]
    uses = {"databases": "main", "tables": "items", "buckets": "files", "secrets": "key"}
    accepted(using("analytics", uses, **replicas))


def test_a_database_and_a_cache_need_a_grant_to_their_tier() -> None:
    uses = {"databases": "main", "caches": "sessions"}
    things = {key: EVERYTHING[key] for key in ("databases", "caches")}
    assert refused(using(uses=uses, **things)) == [
        f"services.app: needs a grant from app to database on port {port}. "
        f"Add {{from: app, to: database, port: {port}}} to networks.payment.allow."
        for port in (5432, 6379)
    ]
    both = [{"from": "app", "to": "database", "port": port} for port in (5432, 6379)]
    accepted(using(uses=uses, **things, **granting(*both)))


@pytest.mark.parametrize(
    "grant",
    [
        {"from": "app", "to": "database", "port": 5432, "protocol": "udp"},
        {"from": "database", "to": "app", "port": 5432},
        {"from": "lb", "to": "database", "port": 5432},
    ],
)
def test_another_grant_is_none(grant: dict[str, object]) -> None:
    (line,) = refused(using(uses={"databases": "main"}, databases=EVERYTHING["databases"], **granting(grant)))
    assert line.startswith("services.app: needs a grant from app to database on port 5432. ")


@pytest.mark.parametrize("ends", [("vpc", "database"), ("app", "vpc")])
def test_a_grant_of_the_whole_network_is_one(ends: tuple[str, str]) -> None:
    grant = {"from": ends[0], "to": ends[1], "port": 5432}
    accepted(using(uses={"databases": "main"}, databases=EVERYTHING["databases"], **granting(grant)))


def test_a_cache_in_the_workloads_own_tier_needs_a_grant_of_the_tier_to_itself() -> None:
    settings = using(uses={"caches": "sessions"}, caches={"sessions": {"network": "payment", "tier": "app"}})
    # What the whole network may do is for groups to each other, not for one to itself.
    everybody = [{"from": "vpc", "to": "app", "port": 6379}, {"from": "app", "to": "vpc", "port": 6379}]
    assert refused({**settings, **granting(*everybody)}) == [
        "services.app: needs a grant from app to app on port 6379. "
        "Add {from: app, to: app, port: 6379} to networks.payment.allow."
    ]
    accepted({**settings, **granting({"from": "app", "to": "app", "port": 6379})})


def test_a_named_group_needs_its_own_grant() -> None:
    settings = using(uses={"databases": "main"}, databases=EVERYTHING["databases"])
    settings["networks.payment.security_groups.worker"] = {"description": "Workers", "tier": "app"}
    settings["services"]["app"]["security_group"] = "worker"
    settings |= granting(
        {"from": "worker", "to": "internet", "port": 443}, {"from": "app", "to": "database", "port": 5432}
    )
    assert refused(settings) == [
        "services.app: needs a grant from worker to database on port 5432. "
        "Add {from: worker, to: database, port: 5432} to networks.payment.allow."
    ]


def between(**changes: Any) -> dict[str, Any]:
    """A service in one network that uses a database in another of the same region."""
    other = {"cidr": "10.9.0.0/16", "zones": 2, "tiers": {"db": {"kind": "isolated"}}}
    database = {"main": {**DATABASE, "network": "data", "tier": "db"}}
    return using(uses={"databases": "main"}, databases=database, **{"networks.data": other}, **changes)


def test_a_database_in_another_network_of_the_region_needs_a_peering_and_a_grant() -> None:
    assert refused(between()) == [
        "services.app: needs a peering of payment with data, and a grant from payment.app to data.db on port 5432. "
        "Add a peering between [payment, data] with {from: payment.app, to: data.db, port: 5432} in its allow."
    ]
    peering: dict[str, Any] = {"between": ["payment", "data"]}
    assert refused(between(**{"peerings.data": peering})) == [
        "services.app: needs a grant from payment.app to data.db on port 5432. "
        "Add {from: payment.app, to: data.db, port: 5432} to the allow of their peering."
    ]
    peering["allow"] = [{"from": "payment.app", "to": "data.db", "port": 5432}]
    accepted(between(**{"peerings.data": peering}))


def test_a_named_group_gets_nothing_from_a_peering() -> None:
    settings = between()
    settings["networks.payment.security_groups.worker"] = {"description": "Workers", "tier": "app"}
    settings["services"]["app"]["security_group"] = "worker"
    settings |= granting({"from": "worker", "to": "internet", "port": 443})
    assert refused(settings) == [
        "services.app: wears security group worker, from where no peering leads to network data. "
        "Remove its security_group: peerings are granted to tiers."
    ]


def test_what_is_wrong_with_a_database_is_not_told_of_its_users() -> None:
    nowhere = {"main": {**DATABASE, "network": "nowhere"}}
    (line,) = refused(using(uses={"databases": "main"}, databases=nowhere))
    assert line.startswith("databases.main.network: ")
    (line,) = refused(using(uses={"databases": "main"}, databases={"main": {**DATABASE, "tier": "nowhere"}}))
    assert line.startswith("databases.main.tier: ")
    (line,) = refused(using(uses={"caches": "sessions"}, caches={"sessions": {"network": "nowhere"}}))
    assert line.startswith("caches.sessions.network: ")


def test_two_things_of_one_variable_are_refused() -> None:
    secrets = {"key": {"network": "payment"}, "key_2": {"network": "payment"}, "key-2": {"network": "payment"}}
    lines = refused(using(uses={"secrets": ["key_2", "key-2"]}, secrets={**secrets}))
    assert (
        "services.app.uses: has two things for the environment variable KEY_2: secrets.key_2 and secrets.key-2. "
        "Rename one of the two."
    ) in lines
    settings = using(uses={"secrets": "key"}, secrets={"key": {"network": "payment"}})
    settings["services"]["app"]["environment"] = {"KEY": "x", "OTHER": "y"}
    assert refused(settings) == [
        "services.app.environment.KEY: is set by what it uses, secrets.key. Remove or rename it."
    ]
