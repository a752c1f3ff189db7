"""Where something is: its region (that of the network which it names, else the stack's own), its network and tier."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.args.problems import place
from lib.args.workload import UsesArgs

if TYPE_CHECKING:
    from lib.args.api import ApiArgs
    from lib.args.bucket import BucketArgs
    from lib.args.database import DatabaseArgs
    from lib.args.fleet import FleetArgs
    from lib.args.service import ServiceArgs
    from lib.args.stack import TapStackArgs
    from lib.args.table import TableArgs


@dataclass(frozen=True, slots=True)
class Place:
    """A region of an account: of the stack's own, or of the one that a network's role leads to.

    Args:
        region: the region.
        role_arn: the role to assume; None in the stack's own account.
    """

    region: str
    role_arn: str | None = None

    @property
    def account_id(self) -> str | None:
        """The account that the role leads to; None for the stack's own."""
        return account_of(self.role_arn) if self.role_arn else None

    @property
    def key(self) -> str:
        """What tells the place apart in logical names and outputs: its region, and its account if it is another."""
        return "-".join(filter(None, (self.region, self.account_id)))


def account_of(role_arn: str) -> str:
    """The account that a role is in."""
    return role_arn.split(":")[4]


def region_of(args: "TapStackArgs", network: str | None) -> str:
    """The region of a network; the stack's own for None, and for a network that does not exist."""
    settings = args.networks.get(network or "")
    return (settings.region if settings else None) or args.region


def region_of_replica(args: "TapStackArgs", where: str) -> str:
    """The region that a replica's place means: that of the network so named, else the region so named."""
    return region_of(args, where) if where in args.networks else where


def regions_of_table(args: "TapStackArgs", table: "TableArgs") -> tuple[str, tuple[str, ...]]:
    """The region of a table, and those of its replicas."""
    return region_of(args, table.network), tuple(region_of_replica(args, each) for each in table.replicas)


def regions_of_bucket(args: "TapStackArgs", bucket: "BucketArgs") -> tuple[str, ...]:
    """The region of a bucket, and that of its replica where it has one."""
    places = (bucket.network, *([bucket.replicate_to] if bucket.replicate_to else []))
    return tuple(region_of(args, place) for place in places)


@dataclass(frozen=True, slots=True)
class Resident:
    """Something that lives in a tier of a network.

    Args:
        path: where its settings are.
        network: its network, which exists.
        tier: its tier, which need not; None where nothing says which.
        security_group: the named group that it wears; None for its tier's own.
    """

    path: str
    network: str
    tier: str | None
    security_group: str | None = None


def residents(args: "TapStackArgs") -> Iterator[Resident]:
    """Everything that lives in a tier, in each network that it lives in."""
    for name, database in args.databases.items():
        for network in database.networks:
            if network in args.networks:
                yield Resident(place("databases", name), network, database.tier_in(args.networks[network]))
    for name, cache in args.caches.items():
        if cache.network in args.networks:
            yield Resident(place("caches", name), cache.network, cache.tier_in(args.networks[cache.network]))
    for name, api in args.apis.items():
        for network in api.networks:
            if network in args.networks:
                yield Resident(place("apis", name), network, api.tier_in(args.networks[network]))
    for index, probe in enumerate(args.monitoring.probes):
        if probe.network in args.networks:
            yield Resident(place("monitoring", "probes", index), probe.network, probe.tier)
    yield from _of_workloads(args)


def _of_workloads(args: "TapStackArgs") -> Iterator[Resident]:
    """Services and fleets, and their load balancers."""
    for path, workload in balanced(args):
        if settings := args.networks.get(workload.network):
            yield Resident(path, workload.network, workload.tier_in(settings), workload.security_group)
            if balancer := workload.load_balancer:
                tier, group = balancer.tier_in(settings), balancer.security_group
                yield Resident(f"{path}.load_balancer", workload.network, tier, group)


@dataclass(frozen=True, slots=True)
class Workload:
    """A workload in one of its networks, and what it uses.

    Args:
        kind: `service`, `fleet` or `api`.
        path: where its settings are.
        network: its network, which exists.
        tier: the tier that it lives in, which exists.
        group: name of the security group that it wears, as grants name it: a named one, or its tier's own.
        uses: what it uses.
    """

    kind: str
    path: str
    network: str
    tier: str
    group: str
    uses: "UsesArgs"


def workloads(args: "TapStackArgs") -> Iterator[Workload]:
    """Every service, fleet and API in each network that it lives in, where network, tier and group exist."""
    of_api = {place("apis", name): uses_of_api(api) for name, api in args.apis.items()}
    uses = {**of_api, **{path: workload.uses for path, workload in balanced(args)}}
    for each in residents(args):
        network = args.networks[each.network]
        group = each.security_group or each.tier
        known = {*network.tiers, *network.security_groups}
        if each.path in uses and each.tier and each.tier in network.tiers and group in known:
            kind = each.path.split(".")[0].removesuffix("s")
            yield Workload(kind, each.path, each.network, each.tier, group, uses[each.path])


def uses_of_api(api: "ApiArgs") -> "UsesArgs":
    """What an API uses, as other workloads say it."""
    return UsesArgs(tables=(api.table,), databases=(api.database,) if api.database else ())


def regions_of_database(args: "TapStackArgs", database: "DatabaseArgs") -> dict[str, str]:
    """The networks of a database that exist, by region."""
    return {region_of(args, network): network for network in reversed(database.networks) if network in args.networks}


def balanced(args: "TapStackArgs") -> "Iterator[tuple[str, ServiceArgs | FleetArgs]]":
    """Every workload that may have a load balancer, with the path of its settings."""
    for name, service in args.services.items():
        yield place("services", name), service
    for name, fleet in args.fleets.items():
        yield place("fleets", name), fleet
