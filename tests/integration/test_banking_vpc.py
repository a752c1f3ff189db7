"""The deployed `banking-vpc`: three tiers over three zones, their ways out, and who may talk to whom."""

from collections.abc import Callable
from ipaddress import IPv4Network
from typing import Any

import pytest

from tests.support.live import Live
from tests.support.network_view import ANYWHERE, NetworkView, Rule, entries, lets, lets_through
from tests.support.tags import ec2_tags, tags_by_arn, untagged

TIERS = ("public", "private", "database")
HTTP, HTTPS, ECS, POSTGRES = 80, 443, 8080, 5432
SSH, RDP = 22, 3389
# A direction of an ACL takes no more.
MOST_ENTRIES = 20


@pytest.fixture(scope="module")
def live(standing: Callable[[str], Live]) -> Live:
    return standing("banking-vpc")


@pytest.fixture(scope="module")
def network(live: Live) -> NetworkView:
    return NetworkView(live, "banking")


@pytest.fixture(scope="module")
def groups(network: NetworkView) -> dict[str, str]:
    """Ids of the security groups, by name."""
    return {name: network.output(f"{name}_security_group_id") for name in ("alb", "ecs", "database", "endpoints")}


@pytest.fixture(scope="module")
def acls(network: NetworkView) -> dict[str, dict[str, Any]]:
    """The one ACL of each tier's subnets."""
    found: dict[str, dict[str, Any]] = {}
    for tier in TIERS:
        by_id = {acl["NetworkAclId"]: acl for acl in map(network.acl_of, network.output(f"{tier}_subnet_ids"))}
        ((_, found[tier]),) = by_id.items()
    return found


@pytest.fixture(scope="module")
def endpoints(network: NetworkView) -> dict[str, dict[str, Any]]:
    """The endpoints of the VPC, by the service's short name."""
    prefix = f"com.amazonaws.{network.region}."
    return {found["ServiceName"].removeprefix(prefix): found for found in network.of_vpc("vpc_endpoints")}


def ways_out(table: dict[str, Any]) -> list[dict[str, Any]]:
    """The routes of a table that leave the VPC, those to gateway endpoints aside."""
    return [
        route
        for route in table["Routes"]
        if route.get("GatewayId") != "local" and "DestinationPrefixListId" not in route
    ]


def test_the_vpc_is_there_with_its_block_and_names(network: NetworkView) -> None:
    vpc = network.vpc()
    assert (vpc["State"], vpc["CidrBlock"]) == ("available", network.output("vpc_cidr"))
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        found = network.ec2.describe_vpc_attribute(VpcId=network.vpc_id, Attribute=attribute)
        assert found[attribute[0].upper() + attribute[1:]]["Value"] is True


def test_blocks_are_those_of_the_architecture_unless_the_stack_says_otherwise(live: Live, network: NetworkView) -> None:
    if not live.defaults:
        pytest.skip("this stack's settings may say other blocks")
    assert network.blocks() == {"10.50.0.0/16"}
    assert network.subnet_blocks("database") == {"10.50.20.0/24", "10.50.21.0/24", "10.50.22.0/24"}


def test_each_tier_has_a_subnet_in_each_of_three_zones(network: NetworkView) -> None:
    zones = {tier: {subnet["AvailabilityZone"] for subnet in network.subnets(tier)} for tier in TIERS}
    assert {len(found) for found in zones.values()} == {3}
    assert zones["public"] == zones["private"] == zones["database"]
    named = {subnet for tier in TIERS for subnet in network.output(f"{tier}_subnet_ids")}
    assert {subnet["SubnetId"] for subnet in network.of_vpc("subnets")} == named
    assert len(named) == 9


def test_subnets_lie_in_the_vpc_and_give_no_public_addresses(network: NetworkView) -> None:
    (whole,) = map(IPv4Network, network.blocks())
    for subnet in network.of_vpc("subnets"):
        assert IPv4Network(subnet["CidrBlock"]).subnet_of(whole)
        assert subnet["MapPublicIpOnLaunch"] is False


def test_the_primary_network_is_also_found_without_its_name(live: Live, network: NetworkView) -> None:
    for key in ("vpc_id", "vpc_cidr", "db_subnet_group_name", "nat_gateway_ids", "database_subnet_ids"):
        assert live.outputs[key] == network.output(key)


def test_each_subnet_uses_the_route_tables_of_its_tier(network: NetworkView) -> None:
    for tier in TIERS:
        used = {network.table_of(subnet)["RouteTableId"] for subnet in network.output(f"{tier}_subnet_ids")}
        assert used == set(network.output(f"{tier}_route_table_ids"))


def test_public_subnets_lead_to_the_internet_gateway(network: NetworkView) -> None:
    (gateway,) = network.of_vpc("internet_gateways", key="attachment.vpc-id")
    for table in network.route_tables("public"):
        (route,) = ways_out(table)
        assert (route["DestinationCidrBlock"], route["State"]) == (ANYWHERE, "active")
        assert route["GatewayId"] == gateway["InternetGatewayId"]


def test_private_subnets_lead_to_the_nat_gateway(network: NetworkView) -> None:
    for table in network.route_tables("private"):
        (route,) = ways_out(table)
        assert (route["DestinationCidrBlock"], route["State"]) == (ANYWHERE, "active")
        assert route["NatGatewayId"] in network.output("nat_gateway_ids")


def test_database_subnets_have_no_way_out(network: NetworkView) -> None:
    assert [ways_out(table) for table in network.route_tables("database")] == [[]]


def test_one_nat_gateway_with_an_elastic_ip_stands_in_a_public_subnet(network: NetworkView) -> None:
    found = [gateway for gateway in network.of_vpc("nat_gateways") if gateway["State"] != "deleted"]
    assert [gateway["NatGatewayId"] for gateway in found] == network.output("nat_gateway_ids")
    (gateway,) = found
    assert (gateway["State"], gateway.get("ConnectivityType", "public")) == ("available", "public")
    assert gateway["SubnetId"] in network.output("public_subnet_ids")
    (address,) = gateway["NatGatewayAddresses"]
    (elastic,) = network.ec2.describe_addresses(AllocationIds=[address["AllocationId"]])["Addresses"]
    assert elastic["PublicIp"] == address["PublicIp"]


def test_each_tier_has_an_acl_of_its_own(acls: dict[str, dict[str, Any]]) -> None:
    assert len({acl["NetworkAclId"] for acl in acls.values()}) == len(TIERS)
    assert [acl["IsDefault"] for acl in acls.values()] == [False] * len(TIERS)


@pytest.mark.parametrize("tier", TIERS)
def test_acls_have_no_more_entries_than_aws_takes(acls: dict[str, dict[str, Any]], tier: str) -> None:
    for egress in (False, True):
        assert sum(entry.egress == egress for entry in entries(acls[tier])) <= MOST_ENTRIES


def test_acls_let_no_tier_be_administered_from_the_internet(acls: dict[str, dict[str, Any]]) -> None:
    for acl in acls.values():
        assert not any(lets(acl, ANYWHERE, port, egress=False) for port in (SSH, RDP))
        denied = [entry.number for entry in entries(acl) if entry.action == "deny"]
        opened = [
            entry.number
            for entry in entries(acl)
            if not entry.egress and entry.action == "allow" and str(entry.block) == ANYWHERE and RDP in entry.ports
        ]
        assert not opened or max(denied) < min(opened)
        assert not any(entry.action == "allow" and SSH in entry.ports for entry in entries(acl))


def test_the_public_acl_lets_the_web_in_and_answers_out(acls: dict[str, dict[str, Any]]) -> None:
    for port in (HTTP, HTTPS):
        assert lets_through(acls["public"], ANYWHERE, port, outward=False)
    assert lets_through(acls["public"], ANYWHERE, HTTPS, outward=True)


def test_acls_let_each_tier_talk_to_the_next(network: NetworkView, acls: dict[str, dict[str, Any]]) -> None:
    for source, target, port in (("public", "private", ECS), ("private", "database", POSTGRES)):
        for block in network.subnet_blocks(target):
            assert lets_through(acls[source], block, port, outward=True)
        for block in network.subnet_blocks(source):
            assert lets_through(acls[target], block, port, outward=False)


def test_acls_let_private_subnets_out_by_nat_and_to_the_endpoints(
    network: NetworkView, acls: dict[str, dict[str, Any]]
) -> None:
    assert lets_through(acls["private"], ANYWHERE, HTTPS, outward=True)
    for block in network.subnet_blocks("private"):
        assert lets_through(acls["public"], block, HTTPS, outward=False)
        assert lets_through(acls["private"], block, HTTPS, outward=False)


def test_the_database_acl_knows_nothing_beyond_the_vpc_and_public_subnets_get_no_connection(
    network: NetworkView, acls: dict[str, dict[str, Any]]
) -> None:
    (whole,) = map(IPv4Network, network.blocks())
    assert all(entry.block.subnet_of(whole) for entry in entries(acls["database"]) if entry.action == "allow")
    opened = [entry for entry in entries(acls["database"]) if not entry.egress and len(entry.ports) == 1]
    assert {str(entry.block) for entry in opened} == network.subnet_blocks("private")


def test_security_groups_are_a_chain_from_the_internet_to_the_database(
    network: NetworkView, groups: dict[str, str], endpoints: dict[str, dict[str, Any]]
) -> None:
    (s3,) = network.ec2.describe_prefix_lists(
        Filters=[{"Name": "prefix-list-name", "Values": [endpoints["s3"]["ServiceName"]]}]
    )["PrefixLists"]
    wanted = {
        "alb": [
            Rule(False, "tcp", HTTPS, HTTPS, ANYWHERE),
            Rule(True, "tcp", ECS, ECS, groups["ecs"]),
        ],
        "ecs": [
            Rule(False, "tcp", ECS, ECS, groups["alb"]),
            Rule(True, "tcp", POSTGRES, POSTGRES, groups["database"]),
            Rule(True, "tcp", HTTPS, HTTPS, groups["endpoints"]),
            Rule(True, "tcp", HTTPS, HTTPS, s3["PrefixListId"]),
            Rule(True, "tcp", HTTPS, HTTPS, ANYWHERE),
        ],
        "database": [Rule(False, "tcp", POSTGRES, POSTGRES, groups["ecs"])],
        "endpoints": [Rule(False, "tcp", HTTPS, HTTPS, network.output("vpc_cidr"))],
    }
    for name, rules in wanted.items():
        assert network.rules(groups[name]) == sorted(rules), name


def test_groups_and_their_rules_say_what_they_are_for(network: NetworkView, groups: dict[str, str]) -> None:
    # moto forgets the descriptions of rules to prefix lists.
    peers = (
        ("IpRanges", "UserIdGroupPairs") if network.live.embedded else ("IpRanges", "UserIdGroupPairs", "PrefixListIds")
    )
    for group in network.ec2.describe_security_groups(GroupIds=list(groups.values()))["SecurityGroups"]:
        assert group["Description"]
        permissions = [*group["IpPermissions"], *group["IpPermissionsEgress"]]
        rules = [rule for permission in permissions for peer in peers for rule in permission[peer]]
        assert rules
        assert all(rule.get("Description") for rule in rules)


def test_no_other_group_has_a_rule(network: NetworkView, groups: dict[str, str]) -> None:
    others = {group["GroupId"] for group in network.of_vpc("security_groups")} - set(groups.values())
    assert network.default_group()["GroupId"] in others
    assert [group for group in others if network.rules(group)] == []


def test_s3_is_reached_by_a_gateway_endpoint_in_the_private_and_database_tables(
    network: NetworkView, endpoints: dict[str, dict[str, Any]]
) -> None:
    s3 = endpoints["s3"]
    assert (s3["VpcEndpointType"], s3["State"]) == ("Gateway", "available")
    inner = {table for tier in ("private", "database") for table in network.output(f"{tier}_route_table_ids")}
    assert set(s3["RouteTableIds"]) == inner
    for table in network.of_vpc("route_tables"):
        leads = s3["VpcEndpointId"] in {route.get("GatewayId") for route in table["Routes"]}
        assert leads == (table["RouteTableId"] in inner)


@pytest.mark.parametrize("service", ["ecr.api", "ecr.dkr"])
def test_container_images_come_by_interface_endpoints_in_the_private_subnets(
    network: NetworkView, groups: dict[str, str], endpoints: dict[str, dict[str, Any]], service: str
) -> None:
    endpoint = endpoints[service]
    assert (endpoint["VpcEndpointType"], endpoint["State"]) == ("Interface", "available")
    assert endpoint["PrivateDnsEnabled"] is True
    assert set(endpoint["SubnetIds"]) == set(network.output("private_subnet_ids"))
    assert [group["GroupId"] for group in endpoint["Groups"]] == [groups["endpoints"]]


def test_there_are_no_other_endpoints(endpoints: dict[str, dict[str, Any]]) -> None:
    assert set(endpoints) == {"s3", "ecr.api", "ecr.dkr"}


def test_the_database_subnet_group_is_of_the_database_subnets(network: NetworkView) -> None:
    rds = network.live.client("rds", network.region)
    name = network.output("db_subnet_group_name")
    (group,) = rds.describe_db_subnet_groups(DBSubnetGroupName=name)["DBSubnetGroups"]
    assert (group["VpcId"], group["SubnetGroupStatus"]) == (network.vpc_id, "Complete")
    subnets = {subnet["SubnetIdentifier"]: subnet["SubnetAvailabilityZone"]["Name"] for subnet in group["Subnets"]}
    assert set(subnets) == set(network.output("database_subnet_ids"))
    assert len(set(subnets.values())) == 3
    assert untagged(network.live, {name: tags_by_arn(network.live, network.region, group["DBSubnetGroupArn"])}) == {}


def test_everything_in_the_vpc_bears_all_tags(
    network: NetworkView, acls: dict[str, dict[str, Any]], endpoints: dict[str, dict[str, Any]]
) -> None:
    (internet,) = network.of_vpc("internet_gateways", key="attachment.vpc-id")
    groups = [group["GroupId"] for group in network.of_vpc("security_groups")]
    nats = network.of_vpc("nat_gateways")
    ids = [
        network.vpc_id,
        *(subnet["SubnetId"] for subnet in network.of_vpc("subnets")),
        *(table for tier in TIERS for table in network.output(f"{tier}_route_table_ids")),
        internet["InternetGatewayId"],
        *network.output("nat_gateway_ids"),
        *(address["AllocationId"] for nat in nats for address in nat["NatGatewayAddresses"]),
        *(acl["NetworkAclId"] for acl in acls.values()),
        *groups,
        *(endpoint["VpcEndpointId"] for endpoint in endpoints.values()),
        network.flow_log()["FlowLogId"],
    ]
    rules = network.ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": groups}])
    ids += [rule["SecurityGroupRuleId"] for rule in rules["SecurityGroupRules"]]
    tags = ec2_tags(network.live, network.region, ids)
    assert untagged(network.live, tags) == {}
    assert {own["Compliance"] for own in tags.values()} == {"PCI-DSS"}
