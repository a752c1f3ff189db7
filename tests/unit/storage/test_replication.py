"""Replication of buckets, and the role that it has."""

from tests.support.policies import as_list, services
from tests.support.stack import policy_of
from tests.support.storage import ACCOUNT, BUCKET, EAST, PLAIN, REPLICATED, WEST, key_of, stored


def test_a_replica_is_a_bucket_like_the_other_in_its_own_region_with_its_own_key() -> None:
    plan = stored(buckets=REPLICATED)
    replica = plan.one(BUCKET, f"docs-{WEST}")
    assert replica.inputs["bucket"] == f"shop-docs-{WEST}-123456789012-dev"
    kinds = [r.type for r in plan.resources if r.type.startswith("aws:s3") and r.name == "docs"]
    others = [r for r in plan.resources if r.type.startswith("aws:s3") and r.name == replica.name]
    assert sorted(r.type for r in others) == sorted(
        set(kinds) - {"aws:s3/bucketReplicationConfig:BucketReplicationConfig"}
    )
    assert {r.region for r in others} == {WEST}
    (rule,) = plan.one("BucketServerSideEncryptionConfiguration", replica.name).inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] == key_of(plan, WEST) != key_of(plan, EAST)


def test_whatever_is_written_or_deleted_is_replicated_encrypted_anew_and_measured() -> None:
    plan = stored(buckets=REPLICATED)
    config = plan.one("BucketReplicationConfig")
    assert (config.inputs["bucket"], config.region) == (plan.one(BUCKET, "docs").inputs["bucket"], EAST)
    assert config.inputs["role"] == plan.one("Role", "docs-replication").outputs["arn"]
    assert config.inputs["rules"] == [
        {
            "id": "replicate",
            "priority": 1,
            "status": "Enabled",
            "filter": {"prefix": ""},
            "deleteMarkerReplication": {"status": "Enabled"},
            "sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"status": "Enabled"}},
            "destination": {
                "bucket": plan.one(BUCKET, f"docs-{WEST}").outputs["arn"],
                "storageClass": "STANDARD",
                "encryptionConfiguration": {"replicaKmsKeyId": key_of(plan, WEST)},
                "metrics": {"status": "Enabled"},
            },
        }
    ]


def test_replication_comes_after_both_versionings_and_after_what_its_role_may_do() -> None:
    plan = stored(buckets=REPLICATED)
    needed = {
        plan.one("BucketVersioning", "docs").urn,
        plan.one("BucketVersioning", f"docs-{WEST}").urn,
        plan.one("RolePolicy", "docs-replication").urn,
    }
    assert needed <= set(plan.one("BucketReplicationConfig").dependencies)


def test_the_replication_role_serves_s3_for_the_source_alone() -> None:
    plan = stored(buckets=REPLICATED)
    (trust,) = policy_of(plan.one("Role", "docs-replication"), "assumeRolePolicy")
    assert services(trust) == {"s3.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": plan.one(BUCKET, "docs").outputs["arn"]},
    }


def test_the_replication_role_reads_the_source_and_writes_the_replica_and_no_more() -> None:
    plan = stored(buckets=REPLICATED)
    source, replica = (plan.one(BUCKET, name).outputs["arn"] for name in ("docs", f"docs-{WEST}"))
    found = policy_of(plan.one("RolePolicy", "docs-replication"))
    assert {
        (action, resource) for s in found for action in as_list(s["Action"]) for resource in as_list(s["Resource"])
    } == {
        ("s3:GetReplicationConfiguration", source),
        ("s3:ListBucket", source),
        ("s3:GetObjectVersionAcl", f"{source}/*"),
        ("s3:GetObjectVersionForReplication", f"{source}/*"),
        ("s3:GetObjectVersionTagging", f"{source}/*"),
        ("s3:ReplicateDelete", f"{replica}/*"),
        ("s3:ReplicateObject", f"{replica}/*"),
        ("s3:ReplicateTags", f"{replica}/*"),
        ("kms:Decrypt", key_of(plan, EAST)),
        ("kms:Encrypt", key_of(plan, WEST)),
        ("kms:GenerateDataKey", key_of(plan, WEST)),
    }


def test_the_replication_role_uses_each_key_through_s3_for_that_buckets_objects_only() -> None:
    plan = stored(buckets=REPLICATED)
    found = {s["Sid"]: s for s in policy_of(plan.one("RolePolicy", "docs-replication"))}
    for sid, name, region in (("DecryptSource", "docs", EAST), ("EncryptReplicas", f"docs-{WEST}", WEST)):
        arn = plan.one(BUCKET, name).outputs["arn"]
        assert found[sid]["Condition"] == {
            "StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"},
            "StringLike": {"kms:EncryptionContext:aws:s3:arn": [arn, f"{arn}/*"]},
        }


def test_a_bucket_without_a_replica_has_no_role() -> None:
    plan = stored(buckets=PLAIN)
    assert plan.of("Role") == plan.of("BucketReplicationConfig") == ()
