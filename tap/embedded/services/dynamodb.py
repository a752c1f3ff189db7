"""Recipes of DynamoDB."""

from collections.abc import Mapping
from typing import Any

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe


def _definition(creation: Creation) -> None:
    """The provider flattens what the API nests: keys, types of attributes, the stream and the encryption."""
    left = creation.left
    keys = {"HASH": creation.take("hashKey"), "RANGE": creation.take("rangeKey")}
    left["keySchema"] = [{"attributeName": key, "keyType": kind} for kind, key in keys.items() if key]
    types = creation.take("attributes", [])
    left["attributeDefinitions"] = [{"attributeName": each["name"], "attributeType": each["type"]} for each in types]
    # DynamoDB refuses an empty list of indexes.
    if indexes := creation.take("globalSecondaryIndexes"):
        left["globalSecondaryIndexes"] = [_index(index) for index in indexes]
    enabled, view = creation.take("streamEnabled", False), creation.take("streamViewType")
    if enabled:
        left["streamSpecification"] = {"streamEnabled": True, "streamViewType": view}
    if encryption := creation.take("serverSideEncryption"):
        key = encryption.get("kmsKeyArn")
        left["sseSpecification"] = {"enabled": encryption["enabled"], "sseType": "KMS", "kmsMasterKeyId": key}


def _index(index: Mapping[str, Any]) -> dict[str, Any]:
    projection = {name: index.get(name) for name in ("projectionType", "nonKeyAttributes")}
    rest = {name: value for name, value in index.items() if name not in (*projection, "name", "keySchemas")}
    return {**rest, "indexName": index["name"], "keySchema": index["keySchemas"], "projection": projection}


def _settings(creation: Creation) -> None:
    """Expiry, recovery and replicas are calls of their own; a replica's further settings need the replica itself."""
    table = creation.id
    if (ttl := creation.take("ttl")) and ttl.get("enabled"):
        specification = {"Enabled": True, "AttributeName": ttl["attributeName"]}
        creation.call("update_time_to_live", TableName=table, TimeToLiveSpecification=specification)
    if (recovery := creation.take("pointInTimeRecovery")) and recovery["enabled"]:
        days = recovery.get("recoveryPeriodInDays")
        specification = {"PointInTimeRecoveryEnabled": True, **({"RecoveryPeriodInDays": days} if days else {})}
        creation.call("update_continuous_backups", TableName=table, PointInTimeRecoverySpecification=specification)
    for replica in creation.take("replicas", []):
        key = replica.get("kmsKeyArn")
        create = {"RegionName": replica["regionName"], **({"KMSMasterKeyId": key} if key else {})}
        creation.call("update_table", TableName=table, ReplicaUpdates=[{"Create": create}])


RECIPES = {
    "aws:dynamodb/table:Table": Recipe(
        "dynamodb.create_table",
        id="{name}",
        root="TableDescription",
        outputs={"arn": "TableArn", "streamArn": "LatestStreamArn", "streamLabel": "LatestStreamLabel"},
        defaults={"billingMode": "PROVISIONED", "streamArn": "", "streamLabel": "", "streamEnabled": False},
        renames={"name": "TableName"},
        named="name",
        prepare=_definition,
        hooked=("ttl", "pointInTimeRecovery", "replicas"),
        finish=_settings,
    ),
}
