"""What every workload's settings have in common: where it runs, what it wears, and what it uses."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StrictBool, StrictStr

from lib.args.network import NetworkArgs
from lib.args.scalars import ONE_OR_MANY, Name
from lib.args.section import Section
from lib.networking.tiers import workload_tier

Names = Annotated[tuple[Name, ...], ONE_OR_MANY]


def variable(*parts: str) -> str:
    """The environment variable that says something of a thing: `APP_CONFIG_PARAMETER` of `app-config`, `parameter`."""
    return "_".join(parts).upper().replace("-", "_")


class UsesArgs(Section):
    """What a workload uses of the stack's own: each gives its role leave, and tells it where to find the thing."""

    secrets: Names = Field(default=(), description="Secrets that it reads.")
    parameters: Names = Field(default=(), description="Parameters that it reads.")
    databases: Names = Field(default=(), description="Databases that it connects to; needs a grant to their tier.")
    caches: Names = Field(default=(), description="Caches that it connects to; needs a grant to their tier.")
    queues: Names = Field(default=(), description="Queues that it sends to and receives from.")
    buckets: Names = Field(default=(), description="Buckets where it reads and writes, below its own name.")
    tables: Names = Field(default=(), description="Tables that it reads and writes.")


def variables(uses: UsesArgs) -> Iterator[tuple[str, str]]:
    """The environment variables that a workload is told by what it uses, each with what it says where to find."""
    parts = {
        "secrets": ((),),
        "parameters": (("parameter",),),
        "databases": tuple(("database", key) for key in ("host", "port", "name", "username", "password")),
        "caches": (("cache", "host"), ("cache", "port"), ("cache", "auth", "token")),
        "queues": (("queue", "url"),),
        "buckets": (("bucket",),),
        "tables": (("table",),),
    }
    for section, suffixes in parts.items():
        names: tuple[str, ...] = getattr(uses, section)
        yield from ((variable(name, *suffix), f"{section}.{name}") for name in names for suffix in suffixes)
    if uses.buckets:
        yield variable("bucket", "prefix"), "buckets"


class PlacedArgs(Section):
    """Something that lives in a tier of a network and wears a security group there."""

    network: Name = Field(description="Network that it lives in.")
    tier: Name | None = Field(
        default=None, description="Tier that it lives in. Default: that of its security group, else the workload tier."
    )
    security_group: Name | None = Field(
        default=None, description="Named security group of the network that it wears. Default: its tier's own."
    )

    def tier_in(self, network: NetworkArgs) -> str | None:
        """The tier that it lives in; None where nothing says which."""
        group = network.security_groups.get(self.security_group or "")
        return self.tier or (group.tier if group else None) or workload_tier(network)


class DomainArgs(Section):
    """A name of one's own, in a hosted zone of Route 53 that is there already."""

    name: StrictStr = Field(description="Full name, such as pay.example.com.")
    zone_id: StrictStr = Field(description="Id of the public hosted zone that holds it, such as Z0123456789ABCDEFGHIJ.")


class LoadBalancerArgs(Section):
    """An Application Load Balancer in front of a workload."""

    tier: Name | None = Field(
        default=None,
        description="Tier that it lives in. Default: that of its security group, else the only public tier, or the "
        "workload tier where it is internal.",
    )
    security_group: Name | None = Field(
        default=None, description="Named security group of the network that it wears. Default: its tier's own."
    )
    internal: StrictBool = Field(default=False, description="Reachable from inside only.")
    certificate_arn: StrictStr | None = Field(
        default=None, description="Certificate of ACM in the network's region: switches HTTPS on."
    )
    domain: DomainArgs | None = Field(
        default=None, description="Name of one's own: its certificate is made and validated, which switches HTTPS on."
    )
    idle_timeout_seconds: Annotated[int, Field(strict=True, ge=1, le=4000)] = Field(
        default=60, description="Seconds after which an idle connection is closed."
    )
    health_path: StrictStr = Field(default="/health", description="Path of the health check, which answers 200.")

    def tier_in(self, network: NetworkArgs) -> str | None:
        """The tier that it lives in; None where nothing says which."""
        group = network.security_groups.get(self.security_group or "")
        public = [name for name, tier in network.tiers.items() if tier.kind == "public"]
        default = workload_tier(network) if self.internal else public[0] if len(public) == 1 else None
        return self.tier or (group.tier if group else None) or default


class ScalingArgs(Section):
    """What a workload is scaled by: it grows until each of these is at or below its target."""

    cpu_percent: Annotated[int, Field(strict=True, ge=10, le=90)] = Field(default=60, description="Target of CPU use.")
    memory_percent: Annotated[int, Field(strict=True, ge=10, le=90)] | None = Field(
        default=None, description="Target of memory use."
    )
    requests_per_target: Annotated[int, Field(strict=True, ge=1)] | None = Field(
        default=None, description="Requests a minute at each target of the load balancer."
    )
