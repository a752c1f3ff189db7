"""Signals of tables and of the replication of buckets.

Sources: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html (replication metrics).
"""

from collections.abc import Iterator

import pulumi

from lib.args.thresholds import ThresholdsArgs
from lib.monitoring.signal import Metric, Signal

FIVE_MINUTES = 300


def table_signals(
    scope: str, table: pulumi.Input[str], thresholds: ThresholdsArgs, *, others: tuple[str, ...]
) -> Iterator[Signal]:
    """What a table tells in one of its regions.

    Args:
        scope: the table's name in the settings.
        table: its AWS name.
        thresholds: from where on it is news.
        others: the regions that it is replicated to from here; every region writes, and so each is a source.
    """
    for key, name, what in (
        ("read-throttles", "ReadThrottleEvents", "Reads"),
        ("write-throttles", "WriteThrottleEvents", "Writes"),
    ):
        yield Signal(
            scope=f"table-{scope}",
            key=key,
            title=f"{what} refused for load",
            metrics=[Metric("AWS/DynamoDB", name, {"TableName": table}, "Sum")],
            threshold=thresholds.throttles,
            period=FIVE_MINUTES,
            periods=1,
            first="Look for a hot key in Contributor Insights; spread it, or ask for a higher limit.",
        )
    for region in others:
        yield Signal(
            scope=f"table-{scope}",
            key=f"lag-to-{region}",
            title=f"Behind in {region}, ms",
            metrics=[
                Metric("AWS/DynamoDB", "ReplicationLatency", {"TableName": table, "ReceivingRegion": region}, "Average")
            ],
            threshold=thresholds.table_lag_ms,
            first="Look at the AWS Health Dashboard of both regions; reads there are old while it lasts.",
            across=True,
        )


def replication_signals(
    scope: str,
    source: pulumi.Input[str],
    replica: pulumi.Input[str],
    rule_id: str,
    thresholds: ThresholdsArgs,
    *,
    at_source: bool,
) -> Iterator[Signal]:
    """What the replication of a bucket tells: failures in the bucket's region, lag in the replica's.

    Args:
        scope: the bucket's name in the settings.
        source: the bucket.
        replica: its replica.
        rule_id: id of the replication rule.
        thresholds: from where on it is news.
        at_source: whether the signals of the bucket's own region are meant, or those of the replica's.
    """
    dimensions = {"SourceBucket": source, "DestinationBucket": replica, "RuleId": rule_id}
    if at_source:
        yield Signal(
            scope=f"bucket-{scope}",
            key="replication-failed",
            title="Objects that could not be replicated",
            metrics=[Metric("AWS/S3", "OperationsFailedReplication", dimensions, "Sum")],
            threshold=0,
            period=FIVE_MINUTES,
            periods=1,
            first="Find those whose replication status is FAILED, mend the cause, copy them by S3 Batch Replication.",
            across=True,
        )
        return
    yield Signal(
        scope=f"bucket-{scope}",
        key="replication-lag",
        title="Replica behind, seconds",
        metrics=[Metric("AWS/S3", "ReplicationLatency", dimensions, "Maximum")],
        threshold=thresholds.bucket_lag_seconds,
        first="Look at the AWS Health Dashboard of both regions, and at a burst of writes.",
        across=True,
    )
    yield Signal(
        scope=f"bucket-{scope}",
        key="replication-pending",
        title="Objects that wait for their replication",
        metrics=[Metric("AWS/S3", "OperationsPendingReplication", dimensions, "Maximum")],
        threshold=thresholds.bucket_pending,
        periods=15,
        first="Look at a burst of writes; if there is none, at the replication role and both keys.",
        across=True,
    )
