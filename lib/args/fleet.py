"""Settings of fleets."""

from typing import Annotated

from pydantic import Field, StrictInt, StrictStr

from lib.args.scalars import Port
from lib.args.workload import LoadBalancerArgs, PlacedArgs, ScalingArgs, UsesArgs

IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"


class FleetArgs(PlacedArgs):
    """Instances in an Auto Scaling group over all zones of a tier."""

    instance_type: StrictStr = Field(default="t4g.small", description="Type of the instances.")
    image: StrictStr = Field(
        default=IMAGE,
        description="Parameter of Parameter Store that names the image: what is launched is always the newest. "
        "Or an image's own id: only then is Auto Scaling asked to roll a failed instance refresh back.",
    )
    root_device: StrictStr = Field(default="/dev/xvda", description="Name that the image gives its root volume.")
    commands: tuple[StrictStr, ...] = Field(
        default=(),
        description="Shell commands, run once on a new instance, that install and start what it is there for.",
    )
    min: Annotated[StrictInt, Field(ge=0)] = Field(default=2, description="Least instances.")
    desired: Annotated[StrictInt, Field(ge=0)] | None = Field(
        default=None, description="Instances at the start. Default: the least."
    )
    max: Annotated[StrictInt, Field(ge=1)] = Field(default=6, description="Most instances.")
    max_instance_days: Annotated[StrictInt, Field(ge=1, le=365)] = Field(
        default=30, description="Days after which an instance is replaced, by one with the newest image and packages."
    )
    volume_gib: Annotated[StrictInt, Field(ge=8, le=16384)] = Field(default=20, description="Root volume, GiB.")
    port: Port | None = Field(default=None, description="Port that it listens on; needed with a load balancer.")
    uses: UsesArgs = Field(default=UsesArgs(), description="What it uses of the stack's own.")
    load_balancer: LoadBalancerArgs | None = Field(default=None, description="Load balancer in front of it.")
    health_grace_seconds: Annotated[StrictInt, Field(ge=0, le=7200)] = Field(
        default=180, description="Seconds in which a new instance's failed health checks do not count."
    )
    scaling: ScalingArgs = Field(default=ScalingArgs(), description="What it is scaled by.")

    @property
    def image_is_pinned(self) -> bool:
        """Whether the image is named by its own id, not by a parameter."""
        return self.image.startswith("ami-")
