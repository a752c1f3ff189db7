"""APIs as a stack makes them: one in two regions with a database, and a small one in one of them."""

import functools
import json
from pathlib import Path
from typing import Any

import pytest

from lib.args.api import GATEWAY_SECONDS
from lib.args.stack import TapStackArgs
from lib.compute.api import Api
from lib.compute.regional_api import FUNCTION as SOURCES
from lib.foundation.naming import LIMITS, planned
from lib.foundation.permissions import NETWORK_INTERFACES
from tap.plan import Plan, Resource
from tests.support.stack import deploy_stack, policy_of, stack_args

ROOT = Path(__file__).resolve().parents[3]
EAST, WEST = "us-east-1", "us-west-2"
REGIONS = {"near": EAST, "far": WEST}
API = "aws:apigatewayv2/api:Api"
STAGE = "aws:apigatewayv2/stage:Stage"
ROUTE = "aws:apigatewayv2/route:Route"
INTEGRATION = "aws:apigatewayv2/integration:Integration"
FUNCTION = "aws:lambda/function:Function"
ALIAS = "aws:lambda/alias:Alias"
PERMISSION = "aws:lambda/permission:Permission"
QUEUE = "aws:sqs/queue:Queue"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
OWN = (API, STAGE, ROUTE, INTEGRATION, FUNCTION, ALIAS, PERMISSION, QUEUE)


def network(**more: Any) -> dict[str, Any]:
    return {
        "zones": 2,
        "workload": "app",
        "endpoints": ["dynamodb", "secretsmanager"],
        "tiers": {"app": {"kind": "private"}, "edge": {"kind": "private", "slot": 3}, "db": {"kind": "isolated"}},
        "database_subnet_group": "db",
        "allow": [
            {"from": source, "to": target, "port": port}
            for source in ("app", "edge")
            for target, port in (("db", 5432), ("endpoints", 443), ("dynamodb", 443))
        ],
        **more,
    }


def settings(**more: Any) -> TapStackArgs:
    return stack_args(
        networks={"near": network(cidr="10.0.0.0/16"), "far": network(cidr="10.1.0.0/16", region=WEST)},
        databases={
            "ledger": {
                "network": "near",
                "secondary_networks": ["far"],
                "engine_version": "16",
                "instance_class": "db.r6g.large",
            }
        },
        tables={
            "items": {"network": "near", "hash_key": "id", "replicas": ["far"]},
            "words": {"network": "far", "hash_key": "word"},
        },
        apis={
            "orders": {"networks": ["near", "far"], "table": "items", "database": "ledger"},
            "words": {
                "networks": "far",
                "table": "words",
                "tier": "edge",
                "memory": 128,
                "timeout_seconds": 3,
                "reserved_concurrency": 5,
                "throttle": {"rate": 1, "burst": 2},
            },
        },
        **more,
    )


@functools.cache
def deployed() -> Plan:
    return deploy_stack(settings())


def key(purpose: str, region: str) -> str:
    found: str = deployed().one("aws:kms/key:Key", f"{purpose}-{region}").outputs["arn"]
    return found


def function(network: str) -> Resource:
    """The function of the API in two regions, in one of them."""
    return below(network, FUNCTION, f"orders-{network}")


def below(network: str, type_: str, name: str) -> Resource:
    (found,) = [each for each in deployed().of(type_) if each.name == name and each.region == REGIONS[network]]
    return found


@pytest.mark.parametrize("network", REGIONS)
def test_the_function_runs_in_its_network_and_knows_no_secret(network: str) -> None:
    plan, inputs = deployed(), function(network).inputs
    assert (inputs["runtime"], inputs["architectures"]) == ("python3.13", ["arm64"])
    assert (inputs["timeout"], inputs["memorySize"]) == (10, 512)
    assert "reservedConcurrentExecutions" not in inputs
    assert inputs["vpcConfig"] == {
        "subnetIds": plan.exports[f"{network}_app_subnet_ids"],
        "securityGroupIds": [plan.exports[f"{network}_app_security_group_id"]],
    }
    region = REGIONS[network]
    assert inputs["kmsKeyArn"] == key("data", region)
    variables = inputs["environment"]["variables"]
    assert variables == {
        "TABLE_NAME": "shop-items-dev",
        "TABLE_KEY": "id",
        "SECRET_ARN": plan.exports["ledger_secret_arn"].replace(EAST, region),
        "DATABASE_HOST": plan.one("aws:rds/cluster:Cluster", f"ledger-{network}").outputs["endpoint"],
        "DATABASE_PORT": "5432",
        "DATABASE_NAME": "app",
    }
    assert inputs["tracingConfig"] == {"mode": "Active"}


def test_each_region_asks_its_own_cluster() -> None:
    hosts = {function(network).inputs["environment"]["variables"]["DATABASE_HOST"] for network in REGIONS}
    assert len(hosts) == 2
    assert deployed().exports["ledger_endpoint"] not in hosts


def test_settings_of_an_api_reach_its_function_and_its_stage() -> None:
    plan = deployed()
    inputs = plan.one(FUNCTION, "words-far").inputs
    assert (inputs["timeout"], inputs["memorySize"], inputs["reservedConcurrentExecutions"]) == (3, 128, 5)
    assert inputs["environment"]["variables"] == {"TABLE_NAME": "shop-words-dev", "TABLE_KEY": "word"}
    assert inputs["vpcConfig"]["securityGroupIds"] == [plan.exports["far_edge_security_group_id"]]
    settings = plan.one(STAGE, "words-far").inputs["defaultRouteSettings"]
    assert settings == {"throttlingRateLimit": 1, "throttlingBurstLimit": 2}


def test_its_handler_is_in_its_package_with_the_driver() -> None:
    inputs = function("near").inputs
    module, _, name = inputs["handler"].rpartition(".")
    path = f"{module.replace('.', '/')}.py"
    assert Path(inputs["code"].assets[path].path) == ROOT / path
    assert f"\ndef {name}(" in (ROOT / path).read_text()
    assets = set(inputs["code"].assets)
    assert {file.relative_to(ROOT).as_posix() for file in (ROOT / "functions" / SOURCES).glob("*.py")} <= assets
    assert {"pg8000/native.py", "scramp/core.py", "asn1crypto/core.py"} <= assets
    assert not [asset for asset in assets if "migrate" in asset]


def test_both_regions_run_the_same_sources() -> None:
    near, far = (function(network).inputs["code"].assets for network in REGIONS)
    assert {name: asset.path for name, asset in near.items()} == {name: asset.path for name, asset in far.items()}


def test_requests_meet_a_published_version() -> None:
    assert function("near").inputs["publish"] is True
    alias = below("near", ALIAS, "orders-near")
    assert alias.inputs["name"] == "live"
    assert alias.inputs["functionVersion"] == function("near").outputs["version"]
    assert below("near", INTEGRATION, "orders-near").inputs["integrationUri"] == alias.outputs["invokeArn"]


def test_the_gateway_calls_the_alias_as_a_proxy_and_waits_as_long_as_it_may() -> None:
    inputs = below("far", INTEGRATION, "orders-far").inputs
    assert (inputs["integrationType"], inputs["payloadFormatVersion"]) == ("AWS_PROXY", "2.0")
    assert inputs["timeoutMilliseconds"] == GATEWAY_SECONDS * 1000 == 30_000


def test_only_this_api_may_call_the_alias() -> None:
    inputs = below("near", PERMISSION, "orders-near").inputs
    assert (inputs["action"], inputs["principal"]) == ("lambda:InvokeFunction", "apigateway.amazonaws.com")
    assert (inputs["function"], inputs["qualifier"]) == ("shop-orders-api-us-east-1-dev", "live")
    # The account is part of the ARN; that the gateway tells it besides is written nowhere.
    assert "sourceAccount" not in inputs
    assert inputs["sourceArn"] == below("near", API, "orders-near").outputs["executionArn"] + "/*/*"


@pytest.mark.parametrize("network", REGIONS)
def test_health_is_open_and_items_need_a_signature(network: str) -> None:
    integration = below(network, INTEGRATION, f"orders-{network}").id
    routes = [each.inputs for each in deployed().of(ROUTE) if each.name.startswith(f"orders-{network}-")]
    assert {route["routeKey"]: route["authorizationType"] for route in routes} == {
        "GET /health": "NONE",
        "GET /items/{id}": "AWS_IAM",
        "PUT /items/{id}": "AWS_IAM",
    }
    assert {route["target"] for route in routes} == {f"integrations/{integration}"}


def test_the_function_knows_each_route() -> None:
    source = (ROOT / "functions/api/handler.py").read_text()
    for route in deployed().of(ROUTE):
        assert f'case "{route.inputs["routeKey"]}":' in source


@pytest.mark.parametrize("network", REGIONS)
def test_the_stage_deploys_itself_throttles_and_logs_who_asked_for_what(network: str) -> None:
    inputs = below(network, STAGE, f"orders-{network}").inputs
    assert (inputs["name"], inputs["autoDeploy"]) == ("$default", True)
    assert inputs["defaultRouteSettings"] == {"throttlingRateLimit": 50, "throttlingBurstLimit": 100}
    logs = below(network, GROUP, f"orders-{network}-access")
    assert inputs["accessLogSettings"]["destinationArn"] == logs.outputs["arn"]
    form = json.loads(inputs["accessLogSettings"]["format"])
    assert {"$context.requestId", "$context.identity.userArn", "$context.routeKey", "$context.status"} <= set(
        form.values()
    )
    assert len(inputs["accessLogSettings"]["format"]) < 3000
    assert logs.inputs["name"] == f"/aws/vendedlogs/http-apis/shop-orders-api-{REGIONS[network]}-dev"


@pytest.mark.parametrize("network", REGIONS)
def test_its_logs_are_kept_encrypted_and_for_a_time(network: str) -> None:
    called = f"shop-orders-api-{REGIONS[network]}-dev"
    groups = [below(network, GROUP, name) for name in (f"orders-{network}", f"orders-{network}-access")]
    for group in groups:
        assert (group.inputs["kmsKeyId"], group.inputs["retentionInDays"]) == (key("logs", REGIONS[network]), 30)
    assert groups[0].inputs["name"] == f"/aws/lambda/{called}"
    assert function(network).inputs["loggingConfig"] == {"logFormat": "JSON", "logGroup": f"/aws/lambda/{called}"}


def test_what_fails_unheard_is_kept_in_an_encrypted_queue_over_tls() -> None:
    queue = below("far", QUEUE, "orders-far-dead")
    assert function("far").inputs["deadLetterConfig"] == {"targetArn": queue.outputs["arn"]}
    assert (queue.inputs["messageRetentionSeconds"], queue.inputs["kmsMasterKeyId"]) == (1_209_600, key("data", WEST))
    (statement,) = policy_of(below("far", "aws:sqs/queuePolicy:QueuePolicy", "orders-far-dead"))
    assert (statement["Effect"], statement["Resource"]) == ("Deny", [queue.outputs["arn"]])


def policy(network: str) -> list[dict[str, Any]]:
    (found,) = [
        each
        for each in deployed().of("aws:iam/rolePolicy:RolePolicy")
        if each.name == f"orders-{network}" and each.region == REGIONS[network]
    ]
    return list(policy_of(found))


def test_its_role_is_its_own_in_each_region_and_lambda_s_alone() -> None:
    for name in REGIONS:
        role = below(name, "aws:iam/role:Role", f"orders-{name}")
        (trust,) = policy_of(role, "assumeRolePolicy")
        assert trust["Principal"] == {"Service": ["lambda.amazonaws.com"]}
        assert function(name).inputs["role"] == role.outputs["arn"]


@pytest.mark.parametrize("network", REGIONS)
def test_its_role_uses_the_key_of_its_region_through_one_service_at_a_time(network: str) -> None:
    region = REGIONS[network]
    uses = [each for each in policy(network) if any(action.startswith("kms:") for action in each["Action"])]
    assert {each["Resource"][0] for each in uses} == {key("data", region)}
    services = [each["Condition"]["StringEquals"].get("kms:ViaService") for each in uses]
    assert services == [
        f"sqs.{region}.amazonaws.com",
        None,  # its own environment
        f"dynamodb.{region}.amazonaws.com",
        f"secretsmanager.{region}.amazonaws.com",
    ]


def test_nothing_but_tracing_and_network_interfaces_is_allowed_everywhere() -> None:
    everywhere = [each for each in policy("near") if each["Resource"] == ["*"]]
    assert [(each["Effect"], each["Action"]) for each in everywhere] == [
        ("Allow", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]),
        ("Allow", list(NETWORK_INTERFACES)),
        ("Deny", list(NETWORK_INTERFACES)),
    ]
    assert "*" not in str([each["Action"] for each in policy("near")])


def test_an_api_without_a_database_reads_no_secret() -> None:
    texts = deployed().one("aws:iam/rolePolicy:RolePolicy", "words-far").inputs["policy"]
    assert "secretsmanager" not in texts


def test_everything_of_a_region_goes_through_that_region_s_provider() -> None:
    own = [each for each in deployed().resources if each.type in OWN and each.name.startswith("orders")]
    assert {each.region for each in own} == {EAST, WEST}
    for each in own:
        name = each.inputs.get("name", "")
        assert each.region in name or not {EAST, WEST} & {part for part in REGIONS.values() if part in name}
    counts = {region: sum(each.region == region for each in own) for region in (EAST, WEST)}
    assert counts[EAST] == counts[WEST]


def test_its_addresses_and_names_are_outputs() -> None:
    plan = deployed()
    for name, region in REGIONS.items():
        gateway = below(name, API, f"orders-{name}")
        assert plan.exports[f"orders_{name}_api_id"] == gateway.id
        assert plan.exports[f"orders_{name}_endpoint"] == f"https://{gateway.id}.execute-api.{region}.amazonaws.com"
        called = f"shop-orders-api-{region}-dev"
        assert gateway.inputs["name"] == plan.exports[f"orders_{name}_function_name"] == called
        assert plan.exports[f"orders_{name}_log_group_name"] == f"/aws/lambda/{called}"
        assert plan.exports[f"orders_{name}_access_log_group_name"].endswith(called)
    assert [key for key in plan.exports if key.startswith("words_near")] == []


def test_its_names_were_planned() -> None:
    kinds = {API: "http-api", FUNCTION: "function", QUEUE: "queue", GROUP: "log-group"}
    names = {(name.type, name.name) for name in planned(settings())}
    for type_, kind in kinds.items():
        given = {
            (kind, each.inputs["name"]) for each in deployed().of(type_) if each.name.startswith(("orders", "wor"))
        }
        assert given
        assert given <= names
        assert all(len(name) <= LIMITS[kind] for _, name in given)


def test_everything_of_it_is_tagged_with_what_it_is() -> None:
    tagged = [each for each in deployed().resources if each.type in OWN and "tags" in each.inputs]
    assert {each.type for each in tagged} == {API, STAGE, FUNCTION, QUEUE}
    assert all({"Name", "ResourceType"} <= set(each.inputs["tags"]) for each in tagged)


def test_its_addresses_and_arns_are_of_the_region_s_partition() -> None:
    plan = deploy_stack(
        stack_args(
            region="cn-north-1",
            networks={"near": {k: v for k, v in network(cidr="10.0.0.0/16").items() if k != "database_subnet_group"}},
            tables={"items": {"network": "near", "hash_key": "id"}},
            apis={"orders": {"networks": "near", "table": "items"}},
        )
    )
    assert plan.exports["orders_near_endpoint"].endswith(".execute-api.cn-north-1.amazonaws.com.cn")
    text = plan.one("aws:iam/rolePolicy:RolePolicy", "orders-near").inputs["policy"]
    assert "arn:aws-cn:lambda:cn-north-1:123456789012:function:shop-orders-api-cn-north-1-dev" in text
    assert "dynamodb.cn-north-1.amazonaws.com.cn" in text


def test_its_parts_are_there_by_network_for_whoever_watches_them() -> None:
    assert {"regional", "outputs"} <= set(Api.__annotations__)
