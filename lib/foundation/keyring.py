"""The stack's customer keys for logs and for data: one of each a region, made when first asked for."""

import pulumi

from lib.foundation.environment import Environment
from lib.foundation.keys import Key, serve_data, serve_logs
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
        self._keys: dict[tuple[str, str], Key] = {}

    def logs(self, region: str) -> pulumi.Output[str]:
        """ARN of the key for logs of a region."""
        return self._arn("logs", region)

    def data(self, region: str) -> pulumi.Output[str]:
        """ARN of the key for data of a region."""
        return self._arn("data", region)

    def _arn(self, purpose: str, region: str) -> pulumi.Output[str]:
        if (purpose, region) not in self._keys:
            serves = {"logs": serve_logs, "data": serve_data}[purpose](region, self._env)
            self._keys[purpose, region] = Key(
                f"{purpose}-{region}",
                self._env,
                purpose=purpose,
                region=region,
                serves=serves,
                opts=pulumi.ResourceOptions(parent=self._parent, provider=self._regions.provider(region)),
            )
        return self._keys[purpose, region].arn
