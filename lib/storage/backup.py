"""AWS Backup: recovery points of everything in the stack that holds data, and rehearsals of their restore.

Sources: https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html,
https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing-inferred-metadata.html,
https://docs.aws.amazon.com/aws-backup/latest/devguide/security-iam-awsmanpol.html.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import backup, iam

from lib.args.backup import BackupArgs, DataKind
from lib.foundation.component import Component
from lib.foundation.environment import Environment, partition
from lib.foundation.policies import Statement, resource_policy

# ARNs of all resources of a kind, less partition; and AWS's policies for it beyond those for every kind.
RESOURCES: Mapping[DataKind, str] = {
    "Aurora": "rds:*:*:cluster:*",
    "DynamoDB": "dynamodb:*:*:table/*",
    "S3": "s3:::*",
}
POLICIES = {
    "backup": "service-role/AWSBackupServiceRolePolicyForBackup",
    "restore": "service-role/AWSBackupServiceRolePolicyForRestores",
}
S3_POLICIES = {
    "s3-backup": "AWSBackupServiceRolePolicyForS3Backup",
    "s3-restore": "AWSBackupServiceRolePolicyForS3Restore",
}
# Restore tests look at the recovery points of the last week.
WINDOW_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class AuroraRestore:
    """Where restored clusters go: AWS would put them into the default VPC.

    Args:
        subnet_group: name of an RDS subnet group of the vault's region.
        security_group_ids: groups of the same network.
    """

    subnet_group: pulumi.Input[str]
    security_group_ids: Sequence[pulumi.Input[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyTarget:
    """Where copies go.

    Args:
        region: another region than the vault's.
        key_arn: customer key of that region.
        provider: provider of that region.
    """

    region: str
    key_arn: pulumi.Input[str]
    provider: pulumi.ProviderResource


class Backup(Component):
    """A vault, the plan that fills it with what bears this stack's tags, and a plan that tries restores.

    Args:
        name: logical name.
        args: settings of backups.
        env: environment of the stack.
        region: region of the vault.
        key_arn: customer key of that region.
        kinds: the kinds of data that the stack has in that region; at least one.
        excluded_arns: buckets and the like that bear the stack's tags and hold nothing to restore, such as logs.
        copy: where copies go; None for nowhere.
        aurora: where restores of Aurora are rehearsed; without it they are not.
    """

    vault_arn: pulumi.Output[str]
    vault_name: pulumi.Output[str]
    copy_vault_arn: pulumi.Output[str] | None
    restore_plan_arn: pulumi.Output[str] | None

    def __init__(
        self,
        name: str,
        args: BackupArgs,
        env: Environment,
        *,
        region: str,
        key_arn: pulumi.Input[str],
        kinds: Collection[DataKind],
        excluded_arns: Sequence[pulumi.Input[str]] = (),
        copy: CopyTarget | None = None,
        aurora: AuroraRestore | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:storage:Backup", name, opts)
        self._env = env
        vault = self._vault(name, region, key_arn)
        copies = self._vault(f"{name}-{copy.region}", copy.region, copy.key_arn, copy.provider) if copy else None
        self._role, self._attached = self._service_role(name, region, kinds)
        plan = self._plan(name, args, vault, copies)
        self._select(
            name, plan, [f"arn:{partition(region)}:{RESOURCES[kind]}" for kind in sorted(kinds)], excluded_arns
        )
        self.restore_plan_arn = None
        if args.rehearses:
            tests = self._restore_plan(name, args.restore_test_schedule, vault)
            self._select_restores(name, tests, kinds, key_arn, aurora)
            self.restore_plan_arn = tests.arn
        self.vault_arn = vault.arn
        self.vault_name = vault.name
        self.copy_vault_arn = copies.arn if copies else None
        self.register_outputs({"vault_arn": vault.arn, "vault_name": vault.name})

    def _vault(
        self, name: str, region: str, key_arn: pulumi.Input[str], provider: pulumi.ProviderResource | None = None
    ) -> backup.Vault:
        env = self._env
        vault_name = env.names.backup_vault(region)
        return backup.Vault(
            name,
            name=vault_name,
            kms_key_arn=key_arn,
            force_destroy=env.protection.force_destroy,
            tags=env.tags("BackupVault", vault_name),
            opts=self.child(provider=provider, protect=env.protection.deletion_protection),
        )

    def _service_role(
        self, name: str, region: str, kinds: Collection[DataKind]
    ) -> tuple[iam.Role, list[iam.RolePolicyAttachment]]:
        """The role that backs up and restores.

        Its policies are AWS's own, the one exception to policies of the stack's own making: what Backup needs for each
        kind of data is long, and grows with the service. AWS documents no source condition for its trust.
        """
        env = self._env
        trust = Statement(actions=["sts:AssumeRole"], services=["backup.amazonaws.com"])
        role = iam.Role(
            name,
            assume_role_policy=resource_policy([trust]),
            tags=env.tags("Role", env.names.backup_plan()),
            opts=self.child(),
        )
        attached = [
            iam.RolePolicyAttachment(
                f"{name}-{purpose}",
                role=role.name,
                policy_arn=f"arn:{partition(region)}:iam::aws:policy/{policy}",
                opts=self.child(),
            )
            for purpose, policy in (POLICIES | (S3_POLICIES if "S3" in kinds else {})).items()
        ]
        return role, attached

    def _plan(self, name: str, args: BackupArgs, vault: backup.Vault, copies: backup.Vault | None) -> backup.Plan:
        env = self._env
        plan_name = env.names.backup_plan()
        lifecycle: backup.PlanRuleLifecycleArgsDict = {
            "delete_after": args.retention_days or env.protection.backup_retention_days
        }
        if args.cold_storage_days is not None:
            lifecycle["cold_storage_after"] = args.cold_storage_days
        rule: backup.PlanRuleArgsDict = {
            "rule_name": plan_name,
            "target_vault_name": vault.name,
            "schedule": args.schedule,
            "lifecycle": lifecycle,
        }
        if copies:
            # AWS would keep a copy without a lifecycle of its own for ever.
            copied: backup.PlanRuleCopyActionArgsDict = {"destination_vault_arn": copies.arn}
            copied["lifecycle"] = {**lifecycle}
            rule["copy_actions"] = [copied]
        return backup.Plan(
            name, name=plan_name, rules=[rule], tags=env.tags("BackupPlan", plan_name), opts=self.child()
        )

    def _select(
        self, name: str, plan: backup.Plan, resources: Sequence[str], excluded_arns: Sequence[pulumi.Input[str]]
    ) -> None:
        """What the plan backs up: resources of these kinds that bear the stack's tags."""
        backup.Selection(
            name,
            name=self._env.names.backup_plan(),
            plan_id=plan.id,
            iam_role_arn=self._role.arn,
            resources=resources,
            not_resources=list(excluded_arns) or None,
            # Conditions must all hold; selection tags would take whatever bears one of them.
            conditions=[{"string_equals": [{"key": key, "value": value} for key, value in self._own_tags()]}],
            # The role refers to no policy, and the first job may start at once.
            opts=self.child(depends_on=self._attached),
        )

    def _restore_plan(self, name: str, schedule: str, vault: backup.Vault) -> backup.RestoreTestingPlan:
        plan_name = self._env.names.restore_plan()
        return backup.RestoreTestingPlan(
            name,
            name=plan_name,
            schedule_expression=schedule,
            recovery_point_selection={
                "algorithm": "LATEST_WITHIN_WINDOW",
                "include_vaults": [vault.arn],
                "recovery_point_types": ["SNAPSHOT"],
                "selection_window_days": WINDOW_DAYS,
            },
            tags=self._env.tags("RestoreTestingPlan", plan_name),
            opts=self.child(),
        )

    def _select_restores(
        self,
        name: str,
        plan: backup.RestoreTestingPlan,
        kinds: Collection[DataKind],
        key_arn: pulumi.Input[str],
        aurora: AuroraRestore | None,
    ) -> None:
        """One selection for each kind of data: what is restored of it stays encrypted with the stack's own key."""
        overrides: dict[DataKind, dict[str, pulumi.Input[str]]] = {
            "DynamoDB": {"encryptionType": "KMS", "kmsMasterKeyArn": key_arn},
            "S3": {"encryptionType": "SSE-KMS", "kmsKey": key_arn},
        }
        if aurora:
            groups = pulumi.Output.json_dumps(list(aurora.security_group_ids))
            overrides["Aurora"] = {"dbSubnetGroupName": aurora.subnet_group, "vpcSecurityGroupIds": groups}
        own: list[backup.RestoreTestingSelectionProtectedResourceConditionsStringEqualArgsDict] = [
            {"key": key, "value": value} for key, value in self._own_tags()
        ]
        for kind in sorted(set(kinds) & set(overrides)):
            backup.RestoreTestingSelection(
                f"{name}-{kind.lower()}",
                name=kind.lower(),
                restore_testing_plan_name=plan.name,
                protected_resource_type=kind,
                # The provider takes conditions or ARNs, not both; without ARNs the conditions look at all of the type.
                protected_resource_conditions={"string_equals": own},
                restore_metadata_overrides=overrides[kind],
                iam_role_arn=self._role.arn,
                validation_window_hours=1,
                # The role refers to no policy, and a rehearsal without them would fail.
                opts=self.child(depends_on=self._attached),
            )

    def _own_tags(self) -> list[tuple[str, str]]:
        """Tags by which the stack's own resources are told from all others of the account: condition key and value."""
        names = self._env.names
        return [
            ("aws:ResourceTag/Application", names.application),
            ("aws:ResourceTag/EnvironmentSuffix", names.suffix),
        ]
