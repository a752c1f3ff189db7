"""The deployed `high-availability`: a network and its data that outlive the loss of a zone."""

from collections.abc import Callable

import pytest

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
    tag_faults,
)
from tests.support.live import Live
from tests.support.network_view import ANYWHERE, NetworkView, Rule
from tests.support.ways_out import WayOut, ways_out

TIERS = ("public", "private", "database")
POSTGRES = 5432


@pytest.fixture(scope="module")
def live(standing: Callable[[str], Live]) -> Live:
    return standing("high-availability")


@pytest.fixture(scope="module")
def network(live: Live) -> NetworkView:
    return NetworkView(live, "main")


@pytest.fixture(scope="module")
def storefront(live: Live, network: NetworkView) -> ClusterView:
    return ClusterView(live, "storefront", network.region)


@pytest.fixture(scope="module")
def backups(live: Live, network: NetworkView) -> BucketView:
    return BucketView(live, live.outputs["backups_bucket_name"], network.region)


def zones_of(network: NetworkView, tier: str) -> set[str]:
    return {subnet["AvailabilityZone"] for subnet in network.subnets(tier)}


def test_each_tier_spans_all_zones(network: NetworkView) -> None:
    zones = {tier: zones_of(network, tier) for tier in TIERS}
    assert zones["public"] == zones["private"] == zones["database"]
    assert len(zones["public"]) == 3 if network.live.defaults else len(zones["public"]) >= 2
    for tier in TIERS:
        assert len(network.subnets(tier)) == len(zones[tier])


def test_a_nat_gateway_with_an_address_stands_in_each_zone(network: NetworkView) -> None:
    zones = {subnet["SubnetId"]: subnet["AvailabilityZone"] for subnet in network.subnets("public")}
    nats = [nat for nat in network.of_vpc("nat_gateways") if nat["State"] != "deleted"]
    assert sorted(nat["NatGatewayId"] for nat in nats) == sorted(network.output("nat_gateway_ids"))
    assert sorted(zones[nat["SubnetId"]] for nat in nats) == sorted(zones_of(network, "private"))
    addresses = [address["AllocationId"] for nat in nats for address in nat["NatGatewayAddresses"]]
    assert len(set(addresses)) == len(nats)


def test_each_private_subnet_leaves_by_the_nat_gateway_of_its_own_zone(network: NetworkView) -> None:
    found = ways_out(network, "private")
    assert set(found) == zones_of(network, "private")
    assert found == {zone: [WayOut(ANYWHERE, "nat", zone)] for zone in found}


def test_private_subnets_share_no_route_table(network: NetworkView) -> None:
    tables = [network.table_of(subnet)["RouteTableId"] for subnet in network.output("private_subnet_ids")]
    assert len(set(tables)) == len(tables)


def test_public_subnets_lead_to_the_internet_and_database_subnets_nowhere(network: NetworkView) -> None:
    for ways in ways_out(network, "public").values():
        assert ways == [WayOut(ANYWHERE, "internet")]
    assert set(ways_out(network, "database")) == zones_of(network, "database")
    assert [ways for ways in ways_out(network, "database").values() if ways] == []


def test_all_traffic_is_recorded_in_a_log_group(network: NetworkView) -> None:
    log = network.flow_log()
    assert (log["TrafficType"], log["LogDestinationType"]) == ("ALL", "cloud-watch-logs")


def test_the_database_is_reached_from_the_private_tier_only(network: NetworkView, storefront: ClusterView) -> None:
    groups = [group["VpcSecurityGroupId"] for group in storefront.cluster()["VpcSecurityGroups"]]
    assert groups == [network.output("database_security_group_id")]
    private = network.output("private_security_group_id")
    assert network.rules(groups[0]) == [Rule(False, "tcp", POSTGRES, POSTGRES, private)]


def test_the_database_is_aurora_postgresql_in_the_database_subnets(
    network: NetworkView, storefront: ClusterView
) -> None:
    cluster, group = storefront.cluster(), storefront.subnet_group()
    assert (cluster["Status"], cluster["Engine"], cluster["Port"]) == ("available", "aurora-postgresql", POSTGRES)
    assert cluster["DatabaseName"] == storefront.output("name")
    assert group["VpcId"] == network.vpc_id
    assert {subnet["SubnetIdentifier"] for subnet in group["Subnets"]} == set(network.output("database_subnet_ids"))


def test_the_database_is_encrypted_and_speaks_tls_only(network: NetworkView, storefront: ClusterView) -> None:
    cluster = storefront.cluster()
    assert cluster["StorageEncrypted"] is True
    assert key_faults(network.live, cluster["KmsKeyId"], network.region) == {}
    assert cluster["IAMDatabaseAuthenticationEnabled"] is True
    assert storefront.parameters() == {"rds.force_ssl": "1"}
    assert storefront.parameter_group()["DBParameterGroupFamily"].startswith("aurora-postgresql")


def test_the_database_keeps_backups_and_its_log(network: NetworkView, storefront: ClusterView) -> None:
    cluster, log = storefront.cluster(), storefront.log_group()
    assert cluster["BackupRetentionPeriod"] >= (35 if production(network.live) else 7)
    assert cluster["CopyTagsToSnapshot"] is True
    assert cluster["EnabledCloudwatchLogsExports"] == ["postgresql"]
    assert log["retentionInDays"] >= 30
    assert key_faults(network.live, log["kmsKeyId"], network.region, "logs") == {}


def test_the_database_can_be_deleted_with_the_stack_except_in_production(live: Live, storefront: ClusterView) -> None:
    if not live.defaults and not production(live):
        pytest.skip("this stack's settings may protect it")
    assert storefront.cluster()["DeletionProtection"] is production(live)


def test_instances_stand_in_different_zones_so_that_one_takes_over(
    network: NetworkView, storefront: ClusterView
) -> None:
    instances = storefront.instances()
    zones = [instance["AvailabilityZone"] for instance in instances]
    assert len(instances) >= 2
    assert len(set(zones)) == min(len(instances), 3)
    assert set(zones) <= zones_of(network, "database")
    assert [instance["PromotionTier"] for instance in instances] == list(range(len(instances)))
    assert {instance["PubliclyAccessible"] for instance in instances} == {False}


def test_instances_are_serverless_within_bounds(live: Live, storefront: ClusterView) -> None:
    if not live.defaults:
        pytest.skip("this stack's settings may say other instances")
    assert {instance["DBInstanceClass"] for instance in storefront.instances()} == {"db.serverless"}
    capacity = storefront.cluster()["ServerlessV2ScalingConfiguration"]
    assert (capacity["MinCapacity"], capacity["MaxCapacity"]) == (0.5, 4.0)


def test_instances_are_monitored(storefront: ClusterView) -> None:
    for instance in storefront.instances():
        assert instance["MonitoringInterval"] == 60
        assert instance["MonitoringRoleArn"].startswith("arn:aws:iam::")


def test_performance_insights_are_encrypted(live: Live, storefront: ClusterView) -> None:
    if live.embedded:
        pytest.skip("moto says nothing of performance insights")
    for instance in storefront.instances():
        assert instance["PerformanceInsightsEnabled"] is True
        assert key_faults(live, instance["PerformanceInsightsKMSKeyId"], storefront.region) == {}


def test_the_master_user_s_credentials_are_in_their_secret_only(live: Live, network: NetworkView) -> None:
    assert credentials_faults(live, "storefront", network.region) == {}


def test_the_session_key_is_generated_and_in_its_secret_only(live: Live, network: NetworkView) -> None:
    assert secret_faults(live, "session_key", network.region) == {}


def test_the_configuration_is_a_document_in_the_application_s_path(live: Live, network: NetworkView) -> None:
    found, content = document(live, "app_config", network.region)
    _, _, suffix, name = found["Name"].split("/")
    assert (suffix, name) == (live.outputs["environment_suffix"], "app-config")
    assert found["Type"] == "String"
    assert content["log_level"] == "info" if live.defaults else content


def test_the_bucket_of_backups_is_private_versioned_and_encrypted(backups: BucketView) -> None:
    assert backups.data_faults() == {}


def test_access_to_the_bucket_is_logged_in_a_bucket_with_the_keys_of_s3(backups: BucketView) -> None:
    assert backups.access_logs().log_faults() == {}


def test_the_backup_plan_fills_an_encrypted_vault(live: Live, network: NetworkView) -> None:
    vault = own_vault(live, network.region)
    if vault is None:
        pytest.skip("the stack has no backup vault")
    assert key_faults(live, vault["EncryptionKeyArn"], network.region) == {}
    assert tag_faults(live, network.region, [vault["BackupVaultArn"]], "SOC2") == {}
    rule = backup_rule(live, network.region, vault["BackupVaultName"])
    assert rule["Lifecycle"]["DeleteAfterDays"] >= (35 if production(live) else 7)


def test_all_data_bears_all_tags(live: Live, storefront: ClusterView, backups: BucketView) -> None:
    region = storefront.region
    arns = [
        *storefront.arns(),
        backups.arn,
        backups.access_logs().arn,
        live.outputs["storefront_secret_arn"],
        live.outputs["session_key_secret_arn"],
        document(live, "app_config", region)[0]["ARN"],
    ]
    assert tag_faults(live, region, arns, "SOC2") == {}
