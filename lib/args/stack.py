"""`TapStackArgs`: everything a TapStack is made from."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, InstanceOf, StrictStr
from pydantic.json_schema import SkipJsonSchema

from lib.args.api import ApiArgs
from lib.args.backup import BackupArgs
from lib.args.bucket import BucketArgs
from lib.args.cache import CacheArgs
from lib.args.database import DatabaseArgs
from lib.args.environment import PROJECT, environment_of, profile_of
from lib.args.failover import FailoverArgs
from lib.args.fleet import FleetArgs
from lib.args.layers import merge
from lib.args.monitoring import MonitoringArgs, ProtectionArgs
from lib.args.network import NetworkArgs
from lib.args.peering import MeshArgs, PeeringArgs
from lib.args.policy import PolicyArgs
from lib.args.profiles import PROFILES
from lib.args.queue import QueueArgs
from lib.args.rules import LAST_RULES, RULES
from lib.args.scalars import Name, Region
from lib.args.secret import ParameterArgs, SecretArgs
from lib.args.section import Section
from lib.args.service import ServiceArgs
from lib.args.source import SourceFiles
from lib.args.table import TableArgs
from lib.args.validation import Rule

Profile = Literal["dev", "prod"]


class TapStackArgs(Section):
    """Validated settings of one stack.

    Raises:
        SettingsError: with every problem at once.
    """

    environment_suffix: StrictStr = Field(description="Part of every name, so that stacks live side by side.")
    tags: Mapping[StrictStr, StrictStr] = Field(description="Common tags, on everything that can be tagged.")
    environment: Name = Field(
        default="dev",
        description="Environment that the stack belongs to. Default: the suffix where it is an environment, else dev.",
    )
    profile: Profile = Field(
        default="dev",
        description="dev: can always be destroyed; prod: protects data. Default: prod in environment prod or "
        "production, else dev.",
    )
    blueprint: StrictStr = Field(default="", description="Blueprint that the settings came from.")
    application: Name = Field(
        default="tapstack", description="Name of the application; stands before names unique in the account."
    )
    compliance: StrictStr = Field(default="none", description="Compliance regime, as a tag.")
    region: Region = Field(default="us-east-1", description="Region of whatever names none.")
    aws: Mapping[str, Any] = Field(
        default_factory=dict[str, Any], description="Further arguments of every AWS provider."
    )
    protection: ProtectionArgs = Field(default=ProtectionArgs(), description="What protects data; defaults by profile.")
    networks: Mapping[Name, NetworkArgs] = Field(
        default_factory=dict[Name, NetworkArgs], description="Networks by name."
    )
    peerings: Mapping[Name, PeeringArgs] = Field(
        default_factory=dict[Name, PeeringArgs], description="Peerings by name."
    )
    meshes: Mapping[Name, MeshArgs] = Field(default_factory=dict[Name, MeshArgs], description="Meshes by name.")
    databases: Mapping[Name, DatabaseArgs] = Field(
        default_factory=dict[Name, DatabaseArgs], description="Databases by name."
    )
    tables: Mapping[Name, TableArgs] = Field(default_factory=dict[Name, TableArgs], description="Tables by name.")
    buckets: Mapping[Name, BucketArgs] = Field(default_factory=dict[Name, BucketArgs], description="Buckets by name.")
    secrets: Mapping[Name, SecretArgs] = Field(default_factory=dict[Name, SecretArgs], description="Secrets by name.")
    parameters: Mapping[Name, ParameterArgs] = Field(
        default_factory=dict[Name, ParameterArgs], description="Parameters by name."
    )
    services: Mapping[Name, ServiceArgs] = Field(
        default_factory=dict[Name, ServiceArgs], description="Container services by name."
    )
    fleets: Mapping[Name, FleetArgs] = Field(default_factory=dict[Name, FleetArgs], description="Fleets by name.")
    apis: Mapping[Name, ApiArgs] = Field(default_factory=dict[Name, ApiArgs], description="APIs by name.")
    caches: Mapping[Name, CacheArgs] = Field(default_factory=dict[Name, CacheArgs], description="Caches by name.")
    queues: Mapping[Name, QueueArgs] = Field(default_factory=dict[Name, QueueArgs], description="Queues by name.")
    failover: FailoverArgs | None = Field(default=None, description="One name for an API in two regions.")
    backup: BackupArgs | None = Field(default=None, description="Backups of everything that holds data.")
    monitoring: MonitoringArgs = Field(default=MonitoringArgs(), description="What watches over the stack.")
    policy: PolicyArgs = Field(default=PolicyArgs(), description="Exceptions from the security rules.")

    # No settings that anybody writes: loading hands these over, and nothing shows them.
    config_values: SkipJsonSchema[Mapping[StrictStr, Any]] = Field(
        default_factory=dict[str, Any],
        repr=False,
        exclude=True,
        description="Secret values by config key, as outputs, for what says from_config.",
    )
    files: SkipJsonSchema[InstanceOf[SourceFiles]] = Field(
        default=SourceFiles(),
        repr=False,
        exclude=True,
        description="Files of migrations and functions. Default: those of this project that the settings call for.",
    )

    rules: ClassVar[tuple[Rule, ...]] = RULES
    last_rules: ClassVar[tuple[Rule, ...]] = LAST_RULES
    stand_ins: ClassVar[Mapping[str, Any]] = {"environment_suffix": "dev", "tags": {"Owner": "nobody"}}

    @classmethod
    def completed(cls, settings: Mapping[str, Any]) -> Mapping[str, Any]:
        """The settings with environment, profile and the profile's defaults beneath what was given, and their files."""
        given = merge(settings)
        environment = given.setdefault("environment", environment_of(str(given.get("environment_suffix"))))
        profile = given.setdefault("profile", profile_of(str(environment)))
        whole = merge(PROFILES.get(str(profile), {}), given)
        # Loading makes TapStackArgs, so it can't be imported before this class exists.
        from lib.args import loading  # pylint: disable=import-outside-toplevel,cyclic-import

        return {"files": loading.source_files(whole), **whole}

    @classmethod
    def from_blueprint(
        cls, blueprint: str, *, environment_suffix: str, tags: Mapping[str, str], **parameters: Any
    ) -> "TapStackArgs":
        """The settings of a blueprint, for use from Python.

        Args:
            blueprint: its name, such as `vpc-peering`.
            environment_suffix: part of every name.
            tags: common tags; not empty.
            parameters: the blueprint's parameters (`payment_vpc_cidr="10.20.0.0/16"`), and any top-level setting,
                which is merged over the blueprint's (`networks={"payment": {"nat": "single"}}`).

        Raises:
            SettingsError: with every problem at once.
        """
        # Loading makes TapStackArgs, so it can't be imported before this class exists.
        from lib.args import loading  # pylint: disable=import-outside-toplevel,cyclic-import

        return loading.from_blueprint(blueprint, {"environment_suffix": environment_suffix, "tags": tags, **parameters})

    @property
    def common_tags(self) -> dict[str, str]:
        """Every tag that all resources of the stack carry."""
        return {
            "Project": PROJECT,
            **self.tags,
            "Application": self.application,
            "Environment": self.environment,
            "EnvironmentSuffix": self.environment_suffix,
            "Compliance": self.compliance,
            "ManagedBy": "Pulumi",
        }
