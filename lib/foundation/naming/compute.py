"""Names of what runs: services, fleets, APIs, caches and queues."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lib.args.placement import balanced, region_of
from lib.foundation.naming.maker import ANY_ACCOUNT, Maker, PlannedName

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs


class ComputeNames(Maker):  # pylint: disable=too-many-public-methods  # one a name
    """Names of what runs: services, fleets, APIs, caches and queues."""

    __slots__ = ()

    def service(self, service: str) -> str:
        """A container service, its cluster, and the family of its task definitions."""
        return self.in_account(service)

    def service_log_group(self, service: str) -> str:
        """The log group of a service's containers."""
        return f"/aws/ecs/{self.service(service)}"

    def exec_log_group(self, service: str) -> str:
        """The log group of the commands that operators run in a service's containers."""
        return f"{self.service_log_group(service)}/exec"

    def insights_log_group(self, service: str) -> str:
        """The log group that Container Insights writes a cluster's performance to; the name is AWS's own."""
        return f"/aws/ecs/containerinsights/{self.service(service)}/performance"

    def load_balancer(self, workload: str) -> str:
        """The load balancer of a workload."""
        return self.in_account(workload, "alb")

    def load_balancer_log_bucket(self, region: str, account_id: str) -> str:
        """The bucket of the access logs of a region's load balancers."""
        return self.bucket(f"alb-logs-{region}", account_id)

    def fleet(self, fleet: str) -> str:
        """The Auto Scaling group of a fleet, its launch template, and what that launches."""
        return self.in_account(fleet, "fleet")

    def fleet_log_group(self, fleet: str) -> str:
        """The log group of a fleet's instances."""
        return f"/fleet/{self.in_account(fleet)}"

    def fleet_namespace(self) -> str:
        """The namespace of the metrics that instances themselves publish."""
        return f"{self.in_account()}/Fleet"

    def scaling_role_suffix(self) -> str:
        """What tells the stack's service-linked role of Auto Scaling from others in the account."""
        return self.in_account()

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

    def api(self, api: str, region: str) -> str:
        """An API in one of its regions."""
        return self.in_account(api, "api", region)

    def api_log_group(self, api: str, region: str) -> str:
        """The log group of the requests to an API; its prefix is one that deliveries are let into anyway."""
        return f"/aws/vendedlogs/http-apis/{self.api(api, region)}"

    def api_function(self, api: str) -> str:
        """What an API's function is, first part of that one's names."""
        return f"{api}-api"

    def function(self, scope: str, region: str) -> str:
        """A function in one of its regions."""
        return self.in_account(scope, region)

    def function_log_group(self, scope: str, region: str) -> str:
        """The log group of a function."""
        return f"/aws/lambda/{self.function(scope, region)}"

    def function_dead_letters(self, scope: str, region: str) -> str:
        """The queue of the events that a function failed on."""
        return self.in_account(scope, "dead", region)


def planned(args: "TapStackArgs", names: ComputeNames, region: str) -> Iterator[PlannedName]:
    """Names that the workloads of these settings lead to; `region` is the one of the longest name."""
    del region
    yield from _of_queues_and_caches(args, names)
    yield from _of_services(args, names)
    yield from _of_load_balancers(args, names)
    yield from _of_fleets(args, names)
    yield from _of_apis(args, names)


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


def _of_fleets(args: "TapStackArgs", names: ComputeNames) -> Iterator[PlannedName]:
    if args.fleets:
        yield PlannedName("application", "scaling-role-suffix", names.scaling_role_suffix())
    for name in args.fleets:
        at = f"fleets.{name}"
        yield PlannedName(at, "auto-scaling-group", names.fleet(name))
        yield PlannedName(at, "launch-template", names.fleet(name))
        yield PlannedName(at, "log-group", names.fleet_log_group(name))


def _of_services(args: "TapStackArgs", names: ComputeNames) -> Iterator[PlannedName]:
    for name, service in args.services.items():
        at = f"services.{name}"
        yield PlannedName(at, "ecs-service", names.service(name))
        yield PlannedName(at, "log-group", names.service_log_group(name))
        yield PlannedName(at, "log-group", names.exec_log_group(name))
        yield PlannedName(at, "log-group", names.insights_log_group(name))
        yield PlannedName("application", "key-alias", names.key_alias("data", region_of(args, service.network)))


def _of_apis(args: "TapStackArgs", names: ComputeNames) -> Iterator[PlannedName]:
    for name, api in args.apis.items():
        at, scope = f"apis.{name}", names.api_function(name)
        # Two networks of one region are a problem of their own.
        for region in dict.fromkeys(region_of(args, network) for network in api.networks):
            yield PlannedName(at, "http-api", names.api(name, region))
            yield PlannedName(at, "log-group", names.api_log_group(name, region))
            yield PlannedName(at, "function", names.function(scope, region))
            yield PlannedName(at, "log-group", names.function_log_group(scope, region))
            yield PlannedName(at, "queue", names.function_dead_letters(scope, region))
