"""Every signal of a stack, by the region and account that it is measured in."""

from collections.abc import Iterator, Mapping, Sequence

import pulumi

from lib.args.placement import Place, region_of, regions_of_bucket, regions_of_table
from lib.args.stack import TapStackArgs
from lib.database.aurora import Database
from lib.dns.failover import Failover
from lib.foundation.environment import Environment, global_region
from lib.groundwork import Groundwork
from lib.monitoring.api_errors import ApiErrors
from lib.monitoring.signal import Metric, Signal
from lib.monitoring.signals.databases import cluster_signals
from lib.monitoring.signals.failover import health_signals
from lib.monitoring.signals.messages import cache_signals, dead_letter_signal, queue_signals
from lib.monitoring.signals.networks import nat_signals, probe_signal
from lib.monitoring.signals.stores import replication_signals, table_signals
from lib.monitoring.signals.workloads import (
    api_signals,
    balancer_signals,
    fleet_signals,
    function_signals,
    service_signals,
)
from lib.networking.network import Network
from lib.storage.replication import RULE_ID
from lib.workloads import Workloads

# A signal with its region, in the stack's own account; networks alone may be in others.
Placed = tuple[str, Signal]


def signals_by_place(
    ground: Groundwork,
    *,
    databases: Mapping[str, Database],
    workloads: Workloads,
    errors: Mapping[str, ApiErrors],
    failover: Failover | None,
) -> dict[Place, Sequence[Signal]]:
    """The signals of everything in a stack.

    What the other region shows too is named, not referred to, so that neither region waits for the other.

    Args:
        ground: what the stack is built on.
        databases: its databases, by name.
        workloads: what it runs.
        errors: what counts the failed requests of each API, by `<api>-<network>`.
        failover: its failover; None where it has none.
    """
    args, env = ground.args, ground.env
    own = [
        *_of_databases(ground, databases),
        *_of_tables(args, env),
        *_of_buckets(args, env),
        *_of_workloads(args, workloads),
        *_of_queues_and_caches(args, workloads),
        *_of_apis(args, workloads, errors),
        *_of_probes(args, env, workloads),
        *_of_failover(args, failover),
    ]
    placed = [*_of_networks(ground.networks), *((Place(region), signal) for region, signal in own)]
    places = sorted(dict(placed), key=lambda place: place.key)
    return {place: [signal for where, signal in placed if where == place] for place in places}


def _of_networks(networks: Mapping[str, Network]) -> Iterator[tuple[Place, Signal]]:
    for name, network in networks.items():
        for zone, gateway_id in network.nat_gateway_ids.items():
            for signal in nat_signals(name, zone, gateway_id):
                yield network.place, signal


def _of_databases(ground: Groundwork, databases: Mapping[str, Database]) -> Iterator[Placed]:
    for name, database in databases.items():
        args = ground.args.databases[name]
        for network, cluster in database.clusters.items():
            for signal in cluster_signals(
                f"{name}-{network}",
                ground.env.names.db_cluster(name, network),
                ground.args.monitoring.thresholds,
                follows=network != args.network if len(args.networks) > 1 else None,
                readers=args.instances > 1,
                instances=cluster.instances,
            ):
                yield ground.networks[network].region, signal


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


def _of_workloads(args: TapStackArgs, workloads: Workloads) -> Iterator[Placed]:
    thresholds = args.monitoring.thresholds
    for name, service in workloads.services.items():
        region = region_of(args, args.services[name].network)
        for signal in service_signals(name, service.cluster_name, service.service_name, thresholds):
            yield region, signal
    for name, fleet in workloads.fleets.items():
        for signal in fleet_signals(name, fleet.group_name, thresholds):
            yield region_of(args, args.fleets[name].network), signal
    balanced = {**workloads.services, **workloads.fleets}
    for name, workload in balanced.items():
        if balancer := workload.load_balancer:
            region = region_of(args, (args.services.get(name) or args.fleets[name]).network)
            for signal in balancer_signals(name, balancer.arn_suffix, balancer.target_group_arn_suffix, thresholds):
                yield region, signal


def _of_queues_and_caches(args: TapStackArgs, workloads: Workloads) -> Iterator[Placed]:
    thresholds = args.monitoring.thresholds
    for name, queue in workloads.queues.items():
        for signal in queue_signals(name, queue.queue_name, queue.dead_letter_name, thresholds):
            yield region_of(args, args.queues[name].network), signal
    for name, cache in workloads.caches.items():
        for number in range(1, args.caches[name].nodes + 1):
            # The nodes of a replication group are clusters, named after it and counted.
            node = pulumi.Output.concat(cache.replication_group_id, f"-{number:03}")
            for signal in cache_signals(f"{name}-{number}", node, thresholds):
                yield region_of(args, args.caches[name].network), signal


def _of_apis(args: TapStackArgs, workloads: Workloads, errors: Mapping[str, ApiErrors]) -> Iterator[Placed]:
    thresholds = args.monitoring.thresholds
    for name, api in workloads.apis.items():
        for network, part in api.regional.items():
            scope = f"{name}-{network}"
            for signal in (
                *api_signals(scope, part.api_id, errors[scope].metric, thresholds),
                *function_signals(scope, part.function.function_name, thresholds),
                dead_letter_signal(f"function-{scope}", part.function.dead_letter_name),
            ):
                yield region_of(args, network), signal


def _of_probes(args: TapStackArgs, env: Environment, workloads: Workloads) -> Iterator[Placed]:
    for probe in args.monitoring.probes:
        metric = Metric(env.names.metric_namespace(), workloads.probes[probe.name].metric_name, {}, "Minimum")
        yield region_of(args, probe.network), probe_signal(probe.name, f"{probe.host}:{probe.port}", metric)


def _of_failover(args: TapStackArgs, failover: Failover | None) -> Iterator[Placed]:
    if failover is None or args.failover is None:
        return
    for number, (network, check) in enumerate(failover.health_check_ids.items()):
        for signal in health_signals(f"{args.failover.api}-{network}", check, primary=number == 0):
            yield global_region(args.region), signal
