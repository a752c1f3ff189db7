"""Settings of a network: a VPC with its tiers, created or adopted."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from lib.args.grant import GrantArgs
from lib.args.scalars import (
    ONE_OR_MANY,
    Cidr,
    EndpointService,
    GroupDescription,
    Name,
    Region,
    RoleArn,
    SubnetId,
    VpcCidr,
    VpcId,
    Zones,
)
from lib.args.section import Section

TierKind = Literal["public", "private", "isolated"]


class TierArgs(Section):
    """One tier of a network: a subnet in each of its zones."""

    kind: TierKind = Field(
        default="private",
        description="public: routed to the internet gateway; private: to the NAT gateway, if there is one; "
        "isolated: never to the internet.",
    )
    slot: Annotated[StrictInt, Field(ge=0, le=7)] | None = Field(
        default=None, description="Place in each zone's grid, 0 to 7. Default: public 0, private 1, isolated 2."
    )
    cidrs: Annotated[tuple[Cidr, ...], ONE_OR_MANY] | None = Field(
        default=None,
        description="Explicit blocks, one a zone in the order of `zones`, taken as they are. "
        "In an adopted network: the blocks of the existing subnets that make up the tier.",
    )
    prefix: Annotated[StrictInt, Field(ge=16, le=28)] | None = Field(
        default=None, description="Prefix length of the tier's subnets, where smaller ones than the slot are wanted."
    )
    subnet_ids: Annotated[tuple[SubnetId, ...], ONE_OR_MANY] | None = Field(
        default=None, description="Existing subnets that make up the tier; adopted networks only."
    )


class FlowLogsArgs(Section):
    """Record of all traffic of a network."""

    destination: Literal["cloudwatch", "s3"] = Field(default="cloudwatch", description="Where the records go.")
    retention_days: Annotated[StrictInt, Field(ge=1, le=3653)] | None = Field(
        default=None, description="Days to keep the records. Default: `protection.log_retention_days`."
    )


class SecurityGroupArgs(Section):
    """A named security group, for a workload that needs rules of its own beside its tier's."""

    description: GroupDescription = Field(description="What wears the group.")
    tier: Name | None = Field(
        default=None,
        description="Tier whose subnets hold the wearers; its ACL gets the group's grants. Default: every tier's does.",
    )


class NetworkArgs(Section):
    """A VPC, created from a CIDR block or adopted by its id."""

    region: Region | None = Field(default=None, description="Region of the VPC. Default: the stack's region.")
    cidr: VpcCidr | None = Field(
        default=None,
        description="IPv4 block of the VPC, /16 to /24. With `vpc_id`: the block that the VPC is expected to have.",
    )
    secondary_cidrs: Annotated[tuple[VpcCidr, ...], ONE_OR_MANY] = Field(
        default=(), description="Further blocks, for tiers with explicit `cidrs`."
    )
    zones: Zones | None = Field(
        default=None,
        description="How many availability zones (the first by name), or their names. "
        "Default: as many as the longest `cidrs` list of a tier, else 2.",
    )
    primary: StrictBool = Field(
        default=False, description="Also export this network's outputs without its name as prefix."
    )
    workload: Name | None = Field(
        default=None,
        description="Tier whose security group is the network's own. Default: its only tier, or its only private one.",
    )
    vpc_id: VpcId | None = Field(default=None, description="Existing VPC to adopt instead of creating one.")
    role_arn: RoleArn | None = Field(
        default=None,
        description="Role to assume where the VPC belongs to another account: all of the network is made there, its "
        "key, its logs, its topic and its alarms too. Networks of one account share one role.",
    )
    tiers: Mapping[Name, TierArgs] = Field(description="Tiers by name.", min_length=1)
    nat: Literal["none", "single", "per-zone", "regional"] | None = Field(
        default=None,
        description="NAT gateways for the private tiers. single and per-zone need a public tier; regional is one "
        "gateway that AWS extends to the zones of the workloads, and needs none. A change from one to another gives "
        "other public addresses and cuts what is connected. Default: none.",
    )
    flow_logs: FlowLogsArgs | None = Field(
        default=None, description="Flow logs. Default: to CloudWatch for a created network, none for an adopted one."
    )
    endpoints: Annotated[tuple[EndpointService, ...], ONE_OR_MANY] = Field(
        default=(),
        description="VPC endpoints by service: s3 and dynamodb are gateway endpoints, all others interface endpoints.",
    )
    endpoint_tier: Name | None = Field(
        default=None,
        description="Tier that the interface endpoints live in. Default: the private tier of the lowest slot.",
    )
    database_subnet_group: Name | None = Field(default=None, description="Tier to make an RDS subnet group of.")
    security_groups: Mapping[Name, SecurityGroupArgs] = Field(
        default_factory=dict[Name, SecurityGroupArgs], description="Named security groups; share the tiers' namespace."
    )
    allow: tuple[GrantArgs, ...] = Field(default=(), description="Grants inside the network.")
