"""Backups of a stack's data, composed from their settings."""

from lib.args.backup import data_kinds
from lib.args.placement import Place, region_of
from lib.foundation.environment import partition
from lib.groundwork import Groundwork
from lib.storage.backup import AuroraRestore, Backup, CopyTarget


def back_up(ground: Groundwork, *, log_buckets: list[str]) -> Backup | None:
    """Recovery points of the data near one network, and copies near another; None where none are asked for.

    Args:
        ground: what the stack is built on.
        log_buckets: names of buckets that bear the stack's tags like everything else, and hold nothing to restore.
    """
    args, keys = ground.args, ground.keys
    if (backup := args.backup) is None:
        return None
    region, network = region_of(args, backup.network), ground.networks[backup.network]
    group = network.database_subnet_group_name
    restores_into = network.security_group_ids.get(args.networks[backup.network].database_subnet_group or "")
    copy: CopyTarget | None = None
    if backup.copy_to:
        there = region_of(args, backup.copy_to)
        copy = CopyTarget(region=there, key_arn=keys.data(there), provider=ground.regions.provider(there))
    return Backup(
        "backup",
        backup,
        ground.env,
        region=region,
        key_arn=keys.data(region),
        kinds=data_kinds(args, region),
        excluded_arns=[f"arn:{partition(region)}:s3:::{bucket}" for bucket in log_buckets],
        copy=copy,
        aurora=AuroraRestore(subnet_group=group, security_group_ids=[restores_into])
        if group is not None and restores_into is not None
        else None,
        opts=ground.at(Place(region)),
    )
