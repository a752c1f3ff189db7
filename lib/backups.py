"""Backups of a stack's data, composed from their settings."""

from collections.abc import Mapping

import pulumi

from lib.args.backup import data_kinds
from lib.args.placement import region_of
from lib.args.stack import TapStackArgs
from lib.foundation.environment import Environment, partition
from lib.foundation.keyring import KeyRing
from lib.foundation.regions import Regions
from lib.networking.network import Network
from lib.storage.backup import AuroraRestore, Backup, CopyTarget


def back_up(
    args: TapStackArgs,
    env: Environment,
    *,
    regions: Regions,
    keys: KeyRing,
    networks: Mapping[str, Network],
    log_buckets: list[str],
    parent: pulumi.Resource,
) -> Backup | None:
    """Recovery points of the data near one network, and copies near another; None where none are asked for.

    Args:
        args: settings of the stack.
        env: its environment.
        regions: its providers.
        keys: its customer keys.
        networks: its networks, by name.
        log_buckets: names of buckets that bear the stack's tags like everything else, and hold nothing to restore.
        parent: what the backup belongs to.
    """
    if (backup := args.backup) is None:
        return None
    region, network = region_of(args, backup.network), networks[backup.network]
    group = network.database_subnet_group_name
    restores_into = network.security_group_ids.get(args.networks[backup.network].database_subnet_group or "")
    copy: CopyTarget | None = None
    if backup.copy_to:
        there = region_of(args, backup.copy_to)
        copy = CopyTarget(region=there, key_arn=keys.data(there), provider=regions.provider(there))
    return Backup(
        "backup",
        backup,
        env,
        region=region,
        key_arn=keys.data(region),
        kinds=data_kinds(args, region),
        excluded_arns=[f"arn:{partition(region)}:s3:::{bucket}" for bucket in log_buckets],
        copy=copy,
        aurora=AuroraRestore(subnet_group=group, security_group_ids=[restores_into])
        if group is not None and restores_into is not None
        else None,
        opts=pulumi.ResourceOptions(parent=parent, provider=regions.provider(region)),
    )
