"""`vpc-peering` with one of its networks in another account: everything of that network is there, the rest is not."""

from typing import Any

import pytest

from tap.embedded.connection import Connection
from tests.support.embedded import deploy_beside
from tests.support.live import Live

EAST, WEST = "us-east-1", "us-west-2"
OWN, OTHER = "123456789012", "210987654321"
ROLE = f"arn:aws:iam::{OTHER}:role/network"


class There:
    """The other account, looked at with boto3."""

    def __init__(self, endpoint: str) -> None:
        self._connection = Connection(endpoint)

    def client(self, service: str, region: str) -> Any:
        return self._connection.client(service, region, ROLE)


@pytest.fixture(scope="module")
def there(spare_aws: str) -> There:
    return There(spare_aws)


@pytest.fixture(scope="module")
def accepting(spare_aws: str) -> Live:
    """The analytics network, which accepts the peering, is the other account's."""
    return deploy_beside(spare_aws, "vpc-peering", "environmentSuffix=accepting", f"networks.analytics.role_arn={ROLE}")


@pytest.fixture(scope="module")
def requesting(spare_aws: str) -> Live:
    """The payment network, which asks for the peering, is the other account's, and both are in one region."""
    return deploy_beside(
        spare_aws,
        "vpc-peering",
        "environmentSuffix=requesting",
        f"networks.payment.role_arn={ROLE}",
        f"analytics_region={EAST}",
    )


def connection(client: Any, live: Live) -> dict[str, Any]:
    ids = [live.outputs["peering_connection_id"]]
    (found,) = client.describe_vpc_peering_connections(VpcPeeringConnectionIds=ids)["VpcPeeringConnections"]
    return found


def peers_of(client: Any, vpc_id: str) -> set[tuple[str, str]]:
    """Destination and connection of every route of a VPC to a peering."""
    tables = client.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["RouteTables"]
    return {
        (route["DestinationCidrBlock"], route["VpcPeeringConnectionId"])
        for table in tables
        for route in table["Routes"]
        if "VpcPeeringConnectionId" in route
    }


def test_the_network_is_in_the_other_account_and_not_in_the_stacks_own(accepting: Live, there: There) -> None:
    vpc_id = accepting.outputs["analytics_vpc_id"]
    (vpc,) = there.client("ec2", WEST).describe_vpcs(VpcIds=[vpc_id])["Vpcs"]
    assert vpc["OwnerId"] == OTHER
    mine = accepting.client("ec2", WEST).describe_vpcs(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["Vpcs"]
    assert mine == []
    assert accepting.outputs["account_id"] == OWN


def test_the_connection_joins_the_two_accounts_and_is_active(accepting: Live, there: There) -> None:
    found = connection(there.client("ec2", WEST), accepting)
    assert found["Status"]["Code"] == "active"
    assert (found["RequesterVpcInfo"]["OwnerId"], found["AccepterVpcInfo"]["OwnerId"]) == (OWN, OTHER)
    assert found["AccepterVpcInfo"]["VpcId"] == accepting.outputs["analytics_vpc_id"]


def test_each_side_routes_to_the_other_in_its_own_account(accepting: Live, there: There) -> None:
    peering = accepting.outputs["peering_connection_id"]
    near, far = accepting.client("ec2", EAST), there.client("ec2", WEST)
    assert peers_of(near, accepting.outputs["payment_vpc_id"]) == {("10.1.0.0/16", peering)}
    assert peers_of(far, accepting.outputs["analytics_vpc_id"]) == {("10.0.0.0/16", peering)}


def test_the_flow_logs_are_in_the_other_account_by_a_key_of_it(accepting: Live, there: There) -> None:
    name = "/aws/vpc/flowlogs/payments-analytics-accepting"
    (group,) = there.client("logs", WEST).describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert group["kmsKeyId"].startswith(f"arn:aws:kms:{WEST}:{OTHER}:key/")
    assert accepting.client("logs", WEST).describe_log_groups(logGroupNamePrefix=name)["logGroups"] == []


def test_the_peering_is_watched_in_both_accounts(accepting: Live, there: There) -> None:
    for client, region, account in (
        (accepting.client("events", EAST), EAST, OWN),
        (there.client("events", WEST), WEST, OTHER),
    ):
        rule = f"payments-payment-analytics-broken-{region}-accepting"
        (target,) = client.list_targets_by_rule(Rule=rule)["Targets"]
        assert target["Arn"] == f"arn:aws:sns:{region}:{account}:payments-alarms-{region}-accepting"
    topic = accepting.outputs[f"alarm_topic_arn_us_west_2_{OTHER}"]
    assert topic in {each["TopicArn"] for each in there.client("sns", WEST).list_topics()["Topics"]}


def test_each_account_has_a_trail_that_logs(accepting: Live, there: There) -> None:
    for client, account in ((accepting.client("cloudtrail", EAST), OWN), (there.client("cloudtrail", EAST), OTHER)):
        trail = client.get_trail(Name="payments-trail-accepting")["Trail"]
        assert trail["S3BucketName"] == f"payments-trail-{account}-accepting"
        assert client.get_trail_status(Name=trail["TrailARN"])["IsLogging"] is True


def test_a_network_of_another_account_may_ask_for_the_peering_too(requesting: Live, there: There) -> None:
    found = connection(there.client("ec2", EAST), requesting)
    assert found["Status"]["Code"] == "active"
    assert (found["RequesterVpcInfo"]["OwnerId"], found["AccepterVpcInfo"]["OwnerId"]) == (OTHER, OWN)
    peering = requesting.outputs["peering_connection_id"]
    assert peers_of(there.client("ec2", EAST), requesting.outputs["payment_vpc_id"]) == {("10.1.0.0/16", peering)}
    assert peers_of(requesting.client("ec2", EAST), requesting.outputs["analytics_vpc_id"]) == {
        ("10.0.0.0/16", peering)
    }
