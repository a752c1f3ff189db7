"""An Aurora cluster: one region's part of a database, alone or as a member of a Global Database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_random as random
from pulumi_aws import cloudwatch, rds

from lib.args.database import PORT, DatabaseArgs
from lib.database.engine_version import ENGINE
from lib.database.site import Site
from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.foundation.log_group import log_group

MONITORING_SECONDS = 60
# What a switchover, a failover or the global cluster's upgrade changes on a member, and no deployment may undo.
MOVED_BY_AWS = ("replicationSourceIdentifier", "globalClusterIdentifier", "engineVersion")


@dataclass(frozen=True, slots=True, kw_only=True)
class Master:
    """The master user that a writer is made with."""

    username: str
    password: pulumi.Input[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What makes a cluster a member of a Global Database.

    Args:
        global_cluster: the global cluster.
        source_region: region of the primary, for a secondary; None for the primary.
    """

    global_cluster: rds.GlobalCluster
    source_region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """The role of enhanced monitoring, and the policy that it cannot do without."""

    role_arn: pulumi.Input[str]
    policy: pulumi.Resource


class Cluster(Component):
    """A cluster with its instances, encrypted, over TLS only, its log exported, its instances monitored.

    Args:
        database: the database's name.
        args: its settings.
        env: environment of the stack.
        site: where the cluster lives.
        master: master user, for a writer; None for a secondary, which has its primary's.
        monitoring: role of enhanced monitoring.
        membership: its place in a Global Database; None for a cluster alone.
        after: what AWS needs before the cluster and no reference shows.
    """

    arn: pulumi.Output[str]
    identifier: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    reader_endpoint: pulumi.Output[str]
    instances: tuple[rds.ClusterInstance, ...]

    def __init__(
        self,
        database: str,
        args: DatabaseArgs,
        env: Environment,
        site: Site,
        *,
        master: Master | None,
        monitoring: Monitoring,
        membership: Membership | None = None,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        name = f"{database}-{site.network}"
        super().__init__("tap:database:Cluster", name, opts)
        self._name = name
        self._database = database
        self._args = args
        self._env = env
        self._site = site
        cluster = self._cluster(master, membership, after)
        self.instances = tuple(self._instance(number, cluster, monitoring) for number in range(1, args.instances + 1))
        self.arn = cluster.arn
        self.identifier = cluster.cluster_identifier
        self.endpoint = cluster.endpoint
        self.reader_endpoint = cluster.reader_endpoint
        self.register_outputs({"arn": cluster.arn, "identifier": cluster.cluster_identifier})

    def _cluster(
        self, master: Master | None, membership: Membership | None, after: Sequence[pulumi.Resource]
    ) -> rds.Cluster:
        args, env, site = self._args, self._env, self._site
        identifier = env.names.db_cluster(self._database, site.network)
        serverless = args.serverless
        logs = self._log_group()
        return rds.Cluster(
            self._name,
            cluster_identifier=identifier,
            engine=ENGINE,
            # A member follows the version of the whole: the minor one that AWS chose for it included.
            engine_version=membership.global_cluster.engine_version_actual if membership else args.engine_version,
            # Whoever writes another major version means it.
            allow_major_version_upgrade=True,
            apply_immediately=not env.protection.deletion_protection,
            global_cluster_identifier=membership.global_cluster.id if membership else None,
            source_region=membership.source_region if membership else None,
            database_name=args.database_name if master else None,
            master_username=master.username if master else None,
            master_password=master.password if master else None,
            port=PORT,
            db_subnet_group_name=self._subnet_group().name,
            db_cluster_parameter_group_name=self._parameter_group().name,
            vpc_security_group_ids=[site.security_group_id],
            storage_encrypted=True,
            kms_key_id=site.key_arn,
            iam_database_authentication_enabled=True,
            enabled_cloudwatch_logs_exports=["postgresql"],
            backup_retention_period=args.backup_retention_days or env.protection.backup_retention_days,
            copy_tags_to_snapshot=True,
            deletion_protection=env.protection.deletion_protection,
            skip_final_snapshot=env.protection.force_destroy,
            final_snapshot_identifier=None if env.protection.force_destroy else self._final_snapshot(identifier),
            serverlessv2_scaling_configuration={
                "min_capacity": serverless.min_capacity,
                "max_capacity": serverless.max_capacity,
            }
            if serverless
            else None,
            tags=env.tags("DbCluster", identifier, "writer" if master else "copy"),
            opts=self.child(
                # RDS makes the log group itself where it is missing, without a key and forever.
                depends_on=[logs, *after],
                protect=env.protection.deletion_protection,
                ignore_changes=MOVED_BY_AWS if membership else None,
            ),
        )

    def _instance(self, number: int, cluster: rds.Cluster, monitoring: Monitoring) -> rds.ClusterInstance:
        env, site = self._env, self._site
        identifier = env.names.db_instance(self._database, site.network, number)
        return rds.ClusterInstance(
            f"{self._name}-{number}",
            identifier=identifier,
            cluster_identifier=cluster.id,
            engine=ENGINE,
            instance_class=self._args.instance_class or "db.serverless",
            availability_zone=site.zones[(number - 1) % len(site.zones)] if site.zones else None,
            # The first takes over first; the highest tier that RDS has is 15.
            promotion_tier=number - 1,
            db_subnet_group_name=cluster.db_subnet_group_name,
            publicly_accessible=False,
            # An exact version is to stay: AWS's own upgrade would be taken back by the next deployment.
            auto_minor_version_upgrade="." not in self._args.engine_version,
            apply_immediately=not env.protection.deletion_protection,
            copy_tags_to_snapshot=True,
            monitoring_interval=MONITORING_SECONDS,
            monitoring_role_arn=monitoring.role_arn,
            performance_insights_enabled=True,
            performance_insights_kms_key_id=site.key_arn,
            tags=env.tags("DbInstance", identifier),
            opts=self.child(
                # RDS tries the role when monitoring is switched on, and the role refers to no policy.
                depends_on=[monitoring.policy],
                # A zone that is added to the network later moves no instance that stands.
                ignore_changes=["availabilityZone"],
            ),
        )

    def _log_group(self) -> cloudwatch.LogGroup:
        name = self._env.names.database_log_group(self._database, self._site.network)
        return log_group(self, self._name, self._env, name=name, key_arn=self._site.logs_key_arn)

    def _subnet_group(self) -> rds.SubnetGroup:
        name = self._env.names.database_subnet_group(self._database, self._site.network)
        return rds.SubnetGroup(
            self._name,
            name=name,
            description=f"Database {self._database} in network {self._site.network}",
            subnet_ids=self._site.subnets,
            tags=self._env.tags("DbSubnetGroup", name),
            opts=self.child(),
        )

    def _parameter_group(self) -> rds.ClusterParameterGroup:
        """TLS or no connection, whatever the default of the version is."""
        family = self._args.parameter_family
        name = self._env.names.db_cluster_parameter_group(self._database, self._site.network, family)
        return rds.ClusterParameterGroup(
            self._name,
            name=name,
            family=family,
            description=f"Database {self._database} in network {self._site.network}",
            parameters=[{"name": "rds.force_ssl", "value": "1", "apply_method": "immediate"}],
            tags=self._env.tags("DbClusterParameterGroup", name),
            opts=self.child(),
        )

    def _final_snapshot(self, identifier: str) -> pulumi.Output[str]:
        """A name that lasts as long as the cluster: a stack made anew would meet its own old snapshot otherwise."""
        once = random.RandomId(self._name, byte_length=4, keepers={"cluster": identifier}, opts=self.child())
        return pulumi.Output.concat(identifier, "-final-", once.hex)
