"""What tables and buckets have in common, and how a stack of them grows."""

import json
from typing import Any

from lib.foundation.naming import LIMITS, planned
from tap.plan import Plan, Resource
from tests.support.stack import stack_args
from tests.support.storage import ACCOUNT, BUCKET, EAST, NETWORKS, ORDERS, REPLICATED, TABLE, WEST, stored, table


def test_each_tells_its_names_and_arns() -> None:
    plan = stored(buckets=REPLICATED, tables={"orders": ORDERS})
    assert plan.one("tap:storage:Table").outputs == {
        "table_name": "shop-orders-dev",
        "table_arn": f"arn:aws:dynamodb:{EAST}:{ACCOUNT}:table/shop-orders-dev",
    }
    assert plan.one("tap:storage:Bucket", "docs").outputs == {
        "bucket_name": "shop-docs-123456789012-dev",
        "bucket_arn": "arn:aws:s3:::shop-docs-123456789012-dev",
    }
    assert plan.one("tap:storage:Bucket", f"docs-{WEST}").outputs == {
        "replica_bucket_name": f"shop-docs-{WEST}-123456789012-dev",
        "replica_bucket_arn": f"arn:aws:s3:::shop-docs-{WEST}-123456789012-dev",
    }
    assert plan.one("tap:storage:Replication").outputs == {"rule_id": "replicate"}


def test_every_name_that_is_given_out_was_planned() -> None:
    settings: dict[str, Any] = {"buckets": REPLICATED, "tables": {"orders": {**ORDERS, "replicas": ["ap-southeast-1"]}}}
    plan = stored(**settings)
    args = stack_args(networks=NETWORKS, **settings)
    expected = {(name.type, name.name.replace("0" * 12, ACCOUNT)) for name in planned(args)}
    kinds = {BUCKET: ("bucket", "bucket"), TABLE: ("table", "name"), "aws:kms/alias:Alias": ("key-alias", "name")}
    for type_, (kind, key) in kinds.items():
        given = {(kind, resource.inputs[key]) for resource in plan.of(type_)}
        assert given
        assert given <= expected
        assert all(len(name) <= LIMITS[kind] for _, name in given)


def test_everything_stands_under_a_component_with_the_provider_of_its_region() -> None:
    plan = stored(buckets=REPLICATED, tables={"orders": {**ORDERS, "network": "far"}})
    made = [resource for resource in plan.resources if resource.type.startswith("aws:")]
    assert made
    for resource in made:
        assert plan.at(resource.parent).type.startswith(("tap:storage:", "tap:foundation:"))
        assert resource.provider == plan.one("pulumi:providers:aws", f"aws-provider-{resource.region}-dev").urn
    assert {_region_in_name(r): r.region for r in made if r.name.endswith((EAST, WEST))}.items() <= {
        (EAST, EAST),
        (WEST, WEST),
    }


def _region_in_name(resource: Resource) -> str:
    return EAST if resource.name.endswith(EAST) else WEST


def test_a_preview_registers_the_same_with_whatever_is_not_known_yet() -> None:
    settings: dict[str, Any] = {"buckets": REPLICATED, "tables": {"orders": {**ORDERS, "replicas": ["far"]}}}
    previewed, updated = stored(preview=True, **settings), stored(**settings)
    assert {r.urn for r in previewed.resources} == {r.urn for r in updated.resources}


def comparable(plan: Plan) -> dict[str, tuple[Any, ...]]:
    """What a later deployment would compare, by URN."""
    return {
        r.urn: (json.dumps(r.inputs, sort_keys=True, default=str), r.provider, r.parent, r.options)
        for r in plan.resources
    }


def changes(before: Plan, after: Plan) -> tuple[set[str], set[str], set[str]]:
    """Logical names of what is added, changed and gone between two Plans."""
    old, new = comparable(before), comparable(after)
    names = {r.urn: r.name for plan in (before, after) for r in plan.resources}
    added, gone = set(new) - set(old), set(old) - set(new)
    changed = {urn for urn in set(old) & set(new) if old[urn] != new[urn]}
    return {names[urn] for urn in added}, {names[urn] for urn in changed}, {names[urn] for urn in gone}


BEFORE: dict[str, Any] = {
    "tables": {"orders": {**ORDERS, "indexes": {"by-owner": {"hash_key": "owner"}}, "replicas": ["far"]}},
    "buckets": {"docs": {"network": "near"}},
}


def grown(section: str, **more: Any) -> Plan:
    settings: dict[str, Any] = {**BEFORE, section: {**BEFORE[section], **more}}
    return stored(**settings)


def test_the_order_of_settings_changes_nothing() -> None:
    orders = BEFORE["tables"]["orders"]
    more = {"indexes": {"all": {"hash_key": "x"}, **orders["indexes"]}, "replicas": ["eu-west-1", "far"]}
    turned = {"indexes": {**orders["indexes"], "all": {"hash_key": "x"}}, "replicas": ["far", "eu-west-1"]}
    one, other = grown("tables", orders={**orders, **more}), grown("tables", orders={**orders, **turned})
    assert changes(one, other) == (set(), set(), set())


def test_an_index_more_changes_its_table_alone() -> None:
    orders = BEFORE["tables"]["orders"]
    before = stored(**BEFORE)
    after = grown("tables", orders={**orders, "indexes": {"all": {"hash_key": "a"}, **orders["indexes"]}})
    assert changes(before, after) == (set(), {"orders"}, set())
    old, new = table(before), table(after)
    assert {key for key in new if new[key] != old[key]} == {"attributes", "globalSecondaryIndexes"}
    assert [index for index in new["globalSecondaryIndexes"] if index["name"] != "all"] == old["globalSecondaryIndexes"]


def test_a_replica_region_more_changes_the_tables_list_of_replicas_and_adds_its_regions_key() -> None:
    orders = BEFORE["tables"]["orders"]
    before, after = stored(**BEFORE), grown("tables", orders={**orders, "replicas": ["far", "eu-west-1"]})
    added, changed, gone = changes(before, after)
    assert added == {"aws-provider-eu-west-1-dev", "data-eu-west-1"}
    assert (changed, gone) == ({"orders"}, set())
    old, new = table(before), table(after)
    assert {key for key in new if new[key] != old[key]} == {"replicas"}
    assert [replica for replica in new["replicas"] if replica["regionName"] == WEST] == old["replicas"]


def test_a_bucket_or_table_more_changes_nothing() -> None:
    before = stored(**BEFORE)
    assert changes(before, grown("buckets", archive={})) == ({"archive"}, set(), set())
    assert changes(before, grown("tables", a={"hash_key": "id"})) == ({"a"}, set(), set())


def test_a_replica_of_a_bucket_changes_nothing_of_the_bucket() -> None:
    before, after = stored(**BEFORE), grown("buckets", docs={"network": "near", "replicate_to": "far"})
    added, changed, gone = changes(before, after)
    assert (changed, gone) == (set(), set())
    assert added == {f"docs-{WEST}", f"access-logs-{WEST}", "docs", "docs-replication"}
