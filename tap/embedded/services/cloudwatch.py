"""Recipes of CloudWatch alarms and dashboards."""

from typing import Any

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe


def _metric_queries(creation: Creation) -> None:
    """The provider flattens what the API nests: a query's metric, and the statistic over it."""
    queries = creation.take("metricQueries")
    if not queries:
        return
    metrics: list[dict[str, Any]] = []
    for query in queries:
        entry = {name: value for name, value in query.items() if name != "metric"}
        if metric := query.get("metric"):
            over = {name: metric[name] for name in ("period", "stat", "unit") if metric.get(name) is not None}
            of = {name: value for name, value in metric.items() if name not in ("period", "stat", "unit")}
            entry["metricStat"] = {**over, "metric": of}
        metrics.append(entry)
    creation.left["metrics"] = metrics


def _dashboard(creation: Creation) -> None:
    """The API takes tags, the provider does not: so default tags must not arrive."""
    creation.id = creation.take("dashboardName")
    creation.call("cloudwatch.put_dashboard", DashboardName=creation.id, DashboardBody=creation.take("dashboardBody"))
    arn = f"arn:aws:cloudwatch::{creation.account}:dashboard/{creation.id}"
    creation.state |= {**creation.given, "dashboardArn": arn}


RECIPES = {
    "aws:cloudwatch/metricAlarm:MetricAlarm": Recipe(
        "cloudwatch.put_metric_alarm",
        id="{name}",
        outputs={"arn": "arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}"},
        defaults={"actionsEnabled": True, "treatMissingData": "missing"},
        renames={"name": "AlarmName"},
        named="name",
        prepare=_metric_queries,
    ),
    "aws:cloudwatch/dashboard:Dashboard": Recipe(finish=_dashboard),
}
