"""What a stack runs: queues, caches, services, fleets and APIs, composed from their settings."""

from collections.abc import Mapping
from typing import Any

import pulumi

from lib.args.placement import region_of
from lib.args.stack import TapStackArgs
from lib.args.workload import UsesArgs
from lib.compute.cache import Cache
from lib.compute.queue import Queue
from lib.compute.site import Site
from lib.compute.uses import Used
from lib.foundation.environment import Environment
from lib.foundation.keyring import KeyRing
from lib.foundation.regions import Regions
from lib.networking.network import Network
from lib.stores import Stores
from lib.uses import Uses


class Workloads:
    """The stack's workloads, each in the region of its network.

    Args:
        args: settings of the stack.
        env: its environment.
        regions: its providers.
        keys: its customer keys.
        networks: its networks, by name.
        stores: what holds its data.
        parent: what all of it belongs to.
    """

    queues: Mapping[str, Queue]
    caches: Mapping[str, Cache]

    def __init__(
        self,
        args: TapStackArgs,
        env: Environment,
        *,
        regions: Regions,
        keys: KeyRing,
        networks: Mapping[str, Network],
        stores: Stores,
        parent: pulumi.Resource,
    ) -> None:
        self._args = args
        self._env = env
        self._regions = regions
        self._keys = keys
        self._networks = networks
        self._stores = stores
        self._parent = parent
        self.queues = {name: self._queue(name) for name in sorted(args.queues)}
        self.caches = {name: self._cache(name) for name in sorted(args.caches)}
        self._uses = Uses(args, keys=keys, stores=stores, caches=self.caches, queues=self.queues)

    @property
    def outputs(self) -> dict[str, pulumi.Input[Any]]:
        """Outputs of all parts, prefixed with their names."""
        parts = (self.queues, self.caches)
        return {
            f"{n}_{key}": value for made in parts for n, part in made.items() for key, value in part.outputs.items()
        }

    def _in(self, region: str) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self._parent, provider=self._regions.provider(region))

    def _site(self, network_name: str, tier: str, security_group: str | None = None) -> Site:
        network = self._networks[network_name]
        return Site(
            network=network.name,
            region=network.region,
            vpc_id=network.vpc_id,
            subnet_ids=network.tiers[tier].subnet_ids,
            security_group_id=network.security_group_ids[security_group or tier],
            data_key_arn=self._keys.data(network.region),
            logs_key_arn=self._keys.logs(network.region),
        )

    def _used(self, uses: UsesArgs, *, owner: str, network: str) -> Used:
        """What a workload of this name, in this network, uses."""
        return self._uses.used(uses, owner=owner, network=network)

    def _queue(self, name: str) -> Queue:
        args = self._args.queues[name]
        region = region_of(self._args, args.network)
        return Queue(name, args, self._env, key_arn=self._keys.data(region), opts=self._in(region))

    def _cache(self, name: str) -> Cache:
        args = self._args.caches[name]
        site = self._site(args.network, args.tier_in(self._args.networks[args.network]) or "")
        return Cache(name, args, self._env, site, opts=self._in(site.region))
