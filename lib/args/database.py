"""Settings of databases."""

from typing import Annotated

from pydantic import Field, StrictFloat, StrictInt, StrictStr

from lib.args.scalars import ONE_OR_MANY, Name
from lib.args.section import Section

Capacity = StrictFloat | StrictInt


class ServerlessArgs(Section):
    """Capacity range of Aurora Serverless v2, in Aurora capacity units of about 2 GiB."""

    min_capacity: Annotated[Capacity, Field(ge=0, le=256)] = Field(default=0.5, description="Least capacity, in ACU.")
    max_capacity: Annotated[Capacity, Field(ge=1, le=256)] = Field(default=4, description="Most capacity, in ACU.")


class DatabaseArgs(Section):
    """An Aurora PostgreSQL cluster in one network, or a Global Database that spans further ones."""

    network: Name = Field(description="Network of the writer.")
    tier: Name | None = Field(
        default=None, description="Tier that it lives in, in every network. Default: that of `database_subnet_group`."
    )
    engine_version: StrictStr = Field(description='Version, in quotes: a major one such as "16", or an exact one.')
    database_name: Annotated[StrictStr, Field(pattern=r"[a-z][a-z0-9_]{0,62}")] = Field(
        default="app", description="Name of the first database."
    )
    instances: Annotated[StrictInt, Field(ge=1, le=16)] = Field(
        default=1, description="Instances in each network: a writer and readers, in different zones."
    )
    instance_class: StrictStr | None = Field(
        default=None, description="Class of the instances, such as db.r6g.large; or write `serverless`."
    )
    serverless: ServerlessArgs | None = Field(default=None, description="Serverless v2 capacity; or `instance_class`.")
    secondary_networks: Annotated[tuple[Name, ...], ONE_OR_MANY] = Field(
        default=(), description="Networks in other regions that get a readable copy: makes it a Global Database."
    )
    backup_retention_days: Annotated[StrictInt, Field(ge=1, le=35)] | None = Field(
        default=None, description="Days of point-in-time recovery. Default: `protection.backup_retention_days`."
    )
    migrations: StrictStr | None = Field(
        default=None,
        description="Folder of SQL migrations, below the project's root.",
    )
