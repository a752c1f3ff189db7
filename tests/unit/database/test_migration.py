"""A database's migrations as the deployment makes them."""

from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from lib.args.loading import source_files
from lib.args.source import SourceFile
from lib.database.migration import Migration, Target
from lib.database.site import Site
from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.foundation.keyring import KeyRing
from lib.foundation.naming import LIMITS, planned
from lib.foundation.permissions import NETWORK_INTERFACES
from lib.foundation.regions import Regions
from tap.plan import Plan, Resource
from tests.support.deploy import deploy, once
from tests.support.stack import policy_of, stack_args

ROOT = Path(__file__).resolve().parents[3]
WEST = "us-west-2"
SECRET = "arn:aws:secretsmanager:us-west-2:123456789012:secret:orders-AbCdEf"
FUNCTION = "aws:lambda/function:Function"
INVOCATION = "aws:lambda/invocation:Invocation"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
CODE = source_files({"databases": {"orders": {"migrations": "migrations/payments"}}}).functions["migrate"]
FILES = {"002_b.sql": "b" * 64, "001_a.sql": "a" * 64}


def files(found: dict[str, str]) -> list[SourceFile]:
    return [SourceFile(name, f"/src/{name}", checksum) for name, checksum in found.items()]


@once
def migrated(endpoint: bool = True, region: str = WEST, last: str = FILES["002_b.sql"], name: str = "orders") -> Plan:
    def program() -> None:
        args = stack_args(region=region)
        parent = Component("tap:tests:Parent", "parent", None)
        regions = Regions(args, parent)
        env = Environment.of(args, "123456789012")
        keys = KeyRing(env, regions, parent)
        here = pulumi.ResourceOptions(parent=parent, provider=regions.provider(region))
        instance = aws.ec2.Eip("writer", opts=here)
        site = Site(
            network="main",
            region=region,
            provider=regions.provider(region),
            subnet_ids={"a": "subnet-9"},
            security_group_id="sg-database",
            key_arn=keys.data(region),
            logs_key_arn=keys.logs(region),
        )
        made = Migration(
            name,
            env,
            site,
            Target(host="writer.example", port=5432, database_name="app", secret_arn=SECRET, available=[instance]),
            code=CODE,
            files=files({**FILES, "002_b.sql": last}),
            vpc_id="vpc-1",
            subnet_ids=["subnet-1", "subnet-2"],
            endpoint_group_id="sg-endpoints" if endpoint else None,
            opts=here,
        )
        pulumi.export("function", made.function_name)
        pulumi.export("group", made.security_group_id)
        pulumi.export("done", made.done.urn)

    return deploy(program)


def rule(plan: Plan, type_: str, name: str) -> dict[str, Any]:
    kept = ("securityGroupId", "referencedSecurityGroupId", "cidrIpv4", "ipProtocol", "fromPort", "toPort")
    return {key: value for key, value in plan.one(type_, name).inputs.items() if key in kept}


def key(plan: Plan, purpose: str) -> str:
    found: str = plan.one("aws:kms/key:Key", f"{purpose}-{WEST}").outputs["arn"]
    return found


def test_the_function_runs_in_the_network_and_knows_no_secret() -> None:
    plan = migrated()
    function = plan.one(FUNCTION)
    assert (function.inputs["runtime"], function.inputs["architectures"]) == ("python3.13", ["arm64"])
    assert function.inputs["vpcConfig"] == {
        "subnetIds": ["subnet-1", "subnet-2"],
        "securityGroupIds": [plan.one("SecurityGroup").id],
    }
    assert function.inputs["environment"]["variables"] == {
        "SECRET_ARN": SECRET,
        "DATABASE_HOST": "writer.example",
        "DATABASE_PORT": "5432",
        "DATABASE_NAME": "app",
    }
    assert function.inputs["kmsKeyArn"] == key(plan, "data")
    assert function.inputs["timeout"] == 900
    assert "reservedConcurrentExecutions" not in function.inputs
    assert function.region == WEST
    assert plan.exports["function"] == function.inputs["name"] == "shop-orders-migrate-dev"


def test_its_handler_is_in_its_package() -> None:
    inputs = migrated().one(FUNCTION).inputs
    module, _, name = inputs["handler"].rpartition(".")
    path = f"{module.replace('.', '/')}.py"
    assert Path(inputs["code"].assets[path].path) == ROOT / path
    assert f"\ndef {name}(" in (ROOT / path).read_text()


def test_its_package_is_sources_driver_and_migrations() -> None:
    assets = migrated().one(FUNCTION).inputs["code"].assets
    assert assets["functions/migrate/sql/001_a.sql"].path == "/src/001_a.sql"
    assert {"functions/migrate/migration.py", "pg8000/native.py", "scramp/core.py", "asn1crypto/core.py"} <= set(assets)
    assert not [name for name in assets if "__pycache__" in name or "RECORD" in name]


def test_the_invocation_runs_again_when_a_file_or_the_database_is_another() -> None:
    before, after = (migrated(last=last).one(INVOCATION).inputs for last in (FILES["002_b.sql"], "c" * 64))
    assert before["triggers"] == {**FILES, "database": "writer.example/app"}
    assert after["triggers"] == {**before["triggers"], "002_b.sql": "c" * 64}
    assert {**before, "triggers": None} == {**after, "triggers": None}


def test_the_invocation_waits_for_the_database_and_for_the_ways_to_it() -> None:
    plan = migrated()
    invocation = plan.one(INVOCATION)
    ways = [resource for type_ in (INGRESS, EGRESS) for resource in plan.of(type_)]
    assert len(ways) == 3
    waited = {plan.one("aws:ec2/eip:Eip").urn, plan.one(FUNCTION).urn, *(way.urn for way in ways)}
    assert waited <= set(invocation.dependencies)
    assert plan.exports["done"] == invocation.urn


def test_the_function_waits_for_its_role_to_be_whole() -> None:
    plan = migrated()
    assert plan.one("aws:iam/rolePolicy:RolePolicy").urn in plan.one(FUNCTION).dependencies


def test_its_group_reaches_the_database_and_the_endpoints_and_nothing_reaches_it() -> None:
    plan = migrated()
    group = plan.one("SecurityGroup").id
    assert plan.exports["group"] == group
    tcp = {"ipProtocol": "tcp"}
    assert rule(plan, EGRESS, "orders-migrate-database") == {
        **tcp,
        "securityGroupId": group,
        "referencedSecurityGroupId": "sg-database",
        "fromPort": 5432,
        "toPort": 5432,
    }
    assert rule(plan, INGRESS, "orders-migrate-database") == {
        **tcp,
        "securityGroupId": "sg-database",
        "referencedSecurityGroupId": group,
        "fromPort": 5432,
        "toPort": 5432,
    }
    assert rule(plan, EGRESS, "orders-migrate-secret") == {
        **tcp,
        "securityGroupId": group,
        "referencedSecurityGroupId": "sg-endpoints",
        "fromPort": 443,
        "toPort": 443,
    }
    assert [each.inputs["securityGroupId"] for each in plan.of(INGRESS)] == ["sg-database"]


def test_without_an_endpoint_secrets_manager_is_reached_over_nat() -> None:
    found = rule(migrated(endpoint=False), EGRESS, "orders-migrate-secret")
    assert (found["cidrIpv4"], found["fromPort"], "referencedSecurityGroupId" in found) == ("0.0.0.0/0", 443, False)


def policy(plan: Plan) -> list[Any]:
    return list(policy_of(plan.one("aws:iam/rolePolicy:RolePolicy")))


def test_its_role_may_log_read_one_secret_and_decrypt_nothing_else() -> None:
    plan = migrated()
    logs, secret, decrypts_secret, decrypts_environment, *_ = policy(plan)
    group = plan.one("aws:cloudwatch/logGroup:LogGroup")
    assert logs["Resource"] == [f"{group.outputs['arn']}:*"]
    assert (secret["Action"], secret["Resource"]) == (["secretsmanager:GetSecretValue"], [SECRET])
    for statement, condition in (
        (decrypts_secret, {"kms:ViaService": "secretsmanager.us-west-2.amazonaws.com"}),
        (
            decrypts_environment,
            {
                "kms:EncryptionContext:aws:lambda:FunctionArn": (
                    "arn:aws:lambda:us-west-2:123456789012:function:shop-orders-migrate-dev"
                )
            },
        ),
    ):
        assert (statement["Action"], statement["Resource"]) == (["kms:Decrypt"], [key(plan, "data")])
        assert statement["Condition"] == {"StringEquals": condition}


def test_only_network_interfaces_are_allowed_everywhere_and_not_to_the_code_itself() -> None:
    statements = policy(migrated())
    allowed, denied = [statement for statement in statements if statement["Resource"] == ["*"]]
    assert (allowed["Effect"], allowed["Action"]) == ("Allow", list(NETWORK_INTERFACES))
    assert (denied["Effect"], denied["Action"]) == ("Deny", list(NETWORK_INTERFACES))
    assert denied["Condition"] == {
        "ArnEquals": {
            "lambda:SourceFunctionArn": "arn:aws:lambda:us-west-2:123456789012:function:shop-orders-migrate-dev"
        }
    }
    assert "*" not in str([statement["Action"] for statement in statements])


def test_only_lambda_may_assume_its_role() -> None:
    (trust,) = policy_of(migrated().one("aws:iam/role:Role"), "assumeRolePolicy")
    assert trust["Principal"] == {"Service": ["lambda.amazonaws.com"]}


def test_its_arns_are_of_the_region_s_partition() -> None:
    texts = str(policy(migrated(region="cn-north-1")))
    assert "arn:aws-cn:lambda:cn-north-1:123456789012:function:shop-orders-migrate-dev" in texts
    assert "secretsmanager.cn-north-1.amazonaws.com.cn" in texts


def test_its_log_is_kept_encrypted_and_for_a_time() -> None:
    plan = migrated()
    group = plan.one("aws:cloudwatch/logGroup:LogGroup")
    assert group.inputs["name"] == "/aws/lambda/shop-orders-migrate-dev"
    assert (group.inputs["kmsKeyId"], group.inputs["retentionInDays"]) == (key(plan, "logs"), 30)
    assert plan.one(FUNCTION).inputs["loggingConfig"] == {"logFormat": "JSON", "logGroup": group.inputs["name"]}


def tagged(plan: Plan) -> list[Resource]:
    return [resource for resource in plan.resources if "migrate" in resource.name and "tags" in resource.inputs]


def test_everything_of_it_is_tagged_with_what_it_is() -> None:
    found = tagged(migrated())
    assert len(found) == 7
    assert all({"Name", "ResourceType"} <= set(resource.inputs["tags"]) for resource in found)


@pytest.mark.parametrize("kind", ["function", "log-group", "security-group"])
def test_its_names_were_planned(kind: str) -> None:
    tiers = {"db": {"kind": "isolated"}}
    network = {"cidr": "10.0.0.0/16", "zones": 2, "tiers": tiers, "endpoints": ["secretsmanager"]}
    database = {
        "network": "main",
        "tier": "db",
        "engine_version": "16",
        "serverless": {},
        "migrations": "migrations/payments",
    }
    args = stack_args(networks={"main": network}, databases={"orders": database})
    plan = migrated()
    given = {
        "function": plan.one(FUNCTION),
        "log-group": plan.one("aws:cloudwatch/logGroup:LogGroup"),
        "security-group": plan.one("SecurityGroup"),
    }[kind].inputs["name"]
    assert given in {name.name for name in planned(args) if name.type == kind}
    assert len(given) <= LIMITS[kind]
