"""An HTTP API and the alias that it calls, made by their recipes."""

import itertools
import json
from typing import Any

import pulumi
import pytest

from tap.engine.answers import State
from tests.embedded.looks import Looks
from tests.embedded.making import EAST, WEST, Aws

LOOKS = Looks()
API = "aws:apigatewayv2/api:Api"
NAMES = (f"api{number}" for number in itertools.count())
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def api(aws: Aws, region: str = EAST, **inputs: Any) -> State:
    return aws.make(API, next(NAMES), region=region, protocolType="HTTP", **inputs)


def function(aws: Aws) -> State:
    name = next(NAMES)
    role = aws.make("aws:iam/role:Role", name, assumeRolePolicy=json.dumps(TRUST)).outputs["arn"]
    return aws.make(
        "aws:lambda/function:Function",
        name,
        role=role,
        runtime="python3.13",
        handler="index.handler",
        publish=True,
        code=pulumi.AssetArchive({"index.py": pulumi.StringAsset("")}),
        deadLetterConfig={"targetArn": f"arn:aws:sqs:{EAST}:123456789012:dead"},
        tracingConfig={"mode": "Active"},
    )


def alias(aws: Aws) -> State:
    made = function(aws)
    return aws.make(
        "aws:lambda/alias:Alias", name="live", functionName=made.id, functionVersion=made.outputs["version"]
    )


@LOOKS.of(API)
def its_name_protocol_and_tags(aws: Aws) -> None:
    state = api(aws, WEST, description="Orders", tags={"Name": "orders"})
    found = aws.client("apigatewayv2", WEST).get_api(ApiId=state.id)
    assert (found["ProtocolType"], found["Description"], found["Tags"]) == ("HTTP", "Orders", {"Name": "orders"})
    assert found["Name"] == state.outputs["name"]
    assert (
        state.outputs["apiEndpoint"] == found["ApiEndpoint"] == f"https://{state.id}.execute-api.{WEST}.amazonaws.com"
    )
    assert state.outputs["executionArn"] == f"arn:aws:execute-api:{WEST}:123456789012:{state.id}"


@LOOKS.of("aws:apigatewayv2/stage:Stage")
def its_throttle_and_its_log(aws: Aws) -> None:
    gateway = api(aws)
    state = aws.make(
        "aws:apigatewayv2/stage:Stage",
        apiId=gateway.id,
        name="$default",
        autoDeploy=True,
        defaultRouteSettings={"throttlingRateLimit": 5, "throttlingBurstLimit": 10},
        accessLogSettings={"destinationArn": "arn:aws:logs:group", "format": "{}"},
        tags={"Name": "orders"},
    )
    found = aws.client("apigatewayv2").get_stage(ApiId=gateway.id, StageName="$default")
    assert (found["AutoDeploy"], found["Tags"]) == (True, {"Name": "orders"})
    settings = found["DefaultRouteSettings"]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (5, 10)
    assert found["AccessLogSettings"] == {"DestinationArn": "arn:aws:logs:group", "Format": "{}"}
    assert state.id == "$default"
    assert state.outputs["executionArn"] == f"{gateway.outputs['executionArn']}/$default"
    assert state.outputs["invokeUrl"] == f"{gateway.outputs['apiEndpoint']}/"


@LOOKS.of("aws:apigatewayv2/integration:Integration")
def what_it_calls_and_how_long_it_waits(aws: Aws) -> None:
    gateway = api(aws)
    state = aws.make(
        "aws:apigatewayv2/integration:Integration",
        apiId=gateway.id,
        integrationType="AWS_PROXY",
        integrationMethod="POST",
        integrationUri="arn:aws:apigateway",
        payloadFormatVersion="2.0",
        timeoutMilliseconds=30000,
    )
    found = aws.client("apigatewayv2").get_integration(ApiId=gateway.id, IntegrationId=state.id)
    assert (found["IntegrationType"], found["IntegrationUri"]) == ("AWS_PROXY", "arn:aws:apigateway")
    assert (found["PayloadFormatVersion"], found["TimeoutInMillis"]) == ("2.0", 30000)


@LOOKS.of("aws:apigatewayv2/route:Route")
def its_path_target_and_authorization(aws: Aws) -> None:
    gateway = api(aws)
    state = aws.make(
        "aws:apigatewayv2/route:Route",
        apiId=gateway.id,
        routeKey="GET /items/{id}",
        authorizationType="AWS_IAM",
        target="integrations/abc",
    )
    found = aws.client("apigatewayv2").get_route(ApiId=gateway.id, RouteId=state.id)
    assert (found["RouteKey"], found["AuthorizationType"]) == ("GET /items/{id}", "AWS_IAM")
    assert found["Target"] == "integrations/abc"


@LOOKS.of("aws:lambda/alias:Alias")
def the_version_that_it_leads_to(aws: Aws) -> None:
    state = alias(aws)
    name = state.outputs["functionName"]
    client = aws.client("lambda")
    found = client.get_alias(FunctionName=name, Name="live")
    assert (found["FunctionVersion"], found["AliasArn"]) == ("1", state.outputs["arn"])
    assert state.id == state.outputs["arn"] == f"arn:aws:lambda:{EAST}:123456789012:function:{name}:live"
    assert state.outputs["invokeArn"].endswith(f"/functions/{state.id}/invocations")
    settings = client.get_function_configuration(FunctionName=name, Qualifier="1")
    assert settings["TracingConfig"] == {"Mode": "Active"}


@LOOKS.of("aws:lambda/permission:Permission")
def who_may_call_the_alias(aws: Aws) -> None:
    called = alias(aws)
    name, source = called.outputs["functionName"], f"arn:aws:execute-api:{EAST}:123456789012:abc/*/*"
    state = aws.make(
        "aws:lambda/permission:Permission",
        "orders",
        action="lambda:InvokeFunction",
        function=name,
        qualifier="live",
        principal="apigateway.amazonaws.com",
        sourceAccount="123456789012",
        sourceArn=source,
    )
    text = aws.client("lambda").get_policy(FunctionName=name, Qualifier="live")["Policy"]
    (statement,) = json.loads(text)["Statement"]
    assert (statement["Sid"], statement["Action"]) == (state.id, "lambda:InvokeFunction")
    assert statement["Principal"] == {"Service": "apigateway.amazonaws.com"}
    assert statement["Condition"]["ArnLike"] == {"AWS:SourceArn": source}


@LOOKS.of("aws:cloudwatch/logMetricFilter:LogMetricFilter")
def the_metric_that_a_log_is_counted_in(aws: Aws) -> None:
    group = aws.make("aws:cloudwatch/logGroup:LogGroup", name=f"/{aws.stack}/requests")
    state = aws.make(
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        name="failed",
        logGroupName=group.id,
        pattern='{ $.status = "5*" }',
        metricTransformation={"name": "5xx", "namespace": "Shop", "value": "1", "defaultValue": "0", "unit": "Count"},
    )
    (found,) = aws.client("logs").describe_metric_filters(logGroupName=group.id)["metricFilters"]
    assert (found["filterName"], found["filterPattern"]) == ("failed", '{ $.status = "5*" }')
    assert found["metricTransformations"] == [
        {"metricName": "5xx", "metricNamespace": "Shop", "metricValue": "1", "defaultValue": 0.0, "unit": "Count"}
    ]
    assert state.id == "failed"


def domain(aws: Aws, name: str) -> State:
    return aws.make(
        "aws:apigatewayv2/domainName:DomainName",
        name,
        domainName=name,
        domainNameConfiguration={
            "certificateArn": f"arn:aws:acm:{EAST}:123456789012:certificate/{name}",
            "endpointType": "REGIONAL",
            "securityPolicy": "TLS_1_2",
        },
        tags={"Name": name},
    )


@LOOKS.of("aws:apigatewayv2/domainName:DomainName")
def its_certificate_and_tls_version(aws: Aws) -> None:
    state = domain(aws, "a.example.com")
    found = aws.client("apigatewayv2").get_domain_name(DomainName="a.example.com")
    (configuration,) = found["DomainNameConfigurations"]
    assert (configuration["EndpointType"], configuration["SecurityPolicy"]) == ("REGIONAL", "TLS_1_2")
    assert configuration["CertificateArn"].endswith("certificate/a.example.com")
    assert state.outputs["domainNameConfiguration"]["targetDomainName"].endswith(f".execute-api.{EAST}.amazonaws.com")


@LOOKS.of("aws:apigatewayv2/apiMapping:ApiMapping")
def its_stage_behind_the_name(aws: Aws) -> None:
    gateway = api(aws)
    stage = aws.make("aws:apigatewayv2/stage:Stage", f"{gateway.id}-stage", apiId=gateway.id, name="$default")
    named = domain(aws, "b.example.com")
    aws.make(
        "aws:apigatewayv2/apiMapping:ApiMapping", apiId=gateway.id, domainName=named.id, stage=stage.outputs["name"]
    )
    (found,) = aws.client("apigatewayv2").get_api_mappings(DomainName="b.example.com")["Items"]
    assert (found["ApiId"], found["Stage"]) == (gateway.id, "$default")


@pytest.mark.parametrize("type_", sorted(LOOKS))
def test_a_type_is_found_in_aws_as_its_inputs_say(aws: Aws, type_: str) -> None:
    LOOKS[type_](aws)
