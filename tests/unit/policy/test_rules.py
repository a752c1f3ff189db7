"""Each rule, on resources that keep it and on resources that break it."""

import re

import pytest

from lib.args.policy import RULE_IDS
from policy.judgement import judge
from policy.rules import RULES
from policy.stack import Stack
from tests.unit.policy.cases import compute, data, network, rest
from tests.unit.policy.cases.case import Case

BY_ID = {rule.id: rule for rule in RULES}
CASES: list[Case] = [*network.CASES, *compute.CASES, *data.CASES, *rest.CASES]


def label(case: Case) -> str:
    return f"{case.rule}-{'; '.join(case.messages) or 'keeps it'}"


@pytest.mark.parametrize("case", CASES, ids=label)
def test_a_rule_says_what_is_wrong_and_nothing_else(case: Case) -> None:
    found = judge(Stack(case.resources), [BY_ID[case.rule]], preview=False).violations
    assert tuple(finding.message for finding in found) == case.messages


def test_every_rule_has_a_case_that_keeps_it_and_one_that_breaks_it() -> None:
    assert {case.rule for case in CASES if case.messages} == set(BY_ID)
    assert {case.rule for case in CASES if not case.messages} == set(BY_ID)


def test_settings_know_every_rule() -> None:
    assert set(RULE_IDS) == set(BY_ID)
    assert len(RULES) == len(BY_ID)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_has_to_hold_where_that_stands_and_what_to_do(rule) -> None:
    assert re.fullmatch(r"[A-Z].*\.", rule.title)
    assert re.fullmatch(r"[A-Z].*[^.]\.?", rule.remedy)
    assert rule.remedy.endswith(".")
    assert rule.document.startswith("https://docs.aws.amazon.com/")
    assert re.fullmatch(r"[A-Za-z0-9]+\.\d+|CKV2?_AWS_\d+|[a-z]+(_[a-z0-9]+)+|tap-[a-z-]+", rule.id)
    assert rule.severity in ("mandatory", "advisory")
    assert rule.id not in rule.also


def test_the_document_of_a_control_is_its_own_place() -> None:
    assert (
        BY_ID["EC2.18"].document == "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-18"
    )
