"""The pairs of networks to peer: those named, and those of every mesh. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from lib.args.grant import GrantArgs
from lib.args.peering import MeshArgs

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs


@dataclass(frozen=True, slots=True)
class Pair:
    """Two networks to peer, and what may pass between them."""

    name: str
    requester: str
    accepter: str
    allow: tuple[GrantArgs, ...]
    dns: bool
    primary: bool = False


def pairs(args: "TapStackArgs") -> tuple[Pair, ...]:
    """Every pair of the settings, sorted by name.

    A mesh's pair is named `<mesh>-<one>-<other>`, its members in the order of their names, so that a member added
    later changes no pair that is there.
    """
    named = [
        Pair(name, peering.between[0], peering.between[1], peering.allow, peering.dns, peering.primary)
        for name, peering in args.peerings.items()
    ]
    meshed = [pair for name, mesh in args.meshes.items() for pair in _meshed(name, mesh)]
    return tuple(sorted((*named, *meshed), key=lambda pair: pair.name))


def _meshed(name: str, mesh: MeshArgs) -> Iterator[Pair]:
    grants: dict[frozenset[str], list[GrantArgs]] = {}
    for grant in mesh.allow:
        grants.setdefault(frozenset(end.split(".")[0] for end in (grant.source, grant.target)), []).append(grant)
    for one, other in combinations(sorted(set(mesh.members)), 2):
        yield Pair(f"{name}-{one}-{other}", one, other, tuple(grants.get(frozenset({one, other}), ())), mesh.dns)
