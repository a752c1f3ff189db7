"""What alarms and dashboards watch, and that each can really fire."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tap.plan import Plan, Resource
from tests.support.stack import deploy_blueprint, deploy_networks

# The last one first: another worker that needs them all begins with the first, and one takes what the other has made.
BLUEPRINTS = sorted((path.stem for path in (Path(__file__).parents[2] / "blueprints").glob("*.yaml")), reverse=True)
PUBLISHED: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "support" / "published_metrics.yaml").read_text(encoding="utf-8")
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
        at_times = alarm.inputs["treatMissingData"] == "missing"
        assert alarm.inputs["okActions"] == ([] if at_times else [topics[alarm.region]]), alarm.name
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


def test_a_copy_that_stops_to_follow_is_news_and_a_writer_that_follows_nobody_is_none() -> None:
    plan = deploy_blueprint("multi-region-dr")
    lags = {alarm.name: alarm for alarm in plan.of(ALARM) if alarm.inputs.get("metricName") == "AuroraGlobalDBRPOLag"}
    writer, copy = (
        lags[f"database-orders-{name}"] for name in ("primary-recovery-lag-us-east-1", "dr-recovery-lag-us-west-2")
    )
    assert writer.inputs["treatMissingData"] == "notBreaching"
    assert copy.inputs["treatMissingData"] == "breaching"
    # Otherwise the alarm would fire while the copy is being made.
    instances = {instance.urn for instance in plan.of("aws:rds/clusterInstance:ClusterInstance")}
    assert set(copy.dependencies) & instances


def test_the_dashboard_across_regions_shows_each_lag_in_its_own_region() -> None:
    dashboard = deploy_blueprint("multi-region-dr").one(DASHBOARD, "dashboard-across")
    names = {(region, name) for region, _, name, _ in shown_in(dashboard)}
    assert {("us-east-1", "AuroraGlobalDBRPOLag"), ("us-west-2", "AuroraGlobalDBRPOLag")} <= names
    assert {("us-east-1", "OperationsFailedReplication"), ("us-west-2", "OperationsPendingReplication")} <= names


def test_a_stack_in_one_region_has_no_dashboard_across() -> None:
    assert [d.name for d in deploy_blueprint("high-availability").of(DASHBOARD)] == ["dashboard-us-east-1"]


def on(plan: Plan, need: str, region: str, dimensions: dict[str, str]) -> bool:
    """Whether what makes a service publish a metric is switched on."""
    match need:
        case "container insights of the cluster":
            clusters = [each for each in plan.of("aws:ecs/cluster:Cluster") if each.region == region]
            settings = [
                each["value"]
                for cluster in clusters
                for each in cluster.inputs["settings"]
                if cluster.inputs["name"] == dimensions["ClusterName"] and each["name"] == "containerInsights"
            ]
            return settings in (["enabled"], ["enhanced"])
        case "metrics of the group":
            groups = [each for each in plan.of("aws:autoscaling/group:Group") if each.region == region]
            (group,) = [each for each in groups if each.inputs["name"] == dimensions["AutoScalingGroupName"]]
            enabled = set(group.inputs["enabledMetrics"])
            return group.inputs["metricsGranularity"] == "1Minute" and enabled >= {
                *("GroupMinSize", "GroupInServiceInstances"),
            }
        case "metrics of the replication rule":
            rules = [
                rule
                for each in plan.of("BucketReplicationConfig")
                for rule in each.inputs["rules"]
                if rule["id"] == dimensions["RuleId"]
            ]
            return bool(rules) and all(rule["destination"]["metrics"]["status"] == "Enabled" for rule in rules)
        case _:
            raise AssertionError(need)


@pytest.mark.parametrize("blueprint", BLUEPRINTS)
def test_what_a_watched_metric_needs_is_switched_on(blueprint: str) -> None:
    plan = deploy_blueprint(blueprint)
    needs = {(row["namespace"], row["metric"]): row["needs"] for row in PUBLISHED if "needs" in row}
    for alarm in plan.of(ALARM):
        for namespace, name, dimensions in metrics_of(alarm):
            if need := needs.get((namespace, name)):
                assert on(plan, need, alarm.region or "", dimensions), (alarm.name, need)


@pytest.mark.parametrize(
    ("blueprint", "kinds"),
    [
        ("payment-processing", {"service", "balancer", "database", "cache", "queue", "nat"}),
        ("high-availability", {"fleet", "balancer", "database", "nat"}),
        ("multi-region-dr", {"api", "function", "database", "table", "bucket", "nat"}),
        ("banking-vpc", {"nat"}),
    ],
)
def test_whatever_a_blueprint_consists_of_is_watched(blueprint: str, kinds: set[str]) -> None:
    alarms = [alarm for alarm in deploy_blueprint(blueprint).of(ALARM) if alarm.inputs.get("namespace") != "AWS/Events"]
    assert {alarm.name.partition("-")[0] for alarm in alarms} == kinds


def test_production_hears_of_less() -> None:
    def thresholds(environment: str) -> dict[str, float]:
        return {
            alarm.name: alarm.inputs["threshold"]
            for alarm in deploy_blueprint("payment-processing", environment).of(ALARM)
        }

    dev, prod = thresholds("dev"), thresholds("prod")
    for name in ("service-app-cpu-us-east-1", "balancer-app-target-5xx-us-east-1"):
        assert prod[name] < dev[name]


def test_a_threshold_of_ones_own_stands() -> None:
    plan = deploy_networks(
        networks={"main": {"cidr": "10.0.0.0/16", "zones": 1, "tiers": {"app": {"kind": "private"}}}},
        queues={"jobs": {}},
        monitoring={"dashboards": False, "thresholds": {"queue_age_seconds": 42}},
    )
    assert plan.one(ALARM, "queue-jobs-age-us-east-1").inputs["threshold"] == 42
    assert not plan.of(DASHBOARD)
