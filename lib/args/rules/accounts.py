"""Rules on accounts: how a network in another one is reached, and what has to stay in the stack's own."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lib.args.placement import account_of
from lib.args.problems import Problem, place

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs


def accounts_have_one_role(args: "TapStackArgs") -> Iterable[Problem]:
    """All networks of an account are reached by one role: keys, topics and providers there are named by the account."""
    first: dict[str, tuple[str, str]] = {}
    for name, network in args.networks.items():
        if network.role_arn is None:
            continue
        account = account_of(network.role_arn)
        other, role = first.setdefault(account, (name, network.role_arn))
        if network.role_arn != role:
            at, basis = place("networks", name, "role_arn"), (place("networks", other, "role_arn"),)
            rule = f"must be the role of network {other}, which is in account {account} too"
            yield Problem(at, rule, network.role_arn, f"Use {role} for both.", basis)


def data_stays_in_the_stacks_own_account(args: "TapStackArgs") -> Iterable[Problem]:
    """What takes its region from a network is made in the stack's own account, so no network of another one will do.

    Databases, workloads, caches, APIs and probes, which live in a network, have this rule among their own.
    """
    for path, name in _located(args):
        network = args.networks.get(name or "")
        if network and network.role_arn:
            basis = (place("networks", name or "", "role_arn"),)
            rule = "must be a network of the stack's own account"
            yield Problem(path, rule, name, "Choose a network without role_arn.", basis)


def _located(args: "TapStackArgs") -> Iterator[tuple[str, str | None]]:
    """Every setting that names a network for its region: its path, and the name."""
    for name, table in args.tables.items():
        yield place("tables", name, "network"), table.network
        yield from ((place("tables", name, "replicas", index), each) for index, each in enumerate(table.replicas))
    for name, bucket in args.buckets.items():
        yield place("buckets", name, "network"), bucket.network
        yield place("buckets", name, "replicate_to"), bucket.replicate_to
    for name, secret in args.secrets.items():
        yield place("secrets", name, "network"), secret.network
        yield from ((place("secrets", name, "replicas", index), each) for index, each in enumerate(secret.replicas))
    for name, parameter in args.parameters.items():
        yield place("parameters", name, "network"), parameter.network
    for name, queue in args.queues.items():
        yield place("queues", name, "network"), queue.network
    if args.backup:
        yield "backup.network", args.backup.network
        yield "backup.copy_to", args.backup.copy_to
