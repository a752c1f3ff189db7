"""Networks of other kinds on the embedded AWS, looked at with boto3."""

import pytest

from tap.engine.answers import AnswerError
from tests.embedded.making import Aws

NAT = "aws:ec2/natGateway:NatGateway"


def test_moto_still_has_no_regional_nat_gateway(aws: Aws) -> None:
    with pytest.raises(AnswerError, match="InvalidSubnetID"):
        aws.connection.call("ec2", "create_nat_gateway", {"VpcId": aws.vpc().id, "AvailabilityMode": "regional"})


def test_a_regional_nat_gateway_has_an_id_that_a_route_may_be_made_to(aws: Aws) -> None:
    vpc = aws.vpc()
    state = aws.make(NAT, vpcId=vpc.id, availabilityMode="regional", tags={"Name": "nat"})
    assert state.outputs["tags"] == {"Name": "nat"}
    assert (state.outputs["vpcId"], state.outputs["availabilityMode"]) == (vpc.id, "regional")
    table = aws.make("aws:ec2/routeTable:RouteTable", vpcId=vpc.id)
    aws.make("aws:ec2/route:Route", routeTableId=table.id, destinationCidrBlock="0.0.0.0/0", natGatewayId=state.id)
    (found,) = aws.client("ec2").describe_route_tables(RouteTableIds=[table.id])["RouteTables"]
    (route,) = [route for route in found["Routes"] if route["DestinationCidrBlock"] == "0.0.0.0/0"]
    assert "NatGatewayId" not in route, "moto keeps no target that it does not know"


def test_a_parameter_that_no_nat_gateway_has_is_refused(aws: Aws) -> None:
    with pytest.raises(AnswerError, match="zoneCount"):
        aws.make(NAT, vpcId="vpc-1", availabilityMode="regional", zoneCount=3)
