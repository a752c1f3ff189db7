"""The deployed API of `multi-region-dr`: the same function behind an endpoint in each region."""

import http.client
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.data_view import key_faults, production
from tests.support.live import Live
from tests.support.network_view import NetworkView
from tests.support.policies import as_list, services
from tests.support.tags import tags_by_arn, untagged

ROUTES = {"GET /health": "NONE", "GET /items/{id}": "AWS_IAM", "PUT /items/{id}": "AWS_IAM"}


@dataclass(frozen=True)
class Part:
    """The API in one of its regions."""

    live: Live
    network: NetworkView

    @property
    def region(self) -> str:
        return self.network.region

    def output(self, key: str) -> Any:
        return self.live.outputs[f"orders_{self.network.name}_{key}"]

    def client(self, service: str) -> Any:
        return self.live.client(service, self.region)

    def gateway(self, what: str) -> Any:
        """What the gateway has of the API: `api`, `routes`, `integrations`, `stages`."""
        found = getattr(self.client("apigatewayv2"), f"get_{what}")(ApiId=self.output("api_id"))
        return found if what == "api" else found["Items"]

    def function(self, qualifier: str = "live") -> dict[str, Any]:
        name = self.output("function_name")
        return self.client("lambda").get_function(FunctionName=name, Qualifier=qualifier)["Configuration"]

    def log_group(self, key: str) -> dict[str, Any]:
        name = self.output(key)
        found = self.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        (group,) = [group for group in found if group["logGroupName"] == name]
        return group

    def get(self, path: str) -> tuple[int, bytes]:
        """The status and the body that the endpoint answers with, asked without a signature."""
        connection = http.client.HTTPSConnection(self.output("endpoint").removeprefix("https://"), timeout=10)
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()

    def role(self) -> str:
        return self.function()["Role"].rsplit("/", 1)[-1]

    def allowed(self) -> list[dict[str, Any]]:
        """The statements of its role that allow something."""
        iam = self.client("iam")
        return [
            statement
            for name in iam.list_role_policies(RoleName=self.role())["PolicyNames"]
            for statement in iam.get_role_policy(RoleName=self.role(), PolicyName=name)["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Allow"
        ]


@pytest.fixture(scope="module")
def live(standing: Callable[[str], Live]) -> Live:
    return standing("multi-region-dr")


@pytest.fixture(scope="module")
def parts(live: Live) -> dict[str, Part]:
    return {name: Part(live, NetworkView(live, name)) for name in ("primary", "dr")}


@pytest.fixture(params=["primary", "dr"])
def part(request: pytest.FixtureRequest, parts: dict[str, Part]) -> Part:
    return parts[request.param]


def test_each_region_has_an_endpoint_of_its_own(live: Live, parts: dict[str, Part]) -> None:
    for part in parts.values():
        api = part.gateway("api")
        assert api["ProtocolType"] == "HTTP"
        assert part.output("endpoint") == api["ApiEndpoint"]
        assert part.output("endpoint") == f"https://{api['ApiId']}.execute-api.{part.region}.amazonaws.com"
        assert part.region in api["Name"]
        assert api["Name"].endswith(live.outputs["environment_suffix"].lower().replace("_", "-"))
    assert len({part.output("endpoint") for part in parts.values()}) == 2


def test_health_is_open_and_items_need_a_signature(part: Part) -> None:
    (integration,) = part.gateway("integrations")
    routes = part.gateway("routes")
    assert {route["RouteKey"]: route["AuthorizationType"] for route in routes} == ROUTES
    assert {route["Target"] for route in routes} == {f"integrations/{integration['IntegrationId']}"}


def test_the_gateway_calls_the_live_version(part: Part) -> None:
    (integration,) = part.gateway("integrations")
    name = part.output("function_name")
    alias = part.client("lambda").get_alias(FunctionName=name, Name="live")
    assert alias["FunctionVersion"] != "$LATEST"
    assert alias["AliasArn"] in integration["IntegrationUri"]
    assert (integration["IntegrationType"], integration["PayloadFormatVersion"]) == ("AWS_PROXY", "2.0")
    assert integration["TimeoutInMillis"] >= part.function()["Timeout"] * 1000


def test_only_this_api_may_call_it(live: Live, part: Part) -> None:
    text = part.client("lambda").get_policy(FunctionName=part.output("function_name"), Qualifier="live")["Policy"]
    (statement,) = json.loads(text)["Statement"]
    assert services(statement) == {"apigateway.amazonaws.com"}
    source = f"arn:aws:execute-api:{part.region}:{live.outputs['account_id']}:{part.output('api_id')}/*/*"
    conditions = {
        key.lower(): value for condition in statement["Condition"].values() for key, value in condition.items()
    }
    assert conditions["aws:sourcearn"] == source


def test_the_stage_is_throttled_and_logs_requests(live: Live, part: Part) -> None:
    (stage,) = part.gateway("stages")
    assert (stage["StageName"], stage["AutoDeploy"]) == ("$default", True)
    settings = stage["DefaultRouteSettings"]
    assert settings["ThrottlingRateLimit"] > 0
    assert settings["ThrottlingBurstLimit"] > 0
    if live.defaults:
        assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (50, 100)
    group = part.log_group("access_log_group_name")
    assert stage["AccessLogSettings"]["DestinationArn"] == group["arn"].removesuffix(":*")
    assert "$context.routeKey" in stage["AccessLogSettings"]["Format"]


@pytest.mark.parametrize("key", ["log_group_name", "access_log_group_name"])
def test_its_logs_are_kept_under_the_stack_s_key(live: Live, part: Part, key: str) -> None:
    group = part.log_group(key)
    assert group["retentionInDays"] >= (365 if production(live) else 30)
    assert key_faults(live, group["kmsKeyId"], part.region, "logs") == {}


def test_the_function_runs_in_the_private_tier_and_is_traced(live: Live, part: Part) -> None:
    function = part.function()
    assert (function["Runtime"], function["Architectures"]) == ("python3.13", ["arm64"])
    assert function["TracingConfig"] == {"Mode": "Active"}
    network = function["VpcConfig"]
    assert set(network["SubnetIds"]) == set(part.network.output("private_subnet_ids"))
    assert network["SecurityGroupIds"] == [part.network.output("private_security_group_id")]
    assert key_faults(live, function["KMSKeyArn"], part.region) == {}


def test_the_function_serves_what_is_in_its_region(live: Live, part: Part) -> None:
    variables = part.function()["Environment"]["Variables"]
    assert variables["TABLE_NAME"] == live.outputs["items_table_name"]
    cluster = live.outputs["orders_cluster_id" if part.network.name == "primary" else "orders_dr_cluster_id"]
    (found,) = part.client("rds").describe_db_clusters(DBClusterIdentifier=cluster)["DBClusters"]
    assert variables["DATABASE_HOST"] == found["Endpoint"]
    about = part.client("secretsmanager").describe_secret(SecretId=variables["SECRET_ARN"])
    assert about["ARN"].split(":")[3] == part.region
    assert not {"username", "password"} & {name.lower() for name in variables}


def test_both_regions_run_the_same_code(parts: dict[str, Part]) -> None:
    assert len({part.function()["CodeSha256"] for part in parts.values()}) == 1


def test_what_fails_unheard_is_kept(live: Live, part: Part) -> None:
    if live.embedded:
        pytest.skip("moto forgets the dead-letter queue of a function")
    target = part.function()["DeadLetterConfig"]["TargetArn"]
    url = part.client("sqs").get_queue_url(QueueName=target.rsplit(":", 1)[-1])["QueueUrl"]
    assert part.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["KmsMasterKeyId"])["Attributes"]


def test_its_role_gets_and_puts_items_of_one_table_and_reads_one_secret(live: Live, part: Part) -> None:
    iam = part.client("iam")
    (trust,) = iam.get_role(RoleName=part.role())["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert services(trust) == {"lambda.amazonaws.com"}
    assert iam.list_attached_role_policies(RoleName=part.role())["AttachedPolicies"] == []
    by_service: dict[str, list[dict[str, Any]]] = {}
    for statement in part.allowed():
        (service,) = {action.split(":")[0] for action in as_list(statement["Action"])}
        by_service.setdefault(service, []).append(statement)
    (items,), (secret,) = by_service["dynamodb"], by_service["secretsmanager"]
    assert as_list(items["Action"]) == ["dynamodb:GetItem", "dynamodb:PutItem"]
    table = live.outputs["items_table_arn"].split(":")
    assert as_list(items["Resource"]) == [":".join([*table[:3], part.region, *table[4:]])]
    assert as_list(secret["Resource"]) == [part.function()["Environment"]["Variables"]["SECRET_ARN"]]
    for statement in by_service["kms"]:
        assert {arn.split(":")[3] for arn in as_list(statement["Resource"])} == {part.region}
        assert statement["Condition"]
    everywhere = {
        service for service, found in by_service.items() if any(as_list(s["Resource"]) == ["*"] for s in found)
    }
    assert everywhere == {"ec2", "xray"}


def test_everything_of_it_bears_all_tags(live: Live, part: Part) -> None:
    tags = {
        "api": part.gateway("api")["Tags"],
        "stage": part.gateway("stages")[0]["Tags"],
        "function": part.client("lambda").get_function(FunctionName=part.output("function_name"))["Tags"],
        **{
            group: tags_by_arn(live, part.region, part.log_group(group)["arn"])
            for group in ("log_group_name", "access_log_group_name")
        },
        "role": tags_by_arn(live, part.region, part.function()["Role"]),
    }
    assert untagged(live, tags) == {}


def test_health_tells_which_region_may_write(live: Live, part: Part) -> None:
    if live.embedded:
        pytest.skip("the embedded AWS answers no requests")
    status, text = part.get("/health")
    body = json.loads(text)
    assert body["checks"]["table"] == "ok"
    members = live.client("rds").describe_global_clusters(
        GlobalClusterIdentifier=live.outputs["orders_global_cluster_id"]
    )["GlobalClusters"][0]["GlobalClusterMembers"]
    (writer,) = [member["DBClusterArn"].split(":")[3] for member in members if member["IsWriter"]]
    expected = (200, "ok") if writer == part.region else (503, "unavailable")
    assert (status, body["status"]) == expected


def test_items_are_refused_without_a_signature(live: Live, part: Part) -> None:
    if live.embedded:
        pytest.skip("the embedded AWS answers no requests")
    assert part.get("/items/a1")[0] == 403
