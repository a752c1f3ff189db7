"""What watches a peering, whom it tells, and the keys that it takes."""

import json
from typing import Any

import pytest

from tap.plan import Plan
from tests.support.stack import deploy_networks, policy_of

TIERS = {"app": {"kind": "private"}}
NETWORKS = {
    "near": {"cidr": "10.0.0.0/16", "zones": 1, "tiers": TIERS},
    "far": {"cidr": "10.1.0.0/16", "zones": 1, "tiers": TIERS, "region": "us-west-2"},
}
RELIED_ON = {"monitoring": {"emails": ["ops@example.com"], "trail": "existing"}}
GRANTS = [{"from": "near.app", "to": "far.app", "port": 443}]


def watched(far_region: str = "us-west-2", allow: list[dict[str, Any]] | None = None, **settings: Any) -> Plan:
    return deploy_networks(
        networks={**NETWORKS, "far": {**NETWORKS["far"], "region": far_region}},
        peerings={"link": {"between": ["near", "far"], "allow": GRANTS if allow is None else allow}},
        **settings,
    )


def pattern(plan: Plan, name: str) -> dict[str, Any]:
    return json.loads(plan.one("aws:cloudwatch/eventRule:EventRule", name).inputs["eventPattern"])


def calls(plan: Plan, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for call in pattern(plan, name)["detail"]["$or"]:
        for event in call["eventName"]:
            found.setdefault(event, []).append(call["requestParameters"])
    return found


def test_each_region_has_a_rule_on_the_calls_that_break_the_peering() -> None:
    plan = watched()
    connection = plan.one("VpcPeeringConnection").id
    for name, network, peer in (("link-us-east-1", "near", "10.1.0.0/16"), ("link-us-west-2", "far", "10.0.0.0/16")):
        found = calls(plan, name)
        for event in ("DeleteVpcPeeringConnection", "RejectVpcPeeringConnection"):
            assert {"vpcPeeringConnectionId": [connection]} in found[event]
            assert {f"{event}Request": {"VpcPeeringConnectionId": [connection]}} in found[event]
        routes = {
            "routeTableId": [plan.one("RouteTable", f"{network}-app").id],
            "destinationCidrBlock": [peer],
        }
        assert found["DeleteRoute"] == found["ReplaceRoute"] == [routes]
        group = {"groupId": [plan.one("SecurityGroup", f"{network}-app").id]}
        assert found["RevokeSecurityGroupIngress"] == found["RevokeSecurityGroupEgress"] == [group]


def test_only_calls_that_succeeded_through_cloudtrail_match() -> None:
    found = pattern(watched(), "link-us-east-1")
    assert (found["source"], found["detail-type"]) == (["aws.ec2"], ["AWS API Call via CloudTrail"])
    assert found["detail"]["errorCode"] == [{"exists": False}]


def test_one_region_has_one_rule_for_both_sides() -> None:
    found = calls(watched(far_region="us-east-1", **RELIED_ON), "link-us-east-1")
    (routes,) = found["DeleteRoute"]
    assert len(routes["routeTableId"]) == 2
    assert sorted(routes["destinationCidrBlock"]) == ["10.0.0.0/16", "10.1.0.0/16"]


def test_a_peering_without_grants_is_watched_for_its_own_end_alone() -> None:
    assert set(calls(watched(allow=[], **RELIED_ON), "link-us-east-1")) == {
        "DeleteVpcPeeringConnection",
        "RejectVpcPeeringConnection",
    }


def test_each_rule_tells_the_topic_of_its_own_region_and_failed_deliveries_raise_an_alarm() -> None:
    plan = watched()
    for region in ("us-east-1", "us-west-2"):
        topic = plan.one("Topic", f"alarms-{region}").outputs["arn"]
        rule = plan.one("aws:cloudwatch/eventRule:EventRule", f"link-{region}")
        target = plan.one("EventTarget", f"link-{region}")
        assert (target.inputs["arn"], target.inputs["rule"]) == (topic, rule.inputs["name"])
        alarm = plan.one("MetricAlarm", f"link-{region}").inputs
        assert (alarm["namespace"], alarm["metricName"]) == ("AWS/Events", "FailedInvocations")
        assert alarm["dimensions"] == {"RuleName": rule.inputs["name"]}
        assert alarm["alarmActions"] == [topic]
        assert {rule.region, target.region, plan.one("MetricAlarm", f"link-{region}").region} == {region}


def test_topics_are_encrypted_with_a_key_that_lets_events_and_alarms_publish() -> None:
    plan = watched()
    key = plan.one("aws:kms/key:Key", "messages-us-west-2")
    topic = plan.one("Topic", "alarms-us-west-2")
    assert topic.inputs["kmsMasterKeyId"] == key.outputs["arn"]
    _, publish = policy_of(key)
    assert publish["Principal"] == {"Service": ["events.amazonaws.com", "cloudwatch.amazonaws.com"]}
    assert publish["Action"] == ["kms:GenerateDataKey*", "kms:Decrypt"]
    arn = f"arn:aws:sns:us-west-2:123456789012:{topic.inputs['name']}"
    assert publish["Condition"] == {"StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": arn}}


def test_a_topic_takes_messages_from_events_and_the_accounts_alarms_and_only_over_tls() -> None:
    events, alarms, tls = policy_of(watched().one("TopicPolicy", "alarms-us-east-1"))
    assert (events["Principal"], "Condition" in events) == ({"Service": ["events.amazonaws.com"]}, False)
    assert alarms["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012"}
    assert (tls["Effect"], tls["Principal"]) == ("Deny", "*")


def test_addresses_are_subscribed_in_every_region() -> None:
    plan = watched(**RELIED_ON)
    subscriptions = plan.of("TopicSubscription")
    assert {(s.inputs["endpoint"], s.inputs["protocol"], s.region) for s in subscriptions} == {
        ("ops@example.com", "email", "us-east-1"),
        ("ops@example.com", "email", "us-west-2"),
    }


def test_a_trail_covers_all_regions_and_comes_after_its_buckets_policy() -> None:
    plan = watched()
    trail = plan.one("aws:cloudtrail/trail:Trail")
    assert trail.inputs["isMultiRegionTrail"] is True
    assert trail.inputs["enableLogging"] is True
    assert trail.inputs["enableLogFileValidation"] is True
    assert trail.inputs["kmsKeyId"] == plan.one("aws:kms/key:Key", "logs-us-east-1").outputs["arn"]
    assert trail.inputs["s3BucketName"] == plan.one("Bucket").inputs["bucket"]
    assert plan.one("BucketPolicy").urn in trail.dependencies
    check, write, _ = policy_of(plan.one("BucketPolicy"))
    arn = "arn:aws:cloudtrail:us-east-1:123456789012:trail/shop-trail-dev"
    assert check["Condition"]["StringEquals"]["aws:SourceArn"] == arn
    assert write["Condition"]["StringEquals"]["aws:SourceArn"] == arn


def test_the_accounts_own_trail_can_be_relied_on_instead() -> None:
    plan = watched(**RELIED_ON)
    assert plan.of("aws:cloudtrail/trail:Trail") == ()
    assert len(plan.of("aws:cloudwatch/eventRule:EventRule")) == 2


def test_without_peerings_there_is_nothing_to_watch() -> None:
    plan = deploy_networks(networks={"near": NETWORKS["near"]})
    assert plan.of("Topic") == plan.of("aws:cloudtrail/trail:Trail") == ()


def test_keys_rotate_and_live_as_long_as_the_profile_says() -> None:
    for key in watched().of("aws:kms/key:Key"):
        assert key.inputs["enableKeyRotation"] is True
        assert key.inputs["deletionWindowInDays"] == 7
        assert key.options.protect is False
    for key in watched(environment="prod", environment_suffix="prod").of("aws:kms/key:Key"):
        assert key.inputs["deletionWindowInDays"] == 30
        assert key.options.protect is True


def test_a_key_for_logs_serves_logs_deliveries_and_the_trail_under_their_conditions() -> None:
    root, groups, delivery, trail, describe = policy_of(watched().one("aws:kms/key:Key", "logs-us-west-2"))
    assert root["Principal"] == {"AWS": ["arn:aws:iam::123456789012:root"]}
    assert groups["Principal"] == {"Service": ["logs.us-west-2.amazonaws.com"]}
    assert groups["Condition"] == {
        "ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-west-2:123456789012:log-group:*"}
    }
    assert delivery["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012"}
    assert trail["Action"] == ["kms:GenerateDataKey*"]
    assert describe["Action"] == ["kms:DescribeKey"]


@pytest.mark.parametrize("purpose", ["logs", "messages"])
def test_every_key_has_an_alias_with_its_region(purpose: str) -> None:
    plan = watched()
    for region in ("us-east-1", "us-west-2"):
        alias = plan.one("Alias", f"{purpose}-{region}").inputs
        assert alias["name"] == f"alias/shop-{purpose}-{region}-dev"
        assert alias["targetKeyId"] == plan.one("aws:kms/key:Key", f"{purpose}-{region}").outputs["keyId"]
