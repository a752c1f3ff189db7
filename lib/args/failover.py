"""Settings of DNS failover."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from lib.args.scalars import ONE_OR_MANY, Name, Region
from lib.args.section import Section
from lib.args.workload import DomainArgs

# Route 53 answers an alias to API Gateway for this long, and so do the records of a rehearsal.
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
TTL_SECONDS = 60


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
    checker_regions: Annotated[tuple[Region, ...], ONE_OR_MANY] = Field(
        default=("us-east-1", "us-west-2", "eu-west-1"),
        description="Regions that health is checked from, three or more.",
    )
    query_log: StrictBool = Field(
        default=True, description="Log the zone's queries; false where a zone of one's own has a query log already."
    )
    drill: Name | None = Field(
        default=None,
        description="Network whose health is turned around, so that its healthy region counts as unhealthy: a drill, "
        "to be taken back.",
    )

    @property
    def expected_seconds(self) -> int:
        """From a region's last good answer to the other's first: checks until it is unhealthy, then old answers."""
        return self.interval_seconds * self.failure_threshold + TTL_SECONDS
