"""Loss: a Plan without what stands in one zone."""

from dataclasses import replace

from tap.plan import Plan, Resource
from tap.reach.estate import ReachError
from tap.reach.reading import read

ASSOCIATIONS = (":NetworkAclAssociation", ":RouteTableAssociation")


def without_zone(plan: Plan, network: str, zone: str) -> Plan:
    """The Plan after a network lost a zone: its subnets there are gone, and the NAT gateways in them.

    Routes through those stay, and lead nowhere: so does AWS keep them, and no shorter prefix takes over.

    Args:
        plan: a Plan with ids, not a preview's.
        network: name of a network of its own.
        zone: a zone that the network has subnets in.

    Raises:
        ReachError: there is no such network, or no subnet of it in that zone.
    """
    estate = read(plan)
    vpc = estate.vpc_of(network)
    if vpc is None:
        known = ", ".join(each.network for each in estate.vpcs.values())
        raise ReachError(f"{network}: is not a network of this Plan. There are: {known}.")
    lost = {subnet.id for subnet in estate.subnets_of(vpc) if subnet.zone == zone}
    if not lost:
        zones = ", ".join(sorted({subnet.zone for subnet in estate.subnets_of(vpc)}))
        raise ReachError(f"{zone}: network {network} has no subnet there. Its zones are {zones}.")

    def stays(resource: Resource) -> bool:
        inside = resource.inputs.get("subnetId") in lost and resource.type.endswith((":NatGateway", *ASSOCIATIONS))
        return resource.id not in lost and not inside

    return replace(plan, resources=tuple(resource for resource in plan.resources if stays(resource)))
