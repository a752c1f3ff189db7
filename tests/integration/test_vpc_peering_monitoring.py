"""The deployed `vpc-peering`: that somebody is told when the peering breaks, and that all traffic is recorded."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, cast

import pytest

from tests.support.event_pattern import matches
from tests.support.live import Live
from tests.support.network_view import NetworkView
from tests.support.policies import as_list, services, statements
from tests.support.tags import tags_by_arn, untagged

TIERS = {"payment": "app", "analytics": "api"}
FLOW_LOGS = "vpc-flow-logs.amazonaws.com"


class Watch(NamedTuple):
    """A network, the topic of its region, and the EventBridge rules that lead there."""

    network: NetworkView
    peer: NetworkView
    topic: str
    rules: list[dict[str, Any]]

    def client(self, service: str) -> Any:
        return self.network.live.client(service, self.network.region)

    def alarms(self) -> list[dict[str, Any]]:
        """The alarms that tell the topic."""
        pages = self.client("cloudwatch").get_paginator("describe_alarms").paginate()
        return [alarm for page in pages for alarm in page["MetricAlarms"] if self.topic in alarm["AlarmActions"]]


@pytest.fixture(scope="module")
def live(standing: Callable[[str], Live]) -> Live:
    return standing("vpc-peering")


@pytest.fixture(scope="module", params=["payment", "analytics"])
def watch(request: pytest.FixtureRequest, live: Live) -> Watch:
    (peer,) = TIERS.keys() - {request.param}
    network = NetworkView(live, request.param)
    topic = live.outputs[f"alarm_topic_arn_{network.region.replace('-', '_')}"]
    events = live.client("events", network.region)
    names = events.list_rule_names_by_target(TargetArn=topic)["RuleNames"]
    return Watch(network, NetworkView(live, peer), topic, [events.describe_rule(Name=name) for name in names])


@pytest.fixture
def flow_log(watch: Watch) -> dict[str, Any]:
    """The flow log of a network that this stack made; an adopted one has its owner's, if any."""
    if not watch.network.live.defaults and not watch.network.created():
        pytest.skip(f"{watch.network.name} is an adopted network")
    return watch.network.flow_log()


@pytest.fixture
def log_group(watch: Watch, flow_log: dict[str, Any]) -> dict[str, Any]:
    name = flow_log["LogDestination"].removesuffix(":*").split(":log-group:")[1]
    found = watch.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    (group,) = [group for group in found if group["logGroupName"] == name]
    return group


@pytest.fixture(scope="module")
def trail(live: Live) -> Iterator[dict[str, Any]]:
    """The stack's own trail; a stack may also rely on one that is there already."""
    cloudtrail = live.client("cloudtrail")
    suffix = live.outputs["environment_suffix"]
    for found in cloudtrail.describe_trails()["trailList"]:
        if f":{live.outputs['account_id']}:" not in found["TrailARN"]:
            continue  # an organization's, whose tags are its own account's
        here = live.client("cloudtrail", found["HomeRegion"])
        (listed,) = here.list_tags(ResourceIdList=[found["TrailARN"]])["ResourceTagList"]
        if {"Key": "EnvironmentSuffix", "Value": suffix} in listed["TagsList"]:
            yield found
            return
    assert not live.defaults, "the stack has no trail of its own"
    pytest.skip("the stack relies on a trail of somebody else")


def api_call(watch: Watch, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """What EventBridge gets from CloudTrail of an API call."""
    return {
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "account": watch.network.live.outputs["account_id"],
        "source": "aws.ec2",
        "time": "2026-01-01T00:00:00Z",
        "region": watch.network.region,
        "resources": [],
        "detail-type": "AWS API Call via CloudTrail",
        "detail": {
            "eventSource": "ec2.amazonaws.com",
            "eventName": name,
            "awsRegion": watch.network.region,
            "requestParameters": parameters,
            "responseElements": {"_return": True},
        },
    }


def tells(watch: Watch, event: dict[str, Any]) -> bool:
    """Whether one of the rules matches. AWS says so itself; moto has no TestEventPattern, so there it is worked out."""
    patterns = [rule["EventPattern"] for rule in watch.rules]
    if watch.network.live.embedded:
        return any(matches(json.loads(pattern), event) for pattern in patterns)
    test = watch.client("events").test_event_pattern
    return any(test(EventPattern=pattern, Event=json.dumps(event))["Result"] for pattern in patterns)


def breaking_calls(watch: Watch) -> list[tuple[str, dict[str, Any]]]:
    """Every API call that would break the peering, as CloudTrail writes them: flat, or below the request's name."""
    network = watch.network
    tier = TIERS[network.name]
    connection = network.live.outputs["peering_connection_id"]
    group = network.output(f"{tier}_security_group_id")
    ends = ("DeleteVpcPeeringConnection", "RejectVpcPeeringConnection")
    routes = [
        {"routeTableId": table, "destinationCidrBlock": block}
        for table in network.output(f"{tier}_route_table_ids")
        for block in sorted(watch.peer.blocks())
    ]
    return [
        *((call, {"vpcPeeringConnectionId": connection}) for call in ends),
        *((call, {f"{call}Request": {"VpcPeeringConnectionId": connection}}) for call in ends),
        *(("DeleteRoute", route) for route in routes),
        *(("ReplaceRoute", {**route, "gatewayId": "local"}) for route in routes),
        *(
            (call, {"groupId": group, "ipPermissions": {}})
            for call in ("RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress")
        ),
    ]


def foreign(value: Any) -> Any:
    """The same parameters with another resource's ids."""
    if isinstance(value, dict):
        return {key: foreign(inner) for key, inner in cast("dict[str, Any]", value).items()}
    return f"{value.split('-')[0]}-0123456789abcdef0" if str(value).startswith(("pcx-", "rtb-", "sg-")) else value


def test_a_rule_that_is_enabled_leads_to_the_topic_of_its_region(watch: Watch) -> None:
    assert watch.topic.split(":")[3] == watch.network.region
    assert watch.rules
    assert {rule["State"] for rule in watch.rules} <= {"ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}


def test_every_call_that_breaks_the_peering_is_told(watch: Watch) -> None:
    calls = breaking_calls(watch)
    assert [
        (name, parameters) for name, parameters in calls if not tells(watch, api_call(watch, name, parameters))
    ] == []


def test_the_same_calls_on_what_is_not_the_stacks_are_not_told(watch: Watch) -> None:
    calls = [(name, foreign(parameters)) for name, parameters in breaking_calls(watch)]
    assert [(name, parameters) for name, parameters in calls if tells(watch, api_call(watch, name, parameters))] == []


def test_a_call_that_failed_is_not_told(watch: Watch) -> None:
    for name, parameters in breaking_calls(watch):
        failed = api_call(watch, name, parameters)
        failed["detail"]["errorCode"] = "Client.UnauthorizedOperation"
        assert not tells(watch, failed)


@pytest.mark.parametrize("name", ["CreateRoute", "AuthorizeSecurityGroupIngress", "AcceptVpcPeeringConnection"])
def test_a_call_that_breaks_nothing_is_not_told(watch: Watch, name: str) -> None:
    assert not any(tells(watch, api_call(watch, name, parameters)) for _, parameters in breaking_calls(watch))


def test_a_route_to_elsewhere_is_not_told(watch: Watch) -> None:
    for name, parameters in breaking_calls(watch):
        if "destinationCidrBlock" in parameters:
            elsewhere = {**parameters, "destinationCidrBlock": "203.0.113.0/24"}
            assert not tells(watch, api_call(watch, name, elsewhere))


def test_the_topic_is_encrypted_with_a_key_that_its_publishers_may_use(watch: Watch) -> None:
    attributes = watch.client("sns").get_topic_attributes(TopicArn=watch.topic)["Attributes"]
    kms = watch.client("kms")
    assert kms.describe_key(KeyId=attributes["KmsMasterKeyId"])["KeyMetadata"]["KeyManager"] == "CUSTOMER"
    policy = kms.get_key_policy(KeyId=attributes["KmsMasterKeyId"], PolicyName="default")["Policy"]
    for publisher in ("events.amazonaws.com", "cloudwatch.amazonaws.com"):
        allowed = [each for each in statements(policy) if publisher in services(each)]
        actions = {action for each in allowed for action in as_list(each["Action"])}
        assert {"kms:Decrypt", "kms:GenerateDataKey*"} <= actions


def test_only_rules_and_alarms_may_publish_to_the_topic(watch: Watch) -> None:
    policy = watch.client("sns").get_topic_attributes(TopicArn=watch.topic)["Attributes"]["Policy"]
    publishers = [services(each) for each in statements(policy)]
    assert set().union(*publishers) == {"events.amazonaws.com", "cloudwatch.amazonaws.com"}
    assert all(as_list(each["Resource"]) == [watch.topic] for each in statements(policy))
    (plain,) = [each for each in statements(policy, "Deny") if "aws:SecureTransport" in str(each.get("Condition"))]
    assert plain["Condition"]["Bool"]["aws:SecureTransport"] == "false"


def test_an_alarm_tells_of_news_that_could_not_be_delivered(watch: Watch) -> None:
    for rule in watch.rules:
        (alarm,) = [
            each
            for each in watch.alarms()
            if (each["Namespace"], each["MetricName"]) == ("AWS/Events", "FailedInvocations")
            and each["Dimensions"] == [{"Name": "RuleName", "Value": rule["Name"]}]
        ]
        assert alarm["ActionsEnabled"] is True
        assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (1.0, "GreaterThanOrEqualToThreshold")


def test_a_trail_of_all_regions_logs_so_that_the_rules_see_the_calls(live: Live, trail: dict[str, Any]) -> None:
    assert trail["IsMultiRegionTrail"] is True
    assert trail["LogFileValidationEnabled"] is True
    assert live.client("cloudtrail", trail["HomeRegion"]).get_trail_status(Name=trail["TrailARN"])["IsLogging"] is True


def test_the_trails_bucket_is_private_and_encrypted(live: Live, trail: dict[str, Any]) -> None:
    s3 = live.client("s3", trail["HomeRegion"])
    bucket = trail["S3BucketName"]
    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}
    (rule,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": trail["KmsKeyId"],
    }
    policy = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    assert {service for each in statements(policy) for service in services(each)} == {"cloudtrail.amazonaws.com"}
    assert all(trail["TrailARN"] in str(each["Condition"]) for each in statements(policy))


def test_all_traffic_is_recorded(watch: Watch, flow_log: dict[str, Any], log_group: dict[str, Any]) -> None:
    assert (flow_log["FlowLogStatus"], flow_log["TrafficType"]) == ("ACTIVE", "ALL")
    assert log_group["retentionInDays"] >= 1
    if not watch.network.live.embedded:  # moto says FAILED of any log group that is given by its ARN
        assert flow_log.get("DeliverLogsErrorMessage") is None


def test_flow_logs_are_written_by_a_role_that_can_write_to_their_group_only(
    watch: Watch, flow_log: dict[str, Any], log_group: dict[str, Any]
) -> None:
    iam = watch.client("iam")
    name = flow_log["DeliverLogsPermissionArn"].rsplit("/", 1)[-1]
    trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert [services(each) for each in trust] == [{FLOW_LOGS}]
    assert trust[0]["Condition"]["StringEquals"]["aws:SourceAccount"] == watch.network.live.outputs["account_id"]
    assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
    policies = [
        iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
    ]
    resources = {
        resource for policy in policies for each in policy["Statement"] for resource in as_list(each["Resource"])
    }
    group = log_group["arn"].removesuffix(":*")
    assert resources
    assert all(resource.startswith(group) for resource in resources)


def test_every_customer_key_in_use_rotates(watch: Watch, log_group: dict[str, Any], trail: dict[str, Any]) -> None:
    topic_key = watch.client("sns").get_topic_attributes(TopicArn=watch.topic)["Attributes"]["KmsMasterKeyId"]
    for key in (topic_key, log_group["kmsKeyId"], trail["KmsKeyId"]):
        kms = watch.network.live.client("kms", key.split(":")[3])
        assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is True


def test_what_watches_and_records_bears_all_tags(
    watch: Watch, flow_log: dict[str, Any], log_group: dict[str, Any], trail: dict[str, Any]
) -> None:
    arns = {
        watch.topic,
        watch.client("sns").get_topic_attributes(TopicArn=watch.topic)["Attributes"]["KmsMasterKeyId"],
        log_group["arn"],
        log_group["kmsKeyId"],
        flow_log["DeliverLogsPermissionArn"],
        *(rule["Arn"] for rule in watch.rules),
        *(alarm["AlarmArn"] for alarm in watch.alarms()),
    }
    tags = {arn: tags_by_arn(watch.network.live, watch.network.region, arn) for arn in arns}
    home = trail["HomeRegion"]
    for arn in (trail["TrailARN"], f"arn:aws:s3:::{trail['S3BucketName']}"):
        tags[arn] = tags_by_arn(watch.network.live, home, arn)
    assert untagged(watch.network.live, tags) == {}
    assert {own["Compliance"] for own in tags.values()} == {"PCI-DSS"}
