"""Recipes of VPCs, subnets and the ways in and out of them."""

import hashlib
import zlib
from typing import Any

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe, Step
from tap.engine.answers import AnswerError


def arn(kind: str) -> dict[str, str]:
    """The output that most EC2 types have and no response holds."""
    return {"arn": f"arn:{{partition}}:ec2:{{region}}:{{account}}:{kind}/{{id}}", "ownerId": "{account}"}


def _vpc(attribute: str) -> Step:
    return Step("modify_vpc_attribute", takes=(attribute,), send={"VpcId": "{id}"})


def _subnet(attribute: str) -> Step:
    return Step("modify_subnet_attribute", takes=(attribute,), send={"SubnetId": "{id}"})


def in_vpc(name: str, value: str) -> list[dict[str, Any]]:
    """Filters that find what belongs to the resource, a VPC."""
    return [{"Name": "vpc-id", "Values": ["{id}"]}, {"Name": name, "Values": [value]}]


def refuse_inline(creation: Creation, *names: str, instead: str) -> None:
    """Take inline rules only where they are empty: the stand-alone types are the ones that are mapped."""
    for name in names:
        if creation.take(name):
            raise AnswerError(f"the inline input {name} is not mapped; use {instead}")


def _route_id(creation: Creation) -> None:
    destinations = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
    destination = next((creation.given[name] for name in destinations if creation.given.get(name)), "")
    creation.id = f"r-{creation.given['routeTableId']}{zlib.crc32(destination.encode())}"


def _no_inline_routes(creation: Creation) -> None:
    refuse_inline(creation, "routes", instead="Route")


def _regional_nat_gateway(creation: Creation) -> None:
    """A regional NAT gateway, which moto has none of: it is given an id, and stands nowhere."""
    if creation.given.get("availabilityMode") == "regional":
        creation.pretend("ec2.create_nat_gateway", creation.left)
        creation.id = f"nat-{hashlib.sha256(creation.resource.urn.encode()).hexdigest()[:17]}"
        creation.state |= {"autoProvisionZones": "enabled", "autoScalingIps": "enabled"}


RECIPES = {
    "aws:ec2/vpc:Vpc": Recipe(
        "ec2.create_vpc",
        id="VpcId",
        root="Vpc",
        outputs=arn("vpc"),
        renames={"assignGeneratedIpv6CidrBlock": "AmazonProvidedIpv6CidrBlock"},
        defaults={
            "enableDnsSupport": True,
            "enableDnsHostnames": False,
            "enableNetworkAddressUsageMetrics": False,
            "ipv6CidrBlock": "",
            "ipv6AssociationId": "",
        },
        steps=(
            _vpc("enableDnsSupport"),
            _vpc("enableDnsHostnames"),
            _vpc("enableNetworkAddressUsageMetrics"),
            Step(
                "describe_route_tables",
                send={"Filters": in_vpc("association.main", "true")},
                finds={
                    "mainRouteTableId": "RouteTables[0].RouteTableId",
                    "defaultRouteTableId": "RouteTables[0].RouteTableId",
                },
            ),
            Step(
                "describe_network_acls",
                send={"Filters": in_vpc("default", "true")},
                finds={"defaultNetworkAclId": "NetworkAcls[0].NetworkAclId"},
            ),
            Step(
                "describe_security_groups",
                send={"Filters": in_vpc("group-name", "default")},
                finds={"defaultSecurityGroupId": "SecurityGroups[0].GroupId"},
            ),
        ),
    ),
    "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation": Recipe(
        "ec2.associate_vpc_cidr_block", id="AssociationId", root="CidrBlockAssociation"
    ),
    "aws:ec2/subnet:Subnet": Recipe(
        "ec2.create_subnet",
        id="SubnetId",
        root="Subnet",
        outputs=arn("subnet"),
        defaults={"mapPublicIpOnLaunch": False, "assignIpv6AddressOnCreation": False, "ipv6CidrBlock": ""},
        steps=tuple(
            _subnet(name)
            for name in (
                "mapPublicIpOnLaunch",
                "assignIpv6AddressOnCreation",
                "enableDns64",
                "enableResourceNameDnsARecordOnLaunch",
                "enableResourceNameDnsAaaaRecordOnLaunch",
                "privateDnsHostnameTypeOnLaunch",
            )
        ),
    ),
    "aws:ec2/internetGateway:InternetGateway": Recipe(
        "ec2.create_internet_gateway",
        id="InternetGatewayId",
        root="InternetGateway",
        outputs=arn("internet-gateway"),
        steps=(Step("attach_internet_gateway", takes=("vpcId",), send={"InternetGatewayId": "{id}"}),),
    ),
    "aws:ec2/eip:Eip": Recipe(
        "ec2.allocate_address",
        id="AllocationId",
        root="@",
        outputs={"arn": arn("elastic-ip")["arn"]},
        defaults={"domain": "vpc"},
    ),
    "aws:ec2/natGateway:NatGateway": Recipe(
        "ec2.create_nat_gateway",
        id="NatGatewayId",
        root="NatGateway",
        outputs={
            "publicIp": "NatGatewayAddresses[0].PublicIp",
            "privateIp": "NatGatewayAddresses[0].PrivateIp",
            "networkInterfaceId": "NatGatewayAddresses[0].NetworkInterfaceId",
        },
        renames={"privateIp": "PrivateIpAddress"},
        defaults={"connectivityType": "public"},
        prepare=_regional_nat_gateway,
    ),
    "aws:ec2/routeTable:RouteTable": Recipe(
        "ec2.create_route_table",
        id="RouteTableId",
        root="RouteTable",
        outputs=arn("route-table"),
        prepare=_no_inline_routes,
        steps=(Step("enable_vgw_route_propagation", takes=("propagatingVgws",), send={"RouteTableId": "{id}"}),),
    ),
    "aws:ec2/route:Route": Recipe(
        "ec2.create_route",
        renames={"egressOnlyGatewayId": "EgressOnlyInternetGatewayId"},
        defaults={"origin": "CreateRoute", "state": "active"},
        finish=_route_id,
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Recipe("ec2.associate_route_table", id="AssociationId"),
}
