"""Every AWS name that the stack gives out, made in one place.

`{scope}-{type}[-{region}]-{suffix}`: the scope is the network's or component's own name; the application stands
before it where a name is unique in the account; the region follows where two regions hold the same thing; the account
id stands in bucket names, which are unique in the world. Lower case throughout, `_` becomes `-`. IAM names are left to
Pulumi. `planned` lists the names that settings lead to, so that one too long or given twice is a settings error.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lib.foundation.naming import account, compute, data, network, watch
from lib.foundation.naming.maker import LIMITS, PlannedName, plain

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs

__all__ = ["LIMITS", "Names", "PlannedName", "plain", "planned"]


class Names(  # pylint: disable=too-many-ancestors  # one a folder of the library
    account.AccountNames, network.NetworkNames, data.DataNames, compute.ComputeNames, watch.WatchNames
):
    """Names of one stack, of its application and with its environment suffix."""

    __slots__ = ()


def planned(args: "TapStackArgs") -> Iterator[PlannedName]:
    """Every name that these settings lead to, names in any account and region standing for all."""
    names = Names(args.application, args.environment_suffix)
    region = max({args.region, *(each.region or args.region for each in args.networks.values())}, key=len)
    for folder in (account, network, data, compute, watch):
        yield from folder.planned(args, names, region)
