"""The alarms of one region of an account."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_aws import cloudwatch

from lib.args.placement import Place
from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.monitoring.signal import Metric, Signal


class Alarms(Component):
    """An alarm for each signal of a region that has a threshold; all of them tell the region's topic.

    Args:
        place: the region and account, part of logical names.
        env: environment of the stack.
        signals: what is watched there.
        topic_arn: topic of that region and account.
    """

    names: tuple[str, ...]

    def __init__(
        self,
        place: Place,
        env: Environment,
        *,
        signals: Sequence[Signal],
        topic_arn: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:monitoring:Alarms", f"alarms-{place.key}", opts)
        self._env = env
        self._region = place.region
        watched = [signal for signal in signals if signal.threshold is not None]
        self.names = tuple(self._alarm(signal, signal.threshold or 0, topic_arn) for signal in watched)
        self.register_outputs({"names": list(self.names)})

    def _alarm(self, signal: Signal, threshold: float, topic_arn: pulumi.Input[str]) -> str:
        name = self._env.names.alarm(signal.scope, signal.key, self._region)
        # An alarm has either one metric of its own or the parts of an expression.
        metric = None if signal.expression else signal.metrics[0]
        percentile = metric is not None and metric.statistic.startswith("p")
        cloudwatch.MetricAlarm(
            f"{signal.scope}-{signal.key}-{self._region}",
            name=name,
            alarm_description=f"{signal.title}. {signal.first}",
            namespace=metric and metric.namespace,
            metric_name=metric and metric.name,
            dimensions=metric and metric.dimensions,
            period=metric and signal.period,
            statistic=None if percentile else metric and metric.statistic,
            extended_statistic=metric.statistic if metric and percentile else None,
            metric_queries=None if metric else _queries(signal),
            comparison_operator="LessThanThreshold" if signal.below else "GreaterThanThreshold",
            threshold=threshold,
            evaluation_periods=signal.periods,
            datapoints_to_alarm=signal.periods,
            treat_missing_data=signal.missing,
            alarm_actions=[topic_arn],
            # What reports at times only is well again each time it reports: nobody wants to hear that.
            ok_actions=[] if signal.missing == "missing" else [topic_arn],
            tags=self._env.tags("MetricAlarm", name),
            # Where silence is news, it would be from the first minute on, while the thing is being made.
            opts=self.child(depends_on=signal.after or None),
        )
        return name


def _queries(signal: Signal) -> list[cloudwatch.MetricAlarmMetricQueryArgsDict]:
    """The metrics as the expression calls them, and the expression, which alone is compared with the threshold."""
    queries: list[cloudwatch.MetricAlarmMetricQueryArgsDict] = [
        {"id": f"m{number}", "metric": _query(metric, signal.period)} for number, metric in enumerate(signal.metrics, 1)
    ]
    return [
        *queries,
        {"id": "alarm", "expression": signal.expression, "label": signal.title, "return_data": True},
    ]


def _query(metric: Metric, period: int) -> cloudwatch.MetricAlarmMetricQueryMetricArgsDict:
    return {
        "namespace": metric.namespace,
        "metric_name": metric.name,
        "dimensions": metric.dimensions,
        "period": period,
        "stat": metric.statistic,
    }
