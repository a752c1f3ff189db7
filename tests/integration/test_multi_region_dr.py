"""The deployed `multi-region-dr`: two networks, and data that is in both regions."""

from collections.abc import Callable
from ipaddress import IPv4Network
from typing import Any, NamedTuple

import pytest

from tests.support.cluster_faults import (
    POSTGRES,
    insight_faults,
    instance_faults,
    place_faults,
    protection_faults,
    retention_faults,
)
from tests.support.data_view import (
    BucketView,
    ClusterView,
    backup_rule,
    credentials_faults,
    document,
    key_faults,
    own_vault,
    production,
    secret_faults,
    secret_text,
    tag_faults,
    tags_of,
    vault_faults,
)
from tests.support.live import Live
from tests.support.network_view import ANYWHERE, NetworkView, Rule
from tests.support.policies import as_list, services
from tests.support.tags import untagged
from tests.support.ways_out import WayOut, ways_out

TIERS = ("public", "private", "database")
SECRETS = ("orders", "api_key")


class Place(NamedTuple):
    """A network and the cluster in it."""

    network: NetworkView
    cluster: ClusterView

    @property
    def region(self) -> str:
        return self.network.region


@pytest.fixture(scope="module")
def live(standing: Callable[[str], Live]) -> Live:
    return standing("multi-region-dr")


@pytest.fixture(scope="module")
def primary(live: Live) -> Place:
    network = NetworkView(live, "primary")
    return Place(network, ClusterView(live, "orders", network.region))


@pytest.fixture(scope="module")
def recovery(live: Live) -> Place:
    network = NetworkView(live, "dr")
    return Place(network, ClusterView(live, "orders", network.region, "dr"))


@pytest.fixture(params=["primary", "dr"])
def place(request: pytest.FixtureRequest, primary: Place, recovery: Place) -> Place:
    return primary if request.param == "primary" else recovery


@pytest.fixture(scope="module")
def table(live: Live, primary: Place) -> dict[str, Any]:
    """The table in the primary's region."""
    return live.client("dynamodb", primary.region).describe_table(TableName=live.outputs["items_table_name"])["Table"]


@pytest.fixture(scope="module")
def documents(live: Live, primary: Place) -> BucketView:
    return BucketView(live, live.outputs["documents_bucket_name"], primary.region)


@pytest.fixture(scope="module")
def replica(live: Live, documents: BucketView, recovery: Place) -> BucketView:
    """The bucket that the first one's rule of replication leads to."""
    (rule,) = documents.replication()["Rules"]
    return BucketView(live, rule["Destination"]["Bucket"].removeprefix("arn:aws:s3:::"), recovery.region)


def replica_arn(live: Live, secret: str, recovery: Place) -> str:
    """The ARN of a secret's replica, which differs in its region alone."""
    parts = live.outputs[f"{secret}_secret_arn"].split(":")
    return ":".join([*parts[:3], recovery.region, *parts[4:]])


# Networks


def test_the_two_networks_are_in_two_regions_and_do_not_overlap(live: Live, primary: Place, recovery: Place) -> None:
    assert primary.region == live.outputs["primary_region"]
    assert primary.region != recovery.region
    for one in primary.network.blocks():
        for other in recovery.network.blocks():
            assert not IPv4Network(one).overlaps(IPv4Network(other))


def test_the_vpc_is_there_with_its_block_and_names(place: Place) -> None:
    network = place.network
    assert (network.vpc()["State"], network.vpc()["CidrBlock"]) == ("available", network.output("vpc_cidr"))
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        found = network.ec2.describe_vpc_attribute(VpcId=network.vpc_id, Attribute=attribute)
        assert found[attribute[0].upper() + attribute[1:]]["Value"] is True


def test_each_tier_spans_the_same_zones(place: Place) -> None:
    zones = {tier: place.network.zones(tier) for tier in TIERS}
    assert zones["public"] == zones["private"] == zones["database"]
    assert len(zones["public"]) >= (3 if production(place.network.live) else 2)
    assert {zone[:-1] for zone in zones["public"]} == {place.region}


def test_both_networks_have_the_same_shape(primary: Place, recovery: Place) -> None:
    for tier in TIERS:
        sizes = [
            sorted(IPv4Network(block).prefixlen for block in place.network.subnet_blocks(tier))
            for place in (primary, recovery)
        ]
        assert sizes[0] == sizes[1]


def test_private_subnets_leave_by_nat(place: Place) -> None:
    found = ways_out(place.network, "private")
    assert set(found) == place.network.zones("private")
    if production(place.network.live):
        assert found == {zone: [WayOut(ANYWHERE, "nat", zone)] for zone in found}
        return
    assert {(way.destination, way.by, way.state) for ways in found.values() for way in ways} == {
        (ANYWHERE, "nat", "active")
    }
    assert [len(ways) for ways in found.values()] == [1] * len(found)


def test_public_subnets_lead_to_the_internet_and_database_subnets_nowhere(place: Place) -> None:
    for ways in ways_out(place.network, "public").values():
        assert ways == [WayOut(ANYWHERE, "internet")]
    assert set(ways_out(place.network, "database")) == place.network.zones("database")
    assert [ways for ways in ways_out(place.network, "database").values() if ways] == []


def test_data_is_reached_by_endpoints(place: Place) -> None:
    prefix = f"com.amazonaws.{place.region}."
    found = {each["ServiceName"].removeprefix(prefix): each for each in place.network.of_vpc("vpc_endpoints")}
    kinds = {name: endpoint["VpcEndpointType"] for name, endpoint in found.items()}
    assert kinds == {"s3": "Gateway", "dynamodb": "Gateway", "secretsmanager": "Interface"}
    assert {endpoint["State"] for endpoint in found.values()} == {"available"}
    assert found["secretsmanager"]["PrivateDnsEnabled"] is True


# Database


def test_the_global_database_has_its_writer_in_the_primary_region_and_a_reader_in_the_other(
    live: Live, primary: Place, recovery: Place
) -> None:
    rds = primary.cluster.client()
    (whole,) = rds.describe_global_clusters(GlobalClusterIdentifier=live.outputs["orders_global_cluster_id"])[
        "GlobalClusters"
    ]
    assert (whole["Status"], whole["Engine"], whole["StorageEncrypted"]) == ("available", "aurora-postgresql", True)
    arns = {place.cluster.output("cluster_arn") for place in (primary, recovery)}
    writers = {member["DBClusterArn"]: member["IsWriter"] for member in whole["GlobalClusterMembers"]}
    assert set(writers) == arns
    assert sorted(writers.values()) == [False, True]
    if live.defaults:  # later a failover may have changed places
        assert writers[primary.cluster.output("cluster_arn")] is True
        assert whole["DeletionProtection"] is False
    (readers,) = [member["Readers"] for member in whole["GlobalClusterMembers"] if member["IsWriter"]]
    assert {*readers, *(arn for arn, writes in writers.items() if writes)} == arns


def test_the_endpoint_is_that_of_whichever_cluster_writes(live: Live, primary: Place) -> None:
    rds = primary.cluster.client()
    (whole,) = rds.describe_global_clusters(GlobalClusterIdentifier=live.outputs["orders_global_cluster_id"])[
        "GlobalClusters"
    ]
    assert live.outputs["orders_endpoint"] == whole["Endpoint"]


def test_the_global_database_bears_all_tags(live: Live, primary: Place) -> None:
    if live.embedded:
        pytest.skip("moto keeps no tags of global clusters")
    (whole,) = primary.cluster.client().describe_global_clusters(
        GlobalClusterIdentifier=live.outputs["orders_global_cluster_id"]
    )["GlobalClusters"]
    assert tag_faults(live, primary.region, [whole["GlobalClusterArn"]], "PCI-DSS") == {}


def test_both_clusters_are_of_one_version_and_one_port(primary: Place, recovery: Place) -> None:
    one, other = primary.cluster.cluster(), recovery.cluster.cluster()
    assert one["EngineVersion"] == other["EngineVersion"]
    assert (one["Engine"], one["Port"]) == (other["Engine"], other["Port"]) == ("aurora-postgresql", POSTGRES)


def test_the_cluster_stands_in_the_database_subnets(place: Place) -> None:
    assert place_faults(place.cluster, place.network) == {}


def test_the_database_is_reached_from_the_private_tier_only(place: Place) -> None:
    private = place.network.output("private_security_group_id")
    rules = place.network.rules(place.network.output("database_security_group_id"))
    assert rules == [Rule(False, "tcp", POSTGRES, POSTGRES, private)]


def test_the_cluster_is_encrypted_with_the_key_of_its_region_and_speaks_tls_only(place: Place) -> None:
    assert protection_faults(place.cluster) == {}


def test_the_cluster_keeps_backups_and_its_log(place: Place) -> None:
    assert retention_faults(place.cluster) == {}


def test_the_cluster_can_be_deleted_with_the_stack_except_in_production(live: Live, place: Place) -> None:
    if not live.defaults and not production(live):
        pytest.skip("this stack's settings may protect it")
    assert place.cluster.cluster()["DeletionProtection"] is production(live)


def test_each_region_has_instances_of_its_own(live: Live, place: Place) -> None:
    assert instance_faults(place.cluster, place.network) == {}
    instances = place.cluster.instances()
    assert len(instances) >= (2 if production(live) else 1)
    # Global databases take no class of the t family.
    assert not any(instance["DBInstanceClass"].startswith("db.t") for instance in instances)


def test_performance_insights_are_encrypted(live: Live, place: Place) -> None:
    if live.embedded:
        pytest.skip("moto says nothing of performance insights")
    assert insight_faults(place.cluster) == {}


# Table


def test_the_table_is_on_demand_and_its_stream_has_both_images(live: Live, table: dict[str, Any]) -> None:
    assert (table["TableStatus"], table["TableArn"]) == ("ACTIVE", live.outputs["items_table_arn"])
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_the_table_is_encrypted_and_recoverable(live: Live, primary: Place, table: dict[str, Any]) -> None:
    encryption = table["SSEDescription"]
    assert (encryption["Status"], encryption["SSEType"]) == ("ENABLED", "KMS")
    assert key_faults(live, encryption["KMSMasterKeyArn"], primary.region) == {}
    backups = live.client("dynamodb", primary.region).describe_continuous_backups(TableName=table["TableName"])
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
    assert recovery["RecoveryPeriodInDays"] >= 7
    if live.defaults or production(live):
        assert table["DeletionProtectionEnabled"] is production(live)


def test_the_table_has_a_replica_that_is_protected_as_it_is(live: Live, recovery: Place, table: dict[str, Any]) -> None:
    if live.embedded:
        pytest.skip("moto keeps no replicas of tables")
    (replica,) = table["Replicas"]
    assert (replica["RegionName"], replica["ReplicaStatus"]) == (recovery.region, "ACTIVE")
    assert key_faults(live, replica["KMSMasterKeyId"], recovery.region) == {}
    client = live.client("dynamodb", recovery.region)
    copy = client.describe_table(TableName=table["TableName"])["Table"]
    assert copy["DeletionProtectionEnabled"] == table["DeletionProtectionEnabled"]
    backups = client.describe_continuous_backups(TableName=table["TableName"])["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    assert tag_faults(live, recovery.region, [copy["TableArn"]], "PCI-DSS") == {}


# Bucket


def test_the_bucket_and_its_replica_are_private_versioned_and_encrypted_each_with_its_region_s_key(
    documents: BucketView, replica: BucketView
) -> None:
    assert documents.data_faults() == {}
    assert replica.data_faults() == {}
    assert documents.key() != replica.key()


def test_access_is_logged_in_each_region(documents: BucketView, replica: BucketView) -> None:
    assert documents.access_logs().name != replica.access_logs().name
    for bucket in (documents, replica):
        assert bucket.access_logs().log_faults() == {}


def test_objects_are_replicated_and_encrypted_anew(documents: BucketView, replica: BucketView) -> None:
    (rule,) = documents.replication()["Rules"]
    assert rule["ID"]
    assert (rule["Status"], rule["Filter"].get("Prefix", "")) == ("Enabled", "")
    destination = rule["Destination"]
    assert destination["EncryptionConfiguration"] == {"ReplicaKmsKeyID": replica.key()}
    assert destination["Metrics"]["Status"] == "Enabled"


def test_delete_markers_and_encrypted_objects_are_replicated_too(live: Live, documents: BucketView) -> None:
    if live.embedded:
        pytest.skip("moto forgets a rule's delete markers and which encrypted objects it is for")
    (rule,) = documents.replication()["Rules"]
    assert rule["DeleteMarkerReplication"] == {"Status": "Enabled"}
    assert rule["SourceSelectionCriteria"]["SseKmsEncryptedObjects"] == {"Status": "Enabled"}


def test_the_role_of_replication_reaches_the_two_buckets_and_their_keys_only(
    live: Live, documents: BucketView, replica: BucketView
) -> None:
    iam = live.client("iam", documents.region)
    arn = documents.replication()["Role"]
    name = arn.rsplit("/", 1)[-1]
    (trust,) = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert services(trust) == {"s3.amazonaws.com"}
    assert trust["Condition"]["StringEquals"]["aws:SourceAccount"] == live.outputs["account_id"]
    assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
    allowed = [
        statement
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
        for statement in iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]["Statement"]
    ]
    resources = {resource for each in allowed for resource in as_list(each["Resource"])}
    actions = {action for each in allowed for action in as_list(each["Action"])}
    buckets = {bucket.arn + end for bucket in (documents, replica) for end in ("", "/*")}
    assert resources <= {*buckets, documents.key(), replica.key()}
    assert {documents.key(), replica.key(), f"{replica.arn}/*"} <= resources
    assert not any("*" in action for action in actions)
    assert {"s3:ReplicateObject", "s3:ReplicateDelete", "kms:Decrypt", "kms:Encrypt"} <= actions
    assert untagged(live, {arn: tags_of(live, documents.region, arn)}) == {}


# Secrets and parameters


def test_the_master_user_s_credentials_are_in_their_secret_only(live: Live, primary: Place) -> None:
    assert credentials_faults(live, "orders", primary.region) == {}


def test_the_api_key_is_generated_and_in_its_secret_only(live: Live, primary: Place) -> None:
    assert secret_faults(live, "api_key", primary.region) == {}


@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_are_replicated(live: Live, primary: Place, recovery: Place, secret: str) -> None:
    arn = live.outputs[f"{secret}_secret_arn"]
    about = live.client("secretsmanager", primary.region).describe_secret(SecretId=arn)
    (copy,) = about["ReplicationStatus"]
    assert (copy["Region"], copy["Status"]) == (recovery.region, "InSync")
    there = replica_arn(live, secret, recovery)
    found = live.client("secretsmanager", recovery.region).describe_secret(SecretId=there)
    assert (found["ARN"], found["PrimaryRegion"]) == (there, primary.region)
    assert secret_text(live, recovery.region, there) == secret_text(live, primary.region, arn)


@pytest.mark.parametrize("secret", SECRETS)
def test_replicas_of_secrets_have_the_key_of_their_region(live: Live, recovery: Place, secret: str) -> None:
    if live.embedded:
        pytest.skip("moto forgets the keys of replicas")
    there = replica_arn(live, secret, recovery)
    found = live.client("secretsmanager", recovery.region).describe_secret(SecretId=there)
    assert key_faults(live, found["KmsKeyId"], recovery.region) == {}


def test_the_configuration_is_a_document_in_the_application_s_path(live: Live, primary: Place) -> None:
    found, content = document(live, "app_config", primary.region)
    _, _, suffix, name = found["Name"].split("/")
    assert (suffix, name) == (live.outputs["environment_suffix"], "app-config")
    assert found["Type"] == "String"
    assert "log_level" in content
    if live.defaults:
        assert content == {"log_level": "info"}


# Backup


def test_the_backup_plan_fills_an_encrypted_vault_and_copies_to_the_other_region(
    live: Live, primary: Place, recovery: Place
) -> None:
    assert vault_faults(live, primary.region, "PCI-DSS") == {}
    rule = backup_rule(live, primary.region, (own_vault(live, primary.region) or {})["BackupVaultName"])
    (copy,) = rule["CopyActions"]
    target = copy["DestinationBackupVaultArn"]
    assert target.split(":")[3] == recovery.region
    there = live.client("backup", recovery.region).describe_backup_vault(BackupVaultName=target.rsplit(":", 1)[-1])
    assert key_faults(live, there["EncryptionKeyArn"], recovery.region) == {}


# Tags


def test_all_data_bears_all_tags(
    live: Live, primary: Place, recovery: Place, documents: BucketView, replica: BucketView
) -> None:
    by_region = {
        primary.region: [
            *primary.cluster.arns(),
            live.outputs["items_table_arn"],
            documents.arn,
            documents.access_logs().arn,
            *(live.outputs[f"{secret}_secret_arn"] for secret in SECRETS),
            document(live, "app_config", primary.region)[0]["ARN"],
        ],
        recovery.region: [
            *recovery.cluster.arns(),
            replica.arn,
            replica.access_logs().arn,
            *(replica_arn(live, secret, recovery) for secret in SECRETS),
        ],
    }
    for region, arns in by_region.items():
        assert tag_faults(live, region, arns, "PCI-DSS") == {}
