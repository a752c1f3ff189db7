"""Rules on backups."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lib.args.backup import data_kinds
from lib.args.placement import region_of
from lib.args.problems import Problem, place
from lib.args.rules.references import unknown

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs

# https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Lifecycle.html
COLD_DAYS = 90


def backups_are_in_known_networks(args: "TapStackArgs") -> Iterable[Problem]:
    """The vault and the copies are in regions of networks that there are."""
    if args.backup is None:
        return
    for key in ("network", "copy_to"):
        network: str | None = getattr(args.backup, key)
        if network is not None and network not in args.networks:
            yield unknown(f"backup.{key}", "a network", network, args.networks, place("networks", network))


def copies_are_in_another_region(args: "TapStackArgs") -> Iterable[Problem]:
    """A copy beside the original protects from nothing."""
    if args.backup is None or args.backup.copy_to is None:
        return
    own, other = args.backup.network, args.backup.copy_to
    region = region_of(args, own)
    if {own, other} <= set(args.networks) and region == region_of(args, other):
        rule = f"must be in another region than the vault ({region})"
        remedy = "Name a network in another region, or remove it."
        yield Problem("backup.copy_to", rule, other, remedy, ("region", "networks", "backup.network"))


def cold_storage_lasts(args: "TapStackArgs") -> Iterable[Problem]:
    """What goes into cold storage stays there for 90 days at least."""
    if args.backup is None or args.backup.cold_storage_days is None:
        return
    own, cold = args.backup.retention_days, args.backup.cold_storage_days
    kept = args.protection.backup_retention_days if own is None else own
    if kept < cold + COLD_DAYS:
        rule = f"must be {COLD_DAYS} days less than the {kept} days that recovery points are kept"
        remedy = f"Set backup.retention_days to {cold + COLD_DAYS} or more, or remove it."
        basis = ("backup.retention_days", "protection")
        yield Problem("backup.cold_storage_days", rule, cold, remedy, basis)


def there_is_something_to_back_up(args: "TapStackArgs") -> Iterable[Problem]:
    """A plan without anything to back up is refused by AWS."""
    if args.backup is None or args.backup.network not in args.networks:
        return
    region = region_of(args, args.backup.network)
    if not data_kinds(args, region):
        rule = f"has nothing to back up: there is no database, table or bucket in {region}"
        basis = ("databases", "tables", "buckets", "networks", "region")
        yield Problem("backup", rule, None, "Add one, or remove backup.", basis)
