"""Signals of services, fleets, load balancers and APIs.

Sources: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html,
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html,
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html.
"""

from collections.abc import Iterator

import pulumi

from lib.args.thresholds import ThresholdsArgs
from lib.monitoring.signal import Metric, Signal

FIVE_MINUTES = 300


def balancer_signals(
    scope: str, balancer: pulumi.Input[str], target_group: pulumi.Input[str], thresholds: ThresholdsArgs
) -> Iterator[Signal]:
    """What an Application Load Balancer tells.

    Args:
        scope: the workload behind it.
        balancer: the last part of its ARN: `app/<name>/<id>`.
        target_group: that of its target group: `targetgroup/<name>/<id>`.
        thresholds: from where on it is news.
    """
    own, both = {"LoadBalancer": balancer}, {"LoadBalancer": balancer, "TargetGroup": target_group}
    for key, name, dimensions, whose in (
        ("5xx", "HTTPCode_ELB_5XX_Count", own, "the load balancer"),
        ("target-5xx", "HTTPCode_Target_5XX_Count", both, "the workload"),
    ):
        yield Signal(
            scope=f"balancer-{scope}",
            key=key,
            title=f"Answers 5xx of {whose}",
            metrics=[Metric("AWS/ApplicationELB", name, dimensions, "Sum")],
            threshold=thresholds.server_errors,
            period=FIVE_MINUTES,
            periods=1,
            first="Look at the workload's log for that time; roll back if a deployment has just ended.",
        )
    yield Signal(
        scope=f"balancer-{scope}",
        key="latency",
        title="Answer time of the slowest 5 %, seconds",
        metrics=[Metric("AWS/ApplicationELB", "TargetResponseTime", both, "p95")],
        threshold=thresholds.latency_seconds,
        first="Look at the workload's CPU and at what it waits for: database, cache, other services.",
    )
    yield Signal(
        scope=f"balancer-{scope}",
        key="unhealthy",
        title="Targets that fail their health check",
        metrics=[Metric("AWS/ApplicationELB", "UnHealthyHostCount", both, "Maximum")],
        threshold=0,
        first="Look at the health check's reason at the target group, and at the newest task's or instance's log.",
    )


def service_signals(
    scope: str, cluster: pulumi.Input[str], service: pulumi.Input[str], thresholds: ThresholdsArgs
) -> Iterator[Signal]:
    """What an ECS service tells; running tasks come from Container Insights, which its cluster has on.

    Args:
        scope: the service's name in the settings.
        cluster: its cluster.
        service: its AWS name.
        thresholds: from where on it is news.
    """
    dimensions = {"ClusterName": cluster, "ServiceName": service}
    for key, name, what, limit in (
        ("cpu", "CPUUtilization", "CPU", thresholds.cpu_percent),
        ("memory", "MemoryUtilization", "Memory", thresholds.memory_percent),
    ):
        yield Signal(
            scope=f"service-{scope}",
            key=key,
            title=f"{what} use, percent",
            metrics=[Metric("AWS/ECS", name, dimensions)],
            threshold=limit,
            first="Raise max if all tasks run, or the size of a task if one alone is slow.",
        )
    yield Signal(
        scope=f"service-{scope}",
        key="tasks",
        title="Tasks that are missing",
        metrics=[
            Metric("ECS/ContainerInsights", "DesiredTaskCount", dimensions, "Maximum"),
            Metric("ECS/ContainerInsights", "RunningTaskCount", dimensions, "Minimum"),
        ],
        expression="m1 - m2",
        threshold=0,
        periods=10,
        missing="breaching",
        first="Look at the service's events and at the reason why tasks stopped.",
    )


def fleet_signals(scope: str, group: pulumi.Input[str], thresholds: ThresholdsArgs) -> Iterator[Signal]:
    """What an Auto Scaling group tells; its own metrics are switched on with it.

    Args:
        scope: the fleet's name in the settings.
        group: the group's AWS name.
        thresholds: from where on it is news.
    """
    dimensions = {"AutoScalingGroupName": group}
    yield Signal(
        scope=f"fleet-{scope}",
        key="cpu",
        title="CPU use, percent",
        metrics=[Metric("AWS/EC2", "CPUUtilization", dimensions)],
        threshold=thresholds.cpu_percent,
        first="Raise max if the group is at it, or choose a larger instance type.",
    )
    yield Signal(
        scope=f"fleet-{scope}",
        key="in-service",
        title="Instances missing below the least",
        metrics=[
            Metric("AWS/AutoScaling", "GroupMinSize", dimensions, "Maximum"),
            Metric("AWS/AutoScaling", "GroupInServiceInstances", dimensions, "Minimum"),
        ],
        expression="m1 - m2",
        threshold=0,
        periods=10,
        missing="breaching",
        first="Look at the group's activity history for why instances do not start or stay.",
    )


def function_signals(scope: str, function: pulumi.Input[str], thresholds: ThresholdsArgs) -> Iterator[Signal]:
    """What a Lambda function tells.

    Args:
        scope: what the function is of.
        function: its AWS name.
        thresholds: from where on it is news.
    """
    for key, name, title, limit in (
        ("errors", "Errors", "Function errors", thresholds.server_errors),
        ("throttles", "Throttles", "Invocations refused for load", thresholds.throttles),
    ):
        yield Signal(
            scope=f"function-{scope}",
            key=key,
            title=title,
            metrics=[Metric("AWS/Lambda", name, {"FunctionName": function}, "Sum")],
            threshold=limit,
            period=FIVE_MINUTES,
            periods=1,
            first="Look at the function's log and trace for that time; raise its concurrency if it is throttled.",
        )


def api_signals(scope: str, api_id: pulumi.Input[str], errors: Metric, thresholds: ThresholdsArgs) -> Iterator[Signal]:
    """What an HTTP API tells.

    Args:
        scope: `<api>-<network>`.
        api_id: the API.
        errors: its answers 5xx, health checks apart.
        thresholds: from where on it is news.
    """
    yield Signal(
        scope=f"api-{scope}",
        key="5xx",
        title="Answers 5xx, health checks apart",
        metrics=[errors],
        threshold=thresholds.server_errors,
        period=FIVE_MINUTES,
        periods=1,
        first="Look at the API's access log for the route, then at the function's log.",
    )
    yield Signal(
        scope=f"api-{scope}",
        key="latency",
        title="Answer time of the slowest 5 %, ms",
        metrics=[Metric("AWS/ApiGateway", "Latency", {"ApiId": api_id}, "p95")],
        threshold=thresholds.latency_seconds * 1000,
        first="Look at the function's duration and at what it waits for: table, database.",
    )
