"""What a recording answers to look-ups."""

import pulumi
import pulumi_aws as aws
import pytest

from tap.engine.answers import AnswerError
from tap.recording import ExistingSubnet, ExistingVpc, Recording, assumed
from tests.support.deploy import deploy

VPCS = {
    "vpc-1": ExistingVpc(
        "10.0.0.0/16",
        region="us-west-2",
        secondary_cidrs=["10.9.0.0/16"],
        subnets={
            "subnet-a": ExistingSubnet("10.0.1.0/24", "us-west-2a", route_table="rtb-a"),
            "subnet-b": ExistingSubnet("10.0.2.0/24", "us-west-2b"),
        },
        routes={"rtb-a": {"10.1.0.0/16": "pcx-1", "0.0.0.0/0": "igw-1"}},
        peerings={"pcx-1": "old"},
        tags={"Name": "one"},
    ),
    "vpc-2": ExistingVpc("10.2.0.0/16", region="us-west-2", dns_support=False),
    "vpc-3": ExistingVpc("10.3.0.0/16", region="eu-west-1"),
}


def look(name, region="us-west-2", /, **args):
    module = "index" if name in {"getAvailabilityZones", "getRegion", "getPartition", "getCallerIdentity"} else "ec2"
    return Recording(VPCS).invoke(f"aws:{module}/{name}:{name}", args, None, region)


def where(name, *values):
    return [{"name": name, "values": list(values)}]


@pytest.mark.parametrize(
    ("region", "zones"), [("us-east-1", "abcdef"), ("us-west-1", "ac"), ("ap-northeast-1", "acd"), ("eu-west-1", "abc")]
)
def test_a_region_has_its_own_zones(region, zones):
    assert look("getAvailabilityZones", region)["names"] == [f"{region}{zone}" for zone in zones]


def test_the_account_the_partition_and_the_region_are_told():
    assert look("getCallerIdentity")["accountId"] == "123456789012"
    assert look("getPartition")["partition"] == "aws"
    assert look("getRegion", "eu-west-1")["region"] == "eu-west-1"


def test_an_existing_vpc_is_found_in_its_own_region():
    found = look("getVpc", id="vpc-1")
    assert (found["cidrBlock"], found["tags"], found["enableDnsSupport"]) == ("10.0.0.0/16", {"Name": "one"}, True)
    assert [block["cidrBlock"] for block in found["cidrBlockAssociations"]] == ["10.0.0.0/16", "10.9.0.0/16"]
    assert look("getVpc", filters=where("vpc-id", "vpc-1"))["id"] == "vpc-1"
    assert look("getVpc", id="vpc-2")["enableDnsSupport"] is False


@pytest.mark.parametrize("id_", ["vpc-3", "vpc-9", ""])
def test_a_vpc_elsewhere_or_nowhere_is_not_found(id_):
    with pytest.raises(AnswerError, match="no matching EC2 VPC found"):
        look("getVpc", id=id_)


def test_declared_subnets_are_found_by_vpc_id_block_and_zone():
    assert look("getSubnets", filters=where("vpc-id", "vpc-1"))["ids"] == ["subnet-a", "subnet-b"]
    assert look("getSubnets", filters=where("cidr-block", "10.0.2.0/24"))["ids"] == ["subnet-b"]
    assert look("getSubnets", filters=where("availability-zone", "us-west-2a") + where("vpc-id", "vpc-1"))["ids"] == [
        "subnet-a"
    ]
    assert look("getSubnet", id="subnet-b", vpcId="vpc-1")["cidrBlock"] == "10.0.2.0/24"
    assert look("getSubnets", filters=where("vpc-id", "vpc-9"))["ids"] == []


def test_a_subnet_that_is_not_declared_is_not_found():
    with pytest.raises(AnswerError, match="no matching EC2 Subnets found"):
        look("getSubnet", id="subnet-c", vpcId="vpc-1")
    with pytest.raises(AnswerError, match="multiple EC2 Subnets matched"):
        look("getSubnet", vpcId="vpc-1")


def test_a_vpc_without_declared_subnets_has_those_asked_for():
    two = look("getSubnets", filters=where("vpc-id", "vpc-2"))["ids"]
    assert len(two) == 2
    by_block = look("getSubnets", filters=where("vpc-id", "vpc-2") + where("cidr-block", "10.2.7.0/24"))["ids"]
    assert len(by_block) == 1
    by_id = look("getSubnet", id="subnet-x", vpcId="vpc-2")
    assert by_id["cidrBlock"].startswith("10.2.")
    assert by_id["availabilityZone"].startswith("us-west-2")
    assert by_id == look("getSubnet", id="subnet-x", vpcId="vpc-2")


def test_a_derived_subnet_is_the_same_by_id_as_by_block():
    (subnet,) = look("getSubnets", filters=where("vpc-id", "vpc-2") + where("cidr-block", "10.2.7.0/24"))["ids"]
    assert look("getSubnet", id=subnet)["cidrBlock"] == "10.2.7.0/24"
    blocks = [
        look("getSubnet", id=id_)["cidrBlock"] for id_ in look("getSubnets", filters=where("vpc-id", "vpc-2"))["ids"]
    ]
    assert sorted(blocks) == ["10.2.0.0/24", "10.2.1.0/24"]


def test_a_block_outside_the_vpc_has_no_subnet():
    assert look("getSubnets", filters=where("vpc-id", "vpc-2") + where("cidr-block", "10.8.0.0/24"))["ids"] == []


def test_an_unknown_filter_is_refused_not_ignored():
    with pytest.raises(AnswerError, match="the filter owner-id is not among those that a recording knows"):
        look("getSubnets", filters=where("owner-id", "1"))


def test_route_tables_are_the_main_one_and_those_of_subnets():
    tables = look("getRouteTables", vpcId="vpc-1")["ids"]
    assert "rtb-a" in tables
    assert len(tables) == 2
    (main,) = set(tables) - {"rtb-a"}
    assert look("getVpc", id="vpc-1")["mainRouteTableId"] == main
    assert look("getRouteTables", filters=where("vpc-id", "vpc-1") + where("association.main", "true"))["ids"] == [main]
    assert [one["main"] for one in look("getRouteTable", routeTableId=main)["associations"]] == [True]


def test_a_route_table_tells_its_subnets_and_where_its_routes_go():
    table = look("getRouteTable", routeTableId="rtb-a")
    assert [(one["main"], one["subnetId"]) for one in table["associations"]] == [(False, "subnet-a")]
    routes = {route["cidrBlock"]: (route["gatewayId"], route["vpcPeeringConnectionId"]) for route in table["routes"]}
    assert routes == {
        "10.0.0.0/16": ("local", ""),
        "10.9.0.0/16": ("local", ""),
        "10.1.0.0/16": ("", "pcx-1"),
        "0.0.0.0/0": ("igw-1", ""),
    }


def test_a_subnet_without_association_has_no_route_table_of_its_own():
    assert look("getRouteTable", subnetId="subnet-a")["id"] == "rtb-a"
    with pytest.raises(AnswerError, match="query returned no results"):
        look("getRouteTable", subnetId="subnet-b")


def test_more_than_one_matching_route_table_is_an_error():
    with pytest.raises(AnswerError, match="multiple Route Tables matched"):
        look("getRouteTable", vpcId="vpc-1")


def test_an_existing_peering_has_its_name():
    assert look("getVpcPeeringConnection", id="pcx-1")["tags"] == {"Name": "old"}
    with pytest.raises(AnswerError, match="no matching EC2 VPC Peering Connection found"):
        look("getVpcPeeringConnection", id="pcx-9")


@pytest.mark.parametrize("name", ["getPrefixList", "getManagedPrefixList"])
def test_a_prefix_list_differs_by_region(name):
    service = "com.amazonaws.us-west-2.s3"
    assert look(name, name=service)["id"] != look(name, "us-east-1", name=service)["id"]
    assert look(name, filters=where("prefix-list-name", service))["id"] == look(name, name=service)["id"]


def test_assumed_vpcs_are_read_from_text():
    assert assumed(["vpc-1=10.0.0.0/16", "vpc-2=10.1.0.0/16@eu-west-1,subnet-1=10.1.1.0/24@eu-west-1b"]) == {
        "vpc-1": ExistingVpc("10.0.0.0/16", "us-east-1"),
        "vpc-2": ExistingVpc(
            "10.1.0.0/16", "eu-west-1", subnets={"subnet-1": ExistingSubnet("10.1.1.0/24", "eu-west-1b")}
        ),
    }


@pytest.mark.parametrize("text", ["vpc-1", "vpc-1=ten", "vpc-1=10.0.0.1/16@us-east-1", "vpc-1=10.0.0.0/16,subnet-1"])
def test_an_assumed_vpc_of_another_form_is_refused_with_the_right_one(text):
    with pytest.raises(ValueError, match=r"write it as vpc-1=10\.0\.0\.0/16@us-east-1"):
        assumed([text])


def test_the_sdk_understands_every_answer():
    def program():
        east = aws.Provider("p", region="us-west-2")
        here = pulumi.InvokeOptions(provider=east)
        pulumi.export("zones", aws.get_availability_zones(opts=here).names)
        pulumi.export("account", aws.get_caller_identity(opts=here).account_id)
        pulumi.export("region", aws.get_region(opts=here).region)
        pulumi.export("partition", aws.get_partition(opts=here).partition)
        pulumi.export("dns", aws.ec2.get_vpc(id="vpc-1", opts=here).enable_dns_support)
        pulumi.export("subnets", aws.ec2.get_subnets(filters=where("vpc-id", "vpc-1"), opts=here).ids)
        pulumi.export("subnet", aws.ec2.get_subnet(id="subnet-a", opts=here).availability_zone)
        pulumi.export("tables", len(aws.ec2.get_route_tables(vpc_id="vpc-1", opts=here).ids))
        routes = aws.ec2.get_route_table(route_table_id="rtb-a", opts=here).routes
        pulumi.export("peering", [route.vpc_peering_connection_id for route in routes])
        pulumi.export("list", aws.ec2.get_prefix_list(name="s3", opts=here).cidr_blocks)
        pulumi.export("named", aws.ec2.get_vpc_peering_connection(id="pcx-1", opts=here).tags)

    exports = deploy(program, answers=Recording(VPCS)).exports
    assert exports["zones"] == [f"us-west-2{zone}" for zone in "abcd"]
    assert exports["subnet"] == "us-west-2a"
    assert exports["tables"] == 2
    assert exports["peering"] == ["", "", "pcx-1", ""]
    assert exports["named"] == {"Name": "old"}
