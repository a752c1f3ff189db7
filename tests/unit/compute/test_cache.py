"""A cache and what comes with it."""

from typing import Any

from lib.foundation.naming import planned
from tap.plan import Plan, Resource, Secret
from tests.support.stack import deploy_networks, policy_of, stack_args

GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
TIERS = {"app": {"kind": "private"}, "data": {"kind": "isolated"}}
NETWORK = {"cidr": "10.0.0.0/16", "zones": 3, "region": "eu-west-1", "tiers": TIERS, "database_subnet_group": "data"}
CACHES: dict[str, Any] = {
    "one": {"network": "main"},
    "three": {
        "network": "main",
        "tier": "app",
        "nodes": 3,
        "engine_version": "7.2",
        "node_type": "cache.m7g.large",
        "snapshot_retention_days": 0,
    },
}


def deployed(**more: Any) -> Plan:
    return deploy_networks(networks={"main": NETWORK}, caches=CACHES, **more)


def prod() -> Plan:
    return deployed(environment="prod", environment_suffix="prod")


def group(name: str, plan: Plan | None = None) -> Resource:
    return (plan or deployed()).one(GROUP, name)


def key(plan: Plan, purpose: str) -> str:
    found: str = plan.one("aws:kms/key:Key", f"{purpose}-eu-west-1").outputs["arn"]
    return found


def test_it_is_encrypted_everywhere_with_the_regions_key() -> None:
    inputs = group("one").inputs
    assert (inputs["atRestEncryptionEnabled"], inputs["transitEncryptionEnabled"]) == (True, True)
    assert inputs["kmsKeyId"] == key(deployed(), "data")
    assert group("one").region == "eu-west-1"


def test_its_token_is_generated_of_what_elasticache_takes_and_kept_as_a_secret() -> None:
    plan = deployed()
    token = plan.one("random:index/randomPassword:RandomPassword", "one")
    assert (token.inputs["length"], token.inputs["special"]) == (64, False)
    assert isinstance(token.outputs["result"], Secret)
    assert group("one").inputs["authToken"] == token.outputs["result"]
    secret = plan.one("aws:secretsmanager/secret:Secret", "one-auth-token").inputs
    assert (secret["name"], secret["kmsKeyId"]) == ("/shop/dev/one-auth-token", key(plan, "data"))
    version = plan.one("aws:secretsmanager/secretVersion:SecretVersion", "one-auth-token").inputs
    assert version["secretString"] == token.outputs["result"]
    assert not [name for name, value in plan.exports.items() if isinstance(value, Secret)]


def test_several_nodes_stand_in_several_zones_and_fail_over_and_one_does_not() -> None:
    keys = ("numCacheClusters", "automaticFailoverEnabled", "multiAzEnabled")
    assert [group("one").inputs[each] for each in keys] == [1, False, False]
    assert [group("three").inputs[each] for each in keys] == [3, True, True]


def test_it_lives_in_its_tier_and_wears_the_tiers_group() -> None:
    plan = deployed()
    for name, tier in (("one", "data"), ("three", "app")):
        subnets = plan.one("aws:elasticache/subnetGroup:SubnetGroup", name)
        assert subnets.inputs["subnetIds"] == [plan.one("Subnet", f"main-{tier}-eu-west-1{zone}").id for zone in "abc"]
        inputs = group(name).inputs
        assert inputs["subnetGroupName"] == subnets.inputs["name"]
        assert inputs["securityGroupIds"] == [plan.one("SecurityGroup", f"main-{tier}").id]


def test_its_parameter_group_follows_from_its_version() -> None:
    plan = deployed()
    families = {
        each.name: (each.inputs["family"], each.inputs["name"])
        for each in plan.of("aws:elasticache/parameterGroup:ParameterGroup")
    }
    assert families == {"one": ("valkey8", "shop-one-valkey8-dev"), "three": ("valkey7", "shop-three-valkey7-dev")}
    assert group("one").inputs["parameterGroupName"] == "shop-one-valkey8-dev"
    assert (group("three").inputs["engine"], group("three").inputs["engineVersion"]) == ("valkey", "7.2")


def test_snapshots_are_kept_as_the_profile_or_the_settings_say() -> None:
    inputs = group("one").inputs
    assert (inputs["snapshotRetentionLimit"], inputs["snapshotWindow"]) == (7, "03:00-04:00")
    assert inputs["maintenanceWindow"] == "sun:05:00-sun:06:00"
    assert group("three").inputs["snapshotRetentionLimit"] == 0
    assert "snapshotWindow" not in group("three").inputs
    assert group("one", prod()).inputs["snapshotRetentionLimit"] == 35


def test_production_is_protected_and_leaves_a_last_snapshot() -> None:
    dev, kept = group("one"), group("one", prod())
    assert (dev.options.protect, "finalSnapshotIdentifier" in dev.inputs) == (False, False)
    assert dev.inputs["applyImmediately"] is True
    assert kept.options.protect is True
    assert kept.inputs["applyImmediately"] is False
    once = prod().one("random:index/randomId:RandomId", "one")
    assert kept.inputs["finalSnapshotIdentifier"] == f"shop-one-prod-final-{once.outputs['hex']}"


def test_both_of_its_logs_go_to_a_group_with_a_key_and_an_end() -> None:
    plan = deployed()
    (logs,) = [each for each in plan.of("aws:cloudwatch/logGroup:LogGroup") if each.name == "one"]
    assert logs.inputs["name"] == "/aws/vendedlogs/elasticache/shop-one-dev"
    assert (logs.inputs["kmsKeyId"], logs.inputs["retentionInDays"]) == (key(plan, "logs"), 30)
    found = group("one").inputs["logDeliveryConfigurations"]
    assert [(each["logType"], each["destination"], each["logFormat"]) for each in found] == [
        (kind, logs.inputs["name"], "json") for kind in ("engine-log", "slow-log")
    ]
    assert {each["destinationType"] for each in found} == {"cloudwatch-logs"}


def test_its_outputs_say_where_it_is() -> None:
    plan = deployed()
    outputs = group("one").outputs
    assert {name: value for name, value in plan.exports.items() if name.startswith("one_")} == {
        "one_replication_group_id": "shop-one-dev",
        "one_endpoint": outputs["primaryEndpointAddress"],
        "one_reader_endpoint": outputs["readerEndpointAddress"],
        "one_port": 6379,
        "one_auth_token_secret_arn": plan.one("aws:secretsmanager/secret:Secret", "one-auth-token").outputs["arn"],
        "one_log_group_name": "/aws/vendedlogs/elasticache/shop-one-dev",
    }


def test_a_grant_to_its_tier_is_a_rule_on_the_group_that_it_wears() -> None:
    grant = {"from": "app", "to": "data", "port": 6379}
    plan = deploy_networks(networks={"main": {**NETWORK, "allow": [grant]}}, caches={"one": {"network": "main"}})
    (rule,) = plan.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert group("one", plan).inputs["securityGroupIds"] == [rule.inputs["securityGroupId"]]
    assert rule.inputs["referencedSecurityGroupId"] == plan.one("SecurityGroup", "main-app").id
    assert (rule.inputs["fromPort"], rule.inputs["toPort"]) == (6379, 6379)


def test_its_names_were_planned() -> None:
    names = {(each.type, each.name) for each in planned(stack_args(networks={"main": NETWORK}, caches=CACHES))}
    given = {
        "replication-group": (GROUP, "replicationGroupId"),
        "cache-subnet-group": ("aws:elasticache/subnetGroup:SubnetGroup", "name"),
        "cache-parameter-group": ("aws:elasticache/parameterGroup:ParameterGroup", "name"),
        "log-group": ("aws:cloudwatch/logGroup:LogGroup", "name"),
        "secret": ("aws:secretsmanager/secret:Secret", "name"),
    }
    for kind, (type_, key_) in given.items():
        assert {(kind, each.inputs[key_]) for each in deployed().of(type_)} <= names


def test_no_policy_lets_anybody_else_use_its_key() -> None:
    (key_,) = [each for each in deployed().of("aws:kms/key:Key") if each.name == "data-eu-west-1"]
    assert [statement["Sid"] for statement in policy_of(key_)] == ["Administration"]
