"""Rules on what workloads use: it exists, is in their region, and a grant leads to it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from lib.args.cache import PORT as CACHE_PORT
from lib.args.database import PORT as DATABASE_PORT
from lib.args.placement import (
    Workload,
    balanced,
    region_of,
    regions_of_bucket,
    regions_of_database,
    regions_of_table,
    workloads,
)
from lib.args.problems import Problem, place
from lib.args.rules.connections import missing_grant, missing_grant_between
from lib.args.rules.references import unknown
from lib.args.workload import UsesArgs, variables

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs

SECTIONS = tuple(UsesArgs.model_fields)
ONE = {"databases": "database", "caches": "cache", "secrets": "secret", "parameters": "parameter"}


def used_things_exist(args: "TapStackArgs") -> Iterable[Problem]:
    """Everything that a workload uses is there."""
    for path, workload in balanced(args):
        for section, index, name in _named(workload.uses):
            known: Mapping[str, object] = getattr(args, section)
            if name not in known:
                what = f"a {ONE.get(section, section.removesuffix('s'))}"
                yield unknown(f"{path}.uses.{section}[{index}]", what, name, known, place(section, name))


def used_things_are_in_reach(args: "TapStackArgs") -> Iterable[Problem]:
    """Everything that a workload uses is in its region, or has a replica there."""
    for each in workloads(args):
        region = region_of(args, each.network)
        if each.kind == "api":
            continue  # with rules of its own
        for section, index, name in _named(each.uses):
            regions = _regions(args, section, name)
            if regions and region not in regions:
                rule = f"is in {' and '.join(regions)}, and {each.path} is in {region}"
                at = place(section, name)
                basis = (f"{each.path}.network", "networks", at, "region")
                yield Problem(
                    f"{each.path}.uses.{section}[{index}]", rule, name, _nearer(args, section, at, each.network), basis
                )


def _regions(args: "TapStackArgs", section: str, name: str) -> tuple[str, ...]:
    """The regions that a thing is in, its replicas included; none where there is no such thing."""
    if name not in getattr(args, section):
        return ()
    match section:
        case "databases":
            return tuple(regions_of_database(args, args.databases[name]))
        case "tables":
            home, replicas = regions_of_table(args, args.tables[name])
            return (home, *replicas)
        case "buckets":
            return regions_of_bucket(args, args.buckets[name])
        case "secrets":
            secret = args.secrets[name]
            return tuple(region_of(args, network) for network in (secret.network, *secret.replicas))
        case _:
            return (region_of(args, getattr(args, section)[name].network),)


def _nearer(args: "TapStackArgs", section: str, at: str, network: str) -> str:
    """What brings a thing into the region of a network."""
    lists = {"databases": "secondary_networks", "tables": "replicas", "secrets": "replicas"}
    if section in lists:
        return f"Add {network} to {at}.{lists[section]}."
    if section == "buckets" and args.buckets[at.split(".")[1]].replicate_to is None:
        return f"Set {at}.replicate_to to {network}."
    return f"Use another {ONE.get(section, section.removesuffix('s'))}, with network: {network}."


def databases_and_caches_are_granted(args: "TapStackArgs") -> Iterable[Problem]:
    """A workload may open connections to the tiers of its databases and caches."""
    for each in workloads(args):
        region = region_of(args, each.network)
        for name in each.uses.databases:
            home = regions_of_database(args, args.databases[name]).get(region) if name in args.databases else None
            if home is not None:
                yield from _granted(args, each, home, args.databases[name].tier_in(args.networks[home]), DATABASE_PORT)
        for name in each.uses.caches:
            cache = args.caches.get(name)
            if cache and cache.network in args.networks and region_of(args, cache.network) == region:
                yield from _granted(args, each, cache.network, cache.tier_in(args.networks[cache.network]), CACHE_PORT)


def _granted(args: "TapStackArgs", each: Workload, network: str, tier: str | None, port: int) -> Iterator[Problem]:
    if tier is None or tier not in args.networks[network].tiers:
        return
    if network == each.network:
        yield from missing_grant(args, each.path, network, each.group, tier, port)
    else:
        yield from missing_grant_between(args, each.path, (each.network, each.group), (network, tier), port)


def variables_differ(args: "TapStackArgs") -> Iterable[Problem]:
    """No two things that a service is told of share an environment variable, its own variables included."""
    for path, workload in balanced(args):
        taken: dict[str, str] = {}
        for name, said in variables(workload.uses):
            if (first := taken.setdefault(name, said)) != said:
                rule = f"has two things for the environment variable {name}: {first} and {said}"
                yield Problem(f"{path}.uses", rule, None, "Rename one of the two.")
        for name in getattr(workload, "environment", {}):
            if name in taken:
                rule = f"is set by what it uses, {taken[name]}"
                yield Problem(f"{path}.environment.{name}", rule, None, "Remove or rename it.", (f"{path}.uses",))


def _named(uses: UsesArgs) -> Iterator[tuple[str, int, str]]:
    """Each thing that is used: its section, its place in the list, its name."""
    for section in SECTIONS:
        names: tuple[str, ...] = getattr(uses, section)
        for index, name in enumerate(names):
            yield section, index, name
