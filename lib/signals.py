"""Every signal of a stack, by the region that it is measured in."""

from collections.abc import Iterator, Mapping, Sequence

from lib.args.placement import regions_of_bucket, regions_of_table
from lib.args.stack import TapStackArgs
from lib.dns.failover import Failover
from lib.foundation.environment import Environment, global_region
from lib.monitoring.signal import Signal
from lib.monitoring.signals.databases import cluster_signals
from lib.monitoring.signals.failover import health_signals
from lib.monitoring.signals.networks import nat_signals
from lib.monitoring.signals.stores import replication_signals, table_signals
from lib.monitoring.signals.workloads import api_signals, function_signals
from lib.networking.network import Network
from lib.storage.replication import RULE_ID
from lib.workloads import Workloads

Placed = tuple[str, Signal]


def signals_by_region(
    args: TapStackArgs,
    env: Environment,
    networks: Mapping[str, Network],
    workloads: Workloads,
    failover: Failover | None,
) -> dict[str, Sequence[Signal]]:
    """The signals of everything in a stack.

    What the other region shows too is named, not referred to, so that neither region waits for the other.

    Args:
        args: settings of the stack.
        env: its environment.
        networks: its networks, by name.
        workloads: what it runs.
        failover: its failover; None where it has none.
    """
    placed = [
        *_of_networks(networks),
        *_of_databases(args, env, networks),
        *_of_tables(args, env),
        *_of_buckets(args, env),
        *_of_workloads(args, networks, workloads),
        *_of_failover(args, failover),
    ]
    return {region: [signal for where, signal in placed if where == region] for region in sorted(dict(placed))}


def _of_networks(networks: Mapping[str, Network]) -> Iterator[Placed]:
    for name, network in networks.items():
        for zone, gateway_id in network.nat_gateway_ids.items():
            for signal in nat_signals(name, zone, gateway_id):
                yield network.region, signal


def _of_databases(args: TapStackArgs, env: Environment, networks: Mapping[str, Network]) -> Iterator[Placed]:
    for name, database in args.databases.items():
        for network in database.networks:
            for signal in cluster_signals(
                f"{name}-{network}",
                env.names.db_cluster(name, network),
                args.monitoring.thresholds,
                together=len(database.networks) > 1,
                readers=database.instances > 1,
            ):
                yield networks[network].region, signal


def _of_tables(args: TapStackArgs, env: Environment) -> Iterator[Placed]:
    thresholds = args.monitoring.thresholds
    for name, table in args.tables.items():
        home, replicas = regions_of_table(args, table)
        regions = (home, *replicas)
        for region in regions:
            others = tuple(other for other in regions if other != region)
            for signal in table_signals(name, env.names.table(name), thresholds, others=others):
                yield region, signal


def _of_buckets(args: TapStackArgs, env: Environment) -> Iterator[Placed]:
    thresholds = args.monitoring.thresholds
    for name, bucket in args.buckets.items():
        home, *there = regions_of_bucket(args, bucket)
        source = env.names.data_bucket(name, env.account_id)
        for region in there:
            replica = env.names.data_bucket(name, env.account_id, region)
            for place, at_source in ((home, True), (region, False)):
                for signal in replication_signals(name, source, replica, RULE_ID, thresholds, at_source=at_source):
                    yield place, signal


def _of_workloads(args: TapStackArgs, networks: Mapping[str, Network], workloads: Workloads) -> Iterator[Placed]:
    thresholds = args.monitoring.thresholds
    for name, api in workloads.apis.items():
        for network, part in api.regional.items():
            scope, region = f"{name}-{network}", networks[network].region
            for signal in (
                *api_signals(scope, part.api_id, thresholds),
                *function_signals(scope, part.function.function_name, thresholds),
            ):
                yield region, signal


def _of_failover(args: TapStackArgs, failover: Failover | None) -> Iterator[Placed]:
    if failover is None or args.failover is None:
        return
    for number, (network, check) in enumerate(failover.health_check_ids.items()):
        for signal in health_signals(f"{args.failover.api}-{network}", check, primary=number == 0):
            yield global_region(args.region), signal
