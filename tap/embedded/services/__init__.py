"""One table per AWS service: its types' recipes.

A type is added by one entry in its service's `RECIPES`; a new service by one module and its name here.
"""

from collections.abc import Mapping

from tap.embedded.recipe import Recipe
from tap.embedded.services import (
    acm,
    apigatewayv2,
    appautoscaling,
    autoscaling,
    backup,
    cloudtrail,
    cloudwatch,
    dynamodb,
    ecs,
    elasticache,
    elbv2,
    endpoint,
    events,
    iam,
    kms,
    lambda_,
    logs,
    peering,
    random,
    rds,
    route53,
    s3,
    secretsmanager,
    security,
    sns,
    sqs,
    ssm,
    vpc,
)

_TABLES = (
    vpc.RECIPES,
    security.RECIPES,
    peering.RECIPES,
    endpoint.RECIPES,
    iam.RECIPES,
    autoscaling.RECIPES,
    kms.RECIPES,
    lambda_.RECIPES,
    logs.RECIPES,
    cloudwatch.RECIPES,
    cloudtrail.RECIPES,
    events.RECIPES,
    rds.RECIPES,
    route53.RECIPES,
    s3.RECIPES,
    dynamodb.RECIPES,
    elasticache.RECIPES,
    sns.RECIPES,
    sqs.RECIPES,
    secretsmanager.RECIPES,
    ssm.RECIPES,
    elbv2.RECIPES,
    ecs.RECIPES,
    acm.RECIPES,
    appautoscaling.RECIPES,
    backup.RECIPES,
    apigatewayv2.RECIPES,
    random.RECIPES,
)

RECIPES: Mapping[str, Recipe] = {type_: recipe for table in _TABLES for type_, recipe in table.items()}
