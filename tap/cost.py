"""What a Plan costs a month, roughly: what is paid whether it is used or not, and what is paid by use."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from tap.plan import Plan, Resource
from tap.prices import UnitPrice, prices
from tap.tree import is_created

MINUTE = 60
SERVERLESS = "db.serverless"

# What a resource comes to: a key of the table and how many; or a text for what has no price there.
Item = tuple[str, float] | str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is paid every month: what, how many, and US dollars a month for one of them."""

    what: str
    number: float
    each: float

    @property
    def usd(self) -> float:
        """US dollars a month for all of them."""
        return self.number * self.each


@dataclass(frozen=True, slots=True)
class Cost:
    """What a Plan costs.

    Args:
        lines: what is paid whether it is used or not, the dearest first.
        uses: what is paid by use, never part of the sum.
        unpriced: what costs something that the table does not know, with how many there are.
    """

    lines: tuple[Line, ...]
    uses: tuple[UnitPrice, ...]
    unpriced: tuple[str, ...]

    @property
    def usd(self) -> float:
        """US dollars a month, without what is paid by use and without what has no price."""
        return sum(line.usd for line in self.lines)


def cost(plan: Plan) -> Cost:
    """What the resources of a Plan cost a month of 730 hours, at us-east-1's list prices wherever they are.

    Of what scales, the least counts: the tasks and instances that a deployment starts with, the least capacity of
    serverless databases.
    """
    table = prices()
    numbers: dict[str, float] = defaultdict(float)
    unpriced: Counter[str] = Counter()
    uses: dict[UnitPrice, None] = {}
    for resource in filter(is_created, plan.resources):
        uses |= dict.fromkeys(table.use.get(resource.type, ()))
        if rate := RATES.get(resource.type):
            for item in rate(resource, plan):
                if isinstance(item, str):
                    unpriced[item] += 1
                elif item[0] in table.fixed:
                    numbers[item[0]] += item[1]
                else:
                    unpriced[item[0]] += int(item[1])
        elif resource.type not in table.use and resource.type not in table.free:
            unpriced[resource.type] += 1
    lines = [Line(table.fixed[key].what, number, table.fixed[key].usd) for key, number in numbers.items() if number]
    return Cost(
        lines=tuple(sorted(lines, key=lambda line: (-line.usd, line.what))),
        uses=tuple(sorted(uses, key=lambda use: use.what)),
        unpriced=tuple(f"{number} of {what}" for what, number in sorted(unpriced.items())),
    )


def _nat_gateway(nat: Resource, plan: Plan) -> Iterator[Item]:
    del plan
    if nat.inputs.get("availabilityMode") == "regional":
        yield "NAT gateway of all zones, by the zones in use"
    else:
        yield "nat_gateway", 1


def _endpoint(endpoint: Resource, plan: Plan) -> Iterator[Item]:
    del plan
    if endpoint.inputs.get("vpcEndpointType") == "Interface":
        yield "endpoint_zone", len(_list(endpoint, "subnetIds"))


def _load_balancer(balancer: Resource, plan: Plan) -> Iterator[Item]:
    del plan
    if balancer.inputs.get("loadBalancerType", "application") != "application":
        yield f"load balancer of type {balancer.inputs['loadBalancerType']}"
        return
    yield "load_balancer", 1
    if not balancer.inputs.get("internal"):
        # One address a zone at the least.
        yield "public_ipv4", len(_list(balancer, "subnets"))


def _database_instance(instance: Resource, plan: Plan) -> Iterator[Item]:
    if (size := str(instance.inputs.get("instanceClass"))) != SERVERLESS:
        yield size, 1
        return
    for cluster in plan.of("aws:rds/cluster:Cluster"):
        if (cluster.id, cluster.region) == (instance.inputs.get("clusterIdentifier"), instance.region):
            yield "aurora_acu", float(_map(cluster, "serverlessv2ScalingConfiguration").get("minCapacity", 0))


def _service(service: Resource, plan: Plan) -> Iterator[Item]:
    tasks = service.inputs.get("desiredCount", 1)
    for urn in service.property_dependencies.get("taskDefinition", ()):
        task = plan.at(urn)
        architecture = str(_map(task, "runtimePlatform").get("cpuArchitecture", "X86_64")).lower()
        yield f"fargate_vcpu_{architecture}", tasks * int(task.inputs["cpu"]) / 1024
        yield f"fargate_gb_{architecture}", tasks * int(task.inputs["memory"]) / 1024


def _fleet(fleet: Resource, plan: Plan) -> Iterator[Item]:
    instances = fleet.inputs.get("desiredCapacity", fleet.inputs.get("minSize", 0))
    for urn in fleet.property_dependencies.get("launchTemplate", ()):
        template = plan.at(urn)
        yield str(template.inputs.get("instanceType")), instances
        for device in _list(template, "blockDeviceMappings"):
            volume = cast("Mapping[str, Any]", device).get("ebs", {})
            kind = volume.get("volumeType")
            yield f"{kind}_gb", instances * volume.get("volumeSize", 0)


def _cache(cache: Resource, plan: Plan) -> Iterator[Item]:
    del plan
    yield str(cache.inputs.get("nodeType")), cache.inputs.get("numCacheClusters", 1)


def _secret(secret: Resource, plan: Plan) -> Iterator[Item]:
    del plan
    yield "secret", 1 + len(_list(secret, "replicas"))


def _health_check(check: Resource, plan: Plan) -> Iterator[Item]:
    kind = str(check.inputs.get("type"))
    if kind in ("CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"):
        yield f"health check of type {kind}"
        return
    # An endpoint of AWS's is one that the stack has made there.
    made = any(plan.at(urn).custom for urn in check.property_dependencies.get("fqdn", ()))
    suffix = "" if made or str(check.inputs.get("fqdn")).endswith(".amazonaws.com") else "_elsewhere"
    options = (
        kind.startswith("HTTPS"),
        kind.endswith("STR_MATCH"),
        check.inputs.get("requestInterval") == 10,
        bool(check.inputs.get("measureLatency")),
    )
    yield f"health_check{suffix}", 1
    yield f"health_check_option{suffix}", sum(options)


def _alarm(alarm: Resource, plan: Plan) -> Iterator[Item]:
    del plan
    # Each metric of an expression is paid for.
    queries = [cast("Mapping[str, Any]", query) for query in _list(alarm, "metricQueries")]
    metrics = [query["metric"] for query in queries if "metric" in query] or [alarm.inputs]
    for metric in metrics:
        yield f"alarm_metric{'_high_resolution' if metric.get('period', MINUTE) < MINUTE else ''}", 1


def _of(key: str) -> Callable[[Resource, Plan], Iterator[Item]]:
    """A type of which each costs the same."""

    def rate(resource: Resource, plan: Plan) -> Iterator[Item]:
        del resource, plan
        yield key, 1

    return rate


RATES: Mapping[str, Callable[[Resource, Plan], Iterator[Item]]] = {
    "aws:autoscaling/group:Group": _fleet,
    "aws:cloudwatch/dashboard:Dashboard": _of("dashboard"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": _alarm,
    "aws:ec2/eip:Eip": _of("public_ipv4"),
    "aws:ec2/natGateway:NatGateway": _nat_gateway,
    "aws:ec2/vpcEndpoint:VpcEndpoint": _endpoint,
    "aws:ecs/service:Service": _service,
    "aws:elasticache/replicationGroup:ReplicationGroup": _cache,
    "aws:kms/key:Key": _of("key"),
    "aws:lb/loadBalancer:LoadBalancer": _load_balancer,
    "aws:rds/clusterInstance:ClusterInstance": _database_instance,
    "aws:route53/healthCheck:HealthCheck": _health_check,
    "aws:route53/zone:Zone": _of("zone"),
    "aws:secretsmanager/secret:Secret": _secret,
}


def _list(resource: Resource, key: str) -> list[Any]:
    """A list among the inputs; an empty one where it is not known or not there."""
    value = resource.inputs.get(key)
    return cast("list[Any]", value) if isinstance(value, list) else []


def _map(resource: Resource, key: str) -> Mapping[str, Any]:
    value = resource.inputs.get(key)
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}
