"""What the roles of the data may do, and what next to it they may not: their policies, enforced by moto."""

import json
from collections.abc import Callable, Iterator

import pytest

from tap.plan import Plan
from tests.support.permissions import ACCOUNT, Caller, enforced
from tests.support.stack import deploy_blueprint

EAST, WEST = "us-east-1", "us-west-2"
Assume = Callable[[Plan, str], Caller]


@pytest.fixture(scope="module")
def assume() -> Iterator[Assume]:
    with enforced() as made:
        yield made


@pytest.fixture(scope="module")
def payments() -> Plan:
    return deploy_blueprint("payment-processing")


@pytest.fixture(scope="module")
def orders() -> Plan:
    return deploy_blueprint("multi-region-dr")


def arn_of(plan: Plan, type_: str, name: str) -> str:
    return str(plan.one(type_, name).outputs["arn"])


def bucket_of(plan: Plan, name: str) -> str:
    return str(plan.one("aws:s3/bucket:Bucket", name).inputs["bucket"])


@pytest.fixture(scope="module")
def migration(assume: Assume, payments: Plan) -> Caller:
    return assume(payments, "payments-migrate")


def test_migrations_read_their_databases_secret_and_no_other(migration: Caller, payments: Plan) -> None:
    secret = "aws:secretsmanager/secret:Secret"
    credentials = arn_of(payments, secret, "payments-credentials")
    assert migration.may("secretsmanager", "get_secret_value", SecretId=credentials)
    assert not migration.may("secretsmanager", "get_secret_value", SecretId=arn_of(payments, secret, "signing-key"))
    assert not migration.may("secretsmanager", "put_secret_value", SecretId=credentials, SecretString="x")
    assert not migration.may("secretsmanager", "list_secrets")


def test_migrations_decrypt_with_the_key_of_their_data_alone(migration: Caller, payments: Plan) -> None:
    keys = {name: arn_of(payments, "aws:kms/key:Key", f"{name}-{EAST}") for name in ("data", "logs")}
    assert migration.may("kms", "decrypt", KeyId=keys["data"], CiphertextBlob=b"x")
    assert not migration.may("kms", "decrypt", KeyId=keys["logs"], CiphertextBlob=b"x")
    assert not migration.may("kms", "encrypt", KeyId=keys["data"], Plaintext=b"x")
    assert not migration.may("kms", "schedule_key_deletion", KeyId=keys["data"])


def test_migrations_write_their_own_log_and_no_other(migration: Caller, payments: Plan) -> None:
    name = str(payments.one("aws:cloudwatch/logGroup:LogGroup", "payments-migrate").inputs["name"])
    other = str(payments.one("aws:cloudwatch/logGroup:LogGroup", "payments-main").inputs["name"])
    line = {"logStreamName": "s", "logEvents": [{"timestamp": 0, "message": "x"}]}
    assert migration.may("logs", "create_log_stream", logGroupName=name, logStreamName="s")
    assert migration.may("logs", "put_log_events", logGroupName=name, **line)
    assert not migration.may("logs", "put_log_events", logGroupName=other, **line)
    assert not migration.may("logs", "put_log_events", region=WEST, logGroupName=name, **line)
    assert not migration.may("logs", "create_log_group", logGroupName=name)
    assert not migration.may("logs", "delete_log_group", logGroupName=name)


def test_the_code_of_migrations_may_not_touch_network_interfaces_nor_anything_else(migration: Caller) -> None:
    # Lambda itself may: the denial holds for the function's own code, a condition that moto takes as met.
    assert not migration.may("ec2", "create_network_interface", SubnetId="subnet-1")
    assert not migration.may("ec2", "delete_network_interface", NetworkInterfaceId="eni-1")
    assert not migration.may("rds", "describe_db_clusters")
    assert not migration.may("sts", "assume_role", RoleArn=f"arn:aws:iam::{ACCOUNT}:role/x", RoleSessionName="other")


@pytest.fixture(scope="module")
def replication(assume: Assume, orders: Plan) -> Caller:
    return assume(orders, "documents-replication")


def test_replication_reads_the_configuration_and_the_list_of_its_source_alone(
    replication: Caller, orders: Plan
) -> None:
    source, replica = bucket_of(orders, "documents"), bucket_of(orders, f"documents-{WEST}")
    assert replication.may("s3", "list_objects_v2", Bucket=source)
    assert replication.may("s3", "get_bucket_replication", Bucket=source)
    for bucket in (replica, bucket_of(orders, f"access-logs-{EAST}")):
        assert not replication.may("s3", "list_objects_v2", Bucket=bucket)
        assert not replication.may("s3", "get_bucket_replication", Bucket=bucket)


def test_replication_is_nobodys_way_to_read_write_or_delete_objects(replication: Caller, orders: Plan) -> None:
    # What S3 asks for itself, such as ReplicateObject, is no call that anybody could make.
    for bucket in (bucket_of(orders, "documents"), bucket_of(orders, f"documents-{WEST}")):
        assert not replication.may("s3", "get_object", Bucket=bucket, Key="k")
        assert not replication.may("s3", "put_object", Bucket=bucket, Key="k", Body=b"x")
        assert not replication.may("s3", "delete_object", Bucket=bucket, Key="k")
        assert not replication.may("s3", "put_bucket_policy", Bucket=bucket, Policy="{}")


def test_replication_decrypts_with_the_sources_key_and_encrypts_with_the_replicas(
    replication: Caller, orders: Plan
) -> None:
    near, far = (arn_of(orders, "aws:kms/key:Key", f"data-{region}") for region in (EAST, WEST))
    assert replication.may("kms", "decrypt", KeyId=near, CiphertextBlob=b"x")
    assert replication.may("kms", "encrypt", region=WEST, KeyId=far, Plaintext=b"x")
    assert replication.may("kms", "generate_data_key", region=WEST, KeyId=far, KeySpec="AES_256")
    assert not replication.may("kms", "decrypt", region=WEST, KeyId=far, CiphertextBlob=b"x")
    assert not replication.may("kms", "encrypt", KeyId=near, Plaintext=b"x")


@pytest.fixture(scope="module")
def backup(assume: Assume, orders: Plan) -> Caller:
    return assume(orders, "backup")


def test_backups_may_be_made_of_what_holds_data_and_restored(backup: Caller, orders: Plan) -> None:
    table = arn_of(orders, "aws:dynamodb/table:Table", "items")
    assert backup.may("rds", "create_db_cluster_snapshot", DBClusterSnapshotIdentifier="s", DBClusterIdentifier="c")
    assert backup.may(
        "rds", "restore_db_cluster_from_snapshot", DBClusterIdentifier="c", SnapshotIdentifier="s", Engine="e"
    )
    assert backup.may("dynamodb", "create_backup", TableName=table, BackupName="copy")
    assert backup.may("s3", "list_object_versions", Bucket=bucket_of(orders, "documents"))
    assert backup.may("s3", "get_object", Bucket=bucket_of(orders, "documents"), Key="k")


def test_the_role_of_backups_administers_nothing(backup: Caller, orders: Plan) -> None:
    table = arn_of(orders, "aws:dynamodb/table:Table", "items")
    credentials = arn_of(orders, "aws:secretsmanager/secret:Secret", "orders-credentials")
    assert not backup.may("dynamodb", "delete_table", TableName=table)
    assert not backup.may("s3", "put_bucket_policy", Bucket=bucket_of(orders, "documents"), Policy="{}")
    assert not backup.may("s3", "delete_bucket", Bucket=bucket_of(orders, "documents"))
    assert not backup.may("kms", "schedule_key_deletion", KeyId=arn_of(orders, "aws:kms/key:Key", f"data-{EAST}"))
    assert not backup.may("secretsmanager", "get_secret_value", SecretId=credentials)
    assert not backup.may("iam", "put_role_policy", RoleName="r", PolicyName="p", PolicyDocument=json.dumps({}))
