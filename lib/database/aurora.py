"""A database: Aurora PostgreSQL in one region, or a Global Database over several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_random as random
from pulumi_aws import rds

from lib.args.database import PORT, DatabaseArgs
from lib.database.cluster import Cluster, Master, Membership, Monitoring
from lib.database.engine_version import ENGINE
from lib.database.site import Site
from lib.foundation.component import Component
from lib.foundation.environment import Environment, partition
from lib.foundation.policies import Statement, service_role
from lib.secrets.secret import Secret

# Neither of the names that everybody tries first.
MASTER_USERNAME = "dbowner"
PASSWORD_LENGTH = 40


class Database(Component):
    """A cluster a site: a writer in the first, and in every further one a copy that can take over.

    The master password is in the secret alone, which has a replica in each further region. Its value is a JSON object
    with `username`, `password`, `engine`, `host`, `port` and `dbname`; the host of a Global Database is its global
    writer endpoint, which follows a switchover.

    Args:
        name: the database's name.
        args: its settings.
        env: environment of the stack.
        sites: one for each of `args.networks`, in their order.

    Attributes:
        available: what is there once the database takes connections: its first instance, and the secret's value.
    """

    secret: Secret
    secret_arn: pulumi.Output[str]
    writer_endpoint: pulumi.Output[str]
    clusters: Mapping[str, Cluster]
    available: Sequence[pulumi.Resource]
    outputs: Mapping[str, pulumi.Input[Any]]

    def __init__(
        self,
        name: str,
        args: DatabaseArgs,
        env: Environment,
        *,
        sites: Sequence[Site],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:database:Database", name, opts)
        self._name = name
        self._args = args
        self._env = env
        first, *others = sites
        # Letters and digits alone: RDS takes no / @ " or space, and a connection string nothing that needs escaping.
        password = random.RandomPassword(name, length=PASSWORD_LENGTH, special=False, opts=self.child())
        master = Master(username=MASTER_USERNAME, password=pulumi.Output.secret(password.result))
        monitoring = self._monitoring(first.region)
        together = self._global_cluster(first) if others else None
        primary = Cluster(
            name,
            args,
            env,
            first,
            master=master,
            monitoring=monitoring,
            membership=Membership(global_cluster=together) if together else None,
            opts=self.child(provider=first.provider),
        )
        copies = self._copies(first.region, others, together, primary, monitoring) if together else {}
        self.clusters = {first.network: primary, **copies}
        self._networks = {site.region: site.network for site in sites}
        self.writer_endpoint = together.endpoint if together else primary.endpoint
        self.secret = secret = self._secret(master, sites)
        self.secret_arn = secret.arn
        self.available = (*primary.instances[:1], secret.version)
        self.outputs = self._outputs(first, together)
        self.register_outputs(dict(self.outputs))

    def cluster_in(self, region: str) -> Cluster:
        """The cluster of one of its regions, each of which has one."""
        return self.clusters[self._networks[region]]

    def _copies(
        self,
        source_region: str,
        sites: Sequence[Site],
        together: rds.GlobalCluster,
        primary: Cluster,
        monitoring: Monitoring,
    ) -> dict[str, Cluster]:
        """The clusters of the further sites, by network."""
        return {
            site.network: Cluster(
                self._name,
                self._args,
                self._env,
                site,
                master=None,
                monitoring=monitoring,
                membership=Membership(global_cluster=together, source_region=source_region),
                # A copy is taken of a primary that serves, and there is none before its first instance.
                after=primary.instances[:1],
                opts=self.child(provider=site.provider),
            )
            for site in sites
        }

    def _global_cluster(self, site: Site) -> rds.GlobalCluster:
        identifier = self._env.names.global_cluster(self._name)
        return rds.GlobalCluster(
            self._name,
            global_cluster_identifier=identifier,
            engine=ENGINE.value,
            engine_version=self._args.engine_version,
            storage_encrypted=True,
            deletion_protection=self._env.protection.deletion_protection,
            tags=self._env.tags("GlobalCluster", identifier),
            opts=self.child(provider=site.provider, protect=self._env.protection.deletion_protection),
        )

    def _monitoring(self, region: str) -> Monitoring:
        """The role that enhanced monitoring writes its metrics with, for instances of this database only.

        Its log group RDSOSMetrics belongs to the account, not to the stack, so RDS must be able to create it.
        https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Monitoring.OS.Enabling.html
        """
        env = self._env
        groups = f"arn:{partition(region)}:logs:*:{env.account_id}:log-group:RDS*"
        role, policy = service_role(
            self,
            f"{self._name}-monitoring",
            service="monitoring.rds.amazonaws.com",
            source_account=env.account_id,
            source_arn=f"arn:{partition(region)}:rds:*:{env.account_id}:db:{env.names.db_instances(self._name)}",
            allow=[
                Statement(actions=["logs:CreateLogGroup", "logs:PutRetentionPolicy"], resources=[groups]),
                Statement(
                    actions=[
                        "logs:CreateLogStream",
                        "logs:DescribeLogStreams",
                        "logs:GetLogEvents",
                        "logs:PutLogEvents",
                    ],
                    resources=[f"{groups}:log-stream:*"],
                ),
            ],
            tags=env.tags("Role", env.names.of(self._name, "monitoring")),
        )
        return Monitoring(role_arn=role.arn, policy=policy)

    def _secret(self, master: Master, sites: Sequence[Site]) -> Secret:
        content = {
            "username": master.username,
            "password": master.password,
            "engine": "postgres",
            "host": self.writer_endpoint,
            "port": PORT,
            "dbname": self._args.database_name,
        }
        first, *others = sites
        return Secret(
            self._env.names.database_secret(self._name),
            self._env,
            key_arn=first.key_arn,
            value=pulumi.Output.secret(pulumi.Output.json_dumps(content)),
            description=f"Master user of database {self._name}",
            replicas={site.region: site.key_arn for site in others},
            opts=self.child(provider=first.provider),
        )

    def _outputs(self, first: Site, together: rds.GlobalCluster | None) -> dict[str, pulumi.Input[Any]]:
        """The database's outputs, without its name as prefix; those of copies with their network's."""
        primary = self.clusters[first.network]
        copies = {network: cluster for network, cluster in self.clusters.items() if network != first.network}
        return {
            "cluster_id": primary.identifier,
            "cluster_arn": primary.arn,
            "endpoint": self.writer_endpoint,
            "reader_endpoint": primary.reader_endpoint,
            "port": PORT,
            "name": self._args.database_name,
            "secret_arn": self.secret_arn,
            **({"global_cluster_id": together.id} if together else {}),
            **{f"{network}_cluster_id": cluster.identifier for network, cluster in copies.items()},
            **{f"{network}_cluster_arn": cluster.arn for network, cluster in copies.items()},
            **{f"{network}_reader_endpoint": cluster.reader_endpoint for network, cluster in copies.items()},
        }
