"""Tables that traffic is held against: network ACLs, security groups, route tables. Plain data and pure questions.

Each question is asked for a set of addresses and answered with those of them that pass, so that neither half of a
subnet stands for the whole.

Sources: https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html (lowest number decides),
https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports,
https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html#route-tables-priority (longest prefix).
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field

from tap.reach.addresses import EVERYWHERE, NONE, Addresses, Range, common, union, without

ANY = "-1"
EVERY_PORT: Range = (0, 65535)
# A client's own port, which answers go to. NAT gateways and load balancers use all of these.
EPHEMERAL: Range = (1024, 65535)


@dataclass(frozen=True, slots=True)
class AclEntry:
    """An entry of a network ACL; `protocol` is `tcp`, `udp`, `-1` for all, or one that is never asked for."""

    number: int
    allow: bool
    protocol: str
    ports: Range
    addresses: Addresses

    def matches(self, protocol: str, port: int) -> bool:
        """Whether the entry decides about a protocol and port."""
        return self.protocol in (ANY, protocol) and self.ports[0] <= port <= self.ports[1]


@dataclass(frozen=True, slots=True, eq=False)
class Acl:
    """A network ACL: its entries of each direction, in the order of their numbers; what none allows is denied."""

    name: str
    inbound: tuple[AclEntry, ...] = ()
    outbound: tuple[AclEntry, ...] = ()

    def passing(self, egress: bool, protocol: str, port: int, peers: Addresses) -> Addresses:
        """Those of the peers' addresses that packets to a port may go to (with `egress`) or come from."""
        return self._decided(egress, protocol, port, peers)[0]

    def answering(self, egress: bool, protocol: str, peers: Addresses) -> tuple[Addresses, Addresses]:
        """Those peers that answers pass to or from on every ephemeral port, and those on at least one.

        An entry that denies one port alone (Security Hub EC2.21 wants 3389 denied within the range) closes nothing: a
        client that happened to choose it tries again from another.
        """
        entries = self.outbound if egress else self.inbound
        edges = {EPHEMERAL[0]}
        for entry in entries:
            edges.update(port for port in (entry.ports[0], entry.ports[1] + 1) if EPHEMERAL[0] < port <= EPHEMERAL[1])
        always, ever = peers, NONE
        for port in edges:
            passed, spared = self._decided(egress, protocol, port, peers)
            always = common(always, union(passed, spared))
            ever = union(ever, passed)
        return always, ever

    def without_answers(self) -> "Acl":
        """The ACL without the entries that are for answers: those for just the ephemeral ports."""
        kept = [tuple(e for e in entries if e.ports != EPHEMERAL) for entries in (self.inbound, self.outbound)]
        return Acl(self.name, *kept)

    def _decided(self, egress: bool, protocol: str, port: int, peers: Addresses) -> tuple[Addresses, Addresses]:
        """The addresses allowed, and those denied by an entry for that port alone."""
        allowed, spared, left = NONE, NONE, peers
        for entry in self.outbound if egress else self.inbound:
            if not left:
                break
            if entry.matches(protocol, port):
                decided = common(left, entry.addresses)
                left = without(left, entry.addresses)
                if entry.allow:
                    allowed += decided
                elif entry.ports == (port, port):
                    spared += decided
        return union(allowed), union(spared)


@dataclass(frozen=True, slots=True)
class GroupRule:
    """A rule of a security group: a protocol and ports, open to addresses, a group or a prefix list, by their ids."""

    protocol: str
    ports: Range
    addresses: Addresses = NONE
    group: str = ""
    prefix_list: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A security group. Answers pass by themselves: groups keep state."""

    id: str
    name: str
    vpc: str
    ingress: tuple[GroupRule, ...] = ()
    egress: tuple[GroupRule, ...] = ()

    def about(self, egress: bool, protocol: str, port: int) -> Iterator["GroupRule"]:
        """The rules of a direction that say something of a protocol and port."""
        for rule in self.egress if egress else self.ingress:
            if rule.protocol in (ANY, protocol) and rule.ports[0] <= port <= rule.ports[1]:
                yield rule

    def passing(self, egress: bool, protocol: str, port: int, peers: "Peers") -> Addresses:
        """Those of the peers' addresses that connections to a port may be opened to (with `egress`) or from."""
        passed = NONE
        for rule in self.about(egress, protocol, port):
            if rule.group in peers.groups or (rule.prefix_list and rule.prefix_list == peers.prefix_list):
                return peers.addresses
            if rule.addresses:
                passed = union(passed, common(rule.addresses, peers.addresses))
        return passed


@dataclass(frozen=True, slots=True)
class Peers:
    """Who a group's rules are asked about: addresses, the ids of groups they wear that the rule may name, or a list."""

    addresses: Addresses
    groups: Set[str] = frozenset()
    prefix_list: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """A route: a block of addresses, and its target, `local` or an id such as `pcx-1`; `kind` is AWS's word for it."""

    destination: Range
    kind: str
    target: str


@dataclass(frozen=True, slots=True, eq=False)
class RouteTable:
    """A route table, longest prefixes first, local routes among them.

    `endpoints` are the ids of the gateway endpoints that it leads to.
    """

    name: str
    routes: tuple[Route, ...] = ()
    endpoints: Set[str] = field(default_factory=frozenset[str])

    def leading(self, to: Addresses) -> Iterator[tuple[Route | None, Addresses]]:
        """The routes that addresses take, each with its share of them; None with what has no route."""
        left = to
        for route in self.routes:
            if not left:
                break
            share = common(left, (route.destination,))
            if share:
                left = without(left, share)
                yield route, share
        if left:
            yield None, left


OPEN_ACL_ENTRY = AclEntry(100, allow=True, protocol=ANY, ports=EVERY_PORT, addresses=EVERYWHERE)
