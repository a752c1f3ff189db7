"""Settings of backups."""

import re
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, StrictInt, StrictStr

from lib.args.placement import region_of, regions_of_bucket, regions_of_table
from lib.args.scalars import Name, refuse
from lib.args.section import Section

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs

DataKind = Literal["Aurora", "DynamoDB", "S3"]
NEVER = "never"

# Fields of a cron expression with the numbers and the names that each takes:
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html. Backup starts at most once
# an hour, so that the minute is one number.
_DAYS = "SUN MON TUE WED THU FRI SAT"
_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"
_FIELDS = (
    ("minute", 0, 59, ""),
    ("hour", 0, 23, ""),
    ("day of the month", 1, 31, ""),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 1, 7, _DAYS),
    ("year", 1970, 2199, ""),
)


def _schedule(value: str) -> str:
    match = re.fullmatch(r"cron\((.+)\)", value)
    fields = match[1].split(" ") if match else []
    remedy = "Use an expression such as cron(0 5 * * ? *): minute, hour, day, month, weekday, year, in UTC."
    if len(fields) != len(_FIELDS):
        raise refuse("must be a cron expression of six fields", remedy)
    for text, (name, least, most, names) in zip(fields, _FIELDS, strict=True):
        days = "?" if name.startswith("day") else ""
        if not (text == days or text == "*" or all(_ranges(part, least, most, names) for part in text.split(","))):
            raise refuse(f"must be a cron expression: its {name} can't be {text}", remedy)
    if not fields[0].isdigit():
        raise refuse("must start at most once an hour: its minute must be one number", remedy)
    if [fields[2], fields[4]].count("?") != 1:
        raise refuse("must have ? as either day of the month or day of the week", remedy)
    return value


def _ranges(text: str, least: int, most: int, names: str) -> bool:
    """Whether a part of a field is a number, a name, or a range or steps of them."""
    match = re.fullmatch(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?", text.upper())
    if not match:
        return False
    ends = [end for end in match.groups()[:2] if end is not None and end != "*"]
    return all(end in names.split() or (end.isdigit() and least <= int(end) <= most) for end in ends)


def _schedule_or_never(value: str) -> str:
    # Not null, which takes back what a lower layer says and so stands for the default.
    return value if value == NEVER else _schedule(value)


Schedule = Annotated[StrictStr, AfterValidator(_schedule)]


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
    restore_test_schedule: Annotated[StrictStr, AfterValidator(_schedule_or_never)] = Field(
        default="cron(0 7 ? * SUN *)", description="When to rehearse a restore, in the same form; or `never`."
    )

    @property
    def rehearses(self) -> bool:
        """Whether restores are rehearsed."""
        return self.restore_test_schedule != NEVER


def data_kinds(args: "TapStackArgs", region: str) -> tuple[DataKind, ...]:
    """The kinds of data that settings lead to in a region, in order: what a vault there has to keep."""
    databases = [(each.network, *each.secondary_networks) for each in args.databases.values()]
    tables = [regions_of_table(args, table) for table in args.tables.values()]
    places: dict[DataKind, set[str]] = {
        "Aurora": {region_of(args, network) for networks in databases for network in networks},
        "DynamoDB": {place for own, replicas in tables for place in (own, *replicas)},
        "S3": {place for bucket in args.buckets.values() for place in regions_of_bucket(args, bucket)},
    }
    return tuple(kind for kind, regions in places.items() if region in regions)
