"""The stack itself: what it is without anything, its primary region, and its route-table look-up."""

import pulumi

import lib
from lib.tap_stack import TapStack, TapStackArgs
from tap.recording import ExistingVpc, Recording
from tests.support.deploy import deploy
from tests.support.stack import COMMON, deploy_networks, deploy_stack, stack_args

TIERS = {"app": {"kind": "private"}}


def test_the_library_has_a_version() -> None:
    assert lib.__version__.count(".") == 2


def test_a_network_follows_the_stacks_region_unless_it_names_its_own() -> None:
    plan = deploy_networks(
        region="eu-central-1",
        networks={
            "home": {"cidr": "10.0.0.0/16", "tiers": TIERS, "primary": True},
            "away": {"cidr": "10.1.0.0/16", "tiers": TIERS, "region": "eu-west-1"},
        },
    )
    assert plan.one("Vpc", "home-vpc").region == "eu-central-1"
    assert plan.one("Vpc", "away-vpc").region == "eu-west-1"
    assert plan.exports["primary_region"] == "eu-central-1"


def test_the_primary_region_is_that_of_the_primary_network() -> None:
    network = {"cidr": "10.0.0.0/16", "tiers": TIERS, "region": "eu-west-1"}
    assert deploy_networks(networks={"main": {**network, "primary": True}}).exports["primary_region"] == "eu-west-1"
    assert deploy_networks(networks={"main": network}).exports["primary_region"] == "us-east-1"


def test_route_tables_are_looked_up_in_the_region_of_the_given_provider() -> None:
    args = stack_args(
        networks={"made": {"cidr": "10.0.0.0/16", "tiers": TIERS}, "old": {"vpc_id": "vpc-1", "tiers": TIERS}}
    )

    def program() -> None:
        stack = TapStack("tapstack", args)
        provider = stack.regions.provider("us-east-1")
        pulumi.export("made", stack.get_route_tables(stack.networks["made"].vpc_id, provider))
        pulumi.export("old", stack.get_route_tables("vpc-1", provider))

    recording = Recording(vpcs={"vpc-1": ExistingVpc("10.7.0.0/16", route_tables=["rtb-2", "rtb-1"])})
    plan = deploy(program, answers=recording)
    assert {"rtb-1", "rtb-2"} < set(plan.exports["old"])
    assert plan.exports["old"] == sorted(plan.exports["old"])
    asked = {(i.args["vpcId"], i.region) for i in plan.invokes if i.token == "aws:ec2/getRouteTables:getRouteTables"}
    assert {(plan.one("Vpc").id, "us-east-1"), ("vpc-1", "us-east-1")} == asked


def test_a_stack_without_networks_is_empty_but_for_its_provider() -> None:
    plan = deploy_stack(TapStackArgs.model_validate(COMMON))
    assert {resource.type for resource in plan.resources} == {
        "pulumi:pulumi:Stack",
        "pulumi:providers:aws",
        "tap:stack:TapStack",
    }
