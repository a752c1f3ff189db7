"""An EventBridge rule, the delivery of its events to a topic, and the alarm on its failures."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_aws import cloudwatch

from lib.foundation.component import Component
from lib.foundation.environment import Environment


def deliver(
    watch: Component,
    name: str,
    env: Environment,
    *,
    rule_name: str,
    description: str,
    pattern: Mapping[str, object],
    topic_arn: pulumi.Input[str],
    alarm_name: str,
    alarm_description: str,
) -> None:
    """Make a rule, send its events to the region's topic, and raise an alarm where that fails.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html (FailedInvocations).

    Args:
        watch: component that the rule belongs to.
        name: logical name.
        env: environment of the stack.
        rule_name: the rule's AWS name.
        description: what the rule tells of.
        pattern: the events, as EventBridge's pattern; may hold outputs.
        topic_arn: topic of the rule's region.
        alarm_name: the alarm's AWS name.
        alarm_description: what could not be delivered.
    """
    rule = cloudwatch.EventRule(
        name,
        name=rule_name,
        description=description,
        event_pattern=pulumi.Output.json_dumps(pattern),
        tags=env.tags("EventRule", rule_name),
        opts=watch.child(),
    )
    cloudwatch.EventTarget(name, rule=rule.name, arn=topic_arn, target_id="topic", opts=watch.child())
    cloudwatch.MetricAlarm(
        name,
        name=alarm_name,
        alarm_description=alarm_description,
        namespace="AWS/Events",
        metric_name="FailedInvocations",
        dimensions={"RuleName": rule.name},
        statistic="Sum",
        period=300,
        evaluation_periods=1,
        threshold=1,
        comparison_operator="GreaterThanOrEqualToThreshold",
        # The metric exists only while something fails.
        treat_missing_data="notBreaching",
        alarm_actions=[topic_arn],
        ok_actions=[topic_arn],
        tags=env.tags("MetricAlarm", alarm_name),
        opts=watch.child(),
    )
