"""The deployed `payment-processing`: the cache of its sessions and the queue of its payments."""

import contextlib
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.data_view import appears, key_faults, production, secret_text
from tests.support.live import Live
from tests.support.network_view import NetworkView, Rule
from tests.support.tags import tags_by_arn, untagged

VALKEY = 6379
DAY = 24 * 60 * 60


@pytest.fixture(scope="module")
def live(standing: Callable[[str], Live]) -> Live:
    return standing("payment-processing")


@pytest.fixture(scope="module")
def network(live: Live) -> NetworkView:
    return NetworkView(live, "main")


@pytest.fixture(scope="module")
def group(live: Live, network: NetworkView) -> dict[str, Any]:
    """The replication group as ElastiCache describes it."""
    cache = live.client("elasticache", network.region)
    (found,) = cache.describe_replication_groups(ReplicationGroupId=live.outputs["sessions_replication_group_id"])[
        "ReplicationGroups"
    ]
    return found


def attributes(live: Live, region: str, url: str) -> dict[str, str]:
    client = live.client("sqs", region)
    return client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


@pytest.fixture(scope="module")
def queue(live: Live, network: NetworkView) -> dict[str, str]:
    return attributes(live, network.region, live.outputs["payments_queue_url"])


@pytest.fixture(scope="module")
def dead(live: Live, network: NetworkView) -> dict[str, str]:
    return attributes(live, network.region, live.outputs["payments_dead_letter_queue_url"])


def test_the_cache_is_encrypted_at_rest_and_in_transit(live: Live, network: NetworkView, group: dict[str, Any]) -> None:
    assert (group["AtRestEncryptionEnabled"], group["TransitEncryptionEnabled"]) == (True, True)
    assert key_faults(live, group["KmsKeyId"], network.region) == {}


def test_the_cache_asks_for_a_token_which_is_in_its_secret_only(
    live: Live, network: NetworkView, group: dict[str, Any]
) -> None:
    assert group["AuthTokenEnabled"] is True
    token = secret_text(live, network.region, live.outputs["sessions_auth_token_secret_arn"])
    assert 16 <= len(token) <= 128
    assert not appears(live, token)


def test_the_cache_answers_at_its_output_and_has_a_node_for_each_zone_that_the_environment_wants(
    live: Live, group: dict[str, Any]
) -> None:
    (nodes,) = group["NodeGroups"]
    assert nodes["PrimaryEndpoint"] == {"Address": live.outputs["sessions_endpoint"], "Port": VALKEY}
    assert live.outputs["sessions_port"] == VALKEY
    wanted = {"prod": 3, "staging": 2}.get(live.outputs["environment"], 1)
    assert len(group["MemberClusters"]) >= wanted
    several = len(group["MemberClusters"]) > 1
    assert (group["AutomaticFailover"] == "enabled", group["MultiAZ"] == "enabled") == (several, several)


def test_the_cache_is_kept_for_days_and_its_logs_are_delivered(live: Live, group: dict[str, Any]) -> None:
    assert group["SnapshotRetentionLimit"] >= (35 if production(live) else 1)
    delivered = {
        (log["LogType"], log["DestinationDetails"]["CloudWatchLogsDetails"]["LogGroup"])
        for log in group["LogDeliveryConfigurations"]
    }
    assert delivered == {(kind, live.outputs["sessions_log_group_name"]) for kind in ("engine-log", "slow-log")}


def test_the_logs_of_the_cache_are_encrypted_and_expire(live: Live, network: NetworkView) -> None:
    name = live.outputs["sessions_log_group_name"]
    (found,) = live.client("logs", network.region).describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert found["retentionInDays"] >= (365 if production(live) else 1)
    assert key_faults(live, found["kmsKeyId"], network.region, "logs") == {}


def test_the_cache_lives_in_the_database_tier_and_the_private_tier_alone_reaches_it(
    live: Live, network: NetworkView
) -> None:
    cache = live.client("elasticache", network.region)
    subnets = {
        subnet["SubnetIdentifier"]
        for found in cache.describe_cache_subnet_groups()["CacheSubnetGroups"]
        if found["VpcId"] == network.output("vpc_id")
        for subnet in found["Subnets"]
    }
    assert subnets == set(network.output("database_subnet_ids"))
    rules = [rule for rule in network.rules(network.output("database_security_group_id")) if rule.from_port == VALKEY]
    assert rules == [Rule(False, "tcp", VALKEY, VALKEY, network.output("private_security_group_id"))]


def test_both_queues_are_encrypted_and_spoken_to_over_tls_only(
    live: Live, network: NetworkView, queue: dict[str, str], dead: dict[str, str]
) -> None:
    for found in (queue, dead):
        assert key_faults(live, found["KmsMasterKeyId"], network.region) == {}
        (statement,) = json.loads(found["Policy"])["Statement"]
        assert (statement["Effect"], statement["Resource"]) == ("Deny", found["QueueArn"])
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_what_nobody_can_deal_with_is_kept_two_weeks_for_people_to_see(
    queue: dict[str, str], dead: dict[str, str]
) -> None:
    redrive = json.loads(queue["RedrivePolicy"])
    assert redrive["deadLetterTargetArn"] == dead["QueueArn"]
    assert int(redrive["maxReceiveCount"]) >= 1
    assert int(dead["MessageRetentionPeriod"]) == 14 * DAY > int(queue["MessageRetentionPeriod"])


def test_no_other_queue_may_leave_its_dead_letters_there(
    live: Live, queue: dict[str, str], dead: dict[str, str]
) -> None:
    if live.embedded:
        pytest.skip("moto forgets who may")
    assert json.loads(dead["RedriveAllowPolicy"]) == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [queue["QueueArn"]],
    }


def test_cache_and_queues_bear_all_tags(live: Live, network: NetworkView, group: dict[str, Any]) -> None:
    cache, sqs = live.client("elasticache", network.region), live.client("sqs", network.region)
    tags = cache.list_tags_for_resource(ResourceName=group["ARN"])["TagList"]
    logs = f"arn:aws:logs:{network.region}:{live.outputs['account_id']}:log-group"
    found = {
        group["ARN"]: {tag["Key"]: tag["Value"] for tag in tags},
        **{
            url: sqs.list_queue_tags(QueueUrl=url)["Tags"]
            for url in (live.outputs["payments_queue_url"], live.outputs["payments_dead_letter_queue_url"])
        },
        "logs": tags_by_arn(live, network.region, f"{logs}:{live.outputs['sessions_log_group_name']}"),
    }
    assert untagged(live, found) == {}


@contextlib.contextmanager
def passing(client: Any, url: str, body: str) -> Iterator[None]:
    """A message of ours in a queue, gone again at the end."""
    client.send_message(QueueUrl=url, MessageBody=body)
    try:
        yield
    finally:
        for message in client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            if message["Body"] == body:
                client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def test_a_message_that_is_sent_is_received(live: Live, network: NetworkView) -> None:
    if not live.embedded:
        pytest.skip("a real queue may have receivers, whom a message of ours would meet")
    client, url, body = live.client("sqs", network.region), live.outputs["payments_queue_url"], str(uuid.uuid4())
    with passing(client, url, body):
        received = client.receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"]
        assert [message["Body"] for message in received] == [body]
