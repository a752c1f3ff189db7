"""Adopted networks: what is looked up, what is refused, and that downstream they are like created ones."""

from typing import Any

import pytest

from lib.args.problems import SettingsError
from lib.networking.adopted import RouteTable, tables_serving
from tap.engine.answers import AnswerError
from tap.plan import Plan
from tap.recording import ExistingSubnet, ExistingVpc, Recording
from tests.support.stack import deploy_networks, deploy_stack, stack_args

SUBNETS = {
    "subnet-a": ExistingSubnet("10.7.1.0/24", "us-west-2a", "rtb-a"),
    "subnet-b": ExistingSubnet("10.7.2.0/24", "us-west-2b"),
}
VPC = ExistingVpc("10.7.0.0/16", "us-west-2", subnets=SUBNETS)
HUB = {"cidr": "10.0.0.0/16", "zones": 1, "tiers": {"app": {"kind": "private"}}}
LINK = {"between": ["hub", "old"], "allow": [{"from": "hub.app", "to": "old.api", "port": 443}]}


def settings(**old: Any) -> dict[str, Any]:
    adopted = {"region": "us-west-2", "vpc_id": "vpc-old", "tiers": {"api": {"subnet_ids": ["subnet-a"]}}, **old}
    return {"networks": {"hub": HUB, "old": adopted}, "peerings": {"link": LINK}, "monitoring": {"trail": "existing"}}


def adopted(vpc: ExistingVpc = VPC, **old: Any) -> Plan:
    return deploy_networks(vpcs={"vpc-old": vpc}, **settings(**old))


def refused(vpc: ExistingVpc = VPC, vpc_id: str = "vpc-old", **old: Any) -> list[str]:
    with pytest.raises(SettingsError) as error:
        deploy_networks(vpcs={vpc_id: vpc}, **settings(**old))
    return [str(problem) for problem in error.value.problems]


def routes(plan: Plan) -> set[tuple[str, str]]:
    return {(route.inputs["routeTableId"], route.inputs["destinationCidrBlock"]) for route in plan.of("Route")}


def test_nothing_of_an_adopted_vpc_is_created_again() -> None:
    plan = adopted()
    assert [vpc.name for vpc in plan.of("Vpc")] == ["hub-vpc"]
    assert {subnet.name for subnet in plan.of("Subnet")} == {"hub-app-us-east-1a"}
    assert {acl.name for acl in plan.of("NetworkAcl")} == {"hub-app"}
    assert {log.name for log in plan.of("FlowLog")} == {"hub-flow-logs"}


def test_an_adopted_vpc_gets_flow_logs_only_where_they_are_asked_for() -> None:
    plan = adopted(flow_logs={"destination": "cloudwatch"})
    log = plan.one("FlowLog", "old-flow-logs")
    assert (log.inputs["vpcId"], log.region) == ("vpc-old", "us-west-2")


def test_routes_to_the_peer_are_in_the_tables_of_the_tiers_subnets() -> None:
    hub = adopted().one("RouteTable", "hub-app").id
    assert routes(adopted()) == {(hub, "10.7.0.0/16"), ("rtb-a", "10.0.0.0/16")}
    main = VPC.main_route_table("vpc-old")
    assert ("rtb-a", "10.0.0.0/16") not in routes(adopted(tiers={"api": {"subnet_ids": ["subnet-b"]}}))
    assert (main, "10.0.0.0/16") in routes(adopted(tiers={"api": {"subnet_ids": ["subnet-b"]}}))


def test_a_tier_without_subnets_named_is_the_whole_vpc() -> None:
    plan = adopted(tiers={"api": {}})
    assert {table for table, cidr in routes(plan) if cidr == "10.0.0.0/16"} == {
        "rtb-a",
        VPC.main_route_table("vpc-old"),
    }
    rules = {rule.inputs["cidrIpv4"] for rule in plan.of("SecurityGroupEgressRule")}
    assert rules == {"10.7.1.0/24", "10.7.2.0/24"}


def test_a_tier_can_be_named_by_the_blocks_of_its_subnets() -> None:
    plan = adopted(tiers={"api": {"cidrs": ["10.7.2.0/24"]}})
    assert [rule.inputs["cidrIpv4"] for rule in plan.of("SecurityGroupEgressRule")] == ["10.7.2.0/24"]
    assert plan.exports["old_api_subnet_ids"] == ["subnet-b"]


def test_two_tiers_that_share_a_route_table_route_once() -> None:
    tiers = {"api": {"subnet_ids": ["subnet-a"]}, "web": {"subnet_ids": ["subnet-a"]}}
    link = {**LINK, "allow": [*LINK["allow"], {"from": "hub.app", "to": "old.web", "port": 80}]}  # type: ignore[misc]
    plan = deploy_networks(vpcs={"vpc-old": VPC}, **{**settings(tiers=tiers), "peerings": {"link": link}})
    assert [route.inputs["routeTableId"] for route in plan.of("Route") if route.region == "us-west-2"] == ["rtb-a"]


def test_an_adopted_network_has_the_outputs_of_a_created_one() -> None:
    plan = adopted()
    created = {key.removeprefix("hub_").replace("app_", "") for key in plan.exports if key.startswith("hub_")}
    looked_up = {key.removeprefix("old_").replace("api_", "") for key in plan.exports if key.startswith("old_")}
    assert created == looked_up
    assert plan.exports["old_vpc_id"] == "vpc-old"
    assert plan.exports["old_vpc_cidr"] == "10.7.0.0/16"
    assert plan.exports["old_security_group_id"] == plan.one("SecurityGroup", "old-api").id


def test_groups_and_endpoints_are_made_in_an_adopted_vpc() -> None:
    plan = adopted(endpoints=["s3", "ecr.api"])
    assert plan.one("SecurityGroup", "old-api").inputs["vpcId"] == "vpc-old"
    assert plan.one("VpcEndpoint", "old-s3").inputs["routeTableIds"] == ["rtb-a"]
    assert plan.one("VpcEndpoint", "old-ecr.api").inputs["subnetIds"] == ["subnet-a"]


def test_a_stated_block_that_is_the_vpcs_own_is_fine() -> None:
    assert adopted(cidr="10.7.0.0/16").exports["old_vpc_id"] == "vpc-old"


def test_a_vpc_that_is_not_found_names_network_id_region_and_remedy() -> None:
    assert refused(vpc_id="vpc-other") == [
        "networks.old.vpc_id: was not found in us-west-2 (got vpc-old). "
        "Check the id, the network's region and the account."
    ]


def test_a_vpc_of_another_region_is_not_found() -> None:
    assert "was not found in us-west-2" in refused(ExistingVpc("10.7.0.0/16", "eu-west-1"))[0]


def test_a_vpc_with_another_block_than_stated_is_refused() -> None:
    assert refused(cidr="10.8.0.0/16") == [
        "networks.old.cidr: must be the block of vpc-old in us-west-2, 10.7.0.0/16 (got 10.8.0.0/16). "
        "Write 10.7.0.0/16, or remove cidr."
    ]


def test_a_vpc_without_dns_is_refused_with_the_command_that_enables_it() -> None:
    deaf = ExistingVpc("10.7.0.0/16", "us-west-2", subnets=SUBNETS, dns_support=False, dns_hostnames=False)
    support, names = refused(deaf)
    assert support == (
        "networks.old.vpc_id: must have DNS support enabled, in us-west-2 (got vpc-old). Enable it: "
        "aws ec2 modify-vpc-attribute --region us-west-2 --vpc-id vpc-old --enable-dns-support."
    )
    assert "DNS host names" in names


def test_blocks_that_are_no_subnets_of_the_vpc_are_refused() -> None:
    assert refused(tiers={"api": {"cidrs": ["10.7.1.0/24", "10.7.9.0/24"]}}) == [
        "networks.old.tiers.api.cidrs: must be blocks of existing subnets of vpc-old in us-west-2 (got 10.7.9.0/24). "
        "Correct them, or write subnet_ids."
    ]


def test_an_overlap_that_only_the_look_up_shows_is_refused() -> None:
    clash = ExistingVpc("10.7.0.0/16", "us-west-2", subnets=SUBNETS, secondary_cidrs=["10.0.128.0/17"])
    assert refused(clash) == [
        "networks.old: overlaps 10.0.0.0/16 of network hub (got 10.0.128.0/17). Give one of them another block."
    ]


def test_a_table_that_routes_the_peers_block_already_is_named() -> None:
    routed = ExistingVpc("10.7.0.0/16", "us-west-2", subnets=SUBNETS, routes={"rtb-a": {"10.0.0.0/16": "tgw-1"}})
    assert refused(routed) == [
        "networks.old.vpc_id: route table rtb-a has a route to 10.0.0.0/16 of network hub already (got vpc-old). "
        "Delete that route, or leave the peering to whoever made it."
    ]


def test_a_route_of_the_stacks_own_earlier_deployment_is_no_problem() -> None:
    own = ExistingVpc(
        "10.7.0.0/16",
        "us-west-2",
        subnets=SUBNETS,
        routes={"rtb-a": {"10.0.0.0/16": "pcx-1"}},
        peerings={"pcx-1": "link-peering-dev"},
    )
    assert ("rtb-a", "10.0.0.0/16") in routes(adopted(own))


def test_a_route_through_a_peering_of_somebody_else_is_refused() -> None:
    foreign = ExistingVpc(
        "10.7.0.0/16",
        "us-west-2",
        subnets=SUBNETS,
        routes={"rtb-a": {"10.0.0.0/16": "pcx-1"}},
        peerings={"pcx-1": "theirs"},
    )
    assert "route table rtb-a has a route to 10.0.0.0/16" in refused(foreign)[0]


def test_all_look_ups_are_made_before_any_problem_is_told() -> None:
    networks = {
        name: {"vpc_id": f"vpc-{name}", "tiers": {"app": {"kind": "private"}}, "region": region}
        for name, region in (("one", "us-east-1"), ("two", "eu-west-1"))
    }
    with pytest.raises(SettingsError) as error:
        deploy_networks(networks=networks)
    assert [problem.path for problem in error.value.problems] == ["networks.one.vpc_id", "networks.two.vpc_id"]


def test_nothing_but_providers_is_registered_before_a_problem_is_told() -> None:
    recording = _Counting(vpcs={})
    with pytest.raises(SettingsError):
        deploy_stack(stack_args(**settings()), answers=recording)
    assert recording.created == 0


def test_a_look_up_that_fails_for_another_reason_says_so() -> None:
    with pytest.raises(SettingsError) as error:
        deploy_stack(stack_args(**settings()), answers=_Denied(vpcs={}))
    assert "could not be looked up in us-west-2" in str(error.value)
    assert "AccessDenied" in str(error.value)
    assert "Check credentials and permissions." in str(error.value)


class _Counting(Recording):
    created = 0

    def create(self, resource: Any, provider: Any) -> Any:
        self.created += 1
        return super().create(resource, provider)


class _Denied(Recording):
    def invoke(self, token: str, args: Any, provider: Any, region: str | None) -> Any:
        if "getVpc" in token:
            raise AnswerError("AccessDenied: not authorized to perform ec2:DescribeVpcs")
        return super().invoke(token, args, provider, region)


def table(identifier: str, *subnets: str, main: bool = False) -> RouteTable:
    return RouteTable(identifier, main, frozenset(subnets), {})


def test_a_subnet_without_an_association_uses_the_main_table() -> None:
    tables = [table("rtb-1", "subnet-1"), table("rtb-2", "subnet-2"), table("rtb-main", main=True)]
    assert tables_serving(["subnet-1"], tables) == ("rtb-1",)
    assert tables_serving(["subnet-1", "subnet-9"], tables) == ("rtb-1", "rtb-main")
    assert tables_serving(["subnet-9"], tables) == ("rtb-main",)


def test_every_table_counts_where_nothing_tells_which_one_a_subnet_uses() -> None:
    assert tables_serving(["subnet-9"], [table("rtb-1"), table("rtb-2")]) == ("rtb-1", "rtb-2")
    assert tables_serving(["subnet-9"], []) == ()
