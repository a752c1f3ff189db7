"""The bucket that the access logs of load balancers are delivered to."""

from __future__ import annotations

import pulumi
from pulumi_aws import s3

from lib.foundation.component import Component
from lib.foundation.environment import Environment, partition
from lib.foundation.policies import Statement
from lib.storage.log_bucket import LogBucket


class LoadBalancerLogs(Component):
    """A bucket for the access logs of the load balancers of one region: they deliver within their region only.

    Elastic Load Balancing delivers as one service principal in every region; the accounts of its own, one a region,
    that policies used to name are known to the older regions only. It writes to buckets with S3's own keys alone.
    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html.

    Args:
        region: the region, part of its names.
        env: environment of the stack.
    """

    name: pulumi.Output[str]
    policy: s3.BucketPolicy

    def __init__(self, region: str, env: Environment, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tap:compute:LoadBalancerLogs", f"alb-logs-{region}", opts)
        balancers = f"arn:{partition(region)}:elasticloadbalancing:{region}:{env.account_id}:loadbalancer/*"
        bucket = LogBucket(
            f"alb-logs-{region}",
            env,
            bucket=env.names.load_balancer_log_bucket(region, env.account_id),
            purpose="load balancer logs",
            key_arn=None,
            retention_days=env.protection.log_retention_days,
            deliver=lambda arn: [
                Statement(
                    sid="LoadBalancerLogs",
                    actions=["s3:PutObject"],
                    resources=[pulumi.Output.concat(arn, f"/AWSLogs/{env.account_id}/*")],
                    services=["logdelivery.elasticloadbalancing.amazonaws.com"],
                    conditions={"ArnLike": {"aws:SourceArn": balancers}},
                )
            ],
            opts=self.child(),
        )
        self.name = bucket.name
        self.policy = bucket.policy
        self.register_outputs({"name": bucket.name})
