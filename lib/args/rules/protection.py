"""Rules on what protects data and on how long logs are kept."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lib.args.problems import Problem, place

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
SHORTEST_RECOVERY = 7


def recovery_is_offered(args: "TapStackArgs") -> Iterable[Problem]:
    """Secrets Manager keeps a deleted secret 7 to 30 days, or not at all."""
    days = args.protection.secret_recovery_days
    if 0 < days < SHORTEST_RECOVERY:
        rule = f"must be 0, or {SHORTEST_RECOVERY} to 30"
        remedy = f"Use {SHORTEST_RECOVERY}, or 0 to delete secrets at once."
        yield Problem("protection.secret_recovery_days", rule, days, remedy)


def retention_is_offered(args: "TapStackArgs") -> Iterable[Problem]:
    """CloudWatch keeps logs for certain numbers of days; S3 for any."""
    for at, days in _retentions(args):
        if days not in RETENTION_DAYS:
            longer = min(offered for offered in RETENTION_DAYS if offered > days)
            rule = f"must be a retention that CloudWatch offers: {', '.join(map(str, RETENTION_DAYS))}"
            yield Problem(at, rule, days, f"Use {longer}.")


def _retentions(args: "TapStackArgs") -> Iterator[tuple[str, int]]:
    yield "protection.log_retention_days", args.protection.log_retention_days
    for name, network in args.networks.items():
        logs = network.flow_logs
        if logs and logs.destination == "cloudwatch" and logs.retention_days is not None:
            yield place("networks", name, "flow_logs", "retention_days"), logs.retention_days
