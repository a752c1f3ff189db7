"""What workloads use of the stack's own, resolved in their regions."""

from collections.abc import Mapping

import pulumi

from lib.args.cache import PORT as CACHE_PORT
from lib.args.database import PORT as DATABASE_PORT
from lib.args.placement import region_of
from lib.args.stack import TapStackArgs
from lib.args.workload import UsesArgs, variable
from lib.compute.cache import Cache
from lib.compute.queue import Queue
from lib.compute.uses import Used
from lib.foundation import permissions
from lib.foundation.keyring import KeyRing
from lib.foundation.policies import Statement
from lib.stores import Stores

Variables = dict[str, pulumi.Input[str]]


class Uses:
    """Resolves what workloads use: a thing with a replica in a workload's region is that replica there.

    That everything used is in reach is a rule of the settings (`lib/args/rules/uses.py`).

    Args:
        args: settings of the stack.
        keys: its customer keys.
        stores: what holds its data.
        caches: its caches, by name.
        queues: its queues, by name.
    """

    def __init__(
        self,
        args: TapStackArgs,
        *,
        keys: KeyRing,
        stores: Stores,
        caches: Mapping[str, Cache],
        queues: Mapping[str, Queue],
    ) -> None:
        self._args = args
        self._keys = keys
        self._stores = stores
        self._caches = caches
        self._queues = queues

    def used(self, uses: UsesArgs, *, owner: str, network: str) -> Used:
        """What a workload uses.

        Args:
            uses: what its settings name.
            owner: its own name, below which it keeps its objects in a bucket.
            network: name of the network that it lives in.
        """
        region = region_of(self._args, network)
        environment: Variables = {
            **self._parameters(uses),
            **self._databases(uses, region),
            **self._caches_used(uses),
            **{variable(name, "queue", "url"): self._queues[name].url for name in uses.queues},
            **{variable(name, "bucket"): self._stores.bucket_in(name, region).name for name in uses.buckets},
            **({variable("bucket", "prefix"): f"{owner}/"} if uses.buckets else {}),
            **{variable(name, "table"): self._stores.tables[name].name for name in uses.tables},
        }
        arns = self._secret_arns(uses, region)
        return Used(
            statements=self._statements(uses, owner, region),
            secret_statements=[
                permissions.read_secrets(arns),
                permissions.use_key(self._keys.data(region), service="secretsmanager", region=region),
            ]
            if arns
            else [],
            environment=environment,
            secrets=self._secrets(uses, region),
            secret_arns=arns,
            ready=self._ready(uses),
        )

    def _parameters(self, uses: UsesArgs) -> Variables:
        return {variable(name, "parameter"): self._stores.parameters[name].name for name in uses.parameters}

    def _databases(self, uses: UsesArgs, region: str) -> Variables:
        found: Variables = {}
        for name in uses.databases:
            # The cluster of the workload's own region: it takes writes once that region is the primary.
            found[variable(name, "database", "host")] = self._stores.databases[name].cluster_in(region).endpoint
            found[variable(name, "database", "port")] = str(DATABASE_PORT)
            found[variable(name, "database", "name")] = self._args.databases[name].database_name
        return found

    def _caches_used(self, uses: UsesArgs) -> Variables:
        found: Variables = {}
        for name in uses.caches:
            found[variable(name, "cache", "host")] = self._caches[name].host
            found[variable(name, "cache", "port")] = str(CACHE_PORT)
        return found

    def _secrets(self, uses: UsesArgs, region: str) -> Variables:
        """Secrets by environment variable; a database's value is JSON, of which a variable holds one key."""
        found: Variables = {variable(name): self._stores.secrets[name].arn_in(region) for name in uses.secrets}
        for name in uses.databases:
            arn = self._stores.databases[name].secret.arn_in(region)
            for key in ("username", "password"):
                found[variable(name, "database", key)] = pulumi.Output.concat(arn, f":{key}::")
        for name in uses.caches:
            found[variable(name, "cache", "auth", "token")] = self._caches[name].auth_token.arn
        return found

    def _secret_arns(self, uses: UsesArgs, region: str) -> list[pulumi.Input[str]]:
        return [
            *(self._stores.secrets[name].arn_in(region) for name in uses.secrets),
            *(self._stores.databases[name].secret.arn_in(region) for name in uses.databases),
            *(self._caches[name].auth_token.arn for name in uses.caches),
        ]

    def _ready(self, uses: UsesArgs) -> list[pulumi.Resource]:
        ready: list[pulumi.Resource] = [self._stores.secrets[name].version for name in uses.secrets]
        for name in uses.databases:
            migration = self._stores.migrations.get(name)
            ready += [migration.done] if migration else self._stores.databases[name].available
        return [*ready, *(self._caches[name].auth_token.version for name in uses.caches)]

    def _statements(self, uses: UsesArgs, owner: str, region: str) -> list[Statement]:
        key = self._keys.data(region) if uses.parameters or uses.queues or uses.buckets or uses.tables else ""
        statements: list[Statement] = []
        if uses.parameters:
            statements += [permissions.read_parameters([self._stores.parameters[name].arn for name in uses.parameters])]
        if any(self._args.parameters[name].from_config for name in uses.parameters):
            statements += [permissions.use_key(key, service="ssm", region=region)]
        if uses.queues:
            statements += [
                permissions.receive_and_send([self._queues[name].arn for name in uses.queues]),
                permissions.use_key(key, service="sqs", region=region, encrypts=True),
            ]
        for name in uses.buckets:
            statements += permissions.use_bucket_prefix(self._stores.bucket_in(name, region).arn, owner)
        if uses.buckets:
            statements += [permissions.use_key(key, service="s3", region=region, encrypts=True)]
        statements += [permissions.use_table(self._stores.tables[name].arn_in(region)) for name in uses.tables]
        if uses.tables:
            statements += [permissions.use_key(key, service="dynamodb", region=region)]
        return statements
