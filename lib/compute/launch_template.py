"""How the instances of a fleet are launched."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_aws import ec2

from lib.args.fleet import FleetArgs
from lib.compute.instance_profile import InstanceProfile
from lib.compute.site import Site
from lib.foundation.component import Component
from lib.foundation.environment import Environment

# What a launch makes beside the instance; provider tags reach the template alone, so each is tagged here.
LAUNCHED = {"instance": "Instance", "volume": "Volume", "network-interface": "NetworkInterface"}


class LaunchTemplate(Component):
    """The launch template of a fleet.

    Instances have no public address and no SSH key, an encrypted volume, and metadata by IMDSv2 for themselves alone:
    a container or proxy on them is a hop further.

    Args:
        name: the fleet's name.
        args: its settings.
        env: environment of the stack.
        site: where it lives.
        profile: what its instances may do.
        user_data: what they do at their first start, in Base64.
        volume_key_arn: customer key that Auto Scaling may use for volumes.
        common_tags: the tags that everything of the stack bears.
    """

    id: pulumi.Output[str]
    version: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: FleetArgs,
        env: Environment,
        site: Site,
        *,
        profile: InstanceProfile,
        user_data: pulumi.Input[str],
        volume_key_arn: pulumi.Input[str],
        common_tags: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:compute:LaunchTemplate", name, opts)
        template_name = env.names.fleet(name)
        template = ec2.LaunchTemplate(
            name,
            name=template_name,
            description=f"Instances of fleet {name}",
            # The parameter is looked up at each launch, so an image that is published is no change of the template.
            image_id=args.image if args.image_is_pinned else f"resolve:ssm:{args.image}",
            instance_type=args.instance_type,
            iam_instance_profile={"arn": profile.arn},
            metadata_options={
                "http_endpoint": "enabled",
                "http_tokens": "required",
                "http_put_response_hop_limit": 1,
                "instance_metadata_tags": "disabled",
            },
            monitoring={"enabled": True},
            network_interfaces=[
                {
                    "device_index": 0,
                    "associate_public_ip_address": "false",
                    "delete_on_termination": "true",
                    "security_groups": [site.security_group_id],
                }
            ],
            block_device_mappings=[
                {
                    "device_name": args.root_device,
                    "ebs": {
                        "volume_type": "gp3",
                        "volume_size": args.volume_gib,
                        "encrypted": "true",
                        "kms_key_id": volume_key_arn,
                        "delete_on_termination": "true",
                    },
                }
            ],
            instance_initiated_shutdown_behavior="terminate",
            user_data=user_data,
            tag_specifications=[
                {"resource_type": kind, "tags": {**common_tags, **env.tags(type_, template_name)}}
                for kind, type_ in LAUNCHED.items()
            ],
            update_default_version=True,
            tags=env.tags("LaunchTemplate", template_name),
            opts=self.child(),
        )
        self.id = template.id
        self.version = template.latest_version.apply(str)
        self.register_outputs({"id": self.id, "version": self.version})
