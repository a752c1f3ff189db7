"""Recipes of CloudWatch Logs."""

from tap.embedded.recipe import Recipe, Step

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
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": Recipe("logs.put_resource_policy", id="{policyName}"),
}
