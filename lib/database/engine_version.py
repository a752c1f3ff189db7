"""Which versions of Aurora PostgreSQL a region offers, looked up before anything is made (phase 2 of the settings)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pulumi
from pulumi_aws import rds

from lib.args.placement import region_of
from lib.args.problems import Problem, place
from lib.args.stack import TapStackArgs
from lib.foundation.regions import Regions

ENGINE = rds.EngineType.AURORA_POSTGRESQL
# What the provider says where no version answers to the criteria.
NONE_FOUND = ("match", "couldn't find", "empty result")

Found = rds.GetEngineVersionResult | Exception


def check_versions(args: TapStackArgs, regions: Regions) -> list[Problem]:
    """Hold the version of every database against what its regions offer, with one look-up a version and region.

    Args:
        args: settings of the stack.
        regions: its providers.
    """
    wanted = {
        (database.engine_version, region_of(args, network)): regions.provider(region_of(args, network))
        for _, database in sorted(args.databases.items())
        for network in database.networks
    }
    found = {
        (version, region): _look_up(pulumi.InvokeOptions(provider=provider), version)
        for (version, region), provider in wanted.items()
    }
    return [
        problem
        for name, database in sorted(args.databases.items())
        for region in dict.fromkeys(region_of(args, network) for network in database.networks)
        for problem in _problems(
            place("databases", name, "engine_version"),
            database.engine_version,
            region,
            found[database.engine_version, region],
            spans_regions=bool(database.secondary_networks),
            opts=pulumi.InvokeOptions(provider=regions.provider(region)),
        )
    ]


def newest_of_each_major(opts: pulumi.InvokeOptions) -> Mapping[str, str]:
    """The newest version of each major that a region offers, newest major first.

    One look-up for the newest of all, then one for each major below it until one is not offered.

    Args:
        opts: options that carry the provider of the region.
    """
    found = _look_up(opts)
    newest: dict[str, str] = {}
    while not isinstance(found, Exception):
        major = found.version_actual.partition(".")[0]
        newest[major] = found.version_actual
        found = _look_up(opts, str(int(major) - 1))
    return newest


def _look_up(opts: pulumi.InvokeOptions, version: str | None = None) -> Found:
    """The newest version that answers to this one: itself, or the newest minor version of a major."""
    try:
        return rds.get_engine_version(engine=ENGINE.value, version=version, latest=True, opts=opts)
    # The SDK raises a bare Exception for whatever the provider says.
    except Exception as failure:  # noqa: BLE001  # pylint: disable=broad-exception-caught
        return failure


def _problems(
    path: str, version: str, region: str, found: Found, *, spans_regions: bool, opts: pulumi.InvokeOptions
) -> Iterator[Problem]:
    if isinstance(found, Exception):
        message = str(found)
        if not any(words in message for words in NONE_FOUND):
            reason = message.splitlines()[0] if message else "no reason given"
            rule = f"could not be looked up in {region}: {reason}"
            yield Problem(path, rule, version, "Check credentials and permissions.")
            return
        offered = ", ".join(newest_of_each_major(opts).values())
        remedy = f"Choose one of the newest of each major: {offered}." if offered else "Choose another region."
        yield Problem(path, f"is no version of Aurora PostgreSQL that {region} offers", version, remedy)
    elif spans_regions and not found.supports_global_databases:
        rule = f"can be no Global Database's in {region}"
        yield Problem(path, rule, version, "Choose a newer version, or remove secondary_networks.")
