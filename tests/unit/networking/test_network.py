"""Created networks, on what a TapStack registers."""

from typing import Any

import pytest

from tap.plan import Plan
from tap.reach import Reach, without_zone
from tests.support.stack import deploy_networks, policy_of

INNER = {"private": {"kind": "private"}, "data": {"kind": "isolated"}}
THREE = {"public": {"kind": "public"}, "private": {"kind": "private"}, "data": {"kind": "isolated"}}
# One network serves the tests of whatever it has: each of another shape is deployed anew.
GRANT = {"from": "private", "to": "data", "port": 5432}
TWO_ZONES: dict[str, Any] = {"zones": 2, "nat": "single", "allow": [GRANT]}
ENDPOINTS: dict[str, Any] = {"nat": "per-zone", "endpoints": ["s3", "dynamodb"]}


def network(**settings: Any) -> Plan:
    return deploy_networks(networks={"main": {"cidr": "10.0.0.0/16", "tiers": THREE, "zones": 1, **settings}})


def names(plan: Plan, type_: str) -> list[str]:
    return [resource.name for resource in plan.of(type_)]


def default_routes(plan: Plan) -> dict[str, Any]:
    return {
        route.name: route.inputs.get("gatewayId") or route.inputs.get("natGatewayId")
        for route in plan.of("Route")
        if route.inputs["destinationCidrBlock"] == "0.0.0.0/0"
    }


def test_a_vpc_has_dns_and_its_default_security_group_emptied() -> None:
    plan = network()
    assert plan.one("Vpc").inputs["enableDnsSupport"] is True
    assert plan.one("Vpc").inputs["enableDnsHostnames"] is True
    default = plan.one("DefaultSecurityGroup").inputs
    assert (default["ingress"], default["egress"], default["vpcId"]) == ([], [], plan.one("Vpc").id)


def test_a_subnet_is_named_by_tier_and_zone_and_gives_no_public_addresses() -> None:
    plan = network(**TWO_ZONES)
    assert names(plan, "Subnet") == sorted(f"main-{tier}-us-east-1{zone}" for tier in THREE for zone in "ab")
    assert {subnet.inputs["mapPublicIpOnLaunch"] for subnet in plan.of("Subnet")} == {False}
    private = plan.one("Subnet", "main-private-us-east-1b").inputs
    assert (private["cidrBlock"], private["availabilityZone"]) == ("10.0.36.0/22", "us-east-1b")


def test_without_nat_only_the_public_tier_has_a_way_out() -> None:
    plan = network()
    assert default_routes(plan) == {"main-public-internet": plan.one("InternetGateway").id}
    assert plan.of("NatGateway") == ()


def test_a_single_nat_stands_in_the_first_zone_and_serves_every_private_subnet() -> None:
    plan = network(**TWO_ZONES)
    nat = plan.one("NatGateway")
    assert nat.inputs["subnetId"] == plan.one("Subnet", "main-public-us-east-1a").id
    assert default_routes(plan)["main-private-internet"] == nat.id
    assert names(plan, "RouteTable") == ["main-data", "main-private", "main-public"]


def test_a_nat_in_each_zone_gives_each_private_subnet_its_own_zones_way_out() -> None:
    plan = network(nat="per-zone", zones=2)
    for zone in ("us-east-1a", "us-east-1b"):
        nat = plan.one("NatGateway", f"main-nat-{zone}")
        assert nat.inputs["subnetId"] == plan.one("Subnet", f"main-public-{zone}").id
        assert nat.inputs["allocationId"] == plan.one("Eip", f"main-nat-{zone}").outputs["allocationId"]
        assert default_routes(plan)[f"main-private-{zone}-internet"] == nat.id
        table = plan.one("RouteTable", f"main-private-{zone}").id
        assert plan.one("RouteTableAssociation", f"main-private-{zone}").inputs["routeTableId"] == table


REGIONAL_NAT: dict[str, Any] = {
    "zones": 3,
    "nat": "regional",
    "tiers": INNER,
    "allow": [{"from": "private", "to": "internet", "port": 443}],
}


def test_a_regional_nat_gateway_belongs_to_the_vpc_and_serves_every_zone() -> None:
    plan = network(**REGIONAL_NAT)
    nat = plan.one("NatGateway", "main-nat-regional")
    assert {key: value for key, value in nat.inputs.items() if key != "tags"} == {
        "availabilityMode": "regional",
        "vpcId": plan.one("Vpc").id,
    }
    assert plan.of("Eip") == ()
    assert default_routes(plan) == {"main-private-internet": nat.id}
    assert names(plan, "RouteTable") == ["main-data", "main-private"]
    assert plan.exports["main_nat_gateway_ids"] == [nat.id]


def test_a_regional_nat_gateway_comes_after_an_internet_gateway_that_no_tier_is_routed_to() -> None:
    plan = network(**REGIONAL_NAT)
    gateway = plan.one("InternetGateway")
    assert gateway.urn in plan.one("NatGateway").dependencies
    assert gateway.id not in [route.inputs.get("gatewayId") for route in plan.of("Route")]


def test_beside_a_public_tier_a_regional_nat_gateway_still_serves_the_private_one() -> None:
    plan = network(nat="regional")
    assert default_routes(plan) == {
        "main-public-internet": plan.one("InternetGateway").id,
        "main-private-internet": plan.one("NatGateway").id,
    }


def test_a_regional_nat_gateway_survives_the_loss_of_any_zone() -> None:
    plan = network(**REGIONAL_NAT)
    assert Reach(plan).ask("main.private", "internet", 443).ok
    for zone in ("us-east-1a", "us-east-1b", "us-east-1c"):
        assert Reach(without_zone(plan, "main", zone)).ask("main.private", "internet", 443).ok


def test_a_regional_nat_gateway_has_alarms_of_its_own() -> None:
    alarms = {alarm.name: alarm.inputs for alarm in network(**REGIONAL_NAT).of("MetricAlarm")}
    drops = alarms["nat-main-regional-drops-us-east-1"]
    assert drops["dimensions"] == {"NatGatewayId": network(**REGIONAL_NAT).one("NatGateway").id}
    assert "another zone" not in drops["alarmDescription"]


def test_elastic_ip_and_nat_come_after_the_internet_gateway() -> None:
    plan = network(**TWO_ZONES)
    gateway = plan.one("InternetGateway").urn
    assert gateway in plan.one("Eip").dependencies
    assert gateway in plan.one("NatGateway").dependencies


def test_nat_without_a_private_tier_is_not_built() -> None:
    plan = deploy_networks(
        networks={
            "main": {
                "cidr": "10.0.0.0/16",
                "zones": 1,
                "tiers": {"web": {"kind": "public"}, "db": {"kind": "isolated"}},
            }
        }
    )
    assert plan.of("NatGateway") == ()


def test_nat_stands_in_the_lowest_of_several_public_tiers() -> None:
    tiers = {"edge": {"kind": "public", "slot": 5}, **THREE}
    plan = network(nat="single", tiers=tiers)
    assert plan.one("NatGateway").inputs["subnetId"] == plan.one("Subnet", "main-public-us-east-1a").id


def test_an_isolated_tier_has_no_route_at_all() -> None:
    plan = network(**ENDPOINTS)
    tables = {table.id for table in plan.of("RouteTable") if table.name.startswith("main-data")}
    assert tables
    assert not [route for route in plan.of("Route") if route.inputs["routeTableId"] in tables]


def test_each_tier_has_an_acl_around_all_its_subnets() -> None:
    plan = network()
    assert names(plan, "NetworkAcl") == ["main-data", "main-private", "main-public"]
    for association in plan.of("NetworkAclAssociation"):
        tier = association.name.split("-")[1]
        assert association.inputs["networkAclId"] == plan.one("NetworkAcl", f"main-{tier}").id
        assert association.inputs["subnetId"] == plan.one("Subnet", association.name).id
    assert len(plan.of("NetworkAclAssociation")) == len(plan.of("Subnet"))


def test_acl_rules_carry_what_the_grants_lead_to() -> None:
    plan = network(**TWO_ZONES)
    rule = plan.one("NetworkAclRule", "main-data-in-allow-tcp-5432-10.0.4.0-22").inputs
    assert rule["networkAclId"] == plan.one("NetworkAcl", "main-data").id
    assert (rule["egress"], rule["protocol"], rule["ruleAction"]) == (False, "tcp", "allow")
    assert (rule["fromPort"], rule["toPort"], rule["cidrBlock"]) == (5432, 5432, "10.0.4.0/22")


def test_secondary_blocks_are_associated_one_after_the_other_before_any_subnet() -> None:
    tiers = {"app": {"cidrs": ["10.1.0.0/24"]}, "old": {"cidrs": ["10.0.0.0/24"]}}
    plan = network(tiers=tiers, secondary_cidrs=["10.1.0.0/16", "10.2.0.0/16"])
    first = plan.one("VpcIpv4CidrBlockAssociation", "main-10.1.0.0-16")
    last = plan.one("VpcIpv4CidrBlockAssociation", "main-10.2.0.0-16")
    assert first.urn in last.dependencies
    assert all(last.urn in subnet.dependencies for subnet in plan.of("Subnet"))
    assert plan.one("Subnet", "main-app-us-east-1a").inputs["vpcId"] == plan.one("Vpc").id


def test_security_groups_are_named_described_and_have_only_the_rules_granted() -> None:
    plan = network(
        security_groups={"alb": {"description": "Load balancer", "tier": "public"}},
        allow=[
            {"from": "internet", "to": "alb", "port": 443, "description": "HTTPS"},
            {"from": "alb", "to": "private", "port": 8080},
        ],
    )
    groups = {group.name: group for group in plan.of("SecurityGroup")}
    assert {name: group.inputs["name"] for name, group in groups.items()} == {
        "main-alb": "main-alb-sg-dev",
        "main-private": "main-private-sg-dev",
    }
    assert groups["main-alb"].inputs["description"] == "Load balancer"
    assert groups["main-private"].inputs["description"] == "Tier private of network main"
    ingress = {rule.name: rule.inputs for rule in plan.of("SecurityGroupIngressRule")}
    egress = {rule.name: rule.inputs for rule in plan.of("SecurityGroupEgressRule")}
    assert set(ingress) == {"main-alb-in-tcp-443-0.0.0.0-0", "main-private-in-tcp-8080-alb"}
    assert set(egress) == {"main-alb-out-tcp-8080-private"}
    https = ingress["main-alb-in-tcp-443-0.0.0.0-0"]
    assert (https["cidrIpv4"], https["ipProtocol"], https["fromPort"], https["toPort"], https["description"]) == (
        "0.0.0.0/0",
        "tcp",
        443,
        443,
        "HTTPS",
    )
    inner = ingress["main-private-in-tcp-8080-alb"]
    assert inner["referencedSecurityGroupId"] == groups["main-alb"].id
    assert inner["securityGroupId"] == groups["main-private"].id


def test_gateway_endpoints_are_in_the_tables_of_the_inner_tiers_only() -> None:
    plan = network(**ENDPOINTS)
    tables = {table.id for table in plan.of("RouteTable") if not table.name.startswith("main-public")}
    for service in ("s3", "dynamodb"):
        endpoint = plan.one("VpcEndpoint", f"main-{service}").inputs
        assert (endpoint["vpcEndpointType"], endpoint["serviceName"]) == (
            "Gateway",
            f"com.amazonaws.us-east-1.{service}",
        )
        assert set(endpoint["routeTableIds"]) == tables


def test_interface_endpoints_live_in_the_private_subnets_with_dns_and_a_group_of_their_own() -> None:
    plan = network(zones=2, tiers=INNER, endpoints=["ecr.api", "ecr.dkr"], database_subnet_group="data")
    for service in ("ecr.api", "ecr.dkr"):
        endpoint = plan.one("VpcEndpoint", f"main-{service}").inputs
        assert (endpoint["vpcEndpointType"], endpoint["privateDnsEnabled"]) == ("Interface", True)
        assert endpoint["subnetIds"] == [plan.one("Subnet", f"main-private-us-east-1{zone}").id for zone in "ab"]
        assert endpoint["securityGroupIds"] == [plan.one("SecurityGroup", "main-endpoints").id]
    (rule,) = plan.of("SecurityGroupIngressRule")
    assert (rule.inputs["cidrIpv4"], rule.inputs["fromPort"], rule.inputs["toPort"]) == ("10.0.0.0/16", 443, 443)


def test_a_grant_to_s3_names_the_gateway_endpoints_prefix_list() -> None:
    plan = network(tiers=INNER, endpoints=["s3"], allow=[{"from": "private", "to": "s3", "port": 443}])
    prefix_list = plan.one("VpcEndpoint").outputs["prefixListId"]
    assert plan.one("SecurityGroupEgressRule").inputs["prefixListId"] == prefix_list


def test_a_database_subnet_group_spans_its_tiers_subnets() -> None:
    plan = network(zones=2, tiers=INNER, endpoints=["ecr.api", "ecr.dkr"], database_subnet_group="data")
    group = plan.one("SubnetGroup").inputs
    assert group["name"] == "main-db-subnet-group-dev"
    assert group["subnetIds"] == [plan.one("Subnet", f"main-data-us-east-1{zone}").id for zone in "ab"]
    assert plan.exports["main_db_subnet_group_name"] == "main-db-subnet-group-dev"


def test_flow_logs_go_to_an_encrypted_log_group_by_a_role_for_that_group_alone() -> None:
    plan = network()
    group = plan.one("LogGroup")
    assert group.inputs["name"] == "/aws/vpc/flowlogs/shop-main-dev"
    assert group.inputs["retentionInDays"] == 30
    assert group.inputs["kmsKeyId"] == plan.one("aws:kms/key:Key").outputs["arn"]
    log = plan.one("FlowLog").inputs
    assert (log["trafficType"], log["vpcId"]) == ("ALL", plan.one("Vpc").id)
    assert (log["logDestination"], log["iamRoleArn"]) == (group.outputs["arn"], plan.one("Role").outputs["arn"])
    assert plan.one("RolePolicy").urn in plan.one("FlowLog").dependencies
    (write,) = policy_of(plan.one("RolePolicy"))
    assert write["Resource"] == [f"{group.outputs['arn']}:*"]
    assert "logs:CreateLogGroup" not in write["Action"]
    (trust,) = policy_of(plan.one("Role"), "assumeRolePolicy")
    assert trust["Principal"] == {"Service": ["vpc-flow-logs.amazonaws.com"]}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012"}


def test_flow_logs_to_s3_come_after_the_policy_that_lets_the_delivery_in() -> None:
    plan = network(tiers=INNER, flow_logs={"destination": "s3", "retention_days": 90})
    bucket = plan.one("Bucket")
    assert bucket.inputs["bucket"] == "shop-main-flow-logs-123456789012-dev"
    log = plan.one("FlowLog")
    assert (log.inputs["logDestinationType"], log.inputs["logDestination"]) == ("s3", bucket.outputs["arn"])
    assert plan.one("BucketPolicy").urn in log.dependencies
    write, check, tls = policy_of(plan.one("BucketPolicy"))
    assert write["Principal"] == check["Principal"] == {"Service": ["delivery.logs.amazonaws.com"]}
    assert write["Condition"]["StringEquals"]["aws:SourceAccount"] == "123456789012"
    assert check["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012"}
    assert write["Resource"] == [f"{bucket.outputs['arn']}/AWSLogs/123456789012/*"]
    assert (tls["Effect"], tls["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    (rule,) = plan.one("BucketLifecycleConfiguration").inputs["rules"]
    assert rule["expiration"] == {"days": 90}


def test_a_log_bucket_is_private_encrypted_and_versioned() -> None:
    plan = network(tiers=INNER, flow_logs={"destination": "s3", "retention_days": 90})
    blocked = plan.one("BucketPublicAccessBlock").inputs
    flags = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert all(blocked[flag] is True for flag in flags)
    (rule,) = plan.one("BucketServerSideEncryptionConfiguration").inputs["rules"]
    assert rule["bucketKeyEnabled"] is True
    assert rule["applyServerSideEncryptionByDefault"] == {
        "sseAlgorithm": "aws:kms",
        "kmsMasterKeyId": plan.one("aws:kms/key:Key").outputs["arn"],
    }
    assert plan.one("BucketVersioning").inputs["versioningConfiguration"] == {"status": "Enabled"}
    assert plan.one("BucketOwnershipControls").inputs["rule"] == {"objectOwnership": "BucketOwnerEnforced"}
    assert plan.one("BucketVersioning").urn in plan.one("BucketLifecycleConfiguration").dependencies


def test_outputs_tell_ids_by_tier_and_group() -> None:
    plan = network(**TWO_ZONES)
    assert plan.exports["main_vpc_id"] == plan.one("Vpc").id
    assert plan.exports["main_private_subnet_ids"] == [
        plan.one("Subnet", f"main-private-us-east-1{zone}").id for zone in "ab"
    ]
    assert plan.exports["main_private_route_table_ids"] == [plan.one("RouteTable", "main-private").id]
    assert plan.exports["main_data_security_group_id"] == plan.one("SecurityGroup", "main-data").id
    assert plan.exports["main_security_group_id"] == plan.one("SecurityGroup", "main-private").id
    assert plan.exports["main_nat_gateway_ids"] == [plan.one("NatGateway").id]
    assert "vpc_id" not in plan.exports


def test_a_network_without_one_workload_tier_has_no_group_of_its_own() -> None:
    plan = network(tiers={"a": {"kind": "private"}, "b": {"kind": "private", "slot": 3}})
    assert plan.of("SecurityGroup") == ()
    assert "main_security_group_id" not in plan.exports


@pytest.mark.parametrize(
    "growth",
    [
        {"zones": 3},
        {
            "tiers": {**THREE, "cache": {"kind": "isolated", "slot": 3}},
            "endpoints": ["s3", "ecr.api"],
            "allow": [GRANT, {"from": "public", "to": "private", "port": 80}],
        },
    ],
    ids=["zone", "tier, endpoints and grant"],
)
def test_growth_leaves_every_resource_and_its_inputs_as_they_are(growth: dict[str, Any]) -> None:
    before, after = network(**TWO_ZONES), network(**TWO_ZONES | growth)
    grown = {resource.urn: resource for resource in after.resources}
    # What lists all subnets or tables of a tier grows in place; everything else stays as it was.
    lists = {"aws:ec2/vpcEndpoint:VpcEndpoint"}
    for resource in before.resources:
        assert resource.urn in grown
        if resource.custom and resource.type not in lists:
            assert dict(grown[resource.urn].inputs) == dict(resource.inputs), resource.urn
    assert len(after.resources) > len(before.resources)
    assert set(before.exports) <= set(after.exports)
