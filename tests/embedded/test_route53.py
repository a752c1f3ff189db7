"""What Route 53 is made of on the embedded AWS."""

import json
from typing import Any

from tests.embedded.looks import Looks
from tests.embedded.making import Aws

LOOKS = Looks()

ZONE = "aws:route53/zone:Zone"
CHECK = "aws:route53/healthCheck:HealthCheck"
RECORD = "aws:route53/record:Record"


def zone(aws: Aws, name: str) -> Any:
    return aws.make(ZONE, name, name=name, comment="Tests", forceDestroy=True, tags={"Name": name})


def records(aws: Aws, zone_id: str) -> dict[tuple[str, str], dict[str, Any]]:
    found = aws.client("route53").list_resource_record_sets(HostedZoneId=zone_id)["ResourceRecordSets"]
    return {(each["Name"], each.get("Failover", each["Type"])): each for each in found}


@LOOKS.of(ZONE)
def test_a_zone_has_its_name_servers_and_tags(aws: Aws) -> None:
    made = zone(aws, "one.test")
    found = aws.client("route53").get_hosted_zone(Id=made.id)
    assert found["HostedZone"]["Name"] == "one.test."
    assert made.outputs["nameServers"] == found["DelegationSet"]["NameServers"]
    tags = aws.client("route53").list_tags_for_resource(ResourceType="hostedzone", ResourceId=made.id)
    assert {"Key": "Name", "Value": "one.test"} in tags["ResourceTagSet"]["Tags"]


@LOOKS.of(CHECK)
def test_a_health_check_is_as_it_was_asked_for(aws: Aws) -> None:
    regions = ["eu-west-1", "us-east-1", "us-west-2"]
    made = aws.make(
        CHECK,
        type="HTTPS",
        fqdn="a.example.com",
        port=443,
        resourcePath="/health",
        enableSni=True,
        requestInterval=10,
        failureThreshold=3,
        measureLatency=True,
        regions=regions,
        invertHealthcheck=True,
        tags={"Name": "it"},
    )
    config = aws.client("route53").get_health_check(HealthCheckId=made.id)["HealthCheck"]["HealthCheckConfig"]
    assert (config["Type"], config["FullyQualifiedDomainName"], config["Port"]) == ("HTTPS", "a.example.com", 443)
    assert (config["ResourcePath"], config["RequestInterval"], config["FailureThreshold"]) == ("/health", 10, 3)
    assert (config["EnableSNI"], config["MeasureLatency"], config["Inverted"]) == (True, True, True)
    assert sorted(config["Regions"]) == regions
    tags = aws.client("route53").list_tags_for_resource(ResourceType="healthcheck", ResourceId=made.id)
    assert {"Key": "Name", "Value": "it"} in tags["ResourceTagSet"]["Tags"]


@LOOKS.of(RECORD)
def test_failover_records_stand_beside_each_other(aws: Aws) -> None:
    home = zone(aws, "two.test")
    for number, (role, region) in enumerate((("PRIMARY", "us-east-1"), ("SECONDARY", "us-west-2"))):
        check = aws.make(CHECK, f"check{number}", type="HTTPS", fqdn="a.example.com", port=443, resourcePath="/")
        made = aws.make(
            RECORD,
            role,
            zoneId=home.id,
            name="api",
            type="CNAME",
            ttl=60,
            records=[f"{region}.example.com"],
            setIdentifier=region,
            healthCheckId=check.id,
            failoverRoutingPolicies=[{"type": role}],
        )
        assert made.outputs["fqdn"] == "api.two.test"
        found = records(aws, home.id)["api.two.test.", role]
        assert (found["SetIdentifier"], found["HealthCheckId"], found["TTL"]) == (region, check.id, 60)
        assert found["ResourceRecords"] == [{"Value": f"{region}.example.com"}]


def test_an_alias_leads_to_its_target(aws: Aws) -> None:
    home = zone(aws, "three.test")
    target = {"name": "lb.example.com", "zoneId": "Z35SXDOTRQ7X7K", "evaluateTargetHealth": True}
    made = aws.make(RECORD, zoneId=home.id, name="three.test", type="A", aliases=[target])
    assert made.outputs["fqdn"] == "three.test"
    alias = records(aws, home.id)["three.test.", "A"]["AliasTarget"]
    assert (alias["HostedZoneId"], alias["EvaluateTargetHealth"]) == ("Z35SXDOTRQ7X7K", True)
    assert alias["DNSName"].rstrip(".") == "lb.example.com"


def test_a_record_may_take_the_place_of_one_that_is_there(aws: Aws) -> None:
    home = zone(aws, "four.test")
    for value in ("first", "second"):
        aws.make(
            RECORD,
            value,
            zoneId=home.id,
            name="_x.four.test",
            type="CNAME",
            ttl=300,
            records=[value],
            allowOverwrite=True,
        )
    assert records(aws, home.id)["_x.four.test.", "CNAME"]["ResourceRecords"] == [{"Value": "second"}]


@LOOKS.of("aws:cloudwatch/logResourcePolicy:LogResourcePolicy")
@LOOKS.of("aws:route53/queryLog:QueryLog")
def test_queries_are_logged_where_route_53_has_leave_to_write(aws: Aws) -> None:
    home = zone(aws, "five.test")
    group = aws.make("aws:cloudwatch/logGroup:LogGroup", name="/aws/route53/five")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "route53.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"{group.outputs['arn']}:*",
    }
    aws.make(
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
        policyName="five",
        policyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    made = aws.make("aws:route53/queryLog:QueryLog", zoneId=home.id, cloudwatchLogGroupArn=group.outputs["arn"])
    found = aws.client("route53").get_query_logging_config(Id=made.id)["QueryLoggingConfig"]
    assert (found["HostedZoneId"], found["CloudWatchLogsLogGroupArn"]) == (home.id, f"{group.outputs['arn']}:*")
    policies = aws.client("logs").describe_resource_policies()["resourcePolicies"]
    assert "five" in {policy["policyName"] for policy in policies}
