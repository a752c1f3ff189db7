"""How much of each network is used, from the Plan alone."""

import io
from dataclasses import replace

from rich.console import Console

from lib.networking.cidr import CidrPlan, Usage
from tap.plan import Plan
from tap.recording import ExistingVpc
from tap.tree import render
from tap.usage import NetworkUsage, usage
from tests.support.deploy import deploy
from tests.support.shop import shop
from tests.support.stack import deploy_blueprint, deploy_networks, stack_args

WIDE = {
    "cidr": "10.8.0.0/20",
    "secondary_cidrs": ["100.64.0.0/24"],
    "zones": ["us-east-1a", "us-east-1c"],
    "tiers": {"app": {"kind": "private"}, "pods": {"cidrs": ["100.64.0.0/26", "100.64.0.128/26"]}},
}
OLD = {"region": "us-west-2", "vpc_id": "vpc-old", "tiers": {"api": {}}}


def shown(plan: Plan) -> list[str]:
    console = Console(file=io.StringIO(), width=10_000)
    console.print(render(plan))
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_network_has_its_blocks_and_the_addresses_of_its_subnets() -> None:
    assert usage(deploy_blueprint("vpc-peering")) == (
        NetworkUsage("analytics", ("10.1.0.0/16",), 1, Usage(total=65536, used=256)),
        NetworkUsage("payment", ("10.0.0.0/16",), 1, Usage(total=65536, used=256)),
    )


def test_the_usage_is_that_of_the_cidr_plan_with_secondary_blocks() -> None:
    (found,) = usage(deploy_networks(networks={"wide": WIDE}))
    args = stack_args(networks={"wide": WIDE}).networks["wide"]
    drawn = CidrPlan(str(args.cidr), args.tiers, args.secondary_cidrs).usage(WIDE["zones"])
    assert (found.blocks, found.subnets) == (("10.8.0.0/20", "100.64.0.0/24"), 4)
    assert found.addresses == drawn
    assert found.addresses.used == 2 * 64 + 2 * 64


def test_an_adopted_network_has_no_usage() -> None:
    vpcs = {"vpc-old": ExistingVpc("10.7.0.0/16", "us-west-2")}
    assert [each.name for each in usage(deploy_networks(vpcs=vpcs, networks={"wide": WIDE, "old": OLD}))] == ["wide"]
    assert usage(deploy_networks(vpcs=vpcs, networks={"old": OLD})) == ()


def test_a_vpc_of_another_program_goes_by_its_own_name() -> None:
    assert [(each.name, each.addresses.used) for each in usage(deploy(shop))] == [("shop-vpc", 256)]


def test_what_a_preview_does_not_know_is_not_told() -> None:
    assert usage(deploy_blueprint("vpc-peering", preview=True)) == ()
    plan = deploy_blueprint("vpc-peering")
    without = [replace(r, inputs={"ipv4IpamPoolId": "pool"}) if r.name == "payment-vpc" else r for r in plan.resources]
    assert [each.name for each in usage(replace(plan, resources=tuple(without)))] == ["analytics"]


def test_the_tree_shows_a_line_a_network_below_the_regions() -> None:
    lines = shown(deploy_blueprint("vpc-peering"))
    assert lines[-5:-1] == [
        "",
        "analytics  10.1.0.0/16  256 of 65536 addresses in 1 subnet (0.4 %)",
        "payment    10.0.0.0/16  256 of 65536 addresses in 1 subnet (0.4 %)",
        "",
    ]
    assert " outputs: account_id, " in lines[-1]


def test_the_tree_shows_all_blocks_of_a_network() -> None:
    assert "wide  10.8.0.0/20, 100.64.0.0/24  256 of 4352 addresses in 4 subnets (5.9 %)" in shown(
        deploy_networks(networks={"wide": WIDE})
    )


def test_a_plan_without_networks_shows_no_usage() -> None:
    assert shown(deploy(lambda: None)) == ["TapStack dev: 0 resources"]
