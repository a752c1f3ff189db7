"""Recipes of HTTP APIs."""

from typing import Any

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe


def _domain_targets(creation: Creation) -> None:
    """What an alias leads to, which the response tells inside the configuration that was given."""
    (found,) = creation.call("get_domain_name", DomainName=creation.id)["DomainNameConfigurations"]
    given: dict[str, Any] = creation.given["domainNameConfiguration"]
    creation.state["domainNameConfiguration"] = {
        **given,
        # moto knows neither; both are of the form that AWS gives them.
        "targetDomainName": found.get("ApiGatewayDomainName")
        or f"d-{creation.suffix}000.execute-api.{creation.region}.amazonaws.com",
        "hostedZoneId": found.get("HostedZoneId") or f"Z{creation.suffix.upper()}",
    }


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
    "aws:apigatewayv2/domainName:DomainName": Recipe(
        "apigatewayv2.create_domain_name",
        id="DomainName",
        outputs={"arn": "arn:{partition}:apigateway:{region}::/domainnames/{id}"},
        renames={"domainNameConfiguration": "DomainNameConfigurations"},
        finish=_domain_targets,
    ),
    "aws:apigatewayv2/apiMapping:ApiMapping": Recipe("apigatewayv2.create_api_mapping", id="ApiMappingId", root="@"),
}
