"""Properties of settings: whatever is written is good or refused with a list, and layers keep their laws."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.args.layers import merge
from lib.args.problems import SettingsError
from lib.args.stack import TapStackArgs
from tests.support.settings import GOOD, REMOVED

names = st.sampled_from(["a", "b", "networks", "payment", "tiers", "app", "cidr", "Bad Name", "", "a.b", "[0]"])
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 70000),
    st.floats(),
    st.dates(),
    st.text(max_size=8),
    st.sampled_from(
        [
            "10.0.0.0/16",
            "10.0.1.0/24",
            "0.0.0.0/0",
            "internet",
            "vpc",
            "app",
            "payment.app",
            "us-east-1a",
            "public",
            "s3",
        ]
    ),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(names, st.integers(), st.dates()), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value, path=()):
    """Every place in nested settings."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield (*path, key)
        yield from places(below, (*path, key))


def put(settings, path, value):
    """The settings with another value at a place, or without it."""
    *above, last = path
    inner = settings
    for key in above:
        inner = inner[key]
    if value is REMOVED:
        del inner[last]
    else:
        inner[last] = value


@st.composite
def mutated(draw):
    settings = copy.deepcopy(dict(GOOD))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(sorted(places(settings), key=str) or [("networks",)]))
        put(settings, path, draw(st.one_of(values, st.just(REMOVED))))
    return settings


def problems(settings):
    """What is wrong with settings: nothing, or a list that is not empty."""
    try:
        TapStackArgs.model_validate(settings)
    except SettingsError as error:
        return error.problems or pytest.fail("an error without problems")
    return ()


@given(mutated())
def test_changed_settings_are_good_or_refused_with_a_list(settings):
    before = copy.deepcopy(settings)
    found = problems(settings)
    assert all(problem.path and problem.rule and problem.remedy for problem in found)
    assert len({(problem.path, problem.rule) for problem in found}) == len(found)
    assert repr(settings) == repr(before)


@given(values)
def test_whatever_is_written_is_good_or_refused_with_a_list(settings):
    problems(settings)


@given(st.dictionaries(names, values, max_size=4))
def test_settings_with_a_suffix_and_tags_are_good_or_refused_with_a_list(settings):
    problems({"environment_suffix": "dev", "tags": {"Owner": "me"}, "networks": settings})


layers = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(
        st.integers(),
        lambda inner: st.one_of(
            st.lists(inner, max_size=2), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
        ),
        max_leaves=5,
    ),
    max_size=3,
)


@given(layers)
def test_an_empty_layer_changes_nothing(layer):
    assert merge({}, layer) == merge(layer, {}) == layer


@given(layers)
def test_a_layer_over_itself_is_itself(layer):
    assert merge(layer, layer) == layer


@given(layers, layers, layers)
def test_layers_merge_the_same_however_they_are_grouped(first, second, third):
    assert merge(merge(first, second), third) == merge(first, second, third)
    assert merge(first, second, third) == merge(merge(first, second), merge(third))


@given(layers, layers)
def test_what_the_later_layer_says_stands(below, above):
    merged = merge(below, above)
    assert merge(merged, above) == merged
    for key, value in above.items():
        if not isinstance(value, dict):
            assert merged[key] == value
    assert {key: merged[key] for key in below if key not in above} == {
        key: value for key, value in below.items() if key not in above
    }
