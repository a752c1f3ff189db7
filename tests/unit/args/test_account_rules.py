"""Networks in other accounts: one role each, and no data of the stack's near them."""

from typing import Any

import pytest

from tests.support.settings import accepted, refused

ROLE = "arn:aws:iam::210987654321:role/network"
FOREIGN: dict[str, Any] = {"networks.analytics.role_arn": ROLE}
THIRD: dict[str, Any] = {"cidr": "10.2.0.0/16", "tiers": {"api": {}}}
OWN = "must be a network of the stack's own account (got analytics). Choose a network without role_arn."


def test_networks_in_two_accounts_are_accepted() -> None:
    other: dict[str, Any] = {"networks.third": {**THIRD, "role_arn": "arn:aws:iam::310987654321:role/other"}}
    assert accepted({**FOREIGN, **other}).networks["third"].role_arn == "arn:aws:iam::310987654321:role/other"


def test_networks_of_one_account_share_one_role() -> None:
    accepted({**FOREIGN, "networks.third": {**THIRD, "role_arn": ROLE}})
    assert refused({**FOREIGN, "networks.third": {**THIRD, "role_arn": f"{ROLE}-2"}}) == [
        "networks.third.role_arn: must be the role of network analytics, which is in account 210987654321 too "
        f"(got {ROLE}-2). Use {ROLE} for both."
    ]


@pytest.mark.parametrize(
    ("path", "settings"),
    [
        ("tables.orders.network", {"tables.orders": {"network": "analytics"}}),
        ("tables.orders.replicas[0]", {"tables.orders": {"replicas": ["analytics"]}}),
        ("buckets.files.network", {"buckets.files": {"network": "analytics"}}),
        ("buckets.files.replicate_to", {"buckets.files": {"network": "payment", "replicate_to": "analytics"}}),
        ("secrets.key.network", {"secrets.key": {"network": "analytics"}}),
        ("secrets.key.replicas[0]", {"secrets.key": {"replicas": ["analytics"]}}),
        ("parameters.config.network", {"parameters.config": {"network": "analytics", "value": "on"}}),
        ("queues.jobs.network", {"queues.jobs": {"network": "analytics"}}),
        (
            "backup.copy_to",
            {"buckets.a": {"network": "payment"}, "backup": {"network": "payment", "copy_to": "analytics"}},
        ),
        ("backup.network", {"tables.a": {"replicas": ["us-west-2"]}, "backup": {"network": "analytics"}}),
    ],
)
def test_what_takes_its_region_from_a_network_takes_one_of_the_stacks_own_account(
    path: str, settings: dict[str, Any]
) -> None:
    settings = {
        key: {"hash_key": "id", **value} if key.startswith("tables") else value for key, value in settings.items()
    }
    accepted(settings)
    assert refused({**settings, **FOREIGN}) == [f"{path}: {OWN}"]
