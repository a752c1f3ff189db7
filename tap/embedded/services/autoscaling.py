"""Recipes of EC2 Auto Scaling, and of the launch templates that it launches instances by."""

from collections.abc import Mapping
from typing import Any

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe, Step
from tap.embedded.services.vpc import arn


def _renamed(values: Mapping[str, Any], **names: str) -> dict[str, Any]:
    """The same values, some by the name that the API has for them."""
    return {names.get(key, key): value for key, value in values.items()}


def _groups_of_interfaces(creation: Creation) -> None:
    """A launch template calls the security groups of an interface otherwise than every other operation."""
    interfaces: Any = creation.left.get("networkInterfaces")
    if interfaces:
        creation.left["networkInterfaces"] = [_renamed(each, securityGroups="groups") for each in interfaces]


def _parts_of_group(creation: Creation) -> None:
    """What the API wants in another form: the template by its id, subnets in one text, tags with what they are on."""
    left: dict[str, Any] = creation.left
    if template := left.get("launchTemplate"):
        left["launchTemplate"] = _renamed(template, id="launchTemplateId", name="launchTemplateName")
    if subnets := left.pop("vpcZoneIdentifiers", None):
        left["vpcZoneIdentifier"] = ",".join(subnets)
    on_group = {"resourceId": left["name"], "resourceType": "auto-scaling-group"}
    left["tags"] = [{**tag, **on_group} for tag in left.get("tags") or ()]


def _enable_metrics(creation: Creation) -> None:
    metrics, granularity = creation.take("enabledMetrics"), creation.take("metricsGranularity", "1Minute")
    if metrics:
        creation.call(
            "enable_metrics_collection", AutoScalingGroupName=creation.id, Metrics=metrics, Granularity=granularity
        )


def _dimensions_of_metric(creation: Creation) -> None:
    """The API calls the dimensions of a metric of one's own otherwise."""
    configuration: Any = creation.left.get("targetTrackingConfiguration") or {}
    if metric := configuration.get("customizedMetricSpecification"):
        named = _renamed(metric, metricDimensions="dimensions")
        creation.left["targetTrackingConfiguration"] = {**configuration, "customizedMetricSpecification": named}


RECIPES = {
    "aws:ec2/launchTemplate:LaunchTemplate": Recipe(
        "ec2.create_launch_template",
        id="LaunchTemplateId",
        root="LaunchTemplate",
        outputs={
            "arn": arn("launch-template")["arn"],
            "defaultVersion": "DefaultVersionNumber",
            "latestVersion": "LatestVersionNumber",
        },
        renames={"name": "LaunchTemplateName", "description": "VersionDescription"},
        ignores=("updateDefaultVersion",),
        under="launchTemplateData",
        beside=("LaunchTemplateName", "VersionDescription"),
        named="name",
        longest=128,
        prepare=_groups_of_interfaces,
    ),
    "aws:autoscaling/group:Group": Recipe(
        "autoscaling.create_auto_scaling_group",
        id="{name}",
        renames={"name": "AutoScalingGroupName"},
        # How the provider goes about a change or a deletion, and how long it waits for instances.
        ignores=(
            *("instanceRefresh", "forceDelete", "forceDeleteWarmPool", "ignoreFailedScalingActivities"),
            *("minElbCapacity", "waitForElbCapacity", "waitForCapacityTimeout"),
        ),
        named="name",
        steps=(
            Step(
                "describe_auto_scaling_groups",
                send={"AutoScalingGroupNames": ["{id}"]},
                finds={"arn": "AutoScalingGroups[0].AutoScalingGroupARN"},
            ),
        ),
        lists_tags=True,
        prepare=_parts_of_group,
        hooked=("enabledMetrics", "metricsGranularity"),
        finish=_enable_metrics,
    ),
    "aws:autoscaling/policy:Policy": Recipe(
        "autoscaling.put_scaling_policy",
        id="{name}",
        renames={"name": "PolicyName"},
        named="name",
        # The answer to the creating call lacks it.
        steps=(
            Step(
                "describe_policies",
                send={"AutoScalingGroupName": "{autoscalingGroupName}", "PolicyNames": ["{id}"]},
                finds={"arn": "ScalingPolicies[0].PolicyARN"},
            ),
        ),
        prepare=_dimensions_of_metric,
    ),
}
