"""What alarms and dashboards watch, and that each can really fire."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tap.plan import Plan, Resource
from tests.support.stack import deploy_blueprint

BLUEPRINTS = sorted(path.stem for path in (Path(__file__).parents[3] / "blueprints").glob("*.yaml"))
PUBLISHED: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "support" / "published_metrics.yaml").read_text(encoding="utf-8")
)
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"


def metrics_of(alarm: Resource) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Namespace, name and dimensions of each metric that an alarm compares."""
    queries = [query["metric"] for query in alarm.inputs.get("metricQueries", []) if "metric" in query]
    for source in queries or [alarm.inputs]:
        yield source["namespace"], source["metricName"], source.get("dimensions", {})


def shown_in(dashboard: Resource) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Region, namespace, name and dimensions of each metric that a dashboard shows."""
    for widget in json.loads(dashboard.inputs["dashboardBody"])["widgets"]:
        for metric in widget["properties"].get("metrics", []):
            if isinstance(metric[0], str):
                namespace, name, *rest = metric[:-1]
                yield widget["properties"]["region"], namespace, name, dict(zip(rest[::2], rest[1::2], strict=True))


def counted(plan: Plan, region: str, namespace: str, name: str) -> bool:
    """Whether a filter on a log of that region makes the metric."""
    made = [
        filter_.inputs["metricTransformation"]
        for filter_ in plan.of("aws:cloudwatch/logMetricFilter:LogMetricFilter")
        if filter_.region == region
    ]
    return (namespace, name) in {(each["namespace"], each["name"]) for each in made}


def published(namespace: str, name: str, dimensions: dict[str, str]) -> bool:
    return any(
        (row["namespace"], row["metric"]) == (namespace, name) and sorted(row["dimensions"]) == sorted(dimensions)
        for row in PUBLISHED
    )


@pytest.mark.parametrize("blueprint", BLUEPRINTS)
def test_every_alarm_watches_a_metric_that_its_service_publishes(blueprint: str) -> None:
    plan = deploy_blueprint(blueprint)
    for alarm in plan.of(ALARM):
        for namespace, name, dimensions in metrics_of(alarm):
            assert published(namespace, name, dimensions) or counted(plan, alarm.region or "", namespace, name), (
                *(alarm.name, namespace, name, sorted(dimensions)),
            )


@pytest.mark.parametrize("blueprint", BLUEPRINTS)
def test_every_graph_shows_a_metric_that_its_service_publishes(blueprint: str) -> None:
    plan = deploy_blueprint(blueprint)
    for dashboard in plan.of(DASHBOARD):
        for region, namespace, name, dimensions in shown_in(dashboard):
            assert published(namespace, name, dimensions) or counted(plan, region, namespace, name), (
                *(dashboard.name, namespace, name, sorted(dimensions)),
            )


def in_region(row: dict[str, Any], region: str) -> bool:
    return region == row.get("only_in", region)


@pytest.mark.parametrize("blueprint", BLUEPRINTS)
def test_every_alarm_is_in_a_region_where_its_metric_is(blueprint: str) -> None:
    for alarm in deploy_blueprint(blueprint).of(ALARM):
        for namespace, name, dimensions in metrics_of(alarm):
            rows = [row for row in PUBLISHED if (row["namespace"], row["metric"]) == (namespace, name)]
            assert not rows or any(in_region(row, alarm.region or "") for row in rows), alarm.name
            if "ReceivingRegion" in dimensions:
                assert dimensions["ReceivingRegion"] != alarm.region
            if name in ("ReplicationLatency", "OperationsPendingReplication") and namespace == "AWS/S3":
                assert alarm.region in dimensions["DestinationBucket"], "measured where the replica is"
            if name == "OperationsFailedReplication":
                assert alarm.region not in dimensions["DestinationBucket"], "measured where the source is"


@pytest.mark.parametrize("blueprint", BLUEPRINTS)
def test_every_alarm_tells_the_topic_of_its_region_and_says_what_to_do_first(blueprint: str) -> None:
    plan: Plan = deploy_blueprint(blueprint)
    topics = {topic.region: topic.outputs["arn"] for topic in plan.of("aws:sns/topic:Topic")}
    for alarm in plan.of(ALARM):
        assert alarm.inputs["alarmActions"] == [topics[alarm.region]], alarm.name
        assert alarm.inputs["okActions"] == [topics[alarm.region]], alarm.name
        assert len(alarm.inputs["alarmDescription"].split()) >= 6, alarm.name


def test_replication_is_watched_in_both_regions_whichever_of_them_writes() -> None:
    plan = deploy_blueprint("multi-region-dr")
    found = {(alarm.name.rpartition("-us-")[0], alarm.region) for alarm in plan.of(ALARM)}
    regions = ("us-east-1", "us-west-2")
    assert {
        ("database-orders-primary-recovery-lag", regions[0]),
        ("database-orders-dr-recovery-lag", regions[1]),
    } <= found
    lags = {
        (metric["ReceivingRegion"], alarm.region)
        for alarm in plan.of(ALARM)
        for _, name, metric in metrics_of(alarm)
        if name == "ReplicationLatency" and "TableName" in metric
    }
    assert lags == {regions, regions[::-1]}


def test_a_copy_that_does_not_follow_is_no_news_where_it_writes() -> None:
    for alarm in deploy_blueprint("multi-region-dr").of(ALARM):
        if alarm.inputs.get("metricName") == "AuroraGlobalDBRPOLag":
            assert alarm.inputs["treatMissingData"] == "notBreaching"


def test_the_dashboard_across_regions_shows_each_lag_in_its_own_region() -> None:
    dashboard = deploy_blueprint("multi-region-dr").one(DASHBOARD, "dashboard-across")
    names = {(region, name) for region, _, name, _ in shown_in(dashboard)}
    assert {("us-east-1", "AuroraGlobalDBRPOLag"), ("us-west-2", "AuroraGlobalDBRPOLag")} <= names
    assert {("us-east-1", "OperationsFailedReplication"), ("us-west-2", "OperationsPendingReplication")} <= names


def test_a_stack_in_one_region_has_no_dashboard_across() -> None:
    assert [d.name for d in deploy_blueprint("high-availability").of(DASHBOARD)] == ["dashboard-us-east-1"]
