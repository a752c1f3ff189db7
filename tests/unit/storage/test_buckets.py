"""Buckets and their access logs."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.policies import as_list, services
from tests.support.stack import policy_of
from tests.support.storage import ACCOUNT, BUCKET, EAST, ORDERS, PLAIN, REPLICATED, TABLE, WEST, key_of, stored


def test_a_bucket_is_private_versioned_encrypted_and_owned_by_the_account() -> None:
    plan = stored(buckets=PLAIN)
    bucket = plan.one(BUCKET, "docs")
    assert (bucket.inputs["bucket"], bucket.region) == ("shop-docs-123456789012-dev", EAST)
    assert bucket.inputs["tags"] == {
        "Name": "shop-docs-123456789012-dev",
        "ResourceType": "Bucket",
        "Purpose": "data",
    }
    public = plan.one("BucketPublicAccessBlock", "docs").inputs
    assert {
        public[k] for k in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    } == {True}
    assert plan.one("BucketOwnershipControls", "docs").inputs["rule"] == {"objectOwnership": "BucketOwnerEnforced"}
    assert plan.one("BucketVersioning", "docs").inputs["versioningConfiguration"] == {"status": "Enabled"}
    (rule,) = plan.one("BucketServerSideEncryptionConfiguration", "docs").inputs["rules"]
    assert rule["bucketKeyEnabled"] is True
    assert rule["applyServerSideEncryptionByDefault"] == {
        "sseAlgorithm": "aws:kms",
        "kmsMasterKeyId": key_of(plan, EAST),
    }


def test_a_buckets_policy_lets_nobody_in_and_denies_whatever_does_not_come_over_tls() -> None:
    plan = stored(buckets=PLAIN)
    (tls,) = policy_of(plan.one("BucketPolicy", "docs"))
    arn = plan.one(BUCKET, "docs").outputs["arn"]
    assert (tls["Effect"], as_list(tls["Action"])) == ("Deny", ["s3:*"])
    assert tls["Principal"] in ("*", {"AWS": "*"})
    assert tls["Resource"] == [arn, f"{arn}/*"]
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize(
    ("lifecycle", "days"),
    [({}, (30, 90, 365)), ({"infrequent_access_days": 40, "glacier_days": 100, "expire_days": 200}, (40, 100, 200))],
)
def test_old_versions_get_cheaper_and_go_and_unfinished_uploads_go_too(
    lifecycle: Mapping[str, int], days: tuple[int, int, int]
) -> None:
    plan = stored(buckets={"docs": {"lifecycle": lifecycle}})
    configuration = plan.one("BucketLifecycleConfiguration", "docs")
    (rule,) = configuration.inputs["rules"]
    assert rule["noncurrentVersionTransitions"] == [
        {"noncurrentDays": days[0], "storageClass": "STANDARD_IA"},
        {"noncurrentDays": days[1], "storageClass": "GLACIER"},
    ]
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": days[2]}
    assert rule["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}
    assert (rule["status"], rule["filter"]) == ("Enabled", {"prefix": ""})
    assert "expiration" not in rule
    assert plan.one("BucketVersioning", "docs").urn in configuration.dependencies


def test_every_access_is_logged_to_the_regions_log_bucket_once_that_lets_s3_write() -> None:
    plan = stored(buckets=REPLICATED)
    assert {log.name for log in plan.of("BucketLogging")} == {"docs", f"docs-{WEST}"}
    for name, region in (("docs", EAST), (f"docs-{WEST}", WEST)):
        logging, bucket = plan.one("BucketLogging", name), plan.one(BUCKET, name)
        target = plan.one(BUCKET, f"access-logs-{region}")
        assert logging.inputs["targetBucket"] == target.inputs["bucket"]
        assert logging.inputs["targetPrefix"] == f"{bucket.inputs['bucket']}/"
        assert plan.one("BucketPolicy", f"access-logs-{region}").urn in logging.dependencies
        assert logging.region == bucket.region == target.region == region


def test_access_logs_have_s3s_own_key_expire_and_take_logs_of_this_account_only() -> None:
    plan = stored(buckets=PLAIN)
    (rule,) = plan.one("BucketServerSideEncryptionConfiguration", f"access-logs-{EAST}").inputs["rules"]
    assert rule == {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}
    allow, tls = policy_of(plan.one("BucketPolicy", f"access-logs-{EAST}"))
    arn = plan.one(BUCKET, f"access-logs-{EAST}").outputs["arn"]
    assert services(allow) == {"logging.s3.amazonaws.com"}
    assert (as_list(allow["Action"]), as_list(allow["Resource"])) == (["s3:PutObject"], [f"{arn}/*"])
    assert allow["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert tls["Effect"] == "Deny"
    (expire,) = plan.one("BucketLifecycleConfiguration", f"access-logs-{EAST}").inputs["rules"]
    assert expire["expiration"] == {"days": 30}


def test_dev_can_be_destroyed_and_prod_protects_its_data() -> None:
    settings: dict[str, Any] = {"buckets": REPLICATED, "tables": {"orders": {**ORDERS, "replicas": ["far"]}}}
    dev, prod = stored(**settings), stored(environment="prod", **settings)
    for plan, protected in ((dev, False), (prod, True)):
        for bucket in plan.of(BUCKET):
            assert (bucket.inputs["forceDestroy"], bucket.options.protect) == (not protected, protected)
        table = plan.one(TABLE)
        assert (table.inputs["deletionProtectionEnabled"], table.options.protect) == (protected, protected)
        assert [replica["deletionProtectionEnabled"] for replica in table.inputs["replicas"]] == [protected]
    (expire,) = prod.one("BucketLifecycleConfiguration", f"access-logs-{EAST}").inputs["rules"]
    assert expire["expiration"] == {"days": 365}


def test_a_policy_comes_after_the_public_access_block_since_s3_refuses_both_at_once() -> None:
    plan = stored(buckets=PLAIN)
    for name in ("docs", f"access-logs-{EAST}"):
        assert plan.one("BucketPublicAccessBlock", name).urn in plan.one("BucketPolicy", name).dependencies
