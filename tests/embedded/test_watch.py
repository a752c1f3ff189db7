"""Alarms over expressions, and dashboards, as they are on the embedded AWS."""

import json

from tests.embedded.looks import Looks
from tests.embedded.making import Aws

LOOKS = Looks()

PARTS = [
    {
        "id": f"m{number}",
        "metric": {
            "namespace": "AWS/AutoScaling",
            "metricName": name,
            "dimensions": {"AutoScalingGroupName": "web"},
            "period": 60,
            "stat": "Minimum",
        },
    }
    for number, name in enumerate(("GroupMinSize", "GroupInServiceInstances"), 1)
]


def test_an_alarm_over_an_expression_keeps_its_parts(aws: Aws) -> None:
    aws.make(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        name="missing",
        comparisonOperator="GreaterThanThreshold",
        threshold=0,
        evaluationPeriods=10,
        datapointsToAlarm=10,
        treatMissingData="breaching",
        metricQueries=[*PARTS, {"id": "alarm", "expression": "m1 - m2", "label": "Missing", "returnData": True}],
    )
    (alarm,) = aws.client("cloudwatch").describe_alarms(AlarmNames=["missing"])["MetricAlarms"]
    assert [(part["Id"], part.get("Expression")) for part in alarm["Metrics"]] == [
        ("m1", None),
        ("m2", None),
        ("alarm", "m1 - m2"),
    ]
    assert alarm["Metrics"][0]["MetricStat"]["Metric"]["MetricName"] == "GroupMinSize"


@LOOKS.of("aws:cloudwatch/dashboard:Dashboard")
def test_a_dashboard_has_the_body_that_it_was_given(aws: Aws) -> None:
    body = json.dumps({"widgets": [{"type": "text", "properties": {"markdown": "# Hello"}}]})
    state = aws.make("aws:cloudwatch/dashboard:Dashboard", dashboardName="main", dashboardBody=body)
    assert aws.client("cloudwatch").get_dashboard(DashboardName="main")["DashboardBody"] == body
    assert state.outputs["dashboardArn"].endswith(":dashboard/main")
