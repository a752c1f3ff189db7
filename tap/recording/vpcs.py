"""VPCs that a recording takes as given, for programs that adopt one."""

import hashlib
import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

ACCOUNT = "123456789012"


@dataclass(frozen=True, slots=True)
class ExistingSubnet:
    """A subnet of an existing VPC; without a `route_table` it uses the VPC's main one."""

    cidr: str
    zone: str
    route_table: str = ""


@dataclass(frozen=True, slots=True)
class ExistingVpc:
    """A VPC that stands already.

    Without `subnets` it has one in each of two zones, the first blocks of `cidr`. `route_tables` are those beside the
    main one and those that subnets name; `routes` are the destination blocks of a route table besides the local ones.
    """

    cidr: str
    region: str = "us-east-1"
    secondary_cidrs: Sequence[str] = ()
    subnets: Mapping[str, ExistingSubnet] = field(default_factory=dict[str, ExistingSubnet])
    route_tables: Sequence[str] = ()
    routes: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    dns_support: bool = True
    dns_hostnames: bool = True
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def all_subnets(self, vpc_id: str) -> Mapping[str, ExistingSubnet]:
        """Its subnets by id, declared or derived."""
        if self.subnets:
            return self.subnets
        network = ipaddress.ip_network(self.cidr)
        blocks = network.subnets(new_prefix=min(network.prefixlen + 8, 28))
        return {
            identifier("subnet", vpc_id, zone): ExistingSubnet(str(block), f"{self.region}{zone}")
            for zone, block in zip("ab", blocks, strict=False)
        }

    def main_route_table(self, vpc_id: str) -> str:
        """Id of the main route table."""
        return identifier("rtb", vpc_id, "main")

    def all_route_tables(self, vpc_id: str) -> list[str]:
        """Ids of all route tables, the main one first."""
        named = {subnet.route_table for subnet in self.subnets.values() if subnet.route_table}
        return [self.main_route_table(vpc_id), *sorted(named | {*self.route_tables, *self.routes})]


def identifier(prefix: str, *of: str) -> str:
    """An id like AWS's (`vpc-` and 17 hexadecimal digits), always the same for the same thing."""
    return f"{prefix}-{hashlib.sha256('/'.join(of).encode()).hexdigest()[:17]}"
