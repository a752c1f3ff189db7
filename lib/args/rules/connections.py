"""Connections that something needs, and the grants that let them through."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from lib.args.problems import Problem, place
from lib.networking.pairs import pairs
from lib.networking.tiers import GATEWAY_SERVICES

if TYPE_CHECKING:
    from lib.args.grant import GrantArgs
    from lib.args.stack import TapStackArgs

VPC = "vpc"
ENDPOINTS = "endpoints"
# Who may open connections to anywhere may do so to AWS's services, however they are reached.
INTERNET = ("internet", "0.0.0.0/0")
OUTSIDE = (*INTERNET, *GATEWAY_SERVICES)
SERVICES = (*OUTSIDE, ENDPOINTS)


def is_granted(allow: "Iterable[GrantArgs]", source: str, target: str, port: int) -> bool:
    """Whether grants let a group open TCP connections to another end, both groups and ACLs considered.

    A grant counts for the group that it names alone: a workload with a group of its own does not wear its tier's.

    Args:
        allow: grants of a network.
        source: the tier whose group is worn, or the named security group.
        target: an end as grants name it.
        port: port that the target listens on.
    """
    # `vpc` stands for every other group of the network, and for its blocks.
    everybody = {VPC} if source != target else set[str]()
    targets = {target, *(INTERNET if target in SERVICES else ()), *(everybody if target not in OUTSIDE else ())}
    return any(
        (grant.port, grant.protocol) == (port, "tcp")
        and grant.source in {source, *everybody}
        and grant.target in targets
        for grant in allow
    )


def missing_grant(args: "TapStackArgs", path: str, network: str, source: str, target: str, port: int) -> list[Problem]:
    """The problem of something that needs a connection inside its network which no grant lets through.

    Args:
        args: settings of the stack.
        path: where the settings of that something are.
        network: its network, which exists.
        source: the tier or security group that opens the connection.
        target: the end that accepts it.
        port: port that the target listens on.
    """
    at = place("networks", network, "allow")
    if is_granted(args.networks[network].allow, source, target, port):
        return []
    rule = f"needs a grant from {source} to {target} on port {port}"
    remedy = f"Add {_written(source, target, port)} to {at}."
    return [Problem(path, rule, None, remedy, (at, place("networks", network, "tiers")))]


def missing_grant_between(
    args: "TapStackArgs", path: str, source: tuple[str, str], target: tuple[str, str], port: int
) -> Iterator[Problem]:
    """The same for a connection to a tier of another network: peered, and granted there.

    Args:
        args: settings of the stack.
        path: where the settings of what needs the connection are.
        source: the network that the connection comes from, and the tier or security group that opens it.
        target: the network that it goes to, and the tier that accepts it.
        port: port that the target listens on.
    """
    (here, opener), there = source, target[0]
    one, other = ".".join(source), ".".join(target)
    joined = [pair for pair in pairs(args) if {pair.requester, pair.accepter} == {here, there}]
    basis = ("peerings", "meshes", "networks")
    if opener not in args.networks[here].tiers:
        rule = f"wears security group {opener}, from where no peering leads to network {there}"
        yield Problem(path, rule, None, "Remove its security_group: peerings are granted to tiers.", basis)
    elif not joined:
        rule = f"needs a peering of {here} with {there}, and a grant from {one} to {other} on port {port}"
        remedy = f"Add a peering between [{here}, {there}] with {_written(one, other, port)} in its allow."
        yield Problem(path, rule, None, remedy, basis)
    elif not _is_granted_between(joined[0].allow, one, other, port):
        rule = f"needs a grant from {one} to {other} on port {port}"
        yield Problem(path, rule, None, f"Add {_written(one, other, port)} to the allow of their peering.", basis)


def _is_granted_between(allow: "Sequence[GrantArgs]", source: str, target: str, port: int) -> bool:
    return any((each.source, each.target, each.port, each.protocol) == (source, target, port, "tcp") for each in allow)


def _written(source: str, target: str, port: int) -> str:
    return f"{{from: {source}, to: {target}, port: {port}}}"
