"""DNS failover of a stack's API, composed from its settings."""

from collections.abc import Mapping

import pulumi

from lib.args.stack import TapStackArgs
from lib.compute.api import Api
from lib.dns.failover import Failover, Side
from lib.foundation.environment import Environment, global_region
from lib.foundation.keyring import KeyRing
from lib.foundation.regions import Regions
from lib.networking.network import Network


def fail_over(
    args: TapStackArgs,
    env: Environment,
    *,
    regions: Regions,
    keys: KeyRing,
    networks: Mapping[str, Network],
    apis: Mapping[str, Api],
    parent: pulumi.Resource,
) -> Failover | None:
    """One name for an API in two regions; None where none is asked for.

    Args:
        args: settings of the stack.
        env: its environment.
        regions: its providers.
        keys: its customer keys.
        networks: its networks, by name.
        apis: its APIs, by name.
        parent: what the failover belongs to.
    """
    if (failover := args.failover) is None:
        return None
    region = global_region(args.region)
    return Failover(
        failover.api,
        failover,
        env,
        sides=[
            Side(
                network=network,
                region=networks[network].region,
                provider=regions.provider(networks[network].region),
                host=api.host,
                api_id=api.api_id,
                stage_name=api.stage_name,
            )
            for network, api in apis[failover.api].regional.items()
        ],
        region=region,
        logs_key_arn=keys.logs(region),
        opts=pulumi.ResourceOptions(parent=parent, provider=regions.provider(region)),
    )
