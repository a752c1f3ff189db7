"""What a fleet is made of, made by its recipes."""

import base64
import json
from typing import Any

import pytest

from tests.embedded.looks import Looks
from tests.embedded.making import EAST, Aws

LOOKS = Looks()
ROLE = "aws:iam/role:Role"
PROFILE = "aws:iam/instanceProfile:InstanceProfile"
LINKED = "aws:iam/serviceLinkedRole:ServiceLinkedRole"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
GROUP = "aws:autoscaling/group:Group"
POLICY = "aws:autoscaling/policy:Policy"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@LOOKS.of(PROFILE)
def a_profile_with_its_role(aws: Aws) -> None:
    role = aws.make(ROLE, "web", assumeRolePolicy=json.dumps(TRUST))
    state = aws.make(PROFILE, "web", role=role.outputs["name"], tags={"Name": "web"})
    found = aws.client("iam").get_instance_profile(InstanceProfileName=state.id)["InstanceProfile"]
    assert [each["RoleName"] for each in found["Roles"]] == [role.outputs["name"]]
    assert state.outputs["arn"] == found["Arn"]
    assert {"Key": "Name", "Value": "web"} in found["Tags"]


@LOOKS.of(LINKED)
def a_role_of_auto_scaling_with_a_suffix(aws: Aws) -> None:
    state = aws.make(
        LINKED,
        "fleets",
        awsServiceName="autoscaling.amazonaws.com",
        customSuffix=aws.stack,
        description="d",
        tags={"Name": "fleets"},
    )
    name = f"AWSServiceRoleForAutoScaling_{aws.stack}"
    found = aws.client("iam").get_role(RoleName=name)["Role"]
    assert state.id == state.outputs["arn"] == found["Arn"]
    assert found["Arn"].endswith(f":role/aws-service-role/autoscaling.amazonaws.com/{name}")
    assert found["Tags"] == [{"Key": "Name", "Value": "fleets"}]
    assert state.outputs["tagsAll"] == {"Name": "fleets"}
    bare = aws.make(LINKED, "bare", awsServiceName="autoscaling.amazonaws.com", customSuffix=f"{aws.stack}b")
    assert bare.outputs["tags"] == {}


def template(aws: Aws, **inputs: Any) -> Any:
    return aws.make(
        TEMPLATE,
        "web",
        name=f"{aws.stack}-web",
        imageId="resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
        instanceType="t4g.small",
        **inputs,
    )


@LOOKS.of(TEMPLATE)
def its_image_metadata_volume_interface_and_tags(aws: Aws) -> None:
    vpc = aws.vpc()
    group = aws.make("aws:ec2/securityGroup:SecurityGroup", vpcId=vpc.id, name=f"{aws.stack}-web", description="d")
    key = aws.make("aws:kms/key:Key").outputs["arn"]
    state = template(
        aws,
        description="Instances",
        metadataOptions={"httpTokens": "required", "httpPutResponseHopLimit": 1, "instanceMetadataTags": "disabled"},
        monitoring={"enabled": True},
        networkInterfaces=[{"deviceIndex": 0, "associatePublicIpAddress": "false", "securityGroups": [group.id]}],
        blockDeviceMappings=[
            {"deviceName": "/dev/xvda", "ebs": {"volumeType": "gp3", "encrypted": "true", "kmsKeyId": key}}
        ],
        userData=base64.b64encode(b"#cloud-config\n{}\n").decode(),
        tagSpecifications=[{"resourceType": "volume", "tags": {"Owner": "tests"}}],
        updateDefaultVersion=True,
        tags={"Name": "web"},
    )
    ec2 = aws.client("ec2")
    (version,) = ec2.describe_launch_template_versions(LaunchTemplateId=state.id)["LaunchTemplateVersions"]
    data = version["LaunchTemplateData"]
    assert (version["VersionNumber"], state.outputs["latestVersion"], state.outputs["defaultVersion"]) == (1, 1, 1)
    assert (version["LaunchTemplateName"], version["VersionDescription"]) == (f"{aws.stack}-web", "Instances")
    assert data["ImageId"].startswith("resolve:ssm:/aws/service/")
    metadata = data["MetadataOptions"]
    assert (metadata["HttpTokens"], metadata["HttpPutResponseHopLimit"]) == ("required", 1)
    (interface,) = data["NetworkInterfaces"]
    assert (interface["AssociatePublicIpAddress"], interface["Groups"]) == (False, [group.id])
    (mapping,) = data["BlockDeviceMappings"]
    assert (mapping["Ebs"]["Encrypted"], mapping["Ebs"]["KmsKeyId"], mapping["Ebs"]["VolumeType"]) == (True, key, "gp3")
    (specified,) = data["TagSpecifications"]
    assert specified == {"ResourceType": "volume", "Tags": [{"Key": "Owner", "Value": "tests"}]}
    assert base64.b64decode(data["UserData"]) == b"#cloud-config\n{}\n"
    tags = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [state.id]}])["Tags"]
    assert [(tag["Key"], tag["Value"]) for tag in tags] == [("Name", "web")]
    assert state.outputs["arn"] == f"arn:aws:ec2:{EAST}:123456789012:launch-template/{state.id}"
    assert template(Aws(aws.connection)).id != state.id


def group_of(aws: Aws, **inputs: Any) -> Any:
    vpc = aws.vpc()
    subnets = [aws.subnet(vpc, f"app{zone}", f"10.0.{n}.0/24", f"{EAST}{zone}") for n, zone in enumerate("ab")]
    made = template(aws)
    state = aws.make(
        GROUP,
        "web",
        provider=aws.provider(tags={"Project": "provider"}),
        name=f"{aws.stack}-web",
        minSize=2,
        maxSize=4,
        desiredCapacity=2,
        vpcZoneIdentifiers=[subnet.id for subnet in subnets],
        launchTemplate={"id": made.id, "version": "1"},
        **inputs,
    )
    return state, subnets, made


@LOOKS.of(GROUP)
def its_zones_its_template_its_instances_and_its_tags(aws: Aws) -> None:
    tags = [{"key": "Owner", "value": "tests", "propagateAtLaunch": True}]
    metrics = ["GroupInServiceInstances", "GroupDesiredCapacity"]
    state, subnets, made = group_of(
        aws,
        healthCheckType="ELB",
        healthCheckGracePeriod=90,
        defaultInstanceWarmup=90,
        maxInstanceLifetime=86400,
        instanceMaintenancePolicy={"minHealthyPercentage": 100, "maxHealthyPercentage": 110},
        availabilityZoneDistribution={"capacityDistributionStrategy": "balanced-best-effort"},
        instanceRefresh={"strategy": "Rolling"},
        terminationPolicies=["OldestLaunchTemplate", "OldestInstance"],
        enabledMetrics=metrics,
        metricsGranularity="1Minute",
        waitForCapacityTimeout="15m",
        forceDelete=True,
        serviceLinkedRoleArn="arn:aws:iam::123456789012:role/x",
        tags=tags,
    )
    client = aws.client("autoscaling")
    (found,) = client.describe_auto_scaling_groups(AutoScalingGroupNames=[state.id])["AutoScalingGroups"]
    assert (found["MinSize"], found["MaxSize"], len(found["Instances"])) == (2, 4, 2)
    assert sorted(found["VPCZoneIdentifier"].split(",")) == sorted(subnet.id for subnet in subnets)
    assert (found["LaunchTemplate"]["LaunchTemplateId"], found["LaunchTemplate"]["Version"]) == (made.id, "1")
    assert (found["HealthCheckType"], found["HealthCheckGracePeriod"]) == ("ELB", 90)
    assert found["TerminationPolicies"] == ["OldestLaunchTemplate", "OldestInstance"]
    assert [(tag["Key"], tag["Value"], tag["PropagateAtLaunch"]) for tag in found["Tags"]] == [("Owner", "tests", True)]
    assert sorted(each["Metric"] for each in found["EnabledMetrics"]) == sorted(metrics)
    assert state.outputs["arn"] == found["AutoScalingGroupARN"]
    assert state.outputs["tags"] == tags


@LOOKS.of(POLICY)
def its_targets_of_aws_s_own_metrics_and_of_one_s_own(aws: Aws) -> None:
    state, *_ = group_of(aws)
    metric = {"namespace": "shop/Fleet", "metricName": "mem_used_percent", "statistic": "Average"}
    dimensions = [{"name": "AutoScalingGroupName", "value": state.id}]
    policies = {
        "cpu": {"predefinedMetricSpecification": {"predefinedMetricType": "ASGAverageCPUUtilization"}},
        "memory": {"customizedMetricSpecification": {**metric, "metricDimensions": dimensions}},
    }
    for name, configuration in policies.items():
        made = aws.make(
            POLICY,
            name,
            name=name,
            autoscalingGroupName=state.id,
            policyType="TargetTrackingScaling",
            targetTrackingConfiguration={"targetValue": 60, **configuration},
        )
        assert ":scalingPolicy:" in made.outputs["arn"]
    found = aws.client("autoscaling").describe_policies(AutoScalingGroupName=state.id)["ScalingPolicies"]
    told = {policy["PolicyName"]: policy["TargetTrackingConfiguration"] for policy in found}
    assert told["cpu"]["TargetValue"] == 60
    assert told["cpu"]["PredefinedMetricSpecification"]["PredefinedMetricType"] == "ASGAverageCPUUtilization"
    assert told["memory"]["CustomizedMetricSpecification"]["Dimensions"] == [
        {"Name": "AutoScalingGroupName", "Value": state.id}
    ]


@pytest.mark.parametrize("type_", sorted(LOOKS))
def test_a_type_is_found_in_aws_as_its_inputs_say(aws: Aws, type_: str) -> None:
    LOOKS[type_](aws)
