"""Layers, and the types that text is read as."""

import pytest

from lib.args.fields import field_at, typed
from lib.args.layers import merge, nested, values_at
from lib.args.network import NetworkArgs, TierArgs
from lib.args.stack import TapStackArgs


def test_maps_merge_by_key_and_the_later_layer_wins():
    assert merge({"a": {"x": 1, "y": 2}}, {"a": {"y": 3, "z": 4}}) == {"a": {"x": 1, "y": 3, "z": 4}}


def test_lists_and_scalars_replace():
    assert merge({"a": [1, 2], "b": {"x": 1}, "c": 5}, {"a": [3], "b": 7, "c": {"y": 1}}) == {
        "a": [3],
        "b": 7,
        "c": {"y": 1},
    }


def test_values_at_a_path_are_found_under_every_name_in_whatever_was_written():
    settings = {"databases": {"orders": {"migrations": "a"}, "more": {"migrations": ["b"]}, "bare": {}, "text": "c"}}
    assert list(values_at(settings, "databases.*.migrations")) == ["a", ["b"]]
    assert list(values_at(settings, "apis.*.table")) == list(values_at([settings], "databases")) == []


def test_null_removes_what_was_said_below():
    assert merge({"a": {"x": 1, "y": 2}, "b": 3}, {"a": {"x": None}, "b": None, "c": None}) == {"a": {"y": 2}}
    assert merge({"a": 1}, {"a": None}, {"a": 2}) == {"a": 2}


def test_layers_are_not_changed_and_not_shared():
    below, above = {"a": {"x": 1}}, {"a": {"y": 2}, "b": {"z": 3}}
    merged = merge(below, above)
    merged["a"]["x"] = merged["b"]["z"] = 9
    assert (below, above) == ({"a": {"x": 1}}, {"a": {"y": 2}, "b": {"z": 3}})


def test_a_section_counts_as_what_was_given_to_it():
    network = NetworkArgs(cidr="10.0.0.0/16", tiers={"app": TierArgs(kind="public")})
    assert merge({"n": {"cidr": "10.9.0.0/16", "nat": "single"}}, {"n": network}) == {
        "n": {"cidr": "10.0.0.0/16", "nat": "single", "tiers": {"app": {"kind": "public"}}}
    }


def test_a_nested_layer_says_one_thing():
    assert nested(["a", "b", "c"], 1) == {"a": {"b": {"c": 1}}}


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("networks.main.cidr", "10.0.0.0/16", "10.0.0.0/16"),
        ("networks.main.zones", "3", 3),
        ("networks.main.zones", "us-east-1a, us-east-1b", ["us-east-1a", "us-east-1b"]),
        ("networks.main.tiers.app.slot", " 4 ", 4),
        ("networks.main.tiers.app.slot", "four", "four"),
        ("networks.main.tiers.app.cidrs", "10.0.1.0/24", ["10.0.1.0/24"]),
        ("networks.main.tiers.app.cidrs", '["10.0.1.0/24", "10.0.2.0/24"]', ["10.0.1.0/24", "10.0.2.0/24"]),
        ("networks.main.tiers.app.cidrs", "[10.0.1.0/24", ["[10.0.1.0/24"]),
        ("networks.main.primary", "true", True),
        ("networks.main.primary", "yes", "yes"),
        ("networks.main", '{"nat": "single"}', {"nat": "single"}),
        ("tags", '{"a": "b"}', {"a": "b"}),
        ("tags", "none", "none"),
        ("compliance", "3", "3"),
        ("tags.Owner", "3", "3"),
        ("aws.profile", "me", "me"),
        ("aws.assume_role.duration", "1h", "1h"),
        ("networks.main.tiers.app.slot", 5, 5),
    ],
)
def test_text_is_read_as_the_type_of_its_setting(path, text, value):
    read = typed(text, field_at(TapStackArgs, path.split(".")))
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize("path", ["network", "networks.main.cidrr", "region.name", "networks.main.cidr.x", "tags.a.b"])
def test_a_path_that_leads_nowhere_has_no_type(path):
    assert field_at(TapStackArgs, path.split(".")) is None


def test_places_in_lists_have_the_type_of_the_elements():
    assert field_at(TapStackArgs, ["networks", "main", "allow", 0, "from"]) is not None
    assert field_at(TapStackArgs, ["networks", "main", "allow", "first"]) is None
