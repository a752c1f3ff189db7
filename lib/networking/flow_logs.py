"""Flow logs: a record of all traffic of a network."""

from __future__ import annotations

from dataclasses import dataclass

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
        record = self._bucket if destination == "s3" else self._log_group
        target = record(name, env, retention_days, region, key_arn)
        ec2.FlowLog(
            f"{name}-flow-logs",
            vpc_id=vpc_id,
            traffic_type="ALL",
            log_destination_type="s3" if destination == "s3" else "cloud-watch-logs",
            log_destination=target.arn,
            iam_role_arn=target.role_arn,
            max_aggregation_interval=60,
            tags=env.tags("FlowLog", env.names.of(name, "flow-logs")),
            opts=self.child(depends_on=[target.policy]),
        )
        self.destination_arn = target.arn
        self.register_outputs({"destination_arn": target.arn})

    def _log_group(
        self, name: str, env: Environment, retention_days: int, region: str, key_arn: pulumi.Input[str]
    ) -> _Target:
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
        return _Target(group.arn, policy, role.arn)

    def _bucket(
        self, name: str, env: Environment, retention_days: int, region: str, key_arn: pulumi.Input[str]
    ) -> _Target:
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
        return _Target(bucket.arn, bucket.policy)


@dataclass(frozen=True, slots=True)
class _Target:
    """Where records go.

    Its policy must be there first, and no reference says so: without a role's, the first records are lost; without a
    bucket's, AWS writes a policy of its own.
    """

    arn: pulumi.Output[str]
    policy: pulumi.Resource
    role_arn: pulumi.Output[str] | None = None


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
