"""Peerings, on what a TapStack registers."""

from typing import Any

import pytest

from tap.plan import Plan
from tests.support.stack import deploy_networks, urns

APP = {"app": {"kind": "private"}}
# Without a trail of its own a stack is smaller; what watches peerings has its own tests.
RELIED_ON = {"trail": "existing"}
GRANT = {"from": "near.app", "to": "far.app", "port": 443, "description": "HTTPS"}


def two(far_region: str = "us-west-2", near: dict[str, Any] | None = None, **link: Any) -> Plan:
    networks = {
        "near": {"cidr": "10.0.0.0/16", "zones": 1, "tiers": APP, **(near or {})},
        "far": {"cidr": "10.1.0.0/16", "zones": 1, "tiers": APP, "region": far_region},
    }
    return deploy_networks(
        networks=networks,
        peerings={"link": {"between": ["near", "far"], "allow": [GRANT], "primary": True, **link}},
        monitoring=RELIED_ON,
    )


def test_the_connection_is_requested_here_and_accepted_in_the_peers_region() -> None:
    plan = two()
    connection, acceptance = plan.one("VpcPeeringConnection"), plan.one("VpcPeeringConnectionAccepter")
    assert (connection.region, acceptance.region) == ("us-east-1", "us-west-2")
    assert connection.inputs["autoAccept"] is False
    assert connection.inputs["peerRegion"] == "us-west-2"
    assert connection.inputs["vpcId"] == plan.one("Vpc", "near-vpc").id
    assert connection.inputs["peerVpcId"] == plan.one("Vpc", "far-vpc").id
    assert acceptance.inputs["autoAccept"] is True
    assert acceptance.inputs["vpcPeeringConnectionId"] == connection.id


def test_dns_is_set_on_each_side_in_its_own_region_after_acceptance() -> None:
    plan = two()
    accepted = plan.one("VpcPeeringConnectionAccepter").urn
    near, far = (
        plan.one("PeeringConnectionOptions", "link-requester"),
        plan.one("PeeringConnectionOptions", "link-accepter"),
    )
    assert (near.region, far.region) == ("us-east-1", "us-west-2")
    assert near.inputs["requester"] == {"allowRemoteVpcDnsResolution": True}
    assert far.inputs["accepter"] == {"allowRemoteVpcDnsResolution": True}
    assert "accepter" not in near.inputs
    assert "requester" not in far.inputs
    assert all(accepted in options.dependencies for options in (near, far))


def test_dns_can_be_left_off() -> None:
    plan = two(primary=False, dns=False)
    assert plan.of("PeeringConnectionOptions") == ()
    assert plan.exports["link_dns_resolution_enabled"] is False


def test_both_sides_route_to_the_other_once_it_has_accepted() -> None:
    plan = two()
    accepted = plan.one("VpcPeeringConnectionAccepter").urn
    found = {route.name: route for route in plan.of("Route")}
    there, back = found["link-near-app-10.1.0.0-16"], found["link-far-app-10.0.0.0-16"]
    assert there.inputs["routeTableId"] == plan.one("RouteTable", "near-app").id
    assert back.inputs["routeTableId"] == plan.one("RouteTable", "far-app").id
    assert (there.region, back.region) == ("us-east-1", "us-west-2")
    assert all(accepted in route.dependencies for route in found.values())


def test_every_table_and_every_block_of_the_peer_gets_its_route() -> None:
    tiers = {"web": {"kind": "public"}, **APP, "db": {"kind": "isolated"}}
    near = {"zones": 2, "tiers": tiers, "nat": "per-zone", "secondary_cidrs": ["10.9.0.0/24"]}
    plan = two(near=near)
    assert plan.exports["near_route_count"] == 2
    assert plan.exports["far_route_count"] == 2
    assert {route.name for route in plan.of("Route") if route.name.startswith("link-")} == {
        "link-near-app-us-east-1a-10.1.0.0-16",
        "link-near-app-us-east-1b-10.1.0.0-16",
        "link-far-app-10.0.0.0-16",
        "link-far-app-10.9.0.0-24",
    }


def test_a_grant_opens_exactly_one_rule_on_each_side_by_block() -> None:
    plan = two()
    (out,), (into,) = plan.of("SecurityGroupEgressRule"), plan.of("SecurityGroupIngressRule")
    assert (out.inputs["cidrIpv4"], out.inputs["fromPort"], out.region) == ("10.1.4.0/22", 443, "us-east-1")
    assert (into.inputs["cidrIpv4"], into.inputs["toPort"], into.region) == ("10.0.4.0/22", 443, "us-west-2")
    assert out.inputs["description"] == into.inputs["description"] == "HTTPS"


def test_a_pair_in_one_region_works_alike() -> None:
    plan = two(far_region="us-east-1")
    assert plan.one("VpcPeeringConnectionAccepter").region == "us-east-1"
    assert len(plan.of("aws:cloudwatch/eventRule:EventRule")) == 1
    assert plan.exports["link_peering_status"] == "active"


def test_outputs_have_the_peerings_name_and_a_primary_one_has_them_without_it_too() -> None:
    plan = two()
    assert plan.exports["link_peering_connection_id"] == plan.one("VpcPeeringConnection").id
    assert plan.exports["peering_connection_id"] == plan.exports["link_peering_connection_id"]
    assert plan.exports["peering_status"] == "active"
    assert plan.exports["dns_resolution_enabled"] is True
    assert (plan.exports["near_route_count"], plan.exports["link_near_route_count"]) == (1, 1)
    assert "peering_connection_id" not in two(primary=False, dns=False).exports


def meshed(count: int, regions: tuple[str, ...] = ("us-east-1", "us-west-2")) -> Plan:
    networks = {
        f"n{index}": {
            "cidr": f"10.{index}.0.0/16",
            "zones": 1,
            "tiers": APP,
            "region": regions[index % len(regions)],
        }
        for index in range(count)
    }
    grants = [{"from": "n0.app", "to": f"n{index}.app", "port": 443} for index in range(1, count)]
    return deploy_networks(
        networks=networks, meshes={"all": {"members": sorted(networks), "allow": grants}}, monitoring=RELIED_ON
    )


def test_a_mesh_peers_every_two_members_in_one_deployment() -> None:
    plan = meshed(3)
    assert len(plan.of("VpcPeeringConnection")) == 3
    assert plan.exports["n0_route_count"] == 2
    assert plan.exports["n1_route_count"] == 1


def test_a_member_added_to_a_mesh_changes_no_peering_that_is_there() -> None:
    before, after = meshed(2), meshed(3)
    assert urns(before) <= urns(after)
    grown = {resource.urn: resource for resource in after.resources}
    for resource in before.resources:
        if resource.custom:
            assert dict(grown[resource.urn].inputs) == dict(resource.inputs), resource.urn


@pytest.mark.parametrize("region", ["us-west-2", "us-east-1"])
def test_what_is_peered_is_tagged_alike_on_both_sides(region: str) -> None:
    plan = two(far_region=region)
    tags = {
        resource.inputs["tags"]["Name"]
        for kind in ("VpcPeeringConnection", "VpcPeeringConnectionAccepter")
        for resource in plan.of(kind)
    }
    assert tags == {"link-peering-dev"}
