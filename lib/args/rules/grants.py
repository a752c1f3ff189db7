"""Rules on the grants inside a network."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from lib.args.problems import Problem, place
from lib.args.rules.references import unknown
from lib.args.rules.tiers import RESERVED
from lib.args.scalars import cidr
from lib.networking.tiers import GATEWAY_SERVICES

if TYPE_CHECKING:
    from lib.args.grant import GrantArgs
    from lib.args.network import NetworkArgs
    from lib.args.stack import TapStackArgs


# Security Hub EC2.13, EC2.14, EC2.21: nobody logs in from the internet.
LOGIN_PORTS = (22, 3389)
NO_NAT = (None, "none")


def grants_have_known_ends(args: "TapStackArgs") -> Iterable[Problem]:
    """Both ends of a grant exist, and one of them at least is in the network."""
    for name, network in args.networks.items():
        for index, grant in enumerate(network.allow):
            at = place("networks", name, "allow", index)
            for key, end in (("from", grant.source), ("to", grant.target)):
                yield from _end(name, network, f"{at}.{key}", end)
            if _outside(grant.source) and _outside(grant.target) and not same_end(grant):
                rule = "must have an end in the network"
                remedy = "Name vpc, a tier or a security group as one of the ends."
                yield Problem(at, rule, f"{grant.source} to {grant.target}", remedy)


def _outside(end: str) -> bool:
    return end == "internet" or "/" in end


def _end(name: str, network: "NetworkArgs", at: str, end: str) -> Iterator[Problem]:
    known = (*network.tiers, *network.security_groups, *RESERVED)
    if "/" in end:
        try:
            cidr(end)
        except PydanticCustomError as error:
            context = error.context or {}
            yield Problem(at, context["rule"], end, context["remedy"])
    elif end not in known:
        declared = (place("networks", name, "tiers", end), place("networks", name, "security_groups", end))
        yield unknown(at, "a tier, a security group, a CIDR block, or a word for one", end, known, *declared)


def services_are_targets(args: "TapStackArgs") -> Iterable[Problem]:
    """Endpoints are only ever spoken to, and only where the network has them."""
    for name, network in args.networks.items():
        basis = (place("networks", name, "endpoints"),)
        for index, grant in enumerate(network.allow):
            at = place("networks", name, "allow", index)
            if grant.source in ("endpoints", *GATEWAY_SERVICES):
                yield Problem(f"{at}.from", "opens no connections", grant.source, "Name it under to.")
            if grant.target in GATEWAY_SERVICES and grant.target not in network.endpoints:
                remedy = f"Add {grant.target} to the network's endpoints."
                yield Problem(f"{at}.to", "is no endpoint of the network", grant.target, remedy, basis)
            if grant.target == "endpoints" and not set(network.endpoints) - set(GATEWAY_SERVICES):
                remedy = "Add services such as ecr.api to the network's endpoints."
                yield Problem(f"{at}.to", "needs interface endpoints in the network", grant.target, remedy, basis)


def the_internet_stays_outside(args: "TapStackArgs") -> Iterable[Problem]:
    """The internet reaches public tiers only, and isolated ones reach no internet."""
    for name, network in args.networks.items():
        basis = (place("networks", name, "tiers"), place("networks", name, "security_groups"))
        for index, grant in enumerate(network.allow):
            at = place("networks", name, "allow", index)
            target, source = _kind(network, grant.target), _kind(network, grant.source)
            if grant.source == "internet" and target in ("private", "isolated"):
                rule = f"must be a public tier or a group in one, since the internet does not reach {target} ones"
                yield Problem(f"{at}.to", rule, grant.target, "Put a load balancer in a public tier between.", basis)
            if grant.target == "internet" and source == "isolated":
                rule = "must not be an isolated tier or a group in one: they have no way to the internet"
                yield Problem(f"{at}.from", rule, grant.source, "Use a tier of kind private and a NAT gateway.", basis)
            if grant.target == "internet" and source == "private" and not network.vpc_id and network.nat in NO_NAT:
                rule = "has no way to the internet without a NAT gateway"
                nat = place("networks", name, "nat")
                yield Problem(
                    f"{at}.from",
                    rule,
                    grant.source,
                    "Set the network's nat to single, per-zone or regional.",
                    (*basis, nat),
                )
            if grant.source == "internet" and grant.port in LOGIN_PORTS:
                rule = "must not be a port for logging in: the ACLs deny it to the internet"
                remedy = "Name the CIDR block that administrators come from, or use Session Manager."
                yield Problem(f"{at}.port", rule, grant.port, remedy)


def _kind(network: "NetworkArgs", end: str) -> str | None:
    """The kind of the tier that an end lives in; None where it lives in none or in several."""
    group = network.security_groups.get(end)
    tier = network.tiers.get((group.tier if group else end) or "")
    return tier.kind if tier else None


def grants_differ(args: "TapStackArgs") -> Iterable[Problem]:
    """No grant stands there twice, and none leads from an end to itself but among the workloads of a tier or group."""
    lists: list[tuple[tuple[str, str], Sequence[GrantArgs]]] = [
        *((("networks", name), network.allow) for name, network in args.networks.items()),
        *((("peerings", name), peering.allow) for name, peering in args.peerings.items()),
        *((("meshes", name), mesh.allow) for name, mesh in args.meshes.items()),
    ]
    for section, grants in lists:
        seen: dict[tuple[str, str, int, str], int] = {}
        for index, grant in enumerate(grants):
            at = place(*section, "allow", index)
            if same_end(grant) and (section[0] != "networks" or _outside(grant.target) or grant.target in RESERVED):
                yield Problem(f"{at}.to", "must differ from the other end", grant.target, "Name two different ends.")
            key = (grant.source, grant.target, grant.port, grant.protocol)
            if key in seen:
                rule = f"says the same as {place(*section, 'allow', seen[key])}"
                text = f"{grant.source} to {grant.target}, {grant.protocol} {grant.port}"
                yield Problem(at, rule, text, "Remove one of the two.")
            seen.setdefault(key, index)


def same_end(grant: "GrantArgs") -> bool:
    """Whether a grant leads from an end to itself."""
    return grant.source == grant.target
