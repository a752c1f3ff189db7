"""Fleets as the deployment makes them."""

import base64
import functools
import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from lib.args.fleet import IMAGE, FleetArgs
from lib.args.workload import LoadBalancerArgs
from lib.compute.fleet import Fleet
from lib.compute.instance_agent import APPLICATION_LOG, CONFIGURATION
from lib.compute.scaling_role import ScalingRole
from lib.compute.site import Site
from lib.compute.uses import Used
from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.foundation.keyring import KeyRing
from lib.foundation.naming import LIMITS, planned
from lib.foundation.policies import Statement
from lib.foundation.regions import Regions
from lib.load_balancers import LoadBalancers
from tap.plan import Plan
from tests.support.deploy import deploy
from tests.support.stack import deploy_blueprint, deploy_networks, policy_of, stack_args

WEST = "us-west-2"
SECRET = f"arn:aws:secretsmanager:{WEST}:123456789012:secret:session-key-AbCdEf"
GROUP = "aws:autoscaling/group:Group"
POLICY = "aws:autoscaling/policy:Policy"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
COMMANDS = ["echo 'it''s \"up\"' > /srv/health", "systemctl start web"]
PLAIN: dict[str, Any] = {"network": "main"}
FULL: dict[str, Any] = {
    "network": "main",
    "image": "ami-0123456789abcdef0",
    "instance_type": "m7g.large",
    "root_device": "/dev/sda1",
    "volume_gib": 40,
    "min": 3,
    "desired": 4,
    "max": 9,
    "max_instance_days": 7,
    "port": 8080,
    "health_grace_seconds": 90,
    "load_balancer": {},
    "commands": COMMANDS,
    "scaling": {"cpu_percent": 50, "memory_percent": 70, "requests_per_target": 1000},
}


@functools.cache
def deployed(region: str = WEST, environment: str = "dev") -> Plan:
    """Two fleets beside each other: `plain` with nothing said, `full` with everything."""

    def program() -> None:
        args = stack_args(region=region, environment=environment)
        parent = Component("tap:tests:Parent", "parent", None)
        regions = Regions(args, parent)
        env = Environment.of(args, "123456789012")
        keys = KeyRing(env, regions, parent)
        here = pulumi.ResourceOptions(parent=parent, provider=regions.provider(region))
        ready, way_out = aws.ec2.Eip("ready", opts=here), aws.ec2.Eip("way-out", opts=here)
        site = Site(
            network="main",
            region=region,
            vpc_id="vpc-1",
            subnet_ids={"a": "subnet-1", "b": "subnet-2", "c": "subnet-3"},
            security_group_id="sg-private",
            data_key_arn=keys.data(region),
            logs_key_arn=keys.logs(region),
        )
        role = ScalingRole("fleets", env, opts=here)
        balancers = LoadBalancers(env, regions=regions, parent=parent)
        used = Used(
            statements=[Statement(actions=["s3:GetObject"], resources=["arn:aws:s3:::backups/full/*"])],
            secret_statements=[Statement(actions=["secretsmanager:GetSecretValue"], resources=[SECRET])],
            environment={"BACKUPS_BUCKET": pulumi.Output.from_input("shop-backups")},
            secrets={"SESSION_KEY": SECRET},
            ready=[ready],
        )
        for name, settings in {"plain": PLAIN, "full": FULL}.items():
            front = settings.get("load_balancer")
            made = Fleet(
                name,
                FleetArgs(**settings),
                env,
                site,
                volume_key_arn=keys.volumes(region, role.arn),
                scaling_role_arn=role.arn,
                common_tags=args.common_tags,
                used=Used() if front is None else used,
                load_balancer=None
                if front is None
                else balancers.before(name, LoadBalancerArgs(**front), site, target_type="instance", port=8080),
                after=[way_out],
                opts=here,
            )
            for key, value in made.outputs.items():
                pulumi.export(f"{name}_{key}", value)

    return deploy(program)


def group(name: str) -> Mapping[str, Any]:
    return deployed().one(GROUP, name).inputs


def template(name: str) -> Mapping[str, Any]:
    return deployed().one(TEMPLATE, name).inputs


def key(purpose: str, plan: Plan | None = None) -> str:
    (found,) = [each for each in (plan or deployed()).of("aws:kms/key:Key") if each.name.startswith(purpose)]
    return str(found.outputs["arn"])


def user_data(name: str) -> dict[str, Any]:
    text = base64.b64decode(template(name)["userData"]).decode()
    head, _, body = text.partition("\n")
    assert head == "#cloud-config"
    assert len(text) < 16 * 1024
    return json.loads(body)


def written(name: str) -> dict[str, str]:
    return {file["path"]: file["content"] for file in user_data(name)["write_files"]}


def test_it_spans_every_zone_of_its_tier_evenly_in_its_own_region() -> None:
    assert group("plain")["vpcZoneIdentifiers"] == ["subnet-1", "subnet-2", "subnet-3"]
    assert group("plain")["availabilityZoneDistribution"] == {"capacityDistributionStrategy": "balanced-best-effort"}
    assert {each.region for each in deployed().of(GROUP)} == {WEST}


def test_it_starts_with_what_is_desired_and_leaves_the_number_to_scaling_then() -> None:
    sizes = [
        (group(name)["minSize"], group(name)["desiredCapacity"], group(name)["maxSize"]) for name in ("plain", "full")
    ]
    assert sizes == [(2, 2, 6), (3, 4, 9)]
    assert deployed().one(GROUP, "full").options.ignore_changes == ("desiredCapacity",)


def test_a_broken_instance_is_replaced_by_what_its_load_balancer_or_ec2_says_of_it() -> None:
    assert group("plain")["healthCheckType"] == "EC2"
    assert "minElbCapacity" not in group("plain")
    full = group("full")
    assert (full["healthCheckType"], full["minElbCapacity"]) == ("ELB", 3)
    assert full["targetGroupArns"] == [deployed().one("aws:lb/targetGroup:TargetGroup").outputs["arn"]]
    assert (full["healthCheckGracePeriod"], full["defaultInstanceWarmup"]) == (90, 90)
    assert full["maxInstanceLifetime"] == 7 * 86400


def test_it_waits_for_its_role_its_way_out_its_listener_and_what_it_uses() -> None:
    plan = deployed()
    waited = {
        plan.one(ROLE_POLICY, "full").urn,
        plan.one("aws:lb/listener:Listener", "full-http").urn,
        *(each.urn for each in plan.of("aws:ec2/eip:Eip")),
    }
    assert waited <= set(plan.one(GROUP, "full").dependencies)
    assert len(waited) == 4


def test_a_changed_template_is_rolled_out_without_losing_capacity() -> None:
    for name in ("plain", "full"):
        refresh = group(name)["instanceRefresh"]
        assert refresh["strategy"] == "Rolling"
        assert refresh["preferences"]["skipMatching"] is True
        for told in (refresh["preferences"], group(name)["instanceMaintenancePolicy"]):
            assert (told["minHealthyPercentage"], told["maxHealthyPercentage"]) == (100, 110)
        made = deployed().one(TEMPLATE, name)
        assert group(name)["launchTemplate"] == {"id": made.id, "version": str(made.outputs["latestVersion"])}
    assert group("plain")["terminationPolicies"] == ["OldestLaunchTemplate", "OldestInstance"]


def test_a_refresh_is_rolled_back_where_aws_can_which_is_not_to_an_image_by_parameter() -> None:
    assert template("plain")["imageId"] == f"resolve:ssm:{IMAGE}"
    assert group("plain")["instanceRefresh"]["preferences"]["autoRollback"] is False
    assert template("full")["imageId"] == "ami-0123456789abcdef0"
    assert group("full")["instanceRefresh"]["preferences"]["autoRollback"] is True


def test_all_of_its_group_metrics_are_on() -> None:
    metrics = group("plain")["enabledMetrics"]
    assert len(metrics) == 13
    assert {"GroupInServiceInstances", "GroupDesiredCapacity", "GroupTotalCapacity"} <= set(metrics)
    assert group("plain")["metricsGranularity"] == "1Minute"


def test_it_is_scaled_by_cpu_and_by_whatever_else_has_a_target() -> None:
    found = {policy.name: policy.inputs["targetTrackingConfiguration"] for policy in deployed().of(POLICY)}
    assert {policy.inputs["policyType"] for policy in deployed().of(POLICY)} == {"TargetTrackingScaling"}
    assert {name: told["targetValue"] for name, told in found.items()} == {
        "plain-cpu": 60,
        "full-cpu": 50,
        "full-memory": 70,
        "full-requests": 1000,
    }
    cpu = found["full-cpu"]["predefinedMetricSpecification"]
    assert cpu == {"predefinedMetricType": "ASGAverageCPUUtilization"}
    memory = found["full-memory"]["customizedMetricSpecification"]
    assert (memory["namespace"], memory["metricName"]) == ("shop-dev/Fleet", "mem_used_percent")
    assert memory["metricDimensions"] == [{"name": "AutoScalingGroupName", "value": "shop-full-fleet-dev"}]
    requests = found["full-requests"]["predefinedMetricSpecification"]
    balancer, targets = (
        deployed().one("aws:lb/loadBalancer:LoadBalancer"),
        deployed().one("aws:lb/targetGroup:TargetGroup"),
    )
    assert requests == {
        "predefinedMetricType": "ALBRequestCountPerTarget",
        "resourceLabel": f"{balancer.outputs['arnSuffix']}/{targets.outputs['arnSuffix']}",
    }


def test_metadata_is_given_to_the_instance_itself_and_with_a_token_only() -> None:
    assert template("plain")["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
        "instanceMetadataTags": "disabled",
    }


def test_instances_have_no_public_address_no_key_and_the_tier_s_group() -> None:
    (interface,) = template("plain")["networkInterfaces"]
    assert interface["associatePublicIpAddress"] == "false"
    assert interface["securityGroups"] == ["sg-private"]
    assert "keyName" not in template("plain")
    assert template("plain")["monitoring"] == {"enabled": True}
    assert (template("plain")["instanceType"], template("full")["instanceType"]) == ("t4g.small", "m7g.large")


@pytest.mark.parametrize(("name", "device", "size"), [("plain", "/dev/xvda", 20), ("full", "/dev/sda1", 40)])
def test_the_root_volume_is_encrypted_with_the_key_for_volumes(name: str, device: str, size: int) -> None:
    (mapping,) = template(name)["blockDeviceMappings"]
    assert mapping == {
        "deviceName": device,
        "ebs": {
            "volumeType": "gp3",
            "volumeSize": size,
            "encrypted": "true",
            "kmsKeyId": key("volumes"),
            "deleteOnTermination": "true",
        },
    }


def test_auto_scaling_may_use_the_key_for_volumes_by_the_stack_s_own_role_and_no_other_key() -> None:
    plan = deployed()
    role = plan.one("aws:iam/serviceLinkedRole:ServiceLinkedRole")
    assert (role.inputs["awsServiceName"], role.inputs["customSuffix"]) == ("autoscaling.amazonaws.com", "shop-dev")
    assert {group(name)["serviceLinkedRoleArn"] for name in ("plain", "full")} == {role.outputs["arn"]}
    policies = {each.name: policy_of(each) for each in plan.of("aws:kms/key:Key")}
    administration, use, grant = policies[f"volumes-{WEST}"]
    assert administration["Action"] == ["kms:*"]
    assert use["Principal"] == grant["Principal"] == {"AWS": [role.outputs["arn"]]}
    assert set(use["Action"]) == {
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
        "kms:DescribeKey",
    }
    assert grant["Action"] == ["kms:CreateGrant"]
    assert grant["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    assert len(policies[f"data-{WEST}"]) == 1


def test_common_tags_reach_the_group_and_everything_that_it_launches() -> None:
    common = stack_args(region=WEST).common_tags
    tags = {tag["key"]: tag for tag in group("plain")["tags"]}
    assert {name: tag["value"] for name, tag in tags.items()} == {
        **common,
        "Name": "shop-plain-fleet-dev",
        "ResourceType": "AutoScalingGroup",
    }
    assert {name for name, tag in tags.items() if tag["propagateAtLaunch"]} == set(common)
    launched = {each["resourceType"]: each["tags"] for each in template("plain")["tagSpecifications"]}
    assert {kind: told["ResourceType"] for kind, told in launched.items()} == {
        "instance": "Instance",
        "volume": "Volume",
        "network-interface": "NetworkInterface",
    }
    assert all(common.items() <= told.items() for told in launched.values())


def test_its_log_is_kept_encrypted_and_for_a_time() -> None:
    inputs = deployed().one(LOG_GROUP, "full").inputs
    assert inputs["name"] == deployed().exports["full_log_group_name"] == "/fleet/shop-full-dev"
    assert (inputs["kmsKeyId"], inputs["retentionInDays"]) == (key("logs"), 30)


def test_the_agent_sends_logs_to_that_group_and_memory_and_disk_by_group_and_instance() -> None:
    configuration = json.loads(written("full")[CONFIGURATION])
    files = configuration["logs"]["logs_collected"]["files"]["collect_list"]
    assert {file["log_group_name"] for file in files} == {"/fleet/shop-full-dev"}
    assert {file["log_stream_name"]: file["file_path"] for file in files} == {
        "{instance_id}/start": "/var/log/cloud-init-output.log",
        "{instance_id}/audit": "/var/log/audit/audit.log",
        "{instance_id}/application": APPLICATION_LOG,
    }
    metrics = configuration["metrics"]
    assert metrics["namespace"] == "shop-dev/Fleet"
    assert metrics["aggregation_dimensions"] == [["AutoScalingGroupName"]]
    assert set(metrics["metrics_collected"]) == {"mem", "disk"}
    for told in metrics["metrics_collected"].values():
        assert told["measurement"] == ["used_percent"]
        assert told["append_dimensions"] == {"AutoScalingGroupName": "shop-full-fleet-dev"}


def test_a_new_instance_starts_its_agent_and_then_the_application() -> None:
    data = user_data("full")
    assert data["packages"] == ["amazon-cloudwatch-agent"]
    folder, agent, *commands = data["runcmd"]
    assert folder == ["mkdir", "-p", "/var/log/application"]
    assert agent[-2:] == ["-c", f"file:{CONFIGURATION}"]
    assert commands == COMMANDS
    assert user_data("plain")["runcmd"] == [folder, agent]


def test_an_instance_is_told_where_things_are_and_no_secret() -> None:
    lines = 'BACKUPS_BUCKET="shop-backups"\nSESSION_KEY="' + SECRET + '"\n'
    assert written("full")["/etc/application.env"] == lines
    assert written("plain")["/etc/application.env"] == ""


def statements(name: str) -> list[dict[str, Any]]:
    return policy_of(deployed().one(ROLE_POLICY, name))


def test_only_ec2_may_assume_its_role_which_its_profile_hands_to_instances() -> None:
    role = deployed().one("aws:iam/role:Role", "full")
    (trust,) = policy_of(role, "assumeRolePolicy")
    assert trust["Principal"] == {"Service": ["ec2.amazonaws.com"]}
    profile = deployed().one("aws:iam/instanceProfile:InstanceProfile", "full")
    assert profile.inputs["role"] == role.outputs["name"]
    assert template("full")["iamInstanceProfile"] == {"arn": profile.outputs["arn"]}


def test_its_role_reads_parameters_of_the_stack_s_own_path_only() -> None:
    parameters, decrypt, *_ = statements("plain")
    assert parameters["Resource"] == [f"arn:aws:ssm:{WEST}:123456789012:parameter/shop/dev/*"]
    assert {action.split(":")[0] for action in parameters["Action"]} == {"ssm"}
    assert (decrypt["Action"], decrypt["Resource"]) == (["kms:Decrypt"], [key("data")])
    assert decrypt["Condition"] == {"StringEquals": {"kms:ViaService": f"ssm.{WEST}.amazonaws.com"}}


def test_its_role_writes_its_own_log_and_its_own_metrics_only() -> None:
    _, _, logs, metrics, _ = statements("plain")
    assert logs["Resource"] == [f"{deployed().one(LOG_GROUP, 'plain').outputs['arn']}:*"]
    assert "logs:CreateLogGroup" not in logs["Action"]
    assert metrics["Action"] == ["cloudwatch:PutMetricData"]
    assert metrics["Condition"] == {"StringEquals": {"cloudwatch:namespace": "shop-dev/Fleet"}}


def test_of_what_takes_no_resource_it_may_publish_metrics_and_be_reached() -> None:
    everywhere = [statement for statement in statements("full") if statement["Resource"] == ["*"]]
    services = {action.split(":")[0] for statement in everywhere for action in statement["Action"]}
    assert services == {"cloudwatch", "ssm", "ssmmessages", "ec2messages"}
    assert [action for statement in everywhere for action in statement["Action"] if action.startswith("ssm:")] == [
        "ssm:UpdateInstanceInformation"
    ]
    assert not deployed().of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")


def test_its_role_may_besides_do_what_the_fleet_uses() -> None:
    *_, objects, secret = statements("full")
    assert (objects["Action"], objects["Resource"]) == (["s3:GetObject"], ["arn:aws:s3:::backups/full/*"])
    assert (secret["Action"], secret["Resource"]) == (["secretsmanager:GetSecretValue"], [SECRET])
    assert len(statements("plain")) == len(statements("full")) - 2


def test_its_outputs_are_the_group_the_log_and_what_stands_in_front() -> None:
    exports = deployed().exports
    assert exports["plain_auto_scaling_group_name"] == group("plain")["name"] == "shop-plain-fleet-dev"
    assert str(exports["full_auto_scaling_group_arn"]).startswith("arn:aws:autoscaling:")
    assert str(exports["full_url"]).startswith("http://")
    assert {name for name in exports if name.startswith("plain")} == {
        "plain_auto_scaling_group_name",
        "plain_auto_scaling_group_arn",
        "plain_log_group_name",
    }


def test_dev_goes_at_once_and_prod_waits_for_its_instances_to_go() -> None:
    assert group("plain")["forceDelete"] is True
    prod = deployed(environment="prod")
    assert prod.one(GROUP, "plain").inputs["forceDelete"] is False
    assert prod.one(LOG_GROUP, "plain").inputs["retentionInDays"] == 365


def test_its_arns_are_of_the_region_s_partition() -> None:
    plan = deployed(region="cn-north-1")
    texts = str(policy_of(plan.one(ROLE_POLICY, "plain")))
    assert "arn:aws-cn:ssm:cn-north-1:123456789012:parameter/shop/dev/*" in texts
    assert "ssm.cn-north-1.amazonaws.com.cn" in texts


@pytest.mark.parametrize(
    ("kind", "type_", "key_"),
    [
        ("auto-scaling-group", GROUP, "name"),
        ("launch-template", TEMPLATE, "name"),
        ("log-group", LOG_GROUP, "name"),
        ("scaling-role-suffix", "aws:iam/serviceLinkedRole:ServiceLinkedRole", "customSuffix"),
    ],
)
def test_its_names_were_planned(kind: str, type_: str, key_: str) -> None:
    network = {
        "cidr": "10.0.0.0/16",
        "zones": 2,
        "nat": "single",
        "tiers": {"app": {"kind": "private"}, "web": {"kind": "public"}},
        "allow": [{"from": "app", "to": "internet", "port": 443}],
    }
    fleets = {"plain": {"network": "main"}, "full": {"network": "main"}}
    names = {name.name for name in planned(stack_args(networks={"main": network}, fleets=fleets)) if name.type == kind}
    given = {str(each.inputs[key_]) for each in deployed().of(type_)}
    assert given <= names
    assert max(map(len, given)) <= LIMITS[kind]


def test_a_stack_s_fleets_start_once_their_network_has_its_ways_out() -> None:
    plan = deploy_blueprint("high-availability")
    kinds = ("aws:ec2/route:Route", "aws:ec2/natGateway:NatGateway")
    ways = {each.urn for kind in kinds for each in plan.of(kind)}
    assert len(ways) == 7
    assert ways <= set(plan.one(GROUP).dependencies)


def test_fleets_in_two_regions_share_a_role_and_have_a_key_for_volumes_each() -> None:
    network = {
        "zones": 2,
        "nat": "single",
        "tiers": {"app": {"kind": "private"}, "web": {"kind": "public"}},
        "allow": [{"from": "app", "to": "internet", "port": 443}],
    }
    networks = {
        "east": {**network, "cidr": "10.0.0.0/16"},
        "west": {**network, "cidr": "10.1.0.0/16", "region": WEST},
    }
    plan = deploy_networks(networks=networks, fleets={name: {"network": name} for name in networks})
    role = plan.one("aws:iam/serviceLinkedRole:ServiceLinkedRole").outputs["arn"]
    assert {each.inputs["serviceLinkedRoleArn"] for each in plan.of(GROUP)} == {role}
    for name, region in {"east": "us-east-1", "west": WEST}.items():
        assert plan.one(GROUP, name).region == region
        (mapping,) = plan.one(TEMPLATE, name).inputs["blockDeviceMappings"]
        assert mapping["ebs"]["kmsKeyId"] == plan.one("aws:kms/key:Key", f"volumes-{region}").outputs["arn"]


def test_a_stack_without_fleets_has_neither_their_role_nor_their_key() -> None:
    plan = deploy_blueprint("banking-vpc")
    assert not plan.of("aws:iam/serviceLinkedRole:ServiceLinkedRole")
    assert [each.name for each in plan.of("aws:kms/key:Key") if each.name.startswith("volumes")] == []
