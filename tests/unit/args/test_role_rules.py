"""Rules on roles, whose names are left to Pulumi: what it is to make them of leaves room for what it adds."""

from typing import Any

import pytest

from tests.support.settings import accepted, refused

SERVERLESS = {"min_capacity": 0.5, "max_capacity": 2}
DATABASE = {"network": "payment", "tier": "database", "engine_version": "16", "serverless": SERVERLESS}
WAYS = {
    "networks.payment.nat": "single",
    "networks.payment.allow": [{"from": "app", "to": "internet", "port": 443}],
}


@pytest.mark.parametrize(
    ("section", "settings", "role"),
    [
        ("databases", DATABASE, "-monitoring"),
        ("buckets", {"network": "payment", "replicate_to": "analytics"}, "-replication"),
        ("services", {"network": "payment", "image": "shop:1"}, "-execution"),
        ("fleets", {"network": "payment"}, ""),
    ],
)
def test_a_name_leaves_room_for_what_its_role_is_called(section: str, settings: dict[str, Any], role: str) -> None:
    name = "p" * (56 - len(role))
    changes = {**WAYS, "application": "a"}
    try_ = {**changes, f"{section}.{name}x": settings}
    assert (
        f"{section}.{name}x: makes a role named {name}x{role} and eight characters more, longer than the 64 that IAM "
        "takes. Shorten this name by 1 characters." in refused(try_)
    )
    assert all("makes a role" not in problem for problem in _told({**changes, f"{section}.{name}": settings}))


def _told(changes: dict[str, Any]) -> list[str]:
    try:
        accepted(changes)
    except ValueError as error:
        return str(error).splitlines()
    return []


def test_an_api_and_its_network_share_the_name_of_a_role() -> None:
    api, network = "orders-and-reservations-of-partners", "analytics-of-the-far-west-too"
    far = {"region": "us-west-2", "cidr": "10.2.0.0/16", "tiers": {"api": {}}, "endpoints": ["dynamodb"]}
    settings = {
        f"networks.{network}": {**far, "allow": [{"from": "api", "to": "dynamodb", "port": 443}]},
        "tables.items": {"network": network, "hash_key": "id"},
        f"apis.{api}": {"networks": network, "table": "items"},
    }
    assert refused({"application": "a", **settings}) == [
        f"apis.{api}: makes a role named {api}-{network} and eight characters more, longer than the 64 that IAM takes. "
        "Shorten this name by 9 characters."
    ]


def test_flow_logs_have_a_role_of_the_networks_name() -> None:
    network = "n" * 47
    settings = {"cidr": "10.2.0.0/16", "tiers": {"api": {}}, "flow_logs": {"destination": "cloudwatch"}}
    assert refused({"application": "a", f"networks.{network}": settings}) == [
        f"networks.{network}: makes a role named {network}-flow-logs and eight characters more, longer than the 64 "
        "that IAM takes. Shorten this name by 1 characters."
    ]
    to_bucket = {**settings, "flow_logs": {"destination": "s3"}}
    assert all("role" not in told for told in _told({"application": "a", f"networks.{network}": to_bucket}))
