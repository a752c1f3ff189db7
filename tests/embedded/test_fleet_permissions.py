"""What the instances of a fleet may do, and what next to it they may not: their role's policy, enforced by moto."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tap.plan import Plan
from tests.support.permissions import Caller, enforced
from tests.support.stack import deploy_blueprint

EAST, WEST = "us-east-1", "us-west-2"
Assume = Callable[[Plan, str], Caller]


@pytest.fixture(scope="module")
def assume() -> Iterator[Assume]:
    with enforced() as made:
        yield made


@pytest.fixture(scope="module")
def storefront() -> Plan:
    return deploy_blueprint("high-availability")


@pytest.fixture(scope="module")
def web(assume: Assume, storefront: Plan) -> Caller:
    return assume(storefront, "web")


def inputs(plan: Plan, type_: str, name: str) -> Any:
    return plan.one(type_, name).inputs


def test_instances_read_parameters_of_their_stack_and_no_other(web: Caller) -> None:
    assert web.may("ssm", "get_parameter", Name="/storefront/dev/app-config")
    assert web.may("ssm", "get_parameter", Name="/storefront/dev/later")
    assert not web.may("ssm", "get_parameter", Name="/storefront/prod/app-config")
    assert not web.may("ssm", "get_parameter", Name="/other/dev/app-config")
    assert not web.may("ssm", "get_parameter", region=WEST, Name="/storefront/dev/app-config")
    assert not web.may("ssm", "put_parameter", Name="/storefront/dev/app-config", Value="x", Type="String")


def test_instances_keep_objects_below_their_own_prefix_alone(web: Caller, storefront: Plan) -> None:
    bucket = str(inputs(storefront, "aws:s3/bucket:Bucket", "backups")["bucket"])
    logs = str(inputs(storefront, "aws:s3/bucket:Bucket", f"access-logs-{EAST}")["bucket"])
    assert web.may("s3", "put_object", Bucket=bucket, Key="web/day.tar", Body=b"x")
    assert web.may("s3", "get_object", Bucket=bucket, Key="web/day.tar")
    assert not web.may("s3", "put_object", Bucket=bucket, Key="other/day.tar", Body=b"x")
    assert not web.may("s3", "get_object", Bucket=bucket, Key="day.tar")
    assert not web.may("s3", "put_object", Bucket=logs, Key="web/day.tar", Body=b"x")
    assert not web.may("s3", "delete_object", Bucket=bucket, Key="web/day.tar")
    assert not web.may("s3", "put_bucket_policy", Bucket=bucket, Policy="{}")


def test_instances_write_their_own_log_and_no_other(web: Caller, storefront: Plan) -> None:
    name = str(inputs(storefront, "aws:cloudwatch/logGroup:LogGroup", "web")["name"])
    other = str(inputs(storefront, "aws:cloudwatch/logGroup:LogGroup", "storefront-main")["name"])
    line: dict[str, Any] = {"logStreamName": "i-1/application", "logEvents": [{"timestamp": 0, "message": "x"}]}
    assert web.may("logs", "create_log_stream", logGroupName=name, logStreamName="i-1/application")
    assert web.may("logs", "put_log_events", logGroupName=name, **line)
    assert not web.may("logs", "put_log_events", logGroupName=other, **line)
    assert not web.may("logs", "create_log_group", logGroupName=name)
    assert not web.may("logs", "put_retention_policy", logGroupName=name, retentionInDays=1)


def test_instances_read_the_secret_that_they_use_and_no_other(web: Caller, storefront: Plan) -> None:
    secret = "aws:secretsmanager/secret:Secret"
    own, other = (
        str(storefront.one(secret, name).outputs["arn"]) for name in ("session-key", "storefront-credentials")
    )
    assert web.may("secretsmanager", "get_secret_value", SecretId=own)
    assert not web.may("secretsmanager", "get_secret_value", SecretId=other)
    assert not web.may("secretsmanager", "put_secret_value", SecretId=own, SecretString="x")


def test_instances_use_the_key_for_data_and_neither_that_for_logs_nor_that_for_volumes(
    web: Caller, storefront: Plan
) -> None:
    keys = {each.name.split("-")[0]: str(each.outputs["arn"]) for each in storefront.of("aws:kms/key:Key")}
    assert web.may("kms", "decrypt", KeyId=keys["data"], CiphertextBlob=b"x")
    assert not web.may("kms", "decrypt", KeyId=keys["logs"], CiphertextBlob=b"x")
    assert not web.may("kms", "decrypt", KeyId=keys["volumes"], CiphertextBlob=b"x")
    assert not web.may("kms", "schedule_key_deletion", KeyId=keys["data"])


def test_instances_do_not_change_what_launches_them(web: Caller) -> None:
    group = "storefront-web-fleet-dev"
    assert web.may("cloudwatch", "put_metric_data", Namespace="storefront-dev/Fleet", MetricData=[{"MetricName": "m"}])
    assert not web.may("autoscaling", "update_auto_scaling_group", AutoScalingGroupName=group, MaxSize=100)
    assert not web.may("ec2", "run_instances", MinCount=1, MaxCount=1)
    assert not web.may("ec2", "describe_instances")
    assert not web.may("iam", "list_roles")
