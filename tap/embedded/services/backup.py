"""Recipes of AWS Backup.

moto has neither selections nor restore tests. Their parameters are put together and checked by botocore's model as for
any other call, and the call is left out.
"""

from collections.abc import Mapping
from typing import Any, cast

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe

_RULE = {
    "schedule": "scheduleExpression",
    "startWindow": "startWindowMinutes",
    "completionWindow": "completionWindowMinutes",
}
_LIFECYCLE = {"coldStorageAfter": "moveToColdStorageAfterDays", "deleteAfter": "deleteAfterDays"}
_COPY = {"destinationVaultArn": "destinationBackupVaultArn"}
_TARGET = {"targetVaultName": "targetBackupVaultName"}
_CONDITIONS = {"key": "conditionKey", "value": "conditionValue"}
_KINDS = {
    "stringEquals": "StringEquals",
    "stringNotEquals": "StringNotEquals",
    "stringLikes": "StringLike",
    "stringNotLikes": "StringNotLike",
}


def _renamed(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in values.items()}


def _entries(values: Any) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", values or [])


def _rules(creation: Creation) -> None:
    """The API's names of what a rule is made of."""
    creation.left["rules"] = [_rule(rule) for rule in _entries(creation.left["rules"])]


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    made = _renamed(rule, _RULE | _TARGET)
    copies = [_with_lifecycle(_renamed(copy, _COPY)) for copy in _entries(rule.get("copyActions"))]
    return _with_lifecycle({**made, **({"copyActions": copies} if copies else {})})


def _with_lifecycle(values: dict[str, Any]) -> dict[str, Any]:
    lifecycle = values.get("lifecycle")
    return {**values, "lifecycle": _renamed(lifecycle, _LIFECYCLE)} if lifecycle else values


def _selection(creation: Creation) -> None:
    inner = dict(creation.given)
    conditions: dict[str, Any] = {}
    for condition in _entries(inner.pop("conditions", None)):
        for kind, found in condition.items():
            conditions[_KINDS[kind]] = [_renamed(each, _CONDITIONS) for each in _entries(found)]
    tags = [
        _renamed(tag, _CONDITIONS | {"type": "conditionType"}) for tag in _entries(inner.pop("selectionTags", None))
    ]
    plan = inner.pop("planId")
    inner = _renamed(inner, {"name": "selectionName"}) | {"conditions": conditions, "listOfTags": tags}
    params = {"backupPlanId": plan, "backupSelection": inner}
    creation.pretend("backup.create_backup_selection", params)
    creation.id = f"selection-{creation.suffix}"


def _restore_plan(creation: Creation) -> None:
    inner = _renamed(creation.given, {"name": "restoreTestingPlanName"})
    inner.pop("tags", None)
    params = {"restoreTestingPlan": inner, "tags": creation.tags}
    creation.pretend("backup.create_restore_testing_plan", params)
    creation.id = creation.given["name"]
    creation.state["arn"] = creation.filled("arn:{partition}:backup:{region}:{account}:restore-testing-plan:{name}")


def _restore_selection(creation: Creation) -> None:
    inner = _renamed(creation.given, {"name": "restoreTestingSelectionName"})
    plan = inner.pop("restoreTestingPlanName")
    params = {"restoreTestingPlanName": plan, "restoreTestingSelection": inner}
    creation.pretend("backup.create_restore_testing_selection", params)
    creation.id = f"{creation.given['name']}:{plan}"


RECIPES = {
    "aws:backup/vault:Vault": Recipe(
        "backup.create_backup_vault",
        id="BackupVaultName",
        outputs={"arn": "BackupVaultArn"},
        renames={"name": "BackupVaultName", "kmsKeyArn": "EncryptionKeyArn"},
        ignores=("forceDestroy",),
        named="name",
        longest=50,
    ),
    "aws:backup/plan:Plan": Recipe(
        "backup.create_backup_plan",
        id="BackupPlanId",
        outputs={"arn": "BackupPlanArn", "version": "VersionId"},
        renames={"name": "BackupPlanName"},
        under="backupPlan",
        named="name",
        longest=50,
        prepare=_rules,
    ),
    "aws:backup/selection:Selection": Recipe(finish=_selection),
    "aws:backup/restoreTestingPlan:RestoreTestingPlan": Recipe(finish=_restore_plan, tagged=True),
    "aws:backup/restoreTestingSelection:RestoreTestingSelection": Recipe(finish=_restore_selection),
}
