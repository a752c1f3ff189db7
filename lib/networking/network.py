"""A network: a VPC with its tiers, created or adopted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network
from typing import Any

import pulumi
from pulumi_aws import ec2, rds

from lib.args.network import NetworkArgs
from lib.args.placement import Place
from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.networking.endpoints import Endpoints
from lib.networking.flow_logs import FlowLogs, flow_logs_of
from lib.networking.grants import ENDPOINTS, Access
from lib.networking.layout import ExistingVpc, Layout
from lib.networking.nat import REGIONAL, NatGateways
from lib.networking.security import SecurityGroups
from lib.networking.tier import Tier, TierSubnets, WayOut
from lib.networking.tiers import GATEWAY_SERVICES, endpoint_tier, interface_services, workload_tier


class Network(Component):
    """A VPC with its tiers; downstream nothing tells a created one from an adopted one.

    Of an adopted network nothing is changed but what the settings ask to be added: security groups, endpoints, flow
    logs, routes to peers. Its subnets, gateways and ACLs stay its owner's.

    Args:
        name: the network's name, scope of all its names.
        args: its settings.
        layout: its zones and blocks, or what exists of it.
        access: what the grants lead to in it.
        env: environment of the stack.
        logs_key_arn: customer key for its flow logs, of its own account; None where it has none.
    """

    region: str
    place: Place
    account_id: str
    cidrs: tuple[str, ...]
    vpc_id: pulumi.Output[str]
    tiers: Mapping[str, Tier]
    security_group_ids: Mapping[str, pulumi.Output[str]]
    nat_gateway_ids: Mapping[str, pulumi.Output[str]]
    outputs: Mapping[str, pulumi.Input[Any]]

    def __init__(
        self,
        name: str,
        args: NetworkArgs,
        layout: Layout,
        access: Access,
        env: Environment,
        *,
        logs_key_arn: pulumi.Input[str] | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:networking:Network", name, opts)
        self.name = name
        self.region = layout.region
        self.place = Place(layout.region, args.role_arn)
        self.cidrs = layout.cidrs
        self._args = args
        self._env = env.within(self.place)
        self.account_id = self._env.account_id
        self.nat_gateway_ids = {}
        if layout.existing:
            self._adopt(layout, layout.existing)
        else:
            self._create(layout, access)
        self._guard(access)
        self._log(logs_key_arn)
        self._database_subnet_group()
        self.outputs = self._outputs()
        self.register_outputs(dict(self.outputs))

    def route_tables(self, tiers: Iterable[str]) -> dict[str, pulumi.Input[str]]:
        """The route tables of some tiers, each once, by a key made of tier and zone (or table id) for logical names."""
        found: dict[str, pulumi.Input[str]] = {}
        for tier in tiers:
            for key, table in self.tiers[tier].route_table_ids.items():
                if table not in found.values():
                    found["-".join(filter(None, (tier, key)))] = table
        return found

    def _adopt(self, layout: Layout, existing: ExistingVpc) -> None:
        self.vpc_id = pulumi.Output.from_input(existing.vpc_id)
        self.tiers = {tier: Tier.adopted(blocks, existing) for tier, blocks in layout.tiers.items()}

    def _create(self, layout: Layout, access: Access) -> None:
        vpc = self._vpc(layout.cidrs[0])
        self.vpc_id = vpc.id
        vpc_with_blocks = self._with_blocks(vpc, layout.cidrs[1:])
        internet = self._internet_gateway(vpc) if self._leads_out(layout) else None
        made: dict[str, Tier] = {}
        # Public tiers first: the NAT gateways of the private ones stand in them.
        for kind in ("public", "private", "isolated"):
            tiers = layout.of_kind(kind)
            ways_out: Mapping[str, WayOut] = {}
            if tiers and internet:
                ways_out = self._ways_out(kind, layout, made, internet)
            for tier, blocks in tiers.items():
                made[tier] = TierSubnets(
                    f"{self.name}-{tier}",
                    blocks,
                    self._env,
                    vpc_id=vpc_with_blocks,
                    ways_out=ways_out,
                    acl_rules=access.acl(tier),
                    opts=self.child(),
                ).tier
        self.tiers = {tier: made[tier] for tier in sorted(made)}

    def _vpc(self, cidr: str) -> ec2.Vpc:
        vpc = ec2.Vpc(
            f"{self.name}-vpc",
            cidr_block=cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=self._tags("Vpc", "vpc"),
            opts=self.child(),
        )
        ec2.DefaultSecurityGroup(
            f"{self.name}-default",
            vpc_id=vpc.id,
            ingress=[],
            egress=[],
            tags=self._tags("SecurityGroup", "default", "emptied"),
            opts=self.child(),
        )
        return vpc

    def _with_blocks(self, vpc: ec2.Vpc, cidrs: Iterable[str]) -> pulumi.Output[str]:
        """The VPC's id, known only when these further blocks are associated with it."""
        vpc_id = vpc.id
        for cidr in cidrs:
            vpc_id = ec2.VpcIpv4CidrBlockAssociation(
                f"{self.name}-{cidr.replace('/', '-')}", vpc_id=vpc_id, cidr_block=cidr, opts=self.child()
            ).vpc_id
        return vpc_id

    def _leads_out(self, layout: Layout) -> bool:
        """Whether the VPC has an internet gateway: for its public tiers, and for a NAT gateway without any."""
        return bool(layout.of_kind("public")) or self._args.nat == REGIONAL

    def _internet_gateway(self, vpc: ec2.Vpc) -> ec2.InternetGateway:
        return ec2.InternetGateway(
            f"{self.name}-igw", vpc_id=vpc.id, tags=self._tags("InternetGateway", "igw"), opts=self.child()
        )

    def _ways_out(
        self, kind: str, layout: Layout, made: Mapping[str, Tier], internet: ec2.InternetGateway
    ) -> Mapping[str, WayOut]:
        """Default routes of the tiers of a kind: by zone, or under `""` one for all."""
        if kind == "public":
            return {"": WayOut(gateway_id=internet.id)}
        if kind == "isolated" or self._args.nat in (None, "none"):
            return {}
        self.nat_gateway_ids = NatGateways(
            self.name,
            self._env,
            vpc_id=self.vpc_id,
            subnet_ids=self._nat_subnets(layout, made) if self._args.nat != REGIONAL else {},
            internet_gateway=internet,
            opts=self.child(),
        ).ids
        ways_out = {zone: WayOut(nat_gateway_id=gateway) for zone, gateway in self.nat_gateway_ids.items()}
        return ways_out if self._args.nat == "per-zone" else {"": next(iter(ways_out.values()))}

    def _nat_subnets(self, layout: Layout, made: Mapping[str, Tier]) -> Mapping[str, pulumi.Input[str]]:
        """The public subnets that NAT gateways stand in, by zone."""
        # The first zone written: zones appended later leave a single gateway where it is.
        zones = layout.zones if self._args.nat == "per-zone" else layout.zones[:1]
        public = layout.of_kind("public")
        lowest = min(public, key=lambda tier: IPv4Network(public[tier].blocks[zones[0]]))
        return {zone: made[lowest].subnet_ids[zone] for zone in zones}

    def _guard(self, access: Access) -> None:
        """Security groups, endpoints, and the rules, which may name a gateway endpoint's prefix list."""
        groups = SecurityGroups(self.name, self._args, access, self._env, vpc_id=self.vpc_id, opts=self.child())
        self.security_group_ids = groups.ids
        interfaces = interface_services(self._args)
        gateways = sorted(set(self._args.endpoints) & set(GATEWAY_SERVICES))
        home = self.tiers[endpoint_tier(self._args) or ""] if interfaces else None
        inner = [name for name, tier in self.tiers.items() if tier.kind != "public"]
        prefix_lists: Mapping[str, pulumi.Output[str]] = {}
        if self._args.endpoints:
            prefix_lists = Endpoints(
                self.name,
                self._env,
                region=self.region,
                account_id=self.account_id,
                vpc_id=self.vpc_id,
                gateways=gateways,
                interfaces=interfaces,
                route_table_ids=list(self.route_tables(inner).values()),
                subnet_ids=list(home.subnet_ids.values()) if home else [],
                security_group_id=groups.ids.get(ENDPOINTS),
                opts=self.child(),
            ).prefix_list_ids
        groups.allow(access, self._env, prefix_lists)

    def _log(self, key_arn: pulumi.Input[str] | None) -> None:
        args = flow_logs_of(self._args)
        if args is None or key_arn is None:
            return
        FlowLogs(
            self.name,
            self._env,
            destination=args.destination,
            retention_days=args.retention_days or self._env.protection.log_retention_days,
            region=self.region,
            vpc_id=self.vpc_id,
            key_arn=key_arn,
            opts=self.child(),
        )

    def _database_subnet_group(self) -> None:
        self._database_group: rds.SubnetGroup | None = None
        if tier := self._args.database_subnet_group:
            name = self._env.names.db_subnet_group(self.name)
            self._database_group = rds.SubnetGroup(
                f"{self.name}-database",
                name=name,
                description=f"Tier {tier} of network {self.name}",
                subnet_ids=list(self.tiers[tier].subnet_ids.values()),
                tags=self._env.tags("DbSubnetGroup", name),
                opts=self.child(),
            )

    @property
    def database_subnet_group_name(self) -> pulumi.Output[str] | None:
        """Name of the network's RDS subnet group; None where it has none."""
        return self._database_group.name if self._database_group else None

    def _tags(self, resource_type: str, type_: str, purpose: str | None = None) -> dict[str, str]:
        return self._env.tags(resource_type, self._env.names.of(self.name, type_), purpose)

    def _outputs(self) -> dict[str, pulumi.Input[Any]]:
        """The network's outputs, without its name as prefix."""
        tiers = {
            **{f"{tier}_subnet_ids": list(made.subnet_ids.values()) for tier, made in self.tiers.items()},
            **{f"{tier}_route_table_ids": list(made.route_table_ids.values()) for tier, made in self.tiers.items()},
        }
        groups = {f"{group}_security_group_id": group_id for group, group_id in self.security_group_ids.items()}
        own = workload_tier(self._args)
        return {
            "vpc_id": self.vpc_id,
            "vpc_cidr": self.cidrs[0],
            "region": self.region,
            **tiers,
            **groups,
            **({"security_group_id": self.security_group_ids[own]} if own else {}),
            **({"nat_gateway_ids": list(self.nat_gateway_ids.values())} if self.nat_gateway_ids else {}),
            **({"db_subnet_group_name": self._database_group.name} if self._database_group else {}),
        }
