"""The types of a database, made by their recipes and looked at with boto3."""

import json
from typing import Any

import pulumi
import pulumi_aws as aws_sdk
import pytest
from pulumi_aws import ec2, rds

from lib.args.stack import TapStackArgs
from lib.database.aurora import Database
from lib.database.site import Site
from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.foundation.keyring import KeyRing
from lib.foundation.regions import Regions
from tap.engine.answers import State
from tests.embedded.looks import Looks
from tests.embedded.making import EAST, WEST, Aws
from tests.support.stack import stack_args

PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
GLOBAL = "aws:rds/globalCluster:GlobalCluster"
CLUSTER = "aws:rds/cluster:Cluster"
INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
LOOKS = Looks()
WRITER = {"masterUsername": "dbowner", "masterPassword": "not-a-secret-here", "databaseName": "app"}


def tags_of(aws: Aws, arn: str, region: str = EAST) -> dict[str, str]:
    found = aws.client("rds", region).list_tags_for_resource(ResourceName=arn)["TagList"]
    return {tag["Key"]: tag["Value"] for tag in found}


def subnet_group(aws: Aws, name: str) -> State:
    vpc = aws.vpc()
    subnets = [aws.subnet(vpc, zone, f"10.0.{i}.0/24", f"{EAST}{zone}").id for i, zone in enumerate("ab")]
    return aws.make("aws:rds/subnetGroup:SubnetGroup", name=name, subnetIds=subnets)


def cluster(aws: Aws, name: str, region: str = EAST, **inputs: Any) -> State:
    return aws.make(
        CLUSTER, name, region=region, clusterIdentifier=name, engine="aurora-postgresql", engineVersion="16", **inputs
    )


def described(aws: Aws, name: str, region: str = EAST) -> dict[str, Any]:
    (found,) = aws.client("rds", region).describe_db_clusters(DBClusterIdentifier=name)["DBClusters"]
    return dict(found)


@LOOKS.of(PARAMETERS)
def cluster_parameter_group(aws: Aws) -> None:
    state = aws.make(
        PARAMETERS,
        name="orders",
        family="aurora-postgresql16",
        parameters=[{"name": "rds.force_ssl", "value": "1"}],
        tags={"Name": "orders"},
    )
    client = aws.client("rds")
    (group,) = client.describe_db_cluster_parameter_groups(DBClusterParameterGroupName="orders")[
        "DBClusterParameterGroups"
    ]
    assert (group["DBParameterGroupFamily"], state.id) == ("aurora-postgresql16", "orders")
    assert state.outputs["arn"] == group["DBClusterParameterGroupArn"]
    found = client.describe_db_cluster_parameters(DBClusterParameterGroupName="orders")["Parameters"]
    assert [(p["ParameterName"], p["ParameterValue"], p["ApplyMethod"]) for p in found] == [
        ("rds.force_ssl", "1", "immediate")
    ]
    assert tags_of(aws, state.outputs["arn"]) == {"Name": "orders"}


@LOOKS.of(CLUSTER)
def cluster_alone(aws: Aws) -> None:
    group, vpc = subnet_group(aws, "orders-subnets"), aws.vpc()
    worn = aws.make("aws:ec2/securityGroup:SecurityGroup", vpcId=vpc.id, name="orders", description="Orders")
    key = aws.make("aws:kms/key:Key")
    state = cluster(
        aws,
        "orders",
        **WRITER,
        dbSubnetGroupName=group.id,
        vpcSecurityGroupIds=[worn.id],
        storageEncrypted=True,
        kmsKeyId=key.outputs["arn"],
        iamDatabaseAuthenticationEnabled=True,
        enabledCloudwatchLogsExports=["postgresql"],
        serverlessv2ScalingConfiguration={"minCapacity": 0.5, "maxCapacity": 4},
        backupRetentionPeriod=7,
        copyTagsToSnapshot=True,
        port=5432,
        skipFinalSnapshot=True,
        applyImmediately=True,
        tags={"Name": "orders"},
    )
    found = described(aws, "orders")
    assert (found["MasterUsername"], found["DatabaseName"], found["DBSubnetGroup"]) == ("dbowner", "app", group.id)
    assert (found["StorageEncrypted"], found["KmsKeyId"]) == (True, key.outputs["arn"])
    assert found["EnabledCloudwatchLogsExports"] == ["postgresql"]
    assert found["ServerlessV2ScalingConfiguration"]["MaxCapacity"] == 4
    assert (found["BackupRetentionPeriod"], found["CopyTagsToSnapshot"], found["Port"]) == (7, True, 5432)
    assert [entry["VpcSecurityGroupId"] for entry in found["VpcSecurityGroups"]] == [worn.id]
    assert (state.outputs["endpoint"], state.outputs["readerEndpoint"]) == (found["Endpoint"], found["ReaderEndpoint"])
    assert state.outputs["arn"] == found["DBClusterArn"]
    assert tags_of(aws, found["DBClusterArn"])["Name"] == "orders"


@LOOKS.of(INSTANCE)
def cluster_instance(aws: Aws) -> None:
    group = subnet_group(aws, "stock-subnets")
    cluster(aws, "stock", **WRITER, dbSubnetGroupName=group.id)
    role = "arn:aws:iam::123456789012:role/monitoring"
    state = aws.make(
        INSTANCE,
        identifier="stock-1",
        clusterIdentifier="stock",
        engine="aurora-postgresql",
        instanceClass="db.r6g.large",
        availabilityZone=f"{EAST}b",
        dbSubnetGroupName=group.id,
        monitoringInterval=60,
        monitoringRoleArn=role,
        performanceInsightsEnabled=True,
        promotionTier=1,
        publiclyAccessible=False,
        applyImmediately=True,
        tags={"Name": "stock-1"},
    )
    (found,) = aws.client("rds").describe_db_instances(DBInstanceIdentifier="stock-1")["DBInstances"]
    assert (found["DBClusterIdentifier"], found["DBInstanceClass"]) == ("stock", "db.r6g.large")
    assert found["AvailabilityZone"] == f"{EAST}b"
    assert (found["MonitoringInterval"], found["MonitoringRoleArn"]) == (60, role)
    assert found["DBSubnetGroup"]["DBSubnetGroupName"] == group.id
    assert (state.outputs["arn"], state.outputs["endpoint"]) == (found["DBInstanceArn"], found["Endpoint"]["Address"])
    members = described(aws, "stock")["DBClusterMembers"]
    assert [member["DBInstanceIdentifier"] for member in members] == ["stock-1"]


@LOOKS.of(GLOBAL)
def global_cluster(aws: Aws) -> None:
    state = aws.make(
        GLOBAL,
        globalClusterIdentifier="world",
        engine="aurora-postgresql",
        engineVersion="16",
        storageEncrypted=True,
    )
    primary = cluster(aws, "world-east", **WRITER, globalClusterIdentifier=state.id)
    copy = cluster(aws, "world-west", WEST, globalClusterIdentifier=state.id, sourceRegion=EAST)
    clusters = aws.client("rds").describe_global_clusters()["GlobalClusters"]
    (found,) = (entry for entry in clusters if entry["GlobalClusterIdentifier"] == "world")
    assert {(member["DBClusterArn"], member["IsWriter"]) for member in found["GlobalClusterMembers"]} == {
        (primary.outputs["arn"], True),
        (copy.outputs["arn"], False),
    }
    assert (state.outputs["endpoint"], state.outputs["engineVersionActual"]) == (found["Endpoint"], "16")
    assert found["StorageEncrypted"] is True


@pytest.mark.parametrize("type_", sorted(LOOKS))
def test_a_type_is_found_in_aws_as_its_inputs_say(aws: Aws, type_: str) -> None:
    LOOKS[type_](aws)


def test_the_newest_version_of_a_major_is_found_for_the_providers_region(aws: Aws) -> None:
    answers: list[rds.GetEngineVersionResult] = []

    def program() -> None:
        opts = pulumi.InvokeOptions(provider=aws_sdk.Provider("it", region=WEST))
        answers.append(rds.get_engine_version(engine="aurora-postgresql", version="16", latest=True, opts=opts))

    assert aws.run(program).problems() == []
    assert answers[0].version_actual.startswith("16.")
    assert (answers[0].region, answers[0].supports_global_databases) == (WEST, True)


def site(args: TapStackArgs, network: str, parent: Component, regions: Regions, keys: KeyRing) -> Site:
    """A VPC with two subnets and a group, for a cluster to live in."""
    region = args.networks[network].region or args.region
    opts = pulumi.ResourceOptions(parent=parent, provider=regions.provider(region))
    vpc = ec2.Vpc(network, cidr_block=args.networks[network].cidr, opts=opts)
    block = (args.networks[network].cidr or "").removesuffix(".0.0/16")
    return Site(
        network=network,
        region=region,
        provider=regions.provider(region),
        subnet_ids={
            f"{region}{zone}": ec2.Subnet(
                f"{network}-{zone}",
                vpc_id=vpc.id,
                cidr_block=f"{block}.{index}.0/24",
                availability_zone=f"{region}{zone}",
                opts=opts,
            ).id
            for index, zone in enumerate("ab")
        },
        security_group_id=ec2.SecurityGroup(network, vpc_id=vpc.id, description=network, opts=opts).id,
        key_arn=keys.data(region),
        logs_key_arn=keys.logs(region),
    )


def test_a_global_database_is_there_in_both_regions(aws: Aws) -> None:
    tiers = {"db": {"kind": "isolated"}}
    settings = {"network": "near", "tier": "db", "engine_version": "16", "instances": 2}
    args = stack_args(
        networks={
            "near": {"cidr": "10.0.0.0/16", "tiers": tiers},
            "far": {"cidr": "10.1.0.0/16", "tiers": tiers, "region": WEST},
        },
        databases={"ledger": {**settings, "secondary_networks": "far", "serverless": {}}},
        protection={"force_destroy": False},
    )

    def program() -> None:
        parent = Component("tap:tests:Parent", "parent", None)
        regions = Regions(args, parent)
        env = Environment.of(args, "123456789012")
        keys = KeyRing(env, regions, parent)
        ledger = args.databases["ledger"]
        sites = [site(args, network, parent, regions, keys) for network in ledger.networks]
        opts = pulumi.ResourceOptions(parent=parent, provider=regions.provider(EAST))
        Database("ledger", ledger, env, sites=sites, opts=opts)

    assert aws.run(program).problems() == []
    keys: set[str] = set()
    for region, network in ((EAST, "near"), (WEST, "far")):
        found = described(aws, f"shop-ledger-{network}-dev", region)
        assert len(found["DBClusterMembers"]) == 2
        assert (found["StorageEncrypted"], found["DBClusterParameterGroup"]) == (
            True,
            f"shop-ledger-{network}-aurora-postgresql16-dev",
        )
        keys.add(found["KmsKeyId"])
        assert aws.client("kms", region).describe_key(KeyId=found["KmsKeyId"])["KeyMetadata"]["Enabled"]
        assert aws.client("logs", region).describe_log_groups(logGroupNamePrefix="/aws/rds/cluster/shop-ledger")[
            "logGroups"
        ]
    assert len(keys) == 2
    clusters = aws.client("rds").describe_global_clusters()["GlobalClusters"]
    (together,) = (entry for entry in clusters if entry["GlobalClusterIdentifier"] == "shop-ledger-global-dev")
    assert [member["IsWriter"] for member in together["GlobalClusterMembers"]] == [True, False]
    secret = aws.client("secretsmanager").get_secret_value(SecretId="/shop/dev/ledger-credentials")
    content = json.loads(secret["SecretString"])
    assert (content["host"], content["username"]) == (together["Endpoint"], "dbowner")
    replica = aws.client("secretsmanager", WEST).get_secret_value(SecretId="/shop/dev/ledger-credentials")
    assert json.loads(replica["SecretString"]) == content
