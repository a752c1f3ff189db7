"""Names of what watches: alarms, dashboards, probes, health checks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lib.foundation.naming.maker import LONGEST_ZONE, Maker, PlannedName

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs

# The longest key of a signal.
LONGEST_KEY = "lag-to-ap-southeast-1"


class WatchNames(Maker):
    """Names of what watches: alarms, dashboards, probes, health checks."""

    __slots__ = ()

    def alarm(self, scope: str, key: str, region: str) -> str:
        """The alarm on one signal of one thing: `banking-orders-primary-cpu-us-east-1-dev`."""
        return self.in_account(scope, key, region)

    def probe_rule(self, probe: str, region: str) -> str:
        """The schedule of a probe."""
        return self.in_account("probe", probe, region)

    def metric_namespace(self) -> str:
        """The namespace of metrics that are counted from the stack's logs."""
        return f"TapStack/{self.of(self.application)}"

    def query_log_group(self, scope: str) -> str:
        """The log group of a hosted zone's queries."""
        return f"/aws/route53/{self.in_account(scope)}"

    def dashboard(self, region: str) -> str:
        """The dashboard of a region."""
        return self.in_account(region)

    def dashboard_across(self) -> str:
        """The dashboard across the regions."""
        return self.in_account("regions")


def planned(args: "TapStackArgs", names: WatchNames, region: str) -> Iterator[PlannedName]:
    """Names that the monitoring of these settings leads to; `region` is the one of the longest name."""
    for index, probe in enumerate(args.monitoring.probes):
        at, name = f"monitoring.probes[{index}]", f"probe-{probe.name}"
        yield PlannedName(at, "event-rule", names.probe_rule(probe.name, region))
        yield PlannedName(at, "function", names.in_account(name, region))
        yield PlannedName(at, "queue", names.in_account(name, "dead", region))
    for at, scope in _scopes(args):
        yield PlannedName(at, "alarm", names.alarm(scope, LONGEST_KEY, region))
    if args.failover:
        yield PlannedName("failover", "log-group", names.query_log_group(args.failover.api))
        yield PlannedName("failover", "log-resource-policy", names.in_account(args.failover.api, "queries"))
    yield PlannedName("application", "dashboard", names.dashboard(region))
    yield PlannedName("application", "dashboard", names.dashboard_across())


def _scopes(args: "TapStackArgs") -> Iterator[tuple[str, str]]:
    """What has alarms: where it is written, and the scope of their names."""
    for name in args.networks:
        yield f"networks.{name}", f"nat-{name}-{LONGEST_ZONE}"
    for name, database in args.databases.items():
        for network in dict.fromkeys(database.networks):
            yield f"databases.{name}", f"database-{name}-{network}"
    for section, kind, names in (
        ("tables", "table", args.tables),
        ("buckets", "bucket", args.buckets),
        ("services", "balancer", args.services),
        ("fleets", "balancer", args.fleets),
        ("queues", "queue", args.queues),
    ):
        for name in names:
            yield f"{section}.{name}", f"{kind}-{name}"
