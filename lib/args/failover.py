"""Settings of DNS failover."""

from typing import Annotated, Literal

from pydantic import Field, StrictInt

from lib.args.scalars import ONE_OR_MANY, Name, Region
from lib.args.section import Section
from lib.args.workload import DomainArgs


class FailoverArgs(Section):
    """One name for an API in two regions; it moves to the second while that alone is healthy."""

    api: Name = Field(description="API in two networks: the first is the primary, the second takes over.")
    domain: DomainArgs | None = Field(
        default=None,
        description="Name of one's own. Without it a zone of the stack's own rehearses the DNS answers alone.",
    )
    interval_seconds: Literal[10, 30] = Field(default=30, description="Seconds between a checker's health checks.")
    failure_threshold: Annotated[StrictInt, Field(ge=1, le=10)] = Field(
        default=3, description="Failed checks in a row until a region counts as unhealthy."
    )
    ttl_seconds: Annotated[StrictInt, Field(ge=1, le=3600)] = Field(
        default=60, description="Seconds that resolvers keep an answer."
    )
    checker_regions: Annotated[tuple[Region, ...], ONE_OR_MANY] = Field(
        default=("us-east-1", "us-west-2", "eu-west-1"),
        description="Regions that health is checked from, three or more.",
    )
    drill: Name | None = Field(
        default=None, description="Network whose region counts as unhealthy whatever its health: a rehearsed failover."
    )
