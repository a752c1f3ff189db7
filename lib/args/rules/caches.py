"""Rules on caches: their zones."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lib.args.problems import Problem, place
from lib.networking.layout import subnet_count

if TYPE_CHECKING:
    from lib.args.network import NetworkArgs
    from lib.args.stack import TapStackArgs


def caches_have_enough_zones(args: "TapStackArgs") -> Iterable[Problem]:
    """Each node of a cache has a zone of its own, so that the loss of one zone is the loss of one node.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html
    """
    for name, cache in args.caches.items():
        network = args.networks.get(cache.network)
        tier = None if network is None else network.tiers.get(cache.tier_in(network) or "")
        zones = None if network is None or tier is None else subnet_count(network, tier)
        if zones is not None and cache.nodes > zones:
            at = place("networks", cache.network)
            rule = f"needs {cache.nodes} zones, one a node, and its tier in network {cache.network} has {zones}"
            remedy = f"Lower nodes to {zones}, or {_more(network, cache.nodes)}."
            basis = tuple(f"{at}.{key}" for key in ("zones", "tiers", "vpc_id"))
            yield Problem(place("caches", name, "nodes"), rule, cache.nodes, remedy, basis)


def _more(network: "NetworkArgs | None", nodes: int) -> str:
    return f"list {nodes} of its subnets" if network and network.vpc_id else f"set zones: {nodes} or more there"
