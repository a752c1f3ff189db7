"""What watches over a stack: the topics that everything is told to, and what tells them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pulumi

from lib.args.placement import Place, region_of
from lib.dns.failover import Failover
from lib.groundwork import Groundwork, Part
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
from lib.signals import signals_by_place
from lib.storage.backup import Backup
from lib.stores import Stores
from lib.workloads import Workloads


class Watch(Part):
    """The stack's watches, each in the region and account of what it watches.

    Args:
        ground: what it is built on.
        peerings: its peerings, by name.
        backup: its backups; None where it has none.
        stores: what holds its data.
        workloads: what it runs.
        failover: its failover; None where it has none.
    """

    def __init__(
        self,
        ground: Groundwork,
        *,
        peerings: Mapping[str, Peering],
        backup: Backup | None,
        stores: Stores,
        workloads: Workloads,
        failover: Failover | None,
    ) -> None:
        super().__init__(ground)
        self._topics: dict[Place, Notifications] = {}
        self._peerings(peerings)
        args = ground.args
        if args.backup and backup:
            self._backups(Place(region_of(args, args.backup.network)), backup)
        signals = signals_by_place(
            ground,
            databases=stores.databases,
            workloads=workloads,
            errors=self._api_errors(workloads),
            failover=failover,
        )
        for place, found in signals.items():
            Alarms(place, ground.env, signals=found, topic_arn=self._topic(place), opts=self._ground.at(place))
        self.dashboards = self._dashboards(signals) if args.monitoring.dashboards else {}

    def _api_errors(self, workloads: Workloads) -> dict[str, ApiErrors]:
        """What counts the failed requests of each API in each of its regions."""
        return {
            f"{name}-{network}": ApiErrors(
                f"{name}-{network}",
                self._env,
                log_group_name=part.access_log_group_name,
                opts=self._ground.at(self._networks[network].place),
            )
            for name, api in workloads.apis.items()
            for network, part in api.regional.items()
        }

    def _dashboards(self, signals: Mapping[Place, Sequence[Signal]]) -> dict[str, pulumi.Output[str]]:
        """A dashboard for each region, and one across them where they depend on each other; names by output."""
        env, home = self._env, Place(self._args.region)
        made = {
            f"dashboard_name_{place.key}": Dashboard(
                f"dashboard-{place.key}",
                dashboard=env.names.dashboard(place.region),
                title=f"{self._args.application} {self._args.environment_suffix} in {place.region}",
                signals=[(place.region, signal) for signal in found],
                opts=self._ground.at(place),
            ).name
            for place, found in signals.items()
        }
        across = [(place.region, signal) for place, found in signals.items() for signal in found if signal.across]
        if across:
            made["dashboard_name"] = Dashboard(
                "dashboard-across",
                dashboard=env.names.dashboard_across(),
                title=f"{self._args.application} {self._args.environment_suffix} across its regions",
                signals=across,
                opts=self._ground.at(home),
            ).name
        return made

    @property
    def outputs(self) -> dict[str, pulumi.Input[Any]]:
        """The topics and dashboards, by region, and by account where it is not the stack's own."""
        topics = {f"alarm_topic_arn_{place.key}": topic.topic_arn for place, topic in self._topics.items()}
        return {**topics, **self.dashboards}

    def _peerings(self, peerings: Mapping[str, Peering]) -> None:
        """A watch on each peering in each of its regions and accounts, and the trails that let them see."""
        for pair in pairs(self._args):
            sides = [self._networks[pair.requester], self._networks[pair.accepter]]
            peering = peerings[pair.name]
            for place in _places(sides):
                here = [side for side in sides if side.place == place]
                PeeringWatch(
                    f"{pair.name}-{place.key}",
                    pair.name,
                    place.region,
                    self._env,
                    connection_id=peering.connection_id,
                    route_table_ids=[table for side in here for table in peering.route_table_ids[side.name]],
                    destinations=[cidr for side in sides if here != [side] for cidr in side.cidrs],
                    security_group_ids=[
                        side.security_group_ids[tier] for side in here for tier in touched(pair, side.name)
                    ],
                    topic_arn=self._topic(place),
                    opts=self._ground.at(place),
                )
        if self._args.monitoring.trail == "create":
            peered = {name for pair in pairs(self._args) for name in (pair.requester, pair.accepter)}
            self._trails(_places(self._networks[name] for name in sorted(peered)))

    def _trails(self, seen: Sequence[Place]) -> None:
        """A trail in each account that has a place to be seen: it covers all regions of that account, and no other."""
        # At home in the stack's own region wherever the networks are, so that a network added later moves no trail.
        homes = {Place(self._args.region, place.role_arn) for place in seen}
        for place in sorted(homes, key=lambda home: home.key):
            Trail(place, self._env.within(place), key_arn=self._keys.logs_at(place), opts=self._ground.at(place))

    def _backups(self, place: Place, backup: Backup) -> None:
        BackupWatch(
            "backup",
            place.region,
            self._env,
            vault_arn=backup.vault_arn,
            restore_plan_arn=backup.restore_plan_arn,
            topic_arn=self._topic(place),
            opts=self._ground.at(place),
        )

    def _topic(self, place: Place) -> pulumi.Output[str]:
        """The alarm topic of a region and account, made when first needed: no rule or alarm acts on another's."""
        if place not in self._topics:
            self._topics[place] = Notifications(
                place,
                self._env.within(place),
                emails=self._args.monitoring.emails,
                https=self._args.monitoring.https,
                opts=self._ground.at(place),
            )
        return self._topics[place].topic_arn


def _places(networks: Iterable[Network]) -> list[Place]:
    """Where networks are, each region of an account once."""
    return sorted({network.place for network in networks}, key=lambda place: place.key)
