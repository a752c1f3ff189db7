"""The bucket that an AWS service delivers logs to."""

from collections.abc import Callable, Sequence

import pulumi
from pulumi_aws import s3

from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.foundation.policies import Statement, resource_policy, tls_only


class LogBucket(Component):
    """A private, encrypted, versioned bucket whose policy lets one service deliver, and whose content expires.

    It is a target of logs, so it has no access log of its own.

    Args:
        name: logical name.
        env: environment of the stack.
        bucket: the bucket's name.
        purpose: what it holds.
        key_arn: customer key for its content.
        retention_days: days until its content expires.
        deliver: the statements of the delivering service, given the bucket's ARN.
    """

    arn: pulumi.Output[str]
    name: pulumi.Output[str]
    policy: s3.BucketPolicy

    def __init__(
        self,
        name: str,
        env: Environment,
        *,
        bucket: str,
        purpose: str,
        key_arn: pulumi.Input[str],
        retention_days: int,
        deliver: Callable[[pulumi.Output[str]], Sequence[Statement]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:storage:LogBucket", name, opts)
        made = s3.Bucket(
            name,
            bucket=bucket,
            force_destroy=env.protection.force_destroy,
            tags=env.tags("Bucket", bucket, purpose),
            opts=self.child(protect=env.protection.deletion_protection),
        )
        s3.BucketOwnershipControls(
            name, bucket=made.id, rule={"object_ownership": "BucketOwnerEnforced"}, opts=self.child()
        )
        public = s3.BucketPublicAccessBlock(
            name,
            bucket=made.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self.child(),
        )
        s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=made.id,
            rules=[
                {
                    "apply_server_side_encryption_by_default": {
                        "sse_algorithm": "aws:kms",
                        "kms_master_key_id": key_arn,
                    },
                    "bucket_key_enabled": True,
                }
            ],
            opts=self.child(),
        )
        versioning = s3.BucketVersioning(
            name, bucket=made.id, versioning_configuration={"status": "Enabled"}, opts=self.child()
        )
        s3.BucketLifecycleConfiguration(
            name,
            bucket=made.id,
            rules=[
                {
                    "id": "expire",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "expiration": {"days": retention_days},
                    "noncurrent_version_expiration": {"noncurrent_days": 30},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
                }
            ],
            # S3 refuses rules on old versions while the bucket has no versioning status.
            opts=self.child(depends_on=[versioning]),
        )
        self.policy = s3.BucketPolicy(
            name,
            bucket=made.id,
            policy=resource_policy([*deliver(made.arn), tls_only(made.arn, pulumi.Output.concat(made.arn, "/*"))]),
            # S3 answers OperationAborted when both are changed at once.
            opts=self.child(depends_on=[public]),
        )
        self.arn = made.arn
        self.name = made.bucket
        self.register_outputs({"arn": made.arn, "name": made.bucket})
