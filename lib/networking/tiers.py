"""Which tier of a network something lives in where the settings do not say. Pure."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lib.args.database import DatabaseArgs
    from lib.args.network import NetworkArgs

GATEWAY_SERVICES = ("s3", "dynamodb")


def workload_tier(args: "NetworkArgs") -> str | None:
    """The tier whose security group is the network's own: the one stated, the only one, or the only private one."""
    private = [name for name, tier in args.tiers.items() if tier.kind == "private"]
    candidates = [args.workload] if args.workload else list(args.tiers) if len(args.tiers) == 1 else private
    return candidates[0] if len(candidates) == 1 else None


def migration_tier(args: "NetworkArgs", database: "DatabaseArgs") -> str | None:
    """The tier that a database's migrations run in: that of its network's workloads, else the database's own."""
    return workload_tier(args) or database.tier_in(args)


def endpoint_tier(args: "NetworkArgs") -> str | None:
    """The tier that interface endpoints live in: as stated, else the first private one, else the first isolated."""
    inner = {"private": 0, "isolated": 1}
    found = [(inner[tier.kind], tier.slot or 0, name) for name, tier in args.tiers.items() if tier.kind in inner]
    return args.endpoint_tier or (min(found)[2] if found else None)


def interface_services(args: "NetworkArgs") -> tuple[str, ...]:
    """The services that get interface endpoints, sorted."""
    return tuple(sorted(set(args.endpoints) - set(GATEWAY_SERVICES)))
