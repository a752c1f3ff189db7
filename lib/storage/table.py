"""A DynamoDB table, and its replicas in other regions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pulumi
from pulumi_aws import dynamodb

from lib.args.table import IndexArgs, TableArgs
from lib.foundation.component import Component
from lib.foundation.environment import Environment, arn_in


class Table(Component):
    """A table on demand: encrypted with the region's key, recoverable to any second, protected by the profile.

    Whatever protects the table protects each of its replicas, where AWS's defaults would leave them without it. They
    stand in the table itself, since the provider takes them for drift anywhere else.

    Args:
        name: the table's name in the settings.
        args: its settings.
        env: environment of the stack.
        key_arn: customer key of the table's region for data.
        replica_key_arns: by region that gets a replica, its customer key for data.
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    outputs: Mapping[str, pulumi.Output[str]]

    def __init__(
        self,
        name: str,
        args: TableArgs,
        env: Environment,
        *,
        key_arn: pulumi.Input[str],
        replica_key_arns: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:storage:Table", name, opts)
        protected = env.protection.deletion_protection
        streams = args.stream or bool(replica_key_arns)
        table_name = env.names.table(name)
        table = dynamodb.Table(
            name,
            name=table_name,
            billing_mode="PAY_PER_REQUEST",
            hash_key=args.hash_key,
            range_key=args.range_key,
            attributes=[{"name": key, "type": args.attributes.get(key, "S")} for key in sorted(args.keys)],
            global_secondary_indexes=[_index(index, settings) for index, settings in sorted(args.indexes.items())],
            ttl={"attribute_name": args.ttl, "enabled": True} if args.ttl else None,
            stream_enabled=streams,
            # What replication reads must have both images.
            stream_view_type="NEW_AND_OLD_IMAGES" if streams else None,
            point_in_time_recovery={
                "enabled": True,
                "recovery_period_in_days": env.protection.backup_retention_days,
            },
            server_side_encryption={"enabled": True, "kms_key_arn": key_arn},
            deletion_protection_enabled=protected,
            replicas=[
                {
                    "region_name": region,
                    "kms_key_arn": replica_key,
                    "point_in_time_recovery": True,
                    "deletion_protection_enabled": protected,
                    "propagate_tags": True,
                }
                for region, replica_key in sorted(replica_key_arns.items())
            ],
            tags=env.tags("Table", table_name),
            opts=self.child(protect=protected),
        )
        self.name = table.name
        self.arn = table.arn
        self.outputs = {"table_name": table.name, "table_arn": table.arn}
        self.register_outputs(dict(self.outputs))

    def arn_in(self, region: str) -> pulumi.Output[str]:
        """The ARN in a region: the table's own, or that of its replica there."""
        return self.arn.apply(lambda arn: arn_in(region, arn))


def _index(name: str, args: IndexArgs) -> dynamodb.TableGlobalSecondaryIndexArgsDict:
    index: dynamodb.TableGlobalSecondaryIndexArgsDict = {
        "name": name,
        "key_schemas": list(_key_schema(args)),
        "projection_type": args.projection,
    }
    return {**index, "non_key_attributes": list(args.include)} if args.include else index


def _key_schema(args: IndexArgs) -> Iterable[dynamodb.TableGlobalSecondaryIndexKeySchemaArgsDict]:
    yield {"attribute_name": args.hash_key, "key_type": "HASH"}
    if args.range_key:
        yield {"attribute_name": args.range_key, "key_type": "RANGE"}
