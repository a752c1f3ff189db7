"""Signals of failover: health checks, whose metrics are in us-east-1 wherever the stack is.

Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html.
"""

from collections.abc import Iterator

import pulumi

from lib.monitoring.signal import Metric, Signal


def health_signals(scope: str, health_check_id: pulumi.Input[str], *, primary: bool) -> Iterator[Signal]:
    """What the health check of one region tells.

    Args:
        scope: `<api>-<network>`.
        health_check_id: the health check.
        primary: whether it is the primary's. The recovery region answers 503 until its database is promoted, so that
            alone is no news.
    """
    yield Signal(
        scope=f"api-{scope}",
        key="health",
        title="Health, 1 for healthy",
        metrics=[Metric("AWS/Route53", "HealthCheckStatus", {"HealthCheckId": health_check_id}, "Minimum")],
        threshold=1 if primary else None,
        below=True,
        periods=2,
        missing="breaching",
        first="Ask the region's /health which check fails; follow the runbook before you promote the other region.",
        across=True,
    )
