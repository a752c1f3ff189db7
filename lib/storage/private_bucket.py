"""What every bucket of the stack has in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pulumi
from pulumi_aws import s3

from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.foundation.policies import Statement, resource_policy, tls_only

# Parts of uploads that nobody finished are in no listing, and are paid for until they are gone.
UNFINISHED_UPLOAD_DAYS = 7


class PrivateBucket(Component):
    """A bucket that is closed to the public, owned by the account alone, encrypted, versioned, and open over TLS only.

    Args:
        type_: type of the component.
        name: logical name.
        env: environment of the stack.
        bucket: the bucket's name.
        purpose: what it holds.
        key_arn: customer key for its content; None for S3's own keys.
        lifecycle: its lifecycle rule, which is for the whole bucket; unfinished uploads are seen to besides.
        allow: statements of its policy that let somebody in, given the bucket's ARN.
    """

    arn: pulumi.Output[str]
    name: pulumi.Output[str]
    policy: s3.BucketPolicy
    versioning: s3.BucketVersioning

    def __init__(
        self,
        type_: str,
        name: str,
        env: Environment,
        *,
        bucket: str,
        purpose: str,
        key_arn: pulumi.Input[str] | None,
        lifecycle: s3.BucketLifecycleConfigurationRuleArgsDict,
        allow: Callable[[pulumi.Output[str]], Sequence[Statement]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(type_, name, opts)
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
            name, bucket=made.id, rules=[_encryption(key_arn)], opts=self.child()
        )
        self.versioning = s3.BucketVersioning(
            name, bucket=made.id, versioning_configuration={"status": "Enabled"}, opts=self.child()
        )
        s3.BucketLifecycleConfiguration(
            name,
            bucket=made.id,
            rules=[
                {
                    **lifecycle,
                    "filter": {"prefix": ""},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": UNFINISHED_UPLOAD_DAYS},
                }
            ],
            # S3 refuses rules on old versions while the bucket has no versioning status.
            opts=self.child(depends_on=[self.versioning]),
        )
        self.policy = s3.BucketPolicy(
            name,
            bucket=made.id,
            policy=resource_policy([*allow(made.arn), tls_only(made.arn, pulumi.Output.concat(made.arn, "/*"))]),
            # S3 answers OperationAborted when both are changed at once.
            opts=self.child(depends_on=[public]),
        )
        self.arn = made.arn
        self.name = made.bucket


def _encryption(
    key_arn: pulumi.Input[str] | None,
) -> s3.BucketServerSideEncryptionConfigurationRuleArgsDict:
    """Encryption with a customer key, asked for once a bucket rather than once an object; or with S3's own keys."""
    if key_arn is None:
        return {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}
    return {
        "apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key_arn},
        "bucket_key_enabled": True,
    }
