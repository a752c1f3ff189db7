"""`vpc-peering` on VPCs that are there already: what it adds to them, and that it leaves the rest as it is."""

from collections.abc import Callable
from typing import Any, NamedTuple

import boto3
import pulumi
import pytest
from pulumi_aws import Provider

from lib.tap_stack import TapStack
from tap.embedded.aws import EmbeddedAws
from tap.embedded.connection import Connection
from tests.support.deploy import deploy
from tests.support.embedded import deploy_beside
from tests.support.live import Live
from tests.support.network_view import NetworkView, Rule
from tests.support.stack import stack_args

EAST, WEST = "us-east-1", "us-west-2"
TIERS = {"payment": "app", "analytics": "api"}
OWNER = [{"Key": "Name", "Value": "legacy"}]


class Existing(NamedTuple):
    """A VPC of somebody else: a subnet with a route table of its own, one that uses the main table, and an ACL."""

    region: str
    vpc_id: str
    cidr: str
    subnet_id: str
    table_id: str
    main_subnet_id: str
    main_table_id: str


@pytest.fixture(scope="module")
def client(spare_aws: str) -> Callable[[str], Any]:
    make: Any = getattr(boto3, "client")  # noqa: B009 (its type knows only literal names)
    keys = {"aws_access_key_id": "owner", "aws_secret_access_key": "owner"}
    return lambda region: make("ec2", region_name=region, endpoint_url=spare_aws, **keys)


def make_vpc(ec2: Any, region: str, prefix: str, block: str, other_block: str) -> Existing:
    vpc_id = ec2.create_vpc(CidrBlock=f"{prefix}.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
    ec2.create_tags(Resources=[vpc_id], Tags=OWNER)
    subnets = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr, AvailabilityZone=f"{region}{zone}")["Subnet"]["SubnetId"]
        for cidr, zone in ((block, "a"), (other_block, "b"))
    ]
    table_id = ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table_id, SubnetId=subnets[0])
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["RouteTables"]
    (main,) = {table["RouteTableId"] for table in tables} - {table_id}
    return Existing(region, vpc_id, f"{prefix}.0.0/16", subnets[0], table_id, subnets[1], main)


@pytest.fixture(scope="module")
def payment(client: Callable[[str], Any]) -> Existing:
    """Its application is in the subnet with a route table of its own."""
    return make_vpc(client(EAST), EAST, "10.20", "10.20.5.0/24", "10.20.6.0/24")


@pytest.fixture(scope="module")
def analytics(client: Callable[[str], Any]) -> Existing:
    """Its API is in the subnet that uses the main route table."""
    return make_vpc(client(WEST), WEST, "10.30", "10.30.6.0/24", "10.30.5.0/24")


@pytest.fixture(scope="module")
def both(spare_aws: str, payment: Existing, analytics: Existing) -> Live:
    """Both networks adopted."""
    return deploy_beside(
        spare_aws,
        "vpc-peering",
        "environmentSuffix=both",
        f"payment_vpc_id={payment.vpc_id}",
        f"payment_vpc_cidr={payment.cidr}",
        "payment_app_subnet_cidr=10.20.5.0/24",
        f"analytics_vpc_id={analytics.vpc_id}",
        f"analytics_vpc_cidr={analytics.cidr}",
        "analytics_api_subnet_cidr=10.30.5.0/24",
    )


@pytest.fixture(scope="module")
def mixed(spare_aws: str, client: Callable[[str], Any]) -> tuple[Live, Existing]:
    """The analytics network adopted, with the blocks that the blueprint states; the payment network created."""
    adopted = make_vpc(client(WEST), WEST, "10.1", "10.1.2.0/24", "10.1.3.0/24")
    overrides = ("environmentSuffix=mixed", f"analytics_vpc_id={adopted.vpc_id}")
    return deploy_beside(spare_aws, "vpc-peering", *overrides), adopted


def peering_routes(network: NetworkView) -> set[tuple[str, str, str]]:
    """Every route of a VPC to a peering: table, destination, connection."""
    return {
        (table["RouteTableId"], route["DestinationCidrBlock"], route["VpcPeeringConnectionId"])
        for table in network.of_vpc("route_tables")
        for route in table["Routes"]
        if "VpcPeeringConnectionId" in route
    }


def test_outputs_are_those_of_the_adopted_vpcs(both: Live, payment: Existing, analytics: Existing) -> None:
    assert both.outputs["payment_vpc_id"] == both.outputs["vpc_id"] == payment.vpc_id
    assert both.outputs["analytics_vpc_id"] == analytics.vpc_id
    assert both.outputs["payment_app_subnet_ids"] == [payment.subnet_id]
    assert both.outputs["analytics_api_subnet_ids"] == [analytics.main_subnet_id]
    assert both.outputs["payment_app_route_table_ids"] == [payment.table_id]
    assert both.outputs["analytics_api_route_table_ids"] == [analytics.main_table_id]
    assert (both.outputs["payment_route_count"], both.outputs["analytics_route_count"]) == (1, 1)
    assert (both.outputs["peering_status"], both.outputs["dns_resolution_enabled"]) == ("active", True)


def test_only_the_tables_of_the_tiers_subnets_lead_to_the_peer(
    both: Live, payment: Existing, analytics: Existing
) -> None:
    connection = both.outputs["peering_connection_id"]
    assert peering_routes(NetworkView(both, "payment")) == {(payment.table_id, analytics.cidr, connection)}
    assert peering_routes(NetworkView(both, "analytics")) == {(analytics.main_table_id, payment.cidr, connection)}


def test_groups_are_made_in_the_adopted_vpcs_for_their_owner_to_attach(both: Live) -> None:
    payment, analytics = NetworkView(both, "payment"), NetworkView(both, "analytics")
    https = ("tcp", 443, 443)
    assert payment.rules(payment.output("app_security_group_id")) == [Rule(True, *https, "10.30.5.0/24")]
    assert analytics.rules(analytics.output("api_security_group_id")) == [Rule(False, *https, "10.20.5.0/24")]
    for network in (payment, analytics):
        (group,) = [found for found in network.of_vpc("security_groups") if found["GroupName"] != "default"]
        assert group["GroupId"] == network.output("security_group_id")


def test_what_is_not_peering_in_an_adopted_vpc_stays_its_owners(both: Live) -> None:
    for name in TIERS:
        network = NetworkView(both, name)
        recorded = [{"Name": "resource-id", "Values": [network.vpc_id]}]
        assert network.vpc()["Tags"] == OWNER
        assert len(network.of_vpc("subnets")) == 2
        assert [acl["IsDefault"] for acl in network.of_vpc("network_acls")] == [True]
        assert network.default_group()["IpPermissionsEgress"] != []
        assert network.ec2.describe_flow_logs(Filters=recorded)["FlowLogs"] == []
        assert network.of_vpc("internet_gateways", key="attachment.vpc-id") == []


def test_an_adopted_peering_is_watched_like_any_other(both: Live) -> None:
    for name, tier in TIERS.items():
        region = both.outputs[f"{name}_region"]
        topic = both.outputs[f"alarm_topic_arn_{region.replace('-', '_')}"]
        events = both.client("events", region)
        (rule,) = events.list_rule_names_by_target(TargetArn=topic)["RuleNames"]
        pattern = events.describe_rule(Name=rule)["EventPattern"]
        (table,) = both.outputs[f"{name}_{tier}_route_table_ids"]
        assert table in pattern


def test_a_created_and_an_adopted_network_are_peered_alike(mixed: tuple[Live, Existing]) -> None:
    live, adopted = mixed
    payment, analytics = NetworkView(live, "payment"), NetworkView(live, "analytics")
    assert (payment.created(), analytics.created()) == (True, False)
    assert analytics.vpc_id == adopted.vpc_id
    connection = live.outputs["peering_connection_id"]
    (table,) = payment.output("app_route_table_ids")
    assert peering_routes(payment) == {(table, adopted.cidr, connection)}
    assert peering_routes(analytics) == {(adopted.table_id, payment.output("vpc_cidr"), connection)}
    (found,) = analytics.ec2.describe_vpc_peering_connections(VpcPeeringConnectionIds=[connection])[
        "VpcPeeringConnections"
    ]
    assert found["Status"]["Code"] == "active"
    for end in ("RequesterVpcInfo", "AccepterVpcInfo"):
        assert found[end]["PeeringOptions"]["AllowDnsResolutionFromRemoteVpc"] is True


def test_a_created_and_an_adopted_network_have_the_same_outputs(both: Live, mixed: tuple[Live, Existing]) -> None:
    live, _ = mixed
    assert set(live.outputs) == set(both.outputs)


def test_get_route_tables_gives_the_tables_of_a_vpc_that_the_program_itself_creates(
    spare_aws: str, payment: Existing
) -> None:
    tiers = {"app": {"kind": "private"}, "data": {"kind": "isolated"}}
    args = stack_args(
        environment_suffix="tables", networks={"main": {"cidr": "10.60.0.0/16", "zones": 2, "tiers": tiers}}
    )

    def program() -> None:
        stack = TapStack("tapstack", args)
        provider: Provider = stack.regions.provider(EAST)
        vpc_id = stack.networks["main"].vpc_id
        pulumi.export("vpc_id", vpc_id)
        pulumi.export("created", stack.get_route_tables(vpc_id, provider))
        pulumi.export("existing", stack.get_route_tables(payment.vpc_id, provider))

    exports = deploy(program, answers=EmbeddedAws(Connection(spare_aws))).exports
    live = Live({"main_vpc_id": exports["vpc_id"], "main_region": EAST, "primary_region": EAST}, endpoint=spare_aws)
    tables = NetworkView(live, "main").of_vpc("route_tables")
    # One for each tier, and the main one.
    assert len(tables) == 3
    assert exports["created"] == sorted(table["RouteTableId"] for table in tables)
    assert exports["existing"] == sorted([payment.table_id, payment.main_table_id])
