"""Small networks as plain data: a Plan of them, and what becomes of single packets in them.

The packets know nothing of `tap.reach`: one address to one other, one table after the other, every port by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from tap.plan import Plan, Resource

PORT = 443
ANYWHERE = "0.0.0.0/0"
ALL_PORTS = (0, 65535)
EPHEMERAL = (1024, 65535)
INTERNET = "internet"
# One address of each part of the internet that a rule may tell from the others.
OUTSIDE = ("1.1.1.1", "8.8.8.8", "200.1.1.1")


@dataclass
class Entry:
    """An ACL's entry."""

    number: int
    egress: bool
    allow: bool
    protocol: str
    ports: tuple[int, int]
    cidr: str


@dataclass
class Rule:
    """A group's rule; `peer` is a block, the name of a subnet whose group is meant, or a prefix list."""

    egress: bool
    protocol: str
    ports: tuple[int, int]
    peer: str


@dataclass
class Place:
    """A subnet, alone in its tier, with tables of its own; what stands in it wears a group of the same name."""

    vpc: str
    cidr: str
    routes: dict[str, str] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    public: bool = False
    endpoint: bool = False


@dataclass
class World:
    """Networks by name with block, region and whether they have an internet gateway; peerings by id, NATs by id."""

    vpcs: dict[str, tuple[str, str]]
    places: dict[str, Place]
    gateways: set[str]
    nats: dict[str, str]
    peerings: dict[str, tuple[str, str]]
    inactive: set[str] = field(default_factory=set)


def open_entries() -> list[Entry]:
    """Both ways the port and the answers."""
    return [
        Entry(number, egress, True, "tcp", ports, ANYWHERE)
        for egress in (False, True)
        for number, ports in ((100, (PORT, PORT)), (101, EPHEMERAL))
    ]


def open_rules() -> list[Rule]:
    return [Rule(egress, "tcp", (PORT, PORT), ANYWHERE) for egress in (False, True)]


def open_world() -> World:
    """Where everything passes that has a way.

    Network a has a private subnet, a public one with the NAT gateway, and a gateway endpoint; it is peered with b of
    the same region, and b with c of another.
    """
    routes = {
        "a.one": {"10.1.0.0/24": "pcx-ab", ANYWHERE: "nat-a"},
        "a.two": {"10.1.0.0/24": "pcx-ab", ANYWHERE: "igw-a"},
        "b.one": {"10.0.0.0/24": "pcx-ab", "10.2.0.0/24": "pcx-bc"},
        "c.one": {"10.1.0.0/24": "pcx-bc"},
    }
    blocks = {"a.one": "10.0.0.0/26", "a.two": "10.0.0.64/26", "b.one": "10.1.0.0/26", "c.one": "10.2.0.0/26"}
    places = {
        name: Place(name[0], blocks[name], dict(table), open_entries(), open_rules(), name == "a.two", name == "a.one")
        for name, table in routes.items()
    }
    return World(
        vpcs={
            "a": ("10.0.0.0/24", "us-east-1"),
            "b": ("10.1.0.0/24", "us-east-1"),
            "c": ("10.2.0.0/24", "us-west-2"),
        },
        places=places,
        gateways={"a"},
        nats={"nat-a": "a.two"},
        peerings={"pcx-ab": ("a", "b"), "pcx-bc": ("b", "c")},
    )


def plan_of(world: World) -> Plan:
    """The world as a program would register it."""
    return Plan("p", "s", preview=False, resources=tuple(_resources(world)), invokes=(), exports={})


def _resource(type_: str, name: str, inputs: dict[str, Any], id_: str, region: str, parent: str = "") -> Resource:
    token = type_ if type_.startswith("tap:") else f"aws:{type_[0].lower()}{type_[1:]}"
    if not type_.startswith("tap:"):
        module, short = type_.split(":")
        token = f"aws:{module}/{short[0].lower()}{short[1:]}:{short}"
    outputs = {"prefixListId": "pl-s3", "mainRouteTableId": "rtb-main"}
    return Resource(
        urn=f"{token}::{name}",
        type=token,
        name=name,
        custom=token.startswith("aws:"),
        inputs=inputs,
        outputs=outputs,
        id=id_,
        parent=parent,
        region=region,
    )


def _resources(world: World) -> Iterator[Resource]:
    for name, (cidr, region) in world.vpcs.items():
        yield _resource("tap:networking:Network", name, {}, "", region)
        parent = f"tap:networking:Network::{name}"
        yield _resource("ec2:Vpc", f"{name}-vpc", {"cidrBlock": cidr}, f"vpc-{name}", region, parent)
        if name in world.gateways:
            yield _resource("ec2:InternetGateway", name, {"vpcId": f"vpc-{name}"}, f"igw-{name}", region)
    for name, place in world.places.items():
        yield from _place(name, place, world.vpcs[place.vpc][1])
    for nat, subnet in world.nats.items():
        yield _resource("ec2:NatGateway", nat, {"subnetId": f"subnet-{subnet}"}, nat, "")
    for pcx, (one, other) in world.peerings.items():
        ends = {"vpcId": f"vpc-{one}", "peerVpcId": f"vpc-{other}"}
        yield _resource("ec2:VpcPeeringConnection", pcx, ends, pcx, "")
        if pcx not in world.inactive:
            accepted = {"vpcPeeringConnectionId": pcx, "autoAccept": True}
            yield _resource("ec2:VpcPeeringConnectionAccepter", pcx, accepted, pcx, "")
    tables = [f"rtb-{name}" for name, place in world.places.items() if place.endpoint]
    gateway = {"vpcId": "vpc-a", "serviceName": "com.amazonaws.us-east-1.s3", "routeTableIds": tables}
    yield _resource("ec2:VpcEndpoint", "a-s3", {**gateway, "vpcEndpointType": "Gateway"}, "vpce-s3", "us-east-1")


def _place(name: str, place: Place, region: str) -> Iterator[Resource]:
    whole, vpc = name.replace(".", "-"), f"vpc-{place.vpc}"
    subnet, table, acl, group = (f"{prefix}-{name}" for prefix in ("subnet", "rtb", "acl", "sg"))
    yield _resource("tap:networking:TierSubnets", whole, {}, "", region)
    inputs = {"vpcId": vpc, "cidrBlock": place.cidr, "availabilityZone": f"{region}a"}
    inputs["mapPublicIpOnLaunch"] = place.public
    yield _resource("ec2:Subnet", f"{whole}-zone", inputs, subnet, region, f"tap:networking:TierSubnets::{whole}")
    yield _resource("ec2:RouteTable", whole, {"vpcId": vpc}, table, region)
    inputs = {"subnetId": subnet, "routeTableId": table}
    yield _resource("ec2:RouteTableAssociation", whole, inputs, f"a-{table}", region)
    keys = {"igw": "gatewayId", "nat": "natGatewayId", "pcx": "vpcPeeringConnectionId", "tgw": "transitGatewayId"}
    for cidr, target in place.routes.items():
        inputs = {"routeTableId": table, "destinationCidrBlock": cidr, keys[target[:3]]: target}
        yield _resource("ec2:Route", f"{whole}-{cidr}", inputs, f"r-{whole}-{cidr}", region)
    yield _resource("ec2:NetworkAcl", whole, {"vpcId": vpc}, acl, region)
    inputs = {"subnetId": subnet, "networkAclId": acl}
    yield _resource("ec2:NetworkAclAssociation", whole, inputs, f"a-{acl}", region)
    for number, entry in enumerate(place.entries):
        inputs = {"networkAclId": acl, "ruleNumber": entry.number, "egress": entry.egress, "protocol": entry.protocol}
        inputs |= {"ruleAction": "allow" if entry.allow else "deny", "cidrBlock": entry.cidr}
        inputs |= {"fromPort": entry.ports[0], "toPort": entry.ports[1]} if entry.protocol != "-1" else {}
        yield _resource("ec2:NetworkAclRule", f"{whole}-{number}", inputs, f"e-{whole}-{number}", region)
    yield _resource("ec2:SecurityGroup", whole, {"vpcId": vpc}, group, region)
    for number, rule in enumerate(place.rules):
        inputs = {"securityGroupId": group, "ipProtocol": rule.protocol}
        inputs |= {"fromPort": rule.ports[0], "toPort": rule.ports[1]} if rule.protocol != "-1" else {}
        key = "prefixListId" if rule.peer.startswith("pl-") else "referencedSecurityGroupId"
        inputs |= {"cidrIpv4": rule.peer} if "/" in rule.peer else {key: rule.peer}
        kind = f"vpc:SecurityGroup{'Egress' if rule.egress else 'Ingress'}Rule"
        yield _resource(kind, f"{whole}-{number}", inputs, f"sgr-{whole}-{number}", region)


@dataclass
class Packets:
    """What becomes of packets in a world; `port` is the one that is asked about."""

    world: World
    port: int = PORT

    def verdict(self, source: str, target: str) -> tuple[bool, bool, bool]:
        """Whether all connections pass, whether some does, and whether one does as far as each table by itself tells.

        A port that an ACL denies by itself is no reason for the answers not to count as passing.
        """
        found = [self._connects(s, d, source, target) for s in self._hosts(source) for d in self._hosts(target)]
        return all(whole for whole, _, _ in found), any(one for _, one, _ in found), any(may for _, _, may in found)

    def _hosts(self, name: str) -> list[str]:
        """Addresses of a subnet, one of each half of it; or of the internet."""
        if name not in self.world.places:
            return list(OUTSIDE)
        first = IPv4Network(self.world.places[name].cidr).network_address
        return [str(first + 5), str(first + 37)]

    def _connects(self, source: str, target: str, source_name: str, target_name: str) -> tuple[bool, bool, bool]:
        """One address to one other: whether on every port of the client's, on one, and on one for each table."""
        if not self._groups(source, target, source_name, target_name):
            return False, False, False
        there = self._there(source, target, source_name, target_name)
        if there is None:
            return False, False, False
        stations, translated = there
        verdicts = [
            {port: _first(self.world.places[place].entries, egress, port, peer) for port in _CLIENT_PORTS}
            for place, egress, peer in stations
        ]
        every = all(v in ("allow", "spared") for verdict in verdicts for v in verdict.values())
        each = all("allow" in verdict.values() for verdict in verdicts)
        # A NAT gateway picks a port of its own: the tables before it and behind it see different ones.
        halves = [verdicts[:translated], verdicts[translated:]]
        one = all(any(all(v[port] == "allow" for v in half) for port in _CLIENT_PORTS) for half in halves)
        return every, one, each

    def _groups(self, source: str, target: str, source_name: str, target_name: str) -> bool:
        seen = self._see_each_other(source_name, target_name)
        service = "pl-s3" if target_name == "s3" else ""
        out = source_name == INTERNET or self._rule(source_name, True, target, target_name if seen else service)
        into = target_name not in self.world.places or self._rule(
            target_name, False, source, source_name if seen else ""
        )
        return out and into

    def _see_each_other(self, one: str, other: str) -> bool:
        if not {one, other} <= self.world.places.keys():
            return False
        ends = {self.world.places[one].vpc, self.world.places[other].vpc}
        if len(ends) == 1:
            return True
        peered = [pcx for pcx, pair in self.world.peerings.items() if set(pair) == ends]
        same_region = len({self.world.vpcs[each][1] for each in ends}) == 1
        return same_region and any(pcx not in self.world.inactive for pcx in peered)

    def _rule(self, place: str, egress: bool, address: str, group: str) -> bool:
        for rule in self.world.places[place].rules:
            if rule.egress == egress and rule.protocol in ("tcp", "-1"):
                ports = ALL_PORTS if rule.protocol == "-1" else rule.ports
                by_block = "/" in rule.peer and IPv4Address(address) in IPv4Network(rule.peer)
                by_name = group and rule.peer in (f"sg-{group}", group)
                if ports[0] <= self.port <= ports[1] and (by_block or by_name):
                    return True
        return False

    def _lets(self, place: str, egress: bool, peer: str) -> bool:
        return _first(self.world.places[place].entries, egress, self.port, peer) == "allow"

    def _there(
        self, source: str, target: str, source_name: str, target_name: str
    ) -> tuple[list[tuple[str, bool, str]], int] | None:
        """The ACLs that answers pass, as subnet, direction and peer, and how many of them are before a NAT gateway.

        None where the connection's packets or its answers find no way.
        """
        if source_name == target_name:
            return [], 0
        if source_name == INTERNET:
            return self._from_outside(source, target_name)
        if not self._lets(source_name, True, target):
            return None
        if target_name == "s3":
            here = self.world.places[source_name]
            return ([(source_name, False, target)], 1) if here.vpc == "a" and here.endpoint else None
        if target_name == INTERNET:
            return self._to_outside(source, target, source_name)
        if self._next(source_name, target) != target_name or not self._lets(target_name, False, source):
            return None
        if self._next(target_name, source) != source_name:
            return None
        return [(target_name, True, source), (source_name, False, target)], 2

    def _from_outside(self, source: str, target_name: str) -> tuple[list[tuple[str, bool, str]], int] | None:
        place = self.world.places[target_name]
        if not place.public or place.vpc not in self.world.gateways:
            return None
        if not self._lets(target_name, False, source) or self._hop(target_name, source) != f"igw-{place.vpc}":
            return None
        return [(target_name, True, source)], 1

    def _to_outside(self, source: str, target: str, source_name: str) -> tuple[list[tuple[str, bool, str]], int] | None:
        place = self.world.places[source_name]
        hop, gateway = self._hop(source_name, target), f"igw-{place.vpc}"
        if place.vpc not in self.world.gateways:
            return None
        if hop == gateway:
            return ([(source_name, False, target)], 1) if place.public else None
        middle = self.world.nats.get(hop, "")
        if not middle or self.world.places[middle].vpc != place.vpc or self._hop(middle, target) != gateway:
            return None
        if not self._lets(middle, True, target):
            return None
        behind = [(middle, False, target)]
        if middle == source_name:
            return [(source_name, False, target), *behind], 1
        if not self._lets(middle, False, source) or self._hop(middle, source) != "local":
            return None
        return [(source_name, False, target), (middle, True, source), *behind], 2

    def _next(self, place: str, address: str) -> str:
        """The subnet that a packet leaving this one is handed to; "" for none."""
        vpc, hop = self.world.places[place].vpc, self._hop(place, address)
        if hop in self.world.peerings:
            ends = self.world.peerings[hop]
            if hop in self.world.inactive or vpc not in ends:
                return ""
            (vpc,) = set(ends) - {vpc}
        elif hop != "local":
            return ""
        inside = [name for name, each in self.world.places.items() if each.vpc == vpc]
        return next((n for n in inside if IPv4Address(address) in IPv4Network(self.world.places[n].cidr)), "")

    def _hop(self, place: str, address: str) -> str:
        """The target of the longest prefix that holds an address; "" for none."""
        here = self.world.places[place]
        routes = {**here.routes, self.world.vpcs[here.vpc][0]: "local"}
        held = [IPv4Network(cidr) for cidr in routes if IPv4Address(address) in IPv4Network(cidr)]
        return routes[str(max(held, key=lambda network: network.prefixlen))] if held else ""


# Both ends of the range that clients choose from, and both sides of each edge that an entry may have in it.
_CLIENT_PORTS = (1024, 3388, 3389, 3390, 5000, 5001, 65535)


def _first(entries: list[Entry], egress: bool, port: int, peer: str) -> str:
    """What the first entry that matches does with a packet: `allow`, `deny`, or `spared` if it denies that port alone.

    The port is the packet's destination; the peer is where it comes from, or with `egress` goes to.
    """
    for entry in sorted(entries, key=lambda entry: entry.number):
        if entry.egress == egress and entry.protocol in ("tcp", "-1"):
            ports = ALL_PORTS if entry.protocol == "-1" else entry.ports
            if ports[0] <= port <= ports[1] and IPv4Address(peer) in IPv4Network(entry.cidr):
                return "allow" if entry.allow else "spared" if ports == (port, port) else "deny"
    return "deny"
