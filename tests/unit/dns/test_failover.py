"""Failover of an API between two regions: with a name of its own, and as a rehearsal."""

import functools
from typing import Any

import pytest

from lib.args.problems import SettingsError
from lib.args.stack import TapStackArgs
from tap.plan import Plan, Resource
from tests.support.stack import deploy_stack, policy_of, stack_args

EAST, WEST = "us-east-1", "us-west-2"
CHECK = "aws:route53/healthCheck:HealthCheck"
RECORD = "aws:route53/record:Record"
DOMAIN = {"name": "pay.example.com", "zone_id": "Z0123456789ABCDEFGHIJ"}
NETWORK = {
    "zones": 2,
    "endpoints": ["dynamodb"],
    "tiers": {"app": {"kind": "private"}},
    "allow": [{"from": "app", "to": "dynamodb", "port": 443}],
}


def settings(*, region: str = EAST, failover: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "region": region,
        "networks": {
            "near": {**NETWORK, "cidr": "10.0.0.0/16"},
            "far": {**NETWORK, "cidr": "10.1.0.0/16", "region": WEST},
        },
        "tables": {"items": {"network": "near", "hash_key": "id", "replicas": ["far"]}},
        "apis": {"orders": {"networks": ["near", "far"], "table": "items"}},
        "failover": {"api": "orders", **failover},
        "monitoring": {"dashboards": False},
        **more,
    }


@functools.cache
def served() -> Plan:
    return deploy_stack(stack_args(**settings(failover={"domain": DOMAIN, "interval_seconds": 10, "drill": "near"})))


@functools.cache
def rehearsed() -> Plan:
    return deploy_stack(stack_args(**settings(region="eu-central-1", failover={"query_log": False})))


def checks(plan: Plan) -> dict[str, Resource]:
    return {check.name.removeprefix("orders-"): check for check in plan.of(CHECK)}


def moving(plan: Plan) -> dict[str, Resource]:
    """The records of the name that moves, by role."""
    records = [record for record in plan.of(RECORD) if "failoverRoutingPolicies" in record.inputs]
    return {record.inputs["failoverRoutingPolicies"][0]["type"]: record for record in records}


def test_each_region_is_judged_on_its_own_host_over_https() -> None:
    plan = served()
    apis = {api.region: api.id for api in plan.of("aws:apigatewayv2/api:Api")}
    for network, region in (("near", EAST), ("far", WEST)):
        check = checks(plan)[network].inputs
        assert check["fqdn"] == f"{apis[region]}.execute-api.{region}.amazonaws.com"
        assert (check["type"], check["port"], check["resourcePath"]) == ("HTTPS", 443, "/health")
        assert check["enableSni"] is check["measureLatency"] is True
        assert (check["requestInterval"], check["failureThreshold"]) == (10, 3)
        assert len(set(check["regions"])) >= 3


def test_a_drill_turns_the_health_of_one_region_around() -> None:
    assert {name: check.inputs["invertHealthcheck"] for name, check in checks(served()).items()} == {
        "near": True,
        "far": False,
    }


def test_the_name_leads_to_the_primary_first_and_each_record_follows_its_own_check() -> None:
    plan = served()
    records = moving(plan)
    assert {role: record.inputs["setIdentifier"] for role, record in records.items()} == {
        "PRIMARY": EAST,
        "SECONDARY": WEST,
    }
    for role, network in (("PRIMARY", "near"), ("SECONDARY", "far")):
        record = records[role].inputs
        assert record["healthCheckId"] == checks(plan)[network].id
        assert (record["name"], record["zoneId"], record["type"]) == (DOMAIN["name"], DOMAIN["zone_id"], "A")
        (alias,) = record["aliases"]
        assert alias["evaluateTargetHealth"] is False


def test_both_regions_have_the_name_with_certificates_that_one_record_validates() -> None:
    plan = served()
    certificates = plan.of("aws:acm/certificate:Certificate")
    assert {certificate.region for certificate in certificates} == {EAST, WEST}
    (validation,) = [record for record in plan.of(RECORD) if "failoverRoutingPolicies" not in record.inputs]
    for each in plan.of("aws:acm/certificateValidation:CertificateValidation"):
        assert each.inputs["validationRecordFqdns"] == [validation.outputs["fqdn"]]
    for named in plan.of("aws:apigatewayv2/domainName:DomainName"):
        configuration = named.inputs["domainNameConfiguration"]
        assert (configuration["endpointType"], configuration["securityPolicy"]) == ("REGIONAL", "TLS_1_2")
    mapped = plan.of("aws:apigatewayv2/apiMapping:ApiMapping")
    assert {mapping.region for mapping in mapped} == {EAST, WEST}


def test_a_zone_of_ones_own_has_its_queries_logged_by_route_53_alone() -> None:
    plan = served()
    log = plan.one("aws:route53/queryLog:QueryLog")
    group = plan.one("aws:cloudwatch/logGroup:LogGroup", "orders-queries")
    assert log.inputs["zoneId"] == DOMAIN["zone_id"]
    assert log.inputs["cloudwatchLogGroupArn"] == group.outputs["arn"]
    assert (group.region, group.inputs["name"]) == (EAST, "/aws/route53/shop-orders-dev")
    leave = plan.one("aws:cloudwatch/logResourcePolicy:LogResourcePolicy")
    (statement,) = policy_of(leave, "policyDocument")
    assert statement["Principal"] == {"Service": ["route53.amazonaws.com"]}
    assert statement["Resource"] == [f"{group.outputs['arn']}:*"]
    zone = f"arn:aws:route53:::hostedzone/{DOMAIN['zone_id']}"
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": zone},
    }
    assert leave.urn in log.dependencies


def test_outputs_say_the_name_and_how_long_a_failover_takes() -> None:
    exports = served().exports
    assert exports["failover_name"] == DOMAIN["name"]
    assert exports["failover_expected_seconds"] == 10 * 3 + 60
    assert exports["failover_rehearses_dns_only"] is False
    assert exports["failover_far_health_check_id"] == checks(served())["far"].id
    assert rehearsed().exports["failover_expected_seconds"] == 30 * 3 + 60


def test_without_a_name_a_zone_that_nobody_owns_rehearses_the_answers() -> None:
    plan = rehearsed()
    zone = plan.one("aws:route53/zone:Zone")
    assert zone.inputs["name"] == "shop-orders-dev.test"
    assert zone.inputs["forceDestroy"] is True
    for role, network in (("PRIMARY", "near"), ("SECONDARY", "far")):
        record = moving(plan)[role].inputs
        assert (record["type"], record["ttl"], record["name"]) == ("CNAME", 60, "api")
        assert record["records"] == [checks(plan)[network].inputs["fqdn"]]
    assert not plan.of("aws:acm/certificate:Certificate")
    assert plan.exports["failover_rehearses_dns_only"] is True


def test_the_health_of_the_primary_raises_an_alarm_in_the_region_of_route_53_whatever_the_stacks_own() -> None:
    plan = rehearsed()
    alarms = {
        alarm.inputs["dimensions"]["HealthCheckId"]: alarm
        for alarm in plan.of("aws:cloudwatch/metricAlarm:MetricAlarm")
        if alarm.inputs.get("namespace") == "AWS/Route53"
    }
    # The recovery region answers 503 until its database is promoted: that is no news.
    assert set(alarms) == {checks(plan)["near"].id}
    (alarm,) = alarms.values()
    assert alarm.region == EAST
    topics = {topic.region: topic.outputs["arn"] for topic in plan.of("aws:sns/topic:Topic")}
    assert alarm.inputs["alarmActions"] == [topics[EAST]]


def test_everything_of_route_53_goes_through_one_provider() -> None:
    for plan in (served(), rehearsed()):
        assert {resource.region for resource in plan.resources if resource.type.startswith("aws:route53/")} <= {
            EAST,
            WEST,
        }
        assert {check.region for check in plan.of(CHECK)} == {EAST}


def problems(**failover: Any) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        stack_args(**settings(failover=failover))
    return [str(problem) for problem in raised.value.problems]


def test_an_unknown_api_cannot_fail_over() -> None:
    assert problems(api="order") == ["failover.api: must name an API (got order). Did you mean orders?"]


def test_an_api_in_one_network_cannot_fail_over() -> None:
    given = settings(failover={})
    given["apis"]["orders"]["networks"] = ["near"]
    with pytest.raises(SettingsError) as raised:
        stack_args(**given)
    assert [str(problem) for problem in raised.value.problems] == [
        "failover.api: must be an API in two networks (got orders). "
        "List two networks in apis.orders.networks: the primary one, then the one that takes over."
    ]


def test_a_drill_is_of_one_of_the_apis_networks() -> None:
    assert problems(drill="nera") == [
        "failover.drill: must be one of the API's networks (got nera). Did you mean near?"
    ]


def test_a_drill_never_makes_a_region_look_fit_to_write() -> None:
    with pytest.raises(SettingsError) as raised:
        TapStackArgs.from_blueprint(
            "multi-region-dr",
            environment_suffix="dev",
            tags={"Owner": "tests"},
            failover={"drill": "dr"},
        )
    assert [str(problem) for problem in raised.value.problems] == [
        "failover.drill: must not be the region that takes over: it would count as healthy while its database takes "
        "no writes (got dr). Set it to primary, or rehearse by a switchover."
    ]


def test_production_serves_under_a_name() -> None:
    with pytest.raises(SettingsError) as raised:
        stack_args(**settings(failover={}, profile="prod"))
    assert [str(problem) for problem in raised.value.problems] == [
        "failover: needs a domain where data is protected: without one the DNS answers are rehearsed alone. "
        "Set failover.domain.name and failover.domain.zone_id, a public hosted zone of Route 53."
    ]


def test_health_is_checked_from_three_regions_that_route_53_checks_from() -> None:
    assert problems(checker_regions=["us-east-1", "us-east-1"]) == [
        "failover.checker_regions: must be 3 different regions (got us-east-1, us-east-1). Name 3 or more of: "
        "us-east-1, us-west-1, us-west-2, eu-west-1, ap-southeast-1, ap-southeast-2, ap-northeast-1, sa-east-1."
    ]
    assert problems(checker_regions=["us-east-1", "us-west-2", "eu-west-1", "eu-north-1"]) == [
        "failover.checker_regions[3]: must be a region that Route 53 checks from (got eu-north-1). Choose one of: "
        "ap-northeast-1, ap-southeast-1, ap-southeast-2, eu-west-1, sa-east-1, us-east-1, us-west-1, us-west-2."
    ]
