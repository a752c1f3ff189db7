"""What watches over a stack: the topics that everything is told to, and what tells them."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from lib.args.placement import region_of
from lib.args.stack import TapStackArgs
from lib.dns.failover import Failover
from lib.foundation.environment import Environment
from lib.foundation.keyring import KeyRing
from lib.foundation.regions import Regions
from lib.monitoring.alarms import Alarms
from lib.monitoring.api_errors import ApiErrors
from lib.monitoring.backup_watch import BackupWatch
from lib.monitoring.dashboard import Dashboard
from lib.monitoring.notifications import Notifications
from lib.monitoring.peering_watch import PeeringWatch
from lib.monitoring.signal import Signal
from lib.monitoring.trail import Trail
from lib.networking.grants import touched
from lib.networking.network import Network
from lib.networking.pairs import pairs
from lib.networking.peering import Peering
from lib.signals import signals_by_region
from lib.storage.backup import Backup
from lib.workloads import Workloads


class Watch:
    """The stack's watches, each in the region of what it watches.

    Args:
        args: settings of the stack.
        env: its environment.
        regions: its providers.
        keys: its customer keys.
        networks: its networks, by name.
        peerings: its peerings, by name.
        backup: its backups; None where it has none.
        workloads: what it runs.
        failover: its failover; None where it has none.
        parent: what all of it belongs to.
    """

    def __init__(
        self,
        args: TapStackArgs,
        env: Environment,
        *,
        regions: Regions,
        keys: KeyRing,
        networks: Mapping[str, Network],
        peerings: Mapping[str, Peering],
        backup: Backup | None,
        workloads: Workloads,
        failover: Failover | None,
        parent: pulumi.Resource,
    ) -> None:
        self._args = args
        self._env = env
        self._regions = regions
        self._keys = keys
        self._networks = networks
        self._parent = parent
        self._topics: dict[str, Notifications] = {}
        self._peerings(peerings)
        if args.backup and backup:
            self._backups(region_of(args, args.backup.network), backup)
        signals = signals_by_region(args, env, networks, workloads, self._api_errors(workloads), failover)
        for region, found in signals.items():
            Alarms(region, env, signals=found, topic_arn=self._topic(region), opts=self._in(region))
        self.dashboards = self._dashboards(signals) if args.monitoring.dashboards else {}

    def _api_errors(self, workloads: Workloads) -> dict[str, ApiErrors]:
        """What counts the failed requests of each API in each of its regions."""
        return {
            f"{name}-{network}": ApiErrors(
                f"{name}-{network}",
                self._env,
                log_group_name=part.access_log_group_name,
                opts=self._in(self._networks[network].region),
            )
            for name, api in workloads.apis.items()
            for network, part in api.regional.items()
        }

    def _dashboards(self, signals: Mapping[str, Sequence[Signal]]) -> dict[str, pulumi.Output[str]]:
        """A dashboard for each region, and one across them where they depend on each other; names by output."""
        env, home = self._env, self._args.region
        made = {
            f"dashboard_name_{region}": Dashboard(
                f"dashboard-{region}",
                dashboard=env.names.dashboard(region),
                title=f"{self._args.application} {self._args.environment_suffix} in {region}",
                signals=[(region, signal) for signal in found],
                opts=self._in(region),
            ).name
            for region, found in signals.items()
        }
        across = [(region, signal) for region, found in signals.items() for signal in found if signal.across]
        if across:
            made["dashboard_name"] = Dashboard(
                "dashboard-across",
                dashboard=env.names.dashboard_across(),
                title=f"{self._args.application} {self._args.environment_suffix} across its regions",
                signals=across,
                opts=self._in(home),
            ).name
        return made

    @property
    def outputs(self) -> dict[str, pulumi.Input[Any]]:
        """The topics and dashboards, by region."""
        topics = {f"alarm_topic_arn_{region}": topic.topic_arn for region, topic in self._topics.items()}
        return {**topics, **self.dashboards}

    def _peerings(self, peerings: Mapping[str, Peering]) -> None:
        """A watch on each peering in each of its regions, and the trail that lets them see."""
        for pair in pairs(self._args):
            sides = [self._networks[pair.requester], self._networks[pair.accepter]]
            peering = peerings[pair.name]
            for region in sorted({side.region for side in sides}):
                here = [side for side in sides if side.region == region]
                PeeringWatch(
                    f"{pair.name}-{region}",
                    pair.name,
                    region,
                    self._env,
                    connection_id=peering.connection_id,
                    route_table_ids=[table for side in here for table in peering.route_table_ids[side.name]],
                    destinations=[cidr for side in sides if here != [side] for cidr in side.cidrs],
                    security_group_ids=[
                        side.security_group_ids[tier] for side in here for tier in touched(pair, side.name)
                    ],
                    topic_arn=self._topic(region),
                    opts=self._in(region),
                )
        if peerings and self._args.monitoring.trail == "create":
            region = self._args.region
            Trail(region, self._env, key_arn=self._keys.logs(region), opts=self._in(region))

    def _backups(self, region: str, backup: Backup) -> None:
        BackupWatch(
            "backup",
            region,
            self._env,
            vault_arn=backup.vault_arn,
            restore_plan_arn=backup.restore_plan_arn,
            topic_arn=self._topic(region),
            opts=self._in(region),
        )

    def _topic(self, region: str) -> pulumi.Output[str]:
        """The alarm topic of a region, made when first needed."""
        if region not in self._topics:
            self._topics[region] = Notifications(
                region,
                self._env,
                emails=self._args.monitoring.emails,
                https=self._args.monitoring.https,
                opts=self._in(region),
            )
        return self._topics[region].topic_arn

    def _in(self, region: str) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self._parent, provider=self._regions.provider(region))
