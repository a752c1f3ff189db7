"""The outputs file and the record beside it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap import outputs
from tap.plan import UNKNOWN, Secret

RECORD = outputs.DeploymentRecord("tap", "embedded", "http://127.0.0.1:1", "vpc-peering", "dev", "us-east-1", "now")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.builds(Secret, st.text()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_flat_values_are_scalars_or_lists_of_them_and_hold_no_secret(exports: dict[str, object]) -> None:
    flat = outputs.flat(exports)
    assert list(flat) == sorted(flat)
    for value in flat.values():
        for item in value if isinstance(value, list) else [value]:
            assert isinstance(item, (str, int, float, bool))
    json.dumps(flat)


def test_a_secret_anywhere_in_an_export_keeps_it_out() -> None:
    exports = {"a": Secret("x"), "b": ["y", Secret("x")], "c": {"d": Secret("x")}, "e": "y", "f": None, "g": UNKNOWN}
    assert outputs.flat(exports) == {"e": "y"}


def test_nested_values_are_json_text_with_sorted_keys() -> None:
    assert outputs.flat({"zones": {"b": 1, "a": [2]}, "many": [{"b": 1, "a": 2}]}) == {
        "many": ['{"a": 2, "b": 1}'],
        "zones": '{"a": [2], "b": 1}',
    }


def test_both_files_are_written_read_and_removed(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert outputs.write(folder, {"b": 1, "a": True}, RECORD) == {"a": True, "b": 1}
    assert (folder / "flat-outputs.json").read_text() == '{\n  "a": true,\n  "b": 1\n}\n'
    assert outputs.read_record(folder) == RECORD
    assert {path.name for path in folder.iterdir()} == {"flat-outputs.json", "deployment.json"}
    outputs.remove(folder)
    outputs.remove(folder)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"engine": "tap", "colour": "red"}'])
def test_a_record_of_another_make_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "deployment.json").write_text(content)
    assert outputs.read_record(tmp_path) is None
    assert outputs.read_record(tmp_path / "nowhere") is None


def test_the_folder_is_the_project_s_unless_the_environment_names_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TAP_OUTPUTS", raising=False)
    assert outputs.outputs_folder(tmp_path) == tmp_path / "cfn-outputs"
    monkeypatch.setenv("TAP_OUTPUTS", str(tmp_path / "other"))
    assert outputs.outputs_folder(tmp_path) == tmp_path / "other"
