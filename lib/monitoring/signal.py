"""A signal: what CloudWatch measures of one thing, and from where on that is news."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as a service publishes it.

    Args:
        namespace: such as `AWS/RDS`.
        name: such as `CPUUtilization`.
        dimensions: exactly those that the service publishes it under.
        statistic: `Average`, `Sum`, `Maximum`, `Minimum`, or a percentile such as `p95`.
    """

    namespace: str
    name: str
    dimensions: Mapping[str, pulumi.Input[str]]
    statistic: str = "Average"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Something that is watched: a metric, or an expression over several, and its alarm.

    Args:
        scope: what it is of, first part of the alarm's name: the name of a database, a network, a service.
        key: what it says, second part of the name: `cpu`, `replica-lag`.
        title: the same for a reader, the title of its graph.
        metrics: the metric; or several, which `expression` calls `m1`, `m2`, ….
        expression: metric math over them; "" where there is one metric alone.
        threshold: from where on it is news, in the metric's own unit; None where it is shown only.
        below: whether it is news under the threshold rather than over it.
        period: seconds that one datapoint covers.
        periods: datapoints in a row that must be beyond the threshold.
        missing: what no data means: `breaching` where the thing always reports, `notBreaching` where silence is good.
        first: what to do first when it fires.
        after: what has to be there before silence means anything.
        across: whether it says how the regions stand to each other, so that the dashboard across them shows it.
    """

    scope: str
    key: str
    title: str
    metrics: Sequence[Metric]
    expression: str = ""
    threshold: float | None
    below: bool = False
    period: int = MINUTE
    periods: int = 5
    missing: Literal["breaching", "notBreaching", "ignore", "missing"] = "notBreaching"
    first: str
    across: bool = False
    after: Sequence[pulumi.Resource] = ()
