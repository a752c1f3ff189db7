"""Which region something is in: that of the network which it names, else the stack's own."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lib.args.bucket import BucketArgs
    from lib.args.stack import TapStackArgs
    from lib.args.table import TableArgs


def region_of(args: "TapStackArgs", network: str | None) -> str:
    """The region of a network; the stack's own for None, and for a network that does not exist."""
    settings = args.networks.get(network or "")
    return (settings.region if settings else None) or args.region


def region_of_replica(args: "TapStackArgs", place: str) -> str:
    """The region that a replica's place means: that of the network so named, else the region so named."""
    return region_of(args, place) if place in args.networks else place


def regions_of_table(args: "TapStackArgs", table: "TableArgs") -> tuple[str, tuple[str, ...]]:
    """The region of a table, and those of its replicas."""
    return region_of(args, table.network), tuple(region_of_replica(args, place) for place in table.replicas)


def regions_of_bucket(args: "TapStackArgs", bucket: "BucketArgs") -> tuple[str, ...]:
    """The region of a bucket, and that of its replica where it has one."""
    places = (bucket.network, *([bucket.replicate_to] if bucket.replicate_to else []))
    return tuple(region_of(args, place) for place in places)
