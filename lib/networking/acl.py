"""The network ACL of a tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws import ec2

from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.networking.acl_rule import AclRule, numbered


class Acl(Component):
    """An ACL, its rules, and the subnets that it guards; whatever no rule allows is denied.

    Args:
        name: `<network>-<tier>`.
        env: environment of the stack.
        vpc_id: the VPC.
        subnet_ids: subnets to guard, by zone.
        rules: the rules; their numbers follow from their content.
    """

    def __init__(
        self,
        name: str,
        env: Environment,
        *,
        vpc_id: pulumi.Input[str],
        subnet_ids: Mapping[str, pulumi.Input[str]],
        rules: Sequence[AclRule],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:networking:Acl", name, opts)
        acl = ec2.NetworkAcl(
            name, vpc_id=vpc_id, tags=env.tags("NetworkAcl", env.names.of(name, "acl")), opts=self.child()
        )
        for rule, number in numbered(rules).items():
            ec2.NetworkAclRule(
                f"{name}-{rule.key}",
                network_acl_id=acl.id,
                rule_number=number,
                egress=rule.egress,
                protocol=rule.protocol,
                rule_action=rule.action,
                cidr_block=rule.cidr,
                from_port=rule.from_port,
                to_port=rule.to_port,
                opts=self.child(),
            )
        for zone, subnet_id in subnet_ids.items():
            ec2.NetworkAclAssociation(f"{name}-{zone}", network_acl_id=acl.id, subnet_id=subnet_id, opts=self.child())
        self.register_outputs({})
