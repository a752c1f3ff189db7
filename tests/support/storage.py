"""Tables and buckets deployed in this process, composed as a stack would, without the rest of it."""

from collections.abc import Mapping
from typing import Any

from pulumi import ResourceOptions

from lib.args.bucket import BucketArgs
from lib.args.placement import regions_of_bucket, regions_of_table
from lib.args.stack import TapStackArgs
from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.foundation.keyring import KeyRing
from lib.foundation.regions import Regions
from lib.storage.access_logs import AccessLogs
from lib.storage.bucket import Bucket
from lib.storage.replication import Replication
from lib.storage.table import Table
from tap.plan import Plan
from tests.support.deploy import deploy, once
from tests.support.stack import stack_args

EAST, WEST = "us-east-1", "us-west-2"
ACCOUNT = "123456789012"
NETWORKS: dict[str, Any] = {
    "near": {"cidr": "10.0.0.0/16", "tiers": {"app": {}}},
    "far": {"cidr": "10.1.0.0/16", "tiers": {"app": {}}, "region": WEST},
}
PLAIN: dict[str, Any] = {"docs": {}}
REPLICATED: dict[str, Any] = {"docs": {"network": "near", "replicate_to": "far"}}
ORDERS: dict[str, Any] = {"hash_key": "id"}

BUCKET = "aws:s3/bucket:Bucket"
TABLE = "aws:dynamodb/table:Table"


def make(args: TapStackArgs) -> None:
    """The tables and buckets of these settings, composed as in a stack."""
    parent = Component("tap:tests:Parent", "parent", None)
    regions = Regions(args, parent)
    env = Environment.of(args, ACCOUNT)
    keys = KeyRing(env, regions, parent)
    logs: dict[str, AccessLogs] = {}

    def opts(region: str) -> ResourceOptions:
        return ResourceOptions(parent=parent, provider=regions.provider(region))

    def bucket(name: str, settings: BucketArgs, region: str, replica_region: str | None = None) -> Bucket:
        if region not in logs:
            logs[region] = AccessLogs(region, env, opts=opts(region))
        return Bucket(
            name,
            settings,
            env,
            key_arn=keys.data(region),
            access_logs=logs[region],
            replica_region=replica_region,
            opts=opts(region),
        )

    for name, table in args.tables.items():
        home, replicas = regions_of_table(args, table)
        Table(
            name,
            table,
            env,
            key_arn=keys.data(home),
            replica_key_arns={region: keys.data(region) for region in replicas},
            opts=opts(home),
        )
    for name, settings in args.buckets.items():
        home, *replicas = regions_of_bucket(args, settings)
        source = bucket(name, settings, home)
        for region in replicas:
            replica = bucket(name, settings, region, region)
            Replication(name, source, replica, env, source_region=home, replica_region=region, opts=opts(home))


@once
def stored(*, preview: bool = False, **settings: Any) -> Plan:
    args = stack_args(networks=NETWORKS, **settings)
    return deploy(lambda: make(args), preview=preview)


def key_of(plan: Plan, region: str) -> str:
    return plan.one("aws:kms/key:Key", f"data-{region}").outputs["arn"]


def table(plan: Plan, name: str = "orders") -> Mapping[str, Any]:
    return plan.one(TABLE, name).inputs
