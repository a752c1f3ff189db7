"""Rules on whatever lives in a tier of a network: services, fleets, their load balancers, APIs and caches."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lib.args.placement import Resident, balanced, residents
from lib.args.problems import Problem, place
from lib.args.rules.references import unknown

if TYPE_CHECKING:
    from lib.args.network import NetworkArgs
    from lib.args.stack import TapStackArgs

# Databases and probes have rules of their own; a load balancer that faces the internet lives in a public tier.
OTHERS = ("databases", "monitoring")


def residents_have_known_networks(args: "TapStackArgs") -> Iterable[Problem]:
    """The networks that services, fleets and caches name exist, in the stack's own account, whose keys they use."""
    named = [
        *((path, workload.network) for path, workload in balanced(args)),
        *((place("caches", name), cache.network) for name, cache in args.caches.items()),
    ]
    for path, network in named:
        if network not in args.networks:
            yield unknown(f"{path}.network", "a network", network, args.networks, place("networks", network))
        elif args.networks[network].role_arn:
            basis = (place("networks", network, "role_arn"),)
            rule = "must be a network of the stack's own account"
            yield Problem(f"{path}.network", rule, network, "Choose a network without role_arn.", basis)


def queues_have_known_networks(args: "TapStackArgs") -> Iterable[Problem]:
    """The network whose region a queue is in exists."""
    for name, queue in args.queues.items():
        if queue.network is not None and queue.network not in args.networks:
            at = place("queues", name, "network")
            yield unknown(at, "a network", queue.network, args.networks, place("networks", queue.network))


def residents_have_a_tier(args: "TapStackArgs") -> Iterable[Problem]:
    """Something says which tier a thing lives in, the tier exists, and no workload lives in a public one."""
    for each in _ruled(args):
        network = args.networks[each.network]
        group = network.security_groups.get(each.security_group or "")
        basis = (place("networks", each.network), place("networks", each.network, "security_groups"))
        if each.tier is None:
            # What a load balancer lacks depends on whom it faces, which a rule of its own tells.
            if not each.path.endswith(".load_balancer"):
                rule = f"needs a tier of network {each.network} to live in"
                yield Problem(each.path, rule, None, _remedy(each), (*basis, f"{each.path}.tier"))
        elif each.tier not in network.tiers:
            # A group's or a network's own setting that names the tier has rules of its own.
            if group is None or group.tier != each.tier:
                at = place("networks", each.network, "tiers", each.tier)
                if each.tier not in (network.workload, network.database_subnet_group):
                    what = f"a tier of network {each.network}"
                    yield unknown(f"{each.path}.tier", what, each.tier, network.tiers, at)
        elif network.tiers[each.tier].kind == "public" and not each.path.endswith(".load_balancer"):
            rule = f"must not live in a public tier of network {each.network}"
            remedy = "Choose a tier of kind private or isolated."
            yield Problem(f"{each.path}.tier", rule, each.tier, remedy, basis)


def _remedy(each: Resident) -> str:
    if each.path.startswith("caches."):
        return "Set the cache's tier, or the network's database_subnet_group."
    return "Set its tier, or the network's workload."


def residents_wear_groups_of_their_tier(args: "TapStackArgs") -> Iterable[Problem]:
    """A security group that something wears is one of its network, and of the tier that it lives in or of none."""
    for each in _ruled(args):
        if each.security_group is None:
            continue
        network = args.networks[each.network]
        at, groups = f"{each.path}.security_group", network.security_groups
        declared = place("networks", each.network, "security_groups", each.security_group)
        if each.security_group not in groups:
            yield _no_group(at, each.network, each.security_group, network, declared)
        elif each.tier is not None and groups[each.security_group].tier not in (None, each.tier):
            rule = f"is a group of tier {groups[each.security_group].tier}, not of {each.tier}"
            remedy = f"Choose a group of tier {each.tier}, or remove {each.path}.tier."
            yield Problem(at, rule, each.security_group, remedy, (declared, f"{each.path}.tier"))


def _no_group(at: str, name: str, group: str, network: "NetworkArgs", declared: str) -> Problem:
    if group in network.tiers:
        rule = "names a tier, whose group is worn without being named"
        return Problem(at, rule, group, f"Remove it, and set tier: {group} instead.", (declared,))
    return unknown(at, f"a security group of network {name}", group, network.security_groups, declared)


def _ruled(args: "TapStackArgs") -> Iterator[Resident]:
    return (each for each in residents(args) if each.path.split(".")[0] not in OTHERS)
