"""Recipes of RDS."""

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe


def _parameters(creation: Creation) -> None:
    """Parameters are set after the group is there, twenty a call at most, under names of their own."""
    parameters = [
        {
            "ParameterName": parameter["name"],
            "ParameterValue": parameter["value"],
            "ApplyMethod": parameter.get("applyMethod") or "immediate",
        }
        for parameter in creation.take("parameters", [])
    ]
    for start in range(0, len(parameters), 20):
        creation.call(
            "modify_db_cluster_parameter_group",
            DBClusterParameterGroupName=creation.id,
            Parameters=parameters[start : start + 20],
        )


RECIPES = {
    "aws:rds/subnetGroup:SubnetGroup": Recipe(
        "rds.create_db_subnet_group",
        id="{name}",
        root="DBSubnetGroup",
        outputs={"arn": "DBSubnetGroupArn"},
        assumes={"description": "Managed by Pulumi"},
        renames={"name": "DBSubnetGroupName", "description": "DBSubnetGroupDescription"},
        named="name",
    ),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": Recipe(
        "rds.create_db_cluster_parameter_group",
        id="{name}",
        root="DBClusterParameterGroup",
        outputs={"arn": "DBClusterParameterGroupArn"},
        assumes={"description": "Managed by Pulumi"},
        renames={"name": "DBClusterParameterGroupName", "family": "DBParameterGroupFamily"},
        named="name",
        hooked=("parameters",),
        finish=_parameters,
    ),
    "aws:rds/globalCluster:GlobalCluster": Recipe(
        "rds.create_global_cluster",
        id="GlobalClusterIdentifier",
        root="GlobalCluster",
        outputs={"arn": "GlobalClusterArn", "engineVersionActual": "EngineVersion"},
        ignores=("forceDestroy",),
        named="globalClusterIdentifier",
        longest=63,
    ),
    "aws:rds/cluster:Cluster": Recipe(
        "rds.create_db_cluster",
        id="DBClusterIdentifier",
        root="DBCluster",
        outputs={
            "arn": "DBClusterArn",
            "clusterResourceId": "DbClusterResourceId",
            "engineVersionActual": "EngineVersion",
        },
        renames={
            "clusterIdentifier": "DBClusterIdentifier",
            "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
            "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
            "masterPassword": "MasterUserPassword",
        },
        ignores=("allowMajorVersionUpgrade", "applyImmediately", "finalSnapshotIdentifier", "skipFinalSnapshot"),
        named="clusterIdentifier",
        longest=63,
    ),
    "aws:rds/clusterInstance:ClusterInstance": Recipe(
        "rds.create_db_instance",
        id="DBInstanceIdentifier",
        root="DBInstance",
        outputs={
            "arn": "DBInstanceArn",
            "endpoint": "Endpoint.Address",
            "engineVersionActual": "EngineVersion",
            "port": "Endpoint.Port",
        },
        renames={
            "caCertIdentifier": "CACertificateIdentifier",
            "clusterIdentifier": "DBClusterIdentifier",
            "identifier": "DBInstanceIdentifier",
            "instanceClass": "DBInstanceClass",
            "performanceInsightsEnabled": "EnablePerformanceInsights",
        },
        ignores=("applyImmediately", "forceDestroy"),
        named="identifier",
        longest=63,
    ),
}
