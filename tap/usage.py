"""How much of each network of a Plan is in use: its blocks, and the addresses that its subnets take."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from lib.networking.cidr import Usage
from tap.plan import Plan, Resource

NETWORK = "tap:networking:Network"
VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
FURTHER_BLOCK = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"


@dataclass(frozen=True, slots=True)
class NetworkUsage:
    """One VPC that a Plan creates: its name, its IPv4 blocks (its own first), its subnets' number and addresses."""

    name: str
    blocks: tuple[str, ...]
    subnets: int
    addresses: Usage


def usage(plan: Plan) -> tuple[NetworkUsage, ...]:
    """The usage of every VPC that the Plan creates, by name.

    Left out is what the Plan does not hold whole: adopted VPCs, those whose block or id is not known yet (a preview),
    and those with a block that only AWS will choose (IPAM). A VPC bears the name of its network, else its own.
    """
    found = (_usage(plan, vpc) for vpc in plan.of(VPC))
    return tuple(sorted(filter(None, found), key=lambda each: (each.name, each.blocks)))


def _usage(plan: Plan, vpc: Resource) -> NetworkUsage | None:
    blocks = [vpc.inputs.get("cidrBlock"), *_blocks(plan, FURTHER_BLOCK, vpc)]
    subnets = list(_blocks(plan, SUBNET, vpc))
    if vpc.id is None or not all(isinstance(block, str) for block in (*blocks, *subnets)):
        return None
    return NetworkUsage(
        name=_name(plan, vpc),
        blocks=tuple(map(str, blocks)),
        subnets=len(subnets),
        addresses=Usage(total=_addresses(blocks), used=_addresses(subnets)),
    )


def _blocks(plan: Plan, type_: str, vpc: Resource) -> Iterator[object]:
    """The IPv4 blocks of what belongs to the VPC; a subnet with IPv6 alone has None."""
    for resource in plan.of(type_):
        if (resource.inputs.get("vpcId"), resource.region) == (vpc.id, vpc.region):
            yield resource.inputs.get("cidrBlock")


def _addresses(blocks: list[object]) -> int:
    return sum(IPv4Network(str(block)).num_addresses for block in blocks)


def _name(plan: Plan, vpc: Resource) -> str:
    return next((parent.name for parent in plan.of(NETWORK) if parent.urn == vpc.parent), vpc.name)
