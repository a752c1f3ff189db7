"""Security groups of a network and their rules, all of which come from grants."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_aws import ec2, vpc

from lib.args.network import NetworkArgs
from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.networking.grants import ENDPOINTS, Access, GroupRule


class SecurityGroups(Component):
    """One security group for each tier, workload and set of endpoints that a grant names.

    Args:
        name: the network's name.
        args: the network's settings.
        access: what the grants lead to in this network.
        env: environment of the stack.
        vpc_id: the VPC.
    """

    ids: Mapping[str, pulumi.Output[str]]

    def __init__(
        self,
        name: str,
        args: NetworkArgs,
        access: Access,
        env: Environment,
        *,
        vpc_id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:networking:SecurityGroups", name, opts)
        self._network = name
        groups = {
            group: ec2.SecurityGroup(
                f"{name}-{group}",
                name=env.names.security_group(name, group),
                description=_description(name, group, args),
                vpc_id=vpc_id,
                tags=env.tags("SecurityGroup", env.names.security_group(name, group)),
                opts=self.child(),
            )
            for group in sorted(access.groups)
        }
        self.ids = {group: made.id for group, made in groups.items()}
        self.register_outputs({"ids": self.ids})

    def allow(self, access: Access, env: Environment, prefix_list_ids: Mapping[str, pulumi.Output[str]]) -> None:
        """Make the rules.

        Args:
            access: what the grants lead to in this network.
            env: environment of the stack.
            prefix_list_ids: prefix lists of the gateway endpoints, by service.
        """
        for rule in sorted(access.group_rules, key=lambda rule: rule.key):
            self._rule(rule, env, prefix_list_ids)

    def _rule(self, rule: GroupRule, env: Environment, prefix_list_ids: Mapping[str, pulumi.Output[str]]) -> None:
        make = vpc.SecurityGroupEgressRule if rule.egress else vpc.SecurityGroupIngressRule
        name = f"{self._network}-{rule.key}"
        make(
            name,
            security_group_id=self.ids[rule.group],
            ip_protocol=rule.protocol,
            from_port=rule.port,
            to_port=rule.port,
            cidr_ipv4=rule.cidr,
            referenced_security_group_id=self.ids[rule.peer_group] if rule.peer_group else None,
            prefix_list_id=prefix_list_ids[rule.service] if rule.service else None,
            description=rule.description,
            tags=env.tags("SecurityGroupRule", env.names.of(name)),
            opts=self.child(),
        )


def _description(network: str, group: str, args: NetworkArgs) -> str:
    """What wears the group. Fixed for a tier, since another description means another group to AWS."""
    if group in args.security_groups:
        return args.security_groups[group].description
    return f"Interface endpoints of network {network}" if group == ENDPOINTS else f"Tier {group} of network {network}"
