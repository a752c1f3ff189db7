"""Each mapped type, made by its recipe and looked at with boto3."""

import json
from typing import Any

import pytest

from tap.embedded.services import RECIPES
from tap.engine.answers import AnswerError
from tests.embedded.looks import Looks, looked_at
from tests.embedded.making import EAST, WEST, Aws

CHECKS = Looks()
check = CHECKS.of

ANYONE = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
        ],
    }
)
LEAVE = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}]}
)


def tags_of(described: dict[str, Any], key: str = "Tags") -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in described[key]}


@check("aws:ec2/vpc:Vpc")
def vpc(aws: Aws) -> None:
    state = aws.make(
        "aws:ec2/vpc:Vpc",
        cidrBlock="10.0.0.0/16",
        enableDnsSupport=True,
        enableDnsHostnames=True,
        tags={"Name": "payment"},
    )
    ec2 = aws.client("ec2")
    (found,) = ec2.describe_vpcs(VpcIds=[state.id])["Vpcs"]
    assert (found["CidrBlock"], tags_of(found)) == ("10.0.0.0/16", {"Name": "payment"})
    assert ec2.describe_vpc_attribute(VpcId=state.id, Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"]
    (main,) = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [state.id]}])["RouteTables"]
    assert state.outputs["mainRouteTableId"] == main["RouteTableId"]
    assert state.outputs["defaultSecurityGroupId"].startswith("sg-")
    assert state.outputs["defaultNetworkAclId"].startswith("acl-")
    assert state.outputs["arn"] == f"arn:aws:ec2:{EAST}:123456789012:vpc/{state.id}"
    assert state.outputs["cidrBlock"] == "10.0.0.0/16"


@check("aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation")
def cidr_association(aws: Aws) -> None:
    vpc = aws.vpc()
    state = aws.make(
        "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation", vpcId=vpc.id, cidrBlock="10.9.0.0/16"
    )
    (found,) = aws.client("ec2").describe_vpcs(VpcIds=[vpc.id])["Vpcs"]
    assert {(entry["AssociationId"], entry["CidrBlock"]) for entry in found["CidrBlockAssociationSet"]} >= {
        (state.id, "10.9.0.0/16")
    }


@check("aws:ec2/subnet:Subnet")
def subnet(aws: Aws) -> None:
    state = aws.make(
        "aws:ec2/subnet:Subnet",
        vpcId=aws.vpc().id,
        cidrBlock="10.0.1.0/24",
        availabilityZone="us-east-1b",
        mapPublicIpOnLaunch=True,
        tags={"Tier": "app"},
    )
    (found,) = aws.client("ec2").describe_subnets(SubnetIds=[state.id])["Subnets"]
    assert (found["CidrBlock"], found["AvailabilityZone"], found["MapPublicIpOnLaunch"], tags_of(found)) == (
        "10.0.1.0/24",
        "us-east-1b",
        True,
        {"Tier": "app"},
    )
    assert state.outputs["arn"].endswith(f":subnet/{state.id}")


@check("aws:ec2/internetGateway:InternetGateway")
def internet_gateway(aws: Aws) -> None:
    vpc = aws.vpc()
    state = aws.make("aws:ec2/internetGateway:InternetGateway", vpcId=vpc.id)
    (found,) = aws.client("ec2").describe_internet_gateways(InternetGatewayIds=[state.id])["InternetGateways"]
    assert [attachment["VpcId"] for attachment in found["Attachments"]] == [vpc.id]


@check("aws:ec2/eip:Eip")
def eip(aws: Aws) -> None:
    state = aws.make("aws:ec2/eip:Eip", domain="vpc", tags={"Name": "nat"})
    (found,) = aws.client("ec2").describe_addresses(AllocationIds=[state.id])["Addresses"]
    assert (found["PublicIp"], tags_of(found)) == (state.outputs["publicIp"], {"Name": "nat"})
    assert state.outputs["allocationId"] == state.id


@check("aws:ec2/natGateway:NatGateway")
def nat_gateway(aws: Aws) -> None:
    subnet, address = aws.subnet(aws.vpc()), aws.make("aws:ec2/eip:Eip", domain="vpc")
    state = aws.make("aws:ec2/natGateway:NatGateway", subnetId=subnet.id, allocationId=address.id, tags={"Name": "nat"})
    (found,) = aws.client("ec2").describe_nat_gateways(NatGatewayIds=[state.id])["NatGateways"]
    assert (found["SubnetId"], found["State"], tags_of(found)) == (subnet.id, "available", {"Name": "nat"})
    assert state.outputs["publicIp"] == address.outputs["publicIp"]


@check("aws:ec2/routeTable:RouteTable")
def route_table(aws: Aws) -> None:
    vpc = aws.vpc()
    state = aws.make("aws:ec2/routeTable:RouteTable", vpcId=vpc.id, tags={"Name": "app"})
    (found,) = aws.client("ec2").describe_route_tables(RouteTableIds=[state.id])["RouteTables"]
    assert (found["VpcId"], tags_of(found)) == (vpc.id, {"Name": "app"})


@check("aws:ec2/route:Route")
def route(aws: Aws) -> None:
    vpc = aws.vpc()
    table = aws.make("aws:ec2/routeTable:RouteTable", vpcId=vpc.id)
    gateway = aws.make("aws:ec2/internetGateway:InternetGateway", vpcId=vpc.id)
    state = aws.make(
        "aws:ec2/route:Route", routeTableId=table.id, destinationCidrBlock="0.0.0.0/0", gatewayId=gateway.id
    )
    (found,) = aws.client("ec2").describe_route_tables(RouteTableIds=[table.id])["RouteTables"]
    assert ("0.0.0.0/0", gateway.id) in {(r["DestinationCidrBlock"], r.get("GatewayId")) for r in found["Routes"]}
    assert state.id.startswith(f"r-{table.id}")


@check("aws:ec2/routeTableAssociation:RouteTableAssociation")
def route_table_association(aws: Aws) -> None:
    vpc = aws.vpc()
    subnet, table = aws.subnet(vpc), aws.make("aws:ec2/routeTable:RouteTable", vpcId=vpc.id)
    aws.make("aws:ec2/routeTableAssociation:RouteTableAssociation", subnetId=subnet.id, routeTableId=table.id)
    (found,) = aws.client("ec2").describe_route_tables(RouteTableIds=[table.id])["RouteTables"]
    assert [entry["SubnetId"] for entry in found["Associations"]] == [subnet.id]


@check("aws:ec2/networkAcl:NetworkAcl")
def network_acl(aws: Aws) -> None:
    vpc = aws.vpc()
    subnets = [aws.subnet(vpc).id, aws.subnet(vpc, "data", "10.0.2.0/24").id]
    state = aws.make("aws:ec2/networkAcl:NetworkAcl", vpcId=vpc.id, subnetIds=subnets, tags={"Name": "app"})
    (found,) = aws.client("ec2").describe_network_acls(NetworkAclIds=[state.id])["NetworkAcls"]
    assert sorted(entry["SubnetId"] for entry in found["Associations"]) == sorted(subnets)
    assert tags_of(found) == {"Name": "app"}


@check("aws:ec2/networkAclRule:NetworkAclRule")
def network_acl_rule(aws: Aws) -> None:
    acl = aws.make("aws:ec2/networkAcl:NetworkAcl", vpcId=aws.vpc().id)
    for egress, protocol, ports in ((False, "tcp", (443, 443)), (True, "-1", (0, 0))):
        aws.make(
            "aws:ec2/networkAclRule:NetworkAclRule",
            networkAclId=acl.id,
            egress=egress,
            protocol=protocol,
            fromPort=ports[0],
            toPort=ports[1],
            ruleAction="allow",
            ruleNumber=100,
            cidrBlock="10.0.0.0/16",
        )
    (found,) = aws.client("ec2").describe_network_acls(NetworkAclIds=[acl.id])["NetworkAcls"]
    own = {entry["Egress"]: entry for entry in found["Entries"] if entry["RuleNumber"] == 100}
    assert (own[False]["Protocol"], own[False]["PortRange"]) == ("6", {"From": 443, "To": 443})
    assert (own[True]["Protocol"], own[True]["CidrBlock"]) == ("-1", "10.0.0.0/16")


@check("aws:ec2/networkAclAssociation:NetworkAclAssociation")
def network_acl_association(aws: Aws) -> None:
    vpc = aws.vpc()
    subnet, acl = aws.subnet(vpc), aws.make("aws:ec2/networkAcl:NetworkAcl", vpcId=vpc.id)
    state = aws.make("aws:ec2/networkAclAssociation:NetworkAclAssociation", subnetId=subnet.id, networkAclId=acl.id)
    (found,) = aws.client("ec2").describe_network_acls(NetworkAclIds=[acl.id])["NetworkAcls"]
    assert [(e["SubnetId"], e["NetworkAclAssociationId"]) for e in found["Associations"]] == [(subnet.id, state.id)]


@check("aws:ec2/securityGroup:SecurityGroup")
def security_group(aws: Aws) -> None:
    state = aws.make(
        "aws:ec2/securityGroup:SecurityGroup", "app", vpcId=aws.vpc().id, description="Wears it", tags={"Name": "app"}
    )
    (found,) = aws.client("ec2").describe_security_groups(GroupIds=[state.id])["SecurityGroups"]
    assert (found["IpPermissions"], found["IpPermissionsEgress"], tags_of(found)) == ([], [], {"Name": "app"})
    assert found["GroupName"] == state.outputs["name"]
    assert state.outputs["name"].startswith("app-")


@check("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
def default_security_group(aws: Aws) -> None:
    vpc = aws.vpc()
    state = aws.make("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", vpcId=vpc.id, tags={"Name": "unused"})
    assert state.id == vpc.outputs["defaultSecurityGroupId"]
    (found,) = aws.client("ec2").describe_security_groups(GroupIds=[state.id])["SecurityGroups"]
    assert (found["IpPermissions"], found["IpPermissionsEgress"], tags_of(found)) == ([], [], {"Name": "unused"})


@check("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
def ingress_rule(aws: Aws) -> None:
    vpc = aws.vpc()
    group, peer = (aws.make("aws:ec2/securityGroup:SecurityGroup", name, vpcId=vpc.id) for name in ("app", "web"))
    state = aws.make(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        securityGroupId=group.id,
        referencedSecurityGroupId=peer.id,
        ipProtocol="tcp",
        fromPort=443,
        toPort=443,
        description="web to app",
        tags={"Name": "rule"},
    )
    (found,) = aws.client("ec2").describe_security_groups(GroupIds=[group.id])["SecurityGroups"]
    (permission,) = found["IpPermissions"]
    assert (permission["FromPort"], permission["UserIdGroupPairs"][0]["GroupId"]) == (443, peer.id)
    assert permission["UserIdGroupPairs"][0]["Description"] == "web to app"
    assert state.id == state.outputs["securityGroupRuleId"]


@check("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
def egress_rule(aws: Aws) -> None:
    group = aws.make("aws:ec2/securityGroup:SecurityGroup", vpcId=aws.vpc().id)
    aws.make(
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        securityGroupId=group.id,
        cidrIpv4="10.1.0.0/16",
        ipProtocol="tcp",
        fromPort=5432,
        toPort=5432,
    )
    (found,) = aws.client("ec2").describe_security_groups(GroupIds=[group.id])["SecurityGroups"]
    (permission,) = found["IpPermissionsEgress"]
    assert (permission["ToPort"], permission["IpRanges"]) == (5432, [{"CidrIp": "10.1.0.0/16"}])


@check("aws:ec2/vpcEndpoint:VpcEndpoint")
def vpc_endpoint(aws: Aws) -> None:
    vpc = aws.vpc()
    subnet, table = aws.subnet(vpc), aws.make("aws:ec2/routeTable:RouteTable", vpcId=vpc.id)
    group = aws.make("aws:ec2/securityGroup:SecurityGroup", vpcId=vpc.id)
    gateway = aws.make(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        "s3",
        vpcId=vpc.id,
        serviceName="com.amazonaws.us-east-1.s3",
        vpcEndpointType="Gateway",
        routeTableIds=[table.id],
    )
    interface = aws.make(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        "ecr",
        vpcId=vpc.id,
        serviceName="com.amazonaws.us-east-1.ecr.api",
        vpcEndpointType="Interface",
        subnetIds=[subnet.id],
        securityGroupIds=[group.id],
        privateDnsEnabled=True,
        tags={"Name": "ecr"},
    )
    found = {
        e["VpcEndpointId"]: e
        for e in aws.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[gateway.id, interface.id])["VpcEndpoints"]
    }
    assert found[gateway.id]["RouteTableIds"] == [table.id]
    assert (found[interface.id]["SubnetIds"], tags_of(found[interface.id])) == ([subnet.id], {"Name": "ecr"})
    assert [entry["GroupId"] for entry in found[interface.id]["Groups"]] == [group.id]
    assert gateway.outputs["prefixListId"].startswith("pl-")
    assert interface.outputs["prefixListId"] == ""
    assert interface.outputs["dnsEntries"][0]["dnsName"]


@check("aws:ec2/vpcPeeringConnection:VpcPeeringConnection")
def peering(aws: Aws) -> None:
    state = aws.peering()
    (found,) = aws.client("ec2").describe_vpc_peering_connections(VpcPeeringConnectionIds=[state.id])[
        "VpcPeeringConnections"
    ]
    assert (found["Status"]["Code"], found["AccepterVpcInfo"]["Region"]) == ("pending-acceptance", WEST)
    assert state.outputs["acceptStatus"] == "pending-acceptance"
    assert state.outputs["peerRegion"] == WEST
    one, other = aws.vpc("one", "10.2.0.0/16"), aws.vpc("other", "10.3.0.0/16")
    same_region = aws.make(
        "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
        "same",
        vpcId=one.id,
        peerVpcId=other.id,
        autoAccept=True,
        requester={"allowRemoteVpcDnsResolution": True},
    )
    assert same_region.outputs["acceptStatus"] == "active"


@check("aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter")
def accepter(aws: Aws) -> None:
    connection = aws.peering()
    state = aws.make(
        "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
        region=WEST,
        vpcPeeringConnectionId=connection.id,
        autoAccept=True,
        tags={"Side": "accepter"},
    )
    west = aws.client("ec2", WEST)
    (found,) = west.describe_vpc_peering_connections(VpcPeeringConnectionIds=[state.id])["VpcPeeringConnections"]
    assert (found["Status"]["Code"], state.outputs["acceptStatus"]) == ("active", "active")
    assert state.outputs["peerVpcId"] == connection.outputs["vpcId"]
    filters = [{"Name": "resource-id", "Values": [state.id]}]
    assert tags_of(west.describe_tags(Filters=filters)) == {"Side": "accepter"}


@check("aws:ec2/peeringConnectionOptions:PeeringConnectionOptions")
def peering_options(aws: Aws) -> None:
    connection = aws.peering()
    type_ = "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter"
    aws.make(type_, region=WEST, vpcPeeringConnectionId=connection.id, autoAccept=True)
    for region, side in ((EAST, "requester"), (WEST, "accepter")):
        aws.make(
            "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions",
            side,
            region=region,
            vpcPeeringConnectionId=connection.id,
            **{side: {"allowRemoteVpcDnsResolution": True}},
        )
    for region, side in ((EAST, "Requester"), (WEST, "Accepter")):
        (found,) = aws.client("ec2", region).describe_vpc_peering_connections(VpcPeeringConnectionIds=[connection.id])[
            "VpcPeeringConnections"
        ]
        assert found[f"{side}VpcInfo"]["PeeringOptions"]["AllowDnsResolutionFromRemoteVpc"] is True


@check("aws:ec2/flowLog:FlowLog")
def flow_log(aws: Aws) -> None:
    vpc = aws.vpc()
    role = aws.make("aws:iam/role:Role", assumeRolePolicy=ANYONE)
    group = aws.make("aws:cloudwatch/logGroup:LogGroup", name="/aws/vpc/flow")
    state = aws.make(
        "aws:ec2/flowLog:FlowLog",
        vpcId=vpc.id,
        trafficType="ALL",
        logDestinationType="cloud-watch-logs",
        logDestination=group.outputs["arn"],
        iamRoleArn=role.outputs["arn"],
        maxAggregationInterval=60,
        tags={"Name": "flow"},
    )
    (found,) = aws.client("ec2").describe_flow_logs(FlowLogIds=[state.id])["FlowLogs"]
    assert (found["ResourceId"], found["LogDestination"], found["MaxAggregationInterval"]) == (
        vpc.id,
        group.outputs["arn"],
        60,
    )
    assert tags_of(found) == {"Name": "flow"}


@check("aws:iam/role:Role")
def role(aws: Aws) -> None:
    state = aws.make("aws:iam/role:Role", "runner", assumeRolePolicy=ANYONE, description="Runs", tags={"Name": "r"})
    found = aws.client("iam").get_role(RoleName=state.id)["Role"]
    assert (found["Arn"], found["Description"], tags_of(found)) == (state.outputs["arn"], "Runs", {"Name": "r"})
    assert state.outputs["name"] == state.id


@check("aws:iam/rolePolicy:RolePolicy")
def role_policy(aws: Aws) -> None:
    role = aws.make("aws:iam/role:Role", assumeRolePolicy=ANYONE)
    state = aws.make("aws:iam/rolePolicy:RolePolicy", role=role.id, policy=LEAVE)
    found = aws.client("iam").get_role_policy(RoleName=role.id, PolicyName=state.outputs["name"])
    assert found["PolicyDocument"] == json.loads(LEAVE)


@check("aws:iam/policy:Policy")
def policy(aws: Aws) -> None:
    state = aws.make("aws:iam/policy:Policy", "write", policy=LEAVE, tags={"Name": "p"})
    found = aws.client("iam").get_policy(PolicyArn=state.id)["Policy"]
    assert (found["PolicyName"], tags_of(found)) == (state.outputs["name"], {"Name": "p"})


@check("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
def role_policy_attachment(aws: Aws) -> None:
    role = aws.make("aws:iam/role:Role", assumeRolePolicy=ANYONE)
    managed = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    aws.make("aws:iam/rolePolicyAttachment:RolePolicyAttachment", role=role.id, policyArn=managed)
    found = aws.client("iam").list_attached_role_policies(RoleName=role.id)["AttachedPolicies"]
    assert [entry["PolicyArn"] for entry in found] == [managed]


@check("aws:kms/key:Key")
def key(aws: Aws) -> None:
    policy = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}],
        }
    )
    state = aws.make(
        "aws:kms/key:Key",
        description="Logs",
        enableKeyRotation=True,
        deletionWindowInDays=7,
        policy=policy,
        tags={"Name": "logs"},
    )
    kms = aws.client("kms")
    assert kms.describe_key(KeyId=state.id)["KeyMetadata"]["Arn"] == state.outputs["arn"]
    assert kms.get_key_rotation_status(KeyId=state.id)["KeyRotationEnabled"]
    assert json.loads(kms.get_key_policy(KeyId=state.id, PolicyName="default")["Policy"]) == json.loads(policy)
    assert kms.list_resource_tags(KeyId=state.id)["Tags"] == [{"TagKey": "Name", "TagValue": "logs"}]
    assert state.outputs["keyId"] == state.id


@check("aws:kms/alias:Alias")
def alias(aws: Aws) -> None:
    key = aws.make("aws:kms/key:Key")
    state = aws.make("aws:kms/alias:Alias", name="alias/logs", targetKeyId=key.id)
    found = aws.client("kms").list_aliases(KeyId=key.id)["Aliases"]
    assert [entry["AliasArn"] for entry in found] == [state.outputs["arn"]]
    assert state.outputs["targetKeyArn"] == key.outputs["arn"]


@check("aws:cloudwatch/logGroup:LogGroup")
def log_group(aws: Aws) -> None:
    key = aws.make("aws:kms/key:Key")
    state = aws.make(
        "aws:cloudwatch/logGroup:LogGroup",
        name="/flow",
        retentionInDays=7,
        kmsKeyId=key.outputs["arn"],
        tags={"Name": "flow"},
    )
    logs = aws.client("logs")
    (found,) = logs.describe_log_groups(logGroupNamePrefix="/flow")["logGroups"]
    assert (found["retentionInDays"], found["kmsKeyId"]) == (7, key.outputs["arn"])
    assert found["arn"].removesuffix(":*") == state.outputs["arn"]
    assert logs.list_tags_for_resource(resourceArn=state.outputs["arn"])["tags"] == {"Name": "flow"}


@check("aws:cloudwatch/metricAlarm:MetricAlarm")
def metric_alarm(aws: Aws) -> None:
    inputs = {"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1, "threshold": 0}
    metric = {"namespace": "AWS/Events", "metricName": "FailedInvocations", "dimensions": {"RuleName": "r"}}
    plain = aws.make(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "plain",
        **inputs,
        **metric,
        period=300,
        statistic="Sum",
        alarmActions=["arn:aws:sns:us-east-1:123456789012:t"],
        treatMissingData="notBreaching",
        tags={"Name": "alarm"},
    )
    aws.make(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "query",
        name="query",
        **inputs,
        metricQueries=[
            {"id": "failed", "metric": {**metric, "period": 60, "stat": "Sum"}},
            {"id": "rate", "expression": "failed / 60", "label": "Rate", "returnData": True},
        ],
    )
    cloudwatch = aws.client("cloudwatch")
    found = {
        entry["AlarmName"]: entry
        for entry in cloudwatch.describe_alarms(AlarmNames=[plain.id, "query"])["MetricAlarms"]
    }
    alarm = found[plain.id]
    assert (alarm["Dimensions"], alarm["TreatMissingData"], alarm["AlarmArn"]) == (
        [{"Name": "RuleName", "Value": "r"}],
        "notBreaching",
        plain.outputs["arn"],
    )
    assert tags_of(cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])) == {"Name": "alarm"}
    first, second = found["query"]["Metrics"]
    assert (first["MetricStat"]["Metric"]["MetricName"], first["MetricStat"]["Stat"]) == ("FailedInvocations", "Sum")
    assert second["Expression"] == "failed / 60"


@check("aws:cloudwatch/eventRule:EventRule")
def event_rule(aws: Aws) -> None:
    pattern = json.dumps({"source": ["aws.ec2"]})
    state = aws.make(
        "aws:cloudwatch/eventRule:EventRule", "broken", eventPattern=pattern, isEnabled=False, tags={"Name": "rule"}
    )
    events = aws.client("events")
    found = events.describe_rule(Name=state.id)
    assert (json.loads(found["EventPattern"]), found["Arn"], found["State"]) == (
        json.loads(pattern),
        state.outputs["arn"],
        "DISABLED",
    )
    assert tags_of(events.list_tags_for_resource(ResourceARN=found["Arn"])) == {"Name": "rule"}


@check("aws:cloudwatch/eventTarget:EventTarget")
def event_target(aws: Aws) -> None:
    rule = aws.make("aws:cloudwatch/eventRule:EventRule", scheduleExpression="rate(5 minutes)")
    topic = aws.make("aws:sns/topic:Topic")
    aws.make(
        "aws:cloudwatch/eventTarget:EventTarget",
        rule=rule.id,
        arn=topic.outputs["arn"],
        targetId="topic",
        inputTransformer={"inputPaths": {"name": "$.detail.eventName"}, "inputTemplate": '"<name> happened"'},
        retryPolicy={"maximumRetryAttempts": 3},
    )
    (found,) = aws.client("events").list_targets_by_rule(Rule=rule.id)["Targets"]
    assert (found["Id"], found["Arn"]) == ("topic", topic.outputs["arn"])
    assert found["InputTransformer"]["InputPathsMap"] == {"name": "$.detail.eventName"}
    assert found["RetryPolicy"]["MaximumRetryAttempts"] == 3


@check("aws:s3/bucket:Bucket")
def bucket(aws: Aws) -> None:
    state = aws.make(
        "aws:s3/bucket:Bucket", "Flow", region=WEST, forceDestroy=True, tags={"Name": "flow"}, bucket="flow-x"
    )
    s3 = aws.client("s3", WEST)
    assert s3.get_bucket_location(Bucket=state.id)["LocationConstraint"] == WEST
    assert tags_of(s3.get_bucket_tagging(Bucket=state.id), "TagSet") == {"Name": "flow"}
    assert state.outputs["arn"] == "arn:aws:s3:::flow-x"
    generated = aws.make("aws:s3/bucket:Bucket", "trail", bucketPrefix="trail-")
    assert generated.id.startswith("trail-")


@check("aws:s3/bucketVersioning:BucketVersioning")
def bucket_versioning(aws: Aws) -> None:
    bucket = aws.make("aws:s3/bucket:Bucket")
    aws.make(
        "aws:s3/bucketVersioning:BucketVersioning", bucket=bucket.id, versioningConfiguration={"status": "Enabled"}
    )
    assert aws.client("s3").get_bucket_versioning(Bucket=bucket.id)["Status"] == "Enabled"


@check("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")
def bucket_encryption(aws: Aws) -> None:
    bucket, key = aws.make("aws:s3/bucket:Bucket"), aws.make("aws:kms/key:Key")
    aws.make(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        bucket=bucket.id,
        rules=[
            {
                "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key.outputs["arn"]},
                "bucketKeyEnabled": True,
            }
        ],
    )
    found = aws.client("s3").get_bucket_encryption(Bucket=bucket.id)["ServerSideEncryptionConfiguration"]
    (rule,) = found["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] == key.outputs["arn"]


@check("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
def public_access_block(aws: Aws) -> None:
    bucket = aws.make("aws:s3/bucket:Bucket")
    switches = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    aws.make(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", bucket=bucket.id, **dict.fromkeys(switches, True)
    )
    found = aws.client("s3").get_public_access_block(Bucket=bucket.id)["PublicAccessBlockConfiguration"]
    assert len(found) == 4
    assert all(found.values())


@check("aws:s3/bucketOwnershipControls:BucketOwnershipControls")
def ownership_controls(aws: Aws) -> None:
    bucket = aws.make("aws:s3/bucket:Bucket")
    aws.make(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        bucket=bucket.id,
        rule={"objectOwnership": "BucketOwnerEnforced"},
    )
    found = aws.client("s3").get_bucket_ownership_controls(Bucket=bucket.id)["OwnershipControls"]
    assert found["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


@check("aws:s3/bucketPolicy:BucketPolicy")
def bucket_policy(aws: Aws) -> None:
    bucket = aws.make("aws:s3/bucket:Bucket")
    aws.make("aws:s3/bucketPolicy:BucketPolicy", bucket=bucket.id, policy=LEAVE)
    assert json.loads(aws.client("s3").get_bucket_policy(Bucket=bucket.id)["Policy"]) == json.loads(LEAVE)


@check("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
def bucket_lifecycle(aws: Aws) -> None:
    bucket = aws.make("aws:s3/bucket:Bucket")
    aws.make(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        bucket=bucket.id,
        rules=[
            {
                "id": "expire",
                "status": "Enabled",
                "filter": {},
                "expiration": {"days": 30},
                "noncurrentVersionExpiration": {"noncurrentDays": 7},
                "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
            },
            {"id": "logs", "status": "Enabled", "filter": {"prefix": "logs/"}, "expiration": {"days": 1}},
        ],
    )
    whole, logs = aws.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket.id)["Rules"]
    assert (whole["ID"], whole["Expiration"]["Days"], whole["Filter"]) == ("expire", 30, {"Prefix": ""})
    assert logs["Filter"] == {"Prefix": "logs/"}


@check("aws:s3/bucketLogging:BucketLogging")
def bucket_logging(aws: Aws) -> None:
    bucket, target = aws.make("aws:s3/bucket:Bucket"), aws.make("aws:s3/bucket:Bucket", "target")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": ["s3:PutObject"],
        "Resource": f"{target.outputs['arn']}/*",
    }
    aws.make(
        "aws:s3/bucketPolicy:BucketPolicy",
        bucket=target.id,
        policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    aws.make("aws:s3/bucketLogging:BucketLogging", bucket=bucket.id, targetBucket=target.id, targetPrefix="access/")
    found = aws.client("s3").get_bucket_logging(Bucket=bucket.id)["LoggingEnabled"]
    assert (found["TargetBucket"], found["TargetPrefix"]) == (target.id, "access/")


@check("aws:sns/topic:Topic")
def topic(aws: Aws) -> None:
    key = aws.make("aws:kms/key:Key")
    state = aws.make("aws:sns/topic:Topic", displayName="Alarms", kmsMasterKeyId=key.id, tags={"Name": "alarms"})
    sns = aws.client("sns")
    found = sns.get_topic_attributes(TopicArn=state.id)["Attributes"]
    assert (found["KmsMasterKeyId"], found["DisplayName"]) == (key.id, "Alarms")
    assert tags_of(sns.list_tags_for_resource(ResourceArn=state.id)) == {"Name": "alarms"}


@check("aws:sns/topicPolicy:TopicPolicy")
def topic_policy(aws: Aws) -> None:
    topic = aws.make("aws:sns/topic:Topic")
    aws.make("aws:sns/topicPolicy:TopicPolicy", arn=topic.id, policy=LEAVE)
    found = aws.client("sns").get_topic_attributes(TopicArn=topic.id)["Attributes"]
    assert json.loads(found["Policy"]) == json.loads(LEAVE)


@check("aws:sns/topicSubscription:TopicSubscription")
def topic_subscription(aws: Aws) -> None:
    topic = aws.make("aws:sns/topic:Topic")
    aws.make(
        "aws:sns/topicSubscription:TopicSubscription", topic=topic.id, protocol="email", endpoint="ops@example.com"
    )
    (found,) = aws.client("sns").list_subscriptions_by_topic(TopicArn=topic.id)["Subscriptions"]
    assert (found["Protocol"], found["Endpoint"]) == ("email", "ops@example.com")


@check("aws:cloudtrail/trail:Trail")
def trail(aws: Aws) -> None:
    bucket = aws.make("aws:s3/bucket:Bucket")
    state = aws.make(
        "aws:cloudtrail/trail:Trail",
        name="stack",
        s3BucketName=bucket.id,
        isMultiRegionTrail=True,
        enableLogFileValidation=True,
        eventSelectors=[{"readWriteType": "WriteOnly", "includeManagementEvents": True}],
        tags={"Name": "trail"},
    )
    cloudtrail = aws.client("cloudtrail")
    found = cloudtrail.get_trail(Name="stack")["Trail"]
    assert (found["TrailARN"], found["IsMultiRegionTrail"]) == (state.outputs["arn"], True)
    assert cloudtrail.get_trail_status(Name="stack")["IsLogging"]
    assert cloudtrail.get_event_selectors(TrailName="stack")["EventSelectors"][0]["ReadWriteType"] == "WriteOnly"
    (listed,) = cloudtrail.list_tags(ResourceIdList=[state.outputs["arn"]])["ResourceTagList"]
    assert tags_of(listed, "TagsList") == {"Name": "trail"}


@check("aws:rds/subnetGroup:SubnetGroup")
def subnet_group(aws: Aws) -> None:
    vpc = aws.vpc()
    subnets = [aws.subnet(vpc).id, aws.subnet(vpc, "b", "10.0.2.0/24", "us-east-1b").id]
    state = aws.make("aws:rds/subnetGroup:SubnetGroup", name="database", subnetIds=subnets, tags={"Name": "db"})
    rds = aws.client("rds")
    (found,) = rds.describe_db_subnet_groups(DBSubnetGroupName="database")["DBSubnetGroups"]
    assert {entry["SubnetIdentifier"] for entry in found["Subnets"]} == set(subnets)
    assert tags_of(rds.list_tags_for_resource(ResourceName=found["DBSubnetGroupArn"]), "TagList") == {"Name": "db"}
    assert (state.outputs["arn"], state.outputs["vpcId"]) == (found["DBSubnetGroupArn"], vpc.id)


@check("random:index/randomPassword:RandomPassword")
def random_password(aws: Aws) -> None:
    state = aws.make(
        "random:index/randomPassword:RandomPassword", length=32, special=True, overrideSpecial="!", minSpecial=2
    )
    result = state.outputs["result"]
    assert len(result) == 32
    assert result.count("!") >= 2
    with pytest.raises(AnswerError, match="no text of 1 characters"):
        aws.make("random:index/randomPassword:RandomPassword", length=1, minLower=2)


@check("random:index/randomString:RandomString")
def random_string(aws: Aws) -> None:
    state = aws.make("random:index/randomString:RandomString", length=6, upper=False, special=False)
    assert (len(state.id), state.id) == (6, state.outputs["result"].lower())


@check("random:index/randomId:RandomId")
def random_id(aws: Aws) -> None:
    state = aws.make("random:index/randomId:RandomId", byteLength=4, prefix="x-")
    assert state.outputs["hex"].startswith("x-")
    assert len(state.outputs["hex"]) == 10


@pytest.mark.parametrize("type_", sorted(CHECKS))
def test_a_type_is_found_in_aws_as_its_inputs_say(aws: Aws, type_: str) -> None:
    CHECKS[type_](aws)


def test_every_mapped_type_has_a_look_at_it() -> None:
    assert looked_at() == sorted(RECIPES)
