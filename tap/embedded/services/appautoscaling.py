"""Recipes of Application Auto Scaling."""

from tap.embedded.recipe import Recipe

RECIPES = {
    "aws:appautoscaling/target:Target": Recipe(
        "application-autoscaling.register_scalable_target",
        id="{resourceId}",
        outputs={"arn": "ScalableTargetARN"},
    ),
    "aws:appautoscaling/policy:Policy": Recipe(
        "application-autoscaling.put_scaling_policy",
        id="{name}",
        outputs={"arn": "PolicyARN"},
        defaults={"alarmArns": []},
        renames={"name": "policyName"},
        named="name",
    ),
}
