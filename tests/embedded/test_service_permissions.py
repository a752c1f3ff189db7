"""What the two roles of a service may do, and what next to it they may not: their policies, enforced by moto."""

from collections.abc import Callable, Iterator

import pytest

from tap.plan import Plan
from tests.support.permissions import Caller, enforced
from tests.support.stack import deploy_blueprint

EAST, WEST = "us-east-1", "us-west-2"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
SECRET = "aws:secretsmanager/secret:Secret"
LINE = {"logStreamName": "s", "logEvents": [{"timestamp": 0, "message": "x"}]}
Assume = Callable[[Plan, str], Caller]


@pytest.fixture(scope="module")
def assume() -> Iterator[Assume]:
    with enforced() as made:
        yield made


@pytest.fixture(scope="module")
def plan() -> Plan:
    return deploy_blueprint("payment-processing")


@pytest.fixture(scope="module")
def execution(assume: Assume, plan: Plan) -> Caller:
    return assume(plan, "app-execution")


@pytest.fixture(scope="module")
def task(assume: Assume, plan: Plan) -> Caller:
    return assume(plan, "app-task")


def secret(plan: Plan, name: str) -> str:
    return str(plan.one(SECRET, name).outputs["arn"])


def key(plan: Plan, purpose: str) -> str:
    return str(plan.one("aws:kms/key:Key", f"{purpose}-{EAST}").outputs["arn"])


def group(plan: Plan, name: str) -> str:
    return str(plan.one(LOGS, name).inputs["name"])


def test_what_starts_a_task_reads_the_secrets_that_it_injects_and_changes_none(execution: Caller, plan: Plan) -> None:
    for name in ("signing-key", "payments-credentials"):
        assert execution.may("secretsmanager", "get_secret_value", SecretId=secret(plan, name))
        assert not execution.may("secretsmanager", "put_secret_value", SecretId=secret(plan, name), SecretString="x")
    assert not execution.may("secretsmanager", "get_secret_value", SecretId=secret(plan, "signing-key") + "x")
    assert not execution.may("secretsmanager", "list_secrets")


def test_what_starts_a_task_decrypts_with_the_key_of_its_secrets_alone(execution: Caller, plan: Plan) -> None:
    assert execution.may("kms", "decrypt", KeyId=key(plan, "data"), CiphertextBlob=b"x")
    assert not execution.may("kms", "decrypt", KeyId=key(plan, "logs"), CiphertextBlob=b"x")
    assert not execution.may("kms", "encrypt", KeyId=key(plan, "data"), Plaintext=b"x")


def test_what_starts_a_task_writes_its_log_and_no_other(execution: Caller, plan: Plan) -> None:
    own, other = group(plan, "app"), group(plan, "payments-migrate")
    assert execution.may("logs", "create_log_stream", logGroupName=own, logStreamName="s")
    assert execution.may("logs", "put_log_events", logGroupName=own, **LINE)
    assert not execution.may("logs", "put_log_events", logGroupName=other, **LINE)
    assert not execution.may("logs", "put_log_events", region=WEST, logGroupName=own, **LINE)
    assert not execution.may("logs", "create_log_group", logGroupName=own)
    assert not execution.may("logs", "delete_log_group", logGroupName=own)


def test_what_starts_a_task_pulls_images_and_pushes_none(execution: Caller) -> None:
    assert execution.may("ecr", "get_authorization_token")
    assert not execution.may("ecr", "put_image", repositoryName="payments", imageManifest="{}")
    assert not execution.may("ecr", "delete_repository", repositoryName="payments")


def test_a_task_reads_its_parameters_and_changes_none(task: Caller) -> None:
    assert task.may("ssm", "get_parameter", Name="/processing/dev/app-config")
    assert not task.may("ssm", "get_parameter", Name="/processing/prod/app-config")
    assert not task.may("ssm", "put_parameter", Name="/processing/dev/app-config", Value="x", Type="String")


def test_a_task_reads_no_secret_by_itself(task: Caller, plan: Plan) -> None:
    for name in ("signing-key", "payments-credentials"):
        assert not task.may("secretsmanager", "get_secret_value", SecretId=secret(plan, name))


def test_a_task_writes_what_operators_run_in_it_and_no_other_log(task: Caller, plan: Plan) -> None:
    sessions, own = group(plan, "app-exec"), group(plan, "app")
    assert task.may("logs", "put_log_events", logGroupName=sessions, **LINE)
    assert not task.may("logs", "put_log_events", logGroupName=own, **LINE)
    assert not task.may("logs", "create_log_group", logGroupName=sessions)


def test_a_task_may_touch_neither_its_service_nor_what_stands_beside_it(task: Caller) -> None:
    assert not task.may("ecs", "stop_task", cluster="processing-app-dev", task="t")
    assert not task.may("ecs", "execute_command", cluster="c", command="sh", interactive=True, task="t")
    assert not task.may("rds", "describe_db_clusters")
    assert not task.may("ec2", "describe_instances")
    assert not task.may("iam", "list_roles")
