"""Settings of caches."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StrictInt, StrictStr

from lib.args.network import NetworkArgs
from lib.args.scalars import Name, refuse
from lib.args.section import Section

# The port of Valkey; ElastiCache's own default.
PORT = 6379


def _version(value: str) -> str:
    # ElastiCache has Valkey from 7.2 on: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html.
    if not re.fullmatch(r"7\.2|[89]\.\d+|[1-9]\d\.\d+", value):
        raise refuse("must be a version of Valkey that ElastiCache has", 'Use 7.2 or a later one such as "8.0".')
    return value


def _node_type(value: str) -> str:
    if not re.fullmatch(r"cache\.[a-z][a-z0-9]*\.\d*[a-z]+", value):
        raise refuse("must be a type of ElastiCache's nodes", "Use a type such as cache.t4g.micro or cache.m7g.large.")
    return value


class CacheArgs(Section):
    """A replication group of ElastiCache for Valkey."""

    network: Name = Field(description="Network that it lives in.")
    tier: Name | None = Field(
        default=None, description="Tier that it lives in. Default: that of `database_subnet_group`."
    )
    engine_version: Annotated[StrictStr, AfterValidator(_version)] = Field(
        default="8.0",
        description='Version of Valkey, in quotes: "8.0". AWS raises minor ones in the maintenance window; write the '
        "higher one here then, since a lower one makes the cache anew.",
    )
    node_type: Annotated[StrictStr, AfterValidator(_node_type)] = Field(
        default="cache.t4g.micro", description="Type of the nodes."
    )
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
