"""What the role of an API may do, and what next to it it may not: its policies, enforced by moto."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tap.plan import Plan
from tests.support.permissions import Caller, enforced
from tests.support.stack import deploy_networks

EAST, WEST = "us-east-1", "us-west-2"
Assume = Callable[[Plan, str], Caller]


def network(**more: Any) -> dict[str, Any]:
    allow = [
        {"from": "app", "to": to, "port": port} for to, port in (("db", 5432), ("endpoints", 443), ("dynamodb", 443))
    ]
    return {
        "zones": 2,
        "workload": "app",
        "endpoints": ["dynamodb", "secretsmanager"],
        "tiers": {"app": {"kind": "private"}, "db": {"kind": "isolated"}},
        "database_subnet_group": "db",
        "allow": allow,
        **more,
    }


@functools.cache
def deployed() -> Plan:
    return deploy_networks(
        networks={"near": network(cidr="10.0.0.0/16"), "far": network(cidr="10.1.0.0/16", region=WEST)},
        databases={
            "ledger": {
                "network": "near",
                "secondary_networks": ["far"],
                "engine_version": "16",
                "instance_class": "db.r6g.large",
            }
        },
        tables={
            "items": {"network": "near", "hash_key": "id", "replicas": ["far"]},
            "words": {"network": "far", "hash_key": "word"},
        },
        apis={
            "orders": {"networks": ["near", "far"], "table": "items", "database": "ledger"},
            "words": {"networks": "far", "table": "words"},
        },
    )


@pytest.fixture(scope="module")
def assume() -> Iterator[Assume]:
    with enforced() as made:
        yield made


def key(purpose: str) -> str:
    found: str = deployed().one("aws:kms/key:Key", f"{purpose}-{WEST}").outputs["arn"]
    return found


def may(caller: Caller, operation: str, table: str, region: str = WEST) -> bool:
    known: dict[str, Any] = {"get_item": {"Key": {"word": {"S": "a"}}}, "put_item": {"Item": {"word": {"S": "a"}}}}
    params = known.get(operation, {"Key": {"word": {"S": "a"}}} if operation == "delete_item" else {})
    return caller.may("dynamodb", operation, region=region, TableName=table, **params)


def test_the_role_may_get_and_put_items_of_its_table_and_nothing_next_to_it(assume: Assume) -> None:
    plan = deployed()
    caller = assume(plan, "words-far")
    assert may(caller, "get_item", "shop-words-dev")
    assert may(caller, "put_item", "shop-words-dev")
    assert not may(caller, "delete_item", "shop-words-dev")
    assert not may(caller, "scan", "shop-words-dev")
    assert not may(caller, "get_item", "shop-items-dev")
    assert not may(caller, "get_item", "shop-words-dev", region=EAST)
    assert not caller.may("secretsmanager", "get_secret_value", SecretId=plan.exports["ledger_secret_arn"])
    group = "/aws/lambda/shop-words-api-us-west-2-dev"
    logs = {"region": WEST, "logStreamName": "s"}
    assert caller.may("logs", "create_log_stream", logGroupName=group, **logs)
    assert not caller.may("logs", "create_log_stream", logGroupName="/aws/lambda/other", **logs)
    assert not caller.may("logs", "create_log_group", region=WEST, logGroupName=group)


def test_the_role_may_read_the_secret_of_its_region_and_use_one_key(assume: Assume) -> None:
    plan = deployed()
    near = plan.exports["ledger_secret_arn"]
    caller = assume(plan, "orders-far")
    far = near.replace(EAST, WEST)
    assert caller.may("secretsmanager", "get_secret_value", region=WEST, SecretId=far)
    assert not caller.may("secretsmanager", "get_secret_value", SecretId=near)
    assert not caller.may("secretsmanager", "put_secret_value", region=WEST, SecretId=far, SecretString="x")
    assert caller.may("kms", "decrypt", region=WEST, KeyId=key("data"), CiphertextBlob=b"x")
    assert not caller.may("kms", "decrypt", region=WEST, KeyId=key("logs"), CiphertextBlob=b"x")
