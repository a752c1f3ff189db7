"""Rules on probes: where they are tried from."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lib.args.problems import Problem, place
from lib.args.rules.references import unknown

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs


def probes_start_in_a_tier(args: "TapStackArgs") -> Iterable[Problem]:
    """A probe is tried from a private or isolated tier: a function has no public address, so none from a public one."""
    for index, probe in enumerate(args.monitoring.probes):
        at = place("monitoring", "probes", index, "from")
        network = args.networks.get(probe.network)
        tiers = place("networks", probe.network, "tiers")
        if network is None or probe.tier not in network.tiers:
            known = [f"{name}.{tier}" for name, each in args.networks.items() for tier in each.tiers]
            yield unknown(at, "a tier, as network.tier", probe.source, known, place("networks", probe.network), tiers)
        elif network.tiers[probe.tier].kind == "public":
            remedy = "Choose a private or isolated tier of the network."
            yield Problem(at, "must not be a public tier", probe.source, remedy, (tiers,))
        elif network.role_arn:
            remedy = "Choose a network without role_arn."
            rests_on = (place("networks", probe.network, "role_arn"),)
            yield Problem(at, "must be in a network of the stack's own account", probe.source, remedy, rests_on)
