"""What the embedded AWS must never let pass: what it cannot answer, and what AWS refuses."""

import functools
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
import pulumi_aws
import pytest
from botocore.awsrequest import AWSResponse
from pulumi_aws import ec2, iam, sns, workspaces

from tap.embedded.aws import EmbeddedAws
from tap.embedded.connection import Connection
from tap.engine.answers import AnswerError
from tap.engine.deployment import Deployment
from tests.embedded import program
from tests.embedded.making import EAST, WEST, Aws, run


def east() -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(provider=pulumi_aws.Provider("east", region=EAST))


def told(deployment: Deployment) -> str:
    return "\n".join(deployment.problems())


def test_an_unmapped_type_is_named(aws: Aws) -> None:
    deployment = aws.run(lambda: workspaces.IpGroup("it", opts=east()) and None)
    assert "the embedded AWS has no type aws:workspaces/ipGroup:IpGroup" in told(deployment)


def test_an_unmapped_provider_function_is_named(aws: Aws) -> None:
    with pytest.raises(AnswerError, match="does not answer the function aws:ec2/getAmi:getAmi"):
        aws.look("aws:ec2/getAmi:getAmi")


def test_an_input_that_no_call_takes_is_named_with_its_type_and_region(aws: Aws) -> None:
    deployment = aws.run(
        lambda: (
            sns.Topic("it", lambda_success_feedback_role_arn="arn:aws:iam::123456789012:role/r", opts=east()) and None
        )
    )
    assert told(deployment) == (
        "aws:sns/topic:Topic it in us-east-1: the input lambdaSuccessFeedbackRoleArn is not mapped (CreateTopic has no "
        "such parameter)"
    )


def test_a_nested_input_that_no_call_takes_is_named_with_its_path(aws: Aws) -> None:
    bucket = aws.make("aws:s3/bucket:Bucket")
    with pytest.raises(AnswerError, match=r"versioningConfiguration\.colour is not mapped"):
        aws.make(
            "aws:s3/bucketVersioning:BucketVersioning",
            bucket=bucket.id,
            versioningConfiguration={"status": "Enabled", "colour": "red"},
        )


@pytest.mark.parametrize(
    ("type_", "inline"),
    [
        ("aws:ec2/routeTable:RouteTable", "routes"),
        ("aws:ec2/securityGroup:SecurityGroup", "ingress"),
        ("aws:ec2/networkAcl:NetworkAcl", "egress"),
    ],
)
def test_inline_rules_are_refused_with_the_type_to_use(aws: Aws, type_: str, inline: str) -> None:
    vpc = aws.vpc()
    with pytest.raises(AnswerError, match=f"the inline input {inline} is not mapped; use "):
        aws.make(type_, vpcId=vpc.id, **{inline: [{"cidrBlock": "0.0.0.0/0"}]})


def test_an_output_that_no_recipe_produces_is_an_error_that_names_both_resources(aws: Aws) -> None:
    def uses_an_output_without_value() -> None:
        opts = east()
        address = ec2.Eip("nat", domain="vpc", opts=opts)
        sns.Topic("topic", display_name=address.ptr_record, opts=opts)

    problems = told(aws.run(uses_an_output_without_value))
    assert "aws:sns/topic:Topic topic" in problems
    assert "input displayName" in problems
    assert "aws:ec2/eip:Eip nat" in problems


def test_a_refusal_names_the_resource_and_what_aws_said_and_only_what_depends_on_it_is_skipped(aws: Aws) -> None:
    def one_bad_network() -> None:
        opts = east()
        bad = ec2.Vpc("bad", cidr_block="10.0.0.0/33", opts=opts)
        ec2.Subnet("lost", vpc_id=bad.id, cidr_block="10.0.1.0/24", opts=opts)
        ec2.Vpc("good", cidr_block="10.1.0.0/16", opts=opts)

    deployment = aws.run(one_bad_network)
    assert {(f.resource.name, f.skipped) for f in deployment.failures} == {("bad", False), ("lost", True)}
    (failed,) = [str(f) for f in deployment.failures if not f.skipped]
    assert failed.startswith("aws:ec2/vpc:Vpc bad in us-east-1: CreateVpc: InvalidParameterValue: ")
    assert "10.0.0.0/33" in failed
    assert deployment.plan().one("Vpc", "good").id


def test_a_wrong_type_of_value_is_told_by_its_input(aws: Aws) -> None:
    with pytest.raises(AnswerError, match="evaluationPeriods: not a value of type integer"):
        aws.make(
            "aws:cloudwatch/metricAlarm:MetricAlarm",
            comparisonOperator="GreaterThanThreshold",
            evaluationPeriods="many",
        )


def test_what_a_list_operation_refuses_in_a_good_answer_is_an_error(aws: Aws) -> None:
    with pytest.raises(AnswerError, match=r"^400: LogDestination: missing-bucket does not exist"):
        aws.make(
            "aws:ec2/flowLog:FlowLog",
            vpcId=aws.vpc().id,
            trafficType="ALL",
            logDestinationType="s3",
            logDestination="arn:aws:s3:::missing-bucket",
        )


def test_get_is_refused_by_the_name_of_its_type(aws: Aws) -> None:
    deployment = aws.run(lambda: ec2.Vpc.get("it", "vpc-1", opts=east()) and None)
    assert "does not answer Vpc.get()" in told(deployment)


def test_default_tags_arrive_below_a_resource_s_own(aws: Aws) -> None:
    plan = aws.run(lambda: program.network(aws.stack)).plan()
    main, role = plan.one("Vpc"), plan.one("Role")
    (vpc,) = aws.client("ec2").describe_vpcs(VpcIds=[main.id])["Vpcs"]
    assert {tag["Key"]: tag["Value"] for tag in vpc["Tags"]} == {"Project": "embedded", "Owner": "own"}
    assert main.outputs["tagsAll"] == {"Project": "embedded", "Owner": "own"}
    assert main.outputs["tags"] == {"Owner": "own"}
    listed = aws.client("iam").list_role_tags(RoleName=role.id)["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in listed} == program.DEFAULT_TAGS


def test_a_provider_with_a_role_works_in_the_account_of_that_role(aws: Aws) -> None:
    other = aws.provider(EAST, assumeRoles=[{"roleArn": "arn:aws:iam::210987654321:role/network"}])
    vpc = aws.make("aws:ec2/vpc:Vpc", provider=other, cidrBlock="10.0.0.0/16")
    assert vpc.outputs["ownerId"] == "210987654321"
    assert aws.client("ec2").describe_vpcs(Filters=[{"Name": "vpc-id", "Values": [vpc.id]}])["Vpcs"] == []
    identity = aws.answers.invoke("aws:index/getCallerIdentity:getCallerIdentity", {}, other, EAST)
    assert identity["accountId"] == "210987654321"


def test_many_threads_lose_no_resource(aws: Aws) -> None:
    vpcs = [aws.vpc("east"), aws.vpc("west", region=WEST)]

    def subnet(number: int) -> str:
        west = number % 2
        region = (EAST, WEST)[west]
        return aws.make(
            "aws:ec2/subnet:Subnet",
            f"s{number}",
            region=region,
            vpcId=vpcs[west].id,
            cidrBlock=f"10.0.{number}.0/24",
            availabilityZone=f"{region}a",
        ).id

    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(subnet, range(60)))
    found: set[str] = set()
    for vpc, region in zip(vpcs, (EAST, WEST), strict=True):
        filters = [{"Name": "vpc-id", "Values": [vpc.id]}]
        found |= {s["SubnetId"] for s in aws.client("ec2", region).describe_subnets(Filters=filters)["Subnets"]}
    assert (len(made), found) == (60, made)


class WatchedConnection(Connection):
    """Counts how many calls are under way at a time, service by service."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint)
        self.under_way: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self._watched: set[int] = set()
        self._counting = threading.Lock()

    def client(self, service: str, region: str | None = None, role_arn: str = "") -> Any:
        client = super().client(service, region, role_arn)
        with self._counting:
            if id(client) not in self._watched:
                self._watched.add(id(client))
                client.meta.events.register("before-call", functools.partial(self._count, service, 1))
                client.meta.events.register("after-call", functools.partial(self._count, service, -1))
        return client

    def _count(self, service: str, change: int, **_: Any) -> None:
        with self._counting:
            self.under_way[service] += change
            self.most[service] = max(self.most[service], self.under_way[service])
        time.sleep(0.005)


def test_calls_to_one_service_never_overlap_and_a_client_is_made_once(aws: Aws) -> None:
    connection = WatchedConnection(aws.connection.endpoint)
    with ThreadPoolExecutor(8) as threads:
        for _ in threads.map(
            lambda n: connection.call("sns", "list_topics", {}, (EAST, WEST)[n % 2]), range(24), timeout=60
        ):
            pass
        clients = set(threads.map(lambda _: id(connection.client("kms", EAST)), range(24)))
    assert connection.most["sns"] == 1
    assert len(clients) == 1


class BreakingConnection(Connection):
    """Fails one API call of those made since it was aimed, as AWS would."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint)
        self.made: list[str] = []
        self._at = -1
        self._watched: set[int] = set()

    def aim(self, number: int) -> None:
        """Fail the call of that number, counted from 0 from now on."""
        self.made.clear()
        self._at = number

    def client(self, service: str, region: str | None = None, role_arn: str = "") -> Any:
        client = super().client(service, region, role_arn)
        if id(client) not in self._watched:
            self._watched.add(id(client))
            client.meta.events.register("before-call", self._before)
        return client

    def _before(self, model: Any, **_: Any) -> Any:
        self.made.append(model.name)
        if len(self.made) - 1 != self._at:
            return None
        return AWSResponse("", 400, {}, None), {"Error": {"Code": "InternalError", "Message": "an injected failure"}}


def test_each_api_call_of_a_deployment_that_fails_is_told_and_costs_only_what_depends_on_it(aws: Aws) -> None:
    connection = BreakingConnection(aws.connection.endpoint)
    answers = EmbeddedAws(connection)
    whole = run(lambda: program.network(f"{aws.stack}-whole"), answers, "whole")
    assert whole.problems() == []
    resources = {resource.urn: resource for resource in whole.plan().resources}
    calls = len(connection.made)
    assert calls > 25
    for number in range(calls):
        connection.aim(number)
        try:
            broken = run(functools.partial(program.network, f"{aws.stack}-{number}"), answers, "whole")
        except Exception as error:
            # A function's call: the program itself is told, and ends.
            if connection.made[number] != "DescribeAvailabilityZones" or "an injected failure" not in str(error):
                raise
            continue
        (cause,) = [failure for failure in broken.failures if not failure.skipped]
        assert cause.message.endswith("InternalError: an injected failure")
        assert {failure.resource.urn for failure in broken.failures} == _dependents(resources, cause.resource.urn)


def _dependents(resources: dict[str, Any], urn: str) -> set[str]:
    """The resource itself, and whatever depends on it, over any number of others."""
    found = {urn}
    while more := {
        name for name, resource in resources.items() if name not in found and found.intersection(resource.dependencies)
    }:
        found |= more
    return found


def test_a_role_policy_that_is_no_policy_is_refused_by_aws(aws: Aws) -> None:
    def bad_policy() -> None:
        opts = east()
        role = iam.Role("r", assume_role_policy='{"Version": "2012-10-17", "Statement": []}', opts=opts)
        iam.RolePolicy("p", role=role.id, policy='{"Statement": "no"}', opts=opts)

    assert "MalformedPolicyDocument" in told(aws.run(bad_policy))
