"""Rules on APIs."""

from typing import Any

import pytest

from tests.support.settings import REMOVED, accepted, refused

ORDERS = {"networks": ["payment", "analytics"], "table": "items", "database": "ledger"}
AT = "apis.orders"
GRANTS = {
    network: [{"from": tier, "to": "endpoints", "port": 443}, {"from": tier, "to": "dynamodb", "port": 443}]
    for network, tier in (("payment", "app"), ("analytics", "api"))
}


def orders(**changes: Any) -> dict[str, Any]:
    """Settings with an API in two regions, its table and its database; a dot in a path is written `__`."""
    settings = {
        "networks.payment.endpoints": ["dynamodb", "secretsmanager"],
        "networks.payment.workload": "app",
        "networks.payment.allow": [*GRANTS["payment"], {"from": "app", "to": "database", "port": 5432}],
        "networks.analytics.endpoints": ["dynamodb", "secretsmanager"],
        "networks.analytics.zones": 2,
        "networks.analytics.tiers.api": {"kind": "private"},
        "networks.analytics.tiers.database": {"kind": "isolated"},
        "networks.analytics.allow": [*GRANTS["analytics"], {"from": "api", "to": "database", "port": 5432}],
        "tables.items": {"network": "payment", "hash_key": "id", "replicas": ["analytics"]},
        "databases.ledger": {
            "network": "payment",
            "secondary_networks": ["analytics"],
            "tier": "database",
            "engine_version": "16",
            "instance_class": "db.r6g.large",
        },
        AT: dict(ORDERS),
    }
    for path, value in changes.items():
        whole = path.replace("__", ".")
        # One of the sections above loses a key, which is not there yet when it goes.
        if value is REMOVED and whole in settings:
            del settings[whole]
        else:
            settings[whole] = value
    return settings


def test_an_api_in_two_regions_with_its_table_and_its_database_is_accepted() -> None:
    api = accepted(orders()).apis["orders"]
    assert (api.networks, api.timeout_seconds) == (("payment", "analytics"), 10)
    assert accepted(orders(apis__orders__networks="payment")).apis["orders"].networks == ("payment",)
    assert accepted(orders(apis__orders__database=REMOVED, databases__ledger=REMOVED)).apis


def test_its_networks_exist() -> None:
    assert refused(orders(apis__orders__networks=["payment", "analytic"])) == [
        f"{AT}.networks[1]: must name a network (got analytic). Did you mean analytics?"
    ]
    assert refused(orders(apis__orders__networks=[])) == [
        f"{AT}.networks: needs a network (got []). Name the network that its function runs in."
    ]


def test_its_networks_are_of_the_stack_s_own_account() -> None:
    role = "arn:aws:iam::210987654321:role/network"
    lines = refused(orders(networks__analytics__role_arn=role))
    assert f"{AT}.networks[1]: must be a network of the stack's own account (got analytics). " in "\n".join(lines)
    assert "Choose a network without role_arn." in "\n".join(lines)


def test_it_has_one_network_a_region() -> None:
    assert refused(orders(apis__orders__networks=["payment", "payment"])) == [
        f"{AT}.networks[1]: is listed twice (got payment). Remove it."
    ]
    lines = refused(
        orders(
            networks__analytics__region=REMOVED,
            databases__ledger=REMOVED,
            apis__orders__database=REMOVED,
            tables__items__replicas=[],
        )
    )
    assert lines == [
        f"{AT}.networks[1]: is in us-east-1, as payment is (got analytics). Choose a network in another region."
    ]


def test_its_table_exists() -> None:
    assert refused(orders(apis__orders__table="item")) == [
        f"{AT}.table: must name a table (got item). Did you mean items?"
    ]


def test_its_table_is_in_each_of_its_regions() -> None:
    assert refused(orders(tables__items__replicas=[])) == [
        f"{AT}.table: has no replica in us-west-2, where network analytics is (got items). "
        "Add analytics to tables.items.replicas."
    ]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (
            {"range_key": "line"},
            "has the sort key line beside its partition key (got items). Choose a table with a partition key alone.",
        ),
        (
            {"attributes": {"id": "N"}},
            "has a partition key of type N, and an id is text (got items). "
            "Choose another table, or take id out of tables.items.attributes.",
        ),
    ],
)
def test_the_id_is_the_whole_key_and_text(table: dict[str, Any], told: str) -> None:
    whole = {"network": "payment", "hash_key": "id", "replicas": ["analytics"], **table}
    assert refused(orders(tables__items=whole)) == [f"{AT}.table: {told}"]


def test_its_database_exists() -> None:
    assert refused(orders(apis__orders__database="ledgers")) == [
        f"{AT}.database: must name a database (got ledgers). Did you mean ledger?"
    ]


def test_its_database_has_a_cluster_in_each_of_its_regions() -> None:
    assert refused(orders(databases__ledger__secondary_networks=[])) == [
        f"{AT}.database: has no cluster in us-west-2, where network analytics is (got ledger). "
        "Add analytics to databases.ledger.secondary_networks."
    ]


def test_a_request_takes_no_longer_than_its_gateway_waits() -> None:
    assert accepted(orders(apis__orders__timeout_seconds=30))
    assert refused(orders(apis__orders__timeout_seconds=31)) == [
        f"{AT}.timeout_seconds: must not be above 30, the longest that an HTTP API waits (got 31). "
        "Use 30 or less, and a queue for what takes longer."
    ]


def test_its_function_may_connect_to_its_database() -> None:
    assert refused(orders(networks__analytics__allow=GRANTS["analytics"])) == [
        f"{AT}: needs a grant from api to database on port 5432. "
        "Add {from: api, to: database, port: 5432} to networks.analytics.allow."
    ]


def test_its_function_has_ways_to_its_table_and_to_the_secret() -> None:
    assert refused(
        orders(
            networks__payment__endpoints=[], networks__payment__allow=[{"from": "app", "to": "database", "port": 5432}]
        )
    ) == [
        f"{AT}: has no way from tier app of network payment to dynamodb, secretsmanager. "
        "Add dynamodb, secretsmanager to networks.payment.endpoints, or set networks.payment.nat."
    ]


def test_a_name_of_its_function_that_is_too_long_is_refused() -> None:
    lines = refused(orders(**{f"apis.{'o' * 50}": dict(ORDERS)}))
    assert [line.split(":")[0] for line in lines] == [f"apis.{'o' * 50}"] * len(lines)
    assert lines
