"""A small program of its own: one network with a key, a log group and a role, in one region."""

import json

import pulumi
import pulumi_aws as aws
from pulumi_aws import cloudwatch, ec2, iam, kms, vpc

DEFAULT_TAGS = {"Project": "embedded", "Owner": "tests"}


def network(stack: str) -> None:
    """Every name that AWS keeps once an account holds `stack`, so that runs don't meet each other."""
    provider = aws.Provider("east", region="us-east-1", default_tags={"tags": DEFAULT_TAGS})
    opts = pulumi.ResourceOptions(provider=provider)
    main = ec2.Vpc("main", cidr_block="10.0.0.0/16", enable_dns_hostnames=True, tags={"Owner": "own"}, opts=opts)
    zones = aws.get_availability_zones_output(opts=pulumi.InvokeOptions(provider=provider))
    subnet = ec2.Subnet(
        "app", vpc_id=main.id, cidr_block="10.0.1.0/24", availability_zone=zones.apply(lambda z: z.names[0]), opts=opts
    )
    gateway = ec2.InternetGateway("main", vpc_id=main.id, opts=opts)
    table = ec2.RouteTable("app", vpc_id=main.id, opts=opts)
    ec2.Route("out", route_table_id=table.id, destination_cidr_block="0.0.0.0/0", gateway_id=gateway.id, opts=opts)
    ec2.RouteTableAssociation("app", route_table_id=table.id, subnet_id=subnet.id, opts=opts)
    ec2.DefaultSecurityGroup("unused", vpc_id=main.id, opts=opts)
    group = ec2.SecurityGroup("app", vpc_id=main.id, description="App", opts=opts)
    vpc.SecurityGroupIngressRule(
        "https",
        security_group_id=group.id,
        cidr_ipv4="10.0.0.0/16",
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        opts=opts,
    )
    key = kms.Key("logs", enable_key_rotation=True, opts=opts)
    logs = cloudwatch.LogGroup("flow", name=f"/{stack}/flow", kms_key_id=key.arn, retention_in_days=7, opts=opts)
    role = iam.Role(
        "flow",
        name=f"{stack}-flow",
        assume_role_policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            }
        ),
        opts=opts,
    )
    ec2.FlowLog("main", vpc_id=main.id, traffic_type="ALL", log_destination=logs.arn, iam_role_arn=role.arn, opts=opts)
    pulumi.export("vpc_id", main.id)
    pulumi.export("role_arn", role.arn)
