"""Names, tags, partitions, policies and providers."""

import json
from typing import Any

import pulumi
import pytest

from lib.foundation.environment import Environment, dns_suffix, partition
from lib.foundation.naming import Names, planned
from lib.foundation.policies import Statement, identity_policy, resource_policy, tls_only
from tap.plan import Plan, Secret
from tests.support.deploy import deploy
from tests.support.stack import deploy_networks, deploy_stack, stack_args

TIERS = {"app": {"kind": "private"}, "db": {"kind": "isolated"}}
NETWORK = {"cidr": "10.0.0.0/16", "zones": 1, "tiers": TIERS}


def test_a_name_is_scope_type_region_and_suffix_in_letters_that_every_service_takes() -> None:
    names = Names("Shop", "Pr_12")
    assert names.of("card_data", "vpc") == "card-data-vpc-pr-12"
    assert names.in_account("alarms", "us-east-1") == "shop-alarms-us-east-1-pr-12"
    assert names.bucket("trail", "123456789012") == "shop-trail-123456789012-pr-12"
    assert names.key_alias("logs", "eu-west-1") == "alias/shop-logs-eu-west-1-pr-12"


def test_a_name_that_is_too_long_tells_by_how_much() -> None:
    excess = {name.type: name.excess for name in planned(stack_args(networks={"n" * 40: NETWORK}))}
    assert excess["security-group"] < 0
    long = stack_args(networks={"n" * 30: {**NETWORK, "flow_logs": {"destination": "s3"}}})
    assert {name.excess for name in planned(long) if name.type == "bucket"} == {4 + 1 + 30 + 10 + 1 + 12 + 1 + 3 - 63}


def test_a_resources_own_tags_say_what_it_is() -> None:
    env = Environment.of(stack_args(), "123456789012")
    assert env.tags("Vpc", "main-vpc-dev") == {"Name": "main-vpc-dev", "ResourceType": "Vpc"}
    assert env.tags("Bucket", "logs", "flow logs")["Purpose"] == "flow logs"


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("us-east-1", ("aws", "amazonaws.com")),
        ("ap-southeast-2", ("aws", "amazonaws.com")),
        ("us-gov-west-1", ("aws-us-gov", "amazonaws.com")),
        ("cn-north-1", ("aws-cn", "amazonaws.com.cn")),
    ],
)
def test_partition_and_domain_follow_from_the_region(region: str, expected: tuple[str, str]) -> None:
    assert (partition(region), dns_suffix(region)) == expected


def test_a_policy_of_a_role_has_no_principal_and_one_of_a_resource_has() -> None:
    found: dict[str, Any] = {}

    def program() -> None:
        statement = Statement(actions=["s3:GetObject"], resources=["arn:x"])
        pulumi.export("identity", identity_policy([statement]))
        pulumi.export("resource", resource_policy([tls_only("arn:x")]))
        pulumi.export("mixed", resource_policy([Statement(actions=["a:b"], services=["s"], accounts=["arn:y"])]))

    for key, text in deploy(program).exports.items():
        (found[key],) = json.loads(text)["Statement"]
    assert found["identity"] == {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:x"}
    assert found["resource"]["Principal"] == {"AWS": "*"}
    assert found["mixed"] == {"Effect": "Allow", "Principal": {"Service": "s", "AWS": "arn:y"}, "Action": ["a:b"]}


def provider(plan: Plan, name: str) -> dict[str, Any]:
    resource = plan.one("pulumi:providers:aws", name)
    return {
        key: json.loads(value) if isinstance(value, str) and value[:1] in "[{tf" else value
        for key, value in resource.inputs.items()
    }


def test_a_provider_carries_the_common_tags_and_the_rest_of_the_aws_configuration() -> None:
    args = stack_args(aws={"max_retries": 3, "allowed_account_ids": ["123456789012"]})
    made = provider(deploy_stack(args), "aws-provider-us-east-1-dev")
    assert made["defaultTags"] == {"tags": args.common_tags}
    assert (made["region"], made["maxRetries"], made["allowedAccountIds"]) == ("us-east-1", "3", ["123456789012"])


def test_a_network_in_another_account_has_a_provider_that_assumes_its_role() -> None:
    role = "arn:aws:iam::210987654321:role/network"
    aws = {"assume_roles": [{"roleArn": "arn:aws:iam::123456789012:role/first"}], "forbidden_account_ids": ["1"]}
    plan = deploy_stack(stack_args(networks={"main": {**NETWORK, "role_arn": role}}, aws=aws))
    made = provider(plan, "aws-provider-us-east-1-210987654321-dev")
    assert [assumed["roleArn"] for assumed in made["assumeRoles"]] == ["arn:aws:iam::123456789012:role/first", role]
    assert "forbiddenAccountIds" not in made
    assert plan.one("Vpc").provider == plan.one("pulumi:providers:aws", "aws-provider-us-east-1-210987654321-dev").urn


def test_secret_configuration_of_a_provider_stays_secret() -> None:
    def program() -> None:
        from lib.tap_stack import TapStack

        TapStack("tapstack", stack_args(aws={"secret_key": pulumi.Output.secret("hush")}))

    assert deploy(program).one("pulumi:providers:aws").inputs["secretKey"] == Secret("hush")


def test_common_tags_name_project_application_environment_and_who_pays() -> None:
    tags = stack_args(tags={"Owner": "o", "CostCenter": "c", "Team": "t"}, compliance="PCI-DSS").common_tags
    assert tags == {
        "Project": "TapStack",
        "Owner": "o",
        "CostCenter": "c",
        "Team": "t",
        "Application": "shop",
        "Environment": "dev",
        "EnvironmentSuffix": "dev",
        "Compliance": "PCI-DSS",
        "ManagedBy": "Pulumi",
    }


def test_dev_can_be_destroyed_and_prod_protects_what_it_logged() -> None:
    logs = {"main": {**NETWORK, "flow_logs": {"destination": "s3"}}}
    dev, prod = deploy_networks(networks=logs), deploy_networks(networks=logs, environment="prod")
    assert (dev.one("Bucket").inputs["forceDestroy"], dev.one("Bucket").options.protect) == (True, False)
    assert (prod.one("Bucket").inputs.get("forceDestroy"), prod.one("Bucket").options.protect) == (False, True)
    (rule,) = prod.one("BucketLifecycleConfiguration").inputs["rules"]
    assert rule["expiration"] == {"days": 365}
