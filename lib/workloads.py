"""What a stack runs: queues, caches, services, fleets and APIs, composed from their settings."""

from collections.abc import Mapping
from typing import Any

import pulumi

from lib.args.stack import TapStackArgs
from lib.compute.site import Site
from lib.foundation.environment import Environment
from lib.foundation.keyring import KeyRing
from lib.foundation.regions import Regions
from lib.networking.network import Network
from lib.stores import Stores


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

    @property
    def outputs(self) -> dict[str, pulumi.Input[Any]]:
        """Outputs of all parts, prefixed with their names."""
        return {}

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
