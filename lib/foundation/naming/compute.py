"""Names of what runs: services, fleets, APIs, caches and queues."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lib.foundation.naming.maker import Maker, PlannedName

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs


class ComputeNames(Maker):
    """Names of what runs: services, fleets, APIs, caches and queues."""

    __slots__ = ()


def planned(args: "TapStackArgs", names: ComputeNames, region: str) -> Iterator[PlannedName]:
    """Names that the workloads of these settings lead to; `region` is the one of the longest name."""
    del args, names, region
    yield from ()
