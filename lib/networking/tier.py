"""One tier of a network: its subnets, their route tables, and the ACL around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2

from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.networking.acl import Acl
from lib.networking.acl_rule import ANYWHERE, AclRule
from lib.networking.layout import ExistingVpc, TierLayout


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier as everything downstream sees it, created or adopted.

    Args:
        kind: `public`, `private` or `isolated`.
        blocks: CIDR blocks of its subnets, by zone (by subnet id where adopted).
        subnet_ids: ids of its subnets, by the same keys.
        route_table_ids: ids of the route tables that its subnets use, by a key of their own.
    """

    kind: str
    blocks: Mapping[str, str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    route_table_ids: Mapping[str, pulumi.Input[str]]

    @classmethod
    def adopted(cls, layout: TierLayout, existing: ExistingVpc) -> Tier:
        """The tier of an existing VPC; its subnets and route tables are known by their ids."""
        return cls(
            kind=layout.kind,
            blocks=layout.blocks,
            subnet_ids={subnet: subnet for subnet in layout.blocks},
            route_table_ids={table: table for table in existing.route_tables[layout.name]},
        )


@dataclass(frozen=True, slots=True)
class WayOut:
    """The gateway that a route table's default route leads to: an internet gateway or a NAT gateway, by id."""

    gateway_id: pulumi.Input[str] | None = None
    nat_gateway_id: pulumi.Input[str] | None = None


class TierSubnets(Component):
    """The subnets of a tier that is created, one a zone.

    There is one route table for the whole tier, or one for each zone where the zones' ways out differ.

    Args:
        name: `<network>-<tier>`, also the scope of its names.
        layout: kind, and blocks by zone.
        env: environment of the stack.
        vpc_id: the VPC; of its last block's association where there are secondary blocks, so that they are there.
        ways_out: default route by zone; under `""` one that all zones share; empty for none.
        acl_rules: rules of the tier's ACL.
    """

    tier: Tier

    def __init__(
        self,
        name: str,
        layout: TierLayout,
        env: Environment,
        *,
        vpc_id: pulumi.Input[str],
        ways_out: Mapping[str, WayOut],
        acl_rules: Sequence[AclRule],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:networking:TierSubnets", name, opts)
        subnets = {zone: self._subnet(f"{name}-{zone}", zone, layout, env, vpc_id) for zone in layout.blocks}
        tables = {
            key: self._route_table("-".join(filter(None, (name, key))), env, vpc_id)
            for key in (layout.blocks if set(ways_out) - {""} else [""])
        }
        for zone, subnet in subnets.items():
            ec2.RouteTableAssociation(
                f"{name}-{zone}",
                subnet_id=subnet.id,
                route_table_id=tables[zone if zone in tables else ""].id,
                opts=self.child(),
            )
        for key, way_out in ways_out.items():
            ec2.Route(
                "-".join(filter(None, (name, key, "internet"))),
                route_table_id=tables[key].id,
                destination_cidr_block=ANYWHERE,
                gateway_id=way_out.gateway_id,
                nat_gateway_id=way_out.nat_gateway_id,
                opts=self.child(),
            )
        subnet_ids = {zone: subnet.id for zone, subnet in subnets.items()}
        Acl(name, env, vpc_id=vpc_id, subnet_ids=subnet_ids, rules=acl_rules, opts=self.child())
        self.tier = Tier(
            kind=layout.kind,
            blocks=layout.blocks,
            subnet_ids=subnet_ids,
            route_table_ids={key: table.id for key, table in tables.items()},
        )
        self.register_outputs({"subnet_ids": subnet_ids})

    def _subnet(
        self, name: str, zone: str, layout: TierLayout, env: Environment, vpc_id: pulumi.Input[str]
    ) -> ec2.Subnet:
        return ec2.Subnet(
            name,
            vpc_id=vpc_id,
            cidr_block=layout.blocks[zone],
            availability_zone=zone,
            # Even in a public tier: what needs a public address (NAT gateway, load balancer) brings its own (EC2.15).
            map_public_ip_on_launch=False,
            tags=env.tags("Subnet", env.names.of(name), layout.kind),
            opts=self.child(),
        )

    def _route_table(self, name: str, env: Environment, vpc_id: pulumi.Input[str]) -> ec2.RouteTable:
        return ec2.RouteTable(
            name, vpc_id=vpc_id, tags=env.tags("RouteTable", env.names.of(name, "rt")), opts=self.child()
        )
