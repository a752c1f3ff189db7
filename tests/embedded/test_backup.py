"""Backups, made by their recipes and looked at with boto3 as far as moto has them."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tap.engine.answers import AnswerError, State
from tests.embedded.looks import Looks
from tests.embedded.making import WEST, Aws

CHECKS = Looks()
VAULT = "aws:backup/vault:Vault"
PLAN = "aws:backup/plan:Plan"
SELECTION = "aws:backup/selection:Selection"
RESTORE_PLAN = "aws:backup/restoreTestingPlan:RestoreTestingPlan"
RESTORE_SELECTION = "aws:backup/restoreTestingSelection:RestoreTestingSelection"
ROLE = "arn:aws:iam::123456789012:role/backup"
TAG = {"key": "aws:ResourceTag/Application", "value": "shop"}
WEEKLY = "cron(0 7 ? * SUN *)"


def vault_of(aws: Aws, **inputs: Any) -> State:
    return aws.make(VAULT, name=f"vault-{aws.stack}", **inputs)


def plan_of(aws: Aws, **rule: Any) -> State:
    target = vault_of(aws)
    return aws.make(
        PLAN,
        name=f"backup-{aws.stack}",
        rules=[{"ruleName": "daily", "targetVaultName": target.id, "schedule": "cron(0 5 * * ? *)", **rule}],
        tags={"Name": "backup"},
    )


def restore_plan(aws: Aws) -> State:
    return aws.make(
        RESTORE_PLAN,
        name=f"restore_{aws.stack}",
        scheduleExpression=WEEKLY,
        recoveryPointSelection={
            "algorithm": "LATEST_WITHIN_WINDOW",
            "includeVaults": [vault_of(aws).outputs["arn"]],
            "recoveryPointTypes": ["SNAPSHOT"],
            "selectionWindowDays": 7,
        },
        tags={"Name": "restore"},
    )


@CHECKS.of(VAULT)
def vault(aws: Aws) -> None:
    key = aws.make("aws:kms/key:Key")
    state = vault_of(aws, kmsKeyArn=key.outputs["arn"], forceDestroy=True, tags={"Name": "vault"})
    backup = aws.client("backup")
    found = backup.describe_backup_vault(BackupVaultName=state.id)
    assert (found["BackupVaultArn"], found["EncryptionKeyArn"]) == (state.outputs["arn"], key.outputs["arn"])
    assert backup.list_tags(ResourceArn=state.outputs["arn"])["Tags"] == {"Name": "vault"}


@CHECKS.of(PLAN)
def plan(aws: Aws) -> None:
    copies = f"arn:aws:backup:{WEST}:123456789012:backup-vault:copies"
    life = {"coldStorageAfter": 30, "deleteAfter": 120}
    state = plan_of(
        aws,
        startWindow=60,
        lifecycle=life,
        copyActions=[{"destinationVaultArn": copies, "lifecycle": {"deleteAfter": 120}}],
    )
    backup = aws.client("backup")
    found = backup.get_backup_plan(BackupPlanId=state.id)
    (rule,) = found["BackupPlan"]["Rules"]
    assert (found["BackupPlanArn"], rule["RuleName"]) == (state.outputs["arn"], "daily")
    assert (rule["TargetBackupVaultName"], rule["ScheduleExpression"]) == (f"vault-{aws.stack}", "cron(0 5 * * ? *)")
    assert rule["StartWindowMinutes"] == 60
    assert rule["Lifecycle"] == {"MoveToColdStorageAfterDays": 30, "DeleteAfterDays": 120}
    assert rule["CopyActions"] == [{"DestinationBackupVaultArn": copies, "Lifecycle": {"DeleteAfterDays": 120}}]
    assert backup.list_tags(ResourceArn=state.outputs["arn"])["Tags"] == {"Name": "backup"}


@CHECKS.of(SELECTION)
def selection(aws: Aws) -> None:
    made = plan_of(aws)
    state = aws.make(
        SELECTION,
        name="backup",
        planId=made.id,
        iamRoleArn=ROLE,
        resources=["arn:aws:s3:::*"],
        notResources=["arn:aws:s3:::logs"],
        conditions=[{"stringEquals": [TAG]}],
        selectionTags=[{"type": "STRINGEQUALS", **TAG}],
    )
    assert (state.outputs["planId"], state.id[:10]) == (made.id, "selection-")
    with pytest.raises(AnswerError, match="no such member"):
        aws.make(SELECTION, name="backup", planId=made.id, iamRoleArn=ROLE, colour="red")
    # What moto has one day is to be made there.
    with pytest.raises(ClientError, match="500"):
        aws.client("backup").list_backup_selections(BackupPlanId=made.id)


@CHECKS.of(RESTORE_PLAN)
def restore_testing_plan(aws: Aws) -> None:
    state = restore_plan(aws)
    name = f"restore_{aws.stack}"
    assert state.outputs["arn"] == f"arn:aws:backup:us-east-1:123456789012:restore-testing-plan:{name}"
    assert (state.id, state.outputs["tagsAll"]) == (name, {"Name": "restore"})
    with pytest.raises(AnswerError, match="RecoveryPointSelection"):
        aws.make(RESTORE_PLAN, name="restore", scheduleExpression=WEEKLY)
    with pytest.raises(ClientError, match="404"):
        aws.client("backup").get_restore_testing_plan(RestoreTestingPlanName=name)


@CHECKS.of(RESTORE_SELECTION)
def restore_testing_selection(aws: Aws) -> None:
    made = restore_plan(aws)
    inputs: dict[str, Any] = {
        "name": "s3",
        "restoreTestingPlanName": made.id,
        "protectedResourceType": "S3",
        "protectedResourceArns": ["*"],
        "protectedResourceConditions": {"stringEquals": [TAG]},
        "restoreMetadataOverrides": {"encryptionType": "SSE-KMS"},
        "validationWindowHours": 1,
    }
    state = aws.make(RESTORE_SELECTION, iamRoleArn=ROLE, **inputs)
    assert (state.id, state.outputs["iamRoleArn"]) == (f"s3:{made.id}", ROLE)
    with pytest.raises(AnswerError, match="IamRoleArn"):
        aws.make(RESTORE_SELECTION, **inputs)


@pytest.mark.parametrize("type_", sorted(CHECKS))
def test_a_type_is_found_in_aws_as_its_inputs_say(aws: Aws, type_: str) -> None:
    CHECKS[type_](aws)
