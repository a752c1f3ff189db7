"""Exceptions from the security rules: which rule, for what, and why."""

import pytest

from tests.support.settings import accepted, refused

GOOD = {"rule": "EC2.18", "resource": "main-alb-*", "reason": "Partners connect on 8443, by contract"}


def exception(**changes):
    return refused({"policy.exceptions": [{**GOOD, **changes}]})


def test_an_exception_with_its_reason_is_accepted():
    [stated] = accepted({"policy.exceptions": [GOOD]}).policy.exceptions
    assert stated.model_dump() == GOOD


def test_without_any_there_are_none():
    assert accepted({}).policy.exceptions == ()


def test_an_unknown_rule_is_refused_with_the_nearest_one():
    assert exception(rule="EC2_18") == [
        "policy.exceptions[0].rule: must be the id of a security rule (got EC2_18). Did you mean EC2.18?"
    ]


def test_a_rule_that_is_like_no_other_is_refused_with_where_they_are_listed():
    assert exception(rule="fun") == [
        "policy.exceptions[0].rule: must be the id of a security rule (got fun). "
        "python -m tap policy --rules lists them."
    ]


@pytest.mark.parametrize(("reason", "shown"), [("because", "because"), ("x" * 9, "x" * 9), (" " * 10, f'"{" " * 10}"')])
def test_a_reason_that_is_none_is_refused(reason, shown):
    assert exception(reason=reason) == [
        f"policy.exceptions[0].reason: must say why, in 10 characters or more (got {shown}). "
        "Write what makes the rule needless here, or who accepts it."
    ]


def test_an_exception_for_nothing_is_refused():
    [line] = exception(resource="")
    assert line.startswith("policy.exceptions[0].resource: must not be empty")


def test_a_key_that_is_missing_is_told():
    [line] = refused({"policy.exceptions": [{"rule": "EC2.18", "resource": "main-*"}]})
    assert line.startswith("policy.exceptions[0].reason: is required")
