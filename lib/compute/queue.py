"""A queue with its dead-letter queue."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_aws import sqs

from lib.args.queue import QueueArgs
from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.foundation.policies import resource_policy, tls_only

DAY = 24 * 60 * 60
# What could not be dealt with is kept as long as SQS keeps anything, so that people see it.
DEAD_LETTER_DAYS = 14
# Longest that SQS takes: a receiver waits for a message rather than ask again and again.
WAIT_SECONDS = 20


class Queue(Component):
    """An SQS queue, encrypted with a customer key, spoken to over TLS only, and its dead-letter queue.

    Sources: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html,
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html.

    Args:
        name: the queue's name in the settings.
        args: its settings.
        env: environment of the stack.
        key_arn: customer key of its region for data.

    Attributes:
        queue_name: name of the queue, which its metrics bear.
        dead_letter_name: name of the dead-letter queue: a message in it is one that nobody could deal with.
    """

    url: pulumi.Output[str]
    arn: pulumi.Output[str]
    queue_name: pulumi.Output[str]
    dead_letter_name: pulumi.Output[str]
    outputs: Mapping[str, pulumi.Output[str]]

    def __init__(
        self,
        name: str,
        args: QueueArgs,
        env: Environment,
        *,
        key_arn: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:compute:Queue", name, opts)
        self._args = args
        self._env = env
        self._key_arn = key_arn
        dead = self._queue(f"{name}-dead", env.names.dead_letter_queue(name, fifo=args.fifo), DEAD_LETTER_DAYS)
        queue = self._queue(name, env.names.queue(name, fifo=args.fifo), args.retention_days, dead)
        sqs.RedriveAllowPolicy(
            name,
            queue_url=dead.url,
            redrive_allow_policy=pulumi.Output.json_dumps(
                {"redrivePermission": "byQueue", "sourceQueueArns": [queue.arn]}
            ),
            opts=self.child(),
        )
        self.url = queue.url
        self.arn = queue.arn
        self.queue_name = queue.name
        self.dead_letter_name = dead.name
        self.outputs = {
            "queue_url": queue.url,
            "queue_arn": queue.arn,
            "dead_letter_queue_url": dead.url,
            "dead_letter_queue_arn": dead.arn,
        }
        self.register_outputs(dict(self.outputs))

    def _queue(self, logical: str, name: str, retention_days: int, dead: sqs.Queue | None = None) -> sqs.Queue:
        """One of the two, and its policy; the dead-letter queue of a FIFO queue is one too."""
        args, protected = self._args, self._env.protection.deletion_protection
        redrive = {"deadLetterTargetArn": dead.arn, "maxReceiveCount": args.max_receives} if dead else None
        queue = sqs.Queue(
            logical,
            name=name,
            fifo_queue=args.fifo or None,
            # A sender that gives no deduplication id sends the same content once within five minutes.
            content_based_deduplication=args.fifo or None,
            visibility_timeout_seconds=args.visibility_timeout_seconds,
            message_retention_seconds=retention_days * DAY,
            receive_wait_time_seconds=WAIT_SECONDS,
            redrive_policy=pulumi.Output.json_dumps(redrive) if redrive else None,
            kms_master_key_id=self._key_arn,
            tags=self._env.tags("Queue", name, None if dead else "dead letters"),
            opts=self.child(protect=protected),
        )
        sqs.QueuePolicy(
            logical,
            queue_url=queue.url,
            policy=resource_policy([tls_only(queue.arn, service="sqs")]),
            opts=self.child(),
        )
        return queue
