"""Rules on peerings and meshes: which networks they join, and what may pass between those."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from lib.args.problems import Problem, place
from lib.args.rules.references import unknown

if TYPE_CHECKING:
    from lib.args.grant import GrantArgs
    from lib.args.stack import TapStackArgs


def peers_exist(args: "TapStackArgs") -> Iterable[Problem]:
    """Every network of a peering or a mesh is one of the stack's, and no peering leads from a network to itself."""
    for path, members, _ in _joined(args):
        for index, member in enumerate(members):
            at = f"{path}[{index}]"
            if member not in args.networks:
                yield unknown(at, "a network", member, args.networks, place("networks", member))
            elif member in members[:index]:
                yield Problem(at, "must not be the same network again", member, "Name another network.")


def pairs_differ(args: "TapStackArgs") -> Iterable[Problem]:
    """AWS takes one peering between two VPCs, whichever way round, on its own or as part of a mesh."""
    first: dict[frozenset[str], str] = {}
    for path, members, _ in _joined(args):
        where = path.rpartition(".")[0]
        for pair in sorted({frozenset(two) for two in combinations(members, 2)}, key=sorted):
            if len(pair) > 1 and pair in first:
                rule = f"joins {' and '.join(sorted(pair))}, which {first[pair]} does already"
                yield Problem(path, rule, list(members), "Remove one of the two.")
            first.setdefault(pair, where)


def peering_grants_have_known_ends(args: "TapStackArgs") -> Iterable[Problem]:
    """Both ends of a grant between networks are `network.tier` of two different networks that are joined there."""
    for path, members, grants in _joined(args):
        where = path.rpartition(".")[0]
        for index, grant in enumerate(grants):
            at = f"{where}.allow[{index}]"
            networks: list[str] = []
            for key, end in (("from", grant.source), ("to", grant.target)):
                networks.append(end.partition(".")[0])
                yield from _end(args, f"{at}.{key}", path, members, end)
            if len(set(networks)) == 1 and grant.source != grant.target:
                remedy = f"Move the grant to networks.{networks[0]}.allow, or name another network."
                yield Problem(f"{at}.to", "must be in another network than the other end", grant.target, remedy)


def _end(args: "TapStackArgs", at: str, path: str, members: Sequence[str], end: str) -> Iterator[Problem]:
    network, dot, tier = end.partition(".")
    joined = [
        f"{member}.{tier}" for member in members if member in args.networks for tier in args.networks[member].tiers
    ]
    if not dot:
        guess = [known for known in joined if end in known.split(".")]
        remedy = f"Write {guess[0]}." if guess else f"Write one of: {', '.join(joined)}."
        yield Problem(at, "must be of the form network.tier", end, remedy, (path,))
    elif network not in members:
        # With a member that is unknown, the end may well be in the network that was meant.
        if all(member in args.networks for member in members):
            yield unknown(at, f"a tier of {' or '.join(members)}", end, joined, path)
    elif network in args.networks and tier not in args.networks[network].tiers:
        basis = place("networks", network, "tiers", tier)
        own = [known for known in joined if known.startswith(f"{network}.")]
        yield unknown(at, f"a tier of network {network}", end, own, basis)


def _joined(args: "TapStackArgs") -> Iterator[tuple[str, tuple[str, ...], "Sequence[GrantArgs]"]]:
    """Peerings and meshes alike: the path of the list of networks, that list, and the grants."""
    for name, peering in args.peerings.items():
        yield place("peerings", name, "between"), peering.between, peering.allow
    for name, mesh in args.meshes.items():
        yield place("meshes", name, "members"), mesh.members, mesh.allow
