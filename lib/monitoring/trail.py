"""The CloudTrail trail without which EventBridge sees no API call."""

from __future__ import annotations

import pulumi
from pulumi_aws import cloudtrail

from lib.args.placement import Place
from lib.foundation.component import Component
from lib.foundation.environment import Environment, partition
from lib.foundation.policies import Statement
from lib.storage.log_bucket import LogBucket


class Trail(Component):
    """A trail of the management events of all regions of an account, with file validation, in an encrypted bucket.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html.

    Args:
        place: home region of the trail, and its account.
        env: environment of the stack, within that account.
        key_arn: customer key for the trail's files.
    """

    arn: pulumi.Output[str]

    def __init__(
        self,
        place: Place,
        env: Environment,
        *,
        key_arn: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        logical = "-".join(filter(None, ("trail", place.account_id)))
        super().__init__("tap:monitoring:Trail", logical, opts)
        name, region = env.names.trail(), place.region
        arn = f"arn:{partition(region)}:cloudtrail:{region}:{env.account_id}:trail/{name}"
        bucket = LogBucket(
            logical,
            env,
            bucket=env.names.trail_bucket(env.account_id),
            purpose="API calls",
            key_arn=key_arn,
            retention_days=env.protection.log_retention_days,
            deliver=lambda bucket_arn: _delivery(bucket_arn, arn, env),
            opts=self.child(),
        )
        trail = cloudtrail.Trail(
            logical,
            name=name,
            s3_bucket_name=bucket.name,
            kms_key_id=key_arn,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            enable_logging=True,
            tags=env.tags("Trail", name),
            # CloudTrail tries the bucket when the trail is made, and refuses one that its policy does not open.
            opts=self.child(depends_on=[bucket.policy]),
        )
        self.arn = trail.arn
        self.register_outputs({"arn": trail.arn})


def _delivery(bucket_arn: pulumi.Output[str], trail_arn: str, env: Environment) -> list[Statement]:
    """Leave for CloudTrail to write, on behalf of this trail only.

    Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html.
    """
    return [
        Statement(
            sid="AWSCloudTrailAclCheck",
            actions=["s3:GetBucketAcl"],
            resources=[bucket_arn],
            services=["cloudtrail.amazonaws.com"],
            conditions={"StringEquals": {"aws:SourceArn": trail_arn}},
        ),
        Statement(
            sid="AWSCloudTrailWrite",
            actions=["s3:PutObject"],
            resources=[pulumi.Output.concat(bucket_arn, f"/AWSLogs/{env.account_id}/*")],
            services=["cloudtrail.amazonaws.com"],
            conditions={"StringEquals": {"aws:SourceArn": trail_arn, "s3:x-amz-acl": "bucket-owner-full-control"}},
        ),
    ]
