"""Backups: the vault, what goes into it, how restores are rehearsed, and who hears of failures."""

import json
from collections.abc import Collection
from typing import Any

import pulumi
import pytest

from lib.args.backup import BackupArgs, DataKind
from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.foundation.keyring import KeyRing
from lib.foundation.regions import Regions
from lib.monitoring.backup_watch import BackupWatch
from lib.storage.backup import AuroraRestore, Backup, CopyTarget
from tap.plan import Plan
from tests.support.deploy import deploy, once
from tests.support.event_pattern import matches
from tests.support.policies import services
from tests.support.stack import policy_of, stack_args

EAST, WEST = "us-east-1", "us-west-2"
VAULT = "aws:backup/vault:Vault"
PLAN = "aws:backup/plan:Plan"
SELECTION = "aws:backup/selection:Selection"
RESTORE_PLAN = "aws:backup/restoreTestingPlan:RestoreTestingPlan"
RESTORE_SELECTION = "aws:backup/restoreTestingSelection:RestoreTestingSelection"
TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"
ALL: tuple[DataKind, ...] = ("S3", "Aurora", "DynamoDB")
OWN_TAGS = [
    {"key": "aws:ResourceTag/Application", "value": "shop"},
    {"key": "aws:ResourceTag/EnvironmentSuffix", "value": "dev"},
]


@once
def backed_up(
    settings: dict[str, Any] | None = None,
    *,
    kinds: Collection[DataKind] = ALL,
    copies: bool = False,
    excluded: tuple[str, ...] = (),
    **backup: Any,
) -> Plan:
    args = stack_args(**(settings or {}))

    def program() -> None:
        parent = Component("tap:tests:Parent", "parent", None)
        regions = Regions(args, parent)
        env = Environment.of(args, "123456789012")
        keys = KeyRing(env, regions, parent)
        opts = pulumi.ResourceOptions(parent=parent, provider=regions.provider(EAST))
        made = Backup(
            "backup",
            BackupArgs(network="main", **backup),
            env,
            region=EAST,
            key_arn=keys.data(EAST),
            kinds=kinds,
            excluded_arns=excluded,
            copy=CopyTarget(region=WEST, key_arn=keys.data(WEST), provider=regions.provider(WEST)) if copies else None,
            aurora=AuroraRestore(subnet_group="main-db", security_group_ids=["sg-1"]) if "Aurora" in kinds else None,
            opts=opts,
        )
        BackupWatch(
            "backup",
            EAST,
            env,
            vault_arn=made.vault_arn,
            restore_plan_arn=made.restore_plan_arn,
            topic_arn=TOPIC,
            opts=opts,
        )
        pulumi.export("copies", made.copy_vault_arn)

    return deploy(program)


def rule_of(plan: Plan) -> dict[str, Any]:
    (rule,) = plan.one(PLAN).inputs["rules"]
    return rule


def test_the_vault_is_encrypted_with_the_key_for_data() -> None:
    plan = backed_up()
    vault = plan.one(VAULT)
    assert (vault.inputs["name"], vault.region) == ("shop-vault-us-east-1-dev", EAST)
    assert vault.inputs["kmsKeyArn"] == plan.one("aws:kms/key:Key", f"data-{EAST}").outputs["arn"]
    assert vault.inputs["tags"]["ResourceType"] == "BackupVault"


def test_dev_can_destroy_its_vault_and_prod_protects_it() -> None:
    dev, prod = backed_up().one(VAULT), backed_up({"environment": "prod"}).one(VAULT)
    assert (dev.inputs["forceDestroy"], dev.options.protect) == (True, False)
    assert (prod.inputs.get("forceDestroy"), prod.options.protect) == (False, True)


@pytest.mark.parametrize(("environment", "days"), [("dev", 7), ("prod", 35)])
def test_recovery_points_are_kept_as_long_as_the_profile_says(environment: str, days: int) -> None:
    rule = rule_of(backed_up({"environment": environment}))
    assert rule["lifecycle"] == {"deleteAfter": days}
    assert (rule["schedule"], rule["targetVaultName"]) == ("cron(0 5 * * ? *)", "shop-vault-us-east-1-dev")
    assert "copyActions" not in rule


def test_settings_say_when_recovery_points_go_into_cold_storage_and_when_they_go() -> None:
    rule = rule_of(backed_up(schedule="cron(30 2 * * ? *)", retention_days=120, cold_storage_days=30))
    assert rule["lifecycle"] == {"coldStorageAfter": 30, "deleteAfter": 120}
    assert rule["schedule"] == "cron(30 2 * * ? *)"


def test_copies_go_into_a_vault_of_the_other_region_with_its_own_key_and_the_same_life() -> None:
    plan = backed_up(copies=True)
    copies = plan.one(VAULT, f"backup-{WEST}")
    assert (copies.inputs["name"], copies.region) == ("shop-vault-us-west-2-dev", WEST)
    assert copies.inputs["kmsKeyArn"] == plan.one("aws:kms/key:Key", f"data-{WEST}").outputs["arn"]
    assert rule_of(plan)["copyActions"] == [
        {"destinationVaultArn": copies.outputs["arn"], "lifecycle": {"deleteAfter": 7}}
    ]
    assert plan.exports["copies"] == copies.outputs["arn"]


def test_what_bears_both_of_the_stacks_tags_is_backed_up_kind_by_kind() -> None:
    plan = backed_up(excluded=("arn:aws:s3:::logs",))
    found = plan.one(SELECTION).inputs
    assert found["conditions"] == [{"stringEquals": OWN_TAGS}]
    assert "selectionTags" not in found
    assert found["resources"] == [
        "arn:aws:rds:*:*:cluster:*",
        "arn:aws:dynamodb:*:*:table/*",
        "arn:aws:s3:::*",
    ]
    assert found["notResources"] == ["arn:aws:s3:::logs"]
    assert found["planId"] == plan.one(PLAN).id


def test_a_kind_that_the_stack_does_not_have_is_not_asked_for() -> None:
    plan = backed_up(kinds=["DynamoDB"])
    assert plan.one(SELECTION).inputs["resources"] == ["arn:aws:dynamodb:*:*:table/*"]
    assert [found.name for found in plan.of(RESTORE_SELECTION)] == ["backup-dynamodb"]
    assert len(plan.of("RolePolicyAttachment")) == 2


def test_the_role_is_for_backup_alone_and_has_no_more_than_the_services_own_policies() -> None:
    plan = backed_up()
    role = plan.one("aws:iam/role:Role")
    (trust,) = policy_of(role, "assumeRolePolicy")
    assert services(dict(trust)) == {"backup.amazonaws.com"}
    attached = plan.of("RolePolicyAttachment")
    assert {found.inputs["policyArn"] for found in attached} == {
        "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
        "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
        "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup",
        "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore",
    }
    assert {found.inputs["role"] for found in attached} == {role.inputs.get("name", role.outputs["name"])}
    assert plan.of("aws:iam/rolePolicy:RolePolicy") == ()
    for selection in (plan.one(SELECTION), *plan.of(RESTORE_SELECTION)):
        assert selection.inputs["iamRoleArn"] == role.outputs["arn"]
        assert {found.urn for found in attached} <= set(selection.dependencies)


def test_restores_are_rehearsed_from_the_vaults_latest_recovery_points() -> None:
    plan = backed_up()
    tests = plan.one(RESTORE_PLAN).inputs
    assert (tests["name"], tests["scheduleExpression"]) == ("shop_restore_dev", "cron(0 7 ? * SUN *)")
    assert tests["recoveryPointSelection"] == {
        "algorithm": "LATEST_WITHIN_WINDOW",
        "includeVaults": [plan.one(VAULT).outputs["arn"]],
        "recoveryPointTypes": ["SNAPSHOT"],
        "selectionWindowDays": 7,
    }


def test_each_kind_is_restored_into_the_stacks_own_network_and_under_its_own_key() -> None:
    plan = backed_up()
    key = plan.one("aws:kms/key:Key", f"data-{EAST}").outputs["arn"]
    found = {each.inputs["protectedResourceType"]: each.inputs for each in plan.of(RESTORE_SELECTION)}
    overrides = {kind: each["restoreMetadataOverrides"] for kind, each in found.items()}
    assert overrides == {
        "Aurora": {"dbSubnetGroupName": "main-db", "vpcSecurityGroupIds": '["sg-1"]'},
        "DynamoDB": {"encryptionType": "KMS", "kmsMasterKeyArn": key},
        "S3": {"encryptionType": "SSE-KMS", "kmsKey": key},
    }
    for each in found.values():
        # The provider refuses both together.
        assert "protectedResourceArns" not in each
        assert each["protectedResourceConditions"] == {"stringEquals": OWN_TAGS}
        assert each["restoreTestingPlanName"] == "shop_restore_dev"


def test_restores_need_not_be_rehearsed() -> None:
    plan = backed_up(restore_test_schedule="never")
    assert plan.of(RESTORE_PLAN) == plan.of(RESTORE_SELECTION) == ()
    pattern = json.loads(plan.one("aws:cloudwatch/eventRule:EventRule").inputs["eventPattern"])
    assert len(pattern["detail"]["$or"]) == 3


def event(kind: str, **detail: str) -> dict[str, Any]:
    return {"source": "aws.backup", "detail-type": f"{kind} Job State Change", "detail": detail}


def test_failed_backups_copies_and_restores_are_told_and_those_of_others_are_not() -> None:
    plan = backed_up()
    pattern = json.loads(plan.one("aws:cloudwatch/eventRule:EventRule").inputs["eventPattern"])
    vault, tests = plan.one(VAULT).outputs["arn"], plan.one(RESTORE_PLAN).outputs["arn"]
    for failed in (
        event("Backup", state="FAILED", backupVaultArn=vault),
        event("Backup", state="EXPIRED", backupVaultArn=vault),
        event("Copy", state="FAILED", sourceBackupVaultArn=vault),
        event("Restore", status="FAILED", restoreTestingPlanArn=tests),
        event("Restore", status="ABORTED", backupVaultArn=vault),
    ):
        assert matches(pattern, failed), failed
    for other in (
        event("Backup", state="COMPLETED", backupVaultArn=vault),
        event("Backup", state="FAILED", backupVaultArn=f"{vault}-other"),
        event("Restore", status="COMPLETED", restoreTestingPlanArn=tests),
    ):
        assert not matches(pattern, other), other


def test_the_topic_is_told_and_failed_deliveries_raise_an_alarm() -> None:
    plan = backed_up()
    rule, target = plan.one("aws:cloudwatch/eventRule:EventRule"), plan.one("EventTarget")
    assert rule.inputs["name"] == "shop-backup-failed-us-east-1-dev"
    assert (target.inputs["rule"], target.inputs["arn"]) == (rule.inputs["name"], TOPIC)
    alarm = plan.one("MetricAlarm").inputs
    assert (alarm["namespace"], alarm["metricName"]) == ("AWS/Events", "FailedInvocations")
    assert alarm["dimensions"] == {"RuleName": rule.inputs["name"]}
    assert alarm["alarmActions"] == [TOPIC]
