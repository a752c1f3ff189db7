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
KEY = "aws:kms/key:Key"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
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
        # A dashboard shows whatever there is.
        if old.custom and old.type != DASHBOARD and (differing := _differing(old.inputs, new.inputs)):
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


def test_more_of_everything_changes_tables_that_grow_themselves_alone() -> None:
    grown_table = {
        **TABLE,
        "replicas": ["us-west-2", "us-east-2"],
        "indexes": {"by-day": {"hash_key": "day"}},
    }
    more = {
        "databases": {"orders": {**DATABASE, "instances": 2}, "more": {**DATABASE, "migrations": None}},
        "tables": {"items": grown_table, "more": TABLE},
        "buckets": {"files": {"network": "home"}, "more": {"network": "home"}},
    }
    # A replica is part of its table; the provider adds one and leaves the others as they are, and DynamoDB adds an
    # index to a table that stands.
    assert grown(**more) == {"Table items": {"attributes", "globalSecondaryIndexes", "replicas"}}
    before, after = (deploy_networks(**{**STACK, **each}) for each in ({}, more))
    there, then = (plan.one("aws:dynamodb/table:Table", "items").inputs["replicas"] for plan in (before, after))
    assert [each for each in then if each in there] == there
    added = [each for each in after.resources if each.custom and each.urn not in urns(before)]
    # An instance is all that comes with an instance, and a region brings a key for its data.
    assert sorted(each.name for each in added if each.name.startswith("orders")) == ["orders-home-2"]
    assert [each.name for each in added if each.type == KEY and each.name.startswith("data-")] == ["data-us-east-2"]
    assert not [each.name for each in added if each.name.startswith("items")]
    assert not [each.name for each in added if each.name.startswith("files")]


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
