"""The bare script that a blueprint is measured against registers what the Plan has, and nothing else."""

from dataclasses import replace

import pulumi
import pytest

from bench.replay import ReplayError, differences, program, sdk_type
from tap.plan import Plan, Resource, Secret
from tests.support.deploy import deploy
from tests.support.shop import shop
from tests.support.stack import deploy_networks


def replayed(plan: Plan) -> Plan:
    source = compile(program(plan), "replay.py", "exec")
    return deploy(lambda: exec(source, {}))  # noqa: S102 the text under test


@pytest.fixture(scope="module")
def plan() -> Plan:
    networks = {
        name: {"region": region, "cidr": cidr, "tiers": {"app": {"kind": "private"}}}
        for name, region, cidr in (("one", "us-east-1", "10.0.0.0/16"), ("two", "us-west-2", "10.1.0.0/16"))
    }
    grants = [{"from": "one.app", "to": "two.app", "port": 443}]
    return deploy_networks(networks=networks, peerings={"pair": {"between": ["one", "two"], "allow": grants}})


def first(plan: Plan, **changes: object) -> Plan:
    """The Plan with its first VPC changed."""
    vpc = plan.of("Vpc")[0]
    others = tuple(replace(found, **changes) if found is vpc else found for found in plan.resources)
    return replace(plan, resources=others)


def test_a_replayed_stack_is_the_same(plan):
    assert differences(plan, replayed(plan)) == []


def test_references_between_resources_stay_outputs(plan):
    source = program(plan)
    vpc = plan.one("Vpc", "one-vpc")
    assert vpc.id not in source
    assert "vpc_id=r" in source
    assert "pulumi.Output.concat(" in source


def test_secrets_and_archives_are_replayed():
    plan = deploy(shop)
    again = replayed(plan)
    function = again.one("Function")
    assert isinstance(function.inputs["code"].assets["index.py"], pulumi.StringAsset)
    assert isinstance(again.one("SecretVersion").inputs["secretString"], Secret)
    assert {found.urn for found in again.resources} == {found.urn for found in plan.resources}
    assert again.one("Subnet").options.protect
    assert again.one("Subnet").options.ignore_changes == ("tags",)


def test_a_value_that_is_worked_out_from_an_output_waits_for_it(plan):
    vpc, subnet = plan.one("Vpc", "one-vpc"), plan.of("Subnet")[0]
    tags = {**subnet.inputs["tags"], "Letters": str(len(vpc.id or ""))}
    worked_out = replace(
        subnet,
        inputs={**subnet.inputs, "tags": tags},
        property_dependencies={**subnet.property_dependencies, "tags": (vpc.urn,)},
    )
    changed = replace(plan, resources=tuple(worked_out if found is subnet else found for found in plan.resources))
    assert differences(changed, replayed(changed)) == []


def test_another_input_is_a_difference(plan):
    vpc = plan.of("Vpc")[0]
    said = differences(first(plan, inputs={**vpc.inputs, "cidrBlock": "10.9.0.0/16"}), plan)
    assert [vpc.urn in line and "inputs" in line for line in said] == [True]


def test_a_missing_and_a_further_resource_are_differences(plan):
    fewer = replace(plan, resources=plan.resources[:-1])
    urn = plan.resources[-1].urn
    assert differences(plan, fewer) == [f"{urn} is missing"]
    assert differences(fewer, plan) == [f"{urn} is too many"]


def test_an_input_that_the_sdk_does_not_have_is_named(plan):
    vpc = plan.of("Vpc")[0]
    with pytest.raises(ReplayError, match=f"{vpc.name}: pulumi_aws.ec2.Vpc takes no colour"):
        program(first(plan, inputs={"colour": "red"}))


def test_a_resource_that_is_read_is_refused(plan):
    with pytest.raises(ReplayError, match="is read, not registered"):
        program(first(plan, read=True))


def test_a_type_that_the_sdk_does_not_have_is_named():
    with pytest.raises(ReplayError, match="aws:ec2/moon:Moon"):
        sdk_type("aws:ec2/moon:Moon")


def test_types_are_found_as_python_names_them():
    assert sdk_type("aws:lambda/function:Function").reference == "pulumi_aws.lambda_.Function"
    assert sdk_type("random:index/randomPassword:RandomPassword").reference == "pulumi_random.RandomPassword"
    assert sdk_type("pulumi:providers:aws").inputs["defaultTags"] == "default_tags"
    assert sdk_type("aws:ec2/vpc:Vpc").inputs["assignGeneratedIpv6CidrBlock"] == "assign_generated_ipv6_cidr_block"


def test_a_plan_of_a_preview_is_refused():
    unknown = deploy_networks(networks={"one": {"cidr": "10.0.0.0/16", "tiers": {"app": {}}}}, preview=True)
    with pytest.raises(ReplayError, match="preview"):
        program(unknown)


def test_a_resource_whose_parent_is_not_in_the_plan_has_none():
    lone = Resource(urn="urn:a", type="aws:ec2/vpc:Vpc", name="lone", custom=True, inputs={}, parent="urn:gone")
    source = program(Plan(project="p", stack="s", preview=False, resources=(lone,), invokes=(), exports={}))
    assert "parent=" not in source


def holding(text: str) -> Plan:
    code = pulumi.AssetArchive({"handler.py": pulumi.StringAsset(text)})
    function = Resource(urn="urn:f", type="aws:lambda/function:Function", name="f", custom=True, inputs={"code": code})
    return Plan(project="p", stack="s", preview=False, resources=(function,), invokes=(), exports={})


def test_an_archive_is_told_by_what_is_in_it():
    assert differences(holding("one"), holding("one")) == []
    assert len(differences(holding("one"), holding("two"))) == 1
