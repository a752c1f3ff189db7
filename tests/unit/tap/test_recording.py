"""What a recording answers to registrations."""

import re

import pulumi
import pulumi_aws as aws
import pytest

from tap.engine.answers import AnswerError, Provider
from tap.plan import Resource
from tap.recording import Recording
from tests.support.deploy import deploy
from tests.support.shop import shop

ACCEPTER = "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter"
WEST = Provider(urn="urn", package="aws", region="us-west-2", default_tags={"Owner": "me"})


def create(type_, name="thing", inputs=None):
    resource = Resource(
        urn=f"urn:pulumi:dev::P::{type_}::{name}",
        type=type_,
        name=name,
        custom=True,
        inputs=inputs or {},
        provider="urn",
        region="us-west-2",
    )
    return Recording().create(resource, WEST)


def test_the_same_program_gets_the_same_answers_every_time():
    first, second = deploy(shop), deploy(shop)
    assert {(r.urn, r.id) for r in first.resources} == {(r.urn, r.id) for r in second.resources}
    assert first.exports == second.exports


def test_two_resources_never_share_an_id_or_arn():
    plan = deploy(shop)
    ids = [resource.id for resource in plan.resources if resource.custom]
    arns = [resource.outputs["arn"] for resource in plan.resources if "arn" in resource.outputs]
    assert len(set(ids)) == len(ids)
    assert len(set(arns)) == len(arns)


@pytest.mark.parametrize(
    ("type_", "inputs", "id_", "arn"),
    [
        ("aws:ec2/vpc:Vpc", {}, r"vpc-[0-9a-f]{17}", r"arn:aws:ec2:us-west-2:123456789012:vpc/vpc-[0-9a-f]{17}"),
        ("aws:ec2/natGateway:NatGateway", {}, r"nat-[0-9a-f]{17}", None),
        ("aws:s3/bucket:Bucket", {"bucket": "b"}, "b", "arn:aws:s3:::b"),
        ("aws:iam/role:Role", {"name": "r"}, "r", "arn:aws:iam::123456789012:role/r"),
        ("aws:iam/role:Role", {}, r"thing-[0-9a-f]{7}", r"arn:aws:iam::123456789012:role/thing-[0-9a-f]{7}"),
        ("aws:sns/topic:Topic", {"name": "t"}, "arn:aws:sns:us-west-2:123456789012:t", None),
        ("aws:cloudwatch/logGroup:LogGroup", {"name": "/a"}, "/a", "arn:aws:logs:us-west-2:123456789012:log-group:/a"),
        ("aws:lambda/function:Function", {"name": "f"}, "f", "arn:aws:lambda:us-west-2:123456789012:function:f"),
        ("aws:kms/key:Key", {}, r"key-[0-9a-f]{17}", r"arn:aws:kms:us-west-2:123456789012:key/key-[0-9a-f]{17}"),
        (ACCEPTER, {"vpcPeeringConnectionId": "pcx-1"}, "pcx-1", None),
    ],
)  # fmt: skip
def test_ids_and_arns_have_the_form_that_aws_gives_them(type_, inputs, id_, arn):
    state = create(type_, inputs=inputs)
    assert re.fullmatch(id_, state.id)
    assert arn is None or re.fullmatch(arn, state.outputs["arn"])


def test_inputs_come_back_as_outputs():
    assert create("aws:ec2/vpc:Vpc", inputs={"cidrBlock": "10.0.0.0/16"}).outputs["cidrBlock"] == "10.0.0.0/16"


def test_what_a_type_computes_is_there_and_what_is_optional_is_not():
    outputs = create("aws:ec2/vpc:Vpc").outputs
    assert outputs["mainRouteTableId"].startswith("rtb-")
    assert outputs["defaultSecurityGroupId"].startswith("sg-")
    assert outputs["ownerId"] == "123456789012"
    assert outputs["ipv6CidrBlock"] == ""
    assert "ipv4IpamPoolId" not in outputs


def test_default_tags_are_merged_under_the_resources_own():
    assert create("aws:ec2/vpc:Vpc", inputs={"tags": {"Name": "n"}}).outputs["tagsAll"] == {"Owner": "me", "Name": "n"}
    assert create("aws:ec2/vpc:Vpc", inputs={"tags": {"Owner": "you"}}).outputs["tagsAll"] == {"Owner": "you"}


def test_nothing_of_another_region_is_in_an_answer():
    for type_ in ("aws:ec2/vpc:Vpc", "aws:ec2/vpcEndpoint:VpcEndpoint", "aws:lb/loadBalancer:LoadBalancer"):
        state = create(type_)
        assert state.outputs["region"] == "us-west-2"
        assert "us-east-1" not in repr(state)


def test_a_computed_list_of_objects_can_be_looked_into():
    (entry,) = create("aws:ec2/vpcEndpoint:VpcEndpoint").outputs["dnsEntries"]
    assert entry["dnsName"].startswith("vpce-")


def test_a_certificate_tells_how_to_validate_its_domain_if_it_has_one():
    (option,) = create("aws:acm/certificate:Certificate", inputs={"domainName": "a.org"}).outputs[
        "domainValidationOptions"
    ]
    assert (option["domainName"], option["resourceRecordType"]) == ("a.org", "CNAME")
    assert create("aws:acm/certificate:Certificate").outputs["arn"].startswith("arn:aws:acm:us-west-2:")


def test_a_list_that_could_be_an_input_is_empty_where_it_is_none():
    outputs = create("aws:ec2/securityGroup:SecurityGroup").outputs
    assert (outputs["ingress"], outputs["egress"]) == ([], [])


def test_a_peering_waits_for_its_acceptance():
    type_ = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
    assert create(type_, inputs={"autoAccept": False}).outputs["acceptStatus"] == "pending-acceptance"
    assert create(type_, inputs={"autoAccept": True}).outputs["acceptStatus"] == "active"
    accepter = create(ACCEPTER, inputs={"vpcPeeringConnectionId": "p"})
    assert accepter.outputs["acceptStatus"] == "active"


@pytest.mark.parametrize("length", [1, 16, 64])
def test_a_random_password_is_as_long_as_asked(length):
    password = create("random:index/randomPassword:RandomPassword", inputs={"length": length}).outputs["result"]
    assert len(password) == length


def test_two_passwords_differ():
    one, two = (create("random:index/randomPassword:RandomPassword", name, {"length": 16}) for name in ("a", "b"))
    assert one.outputs["result"] != two.outputs["result"]


def test_a_type_that_no_package_has_is_an_error_that_names_it():
    with pytest.raises(AnswerError, match="aws:ec2/nothing:Nothing is not known"):
        create("aws:ec2/nothing:Nothing")
    with pytest.raises(AnswerError, match="nowhere:a/b:C is not known"):
        create("nowhere:a/b:C")


def test_outputs_have_the_types_that_the_sdk_declares():
    seen = {}

    def program():
        opts = pulumi.ResourceOptions(provider=aws.Provider("east", region="us-east-1"))
        endpoint = aws.ec2.VpcEndpoint("e", vpc_id="vpc-1", service_name="s", opts=opts)
        topic = aws.sns.Topic("t", opts=opts)
        endpoint.dns_entries.apply(lambda entries: seen.update(host=entries[0].dns_name))
        endpoint.private_dns_enabled.apply(lambda enabled: seen.update(enabled=enabled))
        topic.arn.apply(lambda arn: seen.update(arn=arn))

    deploy(program)
    assert seen["host"].startswith("vpce-")
    assert seen["enabled"] is False
    assert seen["arn"].startswith("arn:aws:sns:us-east-1:")
