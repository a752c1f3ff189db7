"""What every part of a stack is built on: its settings, environment, providers, keys and networks."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from lib.args.placement import Place
from lib.args.stack import TapStackArgs
from lib.foundation.environment import Environment
from lib.foundation.keyring import KeyRing
from lib.foundation.regions import Regions
from lib.networking.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Groundwork:
    """What the parts of one stack have in common.

    Args:
        args: settings of the stack.
        env: its environment.
        regions: its providers.
        keys: its customer keys.
        networks: its networks, by name.
        parent: what all of it belongs to.
    """

    args: TapStackArgs
    env: Environment
    regions: Regions
    keys: KeyRing
    networks: Mapping[str, Network]
    parent: pulumi.Resource

    def at(self, place: Place) -> pulumi.ResourceOptions:
        """Options of what lies in a region and account."""
        return pulumi.ResourceOptions(parent=self.parent, provider=self.regions.at(place))


class Part:
    """A part of a stack, composed from its settings.

    Args:
        ground: what it is built on.
    """

    def __init__(self, ground: Groundwork) -> None:
        self._ground = ground
        self._args = ground.args
        self._env = ground.env
        self._regions = ground.regions
        self._keys = ground.keys
        self._networks = ground.networks

    def _in(self, region: str) -> pulumi.ResourceOptions:
        """Options of what lies in a region of the stack's own account."""
        return self._ground.at(Place(region))
