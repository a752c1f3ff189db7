"""A Lambda function in a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, iam, lambda_, sqs

from lib.args.source import SourceFile
from lib.compute.site import Site
from lib.foundation.archive import archive
from lib.foundation.component import Component
from lib.foundation.environment import Environment, partition
from lib.foundation.log_group import log_group
from lib.foundation.permissions import attach_to_network, decrypt_environment, send, trace, use_key
from lib.foundation.policies import (
    Statement,
    identity_policy,
    resource_policy,
    tls_only,
    write_to_log_group,
)

# The newest that every tool around knows: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html.
RUNTIME = "python3.13"
ALIAS = "live"
# The longest that SQS keeps anything: a failed event is for people to look at.
DEAD_LETTER_SECONDS = 14 * 24 * 60 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What a function runs, and with what.

    Args:
        code: its sources, and those of the packages that it brings along.
        handler: `module.function` in them.
        description: what it does.
        environment: its environment variables, nothing secret.
        timeout_seconds: time that an invocation may take.
        memory: MiB.
        reserved_concurrency: invocations at once that are reserved for it, and no more; None for the account's rest.
    """

    code: Sequence[SourceFile]
    handler: str
    description: str
    environment: Mapping[str, pulumi.Input[str]]
    timeout_seconds: int
    memory: int
    reserved_concurrency: int | None = None


class Function(Component):
    """A Python function on arm64 in a tier of a network: logged, traced, its environment under a customer key.

    Whoever calls it calls the alias, which leads to the version that this deployment published: requests meet the old
    version or the new one, never one that is being changed. An event that fails when nobody waits for its answer is
    kept in a dead-letter queue.

    Args:
        name: logical name.
        env: environment of the stack.
        site: where it lives.
        program: what it runs.
        scope: what it is, first part of its AWS names, which bear the region too: `orders-api`.
        allow: what it may do beside logging and tracing.

    Attributes:
        function_name: its name, which its metrics bear.
        log_group_name: where it logs.
        dead_letter_name: name of the dead-letter queue.
    """

    alias: lambda_.Alias
    function_name: pulumi.Output[str]
    log_group_name: pulumi.Output[str]
    dead_letter_name: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        env: Environment,
        site: Site,
        program: Program,
        *,
        scope: str,
        allow: Sequence[Statement],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:compute:Function", name, opts)
        self._name = name
        self._scope = scope
        self._env = env
        self._site = site
        called = env.names.function(scope, site.region)
        logs = log_group(
            self, name, env, name=env.names.function_log_group(scope, site.region), key_arn=site.logs_key_arn
        )
        dead = self._dead_letters()
        role, policy = self._role(called, logs, dead, allow)
        function = lambda_.Function(
            name,
            name=called,
            description=program.description,
            runtime=RUNTIME,
            architectures=["arm64"],
            handler=program.handler,
            code=archive(program.code),
            role=role.arn,
            timeout=program.timeout_seconds,
            memory_size=program.memory,
            reserved_concurrent_executions=program.reserved_concurrency,
            publish=True,
            kms_key_arn=site.data_key_arn,
            environment={"variables": program.environment},
            vpc_config={
                "subnet_ids": list(site.subnet_ids.values()),
                "security_group_ids": [site.security_group_id],
            },
            dead_letter_config={"target_arn": dead.arn},
            tracing_config={"mode": "Active"},
            logging_config={"log_format": "JSON", "log_group": logs.name},
            tags=env.tags("Function", called),
            # Lambda makes network interfaces with the role when it makes the function, and tries the dead-letter queue.
            opts=self.child(depends_on=[policy]),
        )
        self.alias = lambda_.Alias(
            name,
            name=ALIAS,
            description="The version that requests meet",
            function_name=function.name,
            function_version=function.version,
            opts=self.child(),
        )
        self.function_name = function.name
        self.log_group_name = logs.name
        self.dead_letter_name = dead.name
        self.register_outputs({"function_name": function.name, "alias_arn": self.alias.arn})

    def _dead_letters(self) -> sqs.Queue:
        env = self._env
        name = env.names.function_dead_letters(self._scope, self._site.region)
        queue = sqs.Queue(
            f"{self._name}-dead",
            name=name,
            message_retention_seconds=DEAD_LETTER_SECONDS,
            kms_master_key_id=self._site.data_key_arn,
            tags=env.tags("Queue", name, "dead letters"),
            opts=self.child(),
        )
        sqs.QueuePolicy(
            f"{self._name}-dead",
            queue_url=queue.url,
            policy=resource_policy([tls_only(queue.arn, service="sqs")]),
            opts=self.child(),
        )
        return queue

    def _role(
        self, called: str, logs: cloudwatch.LogGroup, dead: sqs.Queue, allow: Sequence[Statement]
    ) -> tuple[iam.Role, iam.RolePolicy]:
        env, site = self._env, self._site
        arn = f"arn:{partition(site.region)}:lambda:{site.region}:{env.account_id}:function:{called}"
        # A role can be passed to Lambda within its own account only, so its trust needs no condition on the source.
        trust = Statement(actions=["sts:AssumeRole"], services=["lambda.amazonaws.com"])
        role = iam.Role(
            self._name,
            assume_role_policy=resource_policy([trust]),
            tags=env.tags("Role", called),
            opts=self.child(),
        )
        statements = [
            write_to_log_group(logs.arn),
            trace(),
            send(dead.arn),
            use_key(site.data_key_arn, service="sqs", region=site.region, encrypts=True),
            decrypt_environment(site.data_key_arn, arn),
            *attach_to_network(arn),
            *allow,
        ]
        return role, iam.RolePolicy(self._name, role=role.id, policy=identity_policy(statements), opts=self.child())
