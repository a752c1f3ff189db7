"""Settings of APIs."""

from typing import Annotated

from pydantic import Field, StrictInt

from lib.args.network import NetworkArgs
from lib.args.scalars import ONE_OR_MANY, Name
from lib.args.section import Section
from lib.networking.tiers import workload_tier

# The longest that an HTTP API waits for what it is in front of, which nobody can raise:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html.
GATEWAY_SECONDS = 30


class ThrottleArgs(Section):
    """How much a stage of an API takes before it answers 429."""

    rate: Annotated[StrictInt, Field(ge=1, le=10000)] = Field(default=50, description="Requests a second.")
    burst: Annotated[StrictInt, Field(ge=1, le=5000)] = Field(default=100, description="Requests at once.")


class ApiArgs(Section):
    """The same function behind an HTTP API in each of its networks' regions."""

    networks: Annotated[tuple[Name, ...], ONE_OR_MANY] = Field(
        description="Networks that the function runs in, one a region; the first is the primary."
    )
    tier: Name | None = Field(default=None, description="Tier in each network. Default: the workload tier.")
    table: Name = Field(description="Table of its items, with a replica in each region.")
    database: Name | None = Field(
        default=None, description="Database whose readiness for writes counts for health; needs a grant to its tier."
    )
    memory: Annotated[StrictInt, Field(ge=128, le=10240)] = Field(default=512, description="Memory, MiB.")
    timeout_seconds: Annotated[StrictInt, Field(ge=1)] = Field(default=10, description="Seconds a request may take.")
    reserved_concurrency: Annotated[StrictInt, Field(ge=1)] | None = Field(
        default=None, description="Requests at once that are reserved for it, in each region."
    )
    throttle: ThrottleArgs = Field(default=ThrottleArgs(), description="What the API takes.")

    def tier_in(self, network: NetworkArgs) -> str | None:
        """The tier that it lives in, in one of its networks; None where nothing says which."""
        return self.tier or workload_tier(network)
