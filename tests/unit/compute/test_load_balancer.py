"""Load balancers with their logs, certificates and names, as the deployment makes them."""

import functools
from typing import Any, Literal

import pulumi
import pytest

from lib.args.workload import LoadBalancerArgs
from lib.compute.load_balancer import LoadBalancer
from lib.compute.site import Site
from lib.dns.certificate import Certificate
from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.foundation.naming import LIMITS, planned
from lib.foundation.regions import Regions
from lib.load_balancers import LoadBalancers
from tap.plan import Plan, Resource
from tests.support.deploy import deploy
from tests.support.stack import policy_of, stack_args

WEST = "us-west-2"
ARN = f"arn:aws:acm:{WEST}:123456789012:certificate/0a1b"
DOMAIN = {"name": "pay.example.com", "zone_id": "Z0123456789"}
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
GROUP = "aws:lb/targetGroup:TargetGroup"
LISTENER = "aws:lb/listener:Listener"
RECORD = "aws:route53/record:Record"


def exported(name: str, made: LoadBalancer) -> None:
    for key, value in {**made.outputs, "label": made.resource_label}.items():
        pulumi.export(f"{name}_{key}", value)


@functools.cache
def balanced(region: str = WEST, environment: str = "dev") -> Plan:
    """Three load balancers in one region: without a certificate, with one, and with a domain."""

    def program() -> None:
        args = stack_args(region=region, environment=environment)
        parent = Component("tap:tests:Parent", "parent", None)
        regions = Regions(args, parent)
        balancers = LoadBalancers(Environment.of(args, "123456789012"), regions=regions, parent=parent)
        assert balancers.regions == ()
        site = Site(
            network="main",
            region=region,
            vpc_id="vpc-1",
            subnet_ids={"a": "subnet-1", "b": "subnet-2"},
            security_group_id="sg-public",
            data_key_arn="key-data",
            logs_key_arn="key-logs",
        )
        for name, target_type, settings in before():
            exported(
                name,
                balancers.before(name, LoadBalancerArgs(**settings), site, target_type=target_type, port=8080),
            )
        assert balancers.regions == (region,)

    return deploy(program)


def before() -> list[tuple[str, Literal["ip", "instance"], dict[str, Any]]]:
    return [
        ("plain", "ip", {"idle_timeout_seconds": 90, "health_path": "/ready"}),
        ("given", "instance", {"certificate_arn": ARN, "internal": True}),
        ("named", "ip", {"domain": DOMAIN}),
    ]


def listener(plan: Plan, name: str) -> dict[str, Any]:
    inputs = plan.one(LISTENER, name).inputs
    (action,) = inputs["defaultActions"]
    return {**inputs, "action": action}


def test_it_stands_in_its_tier_and_wears_the_group_there() -> None:
    inputs = balanced().one(BALANCER, "plain").inputs
    assert inputs["subnets"] == ["subnet-1", "subnet-2"]
    assert inputs["securityGroups"] == ["sg-public"]
    assert (inputs["internal"], balanced().one(BALANCER, "given").inputs["internal"]) == (False, True)
    assert (inputs["loadBalancerType"], inputs["idleTimeout"]) == ("application", 90)
    assert {each.region for each in balanced().of(BALANCER)} == {WEST}


def test_it_drops_what_no_honest_client_sends() -> None:
    for each in balanced().of(BALANCER):
        assert each.inputs["dropInvalidHeaderFields"] is True
        assert each.inputs["desyncMitigationMode"] == "defensive"


def test_one_bucket_a_region_takes_the_access_logs_and_lets_them_in_first() -> None:
    plan = balanced()
    (policy,) = [found for found in plan.of("aws:s3/bucketPolicy:BucketPolicy") if "alb-logs" in found.name]
    bucket = plan.one("aws:s3/bucket:Bucket")
    for each in plan.of(BALANCER):
        assert each.inputs["accessLogs"] == {"enabled": True, "bucket": bucket.inputs["bucket"]}
        assert policy.urn in each.dependencies
    assert bucket.inputs["bucket"] == f"shop-alb-logs-{WEST}-123456789012-dev"


def test_only_load_balancers_of_the_account_and_region_may_deliver_to_the_bucket() -> None:
    plan = balanced()
    delivery, tls = policy_of(plan.one("aws:s3/bucketPolicy:BucketPolicy"))
    assert delivery["Principal"] == {"Service": ["logdelivery.elasticloadbalancing.amazonaws.com"]}
    assert delivery["Action"] == ["s3:PutObject"]
    (where,) = delivery["Resource"]
    assert where == f"{plan.one('aws:s3/bucket:Bucket').outputs['arn']}/AWSLogs/123456789012/*"
    assert delivery["Condition"] == {
        "ArnLike": {"aws:SourceArn": f"arn:aws:elasticloadbalancing:{WEST}:123456789012:loadbalancer/*"}
    }
    assert tls["Effect"] == "Deny"
    (rule,) = plan.one("BucketServerSideEncryptionConfiguration").inputs["rules"]
    assert rule == {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}


def test_the_bucket_s_policy_is_of_the_region_s_partition() -> None:
    delivery, _ = policy_of(balanced("us-gov-west-1").one("aws:s3/bucketPolicy:BucketPolicy"))
    source = delivery["Condition"]["ArnLike"]["aws:SourceArn"]
    assert source == "arn:aws-us-gov:elasticloadbalancing:us-gov-west-1:123456789012:loadbalancer/*"


def test_targets_are_of_the_workload_s_kind_and_checked_at_its_path() -> None:
    plan = balanced()
    inputs = plan.one(GROUP, "plain").inputs
    assert (inputs["targetType"], plan.one(GROUP, "given").inputs["targetType"]) == ("ip", "instance")
    assert (inputs["port"], inputs["protocol"], inputs["vpcId"]) == (8080, "HTTP", "vpc-1")
    assert (inputs["healthCheck"]["path"], inputs["healthCheck"]["matcher"]) == ("/ready", "200")
    assert inputs["deregistrationDelay"] == 60
    assert "name" not in inputs


def test_without_a_certificate_it_serves_http() -> None:
    found = listener(balanced(), "plain-http")
    assert (found["port"], found["protocol"]) == (80, "HTTP")
    group = balanced().one(GROUP, "plain").outputs["arn"]
    assert found["action"] == {"type": "forward", "targetGroupArn": group}
    assert [each.name for each in balanced().of(LISTENER) if each.name.startswith("plain")] == ["plain-http"]


@pytest.mark.parametrize("name", ["given", "named"])
def test_with_a_certificate_it_serves_https_and_http_only_redirects(name: str) -> None:
    plan = balanced()
    https, http = listener(plan, f"{name}-https"), listener(plan, f"{name}-http")
    assert (https["port"], https["protocol"]) == (443, "HTTPS")
    assert https["sslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2-Res-PQ")
    assert https["action"]["targetGroupArn"] == plan.one(GROUP, name).outputs["arn"]
    assert (http["port"], http["protocol"]) == (80, "HTTP")
    assert http["action"] == {
        "type": "redirect",
        "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"},
    }
    assert "sslPolicy" not in http
    assert "certificateArn" not in http


def test_a_certificate_is_taken_as_given_or_once_it_is_valid() -> None:
    plan = balanced()
    validation = plan.one("aws:acm/certificateValidation:CertificateValidation")
    assert listener(plan, "given-https")["certificateArn"] == ARN
    assert listener(plan, "named-https")["certificateArn"] == validation.outputs["certificateArn"]
    assert validation.urn in plan.one(LISTENER, "named-https").dependencies


def test_the_certificate_of_a_domain_is_validated_by_a_record_in_its_zone() -> None:
    plan = balanced()
    certificate = plan.one("aws:acm/certificate:Certificate")
    assert (certificate.inputs["domainName"], certificate.inputs["validationMethod"]) == (DOMAIN["name"], "DNS")
    assert certificate.region == WEST
    (option,) = certificate.outputs["domainValidationOptions"]
    record = plan.one(RECORD, "named-validation")
    assert {key: record.inputs[key] for key in ("zoneId", "name", "type", "records", "ttl")} == {
        "zoneId": DOMAIN["zone_id"],
        "name": option["resourceRecordName"],
        "type": "CNAME",
        "records": [option["resourceRecordValue"]],
        "ttl": 300,
    }
    validation = plan.one("aws:acm/certificateValidation:CertificateValidation")
    assert validation.inputs["validationRecordFqdns"] == [record.outputs["fqdn"]]


def test_a_second_certificate_of_a_name_takes_the_record_of_the_first() -> None:
    def program() -> None:
        args = stack_args()
        parent = Component("tap:tests:Parent", "parent", None)
        regions, env = Regions(args, parent), Environment.of(args, "123456789012")
        domain = LoadBalancerArgs.model_validate({"domain": DOMAIN}).domain
        assert domain
        here = pulumi.ResourceOptions(parent=parent, provider=regions.provider("us-east-1"))
        there = pulumi.ResourceOptions(parent=parent, provider=regions.provider(WEST))
        first = Certificate("east", env, domain, opts=here)
        second = Certificate("west", env, domain, record=first.record, opts=there)
        assert second.record is first.record

    plan = deploy(program)
    record = plan.one(RECORD)
    found = {each.region: each.inputs for each in plan.of("aws:acm/certificateValidation:CertificateValidation")}
    assert set(found) == {"us-east-1", WEST}
    assert all(inputs["validationRecordFqdns"] == [record.outputs["fqdn"]] for inputs in found.values())
    assert found[WEST]["certificateArn"] == plan.one("aws:acm/certificate:Certificate", "west").outputs["arn"]


def test_the_domain_leads_to_the_load_balancer() -> None:
    plan = balanced()
    record, balancer = plan.one(RECORD, "named"), plan.one(BALANCER, "named")
    assert (record.inputs["name"], record.inputs["type"]) == (DOMAIN["name"], "A")
    assert record.inputs["zoneId"] == DOMAIN["zone_id"]
    assert record.inputs["aliases"] == [
        {
            "name": balancer.outputs["dnsName"],
            "zoneId": balancer.outputs["zoneId"],
            "evaluateTargetHealth": True,
        }
    ]
    assert {each.name for each in plan.of(RECORD)} == {"named", "named-validation"}


def test_its_address_is_the_domain_or_its_own_name() -> None:
    plan = balanced()
    own = {name: plan.one(BALANCER, name).outputs["dnsName"] for name in ("plain", "given")}
    assert plan.exports["plain_url"] == f"http://{own['plain']}"
    assert plan.exports["given_url"] == f"https://{own['given']}"
    assert plan.exports["named_url"] == "https://pay.example.com"


def test_its_outputs_name_it_and_its_targets() -> None:
    plan = balanced()
    balancer, group = plan.one(BALANCER, "plain").outputs, plan.one(GROUP, "plain").outputs
    assert plan.exports["plain_load_balancer_arn"] == balancer["arn"]
    assert plan.exports["plain_load_balancer_dns_name"] == balancer["dnsName"]
    assert plan.exports["plain_target_group_arn"] == group["arn"]
    assert plan.exports["plain_label"] == f"{balancer['arnSuffix']}/{group['arnSuffix']}"


def test_production_keeps_it_and_its_logs() -> None:
    dev, prod = balanced(), balanced(environment="prod")
    for plan, kept in ((dev, False), (prod, True)):
        assert {each.inputs["enableDeletionProtection"] for each in plan.of(BALANCER)} == {kept}
        assert {each.options.protect for each in plan.of(BALANCER)} == {kept}
        assert plan.one("aws:s3/bucket:Bucket").inputs["forceDestroy"] is not kept
    (rule,) = prod.one("BucketLifecycleConfiguration").inputs["rules"]
    assert rule["expiration"] == {"days": 365}


def test_a_missing_certificate_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda message, *_: told.append(message))
    balanced.__wrapped__()
    assert told == [
        "Load balancer of plain has no certificate: what it carries can be read on its way. "
        "Give its load_balancer a certificate_arn or a domain."
    ]


def tagged(plan: Plan) -> list[Resource]:
    types = (BALANCER, GROUP, LISTENER, "aws:acm/certificate:Certificate", "aws:s3/bucket:Bucket")
    return [resource for type_ in types for resource in plan.of(type_)]


def test_everything_of_it_is_tagged_with_what_it_is() -> None:
    found = tagged(balanced())
    assert len(found) == 3 + 3 + 5 + 1 + 1
    assert all({"Name", "ResourceType"} <= set(resource.inputs["tags"]) for resource in found)


def test_its_names_were_planned() -> None:
    network = {"cidr": "10.0.0.0/16", "region": WEST, "zones": 2, "tiers": {"web": {"kind": "public"}, "app": {}}}
    allow = [{"from": "internet", "to": "web", "port": 80}, {"from": "web", "to": "app", "port": 8080}]
    service = {"network": "main", "image": "shop:1", "load_balancer": {}}
    args = stack_args(
        networks={
            "main": {**network, "nat": "single", "allow": [*allow, {"from": "app", "to": "internet", "port": 443}]}
        },
        services={"plain": service},
    )
    found = {(name.type, name.name) for name in planned(args)}
    plan = balanced()
    assert ("load-balancer", plan.one(BALANCER, "plain").inputs["name"]) in found
    assert ("bucket", f"shop-alb-logs-{WEST}-{'0' * 12}-dev") in found
    assert LIMITS["load-balancer"] == 32
