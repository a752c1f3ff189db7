"""The stack's customer keys for logs, data and volumes: one of each a region, made when first asked for.

A network in another account has its key for logs there: nothing of the stack's own account has to let it in.
"""

from collections.abc import Sequence

import pulumi

from lib.args.placement import Place
from lib.foundation.environment import Environment
from lib.foundation.keys import Key, serve_data, serve_logs, serve_volumes
from lib.foundation.policies import Statement, Text
from lib.foundation.regions import Regions


class KeyRing:
    """Hands out customer keys by purpose and region.

    Args:
        env: environment of the stack.
        regions: its providers.
        parent: what the keys belong to.
    """

    def __init__(self, env: Environment, regions: Regions, parent: pulumi.Resource) -> None:
        self._env = env
        self._regions = regions
        self._parent = parent
        self._keys: dict[tuple[str, Place], Key] = {}

    def logs(self, region: str) -> pulumi.Output[str]:
        """ARN of the key for logs of a region, in the stack's own account."""
        return self.logs_at(Place(region))

    def logs_at(self, place: Place) -> pulumi.Output[str]:
        """ARN of the key for logs of a region and account."""
        return self._arn("logs", place, serve_logs(place.region, self._env.within(place)))

    def data(self, region: str) -> pulumi.Output[str]:
        """ARN of the key for data of a region."""
        return self._arn("data", Place(region), serve_data(region, self._env))

    def volumes(self, region: str, scaling_role_arn: Text) -> pulumi.Output[str]:
        """ARN of the key for volumes of a region's instances, which EC2 Auto Scaling may use by a role of its own.

        It is not the key for data, which Auto Scaling has no business with.

        Args:
            region: the region.
            scaling_role_arn: the service-linked role, the same for all fleets of the stack.
        """
        return self._arn("volumes", Place(region), serve_volumes(scaling_role_arn))

    def _arn(self, purpose: str, place: Place, serves: Sequence[Statement]) -> pulumi.Output[str]:
        if (purpose, place) not in self._keys:
            self._keys[purpose, place] = Key(
                f"{purpose}-{place.key}",
                self._env.within(place),
                purpose=purpose,
                region=place.region,
                serves=serves,
                opts=pulumi.ResourceOptions(parent=self._parent, provider=self._regions.at(place)),
            )
        return self._keys[purpose, place].arn
