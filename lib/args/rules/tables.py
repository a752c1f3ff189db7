"""Rules on DynamoDB tables: their keys and indexes, and where they and their replicas are."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lib.args.placement import region_of, region_of_replica
from lib.args.problems import Problem, nearest, place
from lib.args.rules.references import unknown
from lib.args.scalars import REGIONS

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs
    from lib.args.table import TableArgs

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
SHORTEST_INDEX_NAME, LONGEST_INDEX_NAME = 3, 255
MOST_INCLUDED = 100


def tables_have_known_places(args: "TapStackArgs") -> Iterable[Problem]:
    """A table names a network; its replicas name networks or regions."""
    for name, table in args.tables.items():
        if table.network is not None and table.network not in args.networks:
            at = place("tables", name, "network")
            yield unknown(at, "a network", table.network, args.networks, place("networks", table.network))
        for index, replica in enumerate(table.replicas):
            if replica not in args.networks and replica not in REGIONS:
                at = place("tables", name, "replicas", index)
                guess = nearest(replica, (*args.networks, *REGIONS))
                remedy = f"Did you mean {guess}?" if guess else "Name a network, or a region such as us-west-2."
                basis = (place("networks", replica),)
                yield Problem(at, "must name a network or a region", replica, remedy, basis)


def replicas_are_in_other_regions(args: "TapStackArgs") -> Iterable[Problem]:
    """A table has one replica a region, and none in its own."""
    for name, table in args.tables.items():
        # Where nobody knows the table's region, none can be said to be its own.
        known = table.network is None or table.network in args.networks
        first = {region_of(args, table.network): ""} if known else {}
        basis = ["region", place("tables", name, "network"), place("networks", table.network or "", "region")]
        for index, replica in enumerate(table.replicas):
            at = place("tables", name, "replicas", index)
            region = region_of_replica(args, replica)
            grounds = (*basis, place("networks", replica, "region"))
            if first.get(region) == "":
                remedy = "Name a network in another region, or another region."
                yield Problem(at, f"must not be in {region}, the table's own region", replica, remedy, grounds)
            elif region in first:
                rule = f"is in {region}, where {first[region]} puts a replica already"
                yield Problem(at, rule, replica, "Remove one of the two.", grounds)
            first.setdefault(region, replica)


def key_attributes_are_keys(args: "TapStackArgs") -> Iterable[Problem]:
    """DynamoDB takes types of key attributes and of no others; both parts of a key differ."""
    for name, table in args.tables.items():
        for attribute in table.attributes:
            if attribute not in table.keys:
                at = place("tables", name, "attributes", attribute)
                basis = (place("tables", name, "indexes"),)
                yield unknown(at, "an attribute of a key", attribute, table.keys, *basis)
        keyed = [(("tables", name), table), *((("tables", name, "indexes", i), x) for i, x in table.indexes.items())]
        for path, key in keyed:
            if key.hash_key == key.range_key:
                at = place(*path, "range_key")
                remedy = "Name another attribute, or remove it."
                yield Problem(at, "must differ from hash_key", key.range_key, remedy, (place(*path, "hash_key"),))


def expiry_is_a_number(args: "TapStackArgs") -> Iterable[Problem]:
    """An item expires at a second: an attribute that is in a key too must be a number there."""
    for name, table in args.tables.items():
        kind = table.attributes.get(table.ttl or "", "S")
        if table.ttl in table.keys and kind != "N":
            rule = f"must be a number, and is a key of type {kind}"
            remedy = f"Add {table.ttl}: N to the table's attributes, or name another attribute."
            basis = (place("tables", name, "attributes", table.ttl or ""),)
            yield Problem(place("tables", name, "ttl"), rule, table.ttl, remedy, basis)


def indexes_are_whole(args: "TapStackArgs") -> Iterable[Problem]:
    """An index's name has a length that DynamoDB takes; it lists attributes just where its projection has them."""
    for name, table in args.tables.items():
        for index, settings in table.indexes.items():
            at = place("tables", name, "indexes", index)
            if not SHORTEST_INDEX_NAME <= len(index) <= LONGEST_INDEX_NAME:
                rule = f"must have a name of {SHORTEST_INDEX_NAME} to {LONGEST_INDEX_NAME} characters"
                yield Problem(at, rule, index, "Rename the index.")
            basis = (f"{at}.projection",)
            if settings.projection == "INCLUDE" and not settings.include:
                remedy = "List attributes, or set projection: KEYS_ONLY."
                yield Problem(f"{at}.include", "is required with projection INCLUDE", None, remedy, basis)
            elif settings.projection != "INCLUDE" and settings.include:
                rule = f"has no effect with projection {settings.projection}"
                remedy = "Set projection: INCLUDE, or remove it."
                yield Problem(f"{at}.include", rule, list(settings.include), remedy, basis)
        yield from _included(name, table)


def _included(name: str, table: "TableArgs") -> Iterator[Problem]:
    """Attributes that indexes include: each once, none that is there as a key, and not too many in all."""
    for index, settings in table.indexes.items():
        keys = {table.hash_key, table.range_key, settings.hash_key, settings.range_key}
        for position, attribute in enumerate(settings.include):
            at = place("tables", name, "indexes", index, "include", position)
            if attribute in keys:
                yield Problem(at, "is in the index already, as part of a key", attribute, "Remove it.")
            elif attribute in settings.include[:position]:
                yield Problem(at, "must not be the same attribute again", attribute, "Remove it.")
    if (count := sum(len(settings.include) for settings in table.indexes.values())) > MOST_INCLUDED:
        rule = f"include {count} attributes in all; DynamoDB takes {MOST_INCLUDED}"
        yield Problem(place("tables", name, "indexes"), rule, None, "Set projection: ALL in one of them.")
