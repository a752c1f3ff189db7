"""The log of a hosted zone's queries, which Route 53 keeps in one region alone."""

from __future__ import annotations

import pulumi
from pulumi_aws import cloudwatch, route53

from lib.foundation.component import Component
from lib.foundation.environment import Environment, partition
from lib.foundation.log_group import log_group
from lib.foundation.policies import Statement, resource_policy


class QueryLog(Component):
    """A log group that Route 53 writes a public zone's queries to.

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html.

    Args:
        name: logical name.
        env: environment of the stack.
        zone_id: the zone.
        scope: what the zone is for, part of the group's name.
        region: the region that Route 53's logs are in.
        key_arn: customer key for logs there.
    """

    log_group_name: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        env: Environment,
        *,
        zone_id: pulumi.Input[str],
        scope: str,
        region: str,
        key_arn: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:dns:QueryLog", name, opts)
        called = env.names.query_log_group(scope)
        group = log_group(self, f"{name}-queries", env, name=called, key_arn=key_arn)
        write = Statement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[pulumi.Output.concat(group.arn, ":*")],
            services=["route53.amazonaws.com"],
            conditions={
                "StringEquals": {"aws:SourceAccount": env.account_id},
                "ArnLike": {
                    "aws:SourceArn": pulumi.Output.concat(f"arn:{partition(region)}:route53:::hostedzone/", zone_id)
                },
            },
        )
        leave = cloudwatch.LogResourcePolicy(
            f"{name}-queries",
            policy_name=env.names.in_account(scope, "queries"),
            policy_document=resource_policy([write]),
            opts=self.child(),
        )
        route53.QueryLog(
            f"{name}-queries",
            zone_id=zone_id,
            cloudwatch_log_group_arn=group.arn,
            # Route 53 tries to write at once, and refuses a group that it has no leave for.
            opts=self.child(depends_on=[leave]),
        )
        self.log_group_name = group.name
        self.register_outputs({"log_group_name": group.name})
