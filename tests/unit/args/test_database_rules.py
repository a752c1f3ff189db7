"""Rules on databases."""

from typing import Any

import pytest

from tests.support.settings import REMOVED, accepted, refused

DB = "databases.orders"
ROLE = "arn:aws:iam::210987654321:role/network"


def orders(**changes: Any) -> dict[str, Any]:
    """A change of the good settings: they get a database, with these changes to it."""
    database = {
        "network": "payment",
        "tier": "database",
        "engine_version": "16",
        "instance_class": "db.r6g.large",
        **changes,
    }
    return {DB: {key: value for key, value in database.items() if value is not REMOVED}}


def far(**changes: Any) -> dict[str, Any]:
    """The same over two networks, the second of which has the tier too."""
    return {
        **orders(secondary_networks=["analytics"], **changes),
        "networks.analytics.tiers.database": {"kind": "isolated"},
    }


def test_a_database_in_an_isolated_or_private_tier_over_two_zones_is_accepted() -> None:
    database = accepted(orders()).databases["orders"]
    assert (database.networks, database.parameter_family) == (("payment",), "aurora-postgresql16")
    assert accepted(orders(tier="app"))
    assert accepted(far()).databases["orders"].networks == ("payment", "analytics")


def test_the_tier_of_the_networks_subnet_group_is_the_default() -> None:
    assert accepted({**orders(tier=REMOVED), "networks.payment.database_subnet_group": "database"})
    assert refused(orders(tier=REMOVED)) == [
        "databases.orders.network: needs a tier of network payment to live in. "
        "Set the database's tier, or the network's database_subnet_group."
    ]


def test_an_unknown_tier_of_the_networks_subnet_group_is_told_once() -> None:
    [line] = refused({**orders(tier=REMOVED), "networks.payment.database_subnet_group": "databse"})
    assert line.startswith("networks.payment.database_subnet_group: must name a tier")


def test_an_unknown_network_is_refused() -> None:
    assert refused(orders(network="paymnt")) == [
        "databases.orders.network: must name a network (got paymnt). Did you mean payment?"
    ]
    assert refused(orders(secondary_networks=["analytcs"])) == [
        "databases.orders.secondary_networks[0]: must name a network (got analytcs). Did you mean analytics?"
    ]


def test_a_network_of_another_account_is_refused() -> None:
    assert refused({**orders(), "networks.payment.role_arn": ROLE}) == [
        "databases.orders.network: must be a network of the stack's own account (got payment). "
        "Choose a network without role_arn."
    ]


def test_an_unknown_tier_is_refused_in_every_network() -> None:
    assert refused(orders(tier="databse")) == [
        "databases.orders.tier: must name a tier of network payment (got databse). Did you mean database?"
    ]
    assert refused(orders(secondary_networks=["analytics"])) == [
        "databases.orders.tier: must name a tier of network analytics (got database). Choose one of: api."
    ]


def test_a_public_tier_is_refused() -> None:
    assert refused(orders(tier="web")) == [
        "databases.orders.tier: must not live in a public tier of network payment (got web). "
        "Choose a tier of kind isolated or private."
    ]


def test_one_zone_is_too_few() -> None:
    assert refused({**far(), "networks.analytics.zones": 1}) == [
        "databases.orders.tier: needs 2 zones, and its tier in network analytics has 1 (got database). "
        "Set zones: 2 or more there."
    ]


@pytest.mark.parametrize("tier", [{"subnet_ids": ["subnet-1", "subnet-2"]}, {"cidrs": ["10.9.0.0/24", "10.9.1.0/24"]}])
def test_an_adopted_network_with_two_subnets_will_do(tier: dict[str, Any]) -> None:
    def adopted(subnets: dict[str, Any]) -> dict[str, Any]:
        tiers = {"database": {"kind": "isolated", **subnets}}
        return {**orders(network="old"), "networks.old": {"vpc_id": "vpc-0123", "tiers": tiers}}

    assert accepted(adopted(tier))
    assert refused(adopted({key: value[:1] for key, value in tier.items()})) == [
        "databases.orders.tier: needs 2 zones, and its tier in network old has 1 (got database). "
        "List two of its subnets or more."
    ]


def test_an_adopted_network_whose_subnets_only_aws_knows_is_accepted() -> None:
    adopted = {"networks.old": {"vpc_id": "vpc-0123", "tiers": {"database": {"kind": "isolated"}}}}
    assert accepted({**orders(network="old"), **adopted})


def test_a_global_database_has_one_cluster_a_region() -> None:
    assert refused({**far(), "networks.analytics.region": "us-east-1"}) == [
        "databases.orders.secondary_networks[0]: is in us-east-1, as payment is (got analytics). "
        "Choose a network in another region."
    ]
    twice = orders(secondary_networks=["analytics", "analytics"])
    assert refused({**far(), **twice}) == [
        "databases.orders.secondary_networks[1]: is listed twice (got analytics). Remove it."
    ]


def test_capacity_is_one_of_a_class_and_serverless() -> None:
    assert refused(orders(instance_class=REMOVED)) == [
        "databases.orders: needs instance_class or serverless. "
        "Set one of the two, such as instance_class: db.r6g.large."
    ]
    assert refused(orders(serverless={})) == [
        "databases.orders: takes instance_class or serverless, not both. Remove one of them."
    ]
    assert accepted(orders(instance_class=REMOVED, serverless={}))


def test_the_least_capacity_is_not_above_the_most() -> None:
    assert refused(orders(instance_class=REMOVED, serverless={"min_capacity": 8, "max_capacity": 4})) == [
        "databases.orders.serverless.min_capacity: must not be above max_capacity, 4.0 (got 8.0). "
        "Lower it, or raise max_capacity."
    ]


def test_capacity_goes_in_steps_of_a_half() -> None:
    assert refused(orders(instance_class=REMOVED, serverless={"min_capacity": 0.7})) == [
        "databases.orders.serverless.min_capacity: must be a multiple of 0.5 (got 0.7). Use 1.0."
    ]
    assert accepted(orders(instance_class=REMOVED, serverless={"min_capacity": 1.5, "max_capacity": 4}))


def test_a_burstable_class_is_refused_for_a_global_database_only() -> None:
    assert accepted(orders(instance_class="db.t4g.medium"))
    assert refused(far(instance_class="db.t4g.medium")) == [
        "databases.orders.instance_class: must not be a burstable class in a Global Database (got db.t4g.medium). "
        "Use a class such as db.r6g.large, or serverless."
    ]


@pytest.mark.parametrize("name", ["r6g.large", "db.r6g", "db.serverless", "db.R6g.large"])
def test_a_class_is_of_the_form_that_rds_has(name: str) -> None:
    assert refused(orders(instance_class=name)) == [
        f"databases.orders.instance_class: must be a class of instances (got {name}). "
        "Use a class such as db.r6g.large, or write serverless instead."
    ]


@pytest.mark.parametrize("version", ["", "latest", "16.x", "v16", "16.4.1"])
def test_a_version_is_made_of_digits(version: str) -> None:
    [line] = refused(orders(engine_version=version))
    assert line.startswith("databases.orders.engine_version: must be a version of PostgreSQL (got ")


def test_a_version_without_quotes_is_refused() -> None:
    assert refused(orders(engine_version=16.1)) == [
        "databases.orders.engine_version: must be text (got 16.1). Put it in quotes: YAML read it as 16.1."
    ]


@pytest.mark.parametrize(("days", "rule"), [(0, "must be at least 1"), (36, "must be at most 35")])
def test_backups_are_kept_from_1_to_35_days(days: int, rule: str) -> None:
    [line] = refused(orders(backup_retention_days=days))
    assert line.startswith(f"databases.orders.backup_retention_days: {rule} (got {days})")


@pytest.mark.parametrize("name", ["Orders", "1st", "a-b", "a" * 64])
def test_the_first_databases_name_is_one_of_postgresql(name: str) -> None:
    [line] = refused(orders(database_name=name))
    assert line.startswith("databases.orders.database_name: must be lower-case letters, digits and '_'")


def test_a_clusters_name_that_is_too_long_is_refused() -> None:
    long = "o" * 60
    lines = refused({f"databases.{long}": orders()[DB]})
    assert f"tapstack-{long}-payment-dev, longer than the 63 characters" in lines[0]


def test_a_database_is_named_in_letters_that_postgresql_takes_unquoted() -> None:
    assert refused(orders(database_name="My-App")) == [
        f"{DB}.database_name: must be lower-case letters, digits and '_', starting with a letter, 63 at most "
        "(got My-App). Use a name such as app."
    ]
    assert accepted(orders(database_name="ledger_2")).databases["orders"].database_name == "ledger_2"
