"""How a name is put together, and how long it may be."""

from dataclasses import dataclass

# The longest name that each service takes, from the services' API references.
LIMITS = {
    "alarm": 255,
    "auto-scaling-group": 255,
    "backup-plan": 50,
    "backup-vault": 50,
    "bucket": 63,
    "cache-parameter-group": 255,
    "cache-subnet-group": 255,
    "dashboard": 255,
    "db-cluster": 63,
    "db-cluster-parameter-group": 255,
    "db-instance": 63,
    "db-subnet-group": 255,
    "ecs-service": 255,
    "event-rule": 64,
    "function": 64,
    "global-cluster": 63,
    "http-api": 128,
    "key-alias": 256,
    "launch-template": 128,
    "load-balancer": 32,
    "log-group": 512,
    "log-resource-policy": 255,
    # 1011 with the ARN that stands before the name, in the partition and region where that is longest.
    "parameter": 954,
    "queue": 80,
    "replication-group": 40,
    "restore-plan": 50,
    # 64 with the `AWSServiceRoleForAutoScaling_` before it.
    "scaling-role-suffix": 35,
    "secret": 512,
    "security-group": 255,
    "table": 255,
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
class Maker:
    """Puts names of one stack together.

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

    def security_group(self, network: str, group: str) -> str:
        """The security group of a tier, a workload or the endpoints of a network."""
        return self.of(network, group, "sg")

    def path(self, name: str) -> str:
        """The path of a secret or parameter: `/banking/dev/app-config`."""
        return plain(f"/{self.application}/{self.suffix}/{name}")


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
