"""Rules on S3 buckets. What a bucket is like stands in resources beside it, which lead to it."""

from collections.abc import Iterable
from typing import Any

from policy.resource import Part, Resource
from policy.rule import Check, Rule, control
from policy.stack import Stack
from policy.statement import statements

BUCKET = "s3:Bucket"
PUBLIC_ACCESS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def _beside(bucket: Resource, stack: Stack, name: str) -> list[Resource]:
    return stack.referring(bucket, f"s3:{name}", "bucket")


def _takes_access_logs(bucket: Resource, stack: Stack) -> bool:
    """Whether a bucket takes logs that S3 or a load balancer can deliver to a bucket with keys of S3 alone.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    """
    return bool(
        stack.referring(bucket, "s3:BucketLogging", "targetBucket")
        or stack.referring(bucket, "lb:LoadBalancer", "accessLogs", "connectionLogs")
    )


def _takes_logs(bucket: Resource, stack: Stack) -> bool:
    return bool(
        _takes_access_logs(bucket, stack)
        or stack.referring(bucket, "ec2:FlowLog", "logDestination")
        or stack.referring(bucket, "cloudtrail:Trail", "s3BucketName")
    )


def _public_access_is_blocked(bucket: Resource, stack: Stack) -> Iterable[str]:
    blocks = _beside(bucket, stack, "BucketPublicAccessBlock")
    if missing := [key for key in PUBLIC_ACCESS if not any(block.get(key) for block in blocks)]:
        yield f"does not block public access by {', '.join(missing)}"


def _is_versioned(bucket: Resource, stack: Stack) -> Iterable[str]:
    beside = _beside(bucket, stack, "BucketVersioning")
    if not any(each.get("versioningConfiguration", "status") == "Enabled" for each in beside):
        yield "is not versioned"


def _is_encrypted(bucket: Resource, stack: Stack) -> Iterable[str]:
    rules = [
        part for each in _beside(bucket, stack, "BucketServerSideEncryptionConfiguration") for part in each.all("rules")
    ]
    default = "applyServerSideEncryptionByDefault"
    if _takes_access_logs(bucket, stack):
        if not any(rule.get(default, "sseAlgorithm") for rule in rules):
            yield "has no default encryption"
        return
    if not any(
        str(rule.get(default, "sseAlgorithm")).startswith("aws:kms") and rule.get(default, "kmsMasterKeyId")
        for rule in rules
    ):
        yield "is not encrypted under a customer key"
    elif not all(rule.get("bucketKeyEnabled") for rule in rules):
        yield "has no bucket key, so that every object costs a call of KMS"


def _refuses_without_tls(bucket: Resource, stack: Stack) -> Iterable[str]:
    for policy in _beside(bucket, stack, "BucketPolicy"):
        for statement in statements(policy, "policy"):
            transport: Any = statement.conditions.get("Bool", {}).get("aws:SecureTransport")
            if (
                statement.effect == "Deny"
                and not statement.inverted
                and "*" in statement.principals
                and "s3:*" in statement.actions
                and str(transport).lower() in ("false", "['false']")
                and len(statement.conditions) == 1
                and {arn.endswith("/*") for arn in statement.resources} == {True, False}
            ):
                return
    yield "takes requests without TLS"


def _is_closed(bucket: Resource, stack: Stack) -> Iterable[str]:
    for policy in _beside(bucket, stack, "BucketPolicy"):
        for statement in statements(policy, "policy"):
            if statement.is_open:
                yield f"lets everybody do {', '.join(statement.actions)}"


def _access_is_logged(bucket: Resource, stack: Stack) -> Iterable[str]:
    if not _takes_logs(bucket, stack) and not _beside(bucket, stack, "BucketLogging"):
        yield "has no access log"


def _enabled(bucket: Resource, stack: Stack) -> list[Part]:
    """The rules of its life cycle that are in force."""
    beside = _beside(bucket, stack, "BucketLifecycleConfiguration")
    return [part for each in beside for part in each.all("rules") if part.get("status") == "Enabled"]


def _has_a_life_cycle(bucket: Resource, stack: Stack) -> Iterable[str]:
    if not _enabled(bucket, stack):
        yield "keeps everything for ever: it has no life cycle"


def _uploads_are_aborted(bucket: Resource, stack: Stack) -> Iterable[str]:
    if not any(rule.get("abortIncompleteMultipartUpload", "daysAfterInitiation") for rule in _enabled(bucket, stack)):
        yield "keeps the parts of uploads that nobody finished"


def _is_owned(bucket: Resource, stack: Stack) -> Iterable[str]:
    beside = _beside(bucket, stack, "BucketOwnershipControls")
    if not any(each.get("rule", "objectOwnership") == "BucketOwnerEnforced" for each in beside):
        yield "takes ACLs"


def _rule(id_: str, title: str, check: Check, remedy: str, *also: str, document: str = "") -> Rule:
    return Rule(
        id=id_,
        title=title,
        kinds=(BUCKET,),
        check=check,
        remedy=remedy,
        document=document or control(id_),
        also=also,
    )


RULES = (
    _rule(
        "S3.2",
        "No bucket's policy lets everybody in.",
        _is_closed,
        "Name principals, or bind the statement to an account, organization or endpoint.",
        *("S3.3", "CKV_AWS_70", "s3_bucket_policy_public_write_access"),
    ),
    _rule(
        "S3.5",
        "Buckets refuse requests without TLS.",
        _refuses_without_tls,
        "Deny s3:* on the bucket and its objects to everybody where aws:SecureTransport is false.",
        *("CKV_AWS_379", "s3_bucket_secure_transport_policy"),
    ),
    _rule(
        "S3.8",
        "Buckets block public access in all four ways.",
        _public_access_is_blocked,
        "Make a BucketPublicAccessBlock with all four set to true.",
        *("CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "s3_bucket_level_public_access_block"),
    ),
    _rule(
        "S3.9",
        "Buckets log who reads and writes them, save those that hold logs.",
        _access_is_logged,
        "Make a BucketLogging to the region's bucket of access logs.",
        *("CKV_AWS_18", "s3_bucket_server_access_logging_enabled"),
    ),
    _rule(
        "S3.12",
        "Buckets know no ACLs.",
        _is_owned,
        "Make BucketOwnershipControls with BucketOwnerEnforced.",
        *("CKV2_AWS_65", "s3_bucket_acl_prohibited"),
    ),
    _rule(
        "S3.13",
        "Buckets have a life cycle.",
        _has_a_life_cycle,
        "Make a BucketLifecycleConfiguration with a rule that is Enabled.",
        *("S3.10", "CKV2_AWS_61", "s3_bucket_lifecycle_enabled"),
    ),
    _rule(
        "S3.14",
        "Buckets keep versions.",
        _is_versioned,
        "Make a BucketVersioning that is Enabled.",
        *("CKV_AWS_21", "s3_bucket_object_versioning"),
    ),
    _rule(
        "S3.17",
        "A customer key encrypts buckets, with a bucket key; those of access logs have keys of S3.",
        _is_encrypted,
        "Make a BucketServerSideEncryptionConfiguration with aws:kms, a key, and bucketKeyEnabled.",
        *("CKV_AWS_145", "s3_bucket_kms_encryption"),
    ),
    _rule(
        "CKV_AWS_300",
        "Buckets drop the parts of uploads that nobody finished.",
        _uploads_are_aborted,
        "Set abortIncompleteMultipartUpload in a rule of the life cycle.",
        document="https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html",
    ),
)
