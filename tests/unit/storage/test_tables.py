"""Tables and their replicas."""

from typing import Any

from tests.support.storage import EAST, ORDERS, TABLE, WEST, key_of, stored, table


def test_a_table_is_on_demand_encrypted_and_recoverable() -> None:
    plan = stored(tables={"orders": ORDERS}, protection={"backup_retention_days": 21})
    found = table(plan)
    assert (found["name"], found["billingMode"], found["hashKey"]) == ("shop-orders-dev", "PAY_PER_REQUEST", "id")
    assert found["serverSideEncryption"] == {"enabled": True, "kmsKeyArn": key_of(plan, EAST)}
    assert found["pointInTimeRecovery"] == {"enabled": True, "recoveryPeriodInDays": 21}
    assert found["tags"] == {"Name": "shop-orders-dev", "ResourceType": "Table"}
    assert found["streamEnabled"] is False
    assert not {"streamViewType", "ttl", "rangeKey"} & set(found)
    assert plan.one(TABLE).region == EAST


def test_a_table_in_a_network_is_in_its_region_with_that_regions_key() -> None:
    plan = stored(tables={"orders": {**ORDERS, "network": "far"}})
    assert plan.one(TABLE).region == WEST
    assert table(plan)["serverSideEncryption"]["kmsKeyArn"] == key_of(plan, WEST)


def test_every_key_has_its_type_once_and_indexes_hold_what_they_say() -> None:
    indexes = {
        "by-owner": {"hash_key": "owner", "range_key": "at", "projection": "INCLUDE", "include": ["total"]},
        "by-blob": {"hash_key": "blob", "projection": "KEYS_ONLY"},
        "all": {"hash_key": "owner"},
    }
    attributes = {"at": "N", "blob": "B"}
    settings: dict[str, Any] = {
        **ORDERS,
        "range_key": "at",
        "indexes": indexes,
        "attributes": attributes,
        "ttl": "expires",
    }
    found = table(stored(tables={"orders": settings}))
    assert found["attributes"] == [
        {"name": "at", "type": "N"},
        {"name": "blob", "type": "B"},
        {"name": "id", "type": "S"},
        {"name": "owner", "type": "S"},
    ]
    assert found["rangeKey"] == "at"
    assert found["ttl"] == {"attributeName": "expires", "enabled": True}
    assert found["globalSecondaryIndexes"] == [
        {
            "name": "all",
            "keySchemas": [{"attributeName": "owner", "keyType": "HASH"}],
            "projectionType": "ALL",
        },
        {
            "name": "by-blob",
            "keySchemas": [{"attributeName": "blob", "keyType": "HASH"}],
            "projectionType": "KEYS_ONLY",
        },
        {
            "name": "by-owner",
            "keySchemas": [
                {"attributeName": "owner", "keyType": "HASH"},
                {"attributeName": "at", "keyType": "RANGE"},
            ],
            "projectionType": "INCLUDE",
            "nonKeyAttributes": ["total"],
        },
    ]


def test_a_stream_has_both_images_where_it_is_asked_for() -> None:
    found = table(stored(tables={"orders": {**ORDERS, "stream": True}}))
    assert (found["streamEnabled"], found["streamViewType"]) == (True, "NEW_AND_OLD_IMAGES")


def test_each_replica_is_protected_like_the_table_with_its_own_regions_key_and_switches_the_stream_on() -> None:
    plan = stored(tables={"orders": {**ORDERS, "replicas": ["far", "eu-west-1"]}})
    found = table(plan)
    assert (found["streamEnabled"], found["streamViewType"]) == (True, "NEW_AND_OLD_IMAGES")
    assert found["replicas"] == [
        {
            "regionName": region,
            "kmsKeyArn": key_of(plan, region),
            "pointInTimeRecovery": True,
            "deletionProtectionEnabled": False,
            "propagateTags": True,
        }
        for region in ("eu-west-1", WEST)
    ]
    for region in (EAST, WEST, "eu-west-1"):
        assert plan.one("aws:kms/key:Key", f"data-{region}").region == region
