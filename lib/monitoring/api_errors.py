"""How many requests of an API fail, without those of its health checks."""

from __future__ import annotations

import pulumi
from pulumi_aws import cloudwatch

from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.monitoring.signal import Metric

# A recovery region answers its health checks with 503 until it is promoted, many times a minute. The API's own metric
# counts those too; its access log tells them apart.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
FAILED = '{ ($.status = "5*") && ($.routeKey != "GET /health") }'


class ApiErrors(Component):
    """A metric of the answers 5xx in an HTTP API's access log, health checks apart.

    Args:
        name: `<api>-<network>`.
        env: environment of the stack.
        log_group_name: the access log, one JSON object a request with `status` and `routeKey`.
    """

    metric: Metric

    def __init__(
        self,
        name: str,
        env: Environment,
        *,
        log_group_name: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:monitoring:ApiErrors", name, opts)
        self.metric = Metric(env.names.metric_namespace(), f"{name}-5xx", {}, "Sum")
        cloudwatch.LogMetricFilter(
            name,
            name=env.names.of(name, "5xx"),
            log_group_name=log_group_name,
            pattern=FAILED,
            metric_transformation={
                "namespace": self.metric.namespace,
                "name": self.metric.name,
                "value": "1",
                "default_value": "0",
                "unit": "Count",
            },
            opts=self.child(),
        )
        self.register_outputs({})
