"""Rules on instances, launch templates and Auto Scaling groups."""

from collections.abc import Iterable

from policy.resource import Resource
from policy.rule import Rule, control
from policy.stack import Stack
from policy.zones import zones

TEMPLATE, INSTANCE, GROUP = "ec2:LaunchTemplate", "ec2:Instance", "autoscaling:Group"
YES = (True, "true")


def _metadata_needs_a_token(resource: Resource, _: Stack) -> Iterable[str]:
    if resource.get("metadataOptions", "httpEndpoint") == "disabled":
        return
    if resource.get("metadataOptions", "httpTokens") != "required":
        yield "hands out instance metadata without a token (metadataOptions.httpTokens is not 'required')"
    if resource.get("metadataOptions", "httpPutResponseHopLimit") != 1:
        yield "hands out instance metadata beyond the instance (metadataOptions.httpPutResponseHopLimit is not 1)"


def _has_no_public_address(resource: Resource, _: Stack) -> Iterable[str]:
    given = [resource.get("associatePublicIpAddress") if resource.kind == INSTANCE else None]
    given += [part.get("associatePublicIpAddress") for part in resource.all("networkInterfaces")]
    if any(each in YES for each in given):
        yield "gives instances a public address"


def _volumes_are_encrypted(resource: Resource, _: Stack) -> Iterable[str]:
    if resource.kind == TEMPLATE:
        mappings = [part for part in resource.all("blockDeviceMappings") if part.get("ebs")]
        if not mappings:
            yield "maps no volume, so that encryption is left to the image and the account"
        for part in mappings:
            if part.get("ebs", "encrypted") not in YES:
                yield f"has volume {part.get('deviceName')} unencrypted"
    elif resource.kind == INSTANCE:
        for part in (*resource.all("rootBlockDevice"), *resource.all("ebsBlockDevices")):
            if part.get("encrypted") not in YES:
                yield f"has volume {part.get('deviceName') or 'root'} unencrypted"
        if not resource.get("rootBlockDevice"):
            yield "maps no root volume, so that encryption is left to the image and the account"
    elif resource.get("encrypted") not in YES:
        yield "is unencrypted"


def _health_is_the_load_balancers(group: Resource, stack: Stack) -> Iterable[str]:
    behind = (
        group.get("targetGroupArns")
        or group.get("loadBalancers")
        or group.get("trafficSources")
        or stack.referring(group, "autoscaling:Attachment", "autoscalingGroupName")
        or stack.referring(group, "autoscaling:TrafficSourceAttachment", "autoscalingGroupName")
    )
    if behind and group.get("healthCheckType") != "ELB":
        yield "is behind a load balancer, and keeps what that finds unhealthy"


def _group_spans_zones(group: Resource, stack: Stack) -> Iterable[str]:
    if max(zones(group, stack, "vpcZoneIdentifiers"), zones(group, stack, "availabilityZones")) < 2:
        yield "is in one zone"


RULES = (
    Rule(
        id="EC2.8",
        title="Instance metadata needs a token, and stays on the instance.",
        kinds=(TEMPLATE, INSTANCE),
        check=_metadata_needs_a_token,
        remedy="Set metadataOptions: httpTokens required, httpPutResponseHopLimit 1.",
        document=control("EC2.8"),
        also=("EC2.170", "CKV_AWS_79", "CKV_AWS_341", "ec2_launch_template_imdsv2_required"),
    ),
    Rule(
        id="EC2.25",
        title="Instances get no public address.",
        kinds=(TEMPLATE, INSTANCE),
        check=_has_no_public_address,
        remedy="Leave associatePublicIpAddress off; load balancers face the internet.",
        document=control("EC2.25"),
        also=("EC2.9", "CKV_AWS_88", "ec2_launch_template_no_public_ip"),
    ),
    Rule(
        id="EC2.3",
        title="Volumes are encrypted.",
        kinds=(TEMPLATE, INSTANCE, "ebs:Volume"),
        check=_volumes_are_encrypted,
        remedy="Map every volume, the root volume included, with encrypted true.",
        document=control("EC2.3"),
        also=("EC2.7", "CKV_AWS_3", "CKV_AWS_8", "ec2_ebs_volume_encryption"),
    ),
    Rule(
        id="AutoScaling.1",
        title="A group behind a load balancer replaces what that finds unhealthy.",
        kinds=(GROUP,),
        check=_health_is_the_load_balancers,
        remedy="Set healthCheckType to ELB.",
        document=control("AutoScaling.1"),
        also=("CKV2_AWS_15", "autoscaling_group_elb_health_check_enabled"),
    ),
    Rule(
        id="AutoScaling.2",
        title="A group spans two zones or more.",
        kinds=(GROUP,),
        check=_group_spans_zones,
        remedy="Give it subnets in two zones or more.",
        document=control("AutoScaling.2"),
        also=("autoscaling_group_multiple_az",),
    ),
)
