"""The pairs of networks to peer: those named, and those of every mesh. Pure."""

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from lib.args.grant import GrantArgs

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
    meshed = [
        Pair(
            f"{name}-{one}-{other}",
            one,
            other,
            tuple(grant for grant in mesh.allow if _networks(grant) == {one, other}),
            mesh.dns,
        )
        for name, mesh in args.meshes.items()
        for one, other in combinations(sorted(set(mesh.members)), 2)
    ]
    return tuple(sorted((*named, *meshed), key=lambda pair: pair.name))


def _networks(grant: GrantArgs) -> set[str]:
    return {end.split(".")[0] for end in (grant.source, grant.target)}
