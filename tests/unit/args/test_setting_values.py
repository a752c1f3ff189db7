"""Problems of single values: each place once, with its rule and its remedy."""

import datetime

import pytest

from lib.args.grant import GrantArgs
from lib.args.network import NetworkArgs, TierArgs
from lib.args.problems import SettingsError
from lib.args.stack import TapStackArgs
from tests.support.settings import REMOVED, accepted, changed, refused

PAYMENT = "networks.payment"


def test_good_settings_are_accepted():
    assert accepted({}).networks["payment"].tiers["app"].kind == "private"


def test_an_unknown_region_is_refused_with_the_nearest_one():
    assert refused({"region": "us-east1"}) == ["region: must be an AWS region (got us-east1). Did you mean us-east-1?"]
    assert refused({"region": "mars"}) == [
        "region: must be an AWS region (got mars). Use a region such as us-east-1 or eu-central-1."
    ]


@pytest.mark.parametrize("text", ["10.0.0.0", "10.0.0/16", "10.0.0.0/33", "ten", "::/64", "10.0.0.0/255.255.0.0", ""])
def test_a_malformed_cidr_is_refused(text):
    [line] = refused({f"{PAYMENT}.cidr": text})
    assert line.startswith("networks.payment.cidr: must be an IPv4 CIDR block (got ")
    assert line.endswith("Use a block such as 10.0.0.0/16.")


@pytest.mark.parametrize(("text", "use"), [("10.0.0.0/8", "10.0.0.0/16"), ("10.5.0.0/25", "10.5.0.0/24")])
def test_a_network_block_outside_16_to_24_is_refused(text, use):
    assert refused({f"{PAYMENT}.cidr": text}) == [
        f"networks.payment.cidr: must be between /16 and /24 (got {text}). Use a block such as {use}."
    ]


def test_host_bits_are_refused_with_the_block_that_was_meant():
    assert refused({f"{PAYMENT}.cidr": "10.0.1.0/16"}) == [
        "networks.payment.cidr: must have no host bits set (got 10.0.1.0/16). Use 10.0.0.0/16."
    ]


def test_a_boolean_is_no_number():
    assert refused({f"{PAYMENT}.tiers.app.slot": True}) == [
        "networks.payment.tiers.app.slot: must be a whole number (got true). Write a number; true, yes and on are none."
    ]


def test_a_number_in_quotes_is_told_to_lose_them():
    assert refused({f"{PAYMENT}.tiers.app.slot": "3"}) == [
        "networks.payment.tiers.app.slot: must be a whole number (got 3). Write 3 without quotes."
    ]


def test_a_fraction_is_no_whole_number():
    assert refused({f"{PAYMENT}.tiers.app.slot": 1.5}) == [
        "networks.payment.tiers.app.slot: must be a whole number (got 1.5). Write a whole number."
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(16.10, "16.1"), (750, "750"), (True, "true"), (datetime.date(2026, 1, 1), '"2026-01-01"')],
)
def test_text_that_yaml_made_something_else_is_told_to_be_quoted(value, shown):
    assert refused({"compliance": value}) == [
        f"compliance: must be text (got {shown}). Put it in quotes: YAML read it as {shown}."
    ]


def test_an_account_specific_suffix_that_yaml_made_a_number_is_told_to_be_quoted():
    assert refused({"environment_suffix": 42}) == [
        "environment_suffix: must be text (got 42). Put it in quotes: YAML read it as 42."
    ]


@pytest.mark.parametrize("port", [0, 65536, -1])
def test_a_port_out_of_range_is_refused(port):
    [line] = refused({f"{PAYMENT}.allow": [{"from": "web", "to": "app", "port": port}]})
    assert line.startswith("networks.payment.allow[0].port: must be at ")
    assert f"(got {port})" in line


@pytest.mark.parametrize("zones", [True, 0, 9, 2.0, [], ["us-east-1a", 3], {"a": 1}])
def test_zones_are_a_count_or_names_and_reported_once(zones):
    [line] = refused({f"{PAYMENT}.zones": zones})
    assert line.startswith("networks.payment.zones: must be a count of zones, 1 to 8, or a list of their names (got ")


def test_one_value_stands_for_a_list_of_one():
    args = accepted({"networks.analytics.tiers.api.cidrs": "10.1.2.0/24", "networks.analytics.zones": "us-west-2b"})
    assert args.networks["analytics"].tiers["api"].cidrs == ("10.1.2.0/24",)
    assert args.networks["analytics"].zones == ("us-west-2b",)


def test_an_unknown_key_is_refused_with_the_nearest_known_one():
    assert refused({f"{PAYMENT}.teirs": {}}) == ["networks.payment.teirs: is not a known key. Did you mean tiers?"]


def test_an_unknown_key_near_to_none_gets_the_list():
    assert refused({f"{PAYMENT}.tiers.app.colour": "red"}) == [
        "networks.payment.tiers.app.colour: is not a known key. Choose one of: cidrs, kind, prefix, slot, subnet_ids."
    ]


def test_a_missing_key_is_named_and_explained():
    assert refused({f"{PAYMENT}.allow": [{"from": "web", "port": 80}]}) == [
        "networks.payment.allow[0].to: is required. Add it: Who accepts the connection."
    ]


def test_a_word_that_is_none_of_a_setting_is_refused_with_the_nearest():
    assert refused({f"{PAYMENT}.nat": "singel"}) == [
        "networks.payment.nat: must be one of none, single, per-zone, regional (got singel). Did you mean single?"
    ]
    assert refused({f"{PAYMENT}.nat": 3}) == [
        "networks.payment.nat: must be one of none, single, per-zone, regional (got 3). Choose one of these."
    ]


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("networks", [], "must be a map of names"),
        ("networks.payment", 5, "must be a map of settings"),
        ("networks.payment.allow", {"from": "web"}, "must be a list"),
        ("networks.payment.tiers", {}, "must have at least 1 entries"),
        ("networks.payment.primary", "yes", "must be true or false"),
        ("networks.payment.vpc_id", "my-vpc", "must be a VPC id"),
        ("networks.payment.role_arn", "role", "must be the ARN of an IAM role"),
        ("networks.payment.endpoints", ["S3!"], "must be the short name of an AWS endpoint service"),
        ("networks.payment.security_groups.lb.description", "", "must be 1 to 255 of the characters that EC2 takes"),
        (
            "networks.payment.security_groups.lb.description",
            "Größe",
            "must be 1 to 255 of the characters that EC2 takes",
        ),
        (
            "networks.payment.security_groups.lb.description",
            "x" * 256,
            "must be 1 to 255 of the characters that EC2 takes",
        ),
        ("networks.Payment", {"tiers": {"a": {}}}, "must be lower-case letters"),
        ("networks.pay--ment", {"tiers": {"a": {}}}, "must be lower-case letters"),
        ("peerings.payment-analytics.between", ["payment", "analytics", "third"], "must have at most 2 entries"),
        ("monitoring.emails", ["nobody"], "must be an e-mail address"),
        ("protection.key_deletion_days", 31, "must be at most 30"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_where_it_stands(path, value, rule):
    [line] = refused({path: value})
    assert line.startswith(path)
    assert f": {rule}" in line


def test_a_malformed_subnet_id_is_refused():
    tier = {"subnet_ids": ["net-1"]}
    assert refused({"networks.old": {"vpc_id": "vpc-1", "tiers": {"app": tier}}}) == [
        "networks.old.tiers.app.subnet_ids[0]: must be a subnet id (got net-1). "
        "Use an id such as subnet-0a1b2c3d4e5f67890."
    ]


def test_all_problems_are_told_at_once_and_each_place_once():
    lines = refused(
        {
            "tags": {},
            "region": "mars",
            f"{PAYMENT}.cidr": "10.0.0.1/16",
            f"{PAYMENT}.zones": True,
            f"{PAYMENT}.allow": [{"from": "web", "to": "ap", "port": 80}, {"from": "web", "to": "app", "port": 0}],
            "peerings.payment-analytics.between": ["payment", "analytic"],
        }
    )
    assert sorted(line.split(": ")[0] for line in lines) == [
        "networks.payment.allow[0].to",
        "networks.payment.allow[1].port",
        "networks.payment.cidr",
        "networks.payment.zones",
        "peerings.payment-analytics.between[1]",
        "region",
        "tags",
    ]


def test_the_message_counts_and_lists_the_problems():
    with pytest.raises(SettingsError) as raised:
        TapStackArgs(**changed({"region": "mars", f"{PAYMENT}.nat": "x"}))
    assert str(raised.value).splitlines()[0] == "The settings have 2 problems:"
    assert [line[:2] for line in str(raised.value).splitlines()[1:]] == ["  ", "  "]


def test_a_broken_element_of_a_list_does_not_shift_the_places_of_the_others():
    lines = refused(
        {
            f"{PAYMENT}.allow": [
                7,
                {"from": "web", "to": "nowhere", "port": 80},
                8,
                {"from": "x", "to": "app", "port": 1},
            ]
        }
    )
    assert [line.split(": ")[0] for line in lines] == [
        "networks.payment.allow[0]",
        "networks.payment.allow[2]",
        "networks.payment.allow[1].to",
        "networks.payment.allow[3].from",
    ]


def test_what_refers_to_a_broken_thing_is_not_unknown():
    assert len(refused({"networks.analytics.tiers.api": 5})) == 1
    assert len(refused({"networks.analytics": {"cidr": "10.1.0.0/16"}})) == 1
    assert len(refused({"networks.payment.tiers.app": "private"})) == 1


def test_a_broken_value_has_no_follow_ups():
    assert len(refused({f"{PAYMENT}.tiers.database.cidrs": ["10.0.200.0/24", "10.0.201.0"]})) == 1
    assert len(refused({f"{PAYMENT}.vpc_id": "my-vpc", f"{PAYMENT}.cidr": REMOVED})) == 1


def test_required_keys_of_the_stack_are_named_with_the_rest():
    lines = refused({"tags": REMOVED, "environment_suffix": REMOVED, "networks.analytics.cidr": "10.0.0.0/20"})
    assert [line.split(": ")[0] for line in lines] == ["environment_suffix", "tags", "networks.analytics.cidr"]


def test_settings_that_are_no_map_are_refused():
    with pytest.raises(SettingsError, match="settings: must be a map"):
        TapStackArgs.model_validate(["networks"])


def test_keys_that_are_no_text_are_unknown_keys():
    with pytest.raises(SettingsError, match="1: is not a known key"):
        TapStackArgs.model_validate({**changed({}), 1: 2})


def test_validated_settings_validate_to_themselves():
    args = accepted({})
    assert TapStackArgs.model_validate(args) is args


def test_a_section_made_alone_raises_the_same_error():
    with pytest.raises(SettingsError, match=r"^The settings have 1 problem:\n  cidr: must be between /16 and /24"):
        NetworkArgs(cidr="10.0.0.0/8", tiers={"app": TierArgs()})
    with pytest.raises(SettingsError, match="tiers: is required"):
        NetworkArgs.model_validate({"cidr": "10.0.0.0/16"})


def test_sections_made_in_python_are_taken_as_they_are():
    network = NetworkArgs(
        cidr="10.0.0.0/16", tiers={"app": TierArgs()}, allow=(GrantArgs(source="vpc", target="app", port=80),)
    )
    args = TapStackArgs(environment_suffix="dev", tags={"Owner": "me"}, networks={"main": network})
    assert args.networks["main"] == network
