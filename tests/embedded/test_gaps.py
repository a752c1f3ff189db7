"""The page about what the embedded AWS lacks: current, and still true of the moto that is installed."""

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from botocore.exceptions import ClientError

from tap.embedded import gaps
from tests.embedded.making import WEST, Aws

SUBNET = "aws:ec2/subnet:Subnet"
TABLE = "aws:ec2/routeTable:RouteTable"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
NOWHERE = "arn:aws:iam::123456789012:role/nowhere"


def zone_of_another_region(aws: Aws) -> None:
    aws.make(SUBNET, vpcId=aws.vpc().id, cidrBlock="10.0.1.0/24", availabilityZone="eu-west-1a")


def route_to_a_missing_nat_gateway(aws: Aws) -> None:
    table = aws.make(TABLE, vpcId=aws.vpc().id)
    aws.make("aws:ec2/route:Route", routeTableId=table.id, destinationCidrBlock="0.0.0.0/0", natGatewayId="nat-0123")


def association_across_vpcs(aws: Aws) -> None:
    subnet, table = aws.subnet(aws.vpc()), aws.make(TABLE, vpcId=aws.vpc("other").id)
    aws.make("aws:ec2/routeTableAssociation:RouteTableAssociation", subnetId=subnet.id, routeTableId=table.id)


def peering_of_overlapping_vpcs(aws: Aws) -> None:
    type_ = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
    aws.make(type_, vpcId=aws.vpc().id, peerVpcId=aws.vpc("other").id)


def options_of_a_pending_peering(aws: Aws) -> None:
    aws.make(
        "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions",
        vpcPeeringConnectionId=aws.peering().id,
        requester={"allowRemoteVpcDnsResolution": True},
    )


def nat_gateway_without_internet_gateway(aws: Aws) -> None:
    subnet, address = aws.subnet(aws.vpc()), aws.make("aws:ec2/eip:Eip", domain="vpc")
    aws.make("aws:ec2/natGateway:NatGateway", subnetId=subnet.id, allocationId=address.id)


def endpoint_of_nothing(aws: Aws) -> None:
    aws.make(
        ENDPOINT,
        vpcId=aws.vpc().id,
        serviceName="com.amazonaws.us-east-1.nothing",
        vpcEndpointType="Interface",
        securityGroupIds=["sg-0123"],
    )


def acl_of_21_rules(aws: Aws) -> None:
    acl = aws.make("aws:ec2/networkAcl:NetworkAcl", vpcId=aws.vpc().id)
    for number in range(1, 22):
        aws.make(
            "aws:ec2/networkAclRule:NetworkAclRule",
            f"rule{number}",
            networkAclId=acl.id,
            protocol="tcp",
            fromPort=number,
            toPort=number,
            ruleAction="allow",
            ruleNumber=number,
            cidrBlock="10.0.0.0/8",
        )


def flow_log_to_nowhere(aws: Aws) -> None:
    aws.make(
        "aws:ec2/flowLog:FlowLog",
        vpcId=aws.vpc().id,
        trafficType="ALL",
        logDestination="arn:aws:logs:us-east-1:123456789012:log-group:nowhere",
        iamRoleArn=NOWHERE,
    )


def balancer_in_one_zone_with_logs_to_nowhere(aws: Aws) -> None:
    subnet = aws.subnet(aws.vpc())
    logs = {"enabled": True, "bucket": "there-is-no-such-bucket"}
    aws.make("aws:lb/loadBalancer:LoadBalancer", name=f"one-{aws.stack}", subnets=[subnet.id], accessLogs=logs)


def task_of_no_size_and_no_role(aws: Aws) -> None:
    aws.make(
        "aws:ecs/taskDefinition:TaskDefinition",
        family=f"nowhere-{aws.stack}",
        requiresCompatibilities=["FARGATE"],
        cpu="300",
        memory="300",
        executionRoleArn=NOWHERE,
        containerDefinitions=json.dumps([{"name": "app", "image": "shop:1"}]),
    )


def subnet_group_of_one_zone(aws: Aws) -> None:
    aws.make("aws:rds/subnetGroup:SubnetGroup", name="one-zone", subnetIds=[aws.subnet(aws.vpc()).id])


def cache_of_nothing(aws: Aws) -> None:
    aws.make(
        "aws:elasticache/replicationGroup:ReplicationGroup",
        replicationGroupId="nothing",
        description="Nothing",
        engine="valkey",
        engineVersion="1.0",
        nodeType="cache.none",
        authToken="short",
        subnetGroupName="nowhere",
    )


def bucket_with_a_bad_name_and_an_empty_policy(aws: Aws) -> None:
    aws.make("aws:s3/bucket:Bucket", bucket="Bad_Name")
    aws.make("aws:s3/bucketPolicy:BucketPolicy", bucket="Bad_Name", policy="{}")


def alarm_without_operator(aws: Aws) -> None:
    aws.make(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        comparisonOperator="Bigger",
        evaluationPeriods=1,
        metricName="m",
        namespace="n",
        period=60,
        statistic="Sum",
        threshold=1,
    )


def log_group_with_a_missing_key(aws: Aws) -> None:
    missing = "arn:aws:kms:us-east-1:123456789012:key/nowhere"
    aws.make("aws:cloudwatch/logGroup:LogGroup", kmsKeyId=missing)


def topic_with_a_missing_key(aws: Aws) -> None:
    aws.make("aws:sns/topic:Topic", kmsMasterKeyId="nowhere")


def key_that_locks_everyone_out(aws: Aws) -> None:
    aws.make("aws:kms/key:Key", policy=json.dumps({"Version": "2012-10-17", "Statement": []}))


def trail_without_leave_to_write(aws: Aws) -> None:
    aws.make("aws:cloudtrail/trail:Trail", s3BucketName=aws.make("aws:s3/bucket:Bucket").id)


def target_that_does_not_exist(aws: Aws) -> None:
    rule = aws.make("aws:cloudwatch/eventRule:EventRule", scheduleExpression="rate(5 minutes)")
    nowhere = "arn:aws:sns:us-east-1:123456789012:nowhere"
    aws.make("aws:cloudwatch/eventTarget:EventTarget", rule=rule.id, arn=nowhere)


def copy_of_a_cluster_without_instances(aws: Aws) -> None:
    engine: dict[str, Any] = {"engine": "aurora-postgresql", "engineVersion": "16"}
    together = aws.make("aws:rds/globalCluster:GlobalCluster", globalClusterIdentifier="early", **engine)
    member: dict[str, Any] = {**engine, "globalClusterIdentifier": together.id}
    master: dict[str, Any] = {"masterUsername": "dbowner", "masterPassword": "protects-nothing"}
    aws.make("aws:rds/cluster:Cluster", "primary", clusterIdentifier="early-primary", **member, **master)
    aws.make("aws:rds/cluster:Cluster", "copy", clusterIdentifier="early-copy", **member)


def secret_with_a_missing_key(aws: Aws) -> None:
    replicas = [{"region": WEST, "kmsKeyId": "alias/nowhere"}]
    aws.make("aws:secretsmanager/secret:Secret", name=f"{aws.stack}-lost", kmsKeyId="alias/nowhere", replicas=replicas)


def secure_string_with_a_missing_key(aws: Aws) -> None:
    name = f"/{aws.stack}/lost"
    aws.make("aws:ssm/parameter:Parameter", name=name, type="SecureString", value="hush", keyId="alias/nowhere")


def vault_and_plan_of_nothing(aws: Aws) -> None:
    missing = "arn:aws:kms:us-east-1:123456789012:key/nowhere"
    aws.make("aws:backup/vault:Vault", name=f"{aws.stack}-lost", kmsKeyArn=missing)
    rule = {"ruleName": "never", "targetVaultName": "nowhere", "schedule": "cron(never)"}
    aws.make("aws:backup/plan:Plan", name=f"{aws.stack}-lost", rules=[rule])


def route_to_a_missing_integration(aws: Aws) -> None:
    api = aws.make("aws:apigatewayv2/api:Api", protocolType="HTTP")
    aws.make("aws:apigatewayv2/route:Route", apiId=api.id, routeKey="GET /", target="integrations/nowhere")
    logs = {"destinationArn": "arn:aws:logs:us-east-1:123456789012:log-group:nowhere", "format": "{}"}
    aws.make("aws:apigatewayv2/stage:Stage", apiId=api.id, name="$default", accessLogSettings=logs)


def group_with_a_missing_image_and_role(aws: Aws) -> None:
    name, lost = f"{aws.stack}-lost", "resolve:ssm:/nowhere"
    template = aws.make("aws:ec2/launchTemplate:LaunchTemplate", name=name, imageId=lost, instanceType="t4g.small")
    aws.make(
        "aws:autoscaling/group:Group",
        name=name,
        minSize=1,
        maxSize=1,
        vpcZoneIdentifiers=[aws.subnet(aws.vpc()).id],
        launchTemplate={"id": template.id, "version": "1"},
        serviceLinkedRoleArn=NOWHERE,
    )


CHECKS: tuple[Callable[[Aws], None], ...] = (
    zone_of_another_region,
    route_to_a_missing_nat_gateway,
    association_across_vpcs,
    peering_of_overlapping_vpcs,
    options_of_a_pending_peering,
    nat_gateway_without_internet_gateway,
    endpoint_of_nothing,
    acl_of_21_rules,
    flow_log_to_nowhere,
    group_with_a_missing_image_and_role,
    balancer_in_one_zone_with_logs_to_nowhere,
    task_of_no_size_and_no_role,
    subnet_group_of_one_zone,
    copy_of_a_cluster_without_instances,
    cache_of_nothing,
    bucket_with_a_bad_name_and_an_empty_policy,
    alarm_without_operator,
    log_group_with_a_missing_key,
    topic_with_a_missing_key,
    key_that_locks_everyone_out,
    trail_without_leave_to_write,
    secret_with_a_missing_key,
    secure_string_with_a_missing_key,
    vault_and_plan_of_nothing,
    route_to_a_missing_integration,
    target_that_does_not_exist,
)


@pytest.mark.parametrize("accepts", CHECKS)
def test_moto_still_accepts_what_the_page_says_it_accepts(aws: Aws, accepts: Callable[[Aws], None]) -> None:
    accepts(aws)


def test_each_line_of_the_page_has_its_check() -> None:
    assert len(CHECKS) == len(gaps.ACCEPTED)


def test_moto_still_hides_the_tags_of_a_peering_s_accepter(aws: Aws) -> None:
    accepted = aws.make(
        "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
        region=WEST,
        vpcPeeringConnectionId=aws.peering().id,
        autoAccept=True,
        tags={"Side": "accepter"},
    )
    found = aws.client("ec2", WEST).describe_vpc_peering_connections(VpcPeeringConnectionIds=[accepted.id])
    assert found["VpcPeeringConnections"][0]["Tags"] == []


def test_moto_still_forgets_the_description_of_a_rule_that_refers_to_a_group(aws: Aws) -> None:
    vpc = aws.vpc()
    made = [
        aws.make("aws:ec2/securityGroup:SecurityGroup", name, vpcId=vpc.id, name=f"{aws.stack}-{name}", description="d")
        for name in ("one", "other")
    ]
    rule = aws.make(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        securityGroupId=made[0].id,
        referencedSecurityGroupId=made[1].id,
        ipProtocol="tcp",
        fromPort=443,
        toPort=443,
        description="told",
    )
    (found,) = aws.client("ec2").describe_security_group_rules(SecurityGroupRuleIds=[rule.id])["SecurityGroupRules"]
    assert "Description" not in found


def test_moto_still_forgets_the_logging_and_the_dead_letter_queue_of_a_function(aws: Aws) -> None:
    service = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [service]})
    state = aws.make(
        "aws:lambda/function:Function",
        role=aws.make("aws:iam/role:Role", f"{aws.stack}-logging", assumeRolePolicy=trust).outputs["arn"],
        runtime="python3.13",
        handler="a.a",
        code=pulumi.AssetArchive({"a.py": pulumi.StringAsset("a = 1")}),
        loggingConfig={"logFormat": "JSON", "logGroup": "/aws/lambda/x"},
        deadLetterConfig={"targetArn": "arn:aws:sqs:us-east-1:123456789012:x"},
    )
    found = aws.client("lambda").get_function(FunctionName=state.id)["Configuration"]
    assert not {"LoggingConfig", "DeadLetterConfig"} & set(found)


def test_moto_still_forgets_the_tags_of_a_global_cluster(aws: Aws) -> None:
    aws.make(
        "aws:rds/globalCluster:GlobalCluster",
        globalClusterIdentifier="tagged",
        engine="aurora-postgresql",
        engineVersion="16",
        tags={"Name": "tagged"},
    )
    every = aws.client("rds").describe_global_clusters()["GlobalClusters"]
    assert [each["TagList"] for each in every if each["GlobalClusterIdentifier"] == "tagged"] == [[]]


def test_moto_still_forgets_the_performance_insights_of_an_instance(aws: Aws) -> None:
    engine: dict[str, Any] = {"engine": "aurora-postgresql"}
    master: dict[str, Any] = {"masterUsername": "dbowner", "masterPassword": "protects-nothing"}
    cluster = aws.make("aws:rds/cluster:Cluster", clusterIdentifier="insight", engineVersion="16", **engine, **master)
    instance = aws.make(
        "aws:rds/clusterInstance:ClusterInstance",
        identifier="insight-1",
        clusterIdentifier=cluster.id,
        instanceClass="db.r6g.large",
        performanceInsightsEnabled=True,
        **engine,
    )
    (found,) = aws.client("rds").describe_db_instances(DBInstanceIdentifier=instance.id)["DBInstances"]
    assert not {key for key in found if key.startswith("PerformanceInsights")}


def test_moto_still_gives_a_domain_name_no_address(aws: Aws) -> None:
    aws.make(
        "aws:apigatewayv2/domainName:DomainName",
        domainName="gap.example.com",
        domainNameConfiguration={
            "certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/a",
            "endpointType": "REGIONAL",
            "securityPolicy": "TLS_1_2",
        },
    )
    found = aws.client("apigatewayv2").get_domain_name(DomainName="gap.example.com")
    assert all("ApiGatewayDomainName" not in each for each in found["DomainNameConfigurations"])


def test_moto_still_wants_the_log_group_of_a_query_log_in_one_form_alone(aws: Aws) -> None:
    zone = aws.make("aws:route53/zone:Zone", name="gap.test")
    group = aws.make("aws:cloudwatch/logGroup:LogGroup", name="/aws/route53/gap")
    with pytest.raises(ClientError, match="NoSuchCloudWatchLogsLogGroup"):
        aws.client("route53").create_query_logging_config(
            HostedZoneId=zone.id, CloudWatchLogsLogGroupArn=group.outputs["arn"]
        )


def test_the_page_holds_the_tables_of_the_code() -> None:
    assert gaps.main(["--check"]) == 0


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="no marks"):
        gaps.with_tables("# Nothing")
