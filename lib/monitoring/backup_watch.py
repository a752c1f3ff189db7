"""Watches the backups of one vault: every job that fails is told at once.

Sources: https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html (backup and copy jobs have a `state`,
restore jobs a `status`), https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html.
"""

import pulumi

from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.monitoring.delivery import deliver

FAILED = ["ABORTED", "EXPIRED", "FAILED", "PARTIAL"]


class BackupWatch(Component):
    """An EventBridge rule on failed jobs of one vault, to the region's topic, and an alarm on its failures.

    Args:
        name: logical name.
        region: region of the vault, and of the rule.
        env: environment of the stack.
        vault_arn: the vault that backups go to.
        restore_plan_arn: the restore testing plan; None where no restore is rehearsed.
        topic_arn: topic of this region.
    """

    def __init__(
        self,
        name: str,
        region: str,
        env: Environment,
        *,
        vault_arn: pulumi.Input[str],
        restore_plan_arn: pulumi.Input[str] | None,
        topic_arn: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:monitoring:BackupWatch", name, opts)
        deliver(
            self,
            name,
            env,
            rule_name=env.names.backup_rule(region),
            description="Backup, copy and restore jobs that failed",
            pattern={
                "source": ["aws.backup"],
                "detail-type": [
                    "Backup Job State Change",
                    "Copy Job State Change",
                    "Restore Job State Change",
                ],
                "detail": {"$or": _failures(vault_arn, restore_plan_arn)},
            },
            topic_arn=topic_arn,
            alarm_name=env.names.backup_alarm(region),
            alarm_description="News of failed backups could not be delivered to the topic",
        )
        self.register_outputs({})


def _failures(
    vault_arn: pulumi.Input[str], restore_plan_arn: pulumi.Input[str] | None
) -> list[dict[str, list[pulumi.Input[str]]]]:
    """Patterns of failed jobs, narrowed to the stack's own vault and plan."""
    failed: list[pulumi.Input[str]] = [*FAILED]
    patterns: list[dict[str, list[pulumi.Input[str]]]] = [
        {"state": failed, "backupVaultArn": [vault_arn]},
        {"state": failed, "sourceBackupVaultArn": [vault_arn]},
        {"status": failed, "backupVaultArn": [vault_arn]},
    ]
    if restore_plan_arn is not None:
        patterns.append({"status": failed, "restoreTestingPlanArn": [restore_plan_arn]})
    return patterns
