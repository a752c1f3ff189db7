"""Recipes of S3 buckets and of what is configured on them."""

import json
from collections.abc import Mapping
from typing import Any, cast

from tap.embedded.creation import Creation, pairs
from tap.embedded.recipe import Recipe


def _location(creation: Creation) -> None:
    """A bucket outside us-east-1 must say where it is; one inside must not."""
    if creation.region != "us-east-1":
        creation.left["createBucketConfiguration"] = {"locationConstraint": creation.region}


def _tag_bucket(creation: Creation) -> None:
    creation.state |= {"tags": creation.own_tags, "tagsAll": creation.tags}
    if creation.tags:
        creation.call("put_bucket_tagging", Bucket=creation.id, Tagging={"TagSet": pairs(creation.tags)})


def _on_bucket(operation: str, under: str = "", **more: Any) -> Recipe:
    return Recipe(
        f"s3.{operation}", id="{bucket}", under=under, beside=("bucket", "expectedBucketOwner") if under else (), **more
    )


def _whole_bucket_filter(creation: Creation) -> None:
    """A rule without a filter is for the whole bucket, which the API says by an empty prefix."""
    creation.left["rules"] = [
        rule if _narrowed(rule) else {**rule, "filter": {"prefix": ""}} for rule in creation.left["rules"]
    ]


def _narrowed(rule: Mapping[str, Any]) -> bool:
    chosen: Mapping[str, Any] = rule.get("filter") or {}
    return any(value is not None for value in chosen.values())


def _single_values(creation: Creation) -> None:
    """Lists of one in a policy become their entry, as S3 gives them back; moto looks for leave to log in that form."""
    policy: dict[str, Any] = json.loads(creation.left["policy"])
    if statements := policy.get("Statement"):
        policy["Statement"] = [_single(statement) for statement in statements]
        creation.left["policy"] = json.dumps(policy)


def _single(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _single(inner) for key, inner in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, list):
        entries = cast("list[Any]", value)
        return entries[0] if len(entries) == 1 else entries
    return value


RECIPES = {
    "aws:s3/bucket:Bucket": Recipe(
        "s3.create_bucket",
        id="{bucket}",
        outputs={
            "arn": "arn:{partition}:s3:::{bucket}",
            "bucketDomainName": "{bucket}.s3.amazonaws.com",
            "bucketRegionalDomainName": "{bucket}.s3.{region}.amazonaws.com",
            "bucketRegion": "{region}",
        },
        renames={"objectLockEnabled": "objectLockEnabledForBucket"},
        ignores=("forceDestroy",),
        named="bucket",
        longest=63,
        prepare=_location,
        finish=_tag_bucket,
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _on_bucket("put_bucket_versioning"),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _on_bucket(
        "put_bucket_encryption", under="ServerSideEncryptionConfiguration"
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _on_bucket(
        "put_public_access_block", under="PublicAccessBlockConfiguration", ignores=("skipDestroy",)
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _on_bucket(
        "put_bucket_ownership_controls", under="OwnershipControls"
    ),
    "aws:s3/bucketPolicy:BucketPolicy": _on_bucket("put_bucket_policy", prepare=_single_values),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _on_bucket(
        "put_bucket_lifecycle_configuration", under="LifecycleConfiguration", prepare=_whole_bucket_filter
    ),
    "aws:s3/bucketLogging:BucketLogging": _on_bucket("put_bucket_logging", under="BucketLoggingStatus.LoggingEnabled"),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": _on_bucket(
        "put_bucket_replication", under="ReplicationConfiguration"
    ),
}
