"""NAT gateways: the way out of private tiers."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_aws import ec2

from lib.foundation.component import Component
from lib.foundation.environment import Environment

# The key of a gateway that stands in no zone.
REGIONAL = "regional"


class NatGateways(Component):
    """A NAT gateway with its own Elastic IP in each of the given public subnets, or a regional one for the whole VPC.

    A regional one follows the workloads into their zones, and AWS gives it addresses and a route table of its own, so
    it needs no subnet; nor does its traffic pass any public tier's ACL.

    Sources: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html,
    https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html.

    Args:
        name: the network's name.
        env: environment of the stack.
        vpc_id: the VPC.
        subnet_ids: public subnets to stand in, by zone; none for a regional gateway.
        internet_gateway: the VPC's internet gateway.
    """

    ids: Mapping[str, pulumi.Output[str]]

    def __init__(
        self,
        name: str,
        env: Environment,
        *,
        vpc_id: pulumi.Input[str],
        subnet_ids: Mapping[str, pulumi.Input[str]],
        internet_gateway: ec2.InternetGateway,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:networking:NatGateways", name, opts)
        # AWS maps a public address, and lets a NAT gateway work, only once the VPC has its internet gateway.
        self._attached = [internet_gateway]
        self.ids = {
            zone: self._zonal(f"{name}-nat-{zone}", env, subnet_id) for zone, subnet_id in subnet_ids.items()
        } or {REGIONAL: self._regional(f"{name}-nat-{REGIONAL}", env, vpc_id)}
        self.register_outputs({"ids": self.ids})

    def _regional(self, name: str, env: Environment, vpc_id: pulumi.Input[str]) -> pulumi.Output[str]:
        return ec2.NatGateway(
            name,
            availability_mode="regional",
            vpc_id=vpc_id,
            tags=env.tags("NatGateway", env.names.of(name)),
            opts=self.child(depends_on=self._attached),
        ).id

    def _zonal(self, name: str, env: Environment, subnet_id: pulumi.Input[str]) -> pulumi.Output[str]:
        address = ec2.Eip(
            name,
            domain="vpc",
            tags=env.tags("ElasticIp", env.names.of(name, "eip")),
            opts=self.child(depends_on=self._attached),
        )
        gateway = ec2.NatGateway(
            name,
            allocation_id=address.allocation_id,
            subnet_id=subnet_id,
            tags=env.tags("NatGateway", env.names.of(name)),
            opts=self.child(depends_on=self._attached),
        )
        return gateway.id
