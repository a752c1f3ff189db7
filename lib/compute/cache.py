"""A cache: ElastiCache for Valkey."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_random as random
from pulumi_aws import cloudwatch, elasticache

from lib.args.cache import PORT, CacheArgs
from lib.compute.site import Site
from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.foundation.log_group import log_group
from lib.secrets.secret import Secret

ENGINE = "valkey"
TOKEN_LENGTH = 64
# In UTC, an hour apart; ElastiCache refuses windows that overlap.
SNAPSHOT_WINDOW = "03:00-04:00"
MAINTENANCE_WINDOW = "sun:05:00-sun:06:00"


class Cache(Component):
    """A replication group of Valkey: a primary and its replicas, encrypted at rest and in transit.

    Who speaks to it does so over TLS with the token that is in `auth_token`.
    Sources: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html,
    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Log_Delivery.html.

    Args:
        name: the cache's name.
        args: its settings.
        env: environment of the stack.
        site: where it lives.

    Attributes:
        host: the primary's address, which follows a failover.
        auth_token: secret that holds the token alone, as text.
        replication_group_id: its id, which metrics and alarms bear, with `-001` and so on for its nodes.
        log_group_name: name of the log group of its slow log and its engine log.
    """

    host: pulumi.Output[str]
    auth_token: Secret
    replication_group_id: pulumi.Output[str]
    log_group_name: pulumi.Output[str]
    outputs: Mapping[str, pulumi.Input[Any]]

    def __init__(
        self,
        name: str,
        args: CacheArgs,
        env: Environment,
        site: Site,
        *,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:compute:Cache", name, opts)
        self._name = name
        self._args = args
        self._env = env
        self._site = site
        # Letters and digits alone: ElastiCache takes few of the special characters, and a URL fewer.
        token = random.RandomPassword(name, length=TOKEN_LENGTH, special=False, opts=self.child())
        value = pulumi.Output.secret(token.result)
        logs = self._log_group()
        group = self._replication_group(value, logs)
        self.auth_token = Secret(
            env.names.cache_secret(name),
            env,
            key_arn=site.data_key_arn,
            value=value,
            description=f"Token of cache {name}",
            opts=self.child(),
        )
        self.host = group.primary_endpoint_address
        self.replication_group_id = group.replication_group_id
        self.log_group_name = logs.name
        self.outputs = {
            "replication_group_id": group.replication_group_id,
            "endpoint": group.primary_endpoint_address,
            "reader_endpoint": group.reader_endpoint_address,
            "port": PORT,
            "auth_token_secret_arn": self.auth_token.arn,
            "log_group_name": logs.name,
        }
        self.register_outputs(dict(self.outputs))

    def _replication_group(self, token: pulumi.Output[str], logs: cloudwatch.LogGroup) -> elasticache.ReplicationGroup:
        name, args, env, site = self._name, self._args, self._env, self._site
        group_id = env.names.replication_group(name)
        days = args.snapshot_retention_days
        kept = env.protection.backup_retention_days if days is None else days
        several = args.nodes > 1
        return elasticache.ReplicationGroup(
            name,
            replication_group_id=group_id,
            description=f"Cache {name} in network {site.network}",
            engine=ENGINE,
            engine_version=args.engine_version,
            auto_minor_version_upgrade=True,
            apply_immediately=not env.protection.deletion_protection,
            node_type=args.node_type,
            num_cache_clusters=args.nodes,
            automatic_failover_enabled=several,
            multi_az_enabled=several,
            port=PORT,
            parameter_group_name=self._parameter_group().name,
            subnet_group_name=self._subnet_group().name,
            security_group_ids=[site.security_group_id],
            at_rest_encryption_enabled=True,
            kms_key_id=site.data_key_arn,
            transit_encryption_enabled=True,
            auth_token=token,
            snapshot_retention_limit=kept,
            snapshot_window=SNAPSHOT_WINDOW if kept else None,
            final_snapshot_identifier=None if env.protection.force_destroy else self._final_snapshot(group_id),
            maintenance_window=MAINTENANCE_WINDOW,
            log_delivery_configurations=[
                {
                    "destination_type": "cloudwatch-logs",
                    "destination": logs.name,
                    "log_format": "json",
                    "log_type": log_type,
                }
                for log_type in ("engine-log", "slow-log")
            ],
            tags=env.tags("ReplicationGroup", group_id),
            opts=self.child(protect=env.protection.deletion_protection),
        )

    def _final_snapshot(self, group_id: str) -> pulumi.Output[str]:
        """A name that lasts as long as the cache: a stack made anew would meet its own old snapshot otherwise."""
        once = random.RandomId(self._name, byte_length=4, keepers={"cache": group_id}, opts=self.child())
        return pulumi.Output.concat(group_id, "-final-", once.hex)

    def _log_group(self) -> cloudwatch.LogGroup:
        name = self._env.names.cache_log_group(self._name)
        return log_group(self, self._name, self._env, name=name, key_arn=self._site.logs_key_arn)

    def _subnet_group(self) -> elasticache.SubnetGroup:
        name = self._env.names.cache_subnet_group(self._name)
        return elasticache.SubnetGroup(
            self._name,
            name=name,
            description=f"Cache {self._name} in network {self._site.network}",
            subnet_ids=list(self._site.subnet_ids.values()),
            tags=self._env.tags("CacheSubnetGroup", name),
            opts=self.child(),
        )

    def _parameter_group(self) -> elasticache.ParameterGroup:
        family = self._args.parameter_family
        name = self._env.names.cache_parameter_group(self._name, family)
        return elasticache.ParameterGroup(
            self._name,
            name=name,
            family=family,
            description=f"Cache {self._name}",
            tags=self._env.tags("CacheParameterGroup", name),
            opts=self.child(),
        )
