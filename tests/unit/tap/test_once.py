"""What is deployed once in a test run, and what is not."""

from pathlib import Path
from typing import Any

import pytest

from tap.plan import UNKNOWN, Plan, Secret
from tests.support import shelf
from tests.support.deploy import once


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
    monkeypatch.setattr(shelf, "folder", tmp_path)
    return []


def worker(deployed: list[Any]) -> Any:
    """One worker's own way to deploy, with what has been deployed by all of them."""

    @once
    def deployment(what: Any, preview: bool = False) -> Plan:
        deployed.append(what)
        exports = {"what": what, "secret": Secret(1), "unknown": UNKNOWN, "count": len(deployed)}
        return Plan("p", "dev", preview, (), (), exports)

    return deployment


def test_the_same_arguments_are_deployed_once_by_all_workers(deployed: list[Any]) -> None:
    one, other = worker(deployed), worker(deployed)
    assert one("a") is one("a", preview=False) is one(what="a")
    assert other("a") == one("a")
    assert other("a").exports["unknown"] is UNKNOWN
    assert deployed == ["a"]


def test_other_arguments_are_deployed_by_themselves(deployed: list[Any]) -> None:
    one = worker(deployed)
    assert len({one(what, preview).exports["count"] for what in ("a", "b") for preview in (False, True)}) == 4


def test_what_has_no_writing_of_its_own_is_deployed_each_time(deployed: list[Any]) -> None:
    one, thing = worker(deployed), object()
    assert one(thing).exports["count"] == 1
    assert one(thing).exports["count"] == 2


def test_nothing_is_left_where_there_is_one_worker(deployed: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "folder", None)
    assert worker(deployed)("a").exports["count"] == 1
    assert worker(deployed)("a").exports["count"] == 2
