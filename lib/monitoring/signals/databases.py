"""Signals of Aurora clusters.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html.
"""

from collections.abc import Iterator, Sequence

import pulumi

from lib.args.thresholds import ThresholdsArgs
from lib.monitoring.signal import Metric, Signal

NAMESPACE = "AWS/RDS"
MIB = 1024 * 1024


def cluster_signals(
    scope: str,
    identifier: pulumi.Input[str],
    thresholds: ThresholdsArgs,
    *,
    follows: bool | None,
    readers: bool,
    instances: Sequence[pulumi.Resource],
) -> Iterator[Signal]:
    """What one cluster tells.

    Args:
        scope: `<database>-<network>`.
        identifier: the cluster.
        thresholds: from where on it is news.
        follows: whether it is a copy in a Global Database, as the settings have it: roles swap in a failover; None
            where it is in none.
        readers: whether it has readers beside its writer.
        instances: its instances.
    """

    def metric(name: str, statistic: str = "Average") -> Metric:
        return Metric(NAMESPACE, name, {"DBClusterIdentifier": identifier}, statistic)

    yield Signal(
        scope=f"database-{scope}",
        key="cpu",
        title="CPU use, percent",
        metrics=[metric("CPUUtilization")],
        threshold=thresholds.cpu_percent,
        # A copy without instances of its own, or a serverless one at rest, reports nothing.
        missing="missing",
        first="Look at Performance Insights for the statements that take the time; add capacity if they are right.",
    )
    yield Signal(
        scope=f"database-{scope}",
        key="connections",
        title="Connections",
        metrics=[metric("DatabaseConnections")],
        threshold=thresholds.database_connections,
        first="Look for workloads that open connections and keep them; restart the one that leaks.",
    )
    yield Signal(
        scope=f"database-{scope}",
        key="memory",
        title="Memory left, bytes",
        metrics=[metric("FreeableMemory", "Minimum")],
        threshold=thresholds.database_free_memory_mib * MIB,
        below=True,
        missing="missing",
        first="Raise max_capacity or the instance class, before the engine restarts for want of memory.",
    )
    if readers:
        yield Signal(
            scope=f"database-{scope}",
            key="replica-lag",
            title="Readers behind the writer, ms",
            metrics=[metric("AuroraReplicaLagMaximum", "Maximum")],
            threshold=thresholds.replica_lag_ms,
            first="Send reads that must be current to the writer; look for long transactions on the readers.",
        )
    if follows is not None:
        yield Signal(
            scope=f"database-{scope}",
            key="recovery-lag",
            title="Data that a failover would lose, ms",
            metrics=[metric("AuroraGlobalDBRPOLag", "Maximum")],
            threshold=thresholds.recovery_lag_ms,
            # Only the cluster that follows publishes it. Where one is to follow, silence means that it does no more: a
            # replication that stopped, or a failover, in which case the alarm stays until the way back.
            missing="breaching" if follows else "notBreaching",
            periods=10,
            after=instances,
            first="Do not fail over while it lasts, if you can wait; look at the writer's write load. "
            "After a failover to this region it stays until the way back.",
            across=True,
        )
