"""Settings of container services."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, StrictStr

from lib.args.scalars import Port
from lib.args.workload import LoadBalancerArgs, PlacedArgs, ScalingArgs, UsesArgs


class ServiceArgs(PlacedArgs):
    """A container service on ECS Fargate."""

    image: StrictStr | None = Field(default=None, description="Container image with its tag or digest; required.")
    port: Port = Field(default=8080, description="Port that the container listens on.")
    architecture: Literal["arm64", "x86_64"] = Field(default="arm64", description="Architecture of the image.")
    cpu: StrictInt = Field(default=256, description="CPU units of a task, of 1024 a vCPU.")
    memory: StrictInt = Field(default=512, description="Memory of a task, MiB.")
    min: Annotated[StrictInt, Field(ge=1)] = Field(default=2, description="Least tasks.")
    max: Annotated[StrictInt, Field(ge=1)] = Field(default=6, description="Most tasks.")
    environment: Mapping[StrictStr, StrictStr] = Field(
        default_factory=dict[str, str], description="Environment variables, nothing secret."
    )
    uses: UsesArgs = Field(default=UsesArgs(), description="What it uses of the stack's own.")
    load_balancer: LoadBalancerArgs | None = Field(
        default=None, description="Load balancer in front of it; without one nothing reaches it from outside."
    )
    health_grace_seconds: Annotated[StrictInt, Field(ge=0, le=7200)] = Field(
        default=60, description="Seconds in which a new task's failed health checks do not count."
    )
    scaling: ScalingArgs = Field(default=ScalingArgs(), description="What it is scaled by.")
    exec: StrictBool | None = Field(
        default=None, description="Let operators run commands in its containers. Default: not where data is protected."
    )
