"""Names of what runs: services, fleets, APIs, caches and queues."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lib.args.placement import balanced, region_of
from lib.foundation.naming.maker import ANY_ACCOUNT, Maker, PlannedName

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs


class ComputeNames(Maker):
    """Names of what runs: services, fleets, APIs, caches and queues."""

    __slots__ = ()

    def load_balancer(self, workload: str) -> str:
        """The load balancer of a workload."""
        return self.in_account(workload, "alb")

    def load_balancer_log_bucket(self, region: str, account_id: str) -> str:
        """The bucket of the access logs of a region's load balancers."""
        return self.bucket(f"alb-logs-{region}", account_id)

    def queue(self, queue: str, *, fifo: bool) -> str:
        """An SQS queue; SQS wants its own suffix at the end of a FIFO queue's name."""
        return self.in_account(queue) + ".fifo" * fifo

    def dead_letter_queue(self, queue: str, *, fifo: bool) -> str:
        """The dead-letter queue of a queue."""
        return self.queue(f"{queue}-dead", fifo=fifo)

    def replication_group(self, cache: str) -> str:
        """The replication group of a cache."""
        return self.in_account(cache)

    def cache_subnet_group(self, cache: str) -> str:
        """The subnet group of a cache."""
        return self.in_account(cache, "subnets")

    def cache_parameter_group(self, cache: str, family: str) -> str:
        """The parameter group of a cache; it bears its family, since another family needs another group beside it."""
        return self.in_account(cache, family)

    def cache_log_group(self, cache: str) -> str:
        """The log group of a cache.

        CloudWatch Logs lets deliveries into all groups below this prefix by one entry of its resource policy, whose
        room would end otherwise.
        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html.
        """
        return f"/aws/vendedlogs/elasticache/{self.replication_group(cache)}"

    def cache_secret(self, cache: str) -> str:
        """The scope of the secret with a cache's token."""
        return f"{cache}-auth-token"


def planned(args: "TapStackArgs", names: ComputeNames, region: str) -> Iterator[PlannedName]:
    """Names that the workloads of these settings lead to; `region` is the one of the longest name."""
    del region
    yield from _of_queues_and_caches(args, names)
    yield from _of_load_balancers(args, names)


def _of_queues_and_caches(args: "TapStackArgs", names: ComputeNames) -> Iterator[PlannedName]:
    for name, queue in args.queues.items():
        at = f"queues.{name}"
        yield PlannedName(at, "queue", names.queue(name, fifo=queue.fifo))
        yield PlannedName(at, "queue", names.dead_letter_queue(name, fifo=queue.fifo))
    for name, cache in args.caches.items():
        at = f"caches.{name}"
        yield PlannedName(at, "replication-group", names.replication_group(name))
        yield PlannedName(at, "cache-subnet-group", names.cache_subnet_group(name))
        yield PlannedName(at, "cache-parameter-group", names.cache_parameter_group(name, cache.parameter_family))
        yield PlannedName(at, "log-group", names.cache_log_group(name))
        yield PlannedName(at, "secret", names.path(names.cache_secret(name)))


def _of_load_balancers(args: "TapStackArgs", names: ComputeNames) -> Iterator[PlannedName]:
    for path, workload in balanced(args):
        if workload.load_balancer:
            region = region_of(args, workload.network)
            yield PlannedName(path, "load-balancer", names.load_balancer(path.split(".")[1]))
            yield PlannedName("application", "bucket", names.load_balancer_log_bucket(region, ANY_ACCOUNT))
