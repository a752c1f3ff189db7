"""Everything that holds data, composed into a stack: regions, keys, outputs."""

from typing import Any

from tap.plan import Plan, Secret
from tests.support.stack import deploy_networks, deploy_stack, stack_args, urns

TIERS = {"app": {"kind": "private"}, "db": {"kind": "isolated"}}
NETWORKS = {
    "home": {"cidr": "10.0.0.0/16", "tiers": TIERS, "database_subnet_group": "db", "primary": True},
    "away": {"cidr": "10.1.0.0/16", "tiers": TIERS, "database_subnet_group": "db", "region": "us-west-2"},
}
DATA: dict[str, Any] = {
    "databases": {
        "main": {
            "network": "home",
            "secondary_networks": ["away"],
            "engine_version": "16",
            "instance_class": "db.r6g.large",
        }
    },
    "tables": {"items": {"hash_key": "id", "replicas": ["away"]}},
    "buckets": {"files": {"network": "home", "replicate_to": "away"}},
    "secrets": {"token": {"replicas": ["away"]}},
    "parameters": {"app-config": {"document": {"b": 1, "a": "x"}}, "greeting": {"value": "hello", "network": "away"}},
}


def stored(**changes: Any) -> Plan:
    return deploy_networks(networks=NETWORKS, **{**DATA, **changes})


def grown() -> Plan:
    """More of each kind, and backups of all of it."""
    return stored(
        tables={**DATA["tables"], "more": {"hash_key": "id"}},
        buckets={**DATA["buckets"], "more": {}},
        secrets={**DATA["secrets"], "more": {}},
        backup={"network": "home", "copy_to": "away"},
    )


def test_each_part_is_in_the_region_of_its_network() -> None:
    plan = stored()
    assert {bucket.name: bucket.region for bucket in plan.of("aws:s3/bucket:Bucket") if "files" in bucket.name} == {
        "files": "us-east-1",
        "files-us-west-2": "us-west-2",
    }
    assert plan.one("aws:dynamodb/table:Table").region == "us-east-1"
    assert {parameter.name: parameter.region for parameter in plan.of("aws:ssm/parameter:Parameter")} == {
        "app-config": "us-east-1",
        "greeting": "us-west-2",
    }
    assert {cluster.region for cluster in plan.of("aws:rds/cluster:Cluster")} == {"us-east-1", "us-west-2"}


def test_data_is_encrypted_with_the_key_of_its_own_region() -> None:
    plan = stored()
    keys = {key.region: key.outputs["arn"] for key in plan.of("aws:kms/key:Key") if key.name.startswith("data-")}
    assert set(keys) == {"us-east-1", "us-west-2"}
    for cluster in plan.of("aws:rds/cluster:Cluster"):
        assert cluster.inputs["kmsKeyId"] == keys[cluster.region or ""]
    table = plan.one("aws:dynamodb/table:Table").inputs
    assert table["serverSideEncryption"]["kmsKeyArn"] == keys["us-east-1"]
    assert [replica["kmsKeyArn"] for replica in table["replicas"]] == [keys["us-west-2"]]
    secret = plan.one("aws:secretsmanager/secret:Secret", "token").inputs
    assert secret["kmsKeyId"] == keys["us-east-1"]
    assert secret["replicas"] == [{"region": "us-west-2", "kmsKeyId": keys["us-west-2"]}]


def test_the_tier_that_a_database_lives_in_has_a_group_that_it_wears() -> None:
    plan = stored()
    for network, region in (("home", "us-east-1"), ("away", "us-west-2")):
        (cluster,) = [c for c in plan.of("aws:rds/cluster:Cluster") if c.region == region]
        assert cluster.inputs["vpcSecurityGroupIds"] == [plan.one("SecurityGroup", f"{network}-db").id]


def test_outputs_name_what_integration_tests_look_for_and_hold_no_secret() -> None:
    plan = stored()
    assert {
        "main_endpoint",
        "main_secret_arn",
        "items_table_name",
        "files_bucket_name",
        "files_replica_bucket_name",
        "token_secret_arn",
        "app_config_parameter_name",
    } <= set(plan.exports)
    assert not [key for key, value in plan.exports.items() if isinstance(value, Secret)]


def test_values_from_config_stay_secret() -> None:
    import pulumi

    def secret_values() -> dict[str, Any]:
        return {"apiKey": pulumi.Output.secret("hush")}

    from lib.tap_stack import TapStack
    from tests.support.deploy import deploy

    def program() -> None:
        args = stack_args(
            secrets={"token": {"from_config": "apiKey"}},
            parameters={"key": {"from_config": "apiKey"}},
            config_values=secret_values(),
        )
        TapStack("tapstack", args)

    plan = deploy(program)
    assert plan.one("aws:secretsmanager/secretVersion:SecretVersion").inputs["secretString"] == Secret("hush")
    parameter = plan.one("aws:ssm/parameter:Parameter").inputs
    assert (parameter["type"], parameter["value"]) == ("SecureString", Secret("hush"))


def test_a_document_is_json_with_its_keys_in_order() -> None:
    parameter = stored().one("aws:ssm/parameter:Parameter", "app-config").inputs
    assert parameter["insecureValue"] == '{"a": "x", "b": 1}'
    assert parameter["name"] == "/shop/dev/app-config"


def test_more_data_and_backups_change_nothing_that_is_there() -> None:
    before, after = stored(), grown()
    assert urns(before) < urns(after)
    for resource in before.resources:
        # A dashboard shows whatever there is.
        if resource.custom and resource.type != "aws:cloudwatch/dashboard:Dashboard":
            assert dict(after.at(resource.urn).inputs) == dict(resource.inputs), resource.urn


def test_a_preview_has_the_same_resources_as_an_update() -> None:
    args = stack_args(networks=NETWORKS, **DATA)
    assert urns(deploy_stack(args, preview=True)) == urns(stored())


def test_backups_leave_logs_out_and_are_copied_and_rehearsed_in_the_stacks_own_network() -> None:
    plan = grown()
    assert {vault.region for vault in plan.of("aws:backup/vault:Vault")} == {"us-east-1", "us-west-2"}
    excluded = plan.one("aws:backup/selection:Selection").inputs["notResources"]
    assert "arn:aws:s3:::shop-home-flow-logs-123456789012-dev" in excluded
    (aurora,) = [
        selection
        for selection in plan.of("aws:backup/restoreTestingSelection:RestoreTestingSelection")
        if selection.inputs["protectedResourceType"] == "Aurora"
    ]
    assert "home-db-subnet-group-dev" in aurora.inputs["restoreMetadataOverrides"].values()
    assert plan.of("aws:cloudwatch/eventRule:EventRule")


def test_backups_go_without_copies_and_without_rehearsal_of_what_has_no_network() -> None:
    networks = {"home": {"cidr": "10.0.0.0/16", "zones": 1, "tiers": {"app": {}}}}
    plan = deploy_networks(networks=networks, tables={"items": {"hash_key": "id"}}, backup={"network": "home"})
    assert len(plan.of("aws:backup/vault:Vault")) == 1


def with_migrations(networks: dict[str, Any], **database: Any) -> Plan:
    database = {"network": "home", "engine_version": "16", "instance_class": "db.r6g.large", **database}
    return deploy_networks(networks=networks, databases={"main": {**database, "migrations": "migrations/payments"}})


def over_endpoints() -> Plan:
    networks = {name: {**network, "endpoints": ["secretsmanager"]} for name, network in NETWORKS.items()}
    return with_migrations(networks, secondary_networks=["away"], instances=2)


def test_migrations_run_where_the_workloads_run_and_can_read_the_secret() -> None:
    plan = over_endpoints()
    function = plan.one("aws:lambda/function:Function").inputs
    assert function["vpcConfig"]["subnetIds"] == [plan.one("Subnet", f"home-app-us-east-1{zone}").id for zone in "ab"]
    assert len(plan.of("aws:lambda/invocation:Invocation")) == 1
    ways = {
        (rule.inputs["egress"], rule.inputs["cidrBlock"])
        for rule in plan.of("aws:ec2/networkAclRule:NetworkAclRule")
        if rule.inputs["fromPort"] == 5432
    }
    assert ways == {
        (egress, plan.one("Subnet", f"home-{tier}-us-east-1{zone}").inputs["cidrBlock"])
        for egress, tier in ((True, "db"), (False, "app"))
        for zone in "ab"
    }


def test_migrations_read_the_secret_over_nat_where_there_is_no_endpoint() -> None:
    network = {**NETWORKS["home"], "tiers": {**TIERS, "web": {"kind": "public"}}, "nat": "single"}
    plan = with_migrations({"home": network})
    (group,) = plan.one("aws:lambda/function:Function").inputs["vpcConfig"]["securityGroupIds"]
    assert {
        (rule.inputs["cidrIpv4"], rule.inputs["fromPort"])
        for rule in plan.of("SecurityGroupEgressRule")
        if rule.inputs["securityGroupId"] == group and "cidrIpv4" in rule.inputs
    } == {("0.0.0.0/0", 443)}


def test_migrations_wait_for_the_writer_and_its_secret_and_for_no_copy() -> None:
    plan = over_endpoints()
    after = {plan.at(urn).name for urn in plan.one("aws:lambda/invocation:Invocation").dependencies}
    clusters = {resource.name for resource in plan.resources if resource.type.startswith("aws:rds/cluster")}
    assert after & clusters == {"main-home-1"}
    assert "main-credentials" in after
