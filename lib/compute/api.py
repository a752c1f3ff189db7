"""An API: the same function behind an HTTP API in each of its regions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from lib.args.api import ApiArgs
from lib.args.source import SourceFile
from lib.compute.regional_api import RegionalApi, ServedDatabase, ServedTable
from lib.compute.site import Site
from lib.foundation.component import Component
from lib.foundation.environment import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSite:
    """Where an API lives in one of its networks, and what it serves there.

    Args:
        site: the network.
        provider: provider of its region.
        table: the table, or its replica in the region.
        database: the region's cluster of its database; None where it has none.
    """

    site: Site
    provider: pulumi.ProviderResource
    table: ServedTable
    database: ServedDatabase | None


class Api(Component):
    """A function and an HTTP API in each region, each with nothing from another region in its way.

    Args:
        name: the API's name.
        args: its settings.
        env: environment of the stack.
        sites: one for each of `args.networks`, in their order.
        code: sources of the function and of the packages that it brings along.

    Attributes:
        regional: its part in each region, by network.
    """

    regional: Mapping[str, RegionalApi]
    outputs: Mapping[str, pulumi.Input[Any]]

    def __init__(
        self,
        name: str,
        args: ApiArgs,
        env: Environment,
        *,
        sites: Sequence[ApiSite],
        code: Sequence[SourceFile],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:compute:Api", name, opts)
        self.regional = {
            each.site.network: RegionalApi(
                name,
                args,
                env,
                each.site,
                table=each.table,
                database=each.database,
                code=code,
                opts=self.child(provider=each.provider),
            )
            for each in sites
        }
        self.outputs = {
            f"{network}_{key}": value for network, part in self.regional.items() for key, value in part.outputs.items()
        }
        self.register_outputs(dict(self.outputs))
