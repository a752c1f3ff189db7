"""A dashboard: a graph for each signal."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_aws import cloudwatch

from lib.foundation.component import Component
from lib.monitoring.signal import Signal

# The grid of a dashboard is 24 wide:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
WIDTH, HEIGHT, COLUMNS = 8, 6, 3


class Dashboard(Component):
    """Graphs of signals, each with its alarm's threshold, in the order given.

    Args:
        name: logical name.
        dashboard: its AWS name.
        title: heading above the graphs.
        signals: what is shown, each with the region that it is measured in.
    """

    name: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        dashboard: str,
        title: str,
        signals: Sequence[tuple[str, Signal]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:monitoring:Dashboard", name, opts)
        heading = {"type": "text", "x": 0, "y": 0, "width": 24, "height": 1, "properties": {"markdown": f"# {title}"}}
        graphs = [_graph(number, region, signal) for number, (region, signal) in enumerate(signals)]
        made = cloudwatch.Dashboard(
            name,
            dashboard_name=dashboard,
            dashboard_body=pulumi.Output.json_dumps({"widgets": [heading, *graphs]}),
            opts=self.child(),
        )
        self.name = made.dashboard_name
        self.register_outputs({"name": made.dashboard_name})


def _graph(number: int, region: str, signal: Signal) -> dict[str, object]:
    hidden = {"visible": False} if signal.expression else {}
    metrics: list[object] = [
        [
            metric.namespace,
            metric.name,
            *(part for dimension in metric.dimensions.items() for part in dimension),
            {"stat": metric.statistic, "id": f"m{index}", **hidden},
        ]
        for index, metric in enumerate(signal.metrics, 1)
    ]
    if signal.expression:
        metrics.append([{"expression": signal.expression, "label": signal.title, "id": "e1"}])
    return {
        "type": "metric",
        "x": number % COLUMNS * WIDTH,
        "y": 1 + number // COLUMNS * HEIGHT,
        "width": WIDTH,
        "height": HEIGHT,
        "properties": {
            "title": f"{signal.scope}: {signal.title} ({region})",
            "region": region,
            "view": "timeSeries",
            "period": signal.period,
            "metrics": metrics,
            **(
                {"annotations": {"horizontal": [{"label": "alarm", "value": signal.threshold}]}}
                if signal.threshold is not None
                else {}
            ),
        },
    }
