"""Settings of caches."""

from typing import Annotated

from pydantic import Field, StrictInt, StrictStr

from lib.args.network import NetworkArgs
from lib.args.scalars import Name
from lib.args.section import Section

# The port of Valkey; ElastiCache's own default.
PORT = 6379


class CacheArgs(Section):
    """A replication group of ElastiCache for Valkey."""

    network: Name = Field(description="Network that it lives in.")
    tier: Name | None = Field(
        default=None, description="Tier that it lives in. Default: that of `database_subnet_group`."
    )
    engine_version: StrictStr = Field(default="8.0", description='Version of Valkey, in quotes: "8.0".')
    node_type: StrictStr = Field(default="cache.t4g.micro", description="Type of the nodes.")
    nodes: Annotated[StrictInt, Field(ge=1, le=6)] = Field(
        default=1, description="Nodes in different zones: a primary and its replicas."
    )
    snapshot_retention_days: Annotated[StrictInt, Field(ge=0, le=35)] | None = Field(
        default=None, description="Days to keep daily snapshots. Default: `protection.backup_retention_days`."
    )

    @property
    def parameter_family(self) -> str:
        """Family of its parameter group, which follows from the major version: `valkey8`."""
        return f"valkey{self.engine_version.partition('.')[0]}"

    def tier_in(self, network: NetworkArgs) -> str | None:
        """The tier that it lives in; None where nothing says which."""
        return self.tier or network.database_subnet_group
