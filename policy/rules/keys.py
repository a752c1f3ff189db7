"""Rules on keys, on what has to be encrypted under one, and on logs."""

from collections.abc import Iterable

from policy.resource import Resource
from policy.rule import Rule, at_least, control, is_set
from policy.secrecy import names_secret
from policy.stack import Stack
from policy.statement import statements

KEY, GROUP = "kms:Key", "cloudwatch:LogGroup"
PRODUCTION_DAYS, LOG_DAYS = 30, 365


def _rotates(key: Resource, _: Stack) -> Iterable[str]:
    # AWS rotates symmetric keys for encryption alone.
    symmetric = key.get("customerMasterKeySpec") in (None, "", "SYMMETRIC_DEFAULT")
    if symmetric and not key.get("enableKeyRotation"):
        yield "is not rotated"


def _is_closed(key: Resource, _: Stack) -> Iterable[str]:
    for statement in statements(key, "policy"):
        if statement.is_open:
            yield f"lets everybody do {', '.join(statement.actions)}"


def _waits(key: Resource, _: Stack) -> Iterable[str]:
    # Unset, it is 30 days.
    days = key.get("deletionWindowInDays") or PRODUCTION_DAYS
    if days < PRODUCTION_DAYS:
        yield f"is gone {days} days after its deletion, not {PRODUCTION_DAYS}"


def _secret_has_a_key(secret: Resource, _: Stack) -> Iterable[str]:
    if not secret.get("kmsKeyId"):
        yield "has no customer key"
    for replica in secret.all("replicas"):
        if not replica.get("kmsKeyId"):
            yield f"has no customer key in {replica.get('region')}"


def _parameter_is_secure(parameter: Resource, _: Stack) -> Iterable[str]:
    if parameter.get("type") != "SecureString" and names_secret(str(parameter.get("name"))):
        yield f"has the name of a secret, and type {parameter.get('type')}"


def _secure_has_a_key(parameter: Resource, _: Stack) -> Iterable[str]:
    key = parameter.get("keyId")
    if parameter.get("type") == "SecureString" and (not key or str(key).startswith("alias/aws/")):
        yield "has no customer key"


def _logs_end(group: Resource, _: Stack) -> Iterable[str]:
    if not group.get("retentionInDays"):
        yield "keeps its logs for ever"


RULES = (
    Rule(
        id="KMS.3",
        title="Keys in production can be brought back for 30 days.",
        kinds=(KEY,),
        check=_waits,
        remedy="Set protection.key_deletion_days to 30.",
        document=control("KMS.3"),
        also=("kms_cmk_not_deleted_unintentionally",),
        production=True,
    ),
    Rule(
        id="KMS.4",
        title="Keys are rotated.",
        kinds=(KEY,),
        check=_rotates,
        remedy="Set enableKeyRotation to true.",
        document=control("KMS.4"),
        also=("CKV_AWS_7", "kms_cmk_rotation_enabled"),
    ),
    Rule(
        id="KMS.5",
        title="No key's policy lets everybody use it.",
        kinds=(KEY,),
        check=_is_closed,
        remedy="Name principals, or bind the statement to an account.",
        document=control("KMS.5"),
        also=("CKV_AWS_33", "kms_key_not_publicly_accessible"),
    ),
    Rule(
        id="CKV_AWS_149",
        title="A customer key encrypts each replica of a secret.",
        kinds=("secretsmanager:Secret",),
        check=_secret_has_a_key,
        remedy="Set kmsKeyId, for each replica to a key of its region.",
        document="https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
    ),
    Rule(
        id="CKV2_AWS_34",
        title="Parameters that hold secrets are of type SecureString.",
        kinds=("ssm:Parameter",),
        check=_parameter_is_secure,
        remedy="Take the value from_config, or make it a secret.",
        document="https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html",
    ),
    Rule(
        id="CKV_AWS_337",
        title="A customer key encrypts parameters of type SecureString.",
        kinds=("ssm:Parameter",),
        check=_secure_has_a_key,
        remedy="Set keyId.",
        document="https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html",
    ),
    Rule(
        id="CKV_AWS_158",
        title="A customer key encrypts log groups.",
        kinds=(GROUP,),
        check=is_set("kmsKeyId"),
        remedy="Set kmsKeyId.",
        document="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
        also=("cloudwatch_log_group_kms_encryption_enabled",),
    ),
    Rule(
        id="CKV_AWS_66",
        title="Log groups say how long they keep their logs.",
        kinds=(GROUP,),
        check=_logs_end,
        remedy="Set retentionInDays.",
        document="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    ),
    Rule(
        id="CloudWatch.16",
        title="Log groups in production keep a year of logs or more.",
        kinds=(GROUP,),
        check=at_least(LOG_DAYS, "retentionInDays"),
        remedy="Set protection.log_retention_days to 365 or more.",
        document=control("CloudWatch.16"),
        also=("CKV_AWS_338", "cloudwatch_log_group_retention_policy_specific_days_enabled"),
        production=True,
    ),
    Rule(
        id="CloudTrail.2",
        title="A customer key encrypts trails.",
        kinds=("cloudtrail:Trail",),
        check=is_set("kmsKeyId"),
        remedy="Set kmsKeyId.",
        document=control("CloudTrail.2"),
        also=("CKV_AWS_35", "cloudtrail_kms_encryption_enabled"),
    ),
    Rule(
        id="CloudTrail.4",
        title="Trails prove that nobody changed their files.",
        kinds=("cloudtrail:Trail",),
        check=is_set("enableLogFileValidation"),
        remedy="Set enableLogFileValidation to true.",
        document=control("CloudTrail.4"),
        also=("CKV_AWS_36", "cloudtrail_log_file_validation_enabled"),
    ),
)
