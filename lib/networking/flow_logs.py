"""Flow logs: a record of all traffic of a network."""

import pulumi
from pulumi_aws import cloudwatch, ec2

from lib.args.network import FlowLogsArgs, NetworkArgs
from lib.foundation.component import Component
from lib.foundation.environment import Environment, partition
from lib.foundation.policies import Statement, service_role, write_to_log_group
from lib.storage.log_bucket import LogBucket


def flow_logs_of(args: NetworkArgs) -> FlowLogsArgs | None:
    """The flow logs that a network gets: a created one always has them, an adopted one where it asks for them."""
    return args.flow_logs or (None if args.vpc_id else FlowLogsArgs())


class FlowLogs(Component):
    """All traffic of one VPC, accepted and rejected, recorded in a CloudWatch log group or an S3 bucket.

    Args:
        name: the network's name.
        env: environment of the stack.
        destination: `cloudwatch` or `s3`.
        retention_days: days to keep the records.
        region: the network's region.
        vpc_id: the VPC.
        key_arn: customer key for the records.
    """

    destination_arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        env: Environment,
        *,
        destination: str,
        retention_days: int,
        region: str,
        vpc_id: pulumi.Input[str],
        key_arn: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:networking:FlowLogs", name, opts)
        if destination == "s3":
            self._to_s3(name, env, retention_days, region, vpc_id, key_arn)
        else:
            self._to_cloudwatch(name, env, retention_days, region, vpc_id, key_arn)
        self.register_outputs({"destination_arn": self.destination_arn})

    def _to_cloudwatch(
        self,
        name: str,
        env: Environment,
        retention_days: int,
        region: str,
        vpc_id: pulumi.Input[str],
        key_arn: pulumi.Input[str],
    ) -> None:
        group_name = env.names.flow_log_group(name)
        group = cloudwatch.LogGroup(
            f"{name}-flow-logs",
            name=group_name,
            retention_in_days=retention_days,
            kms_key_id=key_arn,
            tags=env.tags("LogGroup", group_name),
            opts=self.child(),
        )
        role, policy = service_role(
            self,
            f"{name}-flow-logs",
            service="vpc-flow-logs.amazonaws.com",
            source_account=env.account_id,
            source_arn=f"arn:{partition(region)}:ec2:{region}:{env.account_id}:vpc-flow-log/*",
            allow=[write_to_log_group(group.arn)],
            tags=env.tags("Role", env.names.of(name, "flow-logs")),
        )
        ec2.FlowLog(
            f"{name}-flow-logs",
            vpc_id=vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=60,
            tags=env.tags("FlowLog", env.names.of(name, "flow-logs")),
            # The role refers to no policy, and without it the first records are lost.
            opts=self.child(depends_on=[policy]),
        )
        self.destination_arn = group.arn

    def _to_s3(
        self,
        name: str,
        env: Environment,
        retention_days: int,
        region: str,
        vpc_id: pulumi.Input[str],
        key_arn: pulumi.Input[str],
    ) -> None:
        bucket = LogBucket(
            f"{name}-flow-logs",
            env,
            bucket=env.names.flow_log_bucket(name, env.account_id),
            purpose="flow logs",
            key_arn=key_arn,
            retention_days=retention_days,
            deliver=lambda arn: _delivery(arn, region, env),
            opts=self.child(),
        )
        ec2.FlowLog(
            f"{name}-flow-logs",
            vpc_id=vpc_id,
            traffic_type="ALL",
            log_destination_type="s3",
            log_destination=bucket.arn,
            max_aggregation_interval=60,
            tags=env.tags("FlowLog", env.names.of(name, "flow-logs")),
            # Where the bucket's policy does not let the delivery service in yet, AWS writes a policy of its own.
            opts=self.child(depends_on=[bucket.policy]),
        )
        self.destination_arn = bucket.arn


def _delivery(bucket_arn: pulumi.Output[str], region: str, env: Environment) -> list[Statement]:
    """Leave for the delivery service to write, on behalf of this account only.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html.
    """
    source = {
        "StringEquals": {"aws:SourceAccount": env.account_id},
        "ArnLike": {"aws:SourceArn": f"arn:{partition(region)}:logs:{region}:{env.account_id}:*"},
    }
    return [
        Statement(
            sid="AWSLogDeliveryWrite",
            actions=["s3:PutObject"],
            resources=[pulumi.Output.concat(bucket_arn, f"/AWSLogs/{env.account_id}/*")],
            services=["delivery.logs.amazonaws.com"],
            conditions={
                **source,
                "StringEquals": {**source["StringEquals"], "s3:x-amz-acl": "bucket-owner-full-control"},
            },
        ),
        Statement(
            sid="AWSLogDeliveryAclCheck",
            actions=["s3:GetBucketAcl"],
            resources=[bucket_arn],
            services=["delivery.logs.amazonaws.com"],
            conditions=source,
        ),
    ]
