"""The policy pack: the same rules, asked by Pulumi."""

import os
import subprocess
import sys
from pathlib import Path

import grpc
import pulumi
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc
from pulumi_policy import EnforcementLevel, PolicyCustomTimeouts, PolicyResource, PolicyResourceOptions
from pulumi_policy import StackValidationArgs as Args
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from policy.pack import EXCEPTIONS, UNJUDGED, policies, stack_of
from policy.resource import UNKNOWN
from policy.rules import RULES

ROOT = Path(__file__).resolve().parents[3]
OPTIONS = PolicyResourceOptions(
    protect=False,
    ignore_changes=[],
    delete_before_replace=None,
    aliases=[],
    custom_timeouts=PolicyCustomTimeouts(0, 0, 0),
    additional_secret_outputs=[],
)


def recorded(token, name, parent=None, refs=None, **props):
    urn = f"urn:pulumi:dev::TapStack::{token}::{name}"
    return PolicyResource(token, unknown_checking_proxy(props), urn, name, OPTIONS, None, parent, [], dict(refs or {}))


def log_group(parent=None, name="logs", **props):
    given = {"kmsKeyId": "key", "retentionInDays": 30.0, **props}
    return recorded("aws:cloudwatch/logGroup:LogGroup", name, parent, **given)


def tap_stack(environment="dev", *exceptions):
    return recorded("tap:stack:TapStack", "tapstack", environment=environment, policy_exceptions=list(exceptions))


def reported(policy, *resources, preview=False):
    """What one policy of the pack reports: message and name of the resource."""
    told = []
    pulumi.runtime.configure(pulumi.runtime.Settings(project="TapStack", stack="dev", dry_run=preview))
    by_name = {each.name: each for each in policies()}
    by_name[policy].validate(
        Args(list(resources), None), lambda message, urn=None: told.append((message, (urn or "").split("::")[-1]))
    )
    return told


@pytest.fixture(autouse=True)
def _settings_as_before():
    before = pulumi.runtime.settings.SETTINGS
    yield
    pulumi.runtime.configure(before)


def test_the_pack_has_a_policy_for_each_rule_and_two_that_list():
    made = {policy.name: policy for policy in policies()}
    assert set(made) == {rule.id for rule in RULES} | {EXCEPTIONS, UNJUDGED}
    for rule in RULES:
        policy = made[rule.id]
        assert policy.enforcement_level == EnforcementLevel(rule.severity)
        assert (policy.description, policy.remediation_steps, policy.url) == (rule.title, rule.remedy, rule.document)
    assert {made[name].enforcement_level for name in (EXCEPTIONS, UNJUDGED)} == {EnforcementLevel.ADVISORY}


def test_a_violation_names_the_resource_what_is_wrong_and_the_remedy():
    assert reported("CKV_AWS_158", tap_stack(), log_group(kmsKeyId=None)) == [
        ("logs has no kmsKeyId. Set kmsKeyId.", "logs")
    ]
    assert reported("CKV_AWS_158", tap_stack(), log_group()) == []


def test_relations_are_the_references_that_the_engine_recorded():
    vpc = recorded("aws:ec2/vpc:Vpc", "main")
    log = recorded("aws:ec2/flowLog:FlowLog", "log", refs={"vpcId": [vpc]}, trafficType="ALL")
    assert reported("EC2.6", vpc, log) == []
    assert len(reported("EC2.6", vpc)) == 1


def test_the_environment_and_the_exceptions_come_from_the_stack():
    dev, prod = tap_stack("dev"), tap_stack("prod")
    assert reported("CloudWatch.16", dev, log_group(dev)) == []
    assert reported("CloudWatch.16", prod, log_group(prod)) == [
        (
            "logs has retentionInDays 30, less than 365. Set protection.log_retention_days to 365 or more.",
            "logs",
        )
    ]
    excused = tap_stack("prod", {"rule": "CloudWatch.16", "resource": "lo*", "reason": "Copied elsewhere"})
    assert reported("CloudWatch.16", excused, log_group(excused)) == []
    assert reported(EXCEPTIONS, excused, log_group(excused)) == [
        ("CloudWatch.16: logs has retentionInDays 30, less than 365: Copied elsewhere", "logs")
    ]


def test_an_exception_that_excuses_nothing_is_told():
    stack = tap_stack("dev", {"rule": "KMS.4", "resource": "old", "reason": "Accepted by audit"})
    assert reported(EXCEPTIONS, stack) == [("KMS.4: the exception for old excuses nothing. Remove it.", "")]


def test_what_a_preview_does_not_know_is_listed_as_unjudged():
    unknown = log_group(kmsKeyId=UNKNOWN_STRING_VALUE)
    assert reported("CKV_AWS_158", unknown, preview=True) == []
    assert reported(UNJUDGED, unknown, preview=True) == [
        ("CKV_AWS_158: logs cannot be judged: kmsKeyId is not known yet", "logs")
    ]


def test_what_an_update_does_not_know_breaks_the_rule():
    unknown = log_group(kmsKeyId=UNKNOWN_STRING_VALUE)
    assert len(reported("CKV_AWS_158", unknown)) == 1
    assert reported(UNJUDGED, unknown) == []


def test_values_come_as_plain_data():
    parent = tap_stack()
    given = {"a": [1.0, 1.5, {"b": UNKNOWN_STRING_VALUE}], "c": True, "d": "text", "e": None}
    child = recorded("aws:ec2/vpc:Vpc", "main", parent, {"a": [parent]}, **given)
    [vpc] = stack_of(Args([parent, child], None)).of("ec2:Vpc")
    assert vpc.properties == {"a": [1, 1.5, {"b": UNKNOWN}], "c": True, "d": "text", "e": None}
    assert isinstance(vpc.properties["a"][0], int)
    assert (vpc.parent, vpc.references) == (parent.urn, {"a": [parent.urn]})


def test_pulumi_can_run_the_pack_from_its_folder():
    # As its language host does: in the folder of the pack, told by its path.
    environ = {**os.environ, "PULUMI_PROJECT": "TapStack", "PULUMI_STACK": "dev", "PULUMI_DRY_RUN": "false"}
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(ROOT / "policy")]
    with subprocess.Popen(command, cwd=ROOT / "policy", env=environ, stdout=subprocess.PIPE) as process:
        try:
            address = f"127.0.0.1:{int(process.stdout.readline())}"
            with grpc.insecure_channel(address) as channel:
                analyzer = analyzer_pb2_grpc.AnalyzerStub(channel)
                info = analyzer.GetAnalyzerInfo(empty_pb2.Empty())
                answer = analyzer.AnalyzeStack(request(("aws:sns/topic:Topic", "news", {"kmsMasterKeyId": ""})))
        finally:
            process.terminate()
    assert (info.name, len(info.policies)) == ("tapstack", len(RULES) + 2)
    assert [(each.policyName, each.enforcementLevel) for each in answer.diagnostics] == [
        ("SNS.1", analyzer_pb2.EnforcementLevel.MANDATORY)
    ]


def request(*resources):
    asked = analyzer_pb2.AnalyzeStackRequest()
    for token, name, props in resources:
        one = asked.resources.add(type=token, name=name, urn=f"urn:pulumi:dev::TapStack::{token}::{name}")
        one.properties.update(props)
    return asked
