"""The bucket that S3 delivers the access logs of other buckets to."""

from __future__ import annotations

import pulumi
from pulumi_aws import s3

from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.foundation.policies import Statement
from lib.storage.log_bucket import LogBucket


class AccessLogs(Component):
    """A bucket for the access logs of the buckets of one region: S3 delivers them within a region only.

    S3 can't write to a target that is encrypted with a customer key, so this one has S3's own.
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html.

    Args:
        region: the region, part of its names.
        env: environment of the stack.
    """

    name: pulumi.Output[str]
    policy: s3.BucketPolicy

    def __init__(self, region: str, env: Environment, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tap:storage:AccessLogs", f"access-logs-{region}", opts)
        bucket = LogBucket(
            f"access-logs-{region}",
            env,
            bucket=env.names.access_log_bucket(region, env.account_id),
            purpose="access logs",
            key_arn=None,
            retention_days=env.protection.log_retention_days,
            deliver=lambda arn: [
                Statement(
                    sid="AccessLogs",
                    actions=["s3:PutObject"],
                    resources=[pulumi.Output.concat(arn, "/*")],
                    services=["logging.s3.amazonaws.com"],
                    conditions={"StringEquals": {"aws:SourceAccount": env.account_id}},
                )
            ],
            opts=self.child(),
        )
        self.name = bucket.name
        self.policy = bucket.policy
        self.register_outputs({"name": bucket.name})
