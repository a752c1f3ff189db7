"""What a Plan costs: sums by hand, and nothing that costs something without being told."""

from typing import Any

import pytest
from typer.testing import CliRunner

from lib.args.loading import blueprint_names
from tap.cli import app
from tap.cost import RATES, Line, cost
from tap.plan import Plan, Resource
from tap.prices import prices
from tap.tree import is_created
from tests.support.stack import deploy_blueprint

STACK = "urn:pulumi:dev::TapStack"


def made(type_: str, name: str = "one", *, uses: dict[str, Resource] | None = None, **inputs: Any) -> Resource:
    """A resource in us-east-1, whose inputs depend on others."""
    depends = {key: (other.urn,) for key, other in (uses or {}).items()}
    urn = f"{STACK}::{type_}::{name}"
    return Resource(
        urn, type_, name, custom=True, inputs=inputs, id=name, region="us-east-1", property_dependencies=depends
    )


def plan_of(*resources: Resource) -> Plan:
    return Plan("TapStack", "dev", preview=False, resources=resources, invokes=(), exports={})


def month(*resources: Resource) -> float:
    found = cost(plan_of(*resources))
    assert not found.unpriced
    return found.usd


def test_a_plan_is_summed_up_the_dearest_first() -> None:
    found = cost(
        plan_of(
            made("aws:ec2/natGateway:NatGateway", "a", subnetId="subnet-1"),
            made("aws:ec2/natGateway:NatGateway", "b", subnetId="subnet-2"),
            made("aws:ec2/eip:Eip"),
            made("aws:kms/key:Key"),
            made("aws:ec2/vpcEndpoint:VpcEndpoint", "s3", vpcEndpointType="Gateway", routeTableIds=["rtb-1"]),
            made("aws:ec2/vpcEndpoint:VpcEndpoint", "ecr", vpcEndpointType="Interface", subnetIds=["a", "b", "c"]),
        )
    )
    assert [(line.what, line.number, round(line.usd, 2)) for line in found.lines] == [
        ("NAT gateway", 2, 65.70),
        ("Interface endpoint, a zone", 3, 21.90),
        ("Public IPv4 address", 1, 3.65),
        ("KMS key, before its first rotation", 1, 1.00),
    ]
    assert found.usd == pytest.approx(65.70 + 21.90 + 3.65 + 1.00)
    assert found.unpriced == ()


def test_what_is_paid_by_use_is_told_once_and_never_in_the_sum() -> None:
    found = cost(plan_of(made("aws:sqs/queue:Queue", "a"), made("aws:sqs/queue:Queue", "b")))
    assert (found.usd, found.lines) == (0, ())
    assert [(use.what, use.usd, use.per) for use in found.uses] == [("Queue requests", 0.40, "million")]


def test_what_has_no_price_is_told_and_never_free() -> None:
    found = cost(
        plan_of(
            made("aws:ec2/instance:Instance"),
            made("aws:ec2/natGateway:NatGateway", availabilityMode="regional", vpcId="vpc-1"),
            made("aws:elasticache/replicationGroup:ReplicationGroup", nodeType="cache.x9.huge", numCacheClusters=3),
            made("aws:lb/loadBalancer:LoadBalancer", loadBalancerType="network", subnets=["a"]),
            made("aws:route53/healthCheck:HealthCheck", type="CALCULATED"),
        )
    )
    assert found.lines == ()
    assert found.unpriced == (
        "1 of NAT gateway of all zones, by the zones in use",
        "1 of aws:ec2/instance:Instance",
        "3 of cache.x9.huge",
        "1 of health check of type CALCULATED",
        "1 of load balancer of type network",
    )


def test_what_is_only_read_or_a_provider_costs_nothing() -> None:
    read = Resource(f"{STACK}::aws:kms/key:Key::old", "aws:kms/key:Key", "old", custom=True, inputs={}, read=True)
    assert cost(plan_of(read, made("pulumi:providers:aws"))).lines == ()


@pytest.mark.parametrize(
    ("architecture", "usd"), [("ARM64", 3 * (0.5 * 23.6374 + 1 * 2.5988)), ("X86_64", 3 * (0.5 * 29.5504 + 3.24485))]
)
def test_a_service_costs_its_tasks_by_architecture(architecture: str, usd: float) -> None:
    platform = {"cpuArchitecture": architecture}
    task = made("aws:ecs/taskDefinition:TaskDefinition", cpu="512", memory="1024", runtimePlatform=platform)
    service = made("aws:ecs/service:Service", uses={"taskDefinition": task}, desiredCount=3)
    assert month(task, service) == pytest.approx(usd, abs=0.01)


def test_a_fleet_costs_the_instances_it_starts_with_and_their_volumes() -> None:
    devices = [{"ebs": {"volumeType": "gp3", "volumeSize": 20}}]
    template = made("aws:ec2/launchTemplate:LaunchTemplate", instanceType="t4g.small", blockDeviceMappings=devices)
    fleet = made("aws:autoscaling/group:Group", uses={"launchTemplate": template}, minSize=2, maxSize=6)
    assert month(template, fleet) == pytest.approx(2 * (0.0168 * 730 + 20 * 0.08))


def test_a_serverless_database_costs_its_least_capacity_in_each_instance() -> None:
    scaling = {"minCapacity": 0.5, "maxCapacity": 8}
    cluster = made("aws:rds/cluster:Cluster", "orders", serverlessv2ScalingConfiguration=scaling)
    instances = [
        made("aws:rds/clusterInstance:ClusterInstance", name, clusterIdentifier="orders", instanceClass="db.serverless")
        for name in ("one", "two")
    ]
    assert month(cluster, *instances) == pytest.approx(2 * 0.5 * 87.60)
    assert month(made("aws:rds/clusterInstance:ClusterInstance", instanceClass="db.r6g.large")) == pytest.approx(189.80)


@pytest.mark.parametrize(("internal", "addresses"), [(True, 0), (False, 2)])
def test_a_load_balancer_open_to_the_internet_costs_an_address_a_zone(internal: bool, addresses: int) -> None:
    balancer = made("aws:lb/loadBalancer:LoadBalancer", internal=internal, subnets=["a", "b"])
    assert month(balancer) == pytest.approx(0.0225 * 730 + addresses * 3.65)


def test_a_secret_costs_each_of_its_replicas_and_a_cache_each_of_its_nodes() -> None:
    assert month(made("aws:secretsmanager/secret:Secret", replicas=[{"region": "us-west-2"}])) == pytest.approx(0.80)
    group = made("aws:elasticache/replicationGroup:ReplicationGroup", nodeType="cache.t4g.small", numCacheClusters=2)
    assert month(group) == pytest.approx(2 * 23.36)


@pytest.mark.parametrize(
    ("inputs", "usd"),
    [
        ({"type": "HTTP", "fqdn": "api.example.com", "requestInterval": 30}, 0.75),
        ({"type": "HTTPS", "fqdn": "api.example.com", "requestInterval": 10}, 0.75 + 2 * 2),
        ({"type": "HTTPS", "fqdn": "x.execute-api.us-east-1.amazonaws.com", "measureLatency": True}, 0.50 + 2),
        ({"type": "HTTPS_STR_MATCH", "fqdn": "x.execute-api.us-east-1.amazonaws.com"}, 0.50 + 2),
    ],
)
def test_a_health_check_costs_its_options_more_outside_aws(inputs: dict[str, Any], usd: float) -> None:
    assert month(made("aws:route53/healthCheck:HealthCheck", **inputs)) == pytest.approx(usd)


def test_a_health_check_of_something_the_stack_makes_is_one_inside_aws() -> None:
    api = made("aws:apigatewayv2/domainName:DomainName")
    check = made("aws:route53/healthCheck:HealthCheck", uses={"fqdn": api}, type="HTTP", fqdn="api.example.com")
    assert month(api, check) == pytest.approx(0.50)


def test_an_alarm_costs_each_metric_of_its_expression_and_more_in_high_resolution() -> None:
    alarm = "aws:cloudwatch/metricAlarm:MetricAlarm"
    queries = [{"id": "m1", "metric": {"period": 60}}, {"id": "m2", "metric": {"period": 60}}, {"id": "alarm"}]
    assert month(made(alarm, period=300)) == pytest.approx(0.10)
    assert month(made(alarm, metricQueries=queries)) == pytest.approx(0.20)
    assert month(made(alarm, period=10)) == pytest.approx(0.30)


@pytest.mark.parametrize("suffix", ["dev", "prod"])
@pytest.mark.parametrize("name", blueprint_names())
def test_everything_in_the_blueprints_is_priced_by_use_or_free(name: str, suffix: str) -> None:
    plan, table = deploy_blueprint(name, suffix), prices()
    types = {resource.type for resource in plan.resources if is_created(resource)}
    unknown = types - {*RATES, *table.use, *table.free}
    assert not unknown, f"give each a place in tap/prices.yaml: {unknown}"
    found = cost(plan)
    assert found.unpriced == ()
    assert found.usd > 0


def test_no_type_is_both_free_and_paid_and_every_rate_has_its_source() -> None:
    table = prices()
    assert not table.free & {*RATES, *table.use}
    assert all(price.usd > 0 and price.source.startswith("https://aws.amazon.com/") for price in table.fixed.values())


def test_the_command_says_whose_prices_they_are_and_what_is_not_in_the_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of(
        made("aws:ec2/natGateway:NatGateway", subnetId="a"),
        made("aws:backup/vault:Vault"),
        made("aws:lambda/function:Function"),
        made("aws:ec2/instance:Instance"),
    )

    def here(*_: object) -> Plan:
        return plan

    monkeypatch.setattr("tap.cost_command.recorded_plan", here)
    assert CliRunner().invoke(app, ["cost"]).output.splitlines() == [
        "USD a month of 730 hours, list prices of us-east-1 (2026-11) for every region:",
        "     32.85  1 x NAT gateway, 32.85 each",
        "     32.85  in all, without what is paid by use and what is not priced",
        "Not priced:",
        "  1 of aws:ec2/instance:Instance",
        "Paid by use:",
        "  Function requests: 0.2 a million",
        "  Function time (arm64): 0.0000133334 a GB-second",
        "  Recovery points: see AWS's list, by kind of data",
        "  Traffic through a NAT gateway: 0.045 a GB",
    ]


def test_the_price_of_a_line_is_that_of_all_in_it() -> None:
    assert Line("anything", 3, 0.5).usd == pytest.approx(1.5)
