"""What is wrong with a deployed cluster: by name, and empty where nothing is."""

from typing import Any

from tests.support.data_view import ClusterView, key_faults, production
from tests.support.network_view import NetworkView

POSTGRES = 5432


def place_faults(view: ClusterView, network: NetworkView) -> dict[str, Any]:
    """What keeps it from serving PostgreSQL in all database subnets of its network, in their tier's group."""
    cluster, group = view.cluster(), view.subnet_group()
    worn = [each["VpcSecurityGroupId"] for each in cluster["VpcSecurityGroups"]]
    subnets = {subnet["SubnetIdentifier"] for subnet in group["Subnets"]}
    facts = {
        "status": (cluster["Status"], "available"),
        "engine": (cluster["Engine"], "aurora-postgresql"),
        "port": (cluster["Port"], POSTGRES),
        "VPC": (group["VpcId"], network.vpc_id),
        "subnets": (subnets, set(network.output("database_subnet_ids"))),
        "groups": (worn, [network.output("database_security_group_id")]),
    }
    return {name: found for name, (found, wanted) in facts.items() if found != wanted}


def protection_faults(view: ClusterView) -> dict[str, Any]:
    """What keeps its data from being encrypted at rest and on the way, and its users from signing in by IAM."""
    cluster, family = view.cluster(), view.parameter_group()["DBParameterGroupFamily"]
    facts = {
        "encrypted": (cluster["StorageEncrypted"], True),
        "IAM": (cluster["IAMDatabaseAuthenticationEnabled"], True),
        "parameters": (view.parameters(), {"rds.force_ssl": "1"}),
        "family": (family, f"aurora-postgresql{cluster['EngineVersion'].partition('.')[0]}"),
    }
    wrong = {name: found for name, (found, wanted) in facts.items() if found != wanted}
    return {**wrong, **key_faults(view.live, cluster["KmsKeyId"], view.region)}


def retention_faults(view: ClusterView) -> dict[str, Any]:
    """What keeps its backups and its log from being there when they are needed."""
    cluster, log = view.cluster(), view.log_group()
    facts = {
        "backups": (cluster["BackupRetentionPeriod"], cluster["BackupRetentionPeriod"] >= retention(view)),
        "tags": (cluster["CopyTagsToSnapshot"], cluster["CopyTagsToSnapshot"] is True),
        "exports": (cluster["EnabledCloudwatchLogsExports"], cluster["EnabledCloudwatchLogsExports"] == ["postgresql"]),
        "log": (log["retentionInDays"], log["retentionInDays"] >= 30),
    }
    wrong = {name: found for name, (found, right) in facts.items() if not right}
    return {**wrong, **key_faults(view.live, log["kmsKeyId"], view.region, "logs")}


def retention(view: ClusterView) -> int:
    """The least days of backups that its environment asks for."""
    return 35 if production(view.live) else 7


def instance_faults(view: ClusterView, network: NetworkView) -> dict[str, Any]:
    """What keeps its instances from being private, monitored, in its subnets' zones, and as far apart as these are."""
    instances = view.instances()
    zones = [instance["AvailabilityZone"] for instance in instances]
    offered = network.zones("database")
    facts = {
        "zones": (zones, set(zones) <= offered and len(set(zones)) == min(len(zones), len(offered))),
        "public": (instances, not any(instance["PubliclyAccessible"] for instance in instances)),
        "monitoring": (instances, {instance["MonitoringInterval"] for instance in instances} == {60}),
        "role": (instances, all(instance["MonitoringRoleArn"].startswith("arn:aws:iam::") for instance in instances)),
    }
    return {name: found for name, (found, right) in facts.items() if not right}


def insight_faults(view: ClusterView) -> dict[str, Any]:
    """What keeps Performance Insights of its instances from being on, under the key for data."""
    faults: dict[str, Any] = {}
    for instance in view.instances():
        if instance.get("PerformanceInsightsEnabled") is not True:
            faults[instance["DBInstanceIdentifier"]] = instance.get("PerformanceInsightsEnabled")
        else:
            faults |= key_faults(view.live, instance["PerformanceInsightsKMSKeyId"], view.region)
    return faults
