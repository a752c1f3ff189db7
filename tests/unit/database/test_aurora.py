"""Databases: a cluster alone, a Global Database, and what grows in them."""

import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from lib.database.aurora import Database
from lib.database.site import Site
from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.foundation.keyring import KeyRing
from lib.foundation.naming import LIMITS, planned
from lib.foundation.regions import Regions
from tap.plan import Plan, Resource, Secret
from tests.support.deploy import deploy, once
from tests.support.stack import policy_of, stack_args

REGIONS = {"main": "us-east-1", "recovery": "us-west-2", "third": "eu-west-1"}
ORDERS: Mapping[str, Any] = {
    "network": "main",
    "tier": "db",
    "engine_version": "16",
    "instance_class": "db.r6g.large",
    "instances": 2,
}
CLUSTER, INSTANCE = "aws:rds/cluster:Cluster", "aws:rds/clusterInstance:ClusterInstance"


@once
def made(
    *, settings: Mapping[str, Any] | None = None, zones: str = "ab", preview: bool = False, **database: Any
) -> Plan:
    """The Plan of a database in tiers of these zones; an empty text is an adopted network of two subnets."""
    networks = {
        name: {"region": region, "cidr": f"10.{index}.0.0/16", "zones": 2, "tiers": {"db": {"kind": "isolated"}}}
        for index, (name, region) in enumerate(REGIONS.items())
    }
    whole = {"networks": networks, "databases": {"orders": {**ORDERS, **database}}, **(settings or {})}
    args = stack_args(**whole)

    def program() -> None:
        parent = Component("tap:tests:Parent", "parent", None)
        regions = Regions(args, parent)
        env = Environment.of(args, "123456789012")
        keys = KeyRing(env, regions, parent)
        orders = args.databases["orders"]
        sites = [
            Site(
                network=network,
                region=REGIONS[network],
                provider=regions.provider(REGIONS[network]),
                subnet_ids={
                    key: f"subnet-{network}-{key}" for key in [f"{REGIONS[network]}{zone}" for zone in zones] or "12"
                },
                security_group_id=f"sg-{network}",
                key_arn=keys.data(REGIONS[network]),
                logs_key_arn=keys.logs(REGIONS[network]),
            )
            for network in orders.networks
        ]
        opts = pulumi.ResourceOptions(parent=parent, provider=sites[0].provider)
        for key, value in Database("orders", orders, env, sites=sites, opts=opts).outputs.items():
            pulumi.export(key, value)

    return deploy(program, preview=preview)


def over_regions(**database: Any) -> Plan:
    database.setdefault("secondary_networks", ["recovery"])
    return made(**database)


def cluster(plan: Plan, network: str = "main") -> Resource:
    return plan.one(CLUSTER, f"orders-{network}")


def key_of(plan: Plan, purpose: str, region: str) -> str:
    return plan.one("aws:kms/key:Key", f"{purpose}-{region}").outputs["arn"]


def test_a_cluster_is_encrypted_logged_backed_up_and_in_the_tiers_group() -> None:
    plan = made()
    found = cluster(plan).inputs
    assert (found["engine"], found["engineVersion"], found["databaseName"]) == ("aurora-postgresql", "16", "app")
    assert (found["storageEncrypted"], found["kmsKeyId"]) == (True, key_of(plan, "data", "us-east-1"))
    assert found["iamDatabaseAuthenticationEnabled"] is True
    assert found["copyTagsToSnapshot"] is True
    assert found["enabledCloudwatchLogsExports"] == ["postgresql"]
    assert found["vpcSecurityGroupIds"] == ["sg-main"]
    assert found["masterUsername"] not in ("admin", "postgres", "root")
    assert "serverlessv2ScalingConfiguration" not in found
    group = plan.one("aws:rds/subnetGroup:SubnetGroup")
    assert found["dbSubnetGroupName"] == group.inputs["name"]
    assert group.inputs["subnetIds"] == ["subnet-main-us-east-1a", "subnet-main-us-east-1b"]


def test_its_log_group_is_there_first_with_a_key_and_an_end() -> None:
    plan = made()
    logs = plan.one("aws:cloudwatch/logGroup:LogGroup")
    assert logs.inputs["name"] == "/aws/rds/cluster/shop-orders-main-dev/postgresql"
    assert (logs.inputs["kmsKeyId"], logs.inputs["retentionInDays"]) == (key_of(plan, "logs", "us-east-1"), 30)
    assert logs.urn in cluster(plan).dependencies


@pytest.mark.parametrize(("version", "family"), [("16", "aurora-postgresql16"), ("15.4", "aurora-postgresql15")])
def test_connections_without_tls_are_refused_by_the_parameter_group_of_the_major(version: str, family: str) -> None:
    plan = made(engine_version=version)
    group = plan.one("aws:rds/clusterParameterGroup:ClusterParameterGroup")
    assert (group.inputs["family"], group.inputs["name"]) == (family, f"shop-orders-main-{family}-dev")
    assert [(p["name"], p["value"]) for p in group.inputs["parameters"]] == [("rds.force_ssl", "1")]
    assert cluster(plan).inputs["dbClusterParameterGroupName"] == group.inputs["name"]
    assert cluster(plan).inputs["engineVersion"] == version


def test_instances_are_spread_over_zones_by_promotion_tier_and_monitored() -> None:
    plan = made(instances=3)
    found = sorted(plan.of(INSTANCE), key=lambda instance: instance.name)
    assert [(i.name, i.inputs["promotionTier"], i.inputs["availabilityZone"]) for i in found] == [
        ("orders-main-1", 0, "us-east-1a"),
        ("orders-main-2", 1, "us-east-1b"),
        ("orders-main-3", 2, "us-east-1a"),
    ]
    for instance in found:
        assert instance.inputs["instanceClass"] == "db.r6g.large"
        assert instance.inputs["monitoringInterval"] == 60
        assert instance.inputs["monitoringRoleArn"] == plan.one("aws:iam/role:Role").outputs["arn"]
        assert plan.one("aws:iam/rolePolicy:RolePolicy").urn in instance.dependencies
        assert instance.inputs["performanceInsightsEnabled"] is True
        assert instance.inputs["performanceInsightsKmsKeyId"] == key_of(plan, "data", "us-east-1")
        assert instance.inputs["publiclyAccessible"] is False
        assert instance.inputs["dbSubnetGroupName"] == plan.one("SubnetGroup").inputs["name"]
        assert "availabilityZone" in instance.options.ignore_changes


def test_aws_upgrades_minors_of_a_major_and_leaves_an_exact_version_alone() -> None:
    assert all(instance.inputs["autoMinorVersionUpgrade"] is True for instance in made().of(INSTANCE))
    exact = made(engine_version="16.4").of(INSTANCE)
    assert all(instance.inputs["autoMinorVersionUpgrade"] is False for instance in exact)


def test_storage_and_instances_keep_to_three_zones() -> None:
    plan = made(zones="abcd", instances=4)
    assert len(plan.one("SubnetGroup").inputs["subnetIds"]) == 3
    assert {i.inputs["availabilityZone"] for i in plan.of(INSTANCE)} == {f"us-east-1{zone}" for zone in "abc"}


def test_in_an_adopted_network_all_subnets_serve_and_aws_chooses_the_zones() -> None:
    plan = made(zones="")
    assert plan.one("SubnetGroup").inputs["subnetIds"] == ["subnet-main-1", "subnet-main-2"]
    assert all("availabilityZone" not in instance.inputs for instance in plan.of(INSTANCE))


def test_a_serverless_database_has_a_range_and_serverless_instances() -> None:
    plan = made(instance_class=None, serverless={"min_capacity": 0.5, "max_capacity": 8.0})
    scaling = cluster(plan).inputs["serverlessv2ScalingConfiguration"]
    assert (scaling["minCapacity"], scaling["maxCapacity"]) == (0.5, 8)
    assert {instance.inputs["instanceClass"] for instance in plan.of(INSTANCE)} == {"db.serverless"}


def test_monitoring_acts_for_this_databases_instances_only() -> None:
    plan = made()
    (trust,) = policy_of(plan.one("aws:iam/role:Role"), "assumeRolePolicy")
    assert trust["Principal"] == {"Service": ["monitoring.rds.amazonaws.com"]}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012"}
    arn = "arn:aws:rds:*:123456789012:db:shop-orders-*-dev"
    assert trust["Condition"]["ArnLike"] == {"aws:SourceArn": arn}
    for statement in policy_of(plan.one("aws:iam/rolePolicy:RolePolicy")):
        assert all(":log-group:RDS*" in resource for resource in statement["Resource"])


def test_dev_leaves_nothing_behind_and_prod_leaves_a_snapshot_and_refuses_deletion() -> None:
    dev, prod = cluster(made()), made(settings={"environment": "prod", "environment_suffix": "prod"})
    assert (dev.inputs["deletionProtection"], dev.inputs["skipFinalSnapshot"], dev.options.protect) == (
        False,
        True,
        False,
    )
    assert (dev.inputs["backupRetentionPeriod"], dev.inputs["applyImmediately"]) == (7, True)
    assert "finalSnapshotIdentifier" not in dev.inputs
    found = cluster(prod)
    assert (found.inputs["deletionProtection"], found.inputs["skipFinalSnapshot"], found.options.protect) == (
        True,
        False,
        True,
    )
    assert (found.inputs["backupRetentionPeriod"], found.inputs["applyImmediately"]) == (35, False)
    once = prod.one("random:index/randomId:RandomId").outputs["hex"]
    assert found.inputs["finalSnapshotIdentifier"] == f"shop-orders-main-prod-final-{once}"
    assert cluster(made(backup_retention_days=3)).inputs["backupRetentionPeriod"] == 3


def test_the_password_is_in_the_secret_and_nowhere_else() -> None:
    plan = made()
    password = plan.one("random:index/randomPassword:RandomPassword").outputs["result"]
    text = password.value if isinstance(password, Secret) else password
    assert cluster(plan).inputs["masterPassword"] == Secret(text)
    version = plan.one("aws:secretsmanager/secretVersion:SecretVersion")
    content = version.inputs["secretString"]
    assert isinstance(content, Secret)
    assert json.loads(content.value) == {
        "username": "dbowner",
        "password": text,
        "engine": "postgres",
        "host": cluster(plan).outputs["endpoint"],
        "port": 5432,
        "dbname": "app",
    }
    secret = plan.one("aws:secretsmanager/secret:Secret")
    assert secret.inputs["kmsKeyId"] == key_of(plan, "data", "us-east-1")
    assert text not in json.dumps(plan.exports, default=str)
    assert plan.exports["secret_arn"] == secret.outputs["arn"]


def test_a_global_database_is_made_in_the_order_that_aws_needs() -> None:
    plan = over_regions()
    together = plan.one("aws:rds/globalCluster:GlobalCluster")
    primary, copy = cluster(plan), cluster(plan, "recovery")
    assert together.inputs["storageEncrypted"] is True
    assert together.urn in primary.dependencies
    assert plan.one(INSTANCE, "orders-main-1").urn in copy.dependencies
    assert (together.region, primary.region, copy.region) == ("us-east-1", "us-east-1", "us-west-2")
    assert {i.region for i in plan.of(INSTANCE) if i.name.startswith("orders-recovery")} == {"us-west-2"}
    for member in (primary, copy):
        assert member.inputs["globalClusterIdentifier"] == together.id
        assert member.inputs["engineVersion"] == "16"


def test_a_copy_has_its_own_key_and_no_credentials() -> None:
    plan = over_regions()
    found = cluster(plan, "recovery").inputs
    assert not {"masterUsername", "masterPassword", "databaseName"} & set(found)
    assert found["sourceRegion"] == "us-east-1"
    assert (found["storageEncrypted"], found["kmsKeyId"]) == (True, key_of(plan, "data", "us-west-2"))
    assert "sourceRegion" not in cluster(plan).inputs
    assert plan.one("LogGroup", "orders-recovery").inputs["kmsKeyId"] == key_of(plan, "logs", "us-west-2")


def test_no_deployment_undoes_a_switchover_or_an_upgrade_of_members() -> None:
    plan = over_regions()
    for network in ("main", "recovery"):
        ignored = set(cluster(plan, network).options.ignore_changes)
        assert ignored == {"replicationSourceIdentifier", "globalClusterIdentifier", "engineVersion"}
    assert not cluster(made()).options.ignore_changes


def test_the_secret_of_a_global_database_is_in_all_regions_and_names_the_writer_that_moves() -> None:
    plan = over_regions()
    secret = plan.one("aws:secretsmanager/secret:Secret").inputs
    (replica,) = secret["replicas"]
    assert (replica["region"], replica["kmsKeyId"]) == ("us-west-2", key_of(plan, "data", "us-west-2"))
    assert secret["forceOverwriteReplicaSecret"] is True
    endpoint = plan.one("GlobalCluster").outputs["endpoint"]
    content = plan.one("SecretVersion").inputs["secretString"]
    assert json.loads(content.value)["host"] == plan.exports["endpoint"] == endpoint
    assert plan.exports["recovery_cluster_id"] == "shop-orders-recovery-dev"


def inputs_by_urn(plan: Plan) -> dict[str, Mapping[str, Any]]:
    return {resource.urn: resource.inputs for resource in plan.resources if resource.custom}


@pytest.mark.parametrize("growth", [{"instances": 3}, {"secondary_networks": ["recovery", "third"]}])
def test_growth_changes_nothing_that_stands(growth: Mapping[str, Any]) -> None:
    before, after = inputs_by_urn(over_regions()), inputs_by_urn(over_regions(**growth))
    changed = {urn for urn, inputs in before.items() if after.get(urn) != inputs}
    # Another region has another replica of the secret, in place.
    allowed = {urn for urn in before if "aws:secretsmanager/secret:Secret" in urn and "secondary_networks" in growth}
    assert changed == allowed
    assert set(after) > set(before)


def test_a_zone_added_to_the_network_replaces_no_instance() -> None:
    before, after = made(instances=3), made(instances=3, zones="abc")
    changed = {urn for urn, inputs in inputs_by_urn(before).items() if inputs_by_urn(after)[urn] != inputs}
    for urn in changed:
        (resource,) = (found for found in after.resources if found.urn == urn)
        keys = {k for k, v in resource.inputs.items() if inputs_by_urn(before)[urn].get(k) != v}
        assert keys <= {"subnetIds", *resource.options.ignore_changes}


def test_a_preview_registers_what_an_update_does() -> None:
    assert set(inputs_by_urn(over_regions(preview=True))) == set(inputs_by_urn(over_regions()))


NAMED = {
    CLUSTER: ("db-cluster", "clusterIdentifier"),
    INSTANCE: ("db-instance", "identifier"),
    "aws:rds/globalCluster:GlobalCluster": ("global-cluster", "globalClusterIdentifier"),
    "aws:rds/subnetGroup:SubnetGroup": ("db-subnet-group", "name"),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": ("db-cluster-parameter-group", "name"),
    "aws:cloudwatch/logGroup:LogGroup": ("log-group", "name"),
    "aws:secretsmanager/secret:Secret": ("secret", "name"),
}


def test_every_name_of_a_database_was_planned() -> None:
    networks = {
        name: {"region": region, "cidr": f"10.{index}.0.0/16", "tiers": {"db": {"kind": "isolated"}}}
        for index, (name, region) in enumerate(REGIONS.items())
    }
    args = stack_args(networks=networks, databases={"orders": {**ORDERS, "secondary_networks": ["recovery"]}})
    expected = {(name.type, name.name) for name in planned(args)}
    for token, (kind, key) in NAMED.items():
        found = over_regions().of(token)
        assert found, token
        assert {(kind, resource.inputs[key]) for resource in found} <= expected
        assert kind in LIMITS
