"""The deployed `payment-processing`: the network of a payment service, its one database, its secrets and settings."""

from collections.abc import Callable
from ipaddress import IPv4Network

import pytest

from tests.support.data_view import (
    ClusterView,
    credentials_faults,
    document,
    key_faults,
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
    return standing("payment-processing")


@pytest.fixture(scope="module")
def network(live: Live) -> NetworkView:
    return NetworkView(live, "main")


@pytest.fixture(scope="module")
def payments(live: Live, network: NetworkView) -> ClusterView:
    return ClusterView(live, "payments", network.region)


def zones_of(network: NetworkView, tier: str) -> set[str]:
    return {subnet["AvailabilityZone"] for subnet in network.subnets(tier)}


def test_each_tier_spans_the_same_zones(network: NetworkView) -> None:
    zones = {tier: zones_of(network, tier) for tier in TIERS}
    assert zones["public"] == zones["private"] == zones["database"]
    assert len(zones["public"]) >= (3 if production(network.live) else 2)


def test_subnets_do_not_overlap_and_leave_each_tier_room_for_further_zones(network: NetworkView) -> None:
    (whole,) = map(IPv4Network, network.blocks())
    blocks = {tier: sorted(map(IPv4Network, network.subnet_blocks(tier))) for tier in TIERS}
    every = [block for tier in TIERS for block in blocks[tier]]
    assert all(block.subnet_of(whole) for block in every)
    assert not any(one.overlaps(other) for one in every for other in every if one is not other)
    assert sum(block.num_addresses for block in every) < whole.num_addresses


def test_private_subnets_leave_by_nat(network: NetworkView) -> None:
    found = ways_out(network, "private")
    assert set(found) == zones_of(network, "private")
    (through,) = {way.zone for ways in found.values() for way in ways} if network.live.defaults else (None,)
    for zone, ways in found.items():
        if network.live.defaults:
            assert ways == [WayOut(ANYWHERE, "nat", through)]
        elif production(network.live):
            assert ways == [WayOut(ANYWHERE, "nat", zone)]
        else:
            assert [(way.destination, way.by) for way in ways] == [(ANYWHERE, "nat")]


def test_public_subnets_lead_to_the_internet_and_database_subnets_nowhere(network: NetworkView) -> None:
    for ways in ways_out(network, "public").values():
        assert ways == [WayOut(ANYWHERE, "internet")]
    assert set(ways_out(network, "database")) == zones_of(network, "database")
    assert [ways for ways in ways_out(network, "database").values() if ways] == []


def test_all_traffic_is_recorded(network: NetworkView) -> None:
    assert network.flow_log()["TrafficType"] == "ALL"


def test_secrets_are_read_by_an_endpoint_in_the_private_subnets(network: NetworkView) -> None:
    name = f"com.amazonaws.{network.region}.secretsmanager"
    (endpoint,) = [found for found in network.of_vpc("vpc_endpoints") if found["ServiceName"] == name]
    assert (endpoint["VpcEndpointType"], endpoint["PrivateDnsEnabled"]) == ("Interface", True)
    assert set(endpoint["SubnetIds"]) == set(network.output("private_subnet_ids"))


def test_the_database_is_reached_from_the_private_tier_only(network: NetworkView, payments: ClusterView) -> None:
    groups = [group["VpcSecurityGroupId"] for group in payments.cluster()["VpcSecurityGroups"]]
    assert groups == [network.output("database_security_group_id")]
    rules = network.rules(groups[0])
    assert Rule(False, "tcp", POSTGRES, POSTGRES, network.output("private_security_group_id")) in rules
    assert {(rule.egress, rule.from_port, rule.to_port) for rule in rules} == {(False, POSTGRES, POSTGRES)}
    assert all(rule.peer.startswith("sg-") for rule in rules)


def test_the_database_is_aurora_postgresql_in_the_database_subnets(network: NetworkView, payments: ClusterView) -> None:
    cluster, group = payments.cluster(), payments.subnet_group()
    assert (cluster["Status"], cluster["Engine"], cluster["Port"]) == ("available", "aurora-postgresql", POSTGRES)
    assert cluster["DatabaseName"] == payments.output("name")
    assert group["VpcId"] == network.vpc_id
    assert {subnet["SubnetIdentifier"] for subnet in group["Subnets"]} == set(network.output("database_subnet_ids"))


def test_the_database_has_the_major_version_of_the_blueprint(live: Live, payments: ClusterView) -> None:
    version = payments.cluster()["EngineVersion"]
    assert payments.parameter_group()["DBParameterGroupFamily"] == f"aurora-postgresql{version.partition('.')[0]}"
    if live.defaults:
        assert version.partition(".")[0] == "16"


def test_the_database_is_encrypted_and_speaks_tls_only(network: NetworkView, payments: ClusterView) -> None:
    cluster = payments.cluster()
    assert cluster["StorageEncrypted"] is True
    assert key_faults(network.live, cluster["KmsKeyId"], network.region) == {}
    assert cluster["IAMDatabaseAuthenticationEnabled"] is True
    assert payments.parameters() == {"rds.force_ssl": "1"}


def test_the_database_keeps_backups_and_its_log(network: NetworkView, payments: ClusterView) -> None:
    cluster, log = payments.cluster(), payments.log_group()
    assert cluster["BackupRetentionPeriod"] >= (35 if production(network.live) else 7)
    assert cluster["CopyTagsToSnapshot"] is True
    assert cluster["EnabledCloudwatchLogsExports"] == ["postgresql"]
    assert log["retentionInDays"] >= 30
    assert key_faults(network.live, log["kmsKeyId"], network.region, "logs") == {}


def test_the_database_can_be_deleted_with_the_stack_except_in_production(live: Live, payments: ClusterView) -> None:
    if not live.defaults and not production(live):
        pytest.skip("this stack's settings may protect it")
    assert payments.cluster()["DeletionProtection"] is production(live)


def test_the_environment_says_how_many_instances_there_are(live: Live, payments: ClusterView) -> None:
    instances = payments.instances()
    assert len(instances) >= {"prod": 3, "staging": 2}.get(live.outputs["environment"], 1)
    assert len({instance["AvailabilityZone"] for instance in instances}) == min(
        len(instances), len(payments.subnet_group()["Subnets"])
    )
    assert {instance["PubliclyAccessible"] for instance in instances} == {False}
    if live.defaults:
        assert [instance["DBInstanceClass"] for instance in instances] == ["db.serverless"]


def test_a_serverless_database_has_bounds(live: Live, payments: ClusterView) -> None:
    if "db.serverless" not in {instance["DBInstanceClass"] for instance in payments.instances()}:
        pytest.skip("the database is provisioned")
    capacity = payments.cluster()["ServerlessV2ScalingConfiguration"]
    assert 0 <= capacity["MinCapacity"] <= capacity["MaxCapacity"]
    if live.defaults:
        assert (capacity["MinCapacity"], capacity["MaxCapacity"]) == (0.5, 2.0)


def test_instances_are_monitored(payments: ClusterView) -> None:
    assert {instance["MonitoringInterval"] for instance in payments.instances()} == {60}


def test_performance_insights_are_encrypted(live: Live, payments: ClusterView) -> None:
    if live.embedded:
        pytest.skip("moto says nothing of performance insights")
    for instance in payments.instances():
        assert instance["PerformanceInsightsEnabled"] is True
        assert key_faults(live, instance["PerformanceInsightsKMSKeyId"], payments.region) == {}


def test_the_master_user_s_credentials_are_in_their_secret_only(live: Live, network: NetworkView) -> None:
    assert credentials_faults(live, "payments", network.region) == {}


def test_the_signing_key_is_generated_and_in_its_secret_only(live: Live, network: NetworkView) -> None:
    assert secret_faults(live, "signing_key", network.region) == {}


def test_the_configuration_is_a_document_of_the_environment(live: Live, network: NetworkView) -> None:
    found, content = document(live, "app_config", network.region)
    _, _, suffix, name = found["Name"].split("/")
    assert (suffix, name) == (live.outputs["environment_suffix"], "app-config")
    assert found["Type"] == "String"
    assert content["log_level"] in ("debug", "info", "warn")
    if live.defaults:
        assert content["log_level"] == "debug"


def test_all_data_bears_all_tags(live: Live, payments: ClusterView) -> None:
    region = payments.region
    arns = [
        *payments.arns(),
        live.outputs["payments_secret_arn"],
        live.outputs["signing_key_secret_arn"],
        document(live, "app_config", region)[0]["ARN"],
    ]
    assert tag_faults(live, region, arns, "PCI-DSS") == {}
