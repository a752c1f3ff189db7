"""Trail: a way while it is walked, and what is found on it."""

from dataclasses import dataclass, field

from tap.reach.addresses import NONE, Addresses, common, text, union, without
from tap.reach.estate import Subnet
from tap.reach.tables import Group, Peers


@dataclass(frozen=True, slots=True)
class Blocker:
    """What stops a connection: `kind` is a word for what is missing, `text` says where and for which addresses."""

    kind: str
    text: str


@dataclass(slots=True)
class Way:
    """What was found on one connection's way.

    `partly`: some addresses get through, though not all; where there is no blocker, all do.
    """

    source: str
    target: str
    hops: list[str] = field(default_factory=list[str])
    blockers: list[Blocker] = field(default_factory=list[Blocker])
    through: bool = True

    @property
    def ok(self) -> bool:
        """Whether every address of the source reaches every address of the target."""
        return not self.blockers

    @property
    def partly(self) -> bool:
        """Whether there are blockers, but something gets past them."""
        return bool(self.blockers) and self.through


class Answers:
    """What ACLs say of answers, asked once for each subnet and peer."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, bool, str, Addresses], tuple[Addresses, Addresses]] = {}

    def answering(self, subnet: Subnet, egress: bool, protocol: str, peers: Addresses) -> tuple[Addresses, Addresses]:
        """See `Acl.answering`."""
        key = (subnet.id, egress, protocol, peers)
        if key not in self._known:
            self._known[key] = subnet.acl.answering(egress, protocol, peers)
        return self._known[key]


@dataclass(slots=True)
class Trail:
    """A way while it is walked: the addresses of both ends that nothing has stopped so far.

    What stops some of the sources does so whatever the target is, and the other way round: so those that are left of
    both all reach each other.
    """

    way: Way
    protocol: str
    port: int
    sources: Addresses
    targets: Addresses
    known_answers: Answers

    @property
    def what(self) -> str:
        """Protocol and port."""
        return f"{self.protocol} {self.port}"

    def hop(self, text_: str) -> None:
        """A table that was asked."""
        self.way.hops.append(text_)

    def block(self, kind: str, text_: str) -> None:
        """A blocker, told once."""
        if (blocker := Blocker(kind, text_)) not in self.way.blockers:
            self.way.blockers.append(blocker)

    def stop(self, kind: str, text_: str) -> None:
        """A blocker that nothing gets past."""
        self.block(kind, text_)
        self.targets = NONE

    def group(self, groups: tuple[Group, ...], egress: bool, peers: Peers) -> None:
        """Connections to the peers (with `egress`) or from them, as one of the groups worn lets them pass."""
        passed = union(*(group.passing(egress, self.protocol, self.port, peers) for group in groups))
        name = " or ".join(group.name for group in groups)
        direction = "out to" if egress else "in from"
        self.hop(f"security group {name}: {self.what} {direction} {text(peers.addresses)}")
        if without(peers.addresses, passed):
            self.block(
                "group egress" if egress else "group ingress",
                f"Security group {name} lets {self.what} {direction} {_only(passed, peers.addresses)}.",
            )
        self._keep(passed, targets=egress)

    def acl(self, subnet: Subnet, egress: bool, peers: Addresses, *, of_targets: bool) -> None:
        """Packets to the port, out of a subnet or into it."""
        passed = subnet.acl.passing(egress, self.protocol, self.port, peers)
        direction = "out to" if egress else "in from"
        self.hop(f"ACL {subnet.acl.name} of {subnet.name}: {self.what} {direction} {text(peers)}")
        if without(peers, passed):
            self.block(
                "acl out" if egress else "acl in",
                f"ACL {subnet.acl.name} of {subnet.name} lets {self.what} {direction} {_only(passed, peers)}.",
            )
        self._keep(passed, targets=of_targets)

    def answers(self, subnet: Subnet, egress: bool, peers: Addresses, *, of_targets: bool) -> None:
        """Answers to ephemeral ports, out of a subnet or into it."""
        always, ever = self.known_answers.answering(subnet, egress, self.protocol, peers)
        direction = "out to" if egress else "in from"
        self.hop(f"ACL {subnet.acl.name} of {subnet.name}: answers {direction} {text(peers)}")
        if without(peers, always):
            told = f"answers ({self.protocol} 1024-65535) {direction} {_only(always, peers)}"
            self.block(
                "acl answers out" if egress else "acl answers in",
                f"ACL {subnet.acl.name} of {subnet.name} lets {told}.",
            )
        self._keep(ever, targets=of_targets)

    def _keep(self, passed: Addresses, *, targets: bool) -> None:
        if targets:
            self.targets = common(self.targets, passed)
        else:
            self.sources = common(self.sources, passed)

    def share(self, targets: Addresses) -> "Trail":
        """The same way to some of the targets alone."""
        left = common(self.targets, targets)
        return Trail(self.way, self.protocol, self.port, self.sources, left, self.known_answers)

    def end(self) -> Way:
        """The way, walked to its end."""
        self.way.through = bool(self.sources and self.targets)
        return self.way


def _only(passed: Addresses, asked: Addresses) -> str:
    """What passes of what was asked, as the end of a sentence."""
    return f"only {text(passed)}, not all of {text(asked)}" if passed else f"none of {text(asked)}"
