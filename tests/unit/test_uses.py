"""What workloads use, resolved in their regions."""

import functools
import json
from typing import Any

import pulumi

from lib.args.workload import UsesArgs, variables
from lib.foundation.policies import identity_policy
from lib.tap_stack import TapStack
from tap.plan import Plan
from tests.support.deploy import deploy
from tests.support.stack import stack_args

TIERS = {"app": {"kind": "private"}, "db": {"kind": "isolated"}}
NETWORKS = {
    "home": {"cidr": "10.0.0.0/16", "tiers": TIERS, "database_subnet_group": "db", "endpoints": ["secretsmanager"]},
    "away": {"cidr": "10.1.0.0/16", "tiers": TIERS, "database_subnet_group": "db", "region": "us-west-2"},
}
DATABASE = {"network": "home", "engine_version": "16", "instance_class": "db.r6g.large"}
SETTINGS: dict[str, Any] = {
    "networks": NETWORKS,
    "databases": {
        "main": {**DATABASE, "secondary_networks": ["away"]},
        "ledger": {**DATABASE, "migrations": "migrations/payments"},
    },
    "caches": {"sessions": {"network": "home"}},
    "queues": {"pay-ins": {"network": "home"}},
    "tables": {"items": {"hash_key": "id", "replicas": ["away"]}},
    "buckets": {"files": {"network": "home", "replicate_to": "away"}},
    "secrets": {"signing-key": {"replicas": ["away"]}},
    "parameters": {"app-config": {"value": "x"}, "api-key": {"from_config": "apiKey"}},
}
HOME = UsesArgs(
    secrets=("signing-key",),
    parameters=("app-config", "api-key"),
    databases=("main", "ledger"),
    caches=("sessions",),
    queues=("pay-ins",),
    buckets=("files",),
    tables=("items",),
)
AWAY = UsesArgs(secrets=("signing-key",), databases=("main",), buckets=("files",), tables=("items",))
REPLICATED = {"home": HOME, "away": AWAY, "nothing": UsesArgs(), "plain": UsesArgs(parameters=("app-config",))}


@functools.cache
def resolved() -> Plan:
    """A stack that exports what four workloads use, each in its network."""

    def program() -> None:
        args = stack_args(**SETTINGS, config_values={"apiKey": pulumi.Output.secret("hush")})
        workloads = TapStack("tapstack", args).workloads
        for name, uses in REPLICATED.items():
            used = workloads._used(uses, owner="app", network="away" if name == "away" else "home")  # pyright: ignore[reportPrivateUsage]
            for key in ("environment", "secrets", "secret_arns"):
                pulumi.export(f"{name}_{key}", getattr(used, key))
            pulumi.export(f"{name}_policy", identity_policy([*used.statements]))
            pulumi.export(f"{name}_secret_policy", identity_policy([*used.secret_statements]))
            pulumi.export(f"{name}_ready", [resource.urn for resource in used.ready])

    return deploy(program)


def policy_of_text(text: str) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = json.loads(text)["Statement"]
    return [
        {**each, "Resource": [each["Resource"]] if isinstance(each["Resource"], str) else each["Resource"]}
        for each in statements
    ]


def key(region: str) -> str:
    found: str = resolved().one("aws:kms/key:Key", f"data-{region}").outputs["arn"]
    return found


def leave(name: str) -> dict[str, list[str]]:
    """What a workload may do, by service; using keys is left out."""
    statements = policy_of_text(resolved().exports[f"{name}_policy"])
    return {
        statement["Action"][0].partition(":")[0]: statement["Resource"]
        for statement in statements
        if not statement["Action"][0].startswith("kms:")
    }


def keys(name: str, policy: str = "policy") -> dict[str, tuple[list[str], list[str]]]:
    """Use of keys by the service through which they may be used: actions and keys."""
    return {
        statement["Condition"]["StringEquals"]["kms:ViaService"]: (statement["Action"], statement["Resource"])
        for statement in policy_of_text(resolved().exports[f"{name}_{policy}"])
        if statement["Action"][0].startswith("kms:")
    }


def test_a_workload_is_told_where_to_find_what_it_uses_and_nothing_secret() -> None:
    plan = resolved()
    group = plan.one("aws:elasticache/replicationGroup:ReplicationGroup").outputs
    clusters = {name: plan.one("aws:rds/cluster:Cluster", f"{name}-home").outputs for name in ("main", "ledger")}
    assert plan.exports["home_environment"] == {
        "APP_CONFIG_PARAMETER": "/shop/dev/app-config",
        "API_KEY_PARAMETER": "/shop/dev/api-key",
        **{f"{name.upper()}_DATABASE_HOST": cluster["endpoint"] for name, cluster in clusters.items()},
        **{f"{name.upper()}_DATABASE_PORT": "5432" for name in clusters},
        **{f"{name.upper()}_DATABASE_NAME": "app" for name in clusters},
        "SESSIONS_CACHE_HOST": group["primaryEndpointAddress"],
        "SESSIONS_CACHE_PORT": "6379",
        "PAY_INS_QUEUE_URL": plan.one("aws:sqs/queue:Queue", "pay-ins").outputs["url"],
        "FILES_BUCKET": "shop-files-123456789012-dev",
        "BUCKET_PREFIX": "app/",
        "ITEMS_TABLE": "shop-items-dev",
    }


def test_secrets_are_handed_over_by_reference_one_key_at_a_time_where_the_value_is_json() -> None:
    plan = resolved()
    arns = {
        name: plan.one("aws:secretsmanager/secret:Secret", name).outputs["arn"]
        for name in ("signing-key", "main-credentials", "ledger-credentials", "sessions-auth-token")
    }
    assert plan.exports["home_secrets"] == {
        "SIGNING_KEY": arns["signing-key"],
        "MAIN_DATABASE_USERNAME": f"{arns['main-credentials']}:username::",
        "MAIN_DATABASE_PASSWORD": f"{arns['main-credentials']}:password::",
        "LEDGER_DATABASE_USERNAME": f"{arns['ledger-credentials']}:username::",
        "LEDGER_DATABASE_PASSWORD": f"{arns['ledger-credentials']}:password::",
        "SESSIONS_CACHE_AUTH_TOKEN": arns["sessions-auth-token"],
    }
    assert plan.exports["home_secret_arns"] == list(arns.values())
    (read, _) = policy_of_text(plan.exports["home_secret_policy"])
    assert (read["Action"], read["Resource"]) == (["secretsmanager:GetSecretValue"], list(arns.values()))
    assert keys("home", "secret_policy") == {
        "secretsmanager.us-east-1.amazonaws.com": (["kms:Decrypt"], [key("us-east-1")])
    }


def test_a_role_may_use_just_what_its_workload_uses() -> None:
    plan = resolved()
    parameters = [plan.one("aws:ssm/parameter:Parameter", name).outputs["arn"] for name in HOME.parameters]
    table = "arn:aws:dynamodb:us-east-1:123456789012:table/shop-items-dev"
    assert leave("home") == {
        "ssm": parameters,
        "sqs": ["arn:aws:sqs:us-east-1:123456789012:shop-pay-ins-dev"],
        "s3": ["arn:aws:s3:::shop-files-123456789012-dev"],
        "dynamodb": [table, f"{table}/index/*"],
    }
    assert "arn:aws:s3:::shop-files-123456789012-dev/app/*" in plan.exports["home_policy"]
    both, read = ["kms:Decrypt", "kms:GenerateDataKey"], ["kms:Decrypt"]
    assert keys("home") == {
        f"{service}.us-east-1.amazonaws.com": (actions, [key("us-east-1")])
        for service, actions in (("ssm", read), ("sqs", both), ("s3", both), ("dynamodb", read))
    }


def test_a_workload_elsewhere_uses_the_replicas_there() -> None:
    plan = resolved()
    assert plan.exports["away_environment"] == {
        "MAIN_DATABASE_HOST": plan.one("aws:rds/cluster:Cluster", "main-away").outputs["endpoint"],
        "MAIN_DATABASE_PORT": "5432",
        "MAIN_DATABASE_NAME": "app",
        "FILES_BUCKET": "shop-files-us-west-2-123456789012-dev",
        "BUCKET_PREFIX": "app/",
        "ITEMS_TABLE": "shop-items-dev",
    }
    at_home = [plan.exports["home_secret_arns"][index] for index in (0, 1)]
    there = [arn.replace("us-east-1", "us-west-2") for arn in at_home]
    assert plan.exports["away_secret_arns"] == there != at_home
    assert plan.exports["away_secrets"]["SIGNING_KEY"] == there[0]
    table = "arn:aws:dynamodb:us-west-2:123456789012:table/shop-items-dev"
    assert leave("away") == {
        "s3": ["arn:aws:s3:::shop-files-us-west-2-123456789012-dev"],
        "dynamodb": [table, f"{table}/index/*"],
    }
    used = [*keys("away").items(), *keys("away", "secret_policy").items()]
    assert {service.split(".")[1] for service, _ in used} == {"us-west-2"}
    assert {arn for _, (_, arns) in used for arn in arns} == {key("us-west-2")}


def test_a_workload_waits_for_its_schema_and_for_the_values_of_its_secrets() -> None:
    plan = resolved()
    version = "aws:secretsmanager/secretVersion:SecretVersion"
    assert plan.exports["home_ready"] == [
        plan.one(version, "signing-key").urn,
        plan.one("aws:rds/clusterInstance:ClusterInstance", "main-home-1").urn,
        plan.one(version, "main-credentials").urn,
        plan.one("aws:lambda/invocation:Invocation", "ledger-migrate").urn,
        plan.one(version, "sessions-auth-token").urn,
    ]


def test_what_uses_nothing_gets_nothing() -> None:
    plan = resolved()
    assert policy_of_text(plan.exports["nothing_policy"]) == policy_of_text(plan.exports["nothing_secret_policy"]) == []
    assert plan.exports["nothing_environment"] == plan.exports["nothing_secrets"] == {}
    assert plan.exports["nothing_secret_arns"] == plan.exports["nothing_ready"] == []


def test_a_parameter_in_plain_needs_no_key() -> None:
    assert set(leave("plain")) == {"ssm"}
    assert keys("plain") == {}


def test_every_variable_that_a_workload_is_told_is_known_to_the_rules() -> None:
    plan = resolved()
    told = {*plan.exports["home_environment"], *plan.exports["home_secrets"]}
    assert {name for name, _ in variables(HOME)} == told
