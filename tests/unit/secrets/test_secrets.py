"""Secrets and parameters: their paths, values, keys and replicas."""

import json
from collections.abc import Callable
from typing import Any

import pulumi

from lib.args.secret import GenerateArgs
from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.foundation.keyring import KeyRing
from lib.foundation.regions import Regions
from lib.secrets.parameter import Parameter
from lib.secrets.secret import Secret
from tap.plan import Plan
from tap.plan import Secret as SecretValue
from tests.support.deploy import deploy, once
from tests.support.stack import stack_args

NAME = "/shop/dev/api-key"
SECRET = "aws:secretsmanager/secret:Secret"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
PARAMETER = "aws:ssm/parameter:Parameter"
PASSWORD = "random:index/randomPassword:RandomPassword"


def deployed(make: Callable[[Environment, KeyRing, pulumi.ResourceOptions], Any], **settings: Any) -> Plan:
    """The Plan of what `make` makes in the stack's region."""
    args = stack_args(**settings)

    def program() -> None:
        parent = Component("tap:tests:Parent", "parent", None)
        regions = Regions(args, parent)
        env = Environment.of(args, "123456789012")
        opts = pulumi.ResourceOptions(parent=parent, provider=regions.provider(args.region))
        make(env, KeyRing(env, regions, parent), opts)

    return deploy(program)


@once
def secret(settings: dict[str, Any] | None = None, **arguments: Any) -> Plan:
    return deployed(
        lambda env, keys, opts: Secret("api_key", env, key_arn=keys.data("us-east-1"), opts=opts, **arguments),
        **(settings or {}),
    )


@once
def parameter(**arguments: Any) -> Plan:
    return deployed(lambda env, _, opts: Parameter("api_key", env, opts=opts, **arguments))


def key_of(plan: Plan, region: str = "us-east-1") -> str:
    return str(plan.one("aws:kms/key:Key", f"data-{region}").outputs["arn"])


def test_a_secret_lies_at_its_path_under_the_key_for_data() -> None:
    plan = secret(description="For the payment API")
    found = plan.one(SECRET)
    assert (found.inputs["name"], found.inputs["description"]) == (NAME, "For the payment API")
    assert found.inputs["kmsKeyId"] == key_of(plan)
    assert found.inputs["tags"] == {"Name": NAME, "ResourceType": "Secret"}
    assert "replicas" not in found.inputs
    assert (found.region, plan.one(VERSION).inputs["secretId"]) == ("us-east-1", found.id)


def test_a_value_is_generated_as_asked_for_and_stays_secret() -> None:
    plan = secret(generate=GenerateArgs(length=48, special=False))
    password = plan.one(PASSWORD)
    assert (password.inputs["length"], password.inputs["special"]) == (48, False)
    assert isinstance(plan.one(VERSION).inputs["secretString"], SecretValue)


def test_a_generated_value_has_32_characters_unless_settings_say_otherwise() -> None:
    assert secret().one(PASSWORD).inputs["length"] == 32


def test_a_given_value_is_kept_secret_and_nothing_is_generated() -> None:
    plan = secret(value="hush")
    assert plan.one(VERSION).inputs["secretString"] == SecretValue("hush")
    assert plan.of(PASSWORD) == ()
    assert "hush" not in json.dumps(plan.one("tap:secrets:Secret").outputs)


def test_each_replica_has_the_key_of_its_own_region() -> None:
    def make(env: Environment, keys: KeyRing, opts: pulumi.ResourceOptions) -> None:
        replicas = {region: keys.data(region) for region in ("us-west-2", "eu-west-1")}
        Secret("api_key", env, key_arn=keys.data("us-east-1"), replicas=replicas, opts=opts)

    plan = deployed(make)
    found = plan.one(SECRET).inputs
    assert found["replicas"] == [
        {"region": region, "kmsKeyId": key_of(plan, region)} for region in ("eu-west-1", "us-west-2")
    ]
    assert found["forceOverwriteReplicaSecret"] is True


def test_dev_deletes_secrets_at_once_and_prod_keeps_them_for_recovery() -> None:
    dev, prod = secret().one(SECRET), secret({"environment": "prod"}).one(SECRET)
    assert (dev.inputs["recoveryWindowInDays"], dev.options.protect) == (0, False)
    assert (prod.inputs["recoveryWindowInDays"], prod.options.protect) == (30, True)


def test_a_text_is_a_parameter_in_plain() -> None:
    found = parameter(value="on", description="Switch").one(PARAMETER).inputs
    assert (found["name"], found["type"], found["insecureValue"]) == (NAME, "String", "on")
    assert (found["description"], "keyId" in found) == ("Switch", False)
    assert found["tags"] == {"Name": NAME, "ResourceType": "Parameter"}


def test_a_map_is_a_json_document_whose_text_does_not_depend_on_the_order_of_keys() -> None:
    first = parameter(value={"b": 1, "a": {"d": [True], "c": "x"}}).one(PARAMETER).inputs["insecureValue"]
    second = parameter(value={"a": {"c": "x", "d": [True]}, "b": 1}).one(PARAMETER).inputs["insecureValue"]
    assert first == second
    assert json.loads(first) == {"a": {"c": "x", "d": [True]}, "b": 1}


def test_a_document_may_hold_what_only_the_deployment_knows() -> None:
    def make(env: Environment, keys: KeyRing, opts: pulumi.ResourceOptions) -> None:
        Parameter("app-config", env, value={"key": keys.data("us-east-1")}, opts=opts)

    plan = deployed(make)
    assert json.loads(plan.one(PARAMETER).inputs["insecureValue"]) == {"key": key_of(plan)}


def test_a_secret_value_is_a_secure_string_under_the_key_for_data() -> None:
    def make(env: Environment, keys: KeyRing, opts: pulumi.ResourceOptions) -> None:
        Parameter("api_key", env, value="hush", key_arn=keys.data("us-east-1"), opts=opts)

    plan = deployed(make)
    found = plan.one(PARAMETER).inputs
    assert (found["type"], found["keyId"]) == ("SecureString", key_of(plan))
    assert found["value"] == SecretValue("hush")
    assert "insecureValue" not in found
