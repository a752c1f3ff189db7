"""Each provider function, asked by a program's own call and compared with what stands in AWS."""

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws_sdk
import pytest
from pulumi_aws import ec2

from tap.embedded.lookups import LOOKUPS
from tap.engine.answers import AnswerError
from tests.embedded.making import EAST, WEST, Aws

ASKED = {
    "aws:index/getAvailabilityZones:getAvailabilityZones",
    "aws:index/getCallerIdentity:getCallerIdentity",
    "aws:index/getRegion:getRegion",
    "aws:index/getPartition:getPartition",
    "aws:ec2/getVpc:getVpc",
    "aws:ec2/getSubnet:getSubnet",
    "aws:ec2/getSubnets:getSubnets",
    "aws:ec2/getRouteTables:getRouteTables",
    "aws:ec2/getRouteTable:getRouteTable",
    "aws:ec2/getPrefixList:getPrefixList",
    # Asked in test_database.py.
    "aws:rds/getEngineVersion:getEngineVersion",
}


def asked(aws: Aws, question: Callable[[pulumi.InvokeOptions], Any], region: str = EAST) -> Any:
    """The SDK's own answer to a question, through the engine."""
    answers: list[Any] = []

    def program() -> None:
        answers.append(question(pulumi.InvokeOptions(provider=aws_sdk.Provider("it", region=region))))

    assert aws.run(program).problems() == []
    return answers[0]


def test_every_mapped_function_is_asked_here() -> None:
    assert set(LOOKUPS) == ASKED


def test_zones_are_those_of_the_region_by_name(aws: Aws) -> None:
    zones = asked(aws, lambda opts: aws_sdk.get_availability_zones(state="available", opts=opts), WEST)
    assert zones.names == [f"us-west-2{letter}" for letter in "abcd"]
    assert len(zones.zone_ids) == 4
    fewer = asked(aws, lambda opts: aws_sdk.get_availability_zones(exclude_names=["us-west-2b"], opts=opts), WEST)
    assert "us-west-2b" not in fewer.names


def test_zones_can_be_filtered_by_opt_in_status(aws: Aws) -> None:
    def question(opts: pulumi.InvokeOptions) -> Any:
        return aws_sdk.get_availability_zones(
            filters=[{"name": "opt-in-status", "values": ["opt-in-not-required"]}], opts=opts
        )

    assert "us-east-1a" in asked(aws, question).names


def test_the_caller_is_in_the_account_of_the_resources(aws: Aws) -> None:
    identity = asked(aws, lambda opts: aws_sdk.get_caller_identity(opts=opts))
    assert identity.account_id == aws.vpc().outputs["ownerId"]


def test_the_region_is_the_provider_s(aws: Aws) -> None:
    region = asked(aws, lambda opts: aws_sdk.get_region(opts=opts), WEST)
    assert (region.region, region.id) == (WEST, WEST)


def test_the_partition_is_the_commercial_one(aws: Aws) -> None:
    partition = asked(aws, lambda opts: aws_sdk.get_partition(opts=opts))
    assert (partition.partition, partition.dns_suffix) == ("aws", "amazonaws.com")


def test_a_vpc_is_described_as_the_provider_describes_it(aws: Aws) -> None:
    made = aws.make("aws:ec2/vpc:Vpc", cidrBlock="10.0.0.0/16", enableDnsHostnames=True, tags={"Name": "adopted"})
    aws.make("aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation", vpcId=made.id, cidrBlock="10.9.0.0/16")
    vpc = asked(aws, lambda opts: ec2.get_vpc(id=made.id, opts=opts))
    assert (vpc.id, vpc.cidr_block, vpc.tags) == (made.id, "10.0.0.0/16", {"Name": "adopted"})
    assert {entry.cidr_block for entry in vpc.cidr_block_associations} == {"10.0.0.0/16", "10.9.0.0/16"}
    assert (vpc.enable_dns_support, vpc.enable_dns_hostnames) == (True, True)
    assert vpc.main_route_table_id == made.outputs["mainRouteTableId"]
    assert (vpc.owner_id, vpc.arn, vpc.default) == (made.outputs["ownerId"], made.outputs["arn"], False)


def test_a_vpc_that_is_not_there_is_told_in_the_provider_s_words(aws: Aws) -> None:
    made = aws.vpc()
    with pytest.raises(AnswerError, match="no matching EC2 VPC found"):
        aws.look("aws:ec2/getVpc:getVpc", id="vpc-00000000000000000")
    with pytest.raises(AnswerError, match="no matching EC2 VPC found"):
        aws.look("aws:ec2/getVpc:getVpc", WEST, id=made.id)
    aws.vpc("second")
    with pytest.raises(AnswerError, match="multiple EC2 VPCs matched"):
        aws.look("aws:ec2/getVpc:getVpc", cidrBlock="10.0.0.0/16")


def test_subnets_are_found_by_filter_and_tag_and_described_one_by_one(aws: Aws) -> None:
    vpc = aws.vpc()
    made = aws.make(
        "aws:ec2/subnet:Subnet",
        vpcId=vpc.id,
        cidrBlock="10.0.1.0/24",
        availabilityZone="us-east-1b",
        tags={"Tier": "a"},
    )
    aws.subnet(vpc, "other", "10.0.2.0/24")
    filters: Any = [{"name": "vpc-id", "values": [vpc.id]}]
    assert len(asked(aws, lambda opts: ec2.get_subnets(filters=filters, opts=opts)).ids) == 2
    found = asked(aws, lambda opts: ec2.get_subnets(filters=filters, tags={"Tier": "a"}, opts=opts))
    assert found.ids == [made.id]
    subnet = asked(aws, lambda opts: ec2.get_subnet(id=made.id, opts=opts))
    assert (subnet.cidr_block, subnet.availability_zone, subnet.vpc_id) == ("10.0.1.0/24", "us-east-1b", vpc.id)
    assert subnet.tags == {"Tier": "a"}


def test_route_tables_are_found_by_vpc_and_described_by_subnet(aws: Aws) -> None:
    vpc = aws.vpc()
    table, subnet = aws.make("aws:ec2/routeTable:RouteTable", vpcId=vpc.id), aws.subnet(vpc)
    gateway = aws.make("aws:ec2/internetGateway:InternetGateway", vpcId=vpc.id)
    aws.make("aws:ec2/route:Route", routeTableId=table.id, destinationCidrBlock="0.0.0.0/0", gatewayId=gateway.id)
    aws.make("aws:ec2/routeTableAssociation:RouteTableAssociation", routeTableId=table.id, subnetId=subnet.id)
    ids = asked(aws, lambda opts: ec2.get_route_tables(vpc_id=vpc.id, opts=opts)).ids
    assert set(ids) == {table.id, vpc.outputs["mainRouteTableId"]}
    found = asked(aws, lambda opts: ec2.get_route_table(subnet_id=subnet.id, opts=opts))
    assert (found.route_table_id, found.vpc_id) == (table.id, vpc.id)
    assert [(route.cidr_block, route.gateway_id) for route in found.routes] == [("0.0.0.0/0", gateway.id)]
    assert [entry.subnet_id for entry in found.associations] == [subnet.id]


def test_a_prefix_list_is_that_of_the_service_in_the_region(aws: Aws) -> None:
    name = "com.amazonaws.us-east-1.s3"
    found = asked(aws, lambda opts: ec2.get_prefix_list(name=name, opts=opts))
    endpoint = aws.make("aws:ec2/vpcEndpoint:VpcEndpoint", vpcId=aws.vpc().id, serviceName=name)
    assert (found.name, found.id) == (name, endpoint.outputs["prefixListId"])
    with pytest.raises(AnswerError, match="no matching EC2 Prefix List found"):
        aws.look("aws:ec2/getPrefixList:getPrefixList", name="com.amazonaws.us-east-1.nothing")
