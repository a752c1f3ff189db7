"""Customer keys: one for logs and one for messages in each region that needs them.

Each key carries its policy inline, so that nothing races a separate policy resource.
Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html,
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html.
"""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_aws import kms

from lib.foundation.component import Component
from lib.foundation.environment import Environment, dns_suffix, partition
from lib.foundation.policies import Statement, Text, resource_policy

USE = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey")


class Key(Component):
    """A customer key with yearly rotation, its alias, and whom it serves.

    Args:
        name: logical name.
        env: environment of the stack.
        purpose: what it encrypts, part of its alias.
        region: region that it lives in.
        serves: statements for the services that use it, beside the account's own administration.
    """

    arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        env: Environment,
        *,
        purpose: str,
        region: str,
        serves: Sequence[Statement],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:foundation:Key", name, opts)
        alias = env.names.key_alias(purpose, region)
        # Without the root statement nobody could ever change the key again; `*` means this key alone in a key policy.
        administration = Statement(
            sid="Administration",
            actions=["kms:*"],
            resources=["*"],
            accounts=[f"arn:{partition(region)}:iam::{env.account_id}:root"],
        )
        key = kms.Key(
            name,
            description=f"Encrypts {purpose} in {region}",
            enable_key_rotation=True,
            deletion_window_in_days=env.protection.key_deletion_days,
            policy=resource_policy([administration, *serves]),
            tags=env.tags("Key", alias.removeprefix("alias/"), purpose),
            opts=self.child(protect=env.protection.deletion_protection),
        )
        kms.Alias(name, name=alias, target_key_id=key.key_id, opts=self.child())
        self.arn = key.arn
        self.register_outputs({"arn": key.arn})


def serve_logs(region: str, env: Environment) -> list[Statement]:
    """Whom a key for logs serves: CloudWatch Logs, the delivery of flow logs to S3, and CloudTrail."""
    arn = f"arn:{partition(region)}"
    groups = f"{arn}:logs:{region}:{env.account_id}:log-group:*"
    deliveries = f"{arn}:logs:{region}:{env.account_id}:*"
    trail = f"{arn}:cloudtrail:{region}:{env.account_id}:trail/{env.names.trail()}"
    return [
        Statement(
            sid="LogGroups",
            actions=["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
            resources=["*"],
            services=[f"logs.{region}.{dns_suffix(region)}"],
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
        ),
        Statement(
            sid="LogDelivery",
            actions=USE,
            resources=["*"],
            services=["delivery.logs.amazonaws.com"],
            conditions={
                "StringEquals": {"aws:SourceAccount": env.account_id},
                "ArnLike": {"aws:SourceArn": deliveries},
            },
        ),
        Statement(
            sid="Trail",
            actions=["kms:GenerateDataKey*"],
            resources=["*"],
            services=["cloudtrail.amazonaws.com"],
            conditions={
                "StringEquals": {"aws:SourceArn": trail},
                "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": trail},
            },
        ),
        Statement(
            sid="TrailDescribesKey",
            actions=["kms:DescribeKey"],
            resources=["*"],
            services=["cloudtrail.amazonaws.com"],
            conditions={"StringEquals": {"aws:SourceArn": trail}},
        ),
    ]


def serve_data(region: str, env: Environment) -> list[Statement]:
    """Whom a key for data serves: nobody beyond the account, whose roles get their use of it by their own policies."""
    del region, env
    return []


def serve_volumes(scaling_role_arn: Text) -> list[Statement]:
    """Whom a key for volumes serves: EC2 Auto Scaling, which launches instances by its service-linked role.

    The role's own policy says nothing of customer keys, so the key's has to; EBS works on by a grant.
    Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html.
    """
    return [
        Statement(sid="Volumes", actions=USE, resources=["*"], accounts=[scaling_role_arn]),
        Statement(
            sid="AttachedVolumes",
            actions=["kms:CreateGrant"],
            resources=["*"],
            accounts=[scaling_role_arn],
            conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
    ]


def serve_messages(topic_arn: str) -> list[Statement]:
    """Whom a key for messages serves: EventBridge and CloudWatch alarms, publishing to one topic.

    EventBridge sends neither the source account nor the source ARN when it publishes to an encrypted topic: a
    condition on them would make every delivery fail in silence. The topic is in the encryption context.
    """
    return [
        Statement(
            sid="Publish",
            actions=["kms:GenerateDataKey*", "kms:Decrypt"],
            resources=["*"],
            services=["events.amazonaws.com", "cloudwatch.amazonaws.com"],
            conditions={"StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": topic_arn}},
        )
    ]
