"""Every blueprint in every environment keeps the security rules."""

import pytest

from lib.args.loading import blueprint_names
from policy.judgement import judge
from policy.resource import Resource
from policy.rules import RULES
from policy.stack import Stack
from tap.plan import Plan
from tap.policy import stack_of
from tests.support.stack import deploy_blueprint, deploy_networks

ENVIRONMENTS = ("dev", "staging", "prod")


@pytest.fixture(
    scope="module", params=[(name, where) for name in blueprint_names() for where in ENVIRONMENTS], ids="-".join
)
def plan(request: pytest.FixtureRequest) -> Plan:
    return deploy_blueprint(*request.param)


def test_no_mandatory_rule_is_broken(plan: Plan) -> None:
    found = judge(stack_of(plan), RULES, preview=False)
    assert [(each.rule.id, each.resource.name, each.message) for each in found.mandatory] == []


def test_every_exception_excuses_something(plan: Plan) -> None:
    assert judge(stack_of(plan), RULES, preview=False).idle == ()


def test_a_preview_breaks_nothing_either() -> None:
    # What it cannot judge yet, it tells.
    found = judge(stack_of(deploy_blueprint("vpc-peering", preview=True)), RULES, preview=True)
    assert found.mandatory == ()
    assert found.unjudged


def test_the_environment_of_a_blueprint_is_what_its_resources_are_judged_by() -> None:
    for where in ENVIRONMENTS:
        stack = stack_of(deploy_blueprint("vpc-peering", where))
        assert {stack.is_production(vpc) for vpc in stack.of("ec2:Vpc")} == {where == "prod"}


def test_the_rules_see_what_the_blueprints_have() -> None:
    # Without what stands beside it, nearly everything is wrong: nothing passes for want of a look.
    stack = stack_of(deploy_blueprint("multi-region-dr", "prod"))
    bare = [Resource(each.urn, each.type, each.name, {}) for each in stack.resources]
    broken = {each.rule.id for each in judge(Stack(bare), RULES, preview=False).violations}
    assert {"EC2.2", "EC2.6", "RDS.7", "RDS.27", "KMS.4", "S3.5", "S3.8", "S3.17", "DynamoDB.2", "SNS.1"} <= broken


def test_an_exception_in_the_settings_reaches_the_rules() -> None:
    exception = {"rule": "CloudWatch.16", "resource": "main-flow-*", "reason": "Kept in the account of the archive"}
    network = {"cidr": "10.0.0.0/16", "tiers": {"app": {"kind": "private"}}}
    plan = deploy_networks(
        environment_suffix="prod",
        protection={"log_retention_days": 30},
        networks={"main": network},
        policy={"exceptions": [exception]},
    )
    found = judge(stack_of(plan), RULES, preview=False)
    assert [(each.rule.id, each.resource.name, each.reason) for each in found.excused] == [
        ("CloudWatch.16", "main-flow-logs", "Kept in the account of the archive")
    ]
    assert (found.mandatory, found.idle) == ((), ())
