"""Recipes of CloudWatch Logs."""

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe, Step

RENAMED = {"name": "metricName", "namespace": "metricNamespace", "value": "metricValue"}


def _transformation(creation: Creation) -> None:
    """The one metric that the provider lets a filter have, in the list that the API takes."""
    given = creation.take("metricTransformation")
    creation.left["metricTransformations"] = [{RENAMED.get(key, key): value for key, value in given.items()}]


RECIPES = {
    "aws:cloudwatch/logGroup:LogGroup": Recipe(
        "logs.create_log_group",
        id="{name}",
        outputs={"arn": "arn:{partition}:logs:{region}:{account}:log-group:{name}"},
        defaults={"retentionInDays": 0, "logGroupClass": "STANDARD"},
        renames={"name": "logGroupName"},
        ignores=("skipDestroy",),
        named="name",
        longest=512,
        steps=(Step("put_retention_policy", takes=("retentionInDays",), send={"logGroupName": "{id}"}),),
    ),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": Recipe(
        "logs.put_metric_filter",
        id="{name}",
        renames={"name": "filterName", "pattern": "filterPattern"},
        named="name",
        longest=512,
        prepare=_transformation,
    ),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": Recipe("logs.put_resource_policy", id="{policyName}"),
}
