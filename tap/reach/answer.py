"""Answers: whether one end can open connections to another, and how, or why not."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from tap.plan import Plan
from tap.reach.ends import INTERNET_NAME, End, Member, end
from tap.reach.estate import Estate, ReachError
from tap.reach.reading import read
from tap.reach.trail import Blocker, Way
from tap.reach.walk import Walk

PROTOCOLS = ("tcp", "udp")
PORTS = range(1, 65536)


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether connections to a port pass, from all members of the source to all of the target.

    Args:
        source: who opens them.
        target: who is to accept them.
        protocol: `tcp` or `udp`.
        port: the target's port.
        ways: what was found for each pair of subnets.
    """

    source: str
    target: str
    protocol: str
    port: int
    ways: tuple[Way, ...]

    @property
    def ok(self) -> bool:
        """Whether every pair of subnets connects, from every address to every address."""
        return bool(self.ways) and all(way.ok for way in self.ways)

    @property
    def partly(self) -> bool:
        """Whether something gets through, though not everything; what is to be isolated must be neither ok nor this."""
        return not self.ok and any(way.through for way in self.ways)

    @property
    def hops(self) -> tuple[str, ...]:
        """The path of the first pair that connects, table by table; none where none does."""
        return next((tuple(way.hops) for way in self.ways if way.ok), ())

    @property
    def blockers(self) -> tuple[Blocker, ...]:
        """All that stops any pair, each once."""
        found = [blocker for way in self.ways for blocker in way.blockers]
        if not self.ways:
            found.append(Blocker("subnet", f"No subnet is left between {self.source} and {self.target}."))
        return tuple(dict.fromkeys(found))


class Reach:
    """Questions about the networks of one Plan.

    Raises:
        ReachError: the Plan can't be read (see `tap.reach.reading.read`).
    """

    def __init__(self, plan: Plan) -> None:
        self.estate: Estate = read(plan)
        self._walk = Walk(self.estate)

    def ask(self, source: str, target: str, port: int, protocol: str = "tcp") -> Answer:
        """Whether `source` can open connections to a port of `target` (names: see `tap.reach.ends.end`).

        Raises:
            ReachError: the question makes no sense here; the message says what would.
        """
        if protocol not in PROTOCOLS:
            raise ReachError(f"{protocol}: is not a protocol that can be asked about. Ask for tcp or udp.")
        if port not in PORTS:
            raise ReachError(f"{port}: is not a port. Ask for one from {PORTS[0]} to {PORTS[-1]}.")
        opener = end(self.estate, source)
        if opener.gateway:
            raise ReachError(f"{source}: a gateway endpoint opens no connections. Ask for the way to it.")
        network = opener.places[0][0].subnet.vpc.network if opener.places and opener.places[0] else ""
        return self.between(opener, end(self.estate, target, network), port, protocol)

    def between(self, source: End, target: End, port: int, protocol: str) -> Answer:
        """The answer for two ends; of a group that may be in several tiers that of the one where it is best."""
        if not source.places and (not target.places or target.gateway):
            raise ReachError(
                f"{source.name} to {target.name}: leaves this Plan. One of the two has to be in a network."
            )
        answers = [
            Answer(
                source.name, target.name, protocol, port, tuple(self._ways(source, here, target, there, protocol, port))
            )
            for here, there in product(source.places or ((),), target.places or ((),))
        ]
        return max(answers, key=lambda answer: (answer.ok, answer.partly, -len(answer.blockers)))

    def _ways(
        self, source: End, here: tuple[Member, ...], target: End, there: tuple[Member, ...], protocol: str, port: int
    ) -> Iterator[Way]:
        if target.gateway:
            for member in here:
                yield self._walk.to_gateway(member, target.gateway, protocol, port)
        elif target.name == INTERNET_NAME:
            for member in here:
                yield self._walk.out(member, protocol, port)
        elif not source.places:
            for member in there:
                yield self._walk.into(member, protocol, port)
        else:
            for one, other in product(here, there):
                yield self._walk.between(one, other, protocol, port)


def reach(plan: Plan, source: str, target: str, port: int, protocol: str = "tcp") -> Answer:
    """Whether `source` can open connections to a port of `target`, by a Plan alone; see `Reach.ask`."""
    return Reach(plan).ask(source, target, port, protocol)
