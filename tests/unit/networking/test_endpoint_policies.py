"""Policies of endpoints: who may go through, and to whose things."""

from typing import Any

from lib.networking.endpoint_policies import AWS_BUCKETS, BY_AN_ACCOUNT, OF_AN_ACCOUNT, PULL
from tap.plan import Plan
from tests.support.stack import deploy_networks, policy_of

OWN, OTHER = "123456789012", "210987654321"
SERVICES = sorted({*OF_AN_ACCOUNT, *BY_AN_ACCOUNT, "execute-api"})
NETWORK = {"cidr": "10.0.0.0/16", "zones": 1, "tiers": {"app": {}}, "endpoints": SERVICES}


def deployed() -> Plan:
    far = {**NETWORK, "cidr": "10.1.0.0/16", "region": "cn-north-1", "endpoints": ["s3", "ssm"]}
    role = f"arn:aws:iam::{OTHER}:role/network"
    foreign = {**NETWORK, "cidr": "10.2.0.0/16", "endpoints": ["s3", "logs"], "role_arn": role}
    return deploy_networks(networks={"main": NETWORK, "far": far, "foreign": foreign})


def statements(service: str, network: str = "main") -> dict[str, dict[str, Any]]:
    endpoint = deployed().one("aws:ec2/vpcEndpoint:VpcEndpoint", f"{network}-{service}")
    found = policy_of(endpoint)
    assert {(each["Effect"], each["Principal"]) for each in found} == {("Allow", "*")}
    return {each["Sid"]: each for each in found}


def accounts(statement: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = statement["Condition"]["StringEquals"]
    return found


def test_an_endpoint_serves_the_networks_account_and_its_things_alone() -> None:
    for service in OF_AN_ACCOUNT:
        own = statements(service)["OwnAccount"]
        assert accounts(own) == {"aws:PrincipalAccount": OWN, "aws:ResourceAccount": OWN}, service
    for service in BY_AN_ACCOUNT:
        (own,) = statements(service).values()
        assert accounts(own) == {"aws:PrincipalAccount": OWN}, service


def test_an_endpoint_in_a_network_of_another_account_serves_that_one() -> None:
    for service in ("s3", "logs"):
        own = statements(service, "foreign")["OwnAccount"]
        assert accounts(own) == {"aws:PrincipalAccount": OTHER, "aws:ResourceAccount": OTHER}


def test_layers_packages_and_agents_are_read_without_credentials_of_ours() -> None:
    found = statements("s3")["BucketsOfAws"]
    assert (found["Action"], "Condition" in found) == (["s3:GetObject"], False)
    assert found["Resource"] == [f"arn:aws:s3:::{bucket.format(region='us-east-1')}/*" for bucket in AWS_BUCKETS]
    assert {
        "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*",
        "arn:aws:s3:::al2023-repos-us-east-1-de612dc2/*",
        "arn:aws:s3:::amazonlinux-2-repos-us-east-1/*",
        "arn:aws:s3:::patch-baseline-snapshot-us-east-1/*",
    } <= set(found["Resource"])
    assert (
        "arn:aws-cn:s3:::prod-cn-north-1-starport-layer-bucket/*" in statements("s3", "far")["BucketsOfAws"]["Resource"]
    )


def test_images_of_other_accounts_are_pulled_and_never_pushed() -> None:
    for service in ("ecr.api", "ecr.dkr"):
        found = statements(service)["PullImages"]
        assert accounts(found) == {"aws:PrincipalAccount": OWN}
        assert set(found["Action"]) == set(PULL)
        assert not [action for action in PULL if "Put" in action or "Upload" in action]


def test_documents_and_parameters_of_aws_are_read_by_our_own_alone() -> None:
    found = statements("ssm", "far")["DocumentsOfAws"]
    assert accounts(found) == {"aws:PrincipalAccount": OWN}
    assert found["Resource"] == ["arn:aws-cn:ssm:cn-north-1::document/*", "arn:aws-cn:ssm:cn-north-1::parameter/aws/*"]
    assert all(action.split(":")[1].startswith(("Get", "Describe")) for action in found["Action"])


def test_what_is_called_without_an_account_keeps_the_default_of_aws() -> None:
    assert "policy" not in deployed().one("aws:ec2/vpcEndpoint:VpcEndpoint", "main-execute-api").inputs
