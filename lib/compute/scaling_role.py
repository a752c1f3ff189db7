"""The service-linked role of a stack's fleets."""

from __future__ import annotations

import pulumi
from pulumi_aws import iam

from lib.foundation.component import Component
from lib.foundation.environment import Environment


class ScalingRole(Component):
    """A service-linked role of EC2 Auto Scaling of the stack's own.

    The account's default one may be there or not: a key policy that names it is refused where it is not, and a stack
    that made it would clash where it is. With a suffix there can be several, and a key can let in one alone.
    Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html.

    Args:
        name: logical name.
        env: environment of the stack.
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, env: Environment, *, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tap:compute:ScalingRole", name, opts)
        suffix = env.names.scaling_role_suffix()
        role = iam.ServiceLinkedRole(
            name,
            aws_service_name="autoscaling.amazonaws.com",
            custom_suffix=suffix,
            description=f"Launches the instances of the fleets of {suffix}",
            tags=env.tags("ServiceLinkedRole", suffix),
            opts=self.child(),
        )
        self.arn = role.arn
        self.register_outputs({"arn": self.arn})
