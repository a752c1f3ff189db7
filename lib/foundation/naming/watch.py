"""Names of what watches: alarms, dashboards, probes, health checks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lib.foundation.naming.maker import Maker, PlannedName

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs


class WatchNames(Maker):
    """Names of what watches: alarms, dashboards, probes, health checks."""

    __slots__ = ()


def planned(args: "TapStackArgs", names: WatchNames, region: str) -> Iterator[PlannedName]:
    """Names that the monitoring of these settings lead to; `region` is the one of the longest name."""
    del args, names, region
    yield from ()
