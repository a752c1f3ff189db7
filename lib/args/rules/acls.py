"""Rules on the network ACLs that grants lead to."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lib.args.problems import Problem, place
from lib.networking.acl_rule import MOST_PER_DIRECTION
from lib.networking.grants import compile_grants, crowded
from lib.networking.grid import ZONE_LETTERS
from lib.networking.layout import Layout, draw, zone_count

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs


def acls_have_room(args: "TapStackArgs") -> Iterable[Problem]:
    """No tier's ACL needs more entries a direction than AWS takes, whichever zones the network comes to span."""
    for name, access in compile_grants(args, dict(_layouts(args))).items():
        for tier, direction, count in crowded(access):
            rule = f"make {count} {direction} entries in the ACL of tier {tier}; AWS takes {MOST_PER_DIRECTION}"
            remedy = "Replace grants from or to single tiers by one for vpc or a CIDR block, or span fewer zones."
            yield Problem(place("networks", name, "allow"), rule, None, remedy)


def _layouts(args: "TapStackArgs") -> Iterable[tuple[str, Layout]]:
    """Layouts of the networks to be created, in zones that stand for those that only AWS knows."""
    for name, network in args.networks.items():
        if network.cidr and not network.vpc_id:
            zones = tuple(ZONE_LETTERS[: zone_count(network)])
            yield name, draw(name, network, network.cidr, network.region or args.region, zones)
