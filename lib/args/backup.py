"""Settings of backups."""

from typing import Annotated

from pydantic import Field, StrictInt, StrictStr

from lib.args.scalars import Name
from lib.args.section import Section

Schedule = Annotated[StrictStr, Field(pattern=r"cron\(.+\)")]


class BackupArgs(Section):
    """Daily recovery points of everything in the stack that holds data, and their rehearsal."""

    network: Name = Field(description="Network whose region the vault is in, and into which restores are rehearsed.")
    schedule: Schedule = Field(default="cron(0 5 * * ? *)", description="When to back up, as an AWS cron expression.")
    retention_days: Annotated[StrictInt, Field(ge=1, le=36500)] | None = Field(
        default=None, description="Days to keep recovery points. Default: `protection.backup_retention_days`."
    )
    cold_storage_days: Annotated[StrictInt, Field(ge=1, le=36500)] | None = Field(
        default=None, description="Days until cold storage; retention must be 90 days longer."
    )
    copy_to: Name | None = Field(default=None, description="Network in another region that gets copies.")
    restore_test_schedule: Schedule | None = Field(
        default="cron(0 7 ? * SUN *)", description="When to rehearse a restore; null for never."
    )
