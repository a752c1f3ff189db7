"""Rules on HTTP and WebSocket APIs, and on DNS."""

from collections.abc import Iterable

from policy.resource import Resource
from policy.rule import Rule, control, equals, is_set
from policy.stack import Stack

STAGE = "apigatewayv2:Stage"


def _callers_are_known(route: Resource, _: Stack) -> Iterable[str]:
    if route.get("authorizationType") in (None, "", "NONE") and not route.get("apiKeyRequired"):
        yield f"lets anybody call {route.get('routeKey')}"


def _calls_are_limited(stage: Resource, _: Stack) -> Iterable[str]:
    for key in ("throttlingBurstLimit", "throttlingRateLimit"):
        if not stage.get("defaultRouteSettings", key):
            yield f"has no defaultRouteSettings.{key}"


def _queries_are_logged(zone: Resource, stack: Stack) -> Iterable[str]:
    if not zone.get("vpcs") and not stack.referring(zone, "route53:QueryLog", "zoneId"):
        yield "has no query log"


RULES = (
    Rule(
        id="APIGateway.8",
        title="Routes say how callers are authorized.",
        kinds=("apigatewayv2:Route",),
        check=_callers_are_known,
        remedy="Set the route's authorizationType, or state an exception for what has to be open.",
        document=control("APIGateway.8"),
        also=("CKV_AWS_309", "apigatewayv2_api_authorizers_enabled"),
    ),
    Rule(
        id="APIGateway.9",
        title="Stages log who calls them.",
        kinds=(STAGE,),
        check=is_set("accessLogSettings", "destinationArn"),
        remedy="Set accessLogSettings to a log group.",
        document=control("APIGateway.9"),
        also=("CKV_AWS_95", "apigatewayv2_api_access_logging_enabled"),
    ),
    Rule(
        id="CKV_AWS_206",
        title="Domain names of APIs take TLS 1.2 or newer.",
        kinds=("apigatewayv2:DomainName",),
        check=equals("TLS_1_2", "domainNameConfiguration", "securityPolicy"),
        remedy="Set domainNameConfiguration.securityPolicy to TLS_1_2.",
        document="https://docs.aws.amazon.com/apigateway/latest/developerguide/"
        "apigateway-custom-domain-tls-version.html",
    ),
    Rule(
        id="tap-api-throttling",
        title="Stages limit how often they are called.",
        kinds=(STAGE,),
        check=_calls_are_limited,
        remedy="Set throttlingRateLimit and throttlingBurstLimit of the default route settings.",
        document="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html",
    ),
    Rule(
        id="Route53.2",
        title="Public zones log their queries.",
        kinds=("route53:Zone",),
        check=_queries_are_logged,
        remedy="Make a QueryLog of the zone, to a log group in us-east-1.",
        document=control("Route53.2"),
        also=("CKV2_AWS_39", "route53_public_hosted_zones_cloudwatch_logging_enabled"),
    ),
)
