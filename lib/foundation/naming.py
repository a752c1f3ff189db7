"""Every AWS name that the stack gives out, made in one place.

`{scope}-{type}[-{region}]-{suffix}`: the scope is the network's or component's own name; the application stands
before it where a name is unique in the account; the region follows where two regions hold the same thing; the account
id stands in bucket names, which are unique in the world. Lower case throughout, `_` becomes `-`. IAM names are left to
Pulumi. `planned` lists the names that settings lead to, so that one too long or given twice is a settings error.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.args.placement import regions_of_bucket, regions_of_table

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs

# The longest name that each service takes, from the services' API references.
LIMITS = {
    "alarm": 255,
    "backup-plan": 50,
    "backup-vault": 50,
    "bucket": 63,
    "db-cluster": 63,
    "db-cluster-parameter-group": 255,
    "db-instance": 63,
    "db-subnet-group": 255,
    "event-rule": 64,
    "function": 64,
    "global-cluster": 63,
    "key-alias": 256,
    "log-group": 512,
    # 1011 with the ARN that stands before the name, in the partition and region where that is longest.
    "parameter": 954,
    "restore-plan": 50,
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
class Names:  # pylint: disable=too-many-public-methods  # one a name
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

    def data_bucket(self, bucket: str, account_id: str, replica_region: str | None = None) -> str:
        """A bucket of the settings; its replica bears the region too, so that a later one renames nothing."""
        return self.bucket(f"{bucket}-{replica_region}" if replica_region else bucket, account_id)

    def access_log_bucket(self, region: str, account_id: str) -> str:
        """The bucket of the access logs of a region's buckets."""
        return self.bucket(f"access-logs-{region}", account_id)

    def table(self, table: str) -> str:
        """A DynamoDB table, which has one name in all of its regions."""
        return self.in_account(table)

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

    def db_cluster(self, database: str, network: str) -> str:
        """The cluster of a database in one of its networks."""
        return self.in_account(database, network)

    def db_instance(self, database: str, network: str, number: int) -> str:
        """An instance of that cluster, counted from 1."""
        return self.in_account(database, network, str(number))

    def db_instances(self, database: str) -> str:
        """A pattern for all instances of a database."""
        return self.in_account(database, "*")

    def global_cluster(self, database: str) -> str:
        """The global cluster above the clusters of a database."""
        return self.in_account(database, "global")

    def db_cluster_parameter_group(self, database: str, network: str, family: str) -> str:
        """A cluster's parameter group; it bears its family, since another family needs another group beside it."""
        return self.in_account(database, network, family)

    def database_subnet_group(self, database: str, network: str) -> str:
        """The subnet group of a cluster."""
        return self.in_account(database, network, "subnets")

    def database_log_group(self, database: str, network: str) -> str:
        """The log group that RDS exports a cluster's PostgreSQL log to."""
        return f"/aws/rds/cluster/{self.db_cluster(database, network)}/postgresql"

    def migration_function(self, database: str) -> str:
        """The function that runs a database's migrations."""
        return self.in_account(database, "migrate")

    def migration_log_group(self, database: str) -> str:
        """The log group of that function."""
        return f"/aws/lambda/{self.migration_function(database)}"

    def database_secret(self, database: str) -> str:
        """The scope of the secret with a database's credentials."""
        return f"{database}-credentials"

    def peering(self, peering: str) -> str:
        """The name tag of a peering connection, on both sides."""
        return self.of(peering, "peering")

    def peering_rule(self, peering: str, region: str) -> str:
        """The EventBridge rule that watches a peering in a region."""
        return self.in_account(peering, "broken", region)

    def peering_alarm(self, peering: str, region: str) -> str:
        """The alarm on failed deliveries of that rule."""
        return self.in_account(peering, "undelivered", region)

    def path(self, name: str) -> str:
        """The path of a secret or parameter: `/banking/dev/app-config`."""
        return plain(f"/{self.application}/{self.suffix}/{name}")

    def backup_vault(self, region: str) -> str:
        """The vault of a region's recovery points, or of copies of another region's."""
        return self.in_account("vault", region)

    def backup_plan(self) -> str:
        """The backup plan, its rule and its selection."""
        return self.in_account("backup")

    def restore_plan(self) -> str:
        """The plan of restore tests, whose service takes letters, digits and `_` only."""
        return self.in_account("restore").replace("-", "_")

    def backup_rule(self, region: str) -> str:
        """The EventBridge rule on failed jobs of a region's vault."""
        return self.in_account("backup", "failed", region)

    def backup_alarm(self, region: str) -> str:
        """The alarm on failed deliveries of that rule."""
        return self.in_account("backup", "undelivered", region)


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
    yield from _of_tables_and_buckets(args, names)
    yield from _planned_secrets(args, names)
    yield from _of_databases(args, names)
    if args.backup:
        yield PlannedName("backup", "backup-vault", names.backup_vault(region))
        yield PlannedName("backup", "backup-plan", names.backup_plan())
        yield PlannedName("backup", "restore-plan", names.restore_plan())
        yield PlannedName("backup", "event-rule", names.backup_rule(region))
        yield PlannedName("backup", "alarm", names.backup_alarm(region))
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


def _of_tables_and_buckets(args: "TapStackArgs", names: Names) -> Iterator[PlannedName]:
    """Names of tables and buckets, and of what comes with them in each region."""
    for name, table in args.tables.items():
        yield PlannedName(f"tables.{name}", "table", names.table(name))
        home, replicas = regions_of_table(args, table)
        for region in (home, *replicas):
            yield PlannedName("application", "key-alias", names.key_alias("data", region))
    for name, bucket in args.buckets.items():
        at = f"buckets.{name}"
        home, *replicas = regions_of_bucket(args, bucket)
        yield PlannedName(at, "bucket", names.data_bucket(name, ANY_ACCOUNT))
        for region in replicas:
            yield PlannedName(at, "bucket", names.data_bucket(name, ANY_ACCOUNT, region))
        for region in (home, *replicas):
            yield PlannedName("application", "bucket", names.access_log_bucket(region, ANY_ACCOUNT))
            yield PlannedName("application", "key-alias", names.key_alias("data", region))


def _planned_secrets(args: "TapStackArgs", names: Names) -> Iterator[PlannedName]:
    for secret in args.secrets:
        yield PlannedName(f"secrets.{secret}", "secret", names.path(secret))
    for parameter in args.parameters:
        yield PlannedName(f"parameters.{parameter}", "parameter", names.path(parameter))


def _of_databases(args: "TapStackArgs", names: Names) -> Iterator[PlannedName]:
    for name, database in args.databases.items():
        at = f"databases.{name}"
        yield PlannedName(at, "secret", names.path(names.database_secret(name)))
        if database.migrations:
            yield PlannedName(at, "function", names.migration_function(name))
            yield PlannedName(at, "log-group", names.migration_log_group(name))
            yield PlannedName(at, "security-group", names.security_group(name, "migrate"))
        if database.secondary_networks:
            yield PlannedName(at, "global-cluster", names.global_cluster(name))
        # A network listed twice is a problem of its own.
        for network in dict.fromkeys(database.networks):
            family = database.parameter_family
            yield PlannedName(at, "db-cluster", names.db_cluster(name, network))
            yield PlannedName(at, "db-cluster-parameter-group", names.db_cluster_parameter_group(name, network, family))
            yield PlannedName(at, "db-subnet-group", names.database_subnet_group(name, network))
            yield PlannedName(at, "log-group", names.database_log_group(name, network))
            for number in range(1, database.instances + 1):
                yield PlannedName(at, "db-instance", names.db_instance(name, network, number))
