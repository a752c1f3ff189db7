"""A bucket for data."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_aws import s3

from lib.args.bucket import BucketArgs
from lib.foundation.environment import Environment
from lib.storage.access_logs import AccessLogs
from lib.storage.private_bucket import PrivateBucket


class Bucket(PrivateBucket):
    """A private bucket for data; old versions move to cheaper classes and then go, and every access is logged.

    A replica in another region is a Bucket too, with the name of its own that `replica_region` makes.

    Args:
        name: the bucket's name in the settings.
        args: its settings.
        env: environment of the stack.
        key_arn: customer key of the region for data.
        access_logs: where the region's access logs go.
        replica_region: the region, where this is a replica; None where it is the bucket itself.
    """

    key_arn: pulumi.Input[str]
    outputs: Mapping[str, pulumi.Output[str]]

    def __init__(
        self,
        name: str,
        args: BucketArgs,
        env: Environment,
        *,
        key_arn: pulumi.Input[str],
        access_logs: AccessLogs,
        replica_region: str | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        logical = f"{name}-{replica_region}" if replica_region else name
        super().__init__(
            "tap:storage:Bucket",
            logical,
            env,
            bucket=env.names.data_bucket(name, env.account_id, replica_region),
            purpose="replica" if replica_region else "data",
            key_arn=key_arn,
            lifecycle={
                "id": "old-versions",
                "status": "Enabled",
                "noncurrent_version_transitions": [
                    {"noncurrent_days": args.lifecycle.infrequent_access_days, "storage_class": "STANDARD_IA"},
                    {"noncurrent_days": args.lifecycle.glacier_days, "storage_class": "GLACIER"},
                ],
                "noncurrent_version_expiration": {"noncurrent_days": args.lifecycle.expire_days},
            },
            allow=lambda _: [],
            opts=opts,
        )
        s3.BucketLogging(
            logical,
            bucket=self.name,
            target_bucket=access_logs.name,
            target_prefix=pulumi.Output.concat(self.name, "/"),
            # S3 refuses a target whose policy does not let it write.
            opts=self.child(depends_on=[access_logs.policy]),
        )
        self.key_arn = key_arn
        prefix = "replica_bucket" if replica_region else "bucket"
        self.outputs = {f"{prefix}_name": self.name, f"{prefix}_arn": self.arn}
        self.register_outputs(dict(self.outputs))
