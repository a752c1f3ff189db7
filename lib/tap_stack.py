"""TapStack: the whole of one environment, composed from its settings.

from lib.tap_stack import TapStack, TapStackArgs

TapStack("payments", TapStackArgs.from_blueprint("vpc-peering", environment_suffix="dev", tags={"Team": "payments"}))
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_aws import ec2

from lib.args.stack import TapStackArgs
from lib.backups import back_up
from lib.database.engine_version import check_versions
from lib.dns.failover import Failover
from lib.failovers import fail_over
from lib.foundation.environment import Environment
from lib.foundation.keyring import KeyRing
from lib.foundation.regions import Regions
from lib.groundwork import Groundwork
from lib.networking.discovery import discover
from lib.networking.flow_logs import flow_logs_of
from lib.networking.grants import compile_grants
from lib.networking.network import Network
from lib.networking.pairs import pairs
from lib.networking.peering import Peering
from lib.stores import Stores
from lib.watch import Watch
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
    failover: Failover | None
    watch: Watch
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
        self._make_networks()
        self._make_peerings()
        ground = Groundwork(
            args=args, env=self._env, regions=self.regions, keys=self._keys, networks=self.networks, parent=self
        )
        self.stores = Stores(ground)
        self.workloads = Workloads(ground, stores=self.stores)
        self.failover = fail_over(ground, apis=self.workloads.apis)
        self.watch = Watch(
            ground,
            peerings=self.peerings,
            backup=back_up(ground, log_buckets=self._log_buckets()),
            stores=self.stores,
            workloads=self.workloads,
            failover=self.failover,
        )
        self.outputs = self._outputs()
        # The security rules read their exceptions here, in a policy pack as in a Plan.
        exceptions = [exception.model_dump() for exception in args.policy.exceptions]
        self.register_outputs({**self.outputs, "policy_exceptions": exceptions})

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
                logs_key_arn=self._keys.logs_at(self.regions.place_of(args)) if flow_logs_of(args) else None,
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

    def _log_buckets(self) -> list[str]:
        names, account_id = self._env.names, self._env.account_id
        return [
            *(
                names.flow_log_bucket(name, account_id)
                for name, args in self._args.networks.items()
                if not args.role_arn
            ),
            *(names.access_log_bucket(place, account_id) for place in self.stores.regions_of_buckets),
            *(names.load_balancer_log_bucket(place, account_id) for place in self.workloads.regions_of_load_balancers),
            names.trail_bucket(account_id),
        ]

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
        names: Mapping[str, pulumi.Input[Any]] = self.failover.outputs if self.failover else {}
        parts = {**self.stores.outputs, **self.workloads.outputs, **names, **self.watch.outputs}
        outputs |= {_key(key): value for key, value in parts.items()}
        if primary:
            outputs |= {_key(key): value for key, value in self.networks[primary].outputs.items()}
        return outputs


def _key(text: str) -> str:
    return text.replace("-", "_").replace(".", "_")


def _prefixed(name: str, outputs: Mapping[str, pulumi.Input[Any]]) -> dict[str, pulumi.Input[Any]]:
    return {_key(f"{name}_{key}"): value for key, value in outputs.items()}
