"""Looking things up in a Plan."""

import pickle

import pytest

from tap.plan import UNKNOWN, Plan, Resource, Secret


def resource(type_, name, parent=""):
    return Resource(
        urn=f"urn:pulumi:dev::P::{type_}::{name}", type=type_, name=name, custom=True, inputs={}, parent=parent
    )


VPC = resource("aws:ec2/vpc:Vpc", "b")
PLAN = Plan(
    project="P",
    stack="dev",
    preview=False,
    resources=(VPC, resource("aws:ec2/vpc:Vpc", "a"), resource("aws:ec2/subnet:Subnet", "s", VPC.urn)),
    invokes=(),
    exports={},
)


def test_resources_are_found_by_token_or_its_last_part_sorted():
    assert [r.name for r in PLAN.of("Vpc")] == [r.name for r in PLAN.of("aws:ec2/vpc:Vpc")] == ["a", "b"]
    assert PLAN.of("Other") == ()


def test_one_resource_is_found_by_type_and_name():
    assert PLAN.one("Subnet").name == "s"
    assert PLAN.one("Vpc", "b") is VPC


def test_one_of_several_or_of_none_is_an_error_that_counts():
    with pytest.raises(LookupError, match=r"2 of Vpc: \['a', 'b'\]"):
        PLAN.one("Vpc")
    with pytest.raises(LookupError, match="0 of Vpc named c"):
        PLAN.one("Vpc", "c")


def test_a_resource_is_found_by_urn_and_has_children():
    assert PLAN.at(VPC.urn) is VPC
    assert [child.name for child in PLAN.children(VPC.urn)] == ["s"]
    with pytest.raises(KeyError):
        PLAN.at("urn")


def test_an_unknown_stays_the_one_unknown_when_a_plan_is_pickled():
    assert pickle.loads(pickle.dumps({"a": [UNKNOWN]}))["a"][0] is UNKNOWN  # noqa: S301 our own
    assert repr(UNKNOWN) == "<unknown>"


def test_a_secret_does_not_show_its_value():
    assert "word" not in repr(Secret("word"))
