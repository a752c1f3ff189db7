"""Every AWS name that the stack gives out, made in one place.

`{scope}-{type}[-{region}]-{suffix}`: the scope is the network's or component's own name; the application stands
before it where a name is unique in the account; the region follows where two regions hold the same thing; the account
id stands in bucket names, which are unique in the world. Lower case throughout, `_` becomes `-`. IAM names are left to
Pulumi. `planned` lists the names that settings lead to, so that one too long or given twice is a settings error.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs

# The longest name that each service takes, from the services' API references.
LIMITS = {
    "alarm": 255,
    "bucket": 63,
    "db-subnet-group": 255,
    "event-rule": 64,
    "key-alias": 256,
    "log-group": 512,
    "security-group": 255,
    "tag": 256,
    "topic": 256,
    "trail": 128,
}
ANY_ACCOUNT = "0" * 12
LONGEST_ZONE = "ap-southeast-1a"


def plain(name: str) -> str:
    """The name in the letters that every AWS service takes."""
    return name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class Names:
    """Names of one stack.

    Args:
        application: name of the application, before names that are unique in the account.
        suffix: environment suffix, at the end of every name.
    """

    application: str
    suffix: str

    def of(self, *parts: str) -> str:
        """A name unique in its network or region: `payment-vpc-dev`."""
        return plain("-".join((*parts, self.suffix)))

    def in_account(self, *parts: str) -> str:
        """A name unique in the account: `banking-alarms-us-east-1-dev`."""
        return self.of(self.application, *parts)

    def bucket(self, scope: str, account_id: str) -> str:
        """A name unique in the world: `banking-trail-123456789012-dev`."""
        return self.in_account(scope, account_id)

    def key_alias(self, purpose: str, region: str) -> str:
        """The alias of a KMS key: `alias/banking-logs-us-east-1-dev`."""
        return f"alias/{self.in_account(purpose, region)}"

    def flow_log_group(self, network: str) -> str:
        """The log group of a network's flow logs."""
        return f"/aws/vpc/flowlogs/{self.in_account(network)}"

    def flow_log_bucket(self, network: str, account_id: str) -> str:
        """The bucket of a network's flow logs."""
        return self.bucket(f"{network}-flow-logs", account_id)

    def trail_bucket(self, account_id: str) -> str:
        """The bucket of the stack's trail."""
        return self.bucket("trail", account_id)

    def trail(self) -> str:
        """The stack's CloudTrail trail."""
        return self.in_account("trail")

    def topic(self, region: str) -> str:
        """The alarm topic of a region."""
        return self.in_account("alarms", region)

    def security_group(self, network: str, group: str) -> str:
        """The security group of a tier, a workload or the endpoints of a network."""
        return self.of(network, group, "sg")

    def db_subnet_group(self, network: str) -> str:
        """The RDS subnet group of a network."""
        return self.of(network, "db-subnet-group")

    def peering(self, peering: str) -> str:
        """The name tag of a peering connection, on both sides."""
        return self.of(peering, "peering")

    def peering_rule(self, peering: str, region: str) -> str:
        """The EventBridge rule that watches a peering in a region."""
        return self.in_account(peering, "broken", region)

    def peering_alarm(self, peering: str, region: str) -> str:
        """The alarm on failed deliveries of that rule."""
        return self.in_account(peering, "undelivered", region)


@dataclass(frozen=True, slots=True)
class PlannedName:
    """A name that settings lead to: where it comes from, what it names, and the name."""

    path: str
    type: str
    name: str

    @property
    def excess(self) -> int:
        """By how many characters the name is longer than its service takes; 0 or less when it fits."""
        return len(self.name) - LIMITS[self.type]


def planned(args: "TapStackArgs") -> Iterator[PlannedName]:
    """Every name that these settings lead to, names in any account and region standing for all."""
    names = Names(args.application, args.environment_suffix)
    region = max({args.region, *(network.region or args.region for network in args.networks.values())}, key=len)
    yield PlannedName("application", "key-alias", names.key_alias("messages", region))
    for name, network in args.networks.items():
        at = f"networks.{name}"
        yield PlannedName(at, "log-group", names.flow_log_group(name))
        if network.flow_logs and network.flow_logs.destination == "s3":
            yield PlannedName(at, "bucket", names.flow_log_bucket(name, ANY_ACCOUNT))
        if network.database_subnet_group:
            yield PlannedName(at, "db-subnet-group", names.db_subnet_group(name))
        for tier in network.tiers:
            yield PlannedName(f"{at}.tiers.{tier}", "security-group", names.security_group(name, tier))
            yield PlannedName(f"{at}.tiers.{tier}", "tag", names.of(name, tier, LONGEST_ZONE))
        for group in network.security_groups:
            yield PlannedName(f"{at}.security_groups.{group}", "security-group", names.security_group(name, group))
    watched = [
        *((f"peerings.{name}", name) for name in args.peerings),
        *(
            (f"meshes.{name}", f"{name}-{first}-{second}")
            for name, mesh in args.meshes.items()
            for first in mesh.members
            for second in mesh.members
            if first < second
        ),
    ]
    for at, name in watched:
        yield PlannedName(at, "event-rule", names.peering_rule(name, region))
        yield PlannedName(at, "alarm", names.peering_alarm(name, region))
    if watched:
        yield PlannedName("application", "topic", names.topic(region))
        yield PlannedName("application", "trail", names.trail())
        yield PlannedName("application", "bucket", names.trail_bucket(ANY_ACCOUNT))
