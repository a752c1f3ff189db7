"""Lookups: provider functions, each answered by a real look at the embedded AWS in the provider's own shape."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tap.database_versions import engine_version
from tap.embedded.connection import Connection
from tap.embedded.creation import PARTITION
from tap.engine.answers import AnswerError


@dataclass(frozen=True, slots=True)
class Lookup:
    """One call of a provider function: where it looks, as whom, and its arguments (no None, no `region`)."""

    connection: Connection
    region: str
    role_arn: str
    args: Mapping[str, Any]

    def call(self, operation: str, **params: Any) -> dict[str, Any]:
        """Call `service.operation`."""
        service, _, name = operation.partition(".")
        return self.connection.call(service, name, params, self.region, self.role_arn)

    def filters(self, **names: str) -> list[dict[str, Any]]:
        """The function's own filters and tags, and those arguments that the API knows as filters by another name."""
        given = [{"Name": entry["name"], "Values": list(entry["values"])} for entry in self.args.get("filters", ())]
        tags = [{"Name": f"tag:{key}", "Values": [value]} for key, value in self.args.get("tags", {}).items()]
        own = [
            {"Name": filter_name, "Values": [_text(self.args[arg])]}
            for arg, filter_name in names.items()
            if arg in self.args
        ]
        return given + tags + own

    def arn(self, kind: str, id_: str) -> str:
        """The ARN of an EC2 resource in the account that is looked at."""
        return f"arn:{PARTITION}:ec2:{self.region}:{self.connection.account(self.role_arn)}:{kind}/{id_}"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _only(found: Sequence[dict[str, Any]], kind: str) -> dict[str, Any]:
    """The one thing found; the provider's own words where it is none or several."""
    if not found:
        raise AnswerError(f"no matching {kind} found")
    if len(found) > 1:
        raise AnswerError(f"multiple {kind}s matched; use additional constraints to reduce matches to a single {kind}")
    return found[0]


def _tags(described: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in described.get("Tags", ())}


def _availability_zones(lookup: Lookup) -> Mapping[str, Any]:
    params: dict[str, Any] = {"AllAvailabilityZones": bool(lookup.args.get("allAvailabilityZones"))}
    if filters := lookup.filters(state="state"):
        params["Filters"] = filters
    zones = sorted(lookup.call("ec2.describe_availability_zones", **params)["AvailabilityZones"], key=_zone_name)
    names, ids = lookup.args.get("excludeNames", ()), lookup.args.get("excludeZoneIds", ())
    zones = [zone for zone in zones if zone["ZoneName"] not in names and zone["ZoneId"] not in ids]
    return {
        **lookup.args,
        "id": lookup.region,
        "region": lookup.region,
        "names": [zone["ZoneName"] for zone in zones],
        "zoneIds": [zone["ZoneId"] for zone in zones],
        "groupNames": sorted({zone.get("GroupName") or lookup.region for zone in zones}),
    }


def _zone_name(zone: Mapping[str, Any]) -> str:
    return str(zone["ZoneName"])


def _caller_identity(lookup: Lookup) -> Mapping[str, Any]:
    caller = lookup.call("sts.get_caller_identity")
    account = caller["Account"]
    return {"id": account, "accountId": account, "arn": caller["Arn"], "userId": caller["UserId"]}


def _region(lookup: Lookup) -> Mapping[str, Any]:
    name = str(lookup.args.get("name", lookup.region))
    known = {entry["RegionName"]: entry for entry in lookup.call("ec2.describe_regions")["Regions"]}
    if name not in known:
        raise AnswerError(f"no matching EC2 Region found ({name})")
    endpoint = f"ec2.{name}.amazonaws.com"
    return {"id": name, "name": name, "region": name, "endpoint": endpoint, "description": name}


def _partition(_: Lookup) -> Mapping[str, Any]:
    return {"id": PARTITION, "partition": PARTITION, "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


def _vpc(lookup: Lookup) -> Mapping[str, Any]:
    filters = lookup.filters(
        id="vpc-id", cidrBlock="cidr", default="is-default", dhcpOptionsId="dhcp-options-id", state="state"
    )
    vpc = _only(lookup.call("ec2.describe_vpcs", Filters=filters)["Vpcs"], "EC2 VPC")
    id_ = vpc["VpcId"]

    def switch(attribute: str) -> bool:
        answer = lookup.call("ec2.describe_vpc_attribute", VpcId=id_, Attribute=attribute)
        return bool(answer[attribute[0].upper() + attribute[1:]]["Value"])

    main = [{"Name": "vpc-id", "Values": [id_]}, {"Name": "association.main", "Values": ["true"]}]
    return {
        "arn": lookup.arn("vpc", id_),
        "cidrBlock": vpc["CidrBlock"],
        "cidrBlockAssociations": [
            {
                "associationId": entry["AssociationId"],
                "cidrBlock": entry["CidrBlock"],
                "state": entry["CidrBlockState"]["State"],
            }
            for entry in vpc.get("CidrBlockAssociationSet", ())
        ],
        "default": vpc.get("IsDefault", False),
        "dhcpOptionsId": vpc["DhcpOptionsId"],
        "enableDnsHostnames": switch("enableDnsHostnames"),
        "enableDnsSupport": switch("enableDnsSupport"),
        "enableNetworkAddressUsageMetrics": switch("enableNetworkAddressUsageMetrics"),
        "id": id_,
        "instanceTenancy": vpc["InstanceTenancy"],
        "ipv6AssociationId": "",
        "ipv6CidrBlock": "",
        "ipv6CidrBlockAssociations": [],
        "mainRouteTableId": lookup.call("ec2.describe_route_tables", Filters=main)["RouteTables"][0]["RouteTableId"],
        "ownerId": vpc["OwnerId"],
        "region": lookup.region,
        "state": vpc["State"],
        "tags": _tags(vpc),
    }


def _subnet(lookup: Lookup) -> Mapping[str, Any]:
    filters = lookup.filters(
        id="subnet-id",
        vpcId="vpc-id",
        cidrBlock="cidr-block",
        availabilityZone="availability-zone",
        availabilityZoneId="availability-zone-id",
        defaultForAz="default-for-az",
        state="state",
    )
    subnet = _only(lookup.call("ec2.describe_subnets", Filters=filters)["Subnets"], "EC2 Subnet")
    return {
        "arn": lookup.arn("subnet", subnet["SubnetId"]),
        "assignIpv6AddressOnCreation": subnet.get("AssignIpv6AddressOnCreation", False),
        "availabilityZone": subnet["AvailabilityZone"],
        "availabilityZoneId": subnet["AvailabilityZoneId"],
        "availableIpAddressCount": subnet["AvailableIpAddressCount"],
        "cidrBlock": subnet["CidrBlock"],
        "defaultForAz": subnet.get("DefaultForAz", False),
        "id": subnet["SubnetId"],
        "ipv6CidrBlock": "",
        "ipv6Native": subnet.get("Ipv6Native", False),
        "mapPublicIpOnLaunch": subnet.get("MapPublicIpOnLaunch", False),
        "ownerId": subnet["OwnerId"],
        "region": lookup.region,
        "state": subnet["State"],
        "tags": _tags(subnet),
        "vpcId": subnet["VpcId"],
    }


def _subnets(lookup: Lookup) -> Mapping[str, Any]:
    found = lookup.call("ec2.describe_subnets", Filters=lookup.filters())["Subnets"]
    return {**lookup.args, "id": lookup.region, "region": lookup.region, "ids": [s["SubnetId"] for s in found]}


def _route_tables(lookup: Lookup) -> Mapping[str, Any]:
    found = lookup.call("ec2.describe_route_tables", Filters=lookup.filters(vpcId="vpc-id"))["RouteTables"]
    ids = [table["RouteTableId"] for table in found]
    return {**lookup.args, "id": lookup.region, "region": lookup.region, "ids": ids}


# A route's target by the provider's name and the API's; absent ones are empty texts there.
_ROUTE_FIELDS = {
    "cidrBlock": "DestinationCidrBlock",
    "ipv6CidrBlock": "DestinationIpv6CidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
    "gatewayId": "GatewayId",
    "natGatewayId": "NatGatewayId",
    "networkInterfaceId": "NetworkInterfaceId",
    "instanceId": "InstanceId",
    "transitGatewayId": "TransitGatewayId",
    "vpcPeeringConnectionId": "VpcPeeringConnectionId",
    "egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
    "carrierGatewayId": "CarrierGatewayId",
    "localGatewayId": "LocalGatewayId",
    "coreNetworkArn": "CoreNetworkArn",
    "vpcEndpointId": "VpcEndpointId",
}


def _route_table(lookup: Lookup) -> Mapping[str, Any]:
    filters = lookup.filters(
        routeTableId="route-table-id",
        vpcId="vpc-id",
        subnetId="association.subnet-id",
        gatewayId="association.gateway-id",
    )
    table = _only(lookup.call("ec2.describe_route_tables", Filters=filters)["RouteTables"], "EC2 Route Table")
    id_ = table["RouteTableId"]
    return {
        "arn": lookup.arn("route-table", id_),
        "associations": [
            {
                "routeTableAssociationId": entry["RouteTableAssociationId"],
                "routeTableId": entry["RouteTableId"],
                "subnetId": entry.get("SubnetId", ""),
                "gatewayId": entry.get("GatewayId", ""),
                "main": entry.get("Main", False),
            }
            for entry in table.get("Associations", ())
        ],
        "gatewayId": str(lookup.args.get("gatewayId", "")),
        "id": id_,
        "ownerId": table.get("OwnerId", lookup.connection.account(lookup.role_arn)),
        "region": lookup.region,
        "routeTableId": id_,
        # As in the provider: the VPC's own local route and routes of gateway endpoints are left out.
        "routes": [
            {ours: route.get(theirs, "") for ours, theirs in _ROUTE_FIELDS.items()}
            for route in table.get("Routes", ())
            if route.get("GatewayId") != "local" and not str(route.get("GatewayId", "")).startswith("vpce-")
        ],
        "subnetId": str(lookup.args.get("subnetId", "")),
        "tags": _tags(table),
        "vpcId": table["VpcId"],
    }


def _prefix_list(lookup: Lookup) -> Mapping[str, Any]:
    filters = lookup.filters(name="prefix-list-name", prefixListId="prefix-list-id")
    found = lookup.call("ec2.describe_prefix_lists", Filters=filters)["PrefixLists"]
    entry = _only(found, "EC2 Prefix List")
    return {
        "cidrBlocks": entry.get("Cidrs", []),
        "id": entry["PrefixListId"],
        "name": entry["PrefixListName"],
        "prefixListId": entry["PrefixListId"],
        "region": lookup.region,
    }


def _engine_version(lookup: Lookup) -> Mapping[str, Any]:
    """From a table: moto lists no versions."""
    return engine_version(lookup.args, lookup.region)


LOOKUPS: Mapping[str, Callable[[Lookup], Mapping[str, Any]]] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getPartition:getPartition": _partition,
    "aws:ec2/getVpc:getVpc": _vpc,
    "aws:ec2/getSubnet:getSubnet": _subnet,
    "aws:ec2/getSubnets:getSubnets": _subnets,
    "aws:ec2/getRouteTables:getRouteTables": _route_tables,
    "aws:ec2/getRouteTable:getRouteTable": _route_table,
    "aws:ec2/getPrefixList:getPrefixList": _prefix_list,
    "aws:rds/getEngineVersion:getEngineVersion": _engine_version,
}
