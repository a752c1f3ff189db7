"""Recipes of VPC endpoints and flow logs."""

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe
from tap.embedded.services.vpc import arn


def _endpoint_outputs(creation: Creation) -> None:
    """What only one kind of endpoint has: the prefix list of a gateway, the names of an interface."""
    gateway = creation.given.get("vpcEndpointType", "Gateway") == "Gateway"
    if gateway:
        filters = [{"Name": "prefix-list-name", "Values": [creation.given["serviceName"]]}]
        lists = creation.call("describe_prefix_lists", Filters=filters)["PrefixLists"]
        creation.state["prefixListId"] = lists[0]["PrefixListId"] if lists else ""
        creation.state["cidrBlocks"] = lists[0].get("Cidrs", []) if lists else []
    else:
        creation.state["prefixListId"] = ""


_OBSERVED = {"vpcId": "VPC", "subnetId": "Subnet", "eniId": "NetworkInterface", "transitGatewayId": "TransitGateway"}


def _observed(creation: Creation) -> None:
    """What a flow log watches, as id and kind."""
    for name, kind in _OBSERVED.items():
        if (observed := creation.take(name)) is not None:
            creation.left |= {"resourceIds": [observed], "resourceType": kind}


RECIPES = {
    "aws:ec2/vpcEndpoint:VpcEndpoint": Recipe(
        "ec2.create_vpc_endpoint",
        id="VpcEndpointId",
        root="VpcEndpoint",
        outputs={
            **arn("vpc-endpoint"),
            "dnsEntries": "DnsEntries[].{dnsName: DnsName, hostedZoneId: HostedZoneId}",
            "networkInterfaceIds": "NetworkInterfaceIds",
        },
        defaults={"vpcEndpointType": "Gateway", "requesterManaged": False},
        renames={"policy": "PolicyDocument"},
        ignores=("autoAccept",),
        finish=_endpoint_outputs,
    ),
    "aws:ec2/flowLog:FlowLog": Recipe(
        "ec2.create_flow_logs",
        id="FlowLogIds[0]",
        outputs={"arn": arn("vpc-flow-log")["arn"]},
        renames={"iamRoleArn": "DeliverLogsPermissionArn"},
        defaults={"logDestinationType": "cloud-watch-logs", "maxAggregationInterval": 600},
        prepare=_observed,
    ),
}
