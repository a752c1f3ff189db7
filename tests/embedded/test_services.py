"""Load balancers, container services and their scaling, made by their recipes and looked at with boto3."""

import json
from typing import Any

import pytest

from tap.engine.answers import State
from tests.embedded.looks import Looks
from tests.embedded.making import Aws

CHECKS = Looks()
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
GROUP = "aws:lb/targetGroup:TargetGroup"
LISTENER = "aws:lb/listener:Listener"
CLUSTER = "aws:ecs/cluster:Cluster"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE = "aws:ecs/service:Service"
TARGET = "aws:appautoscaling/target:Target"
POLICY = "aws:appautoscaling/policy:Policy"
CERTIFICATE = "aws:acm/certificate:Certificate"
VALIDATION = "aws:acm/certificateValidation:CertificateValidation"
TAGS = {"Name": "app"}


def placed(aws: Aws) -> tuple[State, list[str], str]:
    """A VPC with two subnets and a group."""
    vpc = aws.vpc()
    subnets = [aws.subnet(vpc).id, aws.subnet(vpc, "b", "10.0.2.0/24", "us-east-1b").id]
    return vpc, subnets, aws.make("aws:ec2/securityGroup:SecurityGroup", vpcId=vpc.id, description="App").id


def made_balancer(aws: Aws, **inputs: Any) -> State:
    _, subnets, group = placed(aws)
    name = f"app-{aws.stack}"
    return aws.make(
        BALANCER, name=name, loadBalancerType="application", subnets=subnets, securityGroups=[group], **inputs
    )


def made_group(aws: Aws, **inputs: Any) -> State:
    vpc = aws.vpc("targets", "10.9.0.0/16")
    return aws.make(GROUP, namePrefix="tap-", vpcId=vpc.id, targetType="ip", port=8080, protocol="HTTP", **inputs)


def attributes(found: dict[str, Any]) -> dict[str, str]:
    return {entry["Key"]: entry["Value"] for entry in found["Attributes"]}


def tags(described: dict[str, Any], arn: str) -> dict[str, str]:
    (found,) = [entry for entry in described["TagDescriptions"] if entry["ResourceArn"] == arn]
    return {tag["Key"]: tag["Value"] for tag in found["Tags"]}


@CHECKS.of(BALANCER)
def balancer(aws: Aws) -> None:
    bucket = aws.make("aws:s3/bucket:Bucket", bucketPrefix="logs-")
    state = made_balancer(
        aws,
        internal=True,
        idleTimeout=90,
        dropInvalidHeaderFields=True,
        desyncMitigationMode="defensive",
        enableDeletionProtection=False,
        accessLogs={"enabled": True, "bucket": bucket.id},
        tags=TAGS,
    )
    client = aws.client("elbv2")
    (found,) = client.describe_load_balancers(LoadBalancerArns=[state.id])["LoadBalancers"]
    assert (found["Scheme"], found["Type"], found["DNSName"]) == ("internal", "application", state.outputs["dnsName"])
    assert len(found["AvailabilityZones"]) == 2
    assert len(found["SecurityGroups"]) == 1
    assert state.outputs["zoneId"] == found["CanonicalHostedZoneId"]
    assert state.outputs["arnSuffix"].startswith(f"app/{found['LoadBalancerName']}/")
    assert (
        attributes(client.describe_load_balancer_attributes(LoadBalancerArn=state.id)).items()
        >= {
            "idle_timeout.timeout_seconds": "90",
            "routing.http.drop_invalid_header_fields.enabled": "true",
            "routing.http.desync_mitigation_mode": "defensive",
            "deletion_protection.enabled": "false",
            "access_logs.s3.enabled": "true",
            "access_logs.s3.bucket": bucket.id,
        }.items()
    )
    assert tags(client.describe_tags(ResourceArns=[state.id]), state.id) == TAGS


@CHECKS.of(GROUP)
def target_group(aws: Aws) -> None:
    check = {"path": "/health", "protocol": "HTTP", "matcher": "200", "interval": 15, "healthyThreshold": 2}
    state = made_group(aws, healthCheck=check, deregistrationDelay=60, tags=TAGS)
    client = aws.client("elbv2")
    (found,) = client.describe_target_groups(TargetGroupArns=[state.id])["TargetGroups"]
    assert (found["TargetType"], found["Port"], found["Protocol"]) == ("ip", 8080, "HTTP")
    assert (found["HealthCheckPath"], found["Matcher"]["HttpCode"]) == ("/health", "200")
    assert (found["HealthCheckIntervalSeconds"], found["HealthyThresholdCount"]) == (15, 2)
    assert found["TargetGroupName"].startswith("tap-")
    delay = attributes(client.describe_target_group_attributes(TargetGroupArn=state.id))
    assert delay["deregistration_delay.timeout_seconds"] == "60"
    assert state.outputs["arnSuffix"] == f"targetgroup/{state.id.partition(':targetgroup/')[2]}"
    assert tags(client.describe_tags(ResourceArns=[state.id]), state.id) == TAGS


@CHECKS.of(LISTENER)
def listener(aws: Aws) -> None:
    balancer, group = made_balancer(aws), made_group(aws)
    client = aws.client("elbv2")
    certificate = aws.client("acm").request_certificate(DomainName="pay.example.com")["CertificateArn"]
    aws.make(
        LISTENER,
        "https",
        loadBalancerArn=balancer.id,
        port=443,
        protocol="HTTPS",
        sslPolicy="ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        certificateArn=certificate,
        defaultActions=[{"type": "forward", "targetGroupArn": group.id}],
        tags=TAGS,
    )
    aws.make(
        LISTENER,
        "http",
        loadBalancerArn=balancer.id,
        port=80,
        protocol="HTTP",
        defaultActions=[
            {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
        ],
    )
    found = {each["Port"]: each for each in client.describe_listeners(LoadBalancerArn=balancer.id)["Listeners"]}
    assert [each["CertificateArn"] for each in found[443]["Certificates"]] == [certificate]
    assert found[443]["SslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
    assert found[443]["DefaultActions"][0]["TargetGroupArn"] == group.id
    (action,) = found[80]["DefaultActions"]
    assert {key: action["RedirectConfig"][key] for key in ("Protocol", "Port", "StatusCode")} == {
        "Protocol": "HTTPS",
        "Port": "443",
        "StatusCode": "HTTP_301",
    }
    arn = found[443]["ListenerArn"]
    assert tags(client.describe_tags(ResourceArns=[arn]), arn) == TAGS


def made_cluster(aws: Aws, **inputs: Any) -> State:
    return aws.make(CLUSTER, name=f"app-{aws.stack}", **inputs)


def ecs_tags(found: dict[str, Any]) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in found["tags"]}


@CHECKS.of(CLUSTER)
def cluster(aws: Aws) -> None:
    sessions = {
        "executeCommandConfiguration": {
            "logging": "OVERRIDE",
            "logConfiguration": {"cloudWatchEncryptionEnabled": True, "cloudWatchLogGroupName": "/exec"},
        }
    }
    state = made_cluster(
        aws, settings=[{"name": "containerInsights", "value": "enabled"}], configuration=sessions, tags=TAGS
    )
    (found,) = aws.client("ecs").describe_clusters(clusters=[state.id], include=["SETTINGS", "CONFIGURATIONS", "TAGS"])[
        "clusters"
    ]
    assert (found["clusterArn"], found["clusterName"]) == (state.outputs["arn"], f"app-{aws.stack}")
    assert found["settings"] == [{"name": "containerInsights", "value": "enabled"}]
    assert found["configuration"] == sessions
    assert ecs_tags(found) == TAGS


def made_task(aws: Aws) -> State:
    container = {
        "name": "app",
        "image": "shop:1",
        "essential": True,
        "readonlyRootFilesystem": True,
        "portMappings": [{"containerPort": 8080, "protocol": "tcp"}],
        "secrets": [{"name": "KEY", "valueFrom": "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf"}],
    }
    return aws.make(
        TASK,
        family=f"app-{aws.stack}",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        runtimePlatform={"operatingSystemFamily": "LINUX", "cpuArchitecture": "ARM64"},
        volumes=[{"name": "tmp"}],
        containerDefinitions=json.dumps([container]),
        executionRoleArn="arn:aws:iam::123456789012:role/execution",
        taskRoleArn="arn:aws:iam::123456789012:role/task",
        tags=TAGS,
    )


@CHECKS.of(TASK)
def task_definition(aws: Aws) -> None:
    state = made_task(aws)
    answer = aws.client("ecs").describe_task_definition(taskDefinition=state.outputs["arn"], include=["TAGS"])
    found = answer["taskDefinition"]
    (container,) = found["containerDefinitions"]
    assert (found["family"], state.id, state.outputs["revision"]) == (f"app-{aws.stack}", f"app-{aws.stack}", 1)
    assert (found["cpu"], found["memory"], found["networkMode"]) == ("256", "512", "awsvpc")
    assert found["runtimePlatform"]["cpuArchitecture"] == "ARM64"
    assert found["volumes"] == [{"name": "tmp"}]
    assert (container["readonlyRootFilesystem"], container["secrets"][0]["name"]) == (True, "KEY")
    assert (found["taskRoleArn"], found["executionRoleArn"]) == (
        "arn:aws:iam::123456789012:role/task",
        "arn:aws:iam::123456789012:role/execution",
    )
    assert ecs_tags(answer) == TAGS


def made_service(aws: Aws) -> State:
    cluster, task, group = made_cluster(aws), made_task(aws), made_group(aws)
    _, subnets, security_group = placed(aws)
    return aws.make(
        SERVICE,
        name=f"app-{aws.stack}",
        cluster=cluster.id,
        taskDefinition=task.outputs["arn"],
        launchType="FARGATE",
        platformVersion="LATEST",
        desiredCount=2,
        availabilityZoneRebalancing="ENABLED",
        deploymentMinimumHealthyPercent=100,
        deploymentMaximumPercent=200,
        deploymentCircuitBreaker={"enable": True, "rollback": True},
        waitForSteadyState=True,
        healthCheckGracePeriodSeconds=60,
        networkConfiguration={"subnets": subnets, "securityGroups": [security_group], "assignPublicIp": False},
        loadBalancers=[{"targetGroupArn": group.id, "containerName": "app", "containerPort": 8080}],
        enableExecuteCommand=True,
        enableEcsManagedTags=True,
        propagateTags="SERVICE",
        tags=TAGS,
    )


@CHECKS.of(SERVICE)
def service(aws: Aws) -> None:
    state = made_service(aws)
    name = f"app-{aws.stack}"
    (found,) = aws.client("ecs").describe_services(cluster=name, services=[name], include=["TAGS"])["services"]
    assert (found["serviceArn"], found["desiredCount"], found["launchType"]) == (state.id, 2, "FARGATE")
    network = found["deployments"][0]["networkConfiguration"]["awsvpcConfiguration"]
    assert (len(network["subnets"]), len(network["securityGroups"]), network["assignPublicIp"]) == (2, 1, "DISABLED")
    (target,) = found["loadBalancers"]
    assert (target["containerName"], target["containerPort"]) == ("app", 8080)
    assert found["propagateTags"] == "SERVICE"
    assert ecs_tags(found) == TAGS


def made_target(aws: Aws) -> State:
    made_service(aws)
    return aws.make(
        TARGET,
        serviceNamespace="ecs",
        scalableDimension="ecs:service:DesiredCount",
        resourceId=f"service/app-{aws.stack}/app-{aws.stack}",
        minCapacity=2,
        maxCapacity=6,
        tags=TAGS,
    )


@CHECKS.of(TARGET)
def scalable_target(aws: Aws) -> None:
    state = made_target(aws)
    client = aws.client("application-autoscaling")
    (found,) = client.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[state.id])["ScalableTargets"]
    assert (found["MinCapacity"], found["MaxCapacity"]) == (2, 6)
    assert found["ScalableDimension"] == "ecs:service:DesiredCount"
    assert state.outputs["arn"] == found["ScalableTargetARN"]


@CHECKS.of(POLICY)
def scaling_policy(aws: Aws) -> None:
    target = made_target(aws)
    label = "app/app/0a1b/targetgroup/tap/2c3d"
    state = aws.make(
        POLICY,
        policyType="TargetTrackingScaling",
        serviceNamespace="ecs",
        scalableDimension="ecs:service:DesiredCount",
        resourceId=target.id,
        targetTrackingScalingPolicyConfiguration={
            "predefinedMetricSpecification": {
                "predefinedMetricType": "ALBRequestCountPerTarget",
                "resourceLabel": label,
            },
            "targetValue": 500,
            "scaleInCooldown": 300,
        },
    )
    client = aws.client("application-autoscaling")
    (found,) = client.describe_scaling_policies(ServiceNamespace="ecs", ResourceId=target.id)["ScalingPolicies"]
    assert (found["PolicyName"], found["PolicyARN"]) == (state.id, state.outputs["arn"])
    assert (found["PolicyType"], found["ScalableDimension"]) == ("TargetTrackingScaling", "ecs:service:DesiredCount")
    tracking = found["TargetTrackingScalingPolicyConfiguration"]
    assert (tracking["TargetValue"], tracking["ScaleInCooldown"]) == (500, 300)
    assert tracking["PredefinedMetricSpecification"] == {
        "PredefinedMetricType": "ALBRequestCountPerTarget",
        "ResourceLabel": label,
    }


@CHECKS.of(CERTIFICATE)
def certificate(aws: Aws) -> None:
    state = aws.make(CERTIFICATE, domainName="pay.example.com", validationMethod="DNS", tags=TAGS)
    client = aws.client("acm")
    found = client.describe_certificate(CertificateArn=state.id)["Certificate"]
    assert (found["DomainName"], state.outputs["arn"]) == ("pay.example.com", state.id)
    (option,) = state.outputs["domainValidationOptions"]
    record = found["DomainValidationOptions"][0]["ResourceRecord"]
    assert option == {
        "domainName": "pay.example.com",
        "resourceRecordName": record["Name"],
        "resourceRecordType": "CNAME",
        "resourceRecordValue": record["Value"],
    }
    assert client.list_tags_for_certificate(CertificateArn=state.id)["Tags"] == [{"Key": "Name", "Value": "app"}]


@CHECKS.of(VALIDATION)
def certificate_validation(aws: Aws) -> None:
    made = aws.make(CERTIFICATE, domainName="pay.example.com", validationMethod="DNS")
    state = aws.make(VALIDATION, certificateArn=made.id, validationRecordFqdns=["_0a1b.pay.example.com"])
    assert state.outputs["certificateArn"] == made.id
    # ACM goes by DNS, which nobody serves here.
    assert aws.client("acm").describe_certificate(CertificateArn=made.id)["Certificate"]["Status"] != "FAILED"


def test_a_certificate_that_is_not_there_has_a_stand_in(aws: Aws) -> None:
    given = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d"
    balancer, group = made_balancer(aws), made_group(aws)
    state = aws.make(
        LISTENER,
        loadBalancerArn=balancer.id,
        port=443,
        protocol="HTTPS",
        certificateArn=given,
        defaultActions=[{"type": "forward", "targetGroupArn": group.id}],
    )
    assert state.outputs["certificateArn"] == given
    (found,) = aws.client("elbv2").describe_listeners(ListenerArns=[state.id])["Listeners"]
    (stand_in,) = found["Certificates"]
    about = aws.client("acm").describe_certificate(CertificateArn=stand_in["CertificateArn"])["Certificate"]
    assert about["DomainName"] == "stand-in.example.com"


@pytest.mark.parametrize("type_", sorted(CHECKS))
def test_a_type_is_found_in_aws_as_its_inputs_say(aws: Aws, type_: str) -> None:
    CHECKS[type_](aws)
