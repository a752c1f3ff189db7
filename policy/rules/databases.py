"""Rules on Aurora and RDS."""

from collections.abc import Iterable

from policy.resource import Resource
from policy.rule import Rule, at_least, control, equals, is_set
from policy.stack import Stack

CLUSTER, INSTANCE, SINGLE = "rds:Cluster", "rds:ClusterInstance", "rds:Instance"
WELL_KNOWN_USERS = ("admin", "postgres", "administrator", "root")
LEAST_BACKUP_DAYS = 7
# The log that tells who did what, by engine.
LOGS = {"aurora-postgresql": "postgresql", "postgres": "postgresql", "aurora-mysql": "audit", "mysql": "audit"}
# The parameter that forces TLS, by engine, and the values that do.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
TLS = {"postgresql": ("rds.force_ssl", ("1",)), "mysql": ("require_secure_transport", ("ON", "1"))}


def _user_is_ones_own(cluster: Resource, _: Stack) -> Iterable[str]:
    # Secondary clusters of a global database have none of their own.
    if cluster.get("masterUsername") in WELL_KNOWN_USERS:
        yield f"has master user {cluster.get('masterUsername')}"


def _logs_are_exported(cluster: Resource, _: Stack) -> Iterable[str]:
    wanted = LOGS.get(str(cluster.get("engine")))
    if wanted and wanted not in (cluster.get("enabledCloudwatchLogsExports") or ()):
        yield f"does not export its {wanted} log"


def _tls_is_forced(cluster: Resource, stack: Stack) -> Iterable[str]:
    engine = next((engine for engine in TLS if str(cluster.get("engine")).endswith(engine)), None)
    if engine is None:
        return
    name, values = TLS[engine]
    groups = stack.referred(cluster, "dbClusterParameterGroupName", "rds:ClusterParameterGroup")
    parameters = {part.get("name"): str(part.get("value")) for group in groups for part in group.all("parameters")}
    if parameters.get(name) not in values:
        yield f"takes connections without TLS (parameter {name} is not {values[0]})"


RULES = (
    Rule(
        id="RDS.2",
        title="Databases are not public.",
        kinds=(INSTANCE, SINGLE),
        check=equals(False, "publiclyAccessible"),
        remedy="Set publiclyAccessible to false.",
        document=control("RDS.2"),
        also=("CKV_AWS_17", "rds_instance_no_public_access"),
    ),
    Rule(
        id="RDS.6",
        title="Databases have enhanced monitoring.",
        kinds=(INSTANCE, SINGLE),
        check=at_least(1, "monitoringInterval"),
        remedy="Set monitoringInterval to 60 seconds or less, with a role.",
        document=control("RDS.6"),
        also=("CKV_AWS_118", "rds_instance_enhanced_monitoring_enabled"),
    ),
    Rule(
        id="RDS.7",
        title="Databases in production are protected from deletion.",
        kinds=(CLUSTER, "rds:GlobalCluster"),
        check=is_set("deletionProtection"),
        remedy="Set protection.deletion_protection to true.",
        document=control("RDS.7"),
        also=("CKV_AWS_139", "rds_cluster_deletion_protection"),
        production=True,
    ),
    Rule(
        id="RDS.12",
        title="Databases take IAM authentication.",
        kinds=(CLUSTER,),
        check=is_set("iamDatabaseAuthenticationEnabled"),
        remedy="Set iamDatabaseAuthenticationEnabled to true.",
        document=control("RDS.12"),
        also=("CKV_AWS_162", "rds_cluster_iam_authentication_enabled"),
    ),
    Rule(
        id="RDS.16",
        title="Snapshots of clusters bear their tags.",
        kinds=(CLUSTER,),
        check=is_set("copyTagsToSnapshot"),
        remedy="Set copyTagsToSnapshot to true.",
        document=control("RDS.16"),
        also=("CKV_AWS_313", "rds_cluster_copy_tags_to_snapshots"),
    ),
    Rule(
        id="RDS.17",
        title="Snapshots of instances bear their tags.",
        kinds=(INSTANCE, SINGLE),
        check=is_set("copyTagsToSnapshot"),
        remedy="Set copyTagsToSnapshot to true.",
        document=control("RDS.17"),
        also=("CKV2_AWS_60", "rds_instance_copy_tags_to_snapshots"),
    ),
    Rule(
        id="RDS.24",
        title="Databases have a master user name of their own.",
        kinds=(CLUSTER,),
        check=_user_is_ones_own,
        remedy="Choose another name for the master user; AWS cannot change it afterwards.",
        document=control("RDS.24"),
        also=("rds_cluster_default_admin",),
    ),
    Rule(
        id="RDS.27",
        title="Databases are encrypted.",
        kinds=(CLUSTER, "rds:GlobalCluster", SINGLE),
        check=is_set("storageEncrypted"),
        remedy="Set storageEncrypted to true.",
        document=control("RDS.27"),
        also=("RDS.3", "CKV_AWS_96", "rds_cluster_storage_encrypted"),
    ),
    Rule(
        id="CKV_AWS_327",
        title="A customer key encrypts databases.",
        kinds=(CLUSTER, SINGLE),
        check=is_set("kmsKeyId"),
        remedy="Set kmsKeyId to a key of the same region.",
        document="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.html",
    ),
    Rule(
        id="RDS.37",
        title="Databases export the log that tells who did what.",
        kinds=(CLUSTER,),
        check=_logs_are_exported,
        remedy="Add postgresql (audit for MySQL) to enabledCloudwatchLogsExports.",
        document=control("RDS.37"),
        also=("RDS.34", "CKV_AWS_324", "rds_cluster_integration_cloudwatch_logs"),
    ),
    Rule(
        id="CKV_AWS_133",
        title="Databases keep a week of backups or more.",
        kinds=(CLUSTER, SINGLE),
        check=at_least(LEAST_BACKUP_DAYS, "backupRetentionPeriod"),
        remedy="Set protection.backup_retention_days to 7 or more.",
        document="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html",
        also=("RDS.11", "rds_instance_backup_enabled"),
    ),
    Rule(
        id="rds_instance_transport_encrypted",
        title="Databases take connections with TLS alone.",
        kinds=(CLUSTER,),
        check=_tls_is_forced,
        remedy="Set rds.force_ssl to 1 (require_secure_transport to ON for MySQL) in a parameter group of the cluster.",
        document="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html",
        also=("RDS.38", "RDS.39", "CKV2_AWS_69"),
    ),
)
