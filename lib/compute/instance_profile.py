"""What the instances of a fleet may do."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_aws import iam

from lib.compute.site import Site
from lib.foundation.component import Component
from lib.foundation.environment import Environment, partition
from lib.foundation.permissions import open_sessions, publish_metrics, read_parameters, use_key
from lib.foundation.policies import Statement, identity_policy, resource_policy, write_to_log_group


class InstanceProfile(Component):
    """The role of a fleet's instances, in the profile that hands it to them.

    It reads the stack's own parameters, writes one log group and one namespace of metrics, and lets operators open
    sessions; whatever else it may comes from what the fleet uses.

    Args:
        name: the fleet's name.
        env: environment of the stack.
        site: where the fleet lives.
        log_group_arn: its log group.
        namespace: namespace of its metrics.
        allow: what it may do besides.
    """

    arn: pulumi.Output[str]
    # A new role can do nothing until its policy is there; whatever uses the profile waits for it.
    policy: iam.RolePolicy

    def __init__(
        self,
        name: str,
        env: Environment,
        site: Site,
        *,
        log_group_arn: pulumi.Input[str],
        namespace: str,
        allow: Sequence[Statement],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:compute:InstanceProfile", name, opts)
        # A role can be passed to EC2 within its own account only, so its trust needs no condition on the source.
        trust = Statement(actions=["sts:AssumeRole"], services=["ec2.amazonaws.com"])
        role = iam.Role(
            name,
            assume_role_policy=resource_policy([trust]),
            tags=env.tags("Role", env.names.of(name, "fleet")),
            opts=self.child(),
        )
        path = env.names.path("*")
        statements = [
            read_parameters([f"arn:{partition(site.region)}:ssm:{site.region}:{env.account_id}:parameter{path}"]),
            use_key(site.data_key_arn, service="ssm", region=site.region),
            write_to_log_group(log_group_arn),
            publish_metrics(namespace),
            open_sessions(),
            *allow,
        ]
        self.policy = iam.RolePolicy(name, role=role.id, policy=identity_policy(statements), opts=self.child())
        profile = iam.InstanceProfile(
            name, role=role.name, tags=env.tags("InstanceProfile", env.names.of(name, "fleet")), opts=self.child()
        )
        self.arn = profile.arn
        self.register_outputs({"arn": self.arn})
