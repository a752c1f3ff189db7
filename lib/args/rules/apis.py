"""Rules on APIs: where they live, what they serve, and how long a request may take.

Their tiers, and their ways to their database and to AWS's services, have the rules of all workloads.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lib.args.api import GATEWAY_SECONDS
from lib.args.placement import region_of, regions_of_database, regions_of_table
from lib.args.problems import Problem, place
from lib.args.rules.references import unknown

if TYPE_CHECKING:
    from lib.args.api import ApiArgs
    from lib.args.stack import TapStackArgs


def apis_have_known_networks(args: "TapStackArgs") -> Iterable[Problem]:
    """The networks that an API names exist, in the stack's own account, whose keys it uses; there is one at least."""
    for name, api in args.apis.items():
        if not api.networks:
            at = place("apis", name, "networks")
            yield Problem(at, "needs a network", [], "Name the network that its function runs in.")
        for index, network in enumerate(api.networks):
            at = place("apis", name, "networks", index)
            if network not in args.networks:
                yield unknown(at, "a network", network, args.networks, place("networks", network))
            elif args.networks[network].role_arn:
                basis = (place("networks", network, "role_arn"),)
                rule = "must be a network of the stack's own account"
                yield Problem(at, rule, network, "Choose a network without role_arn.", basis)


def apis_have_one_network_a_region(args: "TapStackArgs") -> Iterable[Problem]:
    """An API is there once in each of its regions: whatever it is called by, the region tells its parts apart."""
    for name, api in args.apis.items():
        first: dict[str, str] = {}
        for index, network in _networks(args, api):
            region = region_of(args, network)
            if region in first:
                same = "is listed twice" if first[region] == network else f"is in {region}, as {first[region]} is"
                remedy = "Remove it." if first[region] == network else "Choose a network in another region."
                basis = (place("networks", network, "region"), place("networks", first[region], "region"))
                yield Problem(place("apis", name, "networks", index), same, network, remedy, basis)
            first.setdefault(region, network)


def tables_of_apis_are_in_their_regions(args: "TapStackArgs") -> Iterable[Problem]:
    """The table of an API exists, and is in each of its regions."""
    for name, api in args.apis.items():
        at = place("apis", name, "table")
        if api.table not in args.tables:
            yield unknown(at, "a table", api.table, args.tables, place("tables", api.table))
            continue
        home, replicas = regions_of_table(args, args.tables[api.table])
        table = place("tables", api.table)
        for _, network in _networks(args, api):
            region = region_of(args, network)
            if region not in (home, *replicas):
                rule = f"has no replica in {region}, where network {network} is"
                basis = (f"{table}.network", f"{table}.replicas", place("apis", name, "networks"), "networks", "region")
                yield Problem(at, rule, api.table, f"Add {network} to {table}.replicas.", basis)


def tables_of_apis_are_keyed_by_id(args: "TapStackArgs") -> Iterable[Problem]:
    """The id in a path is the whole key of an item, and text."""
    for name, api in args.apis.items():
        table = args.tables.get(api.table)
        if table is None:
            continue
        at, basis = place("apis", name, "table"), place("tables", api.table)
        if table.range_key is not None:
            rule = f"has the sort key {table.range_key} beside its partition key"
            remedy = "Choose a table with a partition key alone."
            yield Problem(at, rule, api.table, remedy, (f"{basis}.range_key",))
        if (kind := table.attributes.get(table.hash_key, "S")) != "S":
            rule = f"has a partition key of type {kind}, and an id is text"
            remedy = f"Choose another table, or take {table.hash_key} out of {basis}.attributes."
            yield Problem(at, rule, api.table, remedy, (f"{basis}.attributes", f"{basis}.hash_key"))


def databases_of_apis_are_in_their_regions(args: "TapStackArgs") -> Iterable[Problem]:
    """The database of an API exists, and has a cluster in each of its regions."""
    for name, api in args.apis.items():
        if api.database is None:
            continue
        at = place("apis", name, "database")
        if api.database not in args.databases:
            yield unknown(at, "a database", api.database, args.databases, place("databases", api.database))
            continue
        database = place("databases", api.database)
        clusters = regions_of_database(args, args.databases[api.database])
        for _, network in _networks(args, api):
            region = region_of(args, network)
            if region not in clusters:
                rule = f"has no cluster in {region}, where network {network} is"
                remedy = f"Add {network} to {database}.secondary_networks."
                basis = (
                    f"{database}.network",
                    f"{database}.secondary_networks",
                    *(place("apis", name, "networks"), "networks", "region"),
                )
                yield Problem(at, rule, api.database, remedy, basis)


def requests_end_before_the_gateway_does(args: "TapStackArgs") -> Iterable[Problem]:
    """A function that works longer than its gateway waits works for nobody."""
    for name, api in args.apis.items():
        if api.timeout_seconds > GATEWAY_SECONDS:
            at = place("apis", name, "timeout_seconds")
            rule = f"must not be above {GATEWAY_SECONDS}, the longest that an HTTP API waits"
            remedy = f"Use {GATEWAY_SECONDS} or less, and a queue for what takes longer."
            yield Problem(at, rule, api.timeout_seconds, remedy)


def _networks(args: "TapStackArgs", api: "ApiArgs") -> Iterator[tuple[int, str]]:
    """Those of an API's networks that exist, with their places in the list."""
    return ((index, network) for index, network in enumerate(api.networks) if network in args.networks)
