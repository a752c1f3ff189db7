"""NAT gateways: the way out of private tiers."""

from collections.abc import Mapping

import pulumi
from pulumi_aws import ec2

from lib.foundation.component import Component
from lib.foundation.environment import Environment


class NatGateways(Component):
    """A NAT gateway with its own Elastic IP in each of the given public subnets.

    Args:
        name: the network's name.
        env: environment of the stack.
        subnet_ids: public subnets to stand in, by zone.
        internet_gateway: the VPC's internet gateway.
    """

    ids: Mapping[str, pulumi.Output[str]]

    def __init__(
        self,
        name: str,
        env: Environment,
        *,
        subnet_ids: Mapping[str, pulumi.Input[str]],
        internet_gateway: ec2.InternetGateway,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:networking:NatGateways", name, opts)
        self.ids = {
            zone: self._gateway(f"{name}-nat-{zone}", env, subnet_id, internet_gateway)
            for zone, subnet_id in subnet_ids.items()
        }
        self.register_outputs({"ids": self.ids})

    def _gateway(
        self, name: str, env: Environment, subnet_id: pulumi.Input[str], internet_gateway: ec2.InternetGateway
    ) -> pulumi.Output[str]:
        # AWS maps a public address, and lets a NAT gateway work, only once the VPC has its internet gateway.
        attached = [internet_gateway]
        address = ec2.Eip(
            name,
            domain="vpc",
            tags=env.tags("ElasticIp", env.names.of(name, "eip")),
            opts=self.child(depends_on=attached),
        )
        gateway = ec2.NatGateway(
            name,
            allocation_id=address.allocation_id,
            subnet_id=subnet_id,
            tags=env.tags("NatGateway", env.names.of(name)),
            opts=self.child(depends_on=attached),
        )
        return gateway.id
