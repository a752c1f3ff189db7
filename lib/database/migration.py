"""Migrations of a database, run by the deployment from inside the network."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2, iam, lambda_, vpc

from lib.args.source import SourceFile
from lib.database.site import Site
from lib.foundation.archive import archive
from lib.foundation.component import Component
from lib.foundation.environment import Environment, partition
from lib.foundation.log_group import log_group
from lib.foundation.permissions import attach_to_network, decrypt_environment, read_secrets, use_key
from lib.foundation.policies import Statement, identity_policy, resource_policy, write_to_log_group

FUNCTION = "migrate"
FOLDER = f"functions/{FUNCTION}"
HTTPS = 443
# Lambda's own limit, in seconds.
LONGEST = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The database that migrations are applied to.

    Args:
        host: the writer's endpoint.
        port: its port.
        database_name: the database in the cluster.
        secret_arn: secret with `username` and `password`, encrypted with the region's key for data.
        available: what has to be there for the database to answer: its instances, and its secret's value.
    """

    host: pulumi.Input[str]
    port: int
    database_name: str
    secret_arn: pulumi.Input[str]
    available: Sequence[pulumi.Resource]


class Migration(Component):
    """A function in the database's network that applies SQL files, and its invocation whenever they change.

    A file that fails fails the deployment. Whatever needs the schema depends on `done`.

    Args:
        name: the database's name.
        env: environment of the stack.
        site: where the database's writer lives.
        target: the database.
        code: sources of the function and of the packages that it brings along.
        files: the migrations.
        vpc_id: the network's VPC.
        subnet_ids: subnets that the function runs in.
        endpoint_group_id: security group of the endpoint of Secrets Manager; None where it is reached over NAT.
    """

    done: lambda_.Invocation
    function_name: pulumi.Output[str]
    security_group_id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        env: Environment,
        site: Site,
        target: Target,
        *,
        code: Sequence[SourceFile],
        files: Sequence[SourceFile],
        vpc_id: pulumi.Input[str],
        subnet_ids: Sequence[pulumi.Input[str]],
        endpoint_group_id: pulumi.Input[str] | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:database:Migration", name, opts)
        self._name = name
        self._env = env
        self._site = site
        self._target = target
        group, rules = self._security_group(vpc_id, endpoint_group_id)
        migrations = (dataclasses.replace(file, name=f"{FOLDER}/sql/{file.name}") for file in files)
        function = self._function(archive([*code, *migrations]), subnet_ids, group)
        self.done = lambda_.Invocation(
            f"{name}-migrate",
            function_name=function.name,
            input="{}",
            # Another database of the same name knows none of the files, so its address counts too.
            triggers={"database": pulumi.Output.concat(target.host, "/", target.database_name)}
            | {file.name: file.checksum for file in files},
            # Nothing that is invoked refers to the ways through the network, nor to what makes the database answer.
            opts=self.child(depends_on=[*rules, *target.available]),
        )
        self.function_name = function.name
        self.security_group_id = group.id
        self.register_outputs({"function_name": function.name, "result": self.done.result})

    def _function(
        self, code: pulumi.Archive, subnet_ids: Sequence[pulumi.Input[str]], group: ec2.SecurityGroup
    ) -> lambda_.Function:
        name, env, target = self._name, self._env, self._target
        called = env.names.migration_log_group(name)
        logs = log_group(self, f"{name}-migrate", env, name=called, key_arn=self._site.logs_key_arn)
        role, policy = self._role(logs.arn)
        return lambda_.Function(
            f"{name}-migrate",
            name=env.names.migration_function(name),
            description=f"Applies the migrations of database {name}",
            runtime="python3.13",
            architectures=["arm64"],
            handler=f"{FOLDER.replace('/', '.')}.handler.handler",
            code=code,
            role=role.arn,
            timeout=LONGEST,
            memory_size=256,
            kms_key_arn=self._site.key_arn,
            environment={
                "variables": {
                    "SECRET_ARN": target.secret_arn,
                    "DATABASE_HOST": target.host,
                    "DATABASE_PORT": str(target.port),
                    "DATABASE_NAME": target.database_name,
                }
            },
            vpc_config={"subnet_ids": list(subnet_ids), "security_group_ids": [group.id]},
            logging_config={"log_format": "JSON", "log_group": logs.name},
            tags=env.tags("Function", env.names.migration_function(name)),
            # Lambda makes network interfaces with the role when it makes the function.
            opts=self.child(depends_on=[policy]),
        )

    def _security_group(
        self, vpc_id: pulumi.Input[str], endpoint_group_id: pulumi.Input[str] | None
    ) -> tuple[ec2.SecurityGroup, list[pulumi.Resource]]:
        """A group that nothing reaches, and that reaches the database and Secrets Manager; and its rules."""
        name, env, port, database_group_id = self._name, self._env, self._target.port, self._site.security_group_id
        group_name = env.names.security_group(name, FUNCTION)
        group = ec2.SecurityGroup(
            f"{name}-migrate",
            name=group_name,
            description=f"Migrations of database {name}",
            vpc_id=vpc_id,
            tags=env.tags("SecurityGroup", group_name),
            opts=self.child(),
        )
        rules: list[pulumi.Resource] = [
            vpc.SecurityGroupEgressRule(
                f"{name}-migrate-database",
                security_group_id=group.id,
                referenced_security_group_id=database_group_id,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                description=f"Migrations to database {name}",
                tags=env.tags("SecurityGroupRule", env.names.of(name, "migrate-database")),
                opts=self.child(),
            ),
            vpc.SecurityGroupIngressRule(
                f"{name}-migrate-database",
                security_group_id=database_group_id,
                referenced_security_group_id=group.id,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                description=f"Migrations of database {name}",
                tags=env.tags("SecurityGroupRule", env.names.of(name, "migrate-database")),
                opts=self.child(),
            ),
            # An endpoint's group lets the whole network in; without one Secrets Manager has public addresses only.
            vpc.SecurityGroupEgressRule(
                f"{name}-migrate-secret",
                security_group_id=group.id,
                referenced_security_group_id=endpoint_group_id,
                cidr_ipv4="0.0.0.0/0" if endpoint_group_id is None else None,
                ip_protocol="tcp",
                from_port=HTTPS,
                to_port=HTTPS,
                description="Migrations to Secrets Manager",
                tags=env.tags("SecurityGroupRule", env.names.of(name, "migrate-secret")),
                opts=self.child(),
            ),
        ]
        return group, rules

    def _role(self, log_group_arn: pulumi.Input[str]) -> tuple[iam.Role, iam.RolePolicy]:
        name, env, region = self._name, self._env, self._site.region
        function = env.names.migration_function(name)
        function_arn = f"arn:{partition(region)}:lambda:{region}:{env.account_id}:function:{function}"
        # A role can be passed to Lambda within its own account only, so its trust needs no condition on the source.
        trust = Statement(actions=["sts:AssumeRole"], services=["lambda.amazonaws.com"])
        role = iam.Role(
            f"{name}-migrate",
            assume_role_policy=resource_policy([trust]),
            tags=env.tags("Role", env.names.of(name, FUNCTION)),
            opts=self.child(),
        )
        allow = [
            write_to_log_group(log_group_arn),
            read_secrets([self._target.secret_arn]),
            use_key(self._site.key_arn, service="secretsmanager", region=region),
            decrypt_environment(self._site.key_arn, function_arn),
            *attach_to_network(function_arn),
        ]
        policy = iam.RolePolicy(f"{name}-migrate", role=role.id, policy=identity_policy(allow), opts=self.child())
        return role, policy
