"""What holds a stack's data: databases, tables, buckets, secrets and parameters, composed from their settings."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from lib.args.database import PORT
from lib.args.placement import region_of, regions_of_bucket, regions_of_table
from lib.args.source import SourceFile
from lib.database.aurora import Database
from lib.database.migration import FUNCTION, Migration, Target
from lib.database.site import Site
from lib.groundwork import Groundwork, Part
from lib.networking.grants import ENDPOINTS
from lib.networking.network import Network
from lib.networking.tiers import migration_tier
from lib.secrets.parameter import Parameter
from lib.secrets.secret import Secret
from lib.storage.access_logs import AccessLogs
from lib.storage.bucket import Bucket
from lib.storage.replication import Replication
from lib.storage.table import Table


class Stores(Part):
    """The stack's data, each part in the region of its network.

    Args:
        ground: what it is built on.
    """

    databases: Mapping[str, Database]
    migrations: Mapping[str, Migration]
    tables: Mapping[str, Table]
    buckets: Mapping[str, Bucket]
    secrets: Mapping[str, Secret]
    parameters: Mapping[str, Parameter]

    def __init__(
        self,
        ground: Groundwork,
    ) -> None:
        super().__init__(ground)
        self._access_logs: dict[str, AccessLogs] = {}
        self._replicas: dict[str, Bucket] = {}
        args = ground.args
        self.databases = {name: self._database(name) for name in sorted(args.databases)}
        self.migrations = {
            name: self._migration(name, files)
            for name in sorted(args.databases)
            if (files := args.files.migrations.get(args.databases[name].migrations or ""))
        }
        self.tables = {name: self._table(name) for name in sorted(args.tables)}
        self.buckets = {name: self._bucket(name) for name in sorted(args.buckets)}
        self.secrets = {name: self._secret(name) for name in sorted(args.secrets)}
        self.parameters = {name: self._parameter(name) for name in sorted(args.parameters)}

    @property
    def regions_of_buckets(self) -> tuple[str, ...]:
        """Regions that have a bucket, and so access logs."""
        return tuple(sorted(self._access_logs))

    def bucket_in(self, name: str, region: str) -> Bucket:
        """A bucket in a region: itself, or its replica there."""
        home, *_ = regions_of_bucket(self._args, self._args.buckets[name])
        return self.buckets[name] if region == home else self._replicas[name]

    @property
    def outputs(self) -> dict[str, pulumi.Input[Any]]:
        """Outputs of all parts, prefixed with their names."""
        parts = (self.databases, self.tables, self.buckets, self._replicas)
        return {
            **{
                f"{n}_{key}": value for made in parts for n, part in made.items() for key, value in part.outputs.items()
            },
            **{f"{n}_secret_arn": made.arn for n, made in self.secrets.items()},
            **{f"{n}_parameter_name": made.name for n, made in self.parameters.items()},
        }

    def _database(self, name: str) -> Database:
        args = self._args.databases[name]
        sites = [
            self._site(self._networks[network], args.tier_in(self._args.networks[network]) or "")
            for network in args.networks
        ]
        return Database(name, args, self._env, sites=sites, opts=self._in(sites[0].region))

    def _site(self, network: Network, tier: str) -> Site:
        return Site(
            network=network.name,
            region=network.region,
            provider=self._regions.provider(network.region),
            subnet_ids=network.tiers[tier].subnet_ids,
            security_group_id=network.security_group_ids[tier],
            key_arn=self._keys.data(network.region),
            logs_key_arn=self._keys.logs(network.region),
        )

    def _migration(self, name: str, files: Sequence[SourceFile]) -> Migration:
        """The migrations of a database, run where its network's workloads run."""
        args, database = self._args.databases[name], self.databases[name]
        settings, network = self._args.networks[args.network], self._networks[args.network]
        home = migration_tier(settings, args) or ""
        by_endpoint = "secretsmanager" in settings.endpoints
        return Migration(
            name,
            self._env,
            self._site(network, args.tier_in(settings) or ""),
            Target(
                host=database.writer_endpoint,
                port=PORT,
                database_name=args.database_name,
                secret_arn=database.secret_arn,
                available=database.available,
            ),
            code=self._args.files.functions[FUNCTION],
            files=files,
            vpc_id=network.vpc_id,
            subnet_ids=list(network.tiers[home].subnet_ids.values()),
            endpoint_group_id=network.security_group_ids[ENDPOINTS] if by_endpoint else None,
            opts=self._in(network.region),
        )

    def _table(self, name: str) -> Table:
        args = self._args.tables[name]
        region, replicas = regions_of_table(self._args, args)
        return Table(
            name,
            args,
            self._env,
            key_arn=self._keys.data(region),
            replica_key_arns={replica: self._keys.data(replica) for replica in replicas},
            opts=self._in(region),
        )

    def _bucket(self, name: str) -> Bucket:
        args = self._args.buckets[name]
        region, *replicas = regions_of_bucket(self._args, args)
        bucket = self._made_bucket(name, region)
        for replica in replicas:
            self._replicas[name] = self._made_bucket(name, replica, replica_region=replica)
            Replication(
                name,
                bucket,
                self._replicas[name],
                self._env,
                source_region=region,
                replica_region=replica,
                opts=self._in(region),
            )
        return bucket

    def _made_bucket(self, name: str, region: str, replica_region: str | None = None) -> Bucket:
        if region not in self._access_logs:
            self._access_logs[region] = AccessLogs(region, self._env, opts=self._in(region))
        return Bucket(
            name,
            self._args.buckets[name],
            self._env,
            key_arn=self._keys.data(region),
            access_logs=self._access_logs[region],
            replica_region=replica_region,
            opts=self._in(region),
        )

    def _secret(self, name: str) -> Secret:
        args = self._args.secrets[name]
        region = region_of(self._args, args.network)
        return Secret(
            name,
            self._env,
            key_arn=self._keys.data(region),
            value=self._args.config_values[args.from_config] if args.from_config else None,
            generate=args.generate,
            description=args.description,
            replicas={place: self._keys.data(place) for place in (region_of(self._args, n) for n in args.replicas)},
            opts=self._in(region),
        )

    def _parameter(self, name: str) -> Parameter:
        args = self._args.parameters[name]
        region = region_of(self._args, args.network)
        secret = self._args.config_values[args.from_config] if args.from_config else None
        return Parameter(
            name,
            self._env,
            value=secret or args.value or args.document or "",
            key_arn=self._keys.data(region) if secret else None,
            description=args.description,
            opts=self._in(region),
        )
