"""Networks in another account: all of them there, by their role, and peered with the stack's own."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_mock import MockerFixture

from lib.args.problems import SettingsError
from lib.networking import discovery
from tap.plan import Plan, Resource
from tap.recording import ExistingVpc
from tests.support.stack import deploy_networks, policy_of

OWN, OTHER = "123456789012", "210987654321"
ROLE = f"arn:aws:iam::{OTHER}:role/network"
EAST, WEST = "us-east-1", "us-west-2"
TIERS = {"web": {"kind": "public"}, "app": {"kind": "private"}}
# It has a route of an earlier deployment, by a peering that bears the stack's own name.
OLD = ExistingVpc(
    "10.7.0.0/16",
    EAST,
    account=OTHER,
    routes={"rtb-old": {"10.0.0.0/16": "pcx-kept"}},
    peerings={"pcx-kept": "kept-peering-dev"},
)
MADE: dict[str, Any] = {"zones": 1, "tiers": TIERS}
THERE: dict[str, Any] = {**MADE, "role_arn": ROLE}
NETWORKS: dict[str, Any] = {
    "payment": {**MADE, "cidr": "10.0.0.0/16"},
    # In the other region, with everything that a network may have.
    "analytics": {**THERE, "cidr": "10.1.0.0/16", "region": WEST, "nat": "single", "endpoints": ["s3", "logs"]},
    # In the stack's own region.
    "ledger": {**THERE, "cidr": "10.2.0.0/16", "flow_logs": {"destination": "s3"}},
    "old": {"vpc_id": "vpc-old", "tiers": {"app": {"kind": "private"}}, "role_arn": ROLE},
}


def peering(one: str, other: str) -> dict[str, Any]:
    return {"between": [one, other], "allow": [{"from": f"{one}.app", "to": f"{other}.app", "port": 443}]}


PEERINGS = {
    "out": peering("payment", "analytics"),
    "in": peering("ledger", "payment"),
    "away": peering("analytics", "ledger"),
    "kept": peering("payment", "old"),
}
NAMES = {
    (EAST, OWN): "aws-provider-us-east-1-dev",
    (EAST, OTHER): f"aws-provider-us-east-1-{OTHER}-dev",
    (WEST, OTHER): f"aws-provider-us-west-2-{OTHER}-dev",
}
PLACES = {"payment": (EAST, OWN), "analytics": (WEST, OTHER), "ledger": (EAST, OTHER), "old": (EAST, OTHER)}


def deployed() -> Plan:
    return deploy_networks(networks=NETWORKS, peerings=PEERINGS, vpcs={"vpc-old": OLD})


def provider(region: str, account: str) -> str:
    return deployed().one("pulumi:providers:aws", NAMES[region, account]).urn


def below(urn: str) -> Iterator[Resource]:
    for resource in deployed().children(urn):
        yield from below(resource.urn)
        if resource.custom:
            yield resource


def named(type_: str, name: str) -> Resource:
    return deployed().one(type_, name)


def test_there_is_one_provider_a_region_and_account() -> None:
    assert {made.name for made in deployed().of("pulumi:providers:aws")} == set(NAMES.values())


@pytest.mark.parametrize("network", NETWORKS)
def test_all_of_a_network_is_made_by_the_provider_of_its_account(network: str) -> None:
    found = list(below(named("tap:networking:Network", network).urn))
    assert found
    assert {resource.provider for resource in found} == {provider(*PLACES[network])}


def test_every_resource_bears_the_account_of_its_provider_in_its_arn() -> None:
    accounts = {provider(*place): place[1] for place in NAMES}
    told = {
        (resource.urn, str(resource.outputs["arn"]).split(":")[4], accounts[resource.provider])
        for resource in deployed().resources
        if resource.provider in accounts and "arn" in resource.outputs and ":s3:::" not in resource.outputs["arn"]
    }
    assert len(told) > 50
    assert [urn for urn, account, expected in told if account != expected] == []


def test_what_is_looked_up_of_a_network_is_looked_up_in_its_account() -> None:
    asked = [(invoke.token.rpartition(":")[2], invoke.provider) for invoke in deployed().invokes]
    of_zones = {where for token, where in asked if token == "getAvailabilityZones"}
    assert of_zones == {provider(*place) for place in NAMES}
    for token in ("getVpc", "getSubnets", "getSubnet", "getRouteTables", "getRouteTable", "getVpcPeeringConnection"):
        assert {where for asked_for, where in asked if asked_for == token} == {provider(EAST, OTHER)}, token
    callers = {where for token, where in asked if token == "getCallerIdentity"}
    assert callers == {provider(*place) for place in NAMES}


def test_the_logs_of_a_network_are_encrypted_by_a_key_of_its_account() -> None:
    key = named("aws:kms/key:Key", f"logs-us-west-2-{OTHER}")
    assert key.provider == provider(WEST, OTHER)
    assert named("LogGroup", "analytics-flow-logs").inputs["kmsKeyId"] == key.outputs["arn"]
    administration, groups, deliveries, *_ = policy_of(key)
    assert administration["Principal"] == {"AWS": [f"arn:aws:iam::{OTHER}:root"]}
    assert groups["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"].startswith(
        f"arn:aws:logs:{WEST}:{OTHER}:"
    )
    assert deliveries["Condition"]["StringEquals"] == {"aws:SourceAccount": OTHER}


def test_flow_logs_are_delivered_on_behalf_of_the_networks_account() -> None:
    (trust,) = policy_of(named("aws:iam/role:Role", "analytics-flow-logs"), "assumeRolePolicy")
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": OTHER},
        "ArnLike": {"aws:SourceArn": f"arn:aws:ec2:{WEST}:{OTHER}:vpc-flow-log/*"},
    }
    bucket = named("aws:s3/bucket:Bucket", "ledger-flow-logs")
    assert bucket.inputs["bucket"] == f"shop-ledger-flow-logs-{OTHER}-dev"
    writes = next(
        statement
        for statement in policy_of(named("BucketPolicy", "ledger-flow-logs"))
        if statement.get("Sid") == "AWSLogDeliveryWrite"
    )
    assert writes["Resource"] == [f"arn:aws:s3:::{bucket.inputs['bucket']}/AWSLogs/{OTHER}/*"]
    assert writes["Condition"]["StringEquals"]["aws:SourceAccount"] == OTHER


@pytest.mark.parametrize(
    ("name", "near", "far", "owner"),
    [
        ("out", (EAST, OWN), (WEST, OTHER), OTHER),
        ("in", (EAST, OTHER), (EAST, OWN), OWN),
        ("away", (WEST, OTHER), (EAST, OTHER), None),
        ("kept", (EAST, OWN), (EAST, OTHER), OTHER),
    ],
)
def test_a_peering_is_asked_for_on_one_side_and_accepted_on_the_other(
    name: str, near: tuple[str, str], far: tuple[str, str], owner: str | None
) -> None:
    connection = named("VpcPeeringConnection", name)
    assert connection.inputs.get("peerOwnerId") == owner
    assert (connection.inputs["peerRegion"], connection.inputs["autoAccept"]) == (far[0], False)
    acceptance = named("VpcPeeringConnectionAccepter", name)
    assert (connection.provider, acceptance.provider) == (provider(*near), provider(*far))
    assert {each.inputs["tags"]["Name"] for each in (connection, acceptance)} == {f"{name}-peering-dev"}
    sides = [named("PeeringConnectionOptions", f"{name}-{side}") for side in ("requester", "accepter")]
    assert [side.provider for side in sides] == [provider(*near), provider(*far)]


def test_routes_and_rules_of_a_peering_are_made_in_the_account_of_their_side() -> None:
    plan = deployed()
    routes = [route for route in plan.of("Route") if "vpcPeeringConnectionId" in route.inputs]
    assert {(route.name.split("-")[1], route.provider) for route in routes} == {
        (network, provider(*place)) for network, place in PLACES.items()
    }
    rules = {rule.name: rule.provider for rule in plan.of("SecurityGroupIngressRule")}
    assert rules["analytics-app-in-tcp-443-10.0.4.0-22"] == provider(WEST, OTHER)
    assert rules["payment-app-in-tcp-443-10.2.4.0-22"] == provider(EAST, OWN)


def test_each_side_of_a_peering_is_watched_in_its_account_and_told_to_a_topic_there() -> None:
    plan = deployed()
    watched = {
        "out-us-east-1": (EAST, OWN),
        f"out-us-west-2-{OTHER}": (WEST, OTHER),
        "in-us-east-1": (EAST, OWN),
        f"in-us-east-1-{OTHER}": (EAST, OTHER),
        f"away-us-east-1-{OTHER}": (EAST, OTHER),
        f"away-us-west-2-{OTHER}": (WEST, OTHER),
        "kept-us-east-1": (EAST, OWN),
        f"kept-us-east-1-{OTHER}": (EAST, OTHER),
    }
    assert {rule.name: rule.provider for rule in plan.of("EventRule")} == {
        name: provider(*place) for name, place in watched.items()
    }
    for name, (region, account) in watched.items():
        topic = f"arn:aws:sns:{region}:{account}:shop-alarms-{region}-dev"
        assert plan.one("EventTarget", name).inputs["arn"] == topic
        assert plan.one("MetricAlarm", name).inputs["alarmActions"] == [topic]


def test_a_side_is_watched_for_its_own_tables_and_the_blocks_of_the_other() -> None:
    pattern = named("EventRule", f"in-us-east-1-{OTHER}").inputs["eventPattern"]
    own = [table.id for table in deployed().of("RouteTable") if table.name.startswith("ledger-app")]
    assert own[0] in pattern
    assert '"10.0.0.0/16"' in pattern
    assert not [
        table.id for table in deployed().of("RouteTable") if table.name.startswith("payment") and table.id in pattern
    ]


def test_a_topic_of_another_account_lets_alarms_of_that_account_alone_publish() -> None:
    topic = named("aws:sns/topic:Topic", f"alarms-us-west-2-{OTHER}")
    assert deployed().exports[f"alarm_topic_arn_us_west_2_{OTHER}"] == topic.outputs["arn"]
    alarms = policy_of(named("TopicPolicy", f"alarms-us-west-2-{OTHER}"))[1]
    assert alarms["Condition"]["StringEquals"] == {"aws:SourceAccount": OTHER}
    key = named("aws:kms/key:Key", f"messages-us-west-2-{OTHER}")
    assert topic.inputs["kmsMasterKeyId"] == key.outputs["arn"]
    assert policy_of(key)[1]["Condition"] == {
        "StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": topic.outputs["arn"]}
    }


def test_alarms_and_dashboard_of_a_nat_gateway_are_where_it_is() -> None:
    alarm = named("MetricAlarm", "nat-analytics-us-west-2a-ports-us-west-2")
    assert alarm.provider == provider(WEST, OTHER)
    assert alarm.inputs["alarmActions"] == [f"arn:aws:sns:{WEST}:{OTHER}:shop-alarms-us-west-2-dev"]
    assert {board.name: board.provider for board in deployed().of("Dashboard") if board.custom} == {
        f"dashboard-us-west-2-{OTHER}": provider(WEST, OTHER)
    }


def test_each_account_with_a_watch_has_a_trail_in_a_bucket_and_by_a_key_of_its_own() -> None:
    trails = {trail.name: trail for trail in deployed().of("aws:cloudtrail/trail:Trail")}
    assert {name: trail.provider for name, trail in trails.items()} == {
        "trail": provider(EAST, OWN),
        f"trail-{OTHER}": provider(EAST, OTHER),
    }
    there = trails[f"trail-{OTHER}"].inputs
    assert there["s3BucketName"] == f"shop-trail-{OTHER}-dev"
    assert there["kmsKeyId"] == named("aws:kms/key:Key", f"logs-us-east-1-{OTHER}").outputs["arn"]
    assert f"arn:aws:cloudtrail:{EAST}:{OTHER}:trail/shop-trail-dev" in str(
        policy_of(named("BucketPolicy", f"trail-{OTHER}"))
    )


def test_where_no_peered_network_is_the_stacks_own_there_is_no_trail_of_its_own() -> None:
    networks: dict[str, Any] = {
        name: {**NETWORKS[name], "tiers": {"app": {}}, "nat": "none"} for name in ("analytics", "ledger")
    }
    plan = deploy_networks(networks=networks, peerings={"away": peering("analytics", "ledger")})
    assert [trail.name for trail in plan.of("aws:cloudtrail/trail:Trail")] == [f"trail-{OTHER}"]


def test_a_trail_is_at_home_in_the_stacks_own_region_wherever_networks_are_added() -> None:
    far: dict[str, Any] = {**THERE, "tiers": {"app": {}}, "region": WEST}
    networks: dict[str, Any] = {"analytics": {**far, "cidr": "10.1.0.0/16"}, "ledger": {**far, "cidr": "10.2.0.0/16"}}
    plan = deploy_networks(networks=networks, peerings={"away": peering("analytics", "ledger")})
    trail = plan.one("aws:cloudtrail/trail:Trail")
    assert trail.provider == plan.one("pulumi:providers:aws", NAMES[EAST, OTHER]).urn
    assert trail.inputs["kmsKeyId"] == plan.one("aws:kms/key:Key", f"logs-us-east-1-{OTHER}").outputs["arn"]


def test_a_role_that_leads_to_the_stacks_own_account_is_refused() -> None:
    role = f"arn:aws:iam::{OWN}:role/network"
    with pytest.raises(SettingsError) as error:
        deploy_networks(networks={"main": {**MADE, "cidr": "10.0.0.0/16", "role_arn": role}})
    assert [str(problem) for problem in error.value.problems] == [
        f"networks.main.role_arn: leads to the stack's own account, {OWN} (got {role}). "
        "Remove it, or name a role of the network's account."
    ]


@pytest.mark.parametrize(("told", "reason"), [("no leave\nmore", "no leave"), ("", "no reason given")])
def test_a_role_that_cannot_be_assumed_is_refused(mocker: MockerFixture, told: str, reason: str) -> None:
    own = mocker.Mock(account_id=OWN)
    mocker.patch.object(discovery.aws, "get_caller_identity", side_effect=[own, Exception(told)])
    with pytest.raises(SettingsError) as error:
        # A name of its own, so that no other test's Plan is taken.
        deploy_networks(networks={f"main{len(told)}": {**THERE, "cidr": "10.0.0.0/16"}})
    assert [problem.rule for problem in error.value.problems] == [f"could not be assumed: {reason}"]
    assert error.value.problems[0].remedy == "Let the role trust the stack's own credentials, or name another."
