"""Growth: what is added to a stack changes nothing that stands, save what is named here, and replaces nothing."""

from collections.abc import Mapping
from typing import Any

import pulumi

from tap.plan import Plan
from tests.support.stack import deploy_networks, urns

TIERS = {"web": {"kind": "public"}, "app": {"kind": "private"}, "db": {"kind": "isolated"}}
HOME = {
    "cidr": "10.0.0.0/16",
    "tiers": TIERS,
    "zones": 2,
    "nat": "per-zone",
    "database_subnet_group": "db",
    "endpoints": ["s3", "secretsmanager"],
}
DATABASE = {
    "network": "home",
    "engine_version": "16",
    "instance_class": "db.r6g.large",
    "migrations": "migrations/payments",
}
TABLE: dict[str, Any] = {"network": "home", "hash_key": "id", "replicas": ["us-west-2"]}
STACK: dict[str, Any] = {
    "networks": {"home": HOME},
    "databases": {"orders": DATABASE},
    "tables": {"items": TABLE},
    "buckets": {"files": {"network": "home"}},
    "backup": {"network": "home"},
}
MEMBERS = {
    name: {"cidr": f"10.{number}.0.0/16", "tiers": {"app": {"kind": "private"}}, "zones": 1, "region": region}
    for number, (name, region) in enumerate({"east": "us-east-1", "west": "us-west-2", "south": "us-east-2"}.items())
}


def mesh(*members: str) -> Plan:
    grants = [{"from": f"{one}.app", "to": f"{other}.app", "port": 443} for one in members for other in members]
    return deploy_networks(
        networks={name: MEMBERS[name] for name in members},
        meshes={"all": {"members": list(members), "allow": [g for g in grants if g["from"] != g["to"]]}},
    )


def changes(before: Plan, after: Plan) -> dict[str, set[str]]:
    """The inputs that differ of resources that stood before, by type and name."""
    standing = {resource.urn: resource for resource in after.resources}
    found: dict[str, set[str]] = {}
    for old in before.resources:
        new = standing[old.urn]
        assert (new.provider, new.options) == (old.provider, old.options), old.urn
        if old.custom and (differing := _differing(old.inputs, new.inputs)):
            found[f"{old.type.split(':')[-1]} {old.name}"] = differing
    return found


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    return {key for key in {*old, *new} if _comparable(old.get(key)) != _comparable(new.get(key))}


def _comparable(value: Any) -> Any:
    """An archive, which is equal to itself alone, as the names and sources of its files."""
    if isinstance(value, pulumi.AssetArchive):
        return {name: vars(asset) for name, asset in value.assets.items()}
    return value


def grown(**added: Any) -> dict[str, set[str]]:
    """What changes of the stack when this is added; whatever stood there still does."""
    before, after = deploy_networks(**STACK), deploy_networks(**{**STACK, **added})
    assert urns(before) <= urns(after)
    return changes(before, after)


def added_to(**added: Any) -> list[str]:
    """The types that come with what is added."""
    before = urns(deploy_networks(**STACK))
    after = deploy_networks(**{**STACK, **added}).resources
    return sorted(each.type.split(":")[-1] for each in after if each.custom and each.urn not in before)


def test_an_instance_of_a_database_is_all_that_comes_with_it() -> None:
    more = {"orders": {**DATABASE, "instances": 2}}
    assert grown(databases=more) == {}
    assert added_to(databases=more) == ["ClusterInstance"]


def test_another_database_changes_nothing() -> None:
    assert grown(databases={"orders": DATABASE, "more": {**DATABASE, "migrations": None}}) == {}


def test_a_replica_in_a_further_region_changes_its_table_alone() -> None:
    more = {"items": {**TABLE, "replicas": ["us-west-2", "us-east-2"]}}
    # A replica is part of its table; the provider adds one and leaves the others as they are.
    assert grown(tables=more) == {"Table items": {"replicas"}}
    assert added_to(tables=more) == ["Alias", "Key", "aws"]
    replicas = [
        deploy_networks(**{**STACK, "tables": tables}).one("aws:dynamodb/table:Table").inputs["replicas"]
        for tables in (STACK["tables"], more)
    ]
    assert [each for each in replicas[1] if each in replicas[0]] == replicas[0]


def test_an_index_changes_its_table_alone() -> None:
    more = {"items": {**TABLE, "indexes": {"by-day": {"hash_key": "day"}}}}
    # DynamoDB adds an index to a table that stands.
    assert grown(tables=more) == {"Table items": {"attributes", "globalSecondaryIndexes"}}
    assert added_to(tables=more) == []


def test_another_table_changes_nothing() -> None:
    assert grown(tables={"items": TABLE, "more": TABLE}) == {}


def test_another_bucket_changes_nothing() -> None:
    assert grown(buckets={"files": {"network": "home"}, "more": {"network": "home"}}) == {}


def test_a_tier_changes_the_list_of_route_tables_of_gateway_endpoints_alone() -> None:
    more = {"home": {**HOME, "tiers": {**TIERS, "more": {"kind": "isolated", "slot": 5}}}}
    assert grown(networks=more) == {"VpcEndpoint home-s3": {"routeTableIds"}}


def test_a_zone_changes_the_lists_of_subnets_of_what_spans_all_zones_alone() -> None:
    assert grown(networks={"home": {**HOME, "zones": 3}}) == {
        "Function orders-migrate": {"vpcConfig"},
        "SubnetGroup home-database": {"subnetIds"},
        "SubnetGroup orders-home": {"subnetIds"},
        "VpcEndpoint home-s3": {"routeTableIds"},
        "VpcEndpoint home-secretsmanager": {"subnetIds"},
    }


def test_a_network_that_joins_a_mesh_changes_nothing() -> None:
    before, after = mesh("east", "west"), mesh("east", "west", "south")
    assert urns(before) < urns(after)
    assert changes(before, after) == {}
