"""Recipes of ElastiCache.

moto has no parameter groups. Their parameters are checked by botocore's model, and the call is left out.
"""

from typing import Any, cast

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe

_DETAILS = {
    "cloudwatch-logs": ("cloudWatchLogsDetails", "logGroup"),
    "kinesis-firehose": ("kinesisFirehoseDetails", "deliveryStream"),
}


def _parameter_group(creation: Creation) -> None:
    given = creation.given
    params = {
        "cacheParameterGroupName": given["name"],
        "cacheParameterGroupFamily": given.get("family"),
        "description": given["description"],
        "tags": [{"key": key, "value": value} for key, value in creation.tags.items()],
    }
    parameters = given.get("parameters")
    creation.pretend("elasticache.create_cache_parameter_group", params)
    if parameters:
        values = [{"parameterName": each["name"], "parameterValue": each["value"]} for each in parameters]
        named = {"cacheParameterGroupName": given["name"], "parameterNameValues": values}
        creation.pretend("elasticache.modify_cache_parameter_group", named)
    creation.id = given["name"]
    creation.state["arn"] = creation.filled("arn:{partition}:elasticache:{region}:{account}:parametergroup:{name}")


def _delivery(*, destination: str, **more: Any) -> dict[str, Any]:
    details, key = _DETAILS[more["destinationType"]]
    return {**more, "destinationDetails": {details: {key: destination}}}


def _replication_group(creation: Creation) -> None:
    """Destinations of logs in the API's form, and nodes in that by which moto counts them."""
    if logs := cast("list[dict[str, Any]]", creation.take("logDeliveryConfigurations", [])):
        creation.left["logDeliveryConfigurations"] = [_delivery(**each) for each in logs]
    if nodes := creation.given.get("numCacheClusters"):
        creation.left["replicasPerNodeGroup"] = nodes - 1


def _reader(creation: Creation) -> None:
    """The reader endpoint, which moto makes and does not tell."""
    address: str = creation.state["primaryEndpointAddress"]
    creation.state["readerEndpointAddress"] = address.replace("master.", "replica.", 1)


RECIPES = {
    "aws:elasticache/subnetGroup:SubnetGroup": Recipe(
        "elasticache.create_cache_subnet_group",
        id="{name}",
        root="CacheSubnetGroup",
        outputs={"arn": "ARN"},
        assumes={"description": "Managed by Pulumi"},
        renames={"name": "CacheSubnetGroupName", "description": "CacheSubnetGroupDescription"},
        named="name",
    ),
    "aws:elasticache/parameterGroup:ParameterGroup": Recipe(
        assumes={"description": "Managed by Pulumi"}, named="name", tagged=True, finish=_parameter_group
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": Recipe(
        "elasticache.create_replication_group",
        id="ReplicationGroupId",
        root="ReplicationGroup",
        outputs={
            "arn": "ARN",
            "engineVersionActual": "{engineVersion}",
            "memberClusters": "MemberClusters",
            "primaryEndpointAddress": "NodeGroups[0].PrimaryEndpoint.Address",
        },
        renames={
            "description": "ReplicationGroupDescription",
            "maintenanceWindow": "PreferredMaintenanceWindow",
            "nodeType": "CacheNodeType",
            "parameterGroupName": "CacheParameterGroupName",
            "subnetGroupName": "CacheSubnetGroupName",
        },
        ignores=("applyImmediately", "authTokenUpdateStrategy", "finalSnapshotIdentifier"),
        prepare=_replication_group,
        finish=_reader,
        named="replicationGroupId",
        longest=40,
    ),
}
