"""VPCs that a recording takes as given, for programs that adopt one."""

import hashlib
import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

ACCOUNT = "123456789012"


@dataclass(frozen=True, slots=True)
class At:
    """Where something is made or looked for: a region of an account."""

    region: str
    account: str


@dataclass(frozen=True, slots=True)
class ExistingSubnet:
    """A subnet of an existing VPC; without a `route_table` it uses the VPC's main one."""

    cidr: str
    zone: str
    route_table: str = ""


@dataclass(frozen=True, slots=True)
class ExistingVpc:
    """A VPC that stands already.

    Where no `subnets` are stated, whatever is asked for by id, or by a block inside the VPC, is there, and in all there
    are two. `route_tables` are those beside the main one and those that subnets name. `routes` are, by route table,
    what it has beside the local routes: target (`pcx-…`, `igw-…`) by destination block. `peerings` are names of peering
    connections by id. Without an `account` it is in whichever it is looked for.
    """

    cidr: str
    region: str = "us-east-1"
    account: str = ""
    secondary_cidrs: Sequence[str] = ()
    subnets: Mapping[str, ExistingSubnet] = field(default_factory=dict[str, ExistingSubnet])
    route_tables: Sequence[str] = ()
    routes: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    peerings: Mapping[str, str] = field(default_factory=dict[str, str])
    dns_support: bool = True
    dns_hostnames: bool = True
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def find_subnets(self, vpc_id: str, ids: Sequence[str], cidrs: Sequence[str]) -> Mapping[str, ExistingSubnet]:
        """Its subnets that have one of these ids and one of these blocks; none given leaves either open."""
        known = self.subnets or self._derived(vpc_id, ids, cidrs)
        return {
            id_: subnet
            for id_, subnet in known.items()
            if (not ids or id_ in ids) and (not cidrs or subnet.cidr in cidrs)
        }

    def guess_subnet(self, subnet_id: str) -> Mapping[str, ExistingSubnet]:
        """A subnet of that id somewhere in the VPC, always the same; none where the subnets are stated."""
        slots = self._slots()
        slot = slots[int(identifier("", subnet_id)[1:5], 16) % len(slots)]
        return {} if self.subnets else {subnet_id: self._subnet(slot)}

    def _derived(self, vpc_id: str, ids: Sequence[str], cidrs: Sequence[str]) -> Mapping[str, ExistingSubnet]:
        block = ipaddress.IPv4Network(self.cidr)
        inside = [cidr for cidr in cidrs if ipaddress.IPv4Network(cidr).subnet_of(block)]
        blocks = inside if cidrs else self._slots()[: None if ids else 2]
        return {identifier("subnet", vpc_id, cidr): self._subnet(cidr) for cidr in blocks}

    def _slots(self) -> list[str]:
        block = ipaddress.IPv4Network(self.cidr)
        prefix = max(block.prefixlen, min(block.prefixlen + 8, 28))
        return [str(slot) for slot in block.subnets(new_prefix=prefix)]

    def _subnet(self, cidr: str) -> ExistingSubnet:
        block = ipaddress.IPv4Network(cidr)
        odd = int(block.network_address) // block.num_addresses % 2
        return ExistingSubnet(cidr, f"{self.region}{'ab'[odd]}")

    def main_route_table(self, vpc_id: str) -> str:
        """Id of the main route table."""
        return identifier("rtb", vpc_id, "main")

    def all_route_tables(self, vpc_id: str) -> list[str]:
        """Ids of all route tables, the main one first."""
        main = self.main_route_table(vpc_id)
        named = {subnet.route_table for subnet in self.subnets.values() if subnet.route_table}
        return [main, *sorted(named | {*self.route_tables, *self.routes} - {main})]


def assumed(stated: Iterable[str]) -> dict[str, ExistingVpc]:
    """VPCs by id from texts, `<id>=<block>@<region>`, each followed by its subnets, `,<id>=<block>@<zone>`.

    Raises ValueError with the text that is of another form.
    """
    vpcs: dict[str, ExistingVpc] = {}
    for text in stated:
        (vpc_id, cidr, region), *subnets = (_part(part, text) for part in text.split(","))
        existing = {id_: ExistingSubnet(block, zone) for id_, block, zone in subnets}
        vpcs[vpc_id] = ExistingVpc(cidr, region or "us-east-1", subnets=existing)
    return vpcs


def _part(part: str, text: str) -> tuple[str, str, str]:
    id_, _, rest = part.partition("=")
    cidr, _, place = rest.partition("@")
    try:
        ipaddress.IPv4Network(cidr)
    except ValueError as error:
        raise ValueError(f"{text}: write it as vpc-1=10.0.0.0/16@us-east-1 ({error})") from None
    return id_, cidr, place


def identifier(prefix: str, *of: str) -> str:
    """An id like AWS's (`vpc-` and 17 hexadecimal digits), always the same for the same thing."""
    return f"{prefix}-{hashlib.sha256('/'.join(of).encode()).hexdigest()[:17]}"
