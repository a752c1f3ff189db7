"""The bucket that an AWS service delivers logs to."""

from collections.abc import Callable, Sequence

import pulumi

from lib.foundation.environment import Environment
from lib.foundation.policies import Statement
from lib.storage.private_bucket import PrivateBucket


class LogBucket(PrivateBucket):
    """A private bucket whose policy lets one service deliver, and whose content expires.

    It is a target of logs, so it has no access log of its own.

    Args:
        name: logical name.
        env: environment of the stack.
        bucket: the bucket's name.
        purpose: what it holds.
        key_arn: customer key for its content; None for S3's own keys, where the service can't use a customer's.
        retention_days: days until its content expires.
        deliver: the statements of the delivering service, given the bucket's ARN.
    """

    def __init__(
        self,
        name: str,
        env: Environment,
        *,
        bucket: str,
        purpose: str,
        key_arn: pulumi.Input[str] | None,
        retention_days: int,
        deliver: Callable[[pulumi.Output[str]], Sequence[Statement]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "tap:storage:LogBucket",
            name,
            env,
            bucket=bucket,
            purpose=purpose,
            key_arn=key_arn,
            lifecycle={
                "id": "expire",
                "status": "Enabled",
                "expiration": {"days": retention_days},
                "noncurrent_version_expiration": {"noncurrent_days": 30},
            },
            allow=deliver,
            opts=opts,
        )
        self.register_outputs({"arn": self.arn, "name": self.name})
