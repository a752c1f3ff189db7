"""Recipes of HTTP APIs."""

from tap.embedded.recipe import Recipe

RECIPES = {
    "aws:apigatewayv2/api:Api": Recipe(
        "apigatewayv2.create_api",
        id="ApiId",
        root="@",
        outputs={
            "arn": "arn:{partition}:apigateway:{region}::/apis/{id}",
            "executionArn": "arn:{partition}:execute-api:{region}:{account}:{id}",
        },
        ignores=("failOnWarnings",),
        named="name",
        longest=128,
    ),
    "aws:apigatewayv2/integration:Integration": Recipe(
        "apigatewayv2.create_integration",
        id="IntegrationId",
        root="@",
        renames={"timeoutMilliseconds": "TimeoutInMillis"},
    ),
    "aws:apigatewayv2/route:Route": Recipe("apigatewayv2.create_route", id="RouteId", root="@"),
    "aws:apigatewayv2/stage:Stage": Recipe(
        "apigatewayv2.create_stage",
        id="StageName",
        root="@",
        outputs={
            "arn": "arn:{partition}:apigateway:{region}::/apis/{apiId}/stages/{id}",
            "executionArn": "arn:{partition}:execute-api:{region}:{account}:{apiId}/{id}",
            "invokeUrl": "https://{apiId}.execute-api.{region}.amazonaws.com/",
        },
        renames={"name": "StageName"},
    ),
}
