"""Signals of queues and caches.

Sources:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html,
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html.
"""

from collections.abc import Iterator

import pulumi

from lib.args.thresholds import ThresholdsArgs
from lib.monitoring.signal import Metric, Signal

FIVE_MINUTES = 300


def queue_signals(
    scope: str, queue: pulumi.Input[str], dead_letters: pulumi.Input[str], thresholds: ThresholdsArgs
) -> Iterator[Signal]:
    """What a queue and its dead-letter queue tell.

    Args:
        scope: the queue's name in the settings.
        queue: its AWS name.
        dead_letters: that of its dead-letter queue.
        thresholds: from where on it is news.
    """
    yield Signal(
        scope=f"queue-{scope}",
        key="age",
        title="Age of the oldest message, seconds",
        metrics=[Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": queue}, "Maximum")],
        threshold=thresholds.queue_age_seconds,
        first="Look whether the receivers run and what they wait for; add receivers if they keep up no more.",
    )
    yield dead_letter_signal(f"queue-{scope}", dead_letters)


def dead_letter_signal(scope: str, dead_letters: pulumi.Input[str]) -> Signal:
    """What a dead-letter queue tells.

    Args:
        scope: what it is of, with its kind.
        dead_letters: its AWS name.
    """
    return Signal(
        scope=scope,
        key="dead-letters",
        title="Dead letters",
        metrics=[Metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": dead_letters}, "Maximum")],
        threshold=0,
        periods=1,
        first="Read one of them, mend what its receivers stumbled over, then redrive the queue.",
    )


def cache_signals(scope: str, node: pulumi.Input[str], thresholds: ThresholdsArgs) -> Iterator[Signal]:
    """What a node of a cache tells.

    Args:
        scope: `<cache>-<number>`.
        node: the node's cluster id.
        thresholds: from where on it is news.
    """
    yield Signal(
        scope=f"cache-{scope}",
        key="memory",
        title="Memory use, percent",
        metrics=[Metric("AWS/ElastiCache", "DatabaseMemoryUsagePercentage", {"CacheClusterId": node}, "Maximum")],
        threshold=thresholds.memory_percent,
        first="Look for keys without expiry; choose a larger node type if all of them are needed.",
    )
    yield Signal(
        scope=f"cache-{scope}",
        key="evictions",
        title="Entries given up for want of memory",
        metrics=[Metric("AWS/ElastiCache", "Evictions", {"CacheClusterId": node}, "Sum")],
        threshold=thresholds.cache_evictions,
        period=FIVE_MINUTES,
        periods=1,
        first="Look at memory use; choose a larger node type, or shorter expiry.",
    )
