"""The name of the API that moves between the regions, and what watches over them, as they were deployed."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.live import Live

REGIONS = {"primary": "primary_region", "dr": "dr_region"}
GLOBAL = "us-east-1"


@pytest.fixture(scope="module")
def live(standing: Callable[[str], Live]) -> Live:
    return standing("multi-region-dr")


@pytest.fixture(scope="module")
def checks(live: Live) -> dict[str, dict[str, Any]]:
    """The configuration of each region's health check, by network."""
    route53 = live.client("route53", GLOBAL)
    return {
        network: route53.get_health_check(HealthCheckId=live.outputs[f"failover_{network}_health_check_id"])[
            "HealthCheck"
        ]["HealthCheckConfig"]
        for network in REGIONS
    }


@pytest.fixture(scope="module")
def records(live: Live) -> dict[str, dict[str, Any]]:
    """The records of the name that moves, by role."""
    route53 = live.client("route53", GLOBAL)
    found = route53.list_resource_record_sets(HostedZoneId=live.outputs["failover_zone_id"])["ResourceRecordSets"]
    name = str(live.outputs["failover_name"]).rstrip(".")
    return {each["Failover"]: each for each in found if each["Name"].rstrip(".") == name and "Failover" in each}


@pytest.mark.parametrize("network", sorted(REGIONS))
def test_each_region_is_checked_on_its_own_host(live: Live, checks: dict[str, dict[str, Any]], network: str) -> None:
    check = checks[network]
    assert live.outputs[f"orders_{network}_endpoint"] == f"https://{check['FullyQualifiedDomainName']}"
    assert check["FullyQualifiedDomainName"] != str(live.outputs["failover_name"]).rstrip(".")
    assert (check["Type"], check["ResourcePath"], check["EnableSNI"]) == ("HTTPS", "/health", True)
    assert len(set(check["Regions"])) >= 3


def test_the_name_has_a_primary_and_a_secondary_that_follow_their_regions(
    live: Live, records: dict[str, dict[str, Any]]
) -> None:
    assert {role: record["SetIdentifier"] for role, record in records.items()} == {
        "PRIMARY": live.outputs["primary_region"],
        "SECONDARY": live.outputs["dr_region"],
    }
    assert records["PRIMARY"]["HealthCheckId"] == live.outputs["failover_primary_health_check_id"]
    assert records["SECONDARY"]["HealthCheckId"] == live.outputs["failover_dr_health_check_id"]


def test_the_expected_time_of_a_failover_follows_from_checks_and_answers(
    live: Live, checks: dict[str, dict[str, Any]]
) -> None:
    check = checks["primary"]
    assert live.outputs["failover_expected_seconds"] == check["RequestInterval"] * check["FailureThreshold"] + 60


def test_a_rehearsal_is_in_a_zone_that_nobody_owns_and_says_so(live: Live, records: dict[str, dict[str, Any]]) -> None:
    if not live.outputs["failover_rehearses_dns_only"]:
        pytest.skip("serves under a name of its own")
    zone = live.client("route53", GLOBAL).get_hosted_zone(Id=live.outputs["failover_zone_id"])["HostedZone"]
    assert zone["Name"].rstrip(".").endswith(".test")
    for role, network in (("PRIMARY", "primary"), ("SECONDARY", "dr")):
        (target,) = records[role]["ResourceRecords"]
        assert live.outputs[f"orders_{network}_endpoint"] == f"https://{target['Value'].rstrip('.')}"


def test_queries_of_the_zone_are_logged_where_route_53_writes(live: Live) -> None:
    found = live.client("route53", GLOBAL).list_query_logging_configs()["QueryLoggingConfigs"]
    (config,) = [each for each in found if each["HostedZoneId"] == live.outputs["failover_zone_id"]]
    name = config["CloudWatchLogsLogGroupArn"].split(":log-group:")[1].removesuffix(":*")
    groups = live.client("logs", GLOBAL).describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    (group,) = [group for group in groups if group["logGroupName"] == name]
    assert group["kmsKeyId"]
    assert group["retentionInDays"] >= 30


def alarms(live: Live, region: str) -> list[dict[str, Any]]:
    pages = live.client("cloudwatch", region).get_paginator("describe_alarms").paginate()
    suffix = f"-{live.outputs['environment_suffix']}"
    return [alarm for page in pages for alarm in page["MetricAlarms"] if alarm["AlarmName"].endswith(suffix)]


def test_the_primarys_health_raises_an_alarm_in_the_region_of_route_53(live: Live) -> None:
    watched = {
        dimension["Value"]
        for alarm in alarms(live, GLOBAL)
        if alarm.get("Namespace") == "AWS/Route53"
        for dimension in alarm["Dimensions"]
    }
    assert watched == {live.outputs["failover_primary_health_check_id"]}


@pytest.mark.parametrize("network", sorted(REGIONS))
def test_every_lag_has_an_alarm_in_the_region_that_measures_it(live: Live, network: str) -> None:
    region = str(live.outputs[REGIONS[network]])
    found = {(alarm["Namespace"], alarm["MetricName"]) for alarm in alarms(live, region) if "MetricName" in alarm}
    assert {("AWS/RDS", "AuroraGlobalDBRPOLag"), ("AWS/DynamoDB", "ReplicationLatency")} <= found
    of_buckets = "OperationsFailedReplication" if network == "primary" else "OperationsPendingReplication"
    assert ("AWS/S3", of_buckets) in found


@pytest.mark.parametrize("network", sorted(REGIONS))
def test_every_alarm_tells_a_topic_of_its_own_region(live: Live, network: str) -> None:
    region = str(live.outputs[REGIONS[network]])
    topic = live.outputs[f"alarm_topic_arn_{region.replace('-', '_')}"]
    for alarm in alarms(live, region):
        assert alarm["AlarmActions"] == [topic], alarm["AlarmName"]


def test_there_is_a_dashboard_for_each_region_and_one_across(live: Live) -> None:
    names = [live.outputs[f"dashboard_name_{str(live.outputs[key]).replace('-', '_')}"] for key in REGIONS.values()]
    for region, name in zip(REGIONS.values(), names, strict=True):
        cloudwatch = live.client("cloudwatch", str(live.outputs[region]))
        assert cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"]
    across = live.client("cloudwatch", str(live.outputs["primary_region"]))
    body = across.get_dashboard(DashboardName=live.outputs["dashboard_name"])["DashboardBody"]
    assert all(str(live.outputs[key]) in body for key in REGIONS.values())


@pytest.fixture(scope="module")
def named(spare_aws: str) -> Live:
    """The same under a name of one's own, in a zone that is there already."""
    from tests.support.embedded import deploy_beside

    route53 = Live({}, endpoint=spare_aws).client("route53", GLOBAL)
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="failover")["HostedZone"]["Id"]
    overrides = ("domain_name=orders.example.com", f"domain_zone_id={zone.removeprefix('/hostedzone/')}")
    return deploy_beside(spare_aws, "multi-region-dr", *overrides)


def test_under_a_name_of_ones_own_each_region_serves_it_with_a_certificate(named: Live) -> None:
    assert named.outputs["failover_name"] == "orders.example.com"
    for network, key in REGIONS.items():
        gateway = named.client("apigatewayv2", str(named.outputs[key]))
        (configuration,) = gateway.get_domain_name(DomainName="orders.example.com")["DomainNameConfigurations"]
        assert (configuration["EndpointType"], configuration["SecurityPolicy"]) == ("REGIONAL", "TLS_1_2")
        (mapping,) = gateway.get_api_mappings(DomainName="orders.example.com")["Items"]
        assert mapping["ApiId"] == named.outputs[f"orders_{network}_api_id"]
        acm = named.client("acm", str(named.outputs[key]))
        certificate = acm.describe_certificate(CertificateArn=configuration["CertificateArn"])["Certificate"]
        assert certificate["DomainName"] == "orders.example.com"


def test_the_name_of_ones_own_moves_by_aliases_and_has_one_record_for_validation(named: Live) -> None:
    route53 = named.client("route53", GLOBAL)
    found = route53.list_resource_record_sets(HostedZoneId=named.outputs["failover_zone_id"])["ResourceRecordSets"]
    moving = {each["Failover"]: each for each in found if "Failover" in each}
    assert set(moving) == {"PRIMARY", "SECONDARY"}
    for role, key in (("PRIMARY", "primary_region"), ("SECONDARY", "dr_region")):
        record = moving[role]
        assert (record["Type"], record["Name"]) == ("A", "orders.example.com.")
        assert f".execute-api.{named.outputs[key]}." in record["AliasTarget"]["DNSName"]
        assert record["AliasTarget"]["EvaluateTargetHealth"] is False
    assert len([each for each in found if each["Type"] == "CNAME"]) == 1
    assert named.outputs["failover_rehearses_dns_only"] is False
