"""Log groups."""

from __future__ import annotations

import pulumi
from pulumi_aws import cloudwatch

from lib.foundation.component import Component
from lib.foundation.environment import Environment


def log_group(
    parent: Component, logical: str, env: Environment, *, name: str, key_arn: pulumi.Input[str]
) -> cloudwatch.LogGroup:
    """A log group under a customer key, kept for as long as the profile says.

    Args:
        parent: component that it belongs to.
        logical: logical name.
        env: environment of the stack.
        name: its name.
        key_arn: customer key for logs in its region.
    """
    return cloudwatch.LogGroup(
        logical,
        name=name,
        retention_in_days=env.protection.log_retention_days,
        kms_key_id=key_arn,
        tags=env.tags("LogGroup", name),
        opts=parent.child(),
    )
