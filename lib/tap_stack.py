"""TapStack: the whole of one environment, composed from its settings.

from lib.tap_stack import TapStack, TapStackArgs

TapStack("payments", TapStackArgs.from_blueprint("vpc-peering", environment_suffix="dev", tags={"Team": "payments"}))
"""

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_aws import ec2

from lib.args.backup import data_kinds
from lib.args.placement import region_of
from lib.args.stack import TapStackArgs
from lib.database.engine_version import check_versions
from lib.foundation.environment import Environment, partition
from lib.foundation.keyring import KeyRing
from lib.foundation.regions import Regions
from lib.monitoring.backup_watch import BackupWatch
from lib.monitoring.notifications import Notifications
from lib.monitoring.peering_watch import PeeringWatch
from lib.monitoring.trail import Trail
from lib.networking.discovery import discover
from lib.networking.flow_logs import flow_logs_of
from lib.networking.grants import compile_grants, touched
from lib.networking.network import Network
from lib.networking.pairs import pairs
from lib.networking.peering import Peering
from lib.storage.backup import AuroraRestore, Backup, CopyTarget
from lib.stores import Stores
from lib.workloads import Workloads

__all__ = ["TapStack", "TapStackArgs"]


class TapStack(pulumi.ComponentResource):
    """Networks and their peerings, with what encrypts, logs and watches them.

    Args:
        name: logical name of the stack.
        args: validated settings.
        opts: options of the component.

    Raises:
        SettingsError: what only AWS knows contradicts the settings; nothing but providers has been registered then.
    """

    regions: Regions
    networks: Mapping[str, Network]
    peerings: Mapping[str, Peering]
    stores: Stores
    workloads: Workloads
    outputs: Mapping[str, pulumi.Input[Any]]

    def __init__(self, name: str, args: TapStackArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tap:stack:TapStack", name, {}, opts)
        self._args = args
        self.regions = Regions(args, self)
        found = discover(args, self.regions, check_versions(args, self.regions))
        self._env = Environment.of(args, found.account_id)
        self._layouts = found.layouts
        self._pairs = pairs(args)
        self._keys = KeyRing(self._env, self.regions, self)
        self._notifications: dict[str, Notifications] = {}
        self._make_networks()
        self._make_peerings()
        self.stores = Stores(
            args, self._env, regions=self.regions, keys=self._keys, networks=self.networks, parent=self
        )
        self.workloads = Workloads(
            args,
            self._env,
            regions=self.regions,
            keys=self._keys,
            networks=self.networks,
            stores=self.stores,
            parent=self,
        )
        self._watch_peerings()
        self._back_up()
        self.outputs = self._outputs()
        self.register_outputs(dict(self.outputs))

    def get_route_tables(
        self, vpc_id: pulumi.Input[str], provider: pulumi.ProviderResource
    ) -> pulumi.Output[list[str]]:
        """The ids of a VPC's route tables, the main one included, of created and adopted networks alike.

        Args:
            vpc_id: id of the VPC, plain or an output.
            provider: provider of the VPC's region and account.
        """
        # Tables of a network that this very deployment creates are there only once the network is.
        after = pulumi.InvokeOutputOptions(parent=self, provider=provider, depends_on=list(self.networks.values()))
        return ec2.get_route_tables_output(vpc_id=vpc_id, opts=after).apply(lambda found: sorted(found.ids))

    def _make_networks(self) -> None:
        access = compile_grants(self._args, self._layouts)
        self.networks = {
            name: Network(
                name,
                args,
                self._layouts[name],
                access[name],
                self._env,
                logs_key_arn=self._keys.logs(self._layouts[name].region) if flow_logs_of(args) else None,
                opts=pulumi.ResourceOptions(parent=self, provider=self.regions.of(args)),
            )
            for name, args in sorted(self._args.networks.items())
        }

    def _make_peerings(self) -> None:
        providers = {name: self.regions.of(args) for name, args in self._args.networks.items()}
        self.peerings = {
            pair.name: Peering(
                pair,
                self.networks[pair.requester],
                self.networks[pair.accepter],
                self._env,
                providers=providers,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for pair in self._pairs
        }

    def _watch_peerings(self) -> None:
        """A watch on each peering in each of its regions, and the trail that lets them see."""
        for pair in self._pairs:
            sides = [self.networks[pair.requester], self.networks[pair.accepter]]
            for region in sorted({side.region for side in sides}):
                here = [side for side in sides if side.region == region]
                peering = self.peerings[pair.name]
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
                    opts=self._in_region(region),
                )
        if self.peerings and self._args.monitoring.trail == "create":
            region = self._args.region
            Trail(region, self._env, key_arn=self._keys.logs(region), opts=self._in_region(region))

    def _back_up(self) -> None:
        """Recovery points of the data near one network, copies near another, and news of jobs that fail."""
        args = self._args.backup
        if args is None:
            return
        region = region_of(self._args, args.network)
        network, names = self.networks[args.network], self._env.names
        # Logs bear the stack's tags like everything else, and hold nothing to restore.
        logs = [
            *(names.flow_log_bucket(name, self._env.account_id) for name in self.networks),
            *(names.access_log_bucket(place, self._env.account_id) for place in self.stores.regions_of_buckets),
            names.trail_bucket(self._env.account_id),
        ]
        group = network.database_subnet_group_name
        tier = self._args.networks[args.network].database_subnet_group or ""
        made = Backup(
            "backup",
            args,
            self._env,
            region=region,
            key_arn=self._keys.data(region),
            kinds=data_kinds(self._args, region),
            excluded_arns=[f"arn:{partition(region)}:s3:::{bucket}" for bucket in logs],
            copy=self._copy_target(args.copy_to),
            aurora=AuroraRestore(subnet_group=group, security_group_ids=[network.security_group_ids[tier]])
            if group is not None and tier in network.security_group_ids
            else None,
            opts=self._in_region(region),
        )
        BackupWatch(
            "backup",
            region,
            self._env,
            vault_arn=made.vault_arn,
            restore_plan_arn=made.restore_plan_arn,
            topic_arn=self._topic(region),
            opts=self._in_region(region),
        )

    def _copy_target(self, network: str | None) -> CopyTarget | None:
        if network is None:
            return None
        region = region_of(self._args, network)
        return CopyTarget(region=region, key_arn=self._keys.data(region), provider=self.regions.provider(region))

    def _in_region(self, region: str) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, provider=self.regions.provider(region))

    def _topic(self, region: str) -> pulumi.Output[str]:
        """The alarm topic of a region, made when first needed."""
        if region not in self._notifications:
            self._notifications[region] = Notifications(
                region, self._env, emails=self._args.monitoring.emails, opts=self._in_region(region)
            )
        return self._notifications[region].topic_arn

    def _outputs(self) -> dict[str, pulumi.Input[Any]]:
        """Flat outputs, prefixed with the name of their network or peering; those of primary ones without it too."""
        args = self._args
        primary = next((name for name in sorted(args.networks) if args.networks[name].primary), None)
        outputs: dict[str, pulumi.Input[Any]] = {
            "blueprint": args.blueprint,
            "environment": args.environment,
            "environment_suffix": args.environment_suffix,
            "primary_region": self.networks[primary].region if primary else args.region,
            "account_id": self._env.account_id,
        }
        for name, network in self.networks.items():
            outputs |= _prefixed(name, network.outputs)
            if routes := [
                peering.route_counts[name] for peering in self.peerings.values() if name in peering.route_counts
            ]:
                outputs[_key(f"{name}_route_count")] = sum(routes)
        for pair in self._pairs:
            outputs |= _prefixed(pair.name, self.peerings[pair.name].outputs)
            if pair.primary:
                outputs |= {key: value for key, value in self.peerings[pair.name].outputs.items() if key not in outputs}
        parts = {**self.stores.outputs, **self.workloads.outputs}
        outputs |= {_key(key): value for key, value in parts.items()}
        for region, notifications in self._notifications.items():
            outputs[_key(f"alarm_topic_arn_{region}")] = notifications.topic_arn
        if primary:
            outputs |= {_key(key): value for key, value in self.networks[primary].outputs.items()}
        return outputs


def _key(text: str) -> str:
    return text.replace("-", "_").replace(".", "_")


def _prefixed(name: str, outputs: Mapping[str, pulumi.Input[Any]]) -> dict[str, pulumi.Input[Any]]:
    return {_key(f"{name}_{key}"): value for key, value in outputs.items()}
