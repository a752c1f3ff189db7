"""What counts as a violation, what is excused, and what cannot be judged."""

import pytest

from policy.judgement import judge
from policy.resource import UNKNOWN, NotKnownError, Resource
from policy.rule import Rule
from policy.rules import RULES
from policy.stack import Stack
from tests.unit.policy.cases.case import made

BY_ID = {rule.id: rule for rule in RULES}
PRODUCTION_RULE = BY_ID["CloudWatch.16"]


def tap_stack(*exceptions, environment="dev", name="tapstack"):
    stated = [{"rule": rule, "resource": resource, "reason": "Accepted"} for rule, resource in exceptions]
    given = {"environment": environment, "policy_exceptions": stated}
    return Resource(f"urn:pulumi:dev::TapStack::tap:stack:TapStack::{name}", "tap:stack:TapStack", name, given)


def below(parent, resource):
    return Resource(resource.urn, resource.type, resource.name, resource.properties, resource.references, parent.urn)


def judged(*resources, rules=RULES, preview=False):
    return judge(Stack(resources), rules, preview=preview)


def lines(findings):
    return [(found.rule.id, found.resource.name, found.message) for found in findings]


def log_group(name="logs", **given):
    return made("cloudwatch:LogGroup", name, **{"kmsKeyId": "key", "retentionInDays": 30, **given})


def test_a_mandatory_rule_fails_the_run_and_an_advisory_one_does_not():
    function, topic = made("lambda:Function", "work", runtime="python3.13"), made("sns:Topic", "news")
    found = judged(tap_stack(), function, topic)
    assert [rule for rule, _, _ in lines(found.violations)] == ["Lambda.3", "SNS.1"]
    assert lines(found.mandatory) == [("SNS.1", "news", "has no customer key")]


def test_an_exception_excuses_its_rule_on_the_resources_of_its_pattern_and_says_why():
    home = tap_stack(("CKV_AWS_158", "main-*"))
    groups = [below(home, log_group(name, kmsKeyId=None)) for name in ("main-a", "main-b", "other")]
    found = judged(home, *groups)
    assert lines(found.violations) == [("CKV_AWS_158", "other", "has no kmsKeyId")]
    assert [(each.resource.name, each.reason) for each in found.excused] == [
        ("main-a", "Accepted"),
        ("main-b", "Accepted"),
    ]
    assert found.idle == ()


@pytest.mark.parametrize("exception", [("CKV_AWS_158", "nobody"), ("CKV_AWS_66", "logs"), ("CKV_AWS_158", "LOGS")])
def test_an_exception_that_excuses_nothing_is_told(exception):
    found = judged(tap_stack(exception), log_group(kmsKeyId=None))
    assert [(each.rule, each.resource) for each in found.idle] == [exception]
    assert len(found.mandatory) == 1


def test_an_exception_holds_below_its_own_stack_alone():
    one, two = tap_stack(("CKV_AWS_158", "*"), name="one"), tap_stack(name="two")
    found = judged(one, two, below(one, log_group("a", kmsKeyId=None)), below(two, log_group("b", kmsKeyId=None)))
    assert [each.resource.name for each in found.excused] == ["a"]
    assert [each.resource.name for each in found.mandatory] == ["b"]


@pytest.mark.parametrize(("environment", "broken"), [("dev", 0), ("staging", 0), ("prod", 1), ("production", 1)])
def test_the_environment_is_that_of_the_stack_above(environment, broken):
    home = tap_stack(environment=environment)
    assert len(judged(home, below(home, log_group()), rules=[PRODUCTION_RULE]).mandatory) == broken


def test_what_belongs_to_no_stack_is_judged_by_the_only_one():
    assert judged(tap_stack(), log_group(), rules=[PRODUCTION_RULE]).mandatory == ()


@pytest.mark.parametrize("stacks", [(), (tap_stack(name="one"), tap_stack(name="two"))])
def test_what_belongs_to_no_stack_is_judged_as_production_where_that_is_not_clear(stacks):
    assert len(judged(*stacks, log_group(), rules=[PRODUCTION_RULE]).mandatory) == 1


def test_a_stack_that_does_not_say_its_environment_is_judged_as_production():
    home = tap_stack(environment=UNKNOWN)
    assert len(judged(home, below(home, log_group()), rules=[PRODUCTION_RULE]).mandatory) == 1


def test_what_is_unknown_in_a_preview_is_told_as_unjudged():
    found = judged(log_group(kmsKeyId=UNKNOWN), rules=[BY_ID["CKV_AWS_158"]], preview=True)
    assert found.violations == ()
    assert lines(found.unjudged) == [("CKV_AWS_158", "logs", "cannot be judged: kmsKeyId is not known yet")]


def test_what_is_unknown_outside_a_preview_breaks_the_rule():
    found = judged(log_group(kmsKeyId=UNKNOWN), rules=[BY_ID["CKV_AWS_158"]])
    assert lines(found.mandatory) == [("CKV_AWS_158", "logs", "cannot be judged: kmsKeyId is not known yet")]
    assert found.unjudged == ()


def test_what_was_found_before_an_unknown_value_counts():
    instance = made(
        "ec2:LaunchTemplate", metadataOptions={"httpTokens": "optional", "httpPutResponseHopLimit": UNKNOWN}
    )
    found = judged(instance, rules=[BY_ID["EC2.8"]], preview=True)
    assert len(found.mandatory) == 1
    assert [each.message for each in found.unjudged] == [
        "cannot be judged: metadataOptions.httpPutResponseHopLimit is not known yet"
    ]


def test_a_policy_that_is_no_json_breaks_its_rule():
    found = judged(made("kms:Key", policy="nonsense"), rules=[BY_ID["KMS.5"]])
    assert [each.message for each in found.mandatory] == ["cannot be judged: policy is no JSON document"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_rule_stumbles_over_what_is_unknown_or_missing(rule):
    keys = {
        *(
            "accessLogs",
            "assumeRolePolicy",
            "containerDefinitions",
            "defaultActions",
            "description",
            "engine",
            "ingress",
        ),
        *("metadataOptions", "policy", "replicas", "rules", "settings", "type", "vpcConfig"),
    }
    for kind in rule.kinds:
        judged(made(kind), rules=[rule], preview=True)
        judged(made(kind, **dict.fromkeys(keys, UNKNOWN)), rules=[rule], preview=True)


def test_a_path_leads_through_maps_and_lists_and_ends_where_nothing_is():
    resource = made("ec2:Vpc", a=[{"b": 1}, {"c": UNKNOWN}], d="text")
    assert resource.get("a", 0, "b") == 1
    assert (resource.get("a", 2, "b"), resource.get("d", "e"), resource.get("e")) == (None, None, None)
    assert [part.get("b") for part in resource.all("a")[:1]] == [1]
    with pytest.raises(NotKnownError, match=r"a\.1\.c is not known yet"):
        resource.get("a", 1, "c")


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("aws:ec2/vpc:Vpc", "ec2:Vpc"),
        ("aws:alb/listener:Listener", "lb:Listener"),
        ("aws:s3/bucketV2:BucketV2", "s3:Bucket"),
        ("random:index/randomPassword:RandomPassword", "random:index/randomPassword:RandomPassword"),
        ("tap:stack:TapStack", "tap:stack:TapStack"),
    ],
)
def test_a_kind_is_the_module_and_the_type(token, kind):
    assert Resource("urn", token, "it", {}).kind == kind


def test_findings_come_rule_by_rule_and_by_urn():
    rules = [BY_ID["CKV_AWS_66"], BY_ID["CKV_AWS_158"]]
    found = judged(log_group("b", kmsKeyId=None, retentionInDays=0), log_group("a", retentionInDays=0), rules=rules)
    assert [(each.rule.id, each.resource.name) for each in found.violations] == [
        ("CKV_AWS_66", "a"),
        ("CKV_AWS_66", "b"),
        ("CKV_AWS_158", "b"),
    ]


def test_a_message_holds_no_value_but_of_settings():
    secret = made("elasticache:ReplicationGroup", authToken="hush", atRestEncryptionEnabled=False)
    rules: list[Rule] = [rule for rule in RULES if "elasticache:ReplicationGroup" in rule.kinds]
    assert "hush" not in repr([each.message for each in judged(secret, rules=rules).violations])
