"""The replication of a bucket to one in another region."""

from __future__ import annotations

import pulumi
from pulumi_aws import s3

from lib.foundation.component import Component
from lib.foundation.environment import Environment, dns_suffix
from lib.foundation.policies import Statement, service_role
from lib.storage.bucket import Bucket

RULE_ID = "replicate"


class Replication(Component):
    """Copies whatever is written to a bucket, or deleted in it, to its replica, which has a key of its own.

    Replication time control is off: it costs by the gigabyte and promises 15 minutes, and the metrics that show the
    lag are there without it. Deletions of single versions are never replicated, so that a mistake can be taken back.
    Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html,
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html.

    Args:
        name: the bucket's name in the settings.
        source: the bucket, in the component's own region.
        replica: where to.
        env: environment of the stack.
        source_region: the bucket's region.
        replica_region: the replica's.

    Attributes:
        rule_id: id of the rule, which the metrics of the lag bear.
    """

    rule_id: str

    def __init__(
        self,
        name: str,
        source: Bucket,
        replica: Bucket,
        env: Environment,
        *,
        source_region: str,
        replica_region: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:storage:Replication", name, opts)
        role, policy = service_role(
            self,
            f"{name}-replication",
            service="s3.amazonaws.com",
            source_account=env.account_id,
            source_arn=source.arn,
            allow=[
                *_read(source, source_region),
                *_write(replica, replica_region),
            ],
            tags=env.tags("Role", env.names.of(name, "replication")),
        )
        s3.BucketReplicationConfig(
            name,
            bucket=source.name,
            role=role.arn,
            rules=[
                {
                    "id": RULE_ID,
                    "priority": 1,
                    "status": "Enabled",
                    # Without a filter S3 takes the rule for one of the old form, which knows no delete markers.
                    "filter": {"prefix": ""},
                    "delete_marker_replication": {"status": "Enabled"},
                    "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
                    "destination": {
                        "bucket": replica.arn,
                        "storage_class": "STANDARD",
                        "encryption_configuration": {"replica_kms_key_id": replica.key_arn},
                        "metrics": {"status": "Enabled"},
                    },
                }
            ],
            # S3 refuses to replicate between buckets that are not versioned yet, and what is written before the role
            # may read it is never replicated.
            opts=self.child(depends_on=[source.versioning, replica.versioning, policy]),
        )
        self.rule_id = RULE_ID
        self.register_outputs({"rule_id": RULE_ID})


def _read(source: Bucket, region: str) -> list[Statement]:
    """Leave to read whatever is in the source, old versions and tags too, and nothing else."""
    return [
        Statement(
            sid="ReadConfiguration",
            actions=["s3:GetReplicationConfiguration", "s3:ListBucket"],
            resources=[source.arn],
        ),
        Statement(
            sid="ReadVersions",
            actions=[
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionTagging",
            ],
            resources=[pulumi.Output.concat(source.arn, "/*")],
        ),
        _use_key("DecryptSource", ["kms:Decrypt"], source, region),
    ]


def _write(replica: Bucket, region: str) -> list[Statement]:
    """Leave to write replicas, their tags and delete markers, and nothing else."""
    return [
        Statement(
            sid="WriteReplicas",
            actions=["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
            resources=[pulumi.Output.concat(replica.arn, "/*")],
        ),
        _use_key("EncryptReplicas", ["kms:Encrypt", "kms:GenerateDataKey"], replica, region),
    ]


def _use_key(sid: str, actions: list[str], bucket: Bucket, region: str) -> Statement:
    """Use of a bucket's key through S3, for that bucket's objects: its ARN is in the context, or the object's own."""
    return Statement(
        sid=sid,
        actions=actions,
        resources=[bucket.key_arn],
        conditions={
            "StringEquals": {"kms:ViaService": f"s3.{region}.{dns_suffix(region)}"},
            "StringLike": {
                "kms:EncryptionContext:aws:s3:arn": [bucket.arn, pulumi.Output.concat(bucket.arn, "/*")],
            },
        },
    )
