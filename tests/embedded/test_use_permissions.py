"""What a workload may do with what it uses, and what next to it it may not: the statements, enforced by moto."""

from collections.abc import Iterator
from typing import Any

import boto3
import pulumi
import pytest
from pulumi_aws import iam

from lib.args.workload import UsesArgs
from lib.foundation.policies import Statement, identity_policy, resource_policy
from lib.tap_stack import TapStack
from tap.plan import Plan
from tests.support.deploy import deploy
from tests.support.permissions import Caller, enforced
from tests.support.stack import stack_args

EAST, WEST = "us-east-1", "us-west-2"
NETWORKS = {
    "near": {"cidr": "10.0.0.0/16", "zones": 1, "tiers": {"app": {}}},
    "far": {"cidr": "10.1.0.0/16", "zones": 1, "region": WEST, "tiers": {"app": {}}},
}
BOTH: dict[str, Any] = {
    "secrets": {"own": {"replicas": ["far"]}, "other": {"replicas": ["far"]}},
    "parameters": {"own": {"from_config": "key"}, "other": {"value": "x"}},
    "queues": {"own": {}, "other": {}},
    "buckets": {"own": {"replicate_to": "far"}, "other": {}},
    "tables": {"own": {"hash_key": "id", "replicas": ["far"]}, "other": {"hash_key": "id", "replicas": ["far"]}},
}
USES = {
    "near": UsesArgs(secrets="own", parameters="own", queues="own", buckets="own", tables="own"),
    "far": UsesArgs(secrets="own", buckets="own", tables="own"),
}


def program() -> None:
    """A stack, and beside it a role for what a workload named app uses in each of two networks."""
    stack = TapStack(
        "tapstack", stack_args(networks=NETWORKS, **BOTH, config_values={"key": pulumi.Output.secret("hush")})
    )
    trust = Statement(actions=["sts:AssumeRole"], services=["ecs-tasks.amazonaws.com"])
    for network, uses in USES.items():
        used = stack.workloads._used(uses, owner="app", network=network)  # pyright: ignore[reportPrivateUsage]
        opts = pulumi.ResourceOptions(parent=stack, provider=stack.regions.provider(EAST))
        role = iam.Role(network, assume_role_policy=resource_policy([trust]), opts=opts)
        policy = identity_policy([*used.statements, *used.secret_statements])
        iam.RolePolicy(network, role=role.id, policy=policy, opts=opts)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return deploy(program)


@pytest.fixture(scope="module")
def callers(plan: Plan) -> Iterator[dict[str, Caller]]:
    with enforced() as assume:
        # moto looks a queue's ARN up.
        for name in ("own", "own-dead", "other"):
            boto3.client("sqs", region_name=EAST).create_queue(QueueName=f"shop-{name}-dev")
        yield {network: assume(plan, network) for network in USES}


@pytest.fixture
def app(callers: dict[str, Caller]) -> Caller:
    return callers["near"]


@pytest.fixture
def away(callers: dict[str, Caller]) -> Caller:
    return callers["far"]


def arn(plan: Plan, type_: str, name: str) -> str:
    return str(plan.one(type_, name).outputs["arn"])


def test_it_reads_its_own_secret_and_changes_none(app: Caller, plan: Plan) -> None:
    own, other = (arn(plan, "aws:secretsmanager/secret:Secret", name) for name in ("own", "other"))
    assert app.may("secretsmanager", "get_secret_value", SecretId=own)
    assert not app.may("secretsmanager", "get_secret_value", SecretId=other)
    assert not app.may("secretsmanager", "put_secret_value", SecretId=own, SecretString="x")
    assert not app.may("secretsmanager", "delete_secret", SecretId=own)


def test_it_reads_its_own_parameter_and_changes_none(app: Caller, plan: Plan) -> None:
    # A recorded parameter's ARN bears no name, so that this one's is asked for as the recording has it.
    own = arn(plan, "aws:ssm/parameter:Parameter", "own").rpartition("parameter/")[2]
    assert app.may("ssm", "get_parameter", Name=own)
    assert not app.may("ssm", "get_parameter", Name="/shop/dev/other")
    assert not app.may("ssm", "put_parameter", Name="/shop/dev/own", Value="x", Type="String")
    assert not app.may("ssm", "delete_parameter", Name="/shop/dev/own")


def test_it_sends_to_its_own_queue_and_receives_from_it(app: Caller) -> None:
    own, other = (f"https://sqs.{EAST}.amazonaws.com/123456789012/shop-{name}-dev" for name in ("own", "other"))
    assert app.may("sqs", "send_message", QueueUrl=own, MessageBody="x")
    assert app.may("sqs", "receive_message", QueueUrl=own)
    assert app.may("sqs", "delete_message", QueueUrl=own, ReceiptHandle="x")
    assert not app.may("sqs", "send_message", QueueUrl=other, MessageBody="x")
    assert not app.may("sqs", "receive_message", QueueUrl=own.replace("-dev", "-dead-dev"))
    assert not app.may("sqs", "purge_queue", QueueUrl=own)
    assert not app.may("sqs", "delete_queue", QueueUrl=own)


def test_it_reads_and_writes_objects_below_its_own_name(app: Caller) -> None:
    own, other = (f"shop-{name}-123456789012-dev" for name in ("own", "other"))
    assert app.may("s3", "put_object", Bucket=own, Key="app/a")
    assert app.may("s3", "get_object", Bucket=own, Key="app/a")
    assert not app.may("s3", "put_object", Bucket=own, Key="a")
    assert not app.may("s3", "get_object", Bucket=own, Key="application/a")
    assert not app.may("s3", "get_object", Bucket=other, Key="app/a")
    assert not app.may("s3", "delete_object", Bucket=own, Key="app/a")
    assert not app.may("s3", "delete_bucket", Bucket=own)


@pytest.mark.parametrize(("who", "region"), [("near", EAST), ("far", WEST)])
def test_it_reads_and_writes_its_own_table_in_its_own_region(callers: dict[str, Caller], who: str, region: str) -> None:
    caller, key = callers[who], {"id": {"S": "1"}}
    elsewhere = WEST if region == EAST else EAST
    assert caller.may("dynamodb", "get_item", region=region, TableName="shop-own-dev", Key=key)
    assert caller.may("dynamodb", "put_item", region=region, TableName="shop-own-dev", Item=key)
    assert not caller.may("dynamodb", "get_item", region=region, TableName="shop-other-dev", Key=key)
    assert not caller.may("dynamodb", "put_item", region=elsewhere, TableName="shop-own-dev", Item=key)
    assert not caller.may("dynamodb", "scan", region=region, TableName="shop-own-dev")
    assert not caller.may("dynamodb", "delete_table", region=region, TableName="shop-own-dev")


def test_elsewhere_it_reads_the_replica_of_its_secret(away: Caller, plan: Plan) -> None:
    own, other = (arn(plan, "aws:secretsmanager/secret:Secret", name).replace(EAST, WEST) for name in ("own", "other"))
    assert away.may("secretsmanager", "get_secret_value", region=WEST, SecretId=own)
    assert not away.may("secretsmanager", "get_secret_value", region=WEST, SecretId=other)
    assert not away.may("secretsmanager", "get_secret_value", SecretId=own.replace(WEST, EAST))


def test_elsewhere_it_uses_the_replica_of_its_bucket(away: Caller) -> None:
    assert away.may("s3", "put_object", Bucket=f"shop-own-{WEST}-123456789012-dev", Key="app/a")
    assert not away.may("s3", "put_object", Bucket="shop-own-123456789012-dev", Key="app/a")


def test_it_uses_the_keys_of_its_region_alone(callers: dict[str, Caller], plan: Plan) -> None:
    keys = {region: arn(plan, "aws:kms/key:Key", f"data-{region}") for region in (EAST, WEST)}
    for who, own, other in (("near", EAST, WEST), ("far", WEST, EAST)):
        caller = callers[who]
        assert caller.may("kms", "decrypt", region=own, KeyId=keys[own], CiphertextBlob=b"x")
        assert caller.may("kms", "generate_data_key", region=own, KeyId=keys[own], KeySpec="AES_256")
        assert not caller.may("kms", "decrypt", region=other, KeyId=keys[other], CiphertextBlob=b"x")
        assert not caller.may("kms", "schedule_key_deletion", region=own, KeyId=keys[own])
        assert not caller.may("kms", "create_grant", region=own, KeyId=keys[own], GranteePrincipal="x", Operations=[])
