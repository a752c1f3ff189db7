"""Rules on databases: where they live, and what they run on."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lib.args.problems import Problem, place
from lib.args.rules.references import unknown
from lib.args.rules.tiers import DATABASE_ZONES
from lib.networking.layout import zone_count

if TYPE_CHECKING:
    from lib.args.database import DatabaseArgs
    from lib.args.network import NetworkArgs
    from lib.args.stack import TapStackArgs

Placed = tuple[str, str, "NetworkArgs"]


def databases_have_known_networks(args: "TapStackArgs") -> Iterable[Problem]:
    """The networks that a database names exist, in the stack's own account, whose keys encrypt it."""
    for name, database in args.databases.items():
        for at, network in _named(name, database):
            if network not in args.networks:
                yield unknown(at, "a network", network, args.networks, place("networks", network))
            elif args.networks[network].role_arn:
                basis = (place("networks", network, "role_arn"),)
                remedy = "Choose a network without role_arn."
                yield Problem(at, "must be a network of the stack's own account", network, remedy, basis)


def databases_have_a_tier(args: "TapStackArgs") -> Iterable[Problem]:
    """In every network a database lives in a tier that exists, that is not public, and that has two zones."""
    for name, database in args.databases.items():
        for at, network_name, network in _placed(args, name, database):
            tier_name = database.tier_in(network)
            tiers = place("networks", network_name, "tiers")
            if tier_name is None:
                # A network's own database_subnet_group that is in error may have named it.
                basis = (place("networks", network_name, "database_subnet_group"), place("databases", name, "tier"))
                rule = f"needs a tier of network {network_name} to live in"
                remedy = "Set the database's tier, or the network's database_subnet_group."
                yield Problem(at, rule, None, remedy, basis)
            elif tier_name not in network.tiers:
                if database.tier is not None:
                    where = place("databases", name, "tier")
                    yield unknown(
                        where, f"a tier of network {network_name}", tier_name, network.tiers, f"{tiers}.{tier_name}"
                    )
            else:
                yield from _unfit(place("databases", name), network_name, network, tier_name)


def _unfit(at: str, network_name: str, network: "NetworkArgs", tier_name: str) -> Iterator[Problem]:
    """What keeps a database out of a tier.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
    """
    tier = network.tiers[tier_name]
    basis = tuple(place("networks", network_name, key) for key in ("zones", "tiers", "vpc_id"))
    if tier.kind == "public":
        rule = f"must not live in a public tier of network {network_name}"
        yield Problem(f"{at}.tier", rule, tier_name, "Choose a tier of kind isolated or private.", basis)
    subnets: int | None = zone_count(network)
    if network.vpc_id:
        listed = tier.subnet_ids or tier.cidrs
        subnets = None if listed is None else len(listed)
    if subnets is not None and subnets < DATABASE_ZONES:
        rule = f"needs {DATABASE_ZONES} zones, and its tier in network {network_name} has {subnets}"
        remedy = "List two of its subnets or more." if network.vpc_id else f"Set zones: {DATABASE_ZONES} or more there."
        yield Problem(f"{at}.tier", rule, tier_name, remedy, basis)


def global_databases_span_regions(args: "TapStackArgs") -> Iterable[Problem]:
    """A Global Database has one cluster a region.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.configuration.requirements.html
    """
    for name, database in args.databases.items():
        first: dict[str, str] = {}
        for at, network_name, network in _placed(args, name, database):
            region = network.region or args.region
            if region in first:
                basis = (place("networks", network_name, "region"), place("networks", first[region], "region"))
                same = "is listed twice" if first[region] == network_name else f"is in {region}, as {first[region]} is"
                remedy = "Remove it." if first[region] == network_name else "Choose a network in another region."
                yield Problem(at, same, network_name, remedy, basis)
            first.setdefault(region, network_name)


def databases_have_one_kind_of_capacity(args: "TapStackArgs") -> Iterable[Problem]:
    """Either instances of a class, or serverless ones; the latter between two bounds; no small class for a global."""
    for name, database in args.databases.items():
        at = place("databases", name)
        given = (database.instance_class is not None) + (database.serverless is not None)
        if given != 1:
            rule = "needs instance_class or serverless" if not given else "takes instance_class or serverless, not both"
            remedy = "Set one of the two, such as instance_class: db.r6g.large." if not given else "Remove one of them."
            yield Problem(at, rule, None, remedy, (f"{at}.instance_class", f"{at}.serverless"))
        if database.serverless and database.serverless.min_capacity > database.serverless.max_capacity:
            rule = f"must not be above max_capacity, {database.serverless.max_capacity}"
            remedy = "Lower it, or raise max_capacity."
            yield Problem(f"{at}.serverless.min_capacity", rule, database.serverless.min_capacity, remedy)
        if database.secondary_networks and (database.instance_class or "").startswith("db.t"):
            rule = "must not be a burstable class in a Global Database"
            remedy = "Use a class such as db.r6g.large, or serverless."
            yield Problem(f"{at}.instance_class", rule, database.instance_class, remedy, (f"{at}.secondary_networks",))


def _named(name: str, database: "DatabaseArgs") -> Iterator[tuple[str, str]]:
    """Each network that a database names, with the path of its name."""
    yield place("databases", name, "network"), database.network
    for index, network in enumerate(database.secondary_networks):
        yield place("databases", name, "secondary_networks", index), network


def _placed(args: "TapStackArgs", name: str, database: "DatabaseArgs") -> Iterator[Placed]:
    """Those of them that exist: path, name and settings."""
    for at, network in _named(name, database):
        if network in args.networks:
            yield at, network, args.networks[network]
