"""What the embedded AWS does not do as AWS does, in one place; `docs/embedded.md` shows these tables.

`python -m tap.embedded.gaps` writes them there anew.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "embedded.md"
START, END = "<!-- gaps: written by python -m tap.embedded.gaps -->", "<!-- end of gaps -->"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that moto lacks or does otherwise, and what is done about it here."""

    service: str
    what: str
    cure: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A mistake that AWS refuses and moto accepts: a deployment on it proves nothing about this."""

    service: str
    what: str


GAPS = (
    Gap(
        "EC2", "A new security group may reach everything.", "The recipe takes the rule off, as Pulumi's provider does."
    ),
    Gap(
        "EC2",
        "A peering's tags on the accepter's side are missing from describe_vpc_peering_connections.",
        "They are there for describe_tags.",
    ),
    Gap(
        "EC2",
        "A rule of a security group that refers to a group has no description.",
        "Descriptions are checked on the Plan.",
    ),
    Gap(
        "EC2",
        "A launch template's own tags are missing from describe_launch_templates.",
        "They are there for describe_tags.",
    ),
    Gap(
        "EC2",
        "There are no regional NAT gateways, and a route to one has no target.",
        "Their parameters are checked by botocore's model, and the call is left out; routes are checked on the Plan.",
    ),
    Gap("EC2", "Zones, NAT gateways and endpoints are ready at once.", "Nothing waits; timing is not tested."),
    Gap(
        "API Gateway",
        "A domain name of one's own has no address to lead to.",
        "The recipe makes up an address and a zone of the form that AWS gives.",
    ),
    Gap(
        "Route 53",
        "The log group of a query log must be given with `:*` at its end.",
        "The recipe adds it.",
    ),
    Gap(
        "IAM", "Policies managed by AWS are missing.", "The server is started with MOTO_IAM_LOAD_MANAGED_POLICIES=true."
    ),
    Gap(
        "IAM",
        "Policies are not enforced.",
        "Tests call as a role with moto's enforcement on, which takes every condition as met and looks at neither "
        "trust nor the policies of keys, buckets and secrets: these show in a real account only.",
    ),
    Gap(
        "Lambda",
        "Functions do not run, so no migration is applied.",
        "An invocation is answered without one; its `result` says `not_run`.",
    ),
    Gap(
        "Lambda",
        "A function forgets its log group, its log format and its dead-letter queue.",
        "They are checked on the Plan.",
    ),
    Gap(
        "API Gateway",
        "An endpoint is no more than a name: no request is answered, and no health is told.",
        "The function behind it is tested by itself, as the gateway would call it.",
    ),
    Gap(
        "Auto Scaling",
        "Instances run nothing: none is unhealthy, refreshed or too old, and no policy scales.",
        "None: that a fleet heals itself shows in a real account only.",
    ),
    Gap(
        "Auto Scaling",
        "All instances of a group are put into its first subnet.",
        "None: that they spread shows in a real account only.",
    ),
    Gap(
        "Auto Scaling",
        "A group forgets its warm-up, its lifetime, its maintenance policy, how it spreads over zones, and its role.",
        "They are checked on the Plan.",
    ),
    Gap("ECS", "A service's tasks never run.", "The server is started with MOTO_ECS_SERVICE_RUNNING=2."),
    Gap(
        "ECS",
        "A service forgets its grace, its circuit breaker, how it spreads over zones, and whether commands may be run.",
        "They are checked on the Plan.",
    ),
    Gap("Elastic Load Balancing", "Nothing is served, checked or logged: every target stays as registered.", "None."),
    Gap(
        "Application Auto Scaling", "Targets forget their tags, and nothing is scaled.", "Tags are checked on the Plan."
    ),
    Gap("ACM", "A certificate is issued after a minute, whatever its records say.", "Nothing waits for one."),
    Gap(
        "ACM",
        "A certificate that settings name by its ARN is not there, since the embedded AWS starts empty.",
        "A stand-in is requested, and the listener has that.",
    ),
    Gap("RDS", "Versions of engines are not listed.", "The look-up is answered from a table of Aurora PostgreSQL's."),
    Gap(
        "RDS",
        "Clusters and instances are records: nothing connects, replicates or fails over; major versions stay so.",
        "None.",
    ),
    Gap("RDS", "A global cluster forgets its tags.", "They are checked on the Plan."),
    Gap("RDS", "An instance forgets Performance Insights and their key.", "They are checked on the Plan."),
    Gap("CloudWatch", "Alarms are never evaluated, metrics of services never written.", "None."),
    Gap("EventBridge", "No API call becomes an event, so no rule fires by itself.", "None."),
    Gap("S3", "Nothing is delivered: no flow log, no trail, no access log, no replica.", "None."),
    Gap(
        "S3",
        "A target of access logs is refused where its policy has lists of one.",
        "The recipe sends the entry alone, as S3 itself gives it back.",
    ),
    Gap("S3", "A replication rule forgets its delete markers and which encrypted objects it is for.", "None."),
    Gap(
        "DynamoDB",
        "A table has no replicas.",
        "They are asked for by update_table, which moto accepts; their keys, recovery, protection and tags are checked "
        "on the Plan.",
    ),
    Gap(
        "ElastiCache",
        "There are no parameter groups.",
        "Their parameters are checked by botocore's model, and the calls are left out.",
    ),
    Gap(
        "ElastiCache",
        "A replication group counts its nodes by replicas alone, and does not tell its reader endpoint.",
        "The recipe sends both numbers, and derives the endpoint.",
    ),
    Gap("ElastiCache", "Nothing listens: no token is asked for, nothing fails over, no log is delivered.", "None."),
    Gap(
        "SQS",
        "A queue forgets which queues may leave their dead letters there, and its policy when it is told so.",
        "The parameters are checked by botocore's model, and the call is left out.",
    ),
    Gap("Secrets Manager", "A replica forgets its key.", "Replicas' keys are checked on the Plan."),
    Gap(
        "Backup",
        "There are no selections, no restore testing plans and no selections for them.",
        "Their parameters are checked by botocore's model, and the calls are left out.",
    ),
    Gap("Backup", "Nothing is backed up, copied or restored.", "None."),
    Gap("KMS", "Key policies are stored and not applied; nothing is encrypted.", "None."),
    Gap(
        "all",
        "moto loses calls that run at once on one service.",
        "Calls to one service run one after the other.",
    ),
)

ACCEPTED = (
    Accepted("EC2", "A subnet in a zone of another region."),
    Accepted("EC2", "A route to a NAT gateway that does not exist."),
    Accepted("EC2", "A subnet associated with a route table of another VPC."),
    Accepted("EC2", "A peering between VPCs whose blocks overlap."),
    Accepted("EC2", "DNS options of a peering that is not accepted yet."),
    Accepted("EC2", "A NAT gateway in a VPC without an internet gateway."),
    Accepted("EC2", "An interface endpoint with a security group, or of a service, that does not exist."),
    Accepted("EC2", "More than 20 rules in one direction of a network ACL."),
    Accepted("EC2", "A flow log to a log group, or with a role, that does not exist."),
    Accepted("Auto Scaling", "A group with a service-linked role, or an image's parameter, that does not exist."),
    Accepted(
        "Elastic Load Balancing", "A load balancer in one zone, with access logs to a bucket that does not exist."
    ),
    Accepted("ECS", "A task of a size that Fargate does not offer, with roles that do not exist."),
    Accepted("RDS", "A subnet group in one zone only."),
    Accepted("RDS", "A secondary cluster whose primary has no instance yet, or is in the same region."),
    Accepted("ElastiCache", "A token too short; a version, a type of node or a subnet group that does not exist."),
    Accepted("S3", "A bucket name with capitals or underscores; a bucket policy that is empty."),
    Accepted("CloudWatch", "An alarm with an operator that does not exist."),
    Accepted("CloudWatch Logs", "A log group with a key that does not exist or may not be used."),
    Accepted("SNS", "A topic with a key that does not exist."),
    Accepted("KMS", "A key policy that locks everyone out."),
    Accepted("CloudTrail", "A trail to a bucket whose policy does not let CloudTrail write."),
    Accepted("Secrets Manager", "A secret or a replica with a key that does not exist."),
    Accepted("Systems Manager", "A SecureString with a key that does not exist."),
    Accepted("Backup", "A vault with a key, and a plan with a vault or a schedule, that does not exist."),
    Accepted("API Gateway", "A route to an integration, and a log in a group, that does not exist."),
    Accepted("EventBridge", "A target that does not exist, or that refuses the rule."),
)


def tables() -> str:
    """Both tables in Markdown."""
    gaps = ["| Service | On the embedded AWS | What is done about it |", "|---|---|---|"]
    gaps += [f"| {gap.service} | {gap.what} | {gap.cure} |" for gap in GAPS]
    accepted = ["| Service | Accepted here, refused by AWS |", "|---|---|"]
    accepted += [f"| {entry.service} | {entry.what} |" for entry in ACCEPTED]
    return "\n".join([*gaps, "", *accepted])


def with_tables(page: str) -> str:
    """The page with the tables between its marks as they should be.

    Raises:
        ValueError: a mark is missing.
    """
    before, start, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise ValueError(f"the page has no marks {START} … {END}")
    return f"{before}{START}\n{tables()}\n{END}{after}"


def main(arguments: Iterable[str] = ()) -> int:
    """Write the page anew; with `--check` only tell whether it is current (0) or not (1)."""
    page = PAGE.read_text(encoding="utf-8")
    current = with_tables(page)
    if "--check" in arguments:
        return int(page != current)
    PAGE.write_text(current, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
