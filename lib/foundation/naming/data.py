"""Names of what holds data, and of its backups."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lib.args.placement import regions_of_bucket, regions_of_table
from lib.foundation.naming.maker import ANY_ACCOUNT, Maker, PlannedName

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs


class DataNames(Maker):
    """Names of what holds data, and of its backups."""

    __slots__ = ()

    def data_bucket(self, bucket: str, account_id: str, replica_region: str | None = None) -> str:
        """A bucket of the settings; its replica bears the region too, so that a later one renames nothing."""
        return self.bucket(f"{bucket}-{replica_region}" if replica_region else bucket, account_id)

    def access_log_bucket(self, region: str, account_id: str) -> str:
        """The bucket of the access logs of a region's buckets."""
        return self.bucket(f"access-logs-{region}", account_id)

    def table(self, table: str) -> str:
        """A DynamoDB table, which has one name in all of its regions."""
        return self.in_account(table)

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


def planned(args: "TapStackArgs", names: DataNames, region: str) -> Iterator[PlannedName]:
    """Names that the data of these settings leads to; `region` is the one of the longest name."""
    yield from _of_tables_and_buckets(args, names)
    yield from _planned_secrets(args, names)
    yield from _of_databases(args, names)
    if args.backup:
        yield PlannedName("backup", "backup-vault", names.backup_vault(region))
        yield PlannedName("backup", "backup-plan", names.backup_plan())
        yield PlannedName("backup", "restore-plan", names.restore_plan())
        yield PlannedName("backup", "event-rule", names.backup_rule(region))
        yield PlannedName("backup", "alarm", names.backup_alarm(region))


def _of_tables_and_buckets(args: "TapStackArgs", names: DataNames) -> Iterator[PlannedName]:
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


def _planned_secrets(args: "TapStackArgs", names: DataNames) -> Iterator[PlannedName]:
    for secret in args.secrets:
        yield PlannedName(f"secrets.{secret}", "secret", names.path(secret))
    for parameter in args.parameters:
        yield PlannedName(f"parameters.{parameter}", "parameter", names.path(parameter))


def _of_databases(args: "TapStackArgs", names: DataNames) -> Iterator[PlannedName]:
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
