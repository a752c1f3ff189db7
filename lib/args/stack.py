"""`TapStackArgs`: everything a TapStack is made from."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, StrictStr

from lib.args.monitoring import MonitoringArgs, ProtectionArgs
from lib.args.network import NetworkArgs
from lib.args.peering import MeshArgs, PeeringArgs
from lib.args.scalars import Name, Region
from lib.args.section import Section

Profile = Literal["dev", "prod"]


class TapStackArgs(Section):
    """Validated settings of one stack."""

    environment_suffix: StrictStr = Field(description="Part of every name, so that stacks live side by side.")
    tags: Mapping[StrictStr, StrictStr] = Field(description="Common tags.", min_length=1)
    environment: StrictStr = Field(default="dev", description="Environment the stack belongs to.")
    profile: Profile | None = Field(default=None, description="dev: can always be destroyed; prod: protects data.")
    blueprint: StrictStr = Field(default="", description="Blueprint the settings came from.")
    application: Name = Field(
        default="tapstack", description="Name of the application; stands before names unique in the account."
    )
    compliance: StrictStr = Field(default="none", description="Compliance regime, as a tag.")
    region: Region = Field(default="us-east-1", description="Region of whatever names none.")
    aws: Mapping[str, Any] = Field(
        default_factory=dict[str, Any], description="Further arguments of every AWS provider."
    )
    protection: ProtectionArgs = Field(description="What protects data; defaults by profile.")
    networks: Mapping[Name, NetworkArgs] = Field(
        default_factory=dict[Name, NetworkArgs], description="Networks by name."
    )
    peerings: Mapping[Name, PeeringArgs] = Field(
        default_factory=dict[Name, PeeringArgs], description="Peerings by name."
    )
    meshes: Mapping[Name, MeshArgs] = Field(default_factory=dict[Name, MeshArgs], description="Meshes by name.")
    monitoring: MonitoringArgs = Field(default=MonitoringArgs(), description="What watches over the stack.")
