"""Settings of the security rules: their exceptions, each with its reason."""

from typing import Annotated

from pydantic import AfterValidator, Field, StrictStr

from lib.args.problems import nearest
from lib.args.scalars import refuse
from lib.args.section import Section

LEAST_REASON = 10
# The ids of the rules in policy/, which this library does not import.
RULE_IDS = (
    *("APIGateway.8", "APIGateway.9", "AutoScaling.1", "AutoScaling.2", "CKV2_AWS_34", "CKV_AWS_116"),
    *("CKV_AWS_119", "CKV_AWS_133", "CKV_AWS_149", "CKV_AWS_158", "CKV_AWS_166", "CKV_AWS_173"),
    *("CKV_AWS_206", "CKV_AWS_224", "CKV_AWS_23", "CKV_AWS_249", "CKV_AWS_300", "CKV_AWS_327"),
    *("CKV_AWS_337", "CKV_AWS_355", "CKV_AWS_382", "CKV_AWS_60", "CKV_AWS_66", "CloudTrail.2"),
    *("CloudTrail.4", "CloudWatch.16", "DynamoDB.2", "DynamoDB.6", "EC2.13", "EC2.14", "EC2.15", "EC2.18"),
    *("EC2.19", "EC2.2", "EC2.21", "EC2.25", "EC2.3", "EC2.6", "EC2.8", "ECS.12", "ECS.2", "ECS.4"),
    *("ECS.5", "ECS.8", "ECS.9", "ELB.1", "ELB.12", "ELB.13", "ELB.17", "ELB.4", "ELB.5", "ELB.6"),
    *("ElastiCache.1", "ElastiCache.3", "ElastiCache.4", "ElastiCache.5", "ElastiCache.6", "IAM.1"),
    *("IAM.21", "KMS.3", "KMS.4", "KMS.5", "Lambda.1", "Lambda.2", "Lambda.3", "Lambda.5", "RDS.12"),
    *("RDS.16", "RDS.17", "RDS.2", "RDS.24", "RDS.27", "RDS.37", "RDS.6", "RDS.7", "Route53.2", "S3.12"),
    *("S3.13", "S3.14", "S3.17", "S3.2", "S3.5", "S3.8", "S3.9", "SNS.1", "SNS.4", "SQS.1", "SQS.3"),
    *("rds_instance_transport_encrypted", "tap-api-throttling", "tap-backup-selection"),
    *("tap-endpoint-policy", "tap-exec-key"),
)


def _rule_id(value: str) -> str:
    if value not in RULE_IDS:
        guess = nearest(value, RULE_IDS)
        remedy = f"Did you mean {guess}?" if guess else "python -m tap policy --rules lists them."
        raise refuse("must be the id of a security rule", remedy)
    return value


def _reason(value: str) -> str:
    if len(value.strip()) < LEAST_REASON:
        raise refuse(
            f"must say why, in {LEAST_REASON} characters or more",
            "Write what makes the rule needless here, or who accepts it.",
        )
    return value


RuleId = Annotated[StrictStr, AfterValidator(_rule_id), Field(json_schema_extra={"enum": list(RULE_IDS)})]


class ExceptionArgs(Section):
    """A rule that some resources need not keep."""

    rule: RuleId = Field(description="Id of the rule, such as EC2.18.")
    resource: Annotated[StrictStr, Field(min_length=1)] = Field(
        description="Logical name of the resource, or a pattern of it with * and ?."
    )
    reason: Annotated[StrictStr, AfterValidator(_reason)] = Field(description="Why the rule need not hold there.")


class PolicyArgs(Section):
    """What the security rules let pass."""

    exceptions: tuple[ExceptionArgs, ...] = Field(
        default=(), description="Exceptions; python -m tap policy lists them, and tells those that excuse nothing."
    )
