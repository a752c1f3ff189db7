"""Probes as a stack makes them, and what is no probe."""

import functools
from typing import Any

import pytest

from lib.args.problems import SettingsError
from lib.args.stack import TapStackArgs
from tap.plan import Plan
from tests.support.stack import deploy_stack, policy_of

COMMON = {"environment_suffix": "dev", "tags": {"Owner": "tests"}}
HOST = "api.analytics.example"


def settings(*probes: dict[str, Any]) -> TapStackArgs:
    return TapStackArgs.from_blueprint(
        "vpc-peering", **COMMON, monitoring={"trail": "existing", "dashboards": False, "probes": list(probes)}
    )


@functools.cache
def probed() -> Plan:
    return deploy_stack(settings({"from": "payment.app", "host": HOST, "port": 443}))


def test_a_probe_lives_in_its_tier_and_wears_the_tiers_group() -> None:
    plan = probed()
    function = plan.one("aws:lambda/function:Function")
    assert function.region == "us-east-1"
    assert function.inputs["vpcConfig"]["subnetIds"] == plan.exports["payment_app_subnet_ids"]
    assert function.inputs["vpcConfig"]["securityGroupIds"] == [plan.exports["payment_app_security_group_id"]]
    variables = function.inputs["environment"]["variables"]
    assert (variables["HOST"], variables["PORT"]) == (HOST, "443")


def test_a_probe_runs_every_minute_and_its_schedule_alone_may_call_it() -> None:
    plan = probed()
    (rule,) = [rule for rule in plan.of("aws:cloudwatch/eventRule:EventRule") if "scheduleExpression" in rule.inputs]
    assert rule.inputs["scheduleExpression"] == "rate(1 minute)"
    permission = plan.one("aws:lambda/permission:Permission")
    assert permission.inputs["sourceArn"] == rule.outputs["arn"]
    # EventBridge tells no account: a permission that asks for it is one that nobody has.
    assert "sourceAccount" not in permission.inputs
    (target,) = [each for each in plan.of("aws:cloudwatch/eventTarget:EventTarget") if each.name == rule.name]
    assert target.inputs["arn"] == plan.one("aws:lambda/alias:Alias").outputs["arn"]
    assert permission.urn in target.dependencies


def test_a_broken_way_and_a_silent_probe_both_raise_the_alarm_in_the_probes_region() -> None:
    plan = probed()
    variables = plan.one("aws:lambda/function:Function").inputs["environment"]["variables"]
    (alarm,) = [
        alarm
        for alarm in plan.of("aws:cloudwatch/metricAlarm:MetricAlarm")
        if alarm.inputs["metricName"] == variables["METRIC_NAME"]
    ]
    assert alarm.inputs["namespace"] == variables["METRIC_NAMESPACE"]
    assert (alarm.region, alarm.inputs["treatMissingData"]) == ("us-east-1", "breaching")
    assert (alarm.inputs["comparisonOperator"], alarm.inputs["threshold"]) == ("LessThanThreshold", 1)


def test_a_probe_may_write_its_log_and_nothing_of_anybody_elses() -> None:
    plan = probed()
    policy = plan.one("aws:iam/rolePolicy:RolePolicy", plan.one("aws:lambda/function:Function").name)
    actions = {action for statement in policy_of(policy) for action in statement["Action"]}
    assert not {action for action in actions if action.split(":")[0] in {"s3", "dynamodb", "secretsmanager", "iam"}}


def problems(*probes: dict[str, Any]) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        settings(*probes)
    return [str(problem) for problem in raised.value.problems]


def test_a_probe_starts_in_a_tier_that_exists() -> None:
    assert problems({"from": "payment.ap", "host": HOST, "port": 443}) == [
        "monitoring.probes[0].from: must name a tier, as network.tier (got payment.ap). Did you mean payment.app?"
    ]
    assert problems({"from": "elsewhere.app", "host": HOST, "port": 443}) == [
        "monitoring.probes[0].from: must name a tier, as network.tier (got elsewhere.app). "
        "Choose one of: analytics.api, payment.app."
    ]
    assert problems({"from": "payment", "host": HOST, "port": 443}) == [
        "monitoring.probes[0].from: must name a tier, as network.tier (got payment). Did you mean payment.app?"
    ]


def test_a_probe_has_no_public_address_to_start_from() -> None:
    with pytest.raises(SettingsError) as raised:
        TapStackArgs.from_blueprint(
            "banking-vpc", **COMMON, monitoring={"probes": [{"from": "banking.public", "host": HOST, "port": 443}]}
        )
    assert [str(problem) for problem in raised.value.problems] == [
        "monitoring.probes[0].from: must not be a public tier (got banking.public). "
        "Choose a private or isolated tier of the network."
    ]


def test_a_probe_is_in_the_stacks_own_account() -> None:
    with pytest.raises(SettingsError) as raised:
        TapStackArgs.from_blueprint(
            "vpc-peering",
            **COMMON,
            networks={"payment": {"role_arn": "arn:aws:iam::210987654321:role/network"}},
            monitoring={"probes": [{"from": "payment.app", "host": HOST, "port": 443}]},
        )
    assert [str(problem) for problem in raised.value.problems] == [
        "monitoring.probes[0].from: must be in a network of the stack's own account (got payment.app). "
        "Choose a network without role_arn."
    ]


def test_no_connection_is_tried_twice() -> None:
    probe = {"from": "payment.app", "host": HOST, "port": 443}
    (found,) = problems(probe, probe)
    assert found.startswith("monitoring.probes[1]: gets the AWS name ")
    assert "which monitoring.probes[0] has already" in found


@pytest.mark.parametrize("host", ["", "https://x", "a b", "-a.example"])
def test_a_host_is_a_name_or_an_address(host: str) -> None:
    (found,) = problems({"from": "payment.app", "host": host, "port": 443})
    assert found.startswith("monitoring.probes[0].host: must be a host name or an IPv4 address (got ")
    assert found.endswith("Use a name such as api.example.com, or an address such as 10.1.2.10.")
