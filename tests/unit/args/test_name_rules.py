"""Rules on the suffix, on tags, and on the names that settings lead to."""

import pytest

from lib.args.stack import TapStackArgs
from tests.support.settings import GOOD, accepted, refused


def test_an_empty_suffix_is_refused():
    assert refused({"environment_suffix": ""}) == [
        'environment_suffix: must not be empty (got ""). Use a suffix such as dev or pr12.'
    ]


@pytest.mark.parametrize("suffix", ["-dev", "dev-", "de--v", "de-_v", "pr.12", "pr 12", "é", "a\n"])
def test_a_malformed_suffix_is_refused(suffix):
    [line] = refused({"environment_suffix": suffix})
    assert line.startswith("environment_suffix: must be letters, digits and single '-' or '_'")


@pytest.mark.parametrize("suffix", ["dev", "pr12", "PR-12", "a", "7", "team_blue"])
def test_a_well_formed_suffix_is_accepted(suffix):
    assert accepted({"environment_suffix": suffix}).environment_suffix == suffix


def test_a_suffix_that_makes_a_name_too_long_is_refused_with_the_room_there_is():
    suffix = "x" * 60
    [line] = refused({"environment_suffix": suffix})
    assert line.startswith("environment_suffix: must have at most ")
    room = int(line.split("at most ")[1].split(" ")[0])
    assert accepted({"environment_suffix": "x" * room})
    assert refused({"environment_suffix": "x" * (room + 1)})


def test_a_name_too_long_for_any_suffix_is_told_where_it_stands():
    name = "p" * 100
    between = {"between": ["payment", "analytics"]}
    lines = refused({"peerings": {name: between}})
    assert lines[0].startswith(f"peerings.{name}: makes the event rule named ")
    assert "longer than the 64 characters that AWS takes" in lines[0]


@pytest.mark.parametrize("suffix", ["prod", "production", "prod-eu", "preprod"])
def test_a_suffix_like_production_in_another_environment_is_refused(suffix):
    assert refused({"environment_suffix": suffix, "environment": "staging"}) == [
        f"environment_suffix: reads like production, but the environment is staging (got {suffix}). "
        "Set the environment to prod, or choose another suffix."
    ]


def test_a_suffix_like_production_belongs_to_production():
    assert accepted({"environment_suffix": "prod-eu", "environment": "production"}).profile == "prod"


def test_an_environment_in_capitals_is_refused_before_it_loses_its_protection():
    [line] = refused({"environment": "Prod"})
    assert line.startswith("environment: must be lower-case letters, digits")


def test_the_environment_follows_from_the_suffix_where_it_is_one():
    assert accepted({"environment_suffix": "staging"}).environment == "staging"
    assert accepted({"environment_suffix": "pr12"}).environment == "dev"
    assert accepted({"environment_suffix": "prod"}).environment == "prod"


@pytest.mark.parametrize(
    ("changes", "path", "other"),
    [
        (
            {
                "networks.card-data": {"cidr": "10.2.0.0/16", "tiers": {"app": {}}},
                "networks.card_data": {"cidr": "10.3.0.0/16", "tiers": {"app": {}}},
            },
            "networks.card_data.tiers.app",
            "networks.card-data.tiers.app",
        ),
        (
            {
                "networks.a-b": {"cidr": "10.2.0.0/16", "tiers": {"c": {}}},
                "networks.a": {"cidr": "10.3.0.0/16", "tiers": {"b-c": {}}},
            },
            "networks.a.tiers.b-c",
            "networks.a-b.tiers.c",
        ),
    ],
)
def test_two_things_with_one_aws_name_are_refused(changes, path, other):
    lines = refused(changes)
    assert any(
        line.startswith(f"{path}: gets the AWS name ") and f"which {other} has already" in line for line in lines
    )


def test_empty_tags_are_refused():
    assert refused({"tags": {}}) == ["tags: must not be empty. Add a tag such as Owner: platform-team."]


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("", "x", "must have a key of 1 to 128 characters"),
        ("k" * 129, "x", "must have a key of 1 to 128 characters"),
        ("Key", "x" * 257, "must have at most 256 characters"),
        ("aws:owner", "x", "must not start with aws:"),
        ("AWS:owner", "x", "must not start with aws:"),
        ("Key", "a;b", "must be letters, digits, spaces"),
        ("Environment", "dev", "is set by the stack (got dev). Set environment instead."),
        ("ManagedBy", "hand", "is set by the stack (got hand). Remove it."),
        ("Name", "me", "is set by the stack (got me). Remove it."),
    ],
)
def test_a_tag_that_aws_or_the_stack_does_not_leave_free_is_refused(key, value, rule):
    [line] = refused({"tags": {key: value}})
    assert line.startswith(f"tags.{key}".rstrip(".") if key else "tags")
    assert rule in line


def test_more_tags_than_aws_takes_are_refused():
    [line] = refused({"tags": {f"Tag{number}": "x" for number in range(43)}})
    assert line == (
        "tags: must leave room within AWS's 50 tags a resource, 52 with those of the stack itself. Remove 2."
    )


def test_common_tags_hold_what_every_resource_carries():
    args = TapStackArgs(**{**GOOD, "tags": {"Owner": "me", "CostCenter": "7"}, "compliance": "PCI-DSS"})
    assert args.common_tags == {
        "Project": "TapStack",
        "Owner": "me",
        "CostCenter": "7",
        "Application": "tapstack",
        "Environment": "dev",
        "EnvironmentSuffix": "dev",
        "Compliance": "PCI-DSS",
        "ManagedBy": "Pulumi",
    }
