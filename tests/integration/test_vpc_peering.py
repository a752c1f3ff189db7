"""The deployed `vpc-peering`: two networks, and a connection that lets HTTPS through and nothing else."""

from collections.abc import Callable
from ipaddress import IPv4Network
from typing import Any, NamedTuple

import pytest

from tests.support.live import Live
from tests.support.network_view import ANYWHERE, NetworkView, Rule, entries, lets_through
from tests.support.tags import ec2_tags, untagged

HTTPS = 443


class Side(NamedTuple):
    """One side of the peering: a network, the tier of it that takes part, and the other side's."""

    network: NetworkView
    tier: str
    peer: NetworkView
    peer_tier: str
    requests: bool

    @property
    def group(self) -> str:
        return self.network.output(f"{self.tier}_security_group_id")


@pytest.fixture(scope="module")
def live(standing: Callable[[str], Live]) -> Live:
    return standing("vpc-peering")


@pytest.fixture(scope="module")
def sides(live: Live) -> dict[str, Side]:
    payment, analytics = NetworkView(live, "payment"), NetworkView(live, "analytics")
    return {
        "payment": Side(payment, "app", analytics, "api", requests=True),
        "analytics": Side(analytics, "api", payment, "app", requests=False),
    }


@pytest.fixture(params=["payment", "analytics"])
def side(request: pytest.FixtureRequest, sides: dict[str, Side]) -> Side:
    return sides[request.param]


@pytest.fixture
def created(side: Side) -> NetworkView:
    """The network of a side, where this stack made it: an adopted one's gateways and ACLs are its owner's."""
    if not side.network.live.defaults and not side.network.created():
        pytest.skip(f"{side.network.name} is an adopted network")
    return side.network


@pytest.fixture(scope="module")
def connections(sides: dict[str, Side], live: Live) -> dict[str, dict[str, Any]]:
    """The connection as each side's region describes it."""
    ids = [live.outputs["peering_connection_id"]]
    return {
        name: side.network.ec2.describe_vpc_peering_connections(VpcPeeringConnectionIds=ids)["VpcPeeringConnections"][0]
        for name, side in sides.items()
    }


def test_each_vpc_is_there_with_the_block_that_outputs_say(side: Side) -> None:
    assert side.network.vpc()["State"] == "available"
    assert side.network.vpc()["CidrBlock"] == side.network.output("vpc_cidr")


def test_blocks_are_those_of_the_architecture_unless_the_stack_says_otherwise(
    live: Live, sides: dict[str, Side]
) -> None:
    if not live.defaults:
        pytest.skip("this stack's settings may say other blocks")
    found = {name: (side.network.blocks(), side.network.subnet_blocks(side.tier)) for name, side in sides.items()}
    assert found == {
        "payment": ({"10.0.0.0/16"}, {"10.0.1.0/24"}),
        "analytics": ({"10.1.0.0/16"}, {"10.1.2.0/24"}),
    }
    assert {name: side.network.region for name, side in sides.items()} == {
        "payment": "us-east-1",
        "analytics": "us-west-2",
    }


@pytest.mark.parametrize("attribute", ["enableDnsSupport", "enableDnsHostnames"])
def test_each_vpc_resolves_and_gives_names(side: Side, attribute: str) -> None:
    found = side.network.ec2.describe_vpc_attribute(VpcId=side.network.vpc_id, Attribute=attribute)
    assert found[attribute[0].upper() + attribute[1:]]["Value"] is True


def test_subnets_are_in_their_vpc_and_give_no_public_addresses(side: Side) -> None:
    blocks = [IPv4Network(block) for block in side.network.blocks()]
    for subnet in side.network.subnets(side.tier):
        assert subnet["VpcId"] == side.network.vpc_id
        assert any(IPv4Network(subnet["CidrBlock"]).subnet_of(block) for block in blocks)
        assert subnet["MapPublicIpOnLaunch"] is False


def test_the_connection_is_active_and_joins_the_two_vpcs_in_their_regions(
    live: Live, sides: dict[str, Side], connections: dict[str, dict[str, Any]]
) -> None:
    payment, analytics = sides["payment"].network, sides["analytics"].network
    assert live.outputs["peering_status"] == "active"
    for connection in connections.values():
        assert connection["Status"]["Code"] == "active"
        for end, network in (("RequesterVpcInfo", payment), ("AccepterVpcInfo", analytics)):
            assert (connection[end]["VpcId"], connection[end]["Region"]) == (network.vpc_id, network.region)


def test_names_of_the_peer_resolve_to_private_addresses_on_both_sides(
    live: Live, connections: dict[str, dict[str, Any]]
) -> None:
    assert live.outputs["dns_resolution_enabled"] is True
    for end, name in (("RequesterVpcInfo", "payment"), ("AccepterVpcInfo", "analytics")):
        assert connections[name][end]["PeeringOptions"]["AllowDnsResolutionFromRemoteVpc"] is True


def test_the_networks_do_not_overlap(sides: dict[str, Side]) -> None:
    here, there = (side.network.blocks() for side in sides.values())
    assert not any(IPv4Network(one).overlaps(IPv4Network(other)) for one in here for other in there)


def test_every_route_table_of_the_tier_leads_to_the_peer(live: Live, side: Side) -> None:
    for table in side.network.route_tables(side.tier):
        to_peer = {
            route["DestinationCidrBlock"]: route["State"]
            for route in table["Routes"]
            if route.get("VpcPeeringConnectionId") == live.outputs["peering_connection_id"]
        }
        assert to_peer == dict.fromkeys(side.peer.blocks(), "active")


def test_the_subnets_of_the_tier_use_the_route_tables_that_outputs_name(side: Side) -> None:
    used = {side.network.table_of(subnet)["RouteTableId"] for subnet in side.network.output(f"{side.tier}_subnet_ids")}
    assert used == set(side.network.output(f"{side.tier}_route_table_ids"))


def test_there_are_as_many_routes_to_the_peer_as_outputs_count(live: Live, side: Side) -> None:
    routes = [
        route
        for table in side.network.of_vpc("route_tables")
        for route in table["Routes"]
        if route.get("VpcPeeringConnectionId") == live.outputs["peering_connection_id"]
    ]
    assert len(routes) == side.network.output("route_count") > 0


def test_the_group_of_the_payment_application_lets_https_out_to_the_api_and_nothing_else(
    sides: dict[str, Side],
) -> None:
    payment = sides["payment"]
    wanted = [Rule(True, "tcp", HTTPS, HTTPS, block) for block in payment.peer.subnet_blocks(payment.peer_tier)]
    assert payment.network.rules(payment.group) == sorted(wanted)


def test_the_group_of_the_analytics_api_lets_https_in_from_the_application_and_nothing_else(
    sides: dict[str, Side],
) -> None:
    analytics = sides["analytics"]
    wanted = [Rule(False, "tcp", HTTPS, HTTPS, block) for block in analytics.peer.subnet_blocks(analytics.peer_tier)]
    assert analytics.network.rules(analytics.group) == sorted(wanted)


def test_groups_and_their_rules_say_what_they_are_for(side: Side) -> None:
    (group,) = side.network.ec2.describe_security_groups(GroupIds=[side.group])["SecurityGroups"]
    assert group["Description"]
    assert group["VpcId"] == side.network.vpc_id
    permissions = [*group["IpPermissions"], *group["IpPermissionsEgress"]]
    assert all(block.get("Description") for permission in permissions for block in permission["IpRanges"])


def test_the_network_has_no_groups_but_its_tiers_and_the_emptied_default(created: NetworkView, side: Side) -> None:
    default = created.default_group()
    assert (default["IpPermissions"], default["IpPermissionsEgress"]) == ([], [])
    assert {group["GroupId"] for group in created.of_vpc("security_groups")} == {default["GroupId"], side.group}


def test_acls_let_https_and_its_answers_pass_to_and_from_the_peers_subnets(created: NetworkView, side: Side) -> None:
    for subnet in created.output(f"{side.tier}_subnet_ids"):
        for block in side.peer.subnet_blocks(side.peer_tier):
            acl = created.acl_of(subnet)
            assert lets_through(acl, block, HTTPS, outward=side.requests)
            assert not lets_through(acl, block, HTTPS, outward=not side.requests)


def test_acls_let_nothing_pass_but_the_peer(created: NetworkView, side: Side) -> None:
    peers = [IPv4Network(block) for block in side.peer.subnet_blocks(side.peer_tier)]
    for subnet in created.output(f"{side.tier}_subnet_ids"):
        acl = created.acl_of(subnet)
        assert acl["IsDefault"] is False
        for entry in entries(acl):
            assert entry.action == "deny" or any(entry.block.subnet_of(peer) for peer in peers)
        assert not any("Ipv6CidrBlock" in entry and entry["RuleAction"] == "allow" for entry in acl["Entries"])


def test_there_is_no_way_to_the_internet(created: NetworkView) -> None:
    assert created.of_vpc("internet_gateways", key="attachment.vpc-id") == []
    routes = [route for table in created.of_vpc("route_tables") for route in table["Routes"]]
    assert ANYWHERE not in {route.get("DestinationCidrBlock") for route in routes}


def test_what_ec2_holds_of_each_side_bears_all_tags(live: Live, created: NetworkView, side: Side) -> None:
    group_rules = created.ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [side.group]}])
    subnets = created.output(f"{side.tier}_subnet_ids")
    tags = ec2_tags(
        live,
        created.region,
        [
            created.vpc_id,
            live.outputs["peering_connection_id"],
            created.default_group()["GroupId"],
            side.group,
            *subnets,
            *created.output(f"{side.tier}_route_table_ids"),
            *(created.acl_of(subnet)["NetworkAclId"] for subnet in subnets),
            *(rule["SecurityGroupRuleId"] for rule in group_rules["SecurityGroupRules"]),
            created.flow_log()["FlowLogId"],
        ],
    )
    assert untagged(live, tags) == {}
    assert {own["Compliance"] for own in tags.values()} == {"PCI-DSS"}
