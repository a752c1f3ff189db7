"""Caches and queues: their types made by their recipes, and the whole of them, looked at with boto3."""

import json
from typing import Any

import pulumi
import pytest

from tap.engine.answers import AnswerError
from tests.embedded.looks import Looks
from tests.embedded.making import EAST, WEST, Aws
from tests.support.stack import stack_args

LOOKS = Looks()
QUEUE = "aws:sqs/queue:Queue"
SUBNETS = "aws:elasticache/subnetGroup:SubnetGroup"
PARAMETERS = "aws:elasticache/parameterGroup:ParameterGroup"
GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"


def attributes(aws: Aws, url: str, region: str = EAST) -> dict[str, str]:
    found: dict[str, str] = aws.client("sqs", region).get_queue_attributes(QueueUrl=url, AttributeNames=["All"])[
        "Attributes"
    ]
    return found


@LOOKS.of(QUEUE)
def queue(aws: Aws) -> None:
    dead = aws.make(QUEUE, "dead", name="payments-dead.fifo", fifoQueue=True)
    redrive = {"deadLetterTargetArn": dead.outputs["arn"], "maxReceiveCount": 3}
    state = aws.make(
        QUEUE,
        name="payments.fifo",
        fifoQueue=True,
        contentBasedDeduplication=True,
        visibilityTimeoutSeconds=60,
        messageRetentionSeconds=86400,
        receiveWaitTimeSeconds=20,
        maxMessageSize=1024,
        delaySeconds=5,
        kmsMasterKeyId="arn:aws:kms:us-east-1:123456789012:key/data",
        redrivePolicy=json.dumps(redrive),
        tags={"Name": "payments"},
    )
    assert state.id == state.outputs["url"]
    found = attributes(aws, state.id)
    assert found["QueueArn"] == state.outputs["arn"]
    assert {
        key: found[key] for key in ("FifoQueue", "ContentBasedDeduplication", "VisibilityTimeout", "DelaySeconds")
    } == {"FifoQueue": "true", "ContentBasedDeduplication": "true", "VisibilityTimeout": "60", "DelaySeconds": "5"}
    assert (found["MessageRetentionPeriod"], found["ReceiveMessageWaitTimeSeconds"]) == ("86400", "20")
    assert (found["MaximumMessageSize"], found["KmsMasterKeyId"].rpartition("/")[2]) == ("1024", "data")
    assert json.loads(found["RedrivePolicy"]) == redrive
    assert aws.client("sqs").list_queue_tags(QueueUrl=state.id)["Tags"] == {"Name": "payments"}


@LOOKS.of("aws:sqs/queuePolicy:QueuePolicy")
def queue_policy(aws: Aws) -> None:
    url = aws.make(QUEUE, name="with-policy").id
    statement = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    assert aws.make("aws:sqs/queuePolicy:QueuePolicy", queueUrl=url, policy=json.dumps(policy)).id == url
    assert json.loads(attributes(aws, url)["Policy"]) == policy


@LOOKS.of("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy")
def redrive_allow_policy(aws: Aws) -> None:
    url = aws.make(QUEUE, name="of-others").id
    policy = json.dumps({"redrivePermission": "denyAll"})
    type_ = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
    assert aws.make(type_, queueUrl=url, redriveAllowPolicy=policy).id == url
    assert "RedriveAllowPolicy" not in attributes(aws, url)


def test_moto_still_forgets_the_policy_of_a_queue_that_is_told_anything_else(aws: Aws) -> None:
    statement = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
    url = aws.make(QUEUE, name="forgetful", policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})).id
    assert "Policy" in attributes(aws, url)
    allow = json.dumps({"redrivePermission": "denyAll"})
    aws.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"RedriveAllowPolicy": allow})
    assert not {"Policy", "RedriveAllowPolicy"} & set(attributes(aws, url))


@LOOKS.of(SUBNETS)
def subnet_group(aws: Aws) -> None:
    subnet = aws.subnet(aws.vpc())
    state = aws.make(SUBNETS, name="sessions", subnetIds=[subnet.id], tags={"Name": "sessions"})
    cache = aws.client("elasticache")
    (found,) = cache.describe_cache_subnet_groups(CacheSubnetGroupName=state.id)["CacheSubnetGroups"]
    assert [each["SubnetIdentifier"] for each in found["Subnets"]] == [subnet.id]
    assert found["ARN"] == state.outputs["arn"]
    assert cache.list_tags_for_resource(ResourceName=found["ARN"])["TagList"] == [{"Key": "Name", "Value": "sessions"}]


@LOOKS.of(PARAMETERS)
def parameter_group(aws: Aws) -> None:
    parameters = [{"name": "maxmemory-policy", "value": "allkeys-lru"}]
    state = aws.make(PARAMETERS, name="sessions", family="valkey8", parameters=parameters, tags={"Name": "sessions"})
    assert state.id == state.outputs["name"] == "sessions"
    assert state.outputs["arn"] == "arn:aws:elasticache:us-east-1:123456789012:parametergroup:sessions"
    assert aws.make(PARAMETERS, "generated", family="valkey8").id.startswith("generated-")


def test_a_parameter_group_that_aws_would_refuse_is_refused(aws: Aws) -> None:
    with pytest.raises(AnswerError, match='Missing required parameter in input: "CacheParameterGroupFamily"'):
        aws.make(PARAMETERS, name="sessions")


@LOOKS.of(GROUP)
def replication_group(aws: Aws) -> None:
    subnets = aws.make(SUBNETS, name="of-group", subnetIds=[aws.subnet(aws.vpc()).id])
    delivery = {"destinationType": "cloudwatch-logs", "logFormat": "json"}
    state = aws.make(
        GROUP,
        replicationGroupId="sessions",
        description="Sessions",
        engine="valkey",
        engineVersion="8.0",
        nodeType="cache.t4g.small",
        numCacheClusters=3,
        automaticFailoverEnabled=True,
        multiAzEnabled=True,
        subnetGroupName=subnets.id,
        parameterGroupName="sessions",
        securityGroupIds=["sg-1"],
        port=6379,
        atRestEncryptionEnabled=True,
        kmsKeyId="arn:aws:kms:us-east-1:123456789012:key/data",
        transitEncryptionEnabled=True,
        authToken="a" * 16,
        snapshotRetentionLimit=7,
        snapshotWindow="03:00-04:00",
        maintenanceWindow="sun:05:00-sun:06:00",
        autoMinorVersionUpgrade=True,
        applyImmediately=True,
        finalSnapshotIdentifier="last",
        logDeliveryConfigurations=[
            {**delivery, "logType": "slow-log", "destination": "/sessions"},
            {"destinationType": "kinesis-firehose", "logFormat": "json", "logType": "engine-log", "destination": "all"},
        ],
        tags={"Name": "sessions"},
    )
    cache = aws.client("elasticache")
    (found,) = cache.describe_replication_groups(ReplicationGroupId=state.id)["ReplicationGroups"]
    assert (found["AutomaticFailover"], found["MultiAZ"], found["Engine"]) == ("enabled", "enabled", "valkey")
    assert all(found[key] for key in ("AtRestEncryptionEnabled", "TransitEncryptionEnabled", "AuthTokenEnabled"))
    assert (found["KmsKeyId"].rpartition("/")[2], found["CacheNodeType"]) == ("data", "cache.t4g.small")
    assert (found["SnapshotRetentionLimit"], found["SnapshotWindow"]) == (7, "03:00-04:00")
    assert (
        found["MemberClusters"] == state.outputs["memberClusters"] == [f"sessions-00{number}" for number in (1, 2, 3)]
    )
    (nodes,) = found["NodeGroups"]
    assert state.outputs["primaryEndpointAddress"] == nodes["PrimaryEndpoint"]["Address"]
    assert state.outputs["readerEndpointAddress"].startswith("replica.sessions.")
    assert [each["DestinationDetails"] for each in found["LogDeliveryConfigurations"]] == [
        {"CloudWatchLogsDetails": {"LogGroup": "/sessions"}},
        {"KinesisFirehoseDetails": {"DeliveryStream": "all"}},
    ]
    assert (state.outputs["arn"], state.outputs["engineVersionActual"]) == (found["ARN"], "8.0")
    assert cache.list_tags_for_resource(ResourceName=found["ARN"])["TagList"] == [{"Key": "Name", "Value": "sessions"}]


@pytest.mark.parametrize("type_", LOOKS)
def test_a_type_is_made_as_it_was_asked_for(type_: str, aws: Aws) -> None:
    LOOKS[type_](aws)


def test_caches_and_queues_of_a_stack_are_there_in_their_regions(aws: Aws) -> None:
    from lib.tap_stack import TapStack

    network = {"cidr": "10.0.0.0/16", "zones": 2, "region": WEST, "tiers": {"data": {"kind": "isolated"}}}
    settings: dict[str, Any] = {
        "networks": {"far": network},
        "caches": {"sessions": {"network": "far", "tier": "data", "nodes": 2}},
        "queues": {"jobs": {"network": "far", "max_receives": 2}, "orders": {"fifo": True}},
    }

    def program() -> None:
        for key, value in TapStack("tapstack", stack_args(**settings)).outputs.items():
            pulumi.export(key, value)

    deployment = aws.run(program)
    assert deployment.problems() == []
    groups = aws.client("elasticache", WEST).describe_replication_groups(ReplicationGroupId="shop-sessions-dev")
    assert groups["ReplicationGroups"][0]["MultiAZ"] == "enabled"
    secret = aws.client("secretsmanager", WEST).get_secret_value(SecretId="/shop/dev/sessions-auth-token")
    assert secret["SecretString"].isalnum()
    assert len(secret["SecretString"]) == 64
    sqs = aws.client("sqs", WEST)
    url = sqs.get_queue_url(QueueName="shop-jobs-dev")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="poison")
    for _ in range(2):
        (message,) = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0, WaitTimeSeconds=0)["Messages"]
        assert message["Body"] == "poison"
    assert "Messages" not in sqs.receive_message(QueueUrl=url, VisibilityTimeout=0, WaitTimeSeconds=0)
    dead = sqs.get_queue_url(QueueName="shop-jobs-dead-dev")["QueueUrl"]
    (message,) = sqs.receive_message(QueueUrl=dead, WaitTimeSeconds=0)["Messages"]
    assert message["Body"] == "poison"
    names = aws.client("sqs").list_queues(QueueNamePrefix="shop-")["QueueUrls"]
    assert sorted(name.rpartition("/")[2] for name in names) == ["shop-orders-dead-dev.fifo", "shop-orders-dev.fifo"]
