"""The deployed fleet of `high-availability`: instances behind a load balancer that replace themselves."""

import base64
import json
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.data_view import key_faults, production
from tests.support.live import Live
from tests.support.network_view import ANYWHERE, NetworkView, Rule
from tests.support.policies import as_list, services, statements
from tests.support.tags import COMMON

PORT = 8080
# Seconds that a command, and the way of a line of a log to CloudWatch, may take.
PATIENCE = 180


@dataclass(frozen=True)
class FleetView:
    """A fleet of a deployment, by the name that its outputs are prefixed with."""

    live: Live
    network: NetworkView
    name: str

    def output(self, key: str) -> Any:
        return self.live.outputs[f"{self.name}_{key}"]

    def client(self, service: str) -> Any:
        return self.live.client(service, self.network.region)

    def group(self) -> dict[str, Any]:
        names = [self.output("auto_scaling_group_name")]
        (group,) = self.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=names)[
            "AutoScalingGroups"
        ]
        return group

    def template(self) -> dict[str, Any]:
        """What its instances are launched by."""
        used = self.group()["LaunchTemplate"]
        (version,) = self.client("ec2").describe_launch_template_versions(
            LaunchTemplateId=used["LaunchTemplateId"], Versions=[used["Version"]]
        )["LaunchTemplateVersions"]
        return version["LaunchTemplateData"]

    def role(self) -> str:
        """The name of its instances' role."""
        profile = self.template()["IamInstanceProfile"]["Arn"].rsplit("/", 1)[-1]
        (role,) = self.client("iam").get_instance_profile(InstanceProfileName=profile)["InstanceProfile"]["Roles"]
        return role["RoleName"]

    def allowed(self) -> list[dict[str, Any]]:
        """Every statement that lets its role do something."""
        iam, role = self.client("iam"), self.role()
        assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []
        found: list[dict[str, Any]] = []
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            found += statements(json.dumps(document))
        return found

    def log_group(self) -> dict[str, Any]:
        name = self.output("log_group_name")
        found = self.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        (group,) = [group for group in found if group["logGroupName"] == name]
        return group

    def balancer(self) -> dict[str, Any]:
        arn = self.output("load_balancer_arn")
        (balancer,) = self.client("elbv2").describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]
        return balancer


@pytest.fixture(scope="module")
def live(standing: Callable[[str], Live]) -> Live:
    return standing("high-availability")


@pytest.fixture(scope="module")
def fleet(live: Live) -> FleetView:
    return FleetView(live, NetworkView(live, "main"), "web")


def test_it_spans_every_zone_of_the_private_tier(fleet: FleetView) -> None:
    subnets = fleet.group()["VPCZoneIdentifier"].split(",")
    assert sorted(subnets) == sorted(fleet.network.output("private_subnet_ids"))
    assert len(fleet.network.zones("private")) >= 2


def test_as_many_instances_are_there_as_it_has_to_have(fleet: FleetView) -> None:
    group = fleet.group()
    assert group["MinSize"] <= len(group["Instances"]) <= group["MaxSize"]
    assert {instance["LifecycleState"] for instance in group["Instances"]} <= {"InService", "Pending"}


def test_its_instances_stand_in_different_zones(fleet: FleetView) -> None:
    if fleet.live.embedded:
        pytest.skip("moto puts all instances of a group into its first subnet")
    zones = [instance["AvailabilityZone"] for instance in fleet.group()["Instances"]]
    assert len(set(zones)) == min(len(zones), len(fleet.network.zones("private")))


def test_an_instance_that_the_load_balancer_finds_broken_is_replaced(fleet: FleetView) -> None:
    group = fleet.group()
    assert group["HealthCheckType"] == "ELB"
    assert group["TargetGroupARNs"] == [fleet.output("target_group_arn")]
    assert "ReplaceUnhealthy" not in {each["ProcessName"] for each in group["SuspendedProcesses"]}


def test_its_metrics_are_on_and_it_scales_by_cpu_and_requests(fleet: FleetView) -> None:
    metrics = {each["Metric"] for each in fleet.group()["EnabledMetrics"]}
    assert {"GroupInServiceInstances", "GroupDesiredCapacity", "GroupMinSize", "GroupMaxSize"} <= metrics
    name = fleet.output("auto_scaling_group_name")
    policies = fleet.client("autoscaling").describe_policies(AutoScalingGroupName=name)["ScalingPolicies"]
    tracked = [each["TargetTrackingConfiguration"]["PredefinedMetricSpecification"] for each in policies]
    assert {"ASGAverageCPUUtilization", "ALBRequestCountPerTarget"} == {
        each["PredefinedMetricType"] for each in tracked
    }


def test_common_tags_are_on_the_group_and_go_to_its_instances(fleet: FleetView) -> None:
    tags = {tag["Key"]: tag for tag in fleet.group()["Tags"]}
    assert {*COMMON, "Name", "ResourceType"} <= set(tags)
    assert all(tags[key]["PropagateAtLaunch"] for key in COMMON)
    for specified in fleet.template()["TagSpecifications"]:
        assert {*COMMON, "Name", "ResourceType"} <= {tag["Key"] for tag in specified["Tags"]}


def test_metadata_takes_a_token_and_stays_on_the_instance(fleet: FleetView) -> None:
    metadata = fleet.template()["MetadataOptions"]
    assert (metadata["HttpTokens"], metadata["HttpPutResponseHopLimit"]) == ("required", 1)


def test_the_image_is_looked_up_at_each_launch(fleet: FleetView) -> None:
    if not fleet.live.defaults:
        pytest.skip("this stack's settings may name an image")
    assert fleet.template()["ImageId"].startswith("resolve:ssm:/aws/service/ami-amazon-linux-latest/")


def test_volumes_are_encrypted_with_a_key_that_auto_scaling_may_use(fleet: FleetView) -> None:
    (mapping,) = fleet.template()["BlockDeviceMappings"]
    volume = mapping["Ebs"]
    assert (volume["Encrypted"], volume["VolumeType"]) == (True, "gp3")
    assert key_faults(fleet.live, volume["KmsKeyId"], fleet.network.region, "volumes") == {}
    policy = fleet.client("kms").get_key_policy(KeyId=volume["KmsKeyId"], PolicyName="default")["Policy"]
    allowed = {action: each for each in statements(policy) for action in as_list(each["Action"])}
    role = allowed["kms:CreateGrant"]["Principal"]["AWS"]
    assert ":role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_" in role
    assert allowed["kms:CreateGrant"]["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    assert fleet.client("iam").get_role(RoleName=role.rsplit("/", 1)[-1])["Role"]["Arn"] == role


def test_instances_have_no_public_address_and_no_ssh_key(fleet: FleetView) -> None:
    template = fleet.template()
    (interface,) = template["NetworkInterfaces"]
    assert interface["AssociatePublicIpAddress"] is False
    assert interface["Groups"] == [fleet.network.output("private_security_group_id")]
    assert "KeyName" not in template


def test_requests_go_from_the_internet_to_the_balancer_and_from_there_to_the_fleet(fleet: FleetView) -> None:
    network = fleet.network
    public, private = (network.output(f"{tier}_security_group_id") for tier in ("public", "private"))
    assert fleet.balancer()["SecurityGroups"] == [public]
    assert {rule for rule in network.rules(public) if not rule.egress} == {
        Rule(False, "tcp", port, port, ANYWHERE) for port in (80, 443)
    }
    assert Rule(True, "tcp", PORT, PORT, private) in network.rules(public)
    assert [rule for rule in network.rules(private) if not rule.egress] == [Rule(False, "tcp", PORT, PORT, public)]


def test_the_load_balancer_stands_in_every_public_zone(fleet: FleetView) -> None:
    balancer = fleet.balancer()
    assert balancer["Scheme"] == "internet-facing"
    subnets = {zone["SubnetId"] for zone in balancer["AvailabilityZones"]}
    assert subnets == set(fleet.network.output("public_subnet_ids"))


def test_a_certificate_makes_http_a_redirect_and_production_has_one(fleet: FleetView) -> None:
    listeners = fleet.client("elbv2").describe_listeners(LoadBalancerArn=fleet.output("load_balancer_arn"))["Listeners"]
    actions = {listener["Protocol"]: [each["Type"] for each in listener["DefaultActions"]] for listener in listeners}
    assert actions in ({"HTTP": ["forward"]}, {"HTTP": ["redirect"], "HTTPS": ["forward"]})
    assert fleet.output("url").startswith("https://" if "HTTPS" in actions else "http://")
    assert "HTTPS" in actions or not production(fleet.live)


def test_only_ec2_may_assume_the_role_of_its_instances(fleet: FleetView) -> None:
    document = fleet.client("iam").get_role(RoleName=fleet.role())["Role"]["AssumeRolePolicyDocument"]
    (trust,) = statements(json.dumps(document))
    assert services(trust) == {"ec2.amazonaws.com"}


def test_its_role_reads_its_own_path_writes_its_own_prefix_and_its_own_log(fleet: FleetView) -> None:
    on: dict[str, set[str]] = {}
    for statement in fleet.allowed():
        for action in as_list(statement["Action"]):
            on.setdefault(action, set()).update(as_list(statement["Resource"]))
    path = fleet.live.outputs["app_config_parameter_name"].rsplit("/", 1)[0]
    assert on["ssm:GetParameter"]
    assert all(f":parameter{path}/" in resource for resource in on["ssm:GetParameter"])
    assert on["s3:PutObject"] == {f"arn:aws:s3:::{fleet.live.outputs['backups_bucket_name']}/web/*"}
    assert on["secretsmanager:GetSecretValue"] == {fleet.live.outputs["session_key_secret_arn"]}
    assert {resource.split(":log-group:")[1] for resource in on["logs:PutLogEvents"]} == {
        f"{fleet.output('log_group_name')}:*"
    }
    assert "logs:CreateLogGroup" not in on


def test_only_what_takes_no_resource_is_allowed_everywhere(fleet: FleetView) -> None:
    everywhere = [each for each in fleet.allowed() if "*" in as_list(each["Resource"])]
    actions = {action for each in everywhere for action in as_list(each["Action"])}
    assert {action.split(":")[0] for action in actions} == {"cloudwatch", "ssm", "ssmmessages", "ec2messages"}
    assert {action for action in actions if action.startswith(("ssm:", "cloudwatch:"))} == {
        "ssm:UpdateInstanceInformation",
        "cloudwatch:PutMetricData",
    }


def test_its_log_is_encrypted_and_kept_for_a_time(fleet: FleetView) -> None:
    group = fleet.log_group()
    assert group["retentionInDays"] >= (365 if production(fleet.live) else 30)
    assert key_faults(fleet.live, group["kmsKeyId"], fleet.network.region, "logs") == {}


def test_user_data_holds_no_secret_and_tells_where_things_are(fleet: FleetView) -> None:
    text = base64.b64decode(fleet.template()["UserData"]).decode()
    assert text.startswith("#cloud-config\n")
    assert fleet.output("log_group_name") in text
    assert fleet.live.outputs["backups_bucket_name"] in text
    arn = fleet.live.outputs["session_key_secret_arn"]
    assert fleet.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"] not in text


@pytest.fixture
def mark(fleet: FleetView) -> Iterator[str]:
    """A text of its own, and at the end the object of that name away."""
    if fleet.live.embedded:
        pytest.skip("the instances of the embedded AWS run nothing; deploy on an account and run with --deployed")
    text = f"test-{uuid.uuid4().hex}"
    yield text
    s3, bucket = fleet.client("s3"), fleet.live.outputs["backups_bucket_name"]
    for version in s3.list_object_versions(Bucket=bucket, Prefix=f"web/{text}").get("Versions", []):
        s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])


def test_an_instance_reads_its_parameter_writes_to_its_bucket_and_is_heard_in_its_log(
    fleet: FleetView, mark: str
) -> None:
    output = run_on_an_instance(
        fleet,
        "set -eu",
        f". /etc/application.env; export AWS_DEFAULT_REGION={fleet.network.region}",
        'aws ssm get-parameter --name "$APP_CONFIG_PARAMETER" --query Parameter.Value --output text',
        f'echo {mark} | aws s3 cp - "s3://$BACKUPS_BUCKET/${{BUCKET_PREFIX}}{mark}" >&2',
        f"echo {mark} >> /var/log/application/application.log",
    )
    assert json.loads(output) == stored_parameter(fleet)
    bucket = fleet.live.outputs["backups_bucket_name"]
    body = fleet.client("s3").get_object(Bucket=bucket, Key=f"web/{mark}")["Body"].read()
    assert body.decode().strip() == mark
    assert until(lambda: heard(fleet, mark)), f"{mark} is not in {fleet.output('log_group_name')}"


def stored_parameter(fleet: FleetView) -> Any:
    name = fleet.live.outputs["app_config_parameter_name"]
    return json.loads(fleet.client("ssm").get_parameter(Name=name)["Parameter"]["Value"])


def run_on_an_instance(fleet: FleetView, *commands: str) -> str:
    """What commands print, run by a shell on one of the fleet's instances that is in service."""
    instance = next(each["InstanceId"] for each in fleet.group()["Instances"] if each["LifecycleState"] == "InService")
    ssm = fleet.client("ssm")
    sent = ssm.send_command(
        InstanceIds=[instance], DocumentName="AWS-RunShellScript", Parameters={"commands": list(commands)}
    )["Command"]["CommandId"]
    ended = until(lambda: ended_invocation(ssm, sent, instance))
    assert ended, f"{sent} has not ended on {instance}"
    assert ended["Status"] == "Success", ended["StandardErrorContent"]
    return ended["StandardOutputContent"]


def ended_invocation(ssm: Any, command: str, instance: str) -> dict[str, Any] | None:
    try:
        found = ssm.get_command_invocation(CommandId=command, InstanceId=instance)
    except ssm.exceptions.InvocationDoesNotExist:
        return None
    return None if found["Status"] in {"Pending", "InProgress", "Delayed"} else found


def heard(fleet: FleetView, mark: str) -> bool:
    found = fleet.client("logs").filter_log_events(
        logGroupName=fleet.output("log_group_name"), filterPattern=f'"{mark}"'
    )
    return bool(found["events"])


def until(look: Callable[[], Any]) -> Any:
    """What a look finds, tried again until it finds something or patience ends."""
    end = time.monotonic() + PATIENCE
    while not (found := look()) and time.monotonic() < end:
        time.sleep(5)
    return found
