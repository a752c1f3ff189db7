"""Recipes of VPC peering connections."""

from typing import Any

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe

# The only DNS option that AWS still has, by the provider's name and the API's.
DNS_OPTION = ("allowRemoteVpcDnsResolution", "AllowDnsResolutionFromRemoteVpc")
SIDES = ("Requester", "Accepter")


def _sides(creation: Creation) -> dict[str, Any]:
    """The options of each side that is given, as the API names them."""
    return {
        f"{side}PeeringConnectionOptions": {DNS_OPTION[1]: options.get(DNS_OPTION[0], False)}
        for side in SIDES
        if (options := creation.take(side[0].lower() + side[1:])) is not None
    }


def _options(creation: Creation) -> None:
    creation.left |= _sides(creation)


def _connect(creation: Creation) -> None:
    """Accept at once where asked to, then set inline options."""
    creation.state["acceptStatus"] = "pending-acceptance"
    if creation.take("autoAccept", False):
        creation.call("accept_vpc_peering_connection", VpcPeeringConnectionId=creation.id)
        creation.state["acceptStatus"] = "active"
    if options := _sides(creation):
        creation.call("modify_vpc_peering_connection_options", VpcPeeringConnectionId=creation.id, **options)


def _accept(creation: Creation) -> None:
    """Accept from the other side; `autoAccept: false` only takes the connection over."""
    creation.id = creation.take("vpcPeeringConnectionId")
    if creation.take("autoAccept", False):
        creation.call("ec2.accept_vpc_peering_connection", VpcPeeringConnectionId=creation.id)
    found = creation.call("ec2.describe_vpc_peering_connections", VpcPeeringConnectionIds=[creation.id])
    connection = found["VpcPeeringConnections"][0]
    requester, accepter = connection["RequesterVpcInfo"], connection["AccepterVpcInfo"]
    creation.tag()
    creation.state |= {
        **creation.given,
        "acceptStatus": connection["Status"]["Code"],
        "vpcId": accepter["VpcId"],
        "peerVpcId": requester["VpcId"],
        "peerOwnerId": requester["OwnerId"],
        "peerRegion": requester.get("Region", creation.region),
    }


RECIPES = {
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": Recipe(
        "ec2.create_vpc_peering_connection",
        id="VpcPeeringConnectionId",
        root="VpcPeeringConnection",
        outputs={"peerOwnerId": "AccepterVpcInfo.OwnerId", "peerRegion": "AccepterVpcInfo.Region"},
        hooked=("autoAccept", "requester", "accepter"),
        finish=_connect,
    ),
    "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": Recipe(tagged=True, finish=_accept),
    "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions": Recipe(
        "ec2.modify_vpc_peering_connection_options", id="{vpcPeeringConnectionId}", prepare=_options
    ),
}
