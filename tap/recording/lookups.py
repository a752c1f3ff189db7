"""Answers to the look-ups (invokes) that programs commonly make."""

from collections.abc import Callable, Mapping
from typing import Any

from tap.engine.answers import AnswerError
from tap.recording.vpcs import ACCOUNT, ExistingSubnet, ExistingVpc, identifier

Vpcs = Mapping[str, ExistingVpc]
Lookup = Callable[[Mapping[str, Any], str, Vpcs], Mapping[str, Any]]

# Zones that every account has without opting in, by letter; other regions have a, b and c.
ZONES = {
    "ap-northeast-1": "acd",
    "ap-northeast-2": "abcd",
    "ca-central-1": "abd",
    "us-east-1": "abcdef",
    "us-west-1": "ac",
    "us-west-2": "abcd",
}


def zones(region: str) -> list[str]:
    """Names of a region's zones, sorted."""
    return [f"{region}{letter}" for letter in ZONES.get(region, "abc")]


def _availability_zones(args: Mapping[str, Any], region: str, vpcs: Vpcs) -> Mapping[str, Any]:
    names = zones(region)
    ids = [identifier("az", name)[:9] for name in names]
    return {**args, "id": region, "region": region, "names": names, "zoneIds": ids, "groupNames": [region]}


def _caller_identity(args: Mapping[str, Any], region: str, vpcs: Vpcs) -> Mapping[str, Any]:
    return {"id": ACCOUNT, "accountId": ACCOUNT, "arn": f"arn:aws:iam::{ACCOUNT}:root", "userId": ACCOUNT}


def _region(args: Mapping[str, Any], region: str, vpcs: Vpcs) -> Mapping[str, Any]:
    endpoint = f"ec2.{region}.amazonaws.com"
    return {"id": region, "name": region, "region": region, "description": region, "endpoint": endpoint}


def _partition(args: Mapping[str, Any], region: str, vpcs: Vpcs) -> Mapping[str, Any]:
    return {
        "id": "aws",
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
        "reverseDnsPrefix": "com.amazonaws",
        "region": region,
    }


def _vpc(args: Mapping[str, Any], region: str, vpcs: Vpcs) -> Mapping[str, Any]:
    vpc_id, vpc = _matching_vpc(args, region, vpcs)
    return {
        "id": vpc_id,
        "arn": f"arn:aws:ec2:{region}:{ACCOUNT}:vpc/{vpc_id}",
        "cidrBlock": vpc.cidr,
        "cidrBlockAssociations": [
            {"associationId": identifier("vpc-cidr-assoc", vpc_id, cidr), "cidrBlock": cidr, "state": "associated"}
            for cidr in (vpc.cidr, *vpc.secondary_cidrs)
        ],
        "default": False,
        "dhcpOptionsId": identifier("dopt", region),
        "enableDnsHostnames": vpc.dns_hostnames,
        "enableDnsSupport": vpc.dns_support,
        "enableNetworkAddressUsageMetrics": False,
        "instanceTenancy": "default",
        "ipv6AssociationId": "",
        "ipv6CidrBlock": "",
        "mainRouteTableId": vpc.main_route_table(vpc_id),
        "ownerId": ACCOUNT,
        "region": region,
        "state": "available",
        "tags": dict(vpc.tags),
    }


def _matching_vpc(args: Mapping[str, Any], region: str, vpcs: Vpcs) -> tuple[str, ExistingVpc]:
    wanted = args.get("id") or _filter(args, "vpc-id")
    for vpc_id, vpc in vpcs.items():
        if vpc.region == region and vpc_id in wanted:
            return vpc_id, vpc
    raise AnswerError("no matching EC2 VPC found")


def _filter(args: Mapping[str, Any], name: str) -> list[str]:
    return [value for one in args.get("filters", []) if one["name"] == name for value in one["values"]]


def _in_vpcs(args: Mapping[str, Any], region: str, vpcs: Vpcs) -> list[tuple[str, ExistingVpc]]:
    """The region's VPCs, or the one asked for."""
    wanted = [args["vpcId"]] if args.get("vpcId") else _filter(args, "vpc-id")
    return [(id_, vpc) for id_, vpc in vpcs.items() if vpc.region == region and (not wanted or id_ in wanted)]


def _found_subnets(args: Mapping[str, Any], region: str, vpcs: Vpcs) -> list[tuple[str, ExistingSubnet, str]]:
    wanted = [args["id"]] if args.get("id") else _filter(args, "subnet-id")
    return [
        (subnet_id, subnet, vpc_id)
        for vpc_id, vpc in _in_vpcs(args, region, vpcs)
        for subnet_id, subnet in vpc.all_subnets(vpc_id).items()
        if not wanted or subnet_id in wanted
    ]


def _subnet(args: Mapping[str, Any], region: str, vpcs: Vpcs) -> Mapping[str, Any]:
    found = _found_subnets(args, region, vpcs)
    if len(found) != 1:
        raise AnswerError(f"{'multiple' if found else 'no matching'} EC2 Subnets {'matched' if found else 'found'}")
    subnet_id, subnet, vpc_id = found[0]
    return {
        "id": subnet_id,
        "arn": f"arn:aws:ec2:{region}:{ACCOUNT}:subnet/{subnet_id}",
        "assignIpv6AddressOnCreation": False,
        "availabilityZone": subnet.zone,
        "availabilityZoneId": identifier("az", subnet.zone)[:9],
        "availableIpAddressCount": 251,
        "cidrBlock": subnet.cidr,
        "defaultForAz": False,
        "mapPublicIpOnLaunch": False,
        "ownerId": ACCOUNT,
        "region": region,
        "state": "available",
        "tags": {},
        "vpcId": vpc_id,
    }


def _subnets(args: Mapping[str, Any], region: str, vpcs: Vpcs) -> Mapping[str, Any]:
    return {
        **args,
        "id": region,
        "region": region,
        "ids": sorted(found[0] for found in _found_subnets(args, region, vpcs)),
    }


def _found_route_tables(args: Mapping[str, Any], region: str, vpcs: Vpcs) -> list[tuple[str, str, ExistingVpc]]:
    """Route tables with their VPC: by id, by associated subnet, by `association.main`, or all of a VPC."""
    ids = [args["routeTableId"]] if args.get("routeTableId") else _filter(args, "route-table-id")
    subnets = [args["subnetId"]] if args.get("subnetId") else _filter(args, "association.subnet-id")
    main = "true" in _filter(args, "association.main")
    return [
        (table, vpc_id, vpc)
        for vpc_id, vpc in _in_vpcs(args, region, vpcs)
        for table in vpc.all_route_tables(vpc_id)
        if (not ids or table in ids)
        and (not subnets or any(s in vpc.subnets and vpc.subnets[s].route_table == table for s in subnets))
        and (not main or table == vpc.main_route_table(vpc_id))
    ]


def _route_tables(args: Mapping[str, Any], region: str, vpcs: Vpcs) -> Mapping[str, Any]:
    return {
        **args,
        "id": region,
        "region": region,
        "ids": sorted(found[0] for found in _found_route_tables(args, region, vpcs)),
    }


def _route_table(args: Mapping[str, Any], region: str, vpcs: Vpcs) -> Mapping[str, Any]:
    found = _found_route_tables(args, region, vpcs)
    if len(found) != 1:
        raise AnswerError("query returned no results" if not found else "multiple Route Tables matched")
    table, vpc_id, vpc = found[0]
    local = [{"cidrBlock": cidr, "gatewayId": "local"} for cidr in (vpc.cidr, *vpc.secondary_cidrs)]
    main = table == vpc.main_route_table(vpc_id)
    associations = [
        {
            "main": False,
            "subnetId": subnet_id,
            "routeTableId": table,
            "routeTableAssociationId": identifier("rtbassoc", subnet_id),
        }
        for subnet_id, subnet in vpc.subnets.items()
        if subnet.route_table == table
    ]
    if main:
        associations.append(
            {
                "main": True,
                "subnetId": "",
                "routeTableId": table,
                "routeTableAssociationId": identifier("rtbassoc", table),
            }
        )
    return {
        "id": table,
        "arn": f"arn:aws:ec2:{region}:{ACCOUNT}:route-table/{table}",
        "associations": associations,
        "gatewayId": "",
        "ownerId": ACCOUNT,
        "region": region,
        "routeTableId": table,
        "routes": local + [{"cidrBlock": cidr, "gatewayId": ""} for cidr in vpc.routes.get(table, ())],
        "subnetId": args.get("subnetId", ""),
        "tags": {},
        "vpcId": vpc_id,
    }


def _prefix_list(args: Mapping[str, Any], region: str, vpcs: Vpcs) -> Mapping[str, Any]:
    name = args.get("name") or next(iter(_filter(args, "prefix-list-name")), "")
    id_ = args.get("prefixListId") or args.get("id") or identifier("pl", region, name)
    return {
        "id": id_,
        "prefixListId": id_,
        "name": name,
        "cidrBlocks": ["52.0.0.0/8"],
        "region": region,
        "arn": f"arn:aws:ec2:{region}:aws:prefix-list/{id_}",
        "addressFamily": "IPv4",
        "entries": [{"cidr": "52.0.0.0/8", "description": ""}],
        "maxEntries": 1,
        "ownerId": "AWS",
        "tags": {},
        "version": 1,
    }


LOOKUPS: Mapping[str, Lookup] = {
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": _prefix_list,
    "aws:ec2/getPrefixList:getPrefixList": _prefix_list,
    "aws:ec2/getRouteTable:getRouteTable": _route_table,
    "aws:ec2/getRouteTables:getRouteTables": _route_tables,
    "aws:ec2/getSubnet:getSubnet": _subnet,
    "aws:ec2/getSubnets:getSubnets": _subnets,
    "aws:ec2/getVpc:getVpc": _vpc,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
}
