"""Tables and buckets: their types made by their recipes, and the whole of them, looked at with boto3."""

from typing import Any

import pytest

from tests.embedded.looks import Looks
from tests.embedded.making import EAST, WEST, Aws
from tests.support.stack import stack_args
from tests.support.storage import NETWORKS, make

LOOKS = Looks()
TABLE = "aws:dynamodb/table:Table"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
BUCKET = "aws:s3/bucket:Bucket"
HASH: dict[str, Any] = {"hashKey": "id", "billingMode": "PAY_PER_REQUEST"}


@LOOKS.of(TABLE)
def table(aws: Aws) -> None:
    key = aws.make("aws:kms/key:Key")
    state = aws.make(
        TABLE,
        name="orders",
        billingMode="PAY_PER_REQUEST",
        hashKey="id",
        rangeKey="at",
        attributes=[{"name": "at", "type": "N"}, {"name": "id", "type": "S"}, {"name": "owner", "type": "S"}],
        globalSecondaryIndexes=[
            {
                "name": "by-owner",
                "keySchemas": [
                    {"attributeName": "owner", "keyType": "HASH"},
                    {"attributeName": "at", "keyType": "RANGE"},
                ],
                "projectionType": "INCLUDE",
                "nonKeyAttributes": ["total"],
            }
        ],
        ttl={"attributeName": "expires", "enabled": True},
        streamEnabled=True,
        streamViewType="NEW_AND_OLD_IMAGES",
        pointInTimeRecovery={"enabled": True, "recoveryPeriodInDays": 21},
        serverSideEncryption={"enabled": True, "kmsKeyArn": key.outputs["arn"]},
        deletionProtectionEnabled=True,
        replicas=[{"regionName": WEST, "kmsKeyArn": "arn:aws:kms:us-west-2:123456789012:key/other"}],
        tags={"Name": "orders"},
    )
    dynamodb = aws.client("dynamodb")
    found = dynamodb.describe_table(TableName=state.id)["Table"]
    assert (state.id, state.outputs["name"], state.outputs["arn"]) == ("orders", "orders", found["TableArn"])
    assert state.outputs["streamArn"] == found["LatestStreamArn"]
    assert found["KeySchema"] == [
        {"AttributeName": "id", "KeyType": "HASH"},
        {"AttributeName": "at", "KeyType": "RANGE"},
    ]
    assert found["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert found["SSEDescription"]["KMSMasterKeyArn"] == key.outputs["arn"]
    assert (found["DeletionProtectionEnabled"], found["BillingModeSummary"]["BillingMode"]) == (True, "PAY_PER_REQUEST")
    (index,) = found["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "by-owner"
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["owner", "at"]
    assert index["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total"]}
    backups = dynamodb.describe_continuous_backups(TableName="orders")["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    assert backups["PointInTimeRecoveryDescription"]["RecoveryPeriodInDays"] == 21
    assert dynamodb.describe_time_to_live(TableName="orders")["TimeToLiveDescription"]["AttributeName"] == "expires"
    assert dynamodb.list_tags_of_resource(ResourceArn=found["TableArn"])["Tags"] == [{"Key": "Name", "Value": "orders"}]


@LOOKS.of(REPLICATION)
def replication(aws: Aws) -> None:
    source, replica = aws.make(BUCKET, "source"), aws.make(BUCKET, "replica", region=WEST)
    for region, bucket in ((EAST, source), (WEST, replica)):
        aws.make(
            "aws:s3/bucketVersioning:BucketVersioning",
            bucket.id,
            region=region,
            bucket=bucket.id,
            versioningConfiguration={"status": "Enabled"},
        )
    aws.make(
        REPLICATION,
        bucket=source.id,
        role="arn:aws:iam::123456789012:role/replication",
        rules=[
            {
                "id": "replicate",
                "priority": 1,
                "status": "Enabled",
                "filter": {"prefix": ""},
                "deleteMarkerReplication": {"status": "Enabled"},
                "sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"status": "Enabled"}},
                "destination": {
                    "bucket": replica.outputs["arn"],
                    "encryptionConfiguration": {"replicaKmsKeyId": "arn:aws:kms:us-west-2:123456789012:key/other"},
                    "metrics": {"status": "Enabled"},
                },
            }
        ],
    )
    found = aws.client("s3").get_bucket_replication(Bucket=source.id)["ReplicationConfiguration"]
    assert found["Role"] == "arn:aws:iam::123456789012:role/replication"
    (rule,) = found["Rules"]
    assert (rule["ID"], rule["Status"], rule["Filter"]) == ("replicate", "Enabled", {"Prefix": ""})
    assert rule["Destination"]["Bucket"] == replica.outputs["arn"]
    assert rule["Destination"]["EncryptionConfiguration"]["ReplicaKmsKeyID"].endswith("key/other")
    assert rule["Destination"]["Metrics"] == {"Status": "Enabled"}


@pytest.mark.parametrize("type_", sorted(LOOKS))
def test_a_type_is_found_in_aws_as_its_inputs_say(aws: Aws, type_: str) -> None:
    LOOKS[type_](aws)


def test_a_plain_table_has_neither_stream_nor_expiry_nor_recovery(aws: Aws) -> None:
    state = aws.make(
        TABLE,
        **HASH,
        attributes=[{"name": "id", "type": "S"}],
        ttl={"attributeName": "", "enabled": False},
        pointInTimeRecovery={"enabled": False},
        globalSecondaryIndexes=[],
        replicas=[],
    )
    dynamodb = aws.client("dynamodb")
    assert "StreamSpecification" not in dynamodb.describe_table(TableName=state.id)["Table"]
    assert dynamodb.describe_time_to_live(TableName=state.id)["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED"
    backups = dynamodb.describe_continuous_backups(TableName=state.id)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED"


def test_moto_still_makes_no_replica_of_a_table(aws: Aws) -> None:
    aws.make(
        TABLE,
        name="nowhere-else",
        **HASH,
        attributes=[{"name": "id", "type": "S"}],
        replicas=[{"regionName": WEST, "pointInTimeRecovery": True, "propagateTags": True}],
    )
    assert "Replicas" not in aws.client("dynamodb").describe_table(TableName="nowhere-else")["Table"]
    assert "nowhere-else" not in aws.client("dynamodb", WEST).list_tables()["TableNames"]


def test_tables_and_buckets_of_a_stack_are_there_in_both_regions(aws: Aws) -> None:
    tables: dict[str, Any] = {"carts": {"hash_key": "id", "network": "near", "stream": True, "replicas": ["far"]}}
    args = stack_args(networks=NETWORKS, tables=tables, buckets={"docs": {"replicate_to": "far"}})
    assert aws.run(lambda: make(args)).problems() == []
    names = {EAST: "shop-docs-123456789012-dev", WEST: "shop-docs-us-west-2-123456789012-dev"}
    for region, name in names.items():
        s3 = aws.client("s3", region)
        assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
        assert all(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values())
        (encryption,) = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
        key = encryption["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"]
        assert aws.client("kms", region).describe_key(KeyId=key)["KeyMetadata"]["Arn"] == key
        logging = s3.get_bucket_logging(Bucket=name)["LoggingEnabled"]
        assert logging == {
            "TargetBucket": f"shop-access-logs-{region}-123456789012-dev",
            "TargetPrefix": f"{name}/",
        }
    (rule,) = aws.client("s3").get_bucket_replication(Bucket=names[EAST])["ReplicationConfiguration"]["Rules"]
    assert rule["Destination"]["Bucket"] == f"arn:aws:s3:::{names[WEST]}"
    found = aws.client("dynamodb").describe_table(TableName="shop-carts-dev")["Table"]
    assert found["SSEDescription"]["Status"] == "ENABLED"
