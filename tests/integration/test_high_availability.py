"""The deployed `high-availability`: a network and its data that outlive the loss of a zone."""

from collections.abc import Callable

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
    credentials_faults,
    document,
    production,
    secret_faults,
    tag_faults,
    vault_faults,
)
from tests.support.live import Live
from tests.support.network_view import ANYWHERE, NetworkView, Rule
from tests.support.ways_out import WayOut, ways_out

TIERS = ("public", "private", "database")


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


def test_each_tier_spans_all_zones(network: NetworkView) -> None:
    zones = {tier: network.zones(tier) for tier in TIERS}
    assert zones["public"] == zones["private"] == zones["database"]
    assert len(zones["public"]) == 3 if network.live.defaults else len(zones["public"]) >= 2
    for tier in TIERS:
        assert len(network.subnets(tier)) == len(zones[tier])


def test_a_nat_gateway_with_an_address_stands_in_each_zone(network: NetworkView) -> None:
    zones = {subnet["SubnetId"]: subnet["AvailabilityZone"] for subnet in network.subnets("public")}
    nats = [nat for nat in network.of_vpc("nat_gateways") if nat["State"] != "deleted"]
    assert sorted(nat["NatGatewayId"] for nat in nats) == sorted(network.output("nat_gateway_ids"))
    assert sorted(zones[nat["SubnetId"]] for nat in nats) == sorted(network.zones("private"))
    addresses = [address["AllocationId"] for nat in nats for address in nat["NatGatewayAddresses"]]
    assert len(set(addresses)) == len(nats)


def test_each_private_subnet_leaves_by_the_nat_gateway_of_its_own_zone(network: NetworkView) -> None:
    found = ways_out(network, "private")
    assert set(found) == network.zones("private")
    assert found == {zone: [WayOut(ANYWHERE, "nat", zone)] for zone in found}


def test_private_subnets_share_no_route_table(network: NetworkView) -> None:
    tables = [network.table_of(subnet)["RouteTableId"] for subnet in network.output("private_subnet_ids")]
    assert len(set(tables)) == len(tables)


def test_public_subnets_lead_to_the_internet_and_database_subnets_nowhere(network: NetworkView) -> None:
    for ways in ways_out(network, "public").values():
        assert ways == [WayOut(ANYWHERE, "internet")]
    assert set(ways_out(network, "database")) == network.zones("database")
    assert [ways for ways in ways_out(network, "database").values() if ways] == []


def test_all_traffic_is_recorded_in_a_log_group(network: NetworkView) -> None:
    log = network.flow_log()
    assert (log["TrafficType"], log["LogDestinationType"]) == ("ALL", "cloud-watch-logs")


def test_the_database_is_reached_from_the_private_tier_only(network: NetworkView) -> None:
    private = network.output("private_security_group_id")
    rules = network.rules(network.output("database_security_group_id"))
    assert rules == [Rule(False, "tcp", POSTGRES, POSTGRES, private)]


def test_the_database_is_aurora_postgresql_in_the_database_subnets(
    network: NetworkView, storefront: ClusterView
) -> None:
    assert place_faults(storefront, network) == {}
    assert storefront.cluster()["DatabaseName"] == storefront.output("name")


def test_the_database_is_encrypted_and_speaks_tls_only(storefront: ClusterView) -> None:
    assert protection_faults(storefront) == {}


def test_the_database_keeps_backups_and_its_log(storefront: ClusterView) -> None:
    assert retention_faults(storefront) == {}


def test_the_database_can_be_deleted_with_the_stack_except_in_production(live: Live, storefront: ClusterView) -> None:
    if not live.defaults and not production(live):
        pytest.skip("this stack's settings may protect it")
    assert storefront.cluster()["DeletionProtection"] is production(live)


def test_an_instance_is_there_to_take_over(storefront: ClusterView) -> None:
    instances = storefront.instances()
    assert len(instances) >= 2
    assert [instance["PromotionTier"] for instance in instances] == list(range(len(instances)))


def test_instances_are_serverless_within_bounds(live: Live, storefront: ClusterView) -> None:
    if not live.defaults:
        pytest.skip("this stack's settings may say other instances")
    assert {instance["DBInstanceClass"] for instance in storefront.instances()} == {"db.serverless"}
    capacity = storefront.cluster()["ServerlessV2ScalingConfiguration"]
    assert (capacity["MinCapacity"], capacity["MaxCapacity"]) == (0.5, 4.0)


def test_instances_are_private_and_monitored_and_stand_in_different_zones(
    network: NetworkView, storefront: ClusterView
) -> None:
    assert instance_faults(storefront, network) == {}


def test_performance_insights_are_encrypted(live: Live, storefront: ClusterView) -> None:
    if live.embedded:
        pytest.skip("moto says nothing of performance insights")
    assert insight_faults(storefront) == {}


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
    assert vault_faults(live, network.region, "SOC2") == {}


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
