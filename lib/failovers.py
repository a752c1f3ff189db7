"""DNS failover of a stack's API, composed from its settings."""

from collections.abc import Mapping

from lib.args.placement import Place
from lib.compute.api import Api
from lib.dns.failover import Failover, Side
from lib.foundation.environment import global_region
from lib.groundwork import Groundwork


def fail_over(ground: Groundwork, *, apis: Mapping[str, Api]) -> Failover | None:
    """One name for an API in two regions; None where none is asked for.

    Args:
        ground: what the stack is built on.
        apis: its APIs, by name.
    """
    if (failover := ground.args.failover) is None:
        return None
    region = global_region(ground.args.region)
    regional = {network: (ground.networks[network].region, api) for network, api in apis[failover.api].regional.items()}
    return Failover(
        failover.api,
        failover,
        ground.env,
        sides=[
            Side(
                network=network,
                region=there,
                provider=ground.regions.provider(there),
                host=api.host,
                api_id=api.api_id,
                stage_name=api.stage_name,
            )
            for network, (there, api) in regional.items()
        ],
        region=region,
        logs_key_arn=ground.keys.logs(region),
        opts=ground.at(Place(region)),
    )
