"""Answers to the look-ups (invokes) that programs commonly make."""

from collections.abc import Callable, Mapping
from typing import Any

from tap.database_versions import engine_version
from tap.engine.answers import AnswerError
from tap.recording.vpcs import At, ExistingSubnet, ExistingVpc, identifier

Vpcs = Mapping[str, ExistingVpc]


Lookup = Callable[[Mapping[str, Any], At, Vpcs], Mapping[str, Any]]

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


def _availability_zones(args: Mapping[str, Any], at: At, vpcs: Vpcs) -> Mapping[str, Any]:
    names = zones(at.region)
    ids = [identifier("az", name)[:9] for name in names]
    return {**args, "id": at.region, "region": at.region, "names": names, "zoneIds": ids, "groupNames": [at.region]}


def _caller_identity(args: Mapping[str, Any], at: At, vpcs: Vpcs) -> Mapping[str, Any]:
    return {"id": at.account, "accountId": at.account, "arn": f"arn:aws:iam::{at.account}:root", "userId": at.account}


def _region(args: Mapping[str, Any], at: At, vpcs: Vpcs) -> Mapping[str, Any]:
    endpoint = f"ec2.{at.region}.amazonaws.com"
    return {"id": at.region, "name": at.region, "region": at.region, "description": at.region, "endpoint": endpoint}


def _partition(args: Mapping[str, Any], at: At, vpcs: Vpcs) -> Mapping[str, Any]:
    return {
        "id": "aws",
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
        "reverseDnsPrefix": "com.amazonaws",
        "region": at.region,
    }


def _vpc(args: Mapping[str, Any], at: At, vpcs: Vpcs) -> Mapping[str, Any]:
    vpc_id, vpc = _matching_vpc(args, at, vpcs)
    return {
        "id": vpc_id,
        "arn": f"arn:aws:ec2:{at.region}:{at.account}:vpc/{vpc_id}",
        "cidrBlock": vpc.cidr,
        "cidrBlockAssociations": [
            {"associationId": identifier("vpc-cidr-assoc", vpc_id, cidr), "cidrBlock": cidr, "state": "associated"}
            for cidr in (vpc.cidr, *vpc.secondary_cidrs)
        ],
        "default": False,
        "dhcpOptionsId": identifier("dopt", at.region),
        "enableDnsHostnames": vpc.dns_hostnames,
        "enableDnsSupport": vpc.dns_support,
        "enableNetworkAddressUsageMetrics": False,
        "instanceTenancy": "default",
        "ipv6AssociationId": "",
        "ipv6CidrBlock": "",
        "mainRouteTableId": vpc.main_route_table(vpc_id),
        "ownerId": at.account,
        "region": at.region,
        "state": "available",
        "tags": dict(vpc.tags),
    }


def _matching_vpc(args: Mapping[str, Any], at: At, vpcs: Vpcs) -> tuple[str, ExistingVpc]:
    wanted = _asked(args, "id", _filters(args, "vpc-id")["vpc-id"])
    found = _vpcs(wanted, at, vpcs) if wanted else []
    if not found:
        raise AnswerError("no matching EC2 VPC found")
    return found[0]


def _filters(args: Mapping[str, Any], *known: str) -> dict[str, list[str]]:
    """The filters asked for, by name; one that is not `known` here is refused, not ignored."""
    filters = {name: list[str]() for name in known}
    for each in args.get("filters", []):
        if each["name"] not in filters:
            raise AnswerError(
                f"the filter {each['name']} is not among those that a recording knows: {', '.join(known)}"
            )
        filters[each["name"]] += each["values"]
    return filters


def _asked(args: Mapping[str, Any], key: str, filtered: list[str]) -> list[str]:
    return [args[key]] if args.get(key) else filtered


def _vpcs(wanted: list[str], at: At, vpcs: Vpcs) -> list[tuple[str, ExistingVpc]]:
    """The VPCs that are there, or those of them that are asked for."""
    return [
        (id_, vpc)
        for id_, vpc in vpcs.items()
        if vpc.region == at.region and vpc.account in ("", at.account) and (not wanted or id_ in wanted)
    ]


def _found_subnets(args: Mapping[str, Any], at: At, vpcs: Vpcs) -> list[tuple[str, ExistingSubnet, str]]:
    filters = _filters(args, "vpc-id", "subnet-id", "cidr-block", "availability-zone")
    ids = _asked(args, "id", filters["subnet-id"])
    cidrs = _asked(args, "cidrBlock", filters["cidr-block"])
    zones_asked = _asked(args, "availabilityZone", filters["availability-zone"])
    candidates = _vpcs(_asked(args, "vpcId", filters["vpc-id"]), at, vpcs)
    found = [
        (subnet_id, subnet, vpc_id)
        for vpc_id, vpc in candidates
        for subnet_id, subnet in vpc.find_subnets(vpc_id, ids, cidrs).items()
        if not zones_asked or subnet.zone in zones_asked
    ]
    if found or not ids or cidrs:
        return found
    guesses = [(*guess, vpc_id) for vpc_id, vpc in candidates for guess in vpc.guess_subnet(ids[0]).items()]
    return guesses[:1]


def _subnet(args: Mapping[str, Any], at: At, vpcs: Vpcs) -> Mapping[str, Any]:
    found = _found_subnets(args, at, vpcs)
    if len(found) != 1:
        raise AnswerError(f"{'multiple' if found else 'no matching'} EC2 Subnets {'matched' if found else 'found'}")
    subnet_id, subnet, vpc_id = found[0]
    return {
        "id": subnet_id,
        "arn": f"arn:aws:ec2:{at.region}:{at.account}:subnet/{subnet_id}",
        "assignIpv6AddressOnCreation": False,
        "availabilityZone": subnet.zone,
        "availabilityZoneId": identifier("az", subnet.zone)[:9],
        "availableIpAddressCount": 251,
        "cidrBlock": subnet.cidr,
        "defaultForAz": False,
        "mapPublicIpOnLaunch": False,
        "ownerId": at.account,
        "region": at.region,
        "state": "available",
        "tags": {},
        "vpcId": vpc_id,
    }


def _subnets(args: Mapping[str, Any], at: At, vpcs: Vpcs) -> Mapping[str, Any]:
    ids = sorted(subnet_id for subnet_id, _, _ in _found_subnets(args, at, vpcs))
    return {**args, "id": at.region, "region": at.region, "ids": ids}


def _found_route_tables(args: Mapping[str, Any], at: At, vpcs: Vpcs) -> list[tuple[str, str, ExistingVpc]]:
    """Route tables with their VPC: by id, by associated subnet, by `association.main`, or all of a VPC."""
    filters = _filters(args, "vpc-id", "route-table-id", "association.subnet-id", "association.main")
    ids = _asked(args, "routeTableId", filters["route-table-id"])
    subnets = _asked(args, "subnetId", filters["association.subnet-id"])
    return [
        (table, vpc_id, vpc)
        for vpc_id, vpc in _vpcs(_asked(args, "vpcId", filters["vpc-id"]), at, vpcs)
        for table in vpc.all_route_tables(vpc_id)
        if (not ids or table in ids)
        and (not subnets or any(id_ in subnets for id_ in _associated(vpc, table)))
        and ("true" not in filters["association.main"] or table == vpc.main_route_table(vpc_id))
    ]


def _associated(vpc: ExistingVpc, table: str) -> list[str]:
    """Subnets that are associated with a route table by themselves, which using the main one is not."""
    return [id_ for id_, subnet in vpc.subnets.items() if subnet.route_table == table]


def _route_tables(args: Mapping[str, Any], at: At, vpcs: Vpcs) -> Mapping[str, Any]:
    ids = sorted(table for table, _, _ in _found_route_tables(args, at, vpcs))
    return {**args, "id": at.region, "region": at.region, "ids": ids}


def _route_table(args: Mapping[str, Any], at: At, vpcs: Vpcs) -> Mapping[str, Any]:
    found = _found_route_tables(args, at, vpcs)
    if len(found) != 1:
        raise AnswerError("multiple Route Tables matched" if found else "query returned no results")
    table, vpc_id, vpc = found[0]
    main = [_association(table, main=True)] if table == vpc.main_route_table(vpc_id) else []
    return {
        "id": table,
        "arn": f"arn:aws:ec2:{at.region}:{at.account}:route-table/{table}",
        "associations": main + [_association(table, subnet_id=subnet_id) for subnet_id in _associated(vpc, table)],
        "gatewayId": "",
        "ownerId": at.account,
        "region": at.region,
        "routeTableId": table,
        "routes": [_route(cidr, "local") for cidr in (vpc.cidr, *vpc.secondary_cidrs)]
        + [_route(cidr, target) for cidr, target in vpc.routes.get(table, {}).items()],
        "subnetId": args.get("subnetId", ""),
        "tags": {},
        "vpcId": vpc_id,
    }


def _association(table: str, *, main: bool = False, subnet_id: str = "") -> Mapping[str, Any]:
    return {
        "gatewayId": "",
        "main": main,
        "routeTableAssociationId": identifier("rtbassoc", table, subnet_id),
        "routeTableId": table,
        "subnetId": subnet_id,
    }


# Where a route names its target, by the target's prefix.
_TARGETS = {"nat": "natGatewayId", "pcx": "vpcPeeringConnectionId", "tgw": "transitGatewayId"}


def _route(cidr: str, target: str) -> Mapping[str, Any]:
    others = dict.fromkeys(
        (
            "carrierGatewayId",
            "coreNetworkArn",
            "destinationPrefixListId",
            "egressOnlyGatewayId",
            "gatewayId",
            "instanceId",
            "ipv6CidrBlock",
            "localGatewayId",
            "natGatewayId",
            "networkInterfaceId",
            "transitGatewayId",
            "vpcEndpointId",
            "vpcPeeringConnectionId",
        ),
        "",
    )
    return {**others, "cidrBlock": cidr, _TARGETS.get(target.split("-")[0], "gatewayId"): target}


def _peering_connection(args: Mapping[str, Any], at: At, vpcs: Vpcs) -> Mapping[str, Any]:
    id_ = args.get("id", "")
    for vpc_id, vpc in _vpcs([], at, vpcs):
        if id_ in vpc.peerings:
            return {
                "id": id_,
                "vpcId": vpc_id,
                "region": at.region,
                "status": "active",
                "tags": {"Name": vpc.peerings[id_]},
            }
    raise AnswerError("no matching EC2 VPC Peering Connection found")


def _engine_version(args: Mapping[str, Any], at: At, vpcs: Vpcs) -> Mapping[str, Any]:
    return engine_version(args, at.region)


def _prefix_list(args: Mapping[str, Any], at: At, vpcs: Vpcs) -> Mapping[str, Any]:
    name = args.get("name") or next(iter(_filters(args, "prefix-list-name")["prefix-list-name"]), "")
    id_ = args.get("prefixListId") or args.get("id") or identifier("pl", at.region, name)
    return {
        "id": id_,
        "prefixListId": id_,
        "name": name,
        "cidrBlocks": ["52.0.0.0/8"],
        "region": at.region,
        "arn": f"arn:aws:ec2:{at.region}:aws:prefix-list/{id_}",
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
    "aws:ec2/getVpcPeeringConnection:getVpcPeeringConnection": _peering_connection,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
    "aws:rds/getEngineVersion:getEngineVersion": _engine_version,
}
