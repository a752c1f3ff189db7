"""Values on the wire and in a Plan."""

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap.engine import wire
from tap.plan import UNKNOWN, Secret

scalars = st.one_of(
    st.booleans(),
    st.text(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer()),
    st.just(UNKNOWN),
)
keys = st.text().filter(lambda key: key != wire.SIGNATURE)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(keys, inner), st.builds(Secret, inner)),
    max_leaves=12,
)


@given(st.dictionaries(keys, values))
def test_what_is_encoded_is_decoded_to_the_same(given_values):
    assert wire.decode(wire.encode(given_values)) == given_values


@given(values)
def test_plain_values_hold_no_secret(value):
    assert not wire.holds(wire.plain(value), wire.is_secret)


@pytest.mark.parametrize(
    "asset",
    [
        pulumi.FileAsset("a.py"),
        pulumi.StringAsset("text"),
        pulumi.RemoteAsset("https://a"),
        pulumi.FileArchive("a.zip"),
        pulumi.RemoteArchive("https://a.zip"),
    ],
)
def test_assets_and_archives_stay_what_they_are(asset):
    (found,) = wire.decode(wire.encode({"a": asset})).values()
    assert type(found) is type(asset)
    assert vars(found) == vars(asset)


def test_an_archive_of_assets_keeps_them():
    found = wire.decode(wire.encode({"a": pulumi.AssetArchive({"x": pulumi.StringAsset("1")})}))["a"]
    assert found.assets["x"].text == "1"


def test_an_asset_that_is_not_known_yet_is_an_unknown():
    asset = {wire.SIGNATURE: wire.ASSET, "text": UNKNOWN}
    assert wire.decode(wire.encode({"a": asset}))["a"] is UNKNOWN


def test_an_asset_with_a_secret_in_it_is_a_secret():
    asset = {wire.SIGNATURE: wire.ASSET, "text": Secret("word")}
    found = wire.decode(wire.encode({"a": asset}))["a"]
    assert isinstance(found, Secret)
    assert found.value.text == "word"


def test_a_key_without_value_is_left_out():
    assert wire.decode(wire.encode({"a": None, "b": {"c": None}})) == {"b": {}}


def test_a_signature_nobody_knows_is_an_error():
    with pytest.raises(ValueError, match="no value is known with the signature odd"):
        wire.decode(wire.encode({"a": {wire.SIGNATURE: "odd"}}))


def test_an_output_is_secret_where_its_input_is():
    assert wire.keep_secret("a", Secret("b")) == Secret("a")
    assert wire.keep_secret({"a": 1, "b": 2}, {"a": Secret(1)}) == {"a": Secret(1), "b": 2}
    assert wire.keep_secret([1, 2], [Secret(1), 2]) == Secret([1, 2])
    assert wire.keep_secret(Secret(1), Secret(1)) == Secret(1)
    assert wire.keep_secret("a", "b") == "a"
