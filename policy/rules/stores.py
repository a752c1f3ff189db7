"""Rules on tables, caches and backups."""

from collections.abc import Iterable, Iterator

from policy.resource import Part, Resource
from policy.rule import Check, Rule, at_least, control, is_set
from policy.stack import Stack

TABLE, REPLICA, CACHE = "dynamodb:Table", "dynamodb:TableReplica", "elasticache:ReplicationGroup"


def _copies(resource: Resource) -> Iterator[tuple[str, Resource | Part]]:
    """The places of a table: itself, and each of its replicas."""
    yield "", resource
    for part in resource.all("replicas"):
        yield f" in {part.get('regionName')}", part


def _everywhere(message: str, *keys: tuple[str, ...]) -> Check:
    """The check that each place of a table has a value at one of these paths."""

    def check(table: Resource, _: Stack) -> Iterable[str]:
        for where, copy in _copies(table):
            if not any(copy.get(*key) for key in keys):
                yield f"has no {message}{where}"

    return check


def _recovery(table: Resource, _: Stack) -> Iterable[str]:
    for where, copy in _copies(table):
        # A table says it as a block, a replica as a flag.
        is_table = isinstance(copy, Resource) and copy.kind == TABLE
        if not (copy.get("pointInTimeRecovery", "enabled") if is_table else copy.get("pointInTimeRecovery")):
            yield f"has no point-in-time recovery{where}"


def _callers_authenticate(cache: Resource, _: Stack) -> Iterable[str]:
    if not any(cache.get(key) for key in ("authToken", "authTokenWoVersion", "userGroupIds")):
        yield "lets anybody in who reaches it"


def _something_is_selected(plan: Resource, stack: Stack) -> Iterable[str]:
    chosen = stack.referring(plan, "backup:Selection", "planId")
    if not any(selection.get("resources") or selection.get("selectionTags") for selection in chosen):
        yield "backs nothing up"


RULES = (
    Rule(
        id="DynamoDB.2",
        title="Tables and their replicas can be restored to any second.",
        kinds=(TABLE, REPLICA),
        check=_recovery,
        remedy="Switch pointInTimeRecovery on, for each replica too.",
        document=control("DynamoDB.2"),
        also=("CKV_AWS_28", "dynamodb_tables_pitr_enabled"),
    ),
    Rule(
        id="DynamoDB.6",
        title="Tables in production are protected from deletion, and their replicas too.",
        kinds=(TABLE, REPLICA),
        check=_everywhere("deletion protection", ("deletionProtectionEnabled",)),
        remedy="Set protection.deletion_protection to true.",
        document=control("DynamoDB.6"),
        also=("dynamodb_table_deletion_protection_enabled",),
        production=True,
    ),
    Rule(
        id="CKV_AWS_119",
        title="A customer key of its own region encrypts each replica of a table.",
        kinds=(TABLE, REPLICA),
        check=_everywhere("customer key", ("serverSideEncryption", "kmsKeyArn"), ("kmsKeyArn",)),
        remedy="Set serverSideEncryption.kmsKeyArn, and kmsKeyArn of each replica.",
        document="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html",
        also=("CKV_AWS_271", "dynamodb_tables_kms_cmk_encryption_enabled"),
    ),
    Rule(
        id="ElastiCache.1",
        title="Caches keep snapshots.",
        kinds=(CACHE,),
        check=at_least(1, "snapshotRetentionLimit"),
        remedy="Set snapshotRetentionLimit to one day or more.",
        document=control("ElastiCache.1"),
        also=("CKV_AWS_134", "elasticache_redis_cluster_backup_enabled"),
    ),
    Rule(
        id="ElastiCache.3",
        title="Caches in production fail over by themselves.",
        kinds=(CACHE,),
        check=is_set("automaticFailoverEnabled"),
        remedy="Set automaticFailoverEnabled to true, with two nodes or more.",
        document=control("ElastiCache.3"),
        also=("CKV2_AWS_50", "elasticache_redis_cluster_automatic_failover_enabled"),
        production=True,
    ),
    Rule(
        id="ElastiCache.4",
        title="Caches are encrypted at rest.",
        kinds=(CACHE,),
        check=is_set("atRestEncryptionEnabled"),
        remedy="Set atRestEncryptionEnabled to true.",
        document=control("ElastiCache.4"),
        also=("CKV_AWS_29", "elasticache_redis_cluster_rest_encryption_enabled"),
    ),
    Rule(
        id="ElastiCache.5",
        title="Caches are encrypted in transit.",
        kinds=(CACHE,),
        check=is_set("transitEncryptionEnabled"),
        remedy="Set transitEncryptionEnabled to true.",
        document=control("ElastiCache.5"),
        also=("CKV_AWS_30", "elasticache_redis_cluster_in_transit_encryption_enabled"),
    ),
    Rule(
        id="ElastiCache.6",
        title="Caches ask who comes.",
        kinds=(CACHE,),
        check=_callers_authenticate,
        remedy="Set authToken or userGroupIds.",
        document=control("ElastiCache.6"),
        also=("CKV_AWS_31", "elasticache_redis_replication_group_auth_enabled"),
    ),
    Rule(
        id="CKV_AWS_166",
        title="A customer key encrypts backup vaults.",
        kinds=("backup:Vault",),
        check=is_set("kmsKeyArn"),
        remedy="Set kmsKeyArn.",
        document="https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html",
        also=("Backup.1", "backup_vaults_encrypted"),
    ),
    Rule(
        id="tap-backup-selection",
        title="A backup plan selects what it backs up.",
        kinds=("backup:Plan",),
        check=_something_is_selected,
        remedy="Make a Selection of the plan, by resources or tags.",
        document="https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html",
    ),
)
