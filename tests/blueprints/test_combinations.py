"""Settings that are seldom written together, and good: each deploys, and holds together."""

from typing import Any

import pytest

from lib.args.rules.outputs import possible_outputs
from lib.args.rules.roles import named_roles
from lib.args.stack import TapStackArgs
from tap.plan import Plan, Resource
from tap.recording import ExistingSubnet, ExistingVpc
from tests.support.deploy import once
from tests.support.stack import deploy_networks, deploy_stack, stack_args

HTTPS, HTTP = 443, 80
NEEDED = ("s3", "ecr.api", "ecr.dkr", "logs", "secretsmanager", "sqs")
GATEWAYS = ("s3", "dynamodb")
PRIVATE_IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1.0"


def grant(source: str, target: str, port: int) -> dict[str, Any]:
    return {"from": source, "to": target, "port": port}


def network(*allow: dict[str, Any], nat: str = "single", endpoints: tuple[str, ...] = (), **more: Any) -> Any:
    """A network of three tiers whose workloads reach what they need; data is in `database`."""
    out = [grant("private", "internet", HTTPS)] if nat != "none" else []
    ends = [end for end in endpoints if end in GATEWAYS]
    ends += ["endpoints"] if len(ends) < len(endpoints) else []
    return {
        "cidr": "10.0.0.0/16",
        "zones": 2,
        "workload": "private",
        "database_subnet_group": "database",
        "nat": nat,
        "endpoints": list(endpoints),
        "tiers": {"public": {"kind": "public"}, "private": {"kind": "private"}, "database": {"kind": "isolated"}},
        "allow": [*out, *(grant("private", end, HTTPS) for end in ends), *allow],
        **more,
    }


def named(plan: Plan, type_: str, name: str) -> Resource:
    (found,) = [resource for resource in plan.of(type_) if resource.name == name]
    return found


@once
def of_all_kinds() -> tuple[Plan, TapStackArgs]:
    """A stack with something of every kind, each named `own-…`, and its settings."""
    data = [grant("private", "database", port) for port in (5432, 6379)]
    inner = [grant("internet", "public", HTTP), grant("public", "private", 8080)]
    balanced = {"network": "near", "port": 8080, "load_balancer": {}}
    args = stack_args(
        networks={
            "near": network(*data, *inner),
            "far": network(*data, region="us-west-2", cidr="10.1.0.0/16"),
        },
        databases={
            "own-database": {
                "network": "near",
                "secondary_networks": ["far"],
                "engine_version": "16",
                "instance_class": "db.r6g.large",
            }
        },
        tables={"own-table": {"network": "near", "hash_key": "id", "replicas": ["far"]}},
        buckets={"own-bucket": {"network": "near", "replicate_to": "far"}},
        secrets={"own-secret": {"network": "near", "description": "Signs"}},
        parameters={"own-parameter": {"network": "near", "value": "1"}},
        queues={"own-queue": {}},
        caches={"own-cache": {"network": "near"}},
        services={"own-service": {**balanced, "image": "shop:1.0"}},
        fleets={"own-fleet": balanced, "spare": {"network": "far", "min": 0, "max": 2}},
        peerings={"link": {"between": ["near", "far"], "allow": [grant("near.private", "far.database", 5432)]}},
        monitoring={"probes": [{"from": "near.private", "host": "example.com", "port": HTTPS}]},
        apis={"own-api": {"networks": ["near", "far"], "table": "own-table", "database": "own-database"}},
    )
    return deploy_stack(args), args


def test_what_settings_are_said_to_give_is_what_they_give() -> None:
    plan, args = of_all_kinds()
    said = {output for _, output in possible_outputs(args)}
    assert {output for output in plan.exports if output.startswith("own_")} == {
        output for output in said if output.startswith("own_")
    }


def test_roles_are_called_what_settings_are_said_to_call_them() -> None:
    plan, args = of_all_kinds()
    made = {role.name for role in plan.of("aws:iam/role:Role")}
    assert made - {"own-service-task"} == {role for _, role in named_roles(args)}


def test_fleets_of_both_regions_are_launched_by_the_stacks_one_role() -> None:
    plan, _ = of_all_kinds()
    groups = plan.of("aws:autoscaling/group:Group")
    assert {group.name: group.region for group in groups} == {"own-fleet": "us-east-1", "spare": "us-west-2"}
    role = plan.one("aws:iam/serviceLinkedRole:ServiceLinkedRole")
    assert {group.inputs["serviceLinkedRoleArn"] for group in groups} == {role.outputs["arn"]}
    assert {key.region for key in plan.of("aws:kms/key:Key") if key.name.startswith("volumes")} == {
        group.region for group in groups
    }


def test_a_service_beside_a_peering_goes_its_own_ways_and_the_peerings() -> None:
    plan, _ = of_all_kinds()
    (group,) = plan.one("aws:ecs/service:Service").inputs["networkConfiguration"]["securityGroups"]
    out = [rule.inputs for rule in plan.of("SecurityGroupEgressRule") if rule.inputs["securityGroupId"] == group]
    there = {subnet.inputs["cidrBlock"] for subnet in plan.of("aws:ec2/subnet:Subnet") if "far-database" in subnet.name}
    blocks = {(rule["cidrIpv4"], rule["fromPort"]) for rule in out if rule.get("cidrIpv4")}
    assert blocks == {("0.0.0.0/0", HTTPS), *((block, 5432) for block in there)}


def test_a_service_without_nat_and_a_fifo_queue_go_by_endpoints() -> None:
    plan = deploy_networks(
        networks={"main": network(nat="none", endpoints=NEEDED)},
        queues={"orders": {"fifo": True}},
        services={"app": {"network": "main", "image": PRIVATE_IMAGE, "uses": {"queues": "orders"}}},
    )
    assert not plan.of("aws:ec2/natGateway:NatGateway")
    queue = named(plan, "aws:sqs/queue:Queue", "orders")
    assert queue.inputs["name"].endswith(".fifo")
    assert (
        plan.exports["orders_queue_url"]
        in plan.one("aws:ecs/taskDefinition:TaskDefinition").inputs["containerDefinitions"]
    )


def test_a_service_in_an_adopted_network_wears_a_group_of_the_stacks_own() -> None:
    subnets = {
        f"subnet-{tier}{zone}": ExistingSubnet(f"10.9.{block}.0/24", f"us-east-1{zone}", f"rtb-{tier}")
        for block, (tier, zone) in enumerate((("app", "a"), ("app", "b"), ("web", "a"), ("web", "b")))
    }
    tiers = {tier: {"subnet_ids": [each for each in subnets if f"-{tier}" in each]} for tier in ("app", "web")}
    adopted = {
        "vpc_id": "vpc-1",
        "workload": "app",
        "tiers": {"app": tiers["app"], "web": {**tiers["web"], "kind": "public"}},
        "allow": [grant("internet", "web", HTTP), grant("web", "app", 8080)],
    }
    plan = deploy_networks(
        vpcs={"vpc-1": ExistingVpc("10.9.0.0/16", subnets=subnets)},
        networks={"main": adopted},
        services={"app": {"network": "main", "image": "shop:1.0", "load_balancer": {}}},
    )
    where = plan.one("aws:ecs/service:Service").inputs["networkConfiguration"]
    assert where["subnets"] == ["subnet-appa", "subnet-appb"]
    assert where["securityGroups"] == [plan.exports["main_app_security_group_id"]]
    assert plan.one("aws:lb/loadBalancer:LoadBalancer").inputs["subnets"] == ["subnet-weba", "subnet-webb"]


@pytest.mark.parametrize("client", ["private", "vpc", "10.0.0.0/8"])
def test_an_internal_load_balancer_is_for_whoever_a_grant_names_its_own_tier_included(client: str) -> None:
    settings = stack_args(
        networks={"main": network(grant(client, "private", HTTP), grant("private", "private", 8080))},
        services={
            "front": {"network": "main", "image": "shop:1.0"},
            "back": {"network": "main", "image": "shop:1.0", "load_balancer": {"internal": True}},
        },
    )
    assert settings.services["back"].load_balancer


def test_an_api_without_a_database_needs_no_way_but_to_its_table() -> None:
    lonely = network(grant("database", "dynamodb", HTTPS), nat="none", endpoints=("dynamodb",))
    settings = stack_args(
        networks={"main": lonely},
        tables={"items": {"network": "main", "hash_key": "id"}},
        apis={"orders": {"networks": "main", "table": "items", "tier": "database"}},
    )
    assert settings.apis["orders"].tier == "database"


def test_what_lives_in_europe_is_watched_there_and_its_names_in_the_global_region() -> None:
    plan = deploy_networks(
        region="eu-central-1",
        networks={"near": network(), "far": network(region="eu-west-1", cidr="10.1.0.0/16")},
        tables={"items": {"network": "near", "hash_key": "id", "replicas": ["far"]}},
        apis={"orders": {"networks": ["near", "far"], "table": "items"}},
        failover={"api": "orders"},
    )
    alarms = {alarm.region for alarm in plan.of("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert alarms == {"eu-central-1", "eu-west-1", "us-east-1"}
    elsewhere = [
        resource.type.split(":")[-1]
        for resource in plan.resources
        if resource.region == "us-east-1" and resource.custom and not resource.type.startswith("pulumi:")
    ]
    assert not {"Vpc", "Function", "Table"} & set(elsewhere)
