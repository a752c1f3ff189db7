"""Every blueprint, whole: regions, previews, tags, names, outputs."""

import re
from typing import Any

import pytest

from lib.args.loading import blueprint_names
from lib.tap_stack import TapStackArgs
from tap.plan import Plan
from tap.recording import ExistingVpc, Recording
from tests.support.blueprints import parameters_of
from tests.support.stack import deploy_blueprint, deploy_stack, urns

BLUEPRINTS = blueprint_names()
ALWAYS = {"blueprint", "environment", "environment_suffix", "primary_region", "account_id"}


def of_blueprint(name: str) -> TapStackArgs:
    return TapStackArgs.from_blueprint(name, environment_suffix="dev", tags={"Owner": "tests"}, **parameters_of(name))


@pytest.fixture(scope="module", params=BLUEPRINTS)
def blueprint(request: pytest.FixtureRequest) -> tuple[str, Plan]:
    return request.param, deploy_blueprint(request.param)


def test_a_preview_has_the_same_resources_as_an_update(blueprint: tuple[str, Plan]) -> None:
    name, plan = blueprint
    assert urns(deploy_blueprint(name, preview=True)) == urns(plan)


def test_every_aws_resource_has_the_explicit_provider_of_one_region(blueprint: tuple[str, Plan]) -> None:
    _, plan = blueprint
    for resource in plan.resources:
        if resource.type.startswith("aws:"):
            assert resource.provider, resource.urn
            assert plan.at(resource.provider).inputs["region"] == resource.region
            assert "region" not in resource.inputs


def test_every_look_up_has_an_explicit_provider(blueprint: tuple[str, Plan]) -> None:
    _, plan = blueprint
    assert plan.invokes
    assert all(invoke.provider for invoke in plan.invokes)


def test_everything_of_a_network_is_in_the_networks_own_region(blueprint: tuple[str, Plan]) -> None:
    name, plan = blueprint
    args = of_blueprint(name)
    for network, settings in args.networks.items():
        component = plan.one("tap:networking:Network", network)
        inside = list(descendants(plan, component.urn))
        assert len(inside) > 10
        assert {r.region for r in inside if r.custom} == {settings.region or args.region}


def test_what_one_region_refers_to_lies_in_that_region(blueprint: tuple[str, Plan]) -> None:
    _, plan = blueprint
    # What spans regions by its nature: peerings, and what replicates data into another region under its key.
    across = {
        *("VpcPeeringConnection", "VpcPeeringConnectionAccepter", "PeeringConnectionOptions", "Route", "EventRule"),
        *("GlobalCluster", "Cluster", "Table", "Secret", "BucketReplicationConfig", "RolePolicy", "Plan"),
        # A name that leads to both regions, and the checks that it follows.
        *("HealthCheck", "Record"),
    }
    for resource in plan.resources:
        kind = resource.type.split(":")[-1]
        for urn in resource.dependencies if resource.type.startswith("aws:") else ():
            other = plan.at(urn)
            replicated = {each.get("region", each.get("regionName")) for each in other.inputs.get("replicas", ())}
            if resource.region in replicated:
                continue  # It is there too, under an ARN that follows from the first.
            if other.type.startswith("aws:") and not other.type.startswith("aws:iam/") and kind not in across:
                assert other.region == resource.region, (resource.urn, urn)


def descendants(plan: Plan, urn: str) -> Any:
    for child in plan.children(urn):
        yield child
        yield from descendants(plan, child.urn)


def test_every_component_belongs_to_the_stack_and_says_its_outputs(blueprint: tuple[str, Plan]) -> None:
    _, plan = blueprint
    stack = plan.one("tap:stack:TapStack")
    assert {resource.parent for resource in plan.of("tap:networking:Network")} == {stack.urn}
    assert len(list(descendants(plan, stack.urn))) == len(plan.resources) - 2


def test_everything_that_takes_tags_says_its_name_and_type(blueprint: tuple[str, Plan]) -> None:
    _, plan = blueprint
    tagged = [resource for resource in plan.resources if "tags" in resource.inputs]
    assert len(tagged) > 30
    for resource in tagged:
        tags = resource.inputs["tags"]
        # Those of an Auto Scaling group say of each whether its instances get it too.
        names = {tag["key"] for tag in tags} if isinstance(tags, list) else set(tags)
        assert {"Name", "ResourceType"} <= names, resource.urn


def test_outputs_are_flat_and_in_snake_case(blueprint: tuple[str, Plan]) -> None:
    name, plan = blueprint
    assert set(plan.exports) >= ALWAYS
    assert plan.exports["blueprint"] == name
    for key, value in plan.exports.items():
        assert key == key.lower().replace("-", "_").replace(".", "_")
        values = value if isinstance(value, list) else [value]
        assert all(isinstance(item, str | bool | int) for item in values), key


# Named inside something whose own name has the suffix: a plan, a function, an API, a zone.
NAMED_INSIDE = (
    "aws:backup/restoreTestingSelection:RestoreTestingSelection",
    "aws:lambda/alias:Alias",
    "aws:apigatewayv2/stage:Stage",
    "aws:route53/record:Record",
)


def test_every_name_has_the_suffix(blueprint: tuple[str, Plan]) -> None:
    _, plan = blueprint
    named = {
        resource.urn: resource.inputs["name"]
        for resource in plan.resources
        if "name" in resource.inputs and resource.type not in NAMED_INSIDE
    }
    assert len(named) > 2
    assert all("dev" in re.split("[-/_.]", name) for name in named.values()), named


def test_vpc_peering_has_the_outputs_that_integration_tests_read() -> None:
    plan = deploy_blueprint("vpc-peering")
    assert {
        "peering_connection_id",
        "peering_status",
        "payment_vpc_id",
        "analytics_vpc_id",
        "payment_security_group_id",
        "analytics_security_group_id",
        "dns_resolution_enabled",
        "payment_route_count",
        "analytics_route_count",
        "vpc_id",
    } <= set(plan.exports)
    assert plan.exports["vpc_id"] == plan.exports["payment_vpc_id"]


def test_vpc_peering_lets_https_through_from_payment_to_analytics_and_nothing_else() -> None:
    plan = deploy_blueprint("vpc-peering")
    (out,), (into,) = plan.of("SecurityGroupEgressRule"), plan.of("SecurityGroupIngressRule")
    assert (out.inputs["cidrIpv4"], out.inputs["fromPort"], out.inputs["toPort"]) == ("10.1.2.0/24", 443, 443)
    assert (into.inputs["cidrIpv4"], into.inputs["fromPort"], into.inputs["toPort"]) == ("10.0.1.0/24", 443, 443)
    assert out.inputs["securityGroupId"] == plan.exports["payment_security_group_id"]
    assert into.inputs["securityGroupId"] == plan.exports["analytics_security_group_id"]


def test_both_networks_of_vpc_peering_can_be_adopted_by_their_ids_alone() -> None:
    recording = Recording(
        vpcs={
            "vpc-1": ExistingVpc("10.0.0.0/16", "us-east-1"),
            "vpc-2": ExistingVpc("10.1.0.0/16", "us-west-2"),
        }
    )
    args = TapStackArgs.from_blueprint(
        "vpc-peering",
        environment_suffix="dev",
        tags={"Owner": "tests"},
        payment_vpc_id="vpc-1",
        analytics_vpc_id="vpc-2",
    )
    plan = deploy_stack(args, answers=recording)
    assert plan.of("Vpc") == ()
    assert (plan.exports["payment_vpc_id"], plan.exports["analytics_vpc_id"]) == ("vpc-1", "vpc-2")
    assert (plan.exports["payment_route_count"], plan.exports["analytics_route_count"]) == (1, 1)


def test_backups_leave_out_every_bucket_of_logs() -> None:
    plan = deploy_blueprint("high-availability")
    (region,) = {vault.region for vault in plan.of("aws:backup/vault:Vault")}
    logs = {
        child.outputs["arn"]
        for bucket in plan.of("tap:storage:LogBucket")
        for child in plan.children(bucket.urn)
        if child.type == "aws:s3/bucket:Bucket" and child.region == region
    }
    left_out = set(plan.one("aws:backup/selection:Selection").inputs["notResources"])
    assert logs <= left_out
    assert len(logs) == 2, "of access to buckets, and of the load balancer"
