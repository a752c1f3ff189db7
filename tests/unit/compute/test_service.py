"""Container services as the deployment makes them."""

import functools
import json
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from lib.args.service import ServiceArgs
from lib.compute.service import Service
from lib.compute.site import Site
from lib.compute.uses import Used
from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.foundation.naming import LIMITS, planned
from lib.foundation.permissions import read_secrets, use_table
from lib.foundation.regions import Regions
from lib.load_balancers import LoadBalancers
from lib.tap_stack import TapStack
from tap.plan import Plan, Resource
from tests.support.deploy import deploy
from tests.support.stack import policy_of, stack_args

WEST = "us-west-2"
ACCOUNT = "123456789012"
SECRET = f"arn:aws:secretsmanager:{WEST}:{ACCOUNT}:secret:orders-AbCdEf"
TABLE = f"arn:aws:dynamodb:{WEST}:{ACCOUNT}:table/items"
ECR = f"210987654321.dkr.ecr.eu-west-1.amazonaws.com/pay/app:1.4@sha256:{'a' * 64}"
CLUSTER = "aws:ecs/cluster:Cluster"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE = "aws:ecs/service:Service"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/rolePolicy:RolePolicy"
TARGET = "aws:appautoscaling/target:Target"
TRACKING = "aws:appautoscaling/policy:Policy"
TMP = "/tmp"  # noqa: S108 (where the volume of a task is mounted)

BALANCED: dict[str, Any] = {
    "network": "main",
    "image": ECR,
    "port": 9090,
    "cpu": 512,
    "memory": 2048,
    "min": 3,
    "max": 9,
    "environment": {"ZONE": "z", "MODE": "live"},
    "load_balancer": {},
    "health_grace_seconds": 120,
    "scaling": {"cpu_percent": 70, "memory_percent": 80, "requests_per_target": 500},
}
BARE = {
    "network": "main",
    "image": "ghcr.io/shop/worker:2",
    "architecture": "x86_64",
    "scaling": {"requests_per_target": 5},
}


@functools.cache
def served(environment: str = "dev", region: str = WEST) -> Plan:
    """Two services: one that uses things behind a load balancer, and one with nothing around it."""

    def program() -> None:
        args = stack_args(region=region, environment=environment)
        parent = Component("tap:tests:Parent", "parent", None)
        regions, env = Regions(args, parent), Environment.of(args, ACCOUNT)
        here = pulumi.ResourceOptions(parent=parent, provider=regions.provider(region))
        site = Site(
            network="main",
            region=region,
            vpc_id="vpc-1",
            subnet_ids={"a": "subnet-1", "b": "subnet-2"},
            security_group_id="sg-app",
            data_key_arn="key-data",
            logs_key_arn="key-logs",
        )
        migrated = aws.ec2.Eip("migrated", opts=here)
        used = Used(
            statements=[use_table(TABLE)],
            secret_statements=[read_secrets([SECRET])],
            environment={"ITEMS_TABLE": migrated.public_ip},
            secrets={"SIGNING_KEY": SECRET, "DATABASE_PASSWORD": f"{SECRET}:password::"},
            secret_arns=[SECRET],
            ready=[migrated],
        )
        balanced, bare = ServiceArgs(**BALANCED), ServiceArgs.model_validate(BARE)
        assert balanced.load_balancer
        balancer = LoadBalancers(env, regions=regions, parent=parent).before(
            "app", balanced.load_balancer, site, target_type="ip", port=balanced.port
        )
        for name, made in {
            "app": Service("app", balanced, env, site, used, load_balancer=balancer, opts=here),
            "worker": Service("worker", bare, env, site, Used(), load_balancer=None, opts=here),
        }.items():
            for key, value in made.outputs.items():
                pulumi.export(f"{name}_{key}", value)

    return deploy(program)


def container(name: str = "app", environment: str = "dev") -> dict[str, Any]:
    (found,) = json.loads(served(environment).one(TASK, name).inputs["containerDefinitions"])
    return dict(found)


def statements(name: str, environment: str = "dev") -> list[dict[str, Any]]:
    return policy_of(served(environment).one(POLICY, name))


def actions(name: str, environment: str = "dev") -> dict[str, list[str]]:
    """What a role may do, by action: the resources."""
    return {action: each["Resource"] for each in statements(name, environment) for action in each["Action"]}


def log_group(name: str, environment: str = "dev") -> Resource:
    return served(environment).one(LOGS, name)


def test_its_tasks_run_on_fargate_in_the_tier_without_public_addresses() -> None:
    inputs = served().one(SERVICE, "app").inputs
    assert inputs["networkConfiguration"] == {
        "subnets": ["subnet-1", "subnet-2"],
        "securityGroups": ["sg-app"],
        "assignPublicIp": False,
    }
    assert (inputs["launchType"], inputs["availabilityZoneRebalancing"]) == ("FARGATE", "ENABLED")
    assert {each.region for type_ in (CLUSTER, TASK, SERVICE, TARGET) for each in served().of(type_)} == {WEST}


def test_a_deployment_that_fails_is_rolled_back_and_told() -> None:
    inputs = served().one(SERVICE, "app").inputs
    assert inputs["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert inputs["waitForSteadyState"] is True
    assert (inputs["deploymentMinimumHealthyPercent"], inputs["deploymentMaximumPercent"]) == (100, 200)


def test_the_number_of_tasks_is_the_autoscaling_s() -> None:
    service = served().one(SERVICE, "app")
    assert service.inputs["desiredCount"] == 3
    assert service.options.ignore_changes == ("desiredCount",)
    target = served().one(TARGET, "app").inputs
    assert (target["minCapacity"], target["maxCapacity"]) == (3, 9)
    assert (target["serviceNamespace"], target["scalableDimension"]) == ("ecs", "ecs:service:DesiredCount")
    assert target["resourceId"] == "service/shop-app-dev/shop-app-dev"


def test_it_is_scaled_by_what_the_settings_name() -> None:
    plan = served()
    found = {
        each.name: each.inputs["targetTrackingScalingPolicyConfiguration"]
        for each in plan.of(TRACKING)
        if each.inputs["policyType"] == "TargetTrackingScaling"
    }
    metrics = {name: each["predefinedMetricSpecification"] for name, each in found.items()}
    assert {name: (metrics[name]["predefinedMetricType"], each["targetValue"]) for name, each in found.items()} == {
        "app-cpu": ("ECSServiceAverageCPUUtilization", 70),
        "app-memory": ("ECSServiceAverageMemoryUtilization", 80),
        "app-requests": ("ALBRequestCountPerTarget", 500),
        "worker-cpu": ("ECSServiceAverageCPUUtilization", 60),
    }
    balancer, group = plan.one("aws:lb/loadBalancer:LoadBalancer"), plan.one("aws:lb/targetGroup:TargetGroup")
    label = f"{balancer.outputs['arnSuffix']}/{group.outputs['arnSuffix']}"
    assert metrics["app-requests"]["resourceLabel"] == label
    assert all(each["scaleOutCooldown"] < each["scaleInCooldown"] for each in found.values())
    assert {each.inputs["resourceId"] for each in plan.of(TRACKING)} == {
        "service/shop-app-dev/shop-app-dev",
        "service/shop-worker-dev/shop-worker-dev",
    }


def test_it_starts_once_roles_migrations_and_listeners_are_there() -> None:
    plan = served()
    needed = [
        *(plan.one(POLICY, name).urn for name in ("app-execution", "app-task")),
        *(listener.urn for listener in plan.of("aws:lb/listener:Listener")),
        plan.one("aws:ec2/eip:Eip").urn,
    ]
    assert len(needed) == 4
    assert set(needed) <= set(plan.one(SERVICE, "app").dependencies)


def test_the_load_balancer_sends_requests_to_the_container() -> None:
    inputs = served().one(SERVICE, "app").inputs
    (target,) = inputs["loadBalancers"]
    group = served().one("aws:lb/targetGroup:TargetGroup")
    assert target == {"targetGroupArn": group.outputs["arn"], "containerName": "app", "containerPort": 9090}
    assert (group.inputs["port"], group.inputs["targetType"]) == (9090, "ip")
    assert inputs["healthCheckGracePeriodSeconds"] == 120


def test_a_service_without_a_load_balancer_has_no_grace() -> None:
    inputs = served().one(SERVICE, "worker").inputs
    assert inputs.get("loadBalancers", []) == []
    assert "healthCheckGracePeriodSeconds" not in inputs


def test_its_cluster_is_its_own_and_seen_into() -> None:
    plan = served()
    cluster, group = plan.one(CLUSTER, "app"), log_group("app-insights")
    assert cluster.inputs["settings"] == [{"name": "containerInsights", "value": "enabled"}]
    assert plan.one(SERVICE, "app").inputs["cluster"] == cluster.outputs["arn"]
    assert group.inputs["name"] == f"/aws/ecs/containerinsights/{cluster.inputs['name']}/performance"
    assert group.urn in cluster.dependencies


def test_a_task_is_as_large_as_asked_and_of_the_image_s_architecture() -> None:
    app, worker = (served().one(TASK, name).inputs for name in ("app", "worker"))
    assert (app["cpu"], app["memory"]) == ("512", "2048")
    assert (app["networkMode"], app["requiresCompatibilities"]) == ("awsvpc", ["FARGATE"])
    assert [each["runtimePlatform"]["cpuArchitecture"] for each in (app, worker)] == ["ARM64", "X86_64"]


def test_a_container_can_write_to_its_volumes_only_and_has_no_privilege() -> None:
    for name in ("app", "worker"):
        found = container(name, "prod")
        assert (found["readonlyRootFilesystem"], found["privileged"]) == (True, False)
        assert found["linuxParameters"] == {"initProcessEnabled": True, "capabilities": {"drop": ["ALL"]}}
        assert found["mountPoints"] == [{"sourceVolume": "tmp", "containerPath": TMP, "readOnly": False}]
        assert served("prod").one(TASK, name).inputs["volumes"] == [{"name": "tmp"}]


def test_a_container_listens_where_the_settings_say() -> None:
    found = container()
    assert (found["name"], found["image"], found["essential"]) == ("app", ECR, True)
    assert found["portMappings"] == [{"containerPort": 9090, "hostPort": 9090, "protocol": "tcp"}]


def test_secrets_reach_a_container_by_reference_and_all_else_by_its_environment() -> None:
    found, place = container(), served().one("aws:ec2/eip:Eip").outputs["publicIp"]
    assert found["environment"] == [
        {"name": "ITEMS_TABLE", "value": place},
        {"name": "MODE", "value": "live"},
        {"name": "ZONE", "value": "z"},
    ]
    assert found["secrets"] == [
        {"name": "DATABASE_PASSWORD", "valueFrom": f"{SECRET}:password::"},
        {"name": "SIGNING_KEY", "valueFrom": SECRET},
    ]


def test_its_log_goes_to_a_group_of_its_own_and_never_holds_it_up() -> None:
    group = log_group("app")
    assert container()["logConfiguration"] == {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": group.inputs["name"],
            "awslogs-region": WEST,
            "awslogs-stream-prefix": "service",
            "mode": "non-blocking",
            "max-buffer-size": "25m",
        },
    }


@pytest.mark.parametrize(("environment", "days"), [("dev", 30), ("prod", 365)])
def test_its_logs_are_encrypted_and_kept_for_a_time(environment: str, days: int) -> None:
    groups = served(environment).of(LOGS)
    assert {(each.inputs["kmsKeyId"], each.inputs["retentionInDays"]) for each in groups} == {("key-logs", days)}


def test_only_tasks_of_the_account_and_region_may_have_its_roles() -> None:
    for role in served().of(ROLE):
        (trust,) = policy_of(role, "assumeRolePolicy")
        assert trust["Principal"] == {"Service": ["ecs-tasks.amazonaws.com"]}
        assert trust["Condition"] == {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": f"arn:aws:ecs:{WEST}:{ACCOUNT}:*"},
        }


def test_its_two_roles_are_two() -> None:
    plan = served()
    inputs = plan.one(TASK, "app").inputs
    assert inputs["taskRoleArn"] == plan.one(ROLE, "app-task").outputs["arn"]
    assert inputs["executionRoleArn"] == plan.one(ROLE, "app-execution").outputs["arn"]


def test_what_starts_it_may_pull_its_image_write_its_log_and_read_its_secrets() -> None:
    group = f"{log_group('app').outputs['arn']}:*"
    repository = "arn:aws:ecr:eu-west-1:210987654321:repository/pay/app"
    found = actions("app-execution", "prod")
    assert {action: where for action, where in found.items() if action.startswith(("ecr:", "secretsmanager:"))} == {
        "ecr:GetAuthorizationToken": ["*"],
        "ecr:BatchCheckLayerAvailability": [repository],
        "ecr:GetDownloadUrlForLayer": [repository],
        "ecr:BatchGetImage": [repository],
        "secretsmanager:GetSecretValue": [SECRET],
    }
    assert actions("app-execution")["logs:PutLogEvents"] == [group]
    assert not [action for action in found if "*" in action or action == "logs:CreateLogGroup"]


def test_an_image_from_elsewhere_asks_for_no_leave_of_ecr() -> None:
    assert {action.split(":")[0] for action in actions("worker-execution")} == {"logs"}


def test_what_it_does_is_what_it_uses() -> None:
    assert set(actions("app-task", "prod")) == set(use_table(TABLE).actions)
    assert [each.name for each in served("prod").of(POLICY) if each.name.startswith("worker")] == ["worker-execution"]


def test_operators_may_run_commands_in_it_except_in_production() -> None:
    assert served().one(SERVICE, "app").inputs["enableExecuteCommand"] is True
    prod = served("prod")
    assert prod.one(SERVICE, "app").inputs.get("enableExecuteCommand", False) is False
    assert "configuration" not in prod.one(CLUSTER, "app").inputs
    assert [each.name for each in prod.of(LOGS) if each.name.endswith("exec")] == []


def test_what_operators_run_is_logged_encrypted() -> None:
    group = log_group("app-exec")
    assert served().one(CLUSTER, "app").inputs["configuration"]["executeCommandConfiguration"] == {
        "logging": "OVERRIDE",
        "logConfiguration": {
            "cloudWatchEncryptionEnabled": True,
            "cloudWatchLogGroupName": group.inputs["name"],
        },
    }
    found = actions("worker-task")
    assert found["logs:PutLogEvents"] == [f"{group.outputs['arn'].replace('app', 'worker')}:*"]
    assert found["logs:DescribeLogStreams"] == [f"{group.outputs['arn'].replace('app', 'worker')}:*"]
    channels = {action for action, where in found.items() if where == ["*"]}
    assert channels == {
        f"ssmmessages:{verb}{kind}Channel" for verb in ("Create", "Open") for kind in ("Control", "Data")
    }


def test_the_agent_that_runs_commands_can_write_its_state() -> None:
    paths = [mount["containerPath"] for mount in container()["mountPoints"]]
    assert paths == [TMP, "/var/lib/amazon", "/var/log/amazon"]
    volumes = [volume["name"] for volume in served().one(TASK, "app").inputs["volumes"]]
    assert volumes == [mount["sourceVolume"] for mount in container()["mountPoints"]]


def test_arns_are_of_the_region_s_partition() -> None:
    plan = served("dev", "cn-north-1")
    texts = str([each.inputs for type_ in (ROLE, POLICY) for each in plan.of(type_) if each.name.startswith("worker")])
    assert f"arn:aws-cn:ecs:cn-north-1:{ACCOUNT}:*" in texts
    assert f"arn:aws-cn:logs:cn-north-1:{ACCOUNT}:log-group:*" in texts


def test_its_outputs_name_what_others_look_for() -> None:
    plan = served()
    assert plan.exports["app_cluster_name"] == plan.exports["app_service_name"] == "shop-app-dev"
    assert plan.exports["app_log_group_name"] == "/aws/ecs/shop-app-dev"
    assert plan.exports["app_task_role_arn"] == plan.one(ROLE, "app-task").outputs["arn"]
    assert plan.exports["app_execution_role_arn"] == plan.one(ROLE, "app-execution").outputs["arn"]
    assert plan.exports["app_url"].startswith("http://")
    assert "worker_url" not in plan.exports


def test_everything_of_it_is_tagged_and_its_tasks_are_as_it_is() -> None:
    plan = served()
    found = [each for type_ in (CLUSTER, TASK, SERVICE, LOGS, ROLE, TARGET) for each in plan.of(type_)]
    assert len(found) == 2 * (1 + 1 + 1 + 3 + 2 + 1)
    assert all({"Name", "ResourceType"} <= set(each.inputs["tags"]) for each in found)
    assert plan.one(SERVICE, "app").inputs["propagateTags"] == "SERVICE"


def test_its_names_were_planned() -> None:
    network: dict[str, Any] = {
        "cidr": "10.0.0.0/16",
        "tiers": {"app": {}},
        "allow": [{"from": "app", "to": "internet", "port": 443}],
    }
    public = {"tiers": {"app": {}, "web": {"kind": "public"}}, "nat": "single"}
    args = stack_args(networks={"main": {**network, **public}}, services={"worker": {**BARE, "scaling": {}}})
    known = {(name.type, name.name) for name in planned(args)}
    plan = served()
    given = [
        *(("log-group", each.inputs["name"]) for each in plan.of(LOGS) if each.name.startswith("worker")),
        ("ecs-service", plan.one(CLUSTER, "worker").inputs["name"]),
        ("ecs-service", plan.one(SERVICE, "worker").inputs["name"]),
        ("ecs-service", plan.one(TASK, "worker").inputs["family"]),
    ]
    assert len(given) == 6
    assert set(given) <= known
    assert all(len(name) <= LIMITS[kind] for kind, name in given)


def test_a_stack_puts_load_balancers_where_its_services_are() -> None:
    tiers = {"web": {"kind": "public"}, "app": {}}
    ends = [("internet", "web", 80), ("web", "app", 8080), ("app", "internet", 443)]
    allow = [{"from": source, "to": target, "port": port} for source, target, port in ends]
    network = {"cidr": "10.0.0.0/16", "region": WEST, "nat": "single", "tiers": tiers, "allow": allow}
    service = {"network": "main", "image": "shop:1"}
    services = {"app": {**service, "load_balancer": {}}, "worker": service}
    found: list[Any] = []

    def program() -> None:
        stack = TapStack("tapstack", stack_args(networks={"main": network}, services=services))
        found.append((stack.workloads.regions_of_load_balancers, set(stack.workloads.services), stack.outputs))

    plan = deploy(program)
    ((regions, names, outputs),) = found
    assert (regions, names) == ((WEST,), {"app", "worker"})
    assert {"app_url", "app_service_name", "worker_service_name"} <= set(outputs)
    assert "worker_url" not in outputs
    group = plan.one("aws:ec2/securityGroup:SecurityGroup", "main-web")
    balancer, task = plan.one("aws:lb/loadBalancer:LoadBalancer"), plan.one(SERVICE, "app")
    assert balancer.inputs["securityGroups"] == [group.id]
    (worn,) = task.inputs["networkConfiguration"]["securityGroups"]
    assert worn == plan.one("aws:ec2/securityGroup:SecurityGroup", "main-app").id
    assert {each.region for each in plan.resources if each.type.startswith(("aws:ecs", "aws:lb"))} == {WEST}
