"""Settings of databases."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StrictFloat, StrictInt, StrictStr

from lib.args.network import NetworkArgs
from lib.args.scalars import ONE_OR_MANY, Name, refuse
from lib.args.section import Section


def _steps(value: float) -> float:
    if value * 2 != int(value * 2):
        raise refuse("must be a multiple of 0.5", f"Use {int(value * 2) / 2 + 0.5}.")
    return value


def _version(value: str) -> str:
    if not re.fullmatch(r"\d+(\.\d+)?", value):
        raise refuse("must be a version of PostgreSQL", 'Use a major version such as "16", or an exact one ("16.6").')
    return value


def _instance_class(value: str) -> str:
    if not re.fullmatch(r"db\.(?!serverless)[a-z0-9-]+\.[a-z0-9]+", value):
        raise refuse("must be a class of instances", "Use a class such as db.r6g.large, or write serverless instead.")
    return value


def _database_name(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", value):
        raise refuse(
            "must be lower-case letters, digits and '_', starting with a letter, 63 at most", "Use a name such as app."
        )
    return value


# The port of PostgreSQL; Aurora's own default.
PORT = 5432

Capacity = Annotated[StrictFloat, AfterValidator(_steps)]


class ServerlessArgs(Section):
    """Capacity range of Aurora Serverless v2, in Aurora capacity units of about 2 GiB."""

    min_capacity: Annotated[Capacity, Field(ge=0, le=256)] = Field(
        default=0.5, description="Least capacity, in ACU, in steps of 0.5."
    )
    max_capacity: Annotated[Capacity, Field(ge=1, le=256)] = Field(
        default=4, description="Most capacity, in ACU, in steps of 0.5."
    )


class DatabaseArgs(Section):
    """An Aurora PostgreSQL cluster in one network, or a Global Database that spans further ones."""

    network: Name = Field(description="Network of the writer.")
    tier: Name | None = Field(
        default=None, description="Tier that it lives in, in every network. Default: that of `database_subnet_group`."
    )
    engine_version: Annotated[StrictStr, AfterValidator(_version)] = Field(
        description='Version, in quotes: a major one such as "16", whose minor upgrades AWS does, or an exact one.'
    )
    database_name: Annotated[StrictStr, AfterValidator(_database_name)] = Field(
        default="app", description="Name of the first database."
    )
    instances: Annotated[StrictInt, Field(ge=1, le=16)] = Field(
        default=1, description="Instances in each network: a writer and readers, in different zones."
    )
    instance_class: Annotated[StrictStr, AfterValidator(_instance_class)] | None = Field(
        default=None, description="Class of the instances, such as db.r6g.large; or write `serverless`."
    )
    serverless: ServerlessArgs | None = Field(default=None, description="Serverless v2 capacity; or `instance_class`.")
    secondary_networks: Annotated[tuple[Name, ...], ONE_OR_MANY] = Field(
        default=(),
        description="Networks in other regions that get a readable copy: makes it a Global Database. AWS joins no "
        "existing cluster to one, so the first of them is named from the start; further ones may follow.",
    )
    backup_retention_days: Annotated[StrictInt, Field(ge=1, le=35)] | None = Field(
        default=None, description="Days of point-in-time recovery. Default: `protection.backup_retention_days`."
    )
    migrations: StrictStr | None = Field(
        default=None,
        description="Folder of SQL migrations, below the project's root.",
    )

    @property
    def networks(self) -> tuple[str, ...]:
        """Every network that holds a cluster of it, the writer's first."""
        return (self.network, *self.secondary_networks)

    @property
    def parameter_family(self) -> str:
        """Family of its parameter groups, which follows from the major version: `aurora-postgresql16`."""
        return f"aurora-postgresql{self.engine_version.partition('.')[0]}"

    def tier_in(self, network: NetworkArgs) -> str | None:
        """The tier that it lives in, in one of its networks; None where nothing says which."""
        return self.tier or network.database_subnet_group
