"""Walk: one connection's way from one member to another, to the internet or to a gateway endpoint, table by table.

Packets go one way through the tables and the answers the other way. Groups know which answers belong to a connection,
ACLs and routes don't: those are asked both ways. Nothing ends the walk early that the rest doesn't depend on, so that
every blocker is told.

Sources: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html,
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html,
https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html (a public address and a route),
https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-limitations (no transit),
https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html (groups of a peer in the same region).
"""

from tap.reach.addresses import INTERNET, NONE, Addresses, common, text, union, without
from tap.reach.ends import Member
from tap.reach.estate import Endpoint, Estate, NatGateway, Peering, Subnet
from tap.reach.tables import Group, Peers, Route
from tap.reach.trail import Answers, Trail, Way

PEER_GATEWAYS = "a peer's gateways can't be used through a peering"


class Walk:
    """Walks through one estate."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._answers = Answers()
        self._peerings = {frozenset(each.vpcs): each for each in estate.peerings.values() if each.active}

    def between(self, source: Member, target: Member, protocol: str, port: int) -> Way:
        """From a member to a member, of the same network or of a peer."""
        trail = self._start(
            source.subnet.name, target.subnet.name, protocol, port, source.subnet.addresses, target.subnet.addresses
        )
        here, there = source.subnet, target.subnet
        sources, targets = here.addresses, there.addresses
        seen = self._groups_seen(here, there)
        trail.group(source.groups, True, Peers(targets, _ids(target.groups) if seen else frozenset()))
        if here is not there:
            trail.acl(here, True, targets, of_targets=True)
            self._route(trail, here, there, targets, "route")
            trail.acl(there, False, sources, of_targets=False)
        trail.group(target.groups, False, Peers(sources, _ids(source.groups) if seen else frozenset()))
        if here is not there:
            trail.answers(there, True, sources, of_targets=False)
            self._route(trail, there, here, sources, "return route")
            trail.answers(here, False, targets, of_targets=True)
        return trail.end()

    def out(self, source: Member, protocol: str, port: int) -> Way:
        """From a member to the internet, by its network's own gateways."""
        here = source.subnet
        trail = self._start(here.name, "internet", protocol, port, here.addresses, INTERNET)
        trail.group(source.groups, True, Peers(INTERNET))
        trail.acl(here, True, INTERNET, of_targets=True)
        pieces: list[Trail] = []
        for route, share in here.table.leading(INTERNET):
            pieces.append(trail.share(share))
            self._leave(pieces[-1], source, route, share)
        trail.answers(here, False, INTERNET, of_targets=True)
        trail.way.through = any(piece.sources and common(piece.targets, trail.targets) for piece in pieces)
        return trail.way

    def into(self, target: Member, protocol: str, port: int) -> Way:
        """From the internet to a member."""
        there = target.subnet
        trail = self._start("internet", there.name, protocol, port, INTERNET, there.addresses)
        if not target.public:
            trail.stop("public address", f"What stands in {there.name} has no public address to be reached at.")
        if not there.vpc.internet_gateway:
            trail.stop("internet gateway", f"Network {there.vpc.network} has no internet gateway.")
        trail.acl(there, False, INTERNET, of_targets=False)
        trail.group(target.groups, False, Peers(INTERNET))
        trail.answers(there, True, INTERNET, of_targets=False)
        back = NONE
        for route, share in there.table.leading(INTERNET):
            if route and there.vpc.internet_gateway and route.target == there.vpc.internet_gateway:
                back = union(back, share)
                trail.hop(f"route table {there.table.name}: answers to {text(share)} by {route.target}")
            else:
                trail.block("return route", _misled(there, share, route, "the internet gateway", "answers to "))
        trail.sources = common(trail.sources, back)
        return trail.end()

    def to_gateway(self, source: Member, endpoint: Endpoint, protocol: str, port: int) -> Way:
        """From a member to the service of a gateway endpoint, whose addresses are anywhere in the internet."""
        here = source.subnet
        trail = self._start(here.name, endpoint.service, protocol, port, here.addresses, INTERNET)
        trail.group(source.groups, True, Peers(INTERNET, prefix_list=endpoint.prefix_list))
        trail.acl(here, True, INTERNET, of_targets=True)
        if here.vpc is not endpoint.vpc:
            told = f"Gateway endpoint {endpoint.name} serves network {endpoint.vpc.network} alone, no peer of it."
            trail.stop("endpoint", told)
        elif endpoint.id not in here.table.endpoints:
            trail.stop("route", f"Route table {here.table.name} of {here.name} has no route to {endpoint.name}.")
        else:
            trail.hop(f"route table {here.table.name}: prefix list of {endpoint.service} by {endpoint.name}")
        trail.answers(here, False, INTERNET, of_targets=True)
        return trail.end()

    def _start(
        self, source: str, target: str, protocol: str, port: int, sources: Addresses, targets: Addresses
    ) -> Trail:
        return Trail(Way(source, target), protocol, port, sources, targets, self._answers)

    def _groups_seen(self, here: Subnet, there: Subnet) -> bool:
        """Whether rules of one may name groups of the other: inside a network, and of an active peer in its region."""
        if here.vpc is there.vpc:
            return True
        return here.vpc.region == there.vpc.region and self._peering(here, there) is not None

    def _peering(self, here: Subnet, there: Subnet) -> Peering | None:
        """The active peering connection of two subnets' networks."""
        return self._peerings.get(frozenset((here.vpc.id, there.vpc.id)))

    def _route(self, trail: Trail, here: Subnet, there: Subnet, addresses: Addresses, kind: str) -> None:
        """From one subnet's table to the other's network: by the local route, or by a peering of the two."""
        peering = self._peering(here, there)
        inside = here.vpc is there.vpc
        if not inside and not peering:
            one, other = sorted((here.vpc.network, there.vpc.network))
            trail.stop("peering", f"No active peering connects networks {one} and {other}.")
        wanted = "local" if inside else peering.id if peering else ""
        said = "" if kind == "route" else "answers to "
        led = NONE
        for route, share in here.table.leading(addresses):
            if route and route.target == wanted:
                led = union(led, share)
                by = "the local route" if inside else f"peering {peering.name if peering else ''}"
                trail.hop(f"route table {here.table.name}: {said}{text(share)} by {by}")
            else:
                aim = f"peering {peering.name}" if peering else f"network {there.vpc.network}"
                trail.block(kind, _misled(here, share, route, "the local route" if inside else aim, said))
        if kind == "route":
            trail.targets = common(trail.targets, led)
        else:
            trail.sources = common(trail.sources, led)

    def _leave(self, trail: Trail, source: Member, route: Route | None, share: Addresses) -> None:
        """The part of the internet that one route leads to."""
        here = source.subnet
        if route is None or route.kind not in ("gateway", "nat"):
            why = f"; {PEER_GATEWAYS}" if route and route.kind == "peering" else ""
            trail.stop("route", _misled(here, share, route, "a gateway", "")[:-1] + f"{why}.")
        elif route.kind == "nat":
            nat = self._estate.nats.get(route.target)
            if nat is None or nat.vpc is not here.vpc:
                told = f"NAT gateway {route.target}, which is not there"
                trail.stop("nat", f"Route table {here.table.name} of {here.name} leads to {told}.")
            else:
                trail.hop(f"route table {here.table.name}: {text(share)} by NAT gateway {nat.name}")
                self._translate(trail, here, nat, share)
        else:
            trail.hop(f"route table {here.table.name}: {text(share)} by {route.target}")
            self._gateway(trail, here, route.target, share)
            if not source.public:
                trail.stop("public address", f"What stands in {here.name} has no public address to be answered at.")

    def _gateway(self, trail: Trail, subnet: Subnet, target: str, share: Addresses) -> None:
        if not subnet.vpc.internet_gateway or target != subnet.vpc.internet_gateway:
            told = f"Network {subnet.vpc.network} has no internet gateway {target}"
            trail.block("internet gateway", f"{told}, which route table {subnet.table.name} leads to.")
            trail.targets = without(trail.targets, share)

    def _translate(self, trail: Trail, here: Subnet, nat: NatGateway, share: Addresses) -> None:
        """Through a NAT gateway: into its subnet, out of it by the internet gateway, and the answers back."""
        if not nat.public:
            trail.stop("nat", f"NAT gateway {nat.name} is a private one, which leads to no internet.")
        if nat.subnet is None:
            if not nat.vpc.internet_gateway:
                trail.stop("internet gateway", f"Network {nat.vpc.network} has no internet gateway.")
            return
        subnet, sources = nat.subnet, here.addresses
        if subnet is not here:
            trail.acl(subnet, False, sources, of_targets=False)
            trail.answers(subnet, True, sources, of_targets=False)
            for route, back in subnet.table.leading(sources):
                if not route or route.kind != "local":
                    trail.block("return route", _misled(subnet, back, route, "the local route", "answers to "))
                    trail.sources = without(trail.sources, back)
        trail.acl(subnet, True, share, of_targets=True)
        trail.answers(subnet, False, share, of_targets=True)
        for route, piece in subnet.table.leading(share):
            if route and route.kind == "gateway":
                self._gateway(trail, subnet, route.target, piece)
            else:
                trail.block("route", _misled(subnet, piece, route, "the internet gateway", ""))
                trail.targets = without(trail.targets, piece)


def _ids(groups: tuple[Group, ...]) -> frozenset[str]:
    return frozenset(group.id for group in groups)


def _misled(subnet: Subnet, addresses: Addresses, route: Route | None, wanted: str, said: str) -> str:
    table = subnet.table
    if route is None:
        return f"Route table {table.name} of {subnet.name} has no route for {said}{text(addresses)}."
    return (
        f"Route table {table.name} of {subnet.name} leads {said}{text(addresses)} to {route.target}, not to {wanted}."
    )
