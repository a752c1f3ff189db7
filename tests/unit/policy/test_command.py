"""`python -m tap policy`."""

import pytest
from typer.testing import CliRunner

from policy.rules import RULES
from tap.cli import app

PROJECT = "name: TapStack\nruntime: python\n"
# A program of its own, so that what the command says does not depend on what the blueprints have.
PROGRAM = """
import pulumi
import pulumi_aws as aws

class TapStack(pulumi.ComponentResource):
    def __init__(self, exceptions):
        super().__init__("tap:stack:TapStack", "tapstack", {})
        self.register_outputs({"environment": "dev", "policy_exceptions": exceptions})

settings = pulumi.Config().get_object("settings") or {}
stack = TapStack(settings.get("exceptions", []))
provider = aws.Provider("us-east-1", region="us-east-1")
opts = pulumi.ResourceOptions(parent=stack, provider=provider)
if settings.get("topic"):
    aws.sns.Topic("news", opts=opts)
if settings.get("function"):
    aws.lambda_.Function("work", role="arn:aws:iam::1:role/work", runtime="python3.13", opts=opts)
if settings.get("fail"):
    raise pulumi.RunError("told to")
"""
EXCEPTION = '{"exceptions": [{"rule": "SNS.1", "resource": "news", "reason": "Holds [nothing] secret"}], "topic": true}'
IDLE = '{"exceptions": [{"rule": "SNS.1", "resource": "old", "reason": "Holds nothing secret"}]}'


@pytest.fixture
def project(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    return tmp_path


def tap_policy(*arguments):
    return CliRunner().invoke(app, ["policy", *(str(argument) for argument in arguments)])


def words(result):
    return [" ".join(line.split()) for line in result.stdout.splitlines() if line.strip()]


def test_a_stack_that_keeps_the_rules_passes(project):
    result = tap_policy("-C", project)
    assert (result.exit_code, words(result)) == (
        0,
        [f"{len(RULES)} rules: 0 mandatory and 0 advisory violations, 0 excused"],
    )


def test_a_mandatory_violation_fails_and_says_what_to_do(project):
    result = tap_policy("-C", project, "--set", 'settings={"topic": true}')
    assert result.exit_code == 1
    assert words(result) == [
        "Mandatory rules broken",
        "rule resource what remedy",
        "SNS.1 sns:Topic news has no customer key "
        "Set kmsMasterKeyId to a key whose policy lets in the services that publish.",
        f"{len(RULES)} rules: 1 mandatory and 0 advisory violations, 0 excused",
    ]


def test_an_advisory_violation_is_told_and_passes(project):
    result = tap_policy("-C", project, "--set", 'settings={"function": true}')
    assert result.exit_code == 0
    assert words(result)[0] == "Advisory rules broken"
    assert words(result)[-1] == f"{len(RULES)} rules: 0 mandatory and 1 advisory violations, 0 excused"


def test_an_exception_in_force_is_listed_with_its_reason(project):
    result = tap_policy("-C", project, "--set", f"settings={EXCEPTION}")
    assert result.exit_code == 0
    assert words(result) == [
        "Exceptions in force",
        "rule resource what reason",
        "SNS.1 sns:Topic news has no customer key Holds [nothing] secret",
        f"{len(RULES)} rules: 0 mandatory and 0 advisory violations, 1 excused",
    ]


def test_an_exception_that_excuses_nothing_is_told(project):
    result = tap_policy("-C", project, "--set", f"settings={IDLE}")
    assert result.exit_code == 0
    assert words(result)[:3] == [
        "Exceptions that excuse nothing: remove them",
        "rule resource reason",
        "SNS.1 old Holds nothing secret",
    ]


def test_a_program_that_fails_is_told_and_not_judged(project):
    result = tap_policy("-C", project, "--set", 'settings={"fail": true}')
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == ["told to"]


def test_an_assumed_vpc_of_another_form_is_told(project):
    result = tap_policy("-C", project, "--assume-vpc", "vpc-1")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "--assume-vpc vpc-1: write it as" in result.stderr


def test_the_rules_can_be_listed():
    result = tap_policy("--rules")
    assert result.exit_code == 0
    assert [line.split()[0] for line in words(result)[1:]] == [rule.id for rule in RULES]
    assert "RDS.7 mandatory, in production Databases in production are protected" in "\n".join(words(result))
