"""Estate: the networks that a walk goes through, as plain data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tap.reach.addresses import Addresses
from tap.reach.tables import Acl, Group, RouteTable


class ReachError(ValueError):
    """What can't be asked, or can't be answered from this Plan; the message says what can."""


@dataclass(frozen=True, slots=True, eq=False)
class Vpc:
    """A VPC under its network's name; `internet_gateway` is the id of the one attached, "" for none."""

    id: str
    network: str
    region: str
    addresses: Addresses
    internet_gateway: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Subnet:
    """A subnet with the tables that are in force for it; `public`: what stands in it has a public address."""

    id: str
    name: str
    vpc: Vpc
    tier: str
    zone: str
    addresses: Addresses
    table: RouteTable
    acl: Acl
    public: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class NatGateway:
    """A NAT gateway; without a subnet it is a regional one, which AWS routes to the internet gateway by itself."""

    id: str
    name: str
    vpc: Vpc
    subnet: Subnet | None
    public: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Peering:
    """A peering connection between two VPCs, by their ids."""

    id: str
    name: str
    vpcs: tuple[str, str]
    active: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Endpoint:
    """A VPC endpoint of a service (`s3`, `ecr.api`).

    A gateway one has a prefix list, an interface one stands in subnets and wears groups.
    """

    id: str
    name: str
    service: str
    vpc: Vpc
    prefix_list: str = ""
    subnets: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Worn:
    """Something that wears security groups: the ids of its groups and subnets; `public` None: as its subnet has it."""

    groups: frozenset[str]
    subnets: frozenset[str]
    public: bool | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Estate:
    """All networks of a Plan, everything by its id; `adopted` are the networks whose tables are not in the Plan.

    `ports` are those that some rule mentions, with their protocols.
    """

    vpcs: Mapping[str, Vpc]
    subnets: Mapping[str, Subnet]
    groups: Mapping[str, Group]
    nats: Mapping[str, NatGateway] = field(default_factory=dict[str, NatGateway])
    peerings: Mapping[str, Peering] = field(default_factory=dict[str, Peering])
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict[str, Endpoint])
    worn: tuple[Worn, ...] = ()
    default_groups: Mapping[str, Group] = field(default_factory=dict[str, Group])
    adopted: tuple[str, ...] = ()
    ports: tuple[tuple[str, int], ...] = ()

    def vpc_of(self, network: str) -> Vpc | None:
        """The VPC of a network; None where there is none of that name."""
        return next((vpc for vpc in self.vpcs.values() if vpc.network == network), None)

    def subnets_of(self, vpc: Vpc) -> Iterator[Subnet]:
        """The subnets of a VPC, by their names."""
        return iter(sorted((each for each in self.subnets.values() if each.vpc is vpc), key=lambda each: each.name))
