"""The ways out of a deployed network's tiers, zone by zone."""

from typing import NamedTuple

from tests.support.network_view import NetworkView


class WayOut(NamedTuple):
    """A route that leaves the VPC: `by` is `internet`, `nat` or a target's id; `zone` is that of the NAT gateway."""

    destination: str
    by: str
    zone: str | None = None
    state: str = "active"


def ways_out(network: NetworkView, tier: str) -> dict[str, list[WayOut]]:
    """The ways out of each subnet of a tier, by the subnet's zone; those to gateway endpoints don't count."""
    subnets = {subnet["SubnetId"]: subnet["AvailabilityZone"] for subnet in network.of_vpc("subnets")}
    nats = {nat["NatGatewayId"]: subnets[nat["SubnetId"]] for nat in network.of_vpc("nat_gateways")}
    internet = {
        gateway["InternetGatewayId"] for gateway in network.of_vpc("internet_gateways", key="attachment.vpc-id")
    }
    found: dict[str, list[WayOut]] = {}
    for subnet in network.output(f"{tier}_subnet_ids"):
        ways = found.setdefault(subnets[subnet], [])
        for route in network.table_of(subnet)["Routes"]:
            target = route.get("NatGatewayId") or route.get("GatewayId") or str(sorted(route))
            if target == "local" or "DestinationPrefixListId" in route:
                continue
            by = "nat" if target in nats else "internet" if target in internet else target
            destination = route.get("DestinationCidrBlock") or route["DestinationIpv6CidrBlock"]
            ways.append(WayOut(destination, by, nats.get(target), route["State"]))
    return found
