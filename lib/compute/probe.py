"""A probe: a connection that is tried every minute from inside a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, lambda_

from lib.args.probe import ProbeArgs
from lib.args.source import SourceFile
from lib.compute.function import Function, Program
from lib.compute.site import Site
from lib.foundation.component import Component
from lib.foundation.environment import Environment

FUNCTION = "probe"
EVERY_MINUTE = "rate(1 minute)"


class Probe(Component):
    """A function in a tier that tries one host and port, and tells by a metric, 1 or 0, in its log.

    It wears the tier's group: what it reaches is what the tier's workloads reach. No data for a while means that it
    does not run, which is news as well.

    Args:
        args: its settings.
        env: environment of the stack.
        site: where it lives.
        code: sources of the function.

    Attributes:
        metric_name: its metric, in the stack's own namespace.
    """

    metric_name: str
    outputs: Mapping[str, pulumi.Input[Any]]

    def __init__(
        self,
        args: ProbeArgs,
        env: Environment,
        site: Site,
        *,
        code: Sequence[SourceFile],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        name = f"probe-{args.name}"
        super().__init__("tap:compute:Probe", name, opts)
        self.metric_name = name
        function = Function(
            name,
            env,
            site,
            Program(
                code=code,
                handler=f"functions.{FUNCTION}.handler.handler",
                description=f"Tries {args.host}:{args.port} from {args.source}",
                environment={
                    "HOST": args.host,
                    "PORT": str(args.port),
                    "METRIC_NAMESPACE": env.names.metric_namespace(),
                    "METRIC_NAME": name,
                },
                timeout_seconds=15,
                memory=128,
            ),
            scope=name,
            allow=[],
            opts=self.child(),
        )
        rule_name = env.names.probe_rule(args.name, site.region)
        rule = cloudwatch.EventRule(
            name,
            name=rule_name,
            description=f"Tries {args.host}:{args.port} from {args.source} every minute",
            schedule_expression=EVERY_MINUTE,
            tags=env.tags("EventRule", rule_name),
            opts=self.child(),
        )
        leave = lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=function.function_name,
            qualifier=function.alias.name,
            principal="events.amazonaws.com",
            # It holds the account too, which EventBridge does not tell besides: asked for that, it could call nothing.
            # https://github.com/hashicorp/terraform-provider-aws/pull/4116
            source_arn=rule.arn,
            opts=self.child(),
        )
        cloudwatch.EventTarget(
            name,
            rule=rule.name,
            arn=function.alias.arn,
            target_id="probe",
            # Without leave the first events would be lost, and the alarm would fire.
            opts=self.child(depends_on=[leave]),
        )
        self.outputs = {"function_name": function.function_name, "log_group_name": function.log_group_name}
        self.register_outputs(dict(self.outputs))
