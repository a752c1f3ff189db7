"""What a service's tasks are: their container, and what they may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, ecs, iam

from lib.args.image import Image
from lib.args.service import ServiceArgs
from lib.compute.site import Site
from lib.compute.uses import Used
from lib.foundation import permissions
from lib.foundation.component import Component
from lib.foundation.environment import Environment, partition
from lib.foundation.log_group import log_group
from lib.foundation.policies import Statement, identity_policy, resource_policy, write_to_log_group

ARCHITECTURES = {"arm64": "ARM64", "x86_64": "X86_64"}
WRITABLE = {"tmp": "/tmp"}  # noqa: S108 (a volume of the task's own, mounted there)
# What the agent of ECS Exec writes to, since the root file system is read-only.
# https://github.com/aws/containers-roadmap/issues/1359
EXEC_WRITABLE = {"exec-state": "/var/lib/amazon", "exec-log": "/var/log/amazon"}


class Task(Component):
    """The task definition of a service, its two roles, and the log group of its container.

    The container has a root file system that it cannot write to, no capability of Linux, and `/tmp` as an empty volume
    of the task's own. An image that runs as another user than root declares `VOLUME /tmp` to own it.
    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html.

    Args:
        name: the service's name.
        args: its settings.
        env: environment of the stack.
        site: where it lives.
        used: what it uses.
        exec_log_group_arn: log group of the commands that operators run in it; None where they may run none.
    """

    arn: pulumi.Output[str]
    log_group_name: pulumi.Output[str]
    task_role_arn: pulumi.Output[str]
    execution_role_arn: pulumi.Output[str]
    # Tasks start with what their roles may do at that moment.
    policies: Sequence[iam.RolePolicy]

    def __init__(
        self,
        name: str,
        args: ServiceArgs,
        env: Environment,
        site: Site,
        used: Used,
        *,
        exec_log_group_arn: pulumi.Input[str] | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:compute:Task", name, opts)
        self._name = name
        self._args = args
        self._env = env
        self._site = site
        logs = self._log_group()
        execution, may_start = self._role(
            "execution", [*self._pull(), write_to_log_group(logs.arn), *used.secret_statements]
        )
        task, may_do = self._role("task", [*used.statements, *self._answer_exec(exec_log_group_arn)])
        writable = WRITABLE if exec_log_group_arn is None else {**WRITABLE, **EXEC_WRITABLE}
        definition = ecs.TaskDefinition(
            name,
            family=env.names.service(name),
            requires_compatibilities=["FARGATE"],
            network_mode="awsvpc",
            cpu=str(args.cpu),
            memory=str(args.memory),
            runtime_platform={
                "operating_system_family": "LINUX",
                "cpu_architecture": ARCHITECTURES[args.architecture],
            },
            execution_role_arn=execution.arn,
            task_role_arn=task.arn,
            volumes=[{"name": volume} for volume in writable],
            container_definitions=pulumi.Output.json_dumps([self._container(used, logs.name, writable)]),
            tags=env.tags("TaskDefinition", env.names.service(name)),
            opts=self.child(),
        )
        self.arn = definition.arn
        self.log_group_name = logs.name
        self.task_role_arn = task.arn
        self.execution_role_arn = execution.arn
        self.policies = [*may_start, *may_do]
        self.register_outputs({"arn": self.arn, "log_group_name": self.log_group_name})

    def _log_group(self) -> cloudwatch.LogGroup:
        called = self._env.names.service_log_group(self._name)
        return log_group(self, self._name, self._env, name=called, key_arn=self._site.logs_key_arn)

    def _container(
        self, used: Used, logs: pulumi.Output[str], writable: Mapping[str, str]
    ) -> Mapping[str, pulumi.Input[Any]]:
        args = self._args
        environment: dict[str, pulumi.Input[str]] = {**args.environment, **used.environment}
        return {
            "name": self._name,
            "image": args.image,
            "essential": True,
            "portMappings": [{"containerPort": args.port, "hostPort": args.port, "protocol": "tcp"}],
            "environment": [{"name": key, "value": environment[key]} for key in sorted(environment)],
            "secrets": [{"name": key, "valueFrom": used.secrets[key]} for key in sorted(used.secrets)],
            "readonlyRootFilesystem": True,
            "privileged": False,
            "linuxParameters": {"initProcessEnabled": True, "capabilities": {"drop": ["ALL"]}},
            "mountPoints": [
                {"sourceVolume": volume, "containerPath": path, "readOnly": False} for volume, path in writable.items()
            ],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": logs,
                    "awslogs-region": self._site.region,
                    "awslogs-stream-prefix": "service",
                    # Logs that CloudWatch does not take in time must not hold up payments.
                    "mode": "non-blocking",
                    "max-buffer-size": "25m",
                },
            },
        }

    def _role(self, purpose: str, allow: Sequence[Statement]) -> tuple[iam.Role, list[iam.RolePolicy]]:
        """A role that ECS may hand to tasks of this account and region.

        The cluster can't be named: ECS does not say which it acts for.
        Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html.
        """
        name, env, region = f"{self._name}-{purpose}", self._env, self._site.region
        trust = Statement(
            actions=["sts:AssumeRole"],
            services=["ecs-tasks.amazonaws.com"],
            conditions={
                "StringEquals": {"aws:SourceAccount": env.account_id},
                "ArnLike": {"aws:SourceArn": f"arn:{partition(region)}:ecs:{region}:{env.account_id}:*"},
            },
        )
        role = iam.Role(
            name,
            assume_role_policy=resource_policy([trust]),
            tags=env.tags("Role", env.names.of(name, "role")),
            opts=self.child(),
        )
        if not allow:
            return role, []
        return role, [iam.RolePolicy(name, role=role.id, policy=identity_policy(allow), opts=self.child())]

    def _pull(self) -> list[Statement]:
        """Pull the image where it is in a private repository of ECR; other registries ask for no leave of IAM."""
        image = Image.of(self._args.image or "")
        repository = image.ecr_repository if image else None
        if repository is None:
            return []
        at = f"{partition(repository.region)}:ecr:{repository.region}:{repository.account_id}"
        return permissions.pull_image(f"arn:{at}:repository/{repository.name}")

    def _answer_exec(self, log_group_arn: pulumi.Input[str] | None) -> list[Statement]:
        if log_group_arn is None:
            return []
        region, account = self._site.region, self._env.account_id
        return permissions.answer_exec(log_group_arn, f"arn:{partition(region)}:logs:{region}:{account}:log-group:*")
