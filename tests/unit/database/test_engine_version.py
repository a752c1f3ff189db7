"""Versions of Aurora PostgreSQL, held against what the regions offer."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from lib.database.engine_version import check_versions
from lib.foundation.component import Component
from lib.foundation.regions import Regions
from tap.engine.answers import AnswerError, Provider
from tap.recording import Recording
from tests.support.deploy import deploy
from tests.support.stack import stack_args

Change = Callable[[Mapping[str, Any], str], Mapping[str, Any]]
TIERS = {"db": {"kind": "isolated"}}
NETWORKS = {
    "main": {"cidr": "10.0.0.0/16", "tiers": TIERS},
    "recovery": {"cidr": "10.1.0.0/16", "tiers": TIERS, "region": "us-west-2"},
}


class Offers(Recording):
    """A Recording that keeps the look-ups, and changes what it answers to them."""

    def __init__(self, change: Change = lambda answer, _: answer) -> None:
        super().__init__()
        self.change = change
        self.asked: list[tuple[str, str | None]] = []

    def invoke(
        self, token: str, args: Mapping[str, Any], provider: Provider | None, region: str | None
    ) -> Mapping[str, Any]:
        assert provider is not None
        assert args["latest"] is True
        self.asked.append((region or "", args.get("version")))
        return self.change(super().invoke(token, args, provider, region), region or "")


def lines(answers: Recording, *versions: str, **settings: Any) -> list[str]:
    """What is said of databases of these versions."""
    database = {"network": "main", "tier": "db", "instance_class": "db.r6g.large", **settings}
    databases = {f"db{index}": {**database, "engine_version": version} for index, version in enumerate(versions)}
    args = stack_args(networks=NETWORKS, databases=databases)
    found: list[str] = []

    def program() -> None:
        regions = Regions(args, Component("tap:tests:Parent", "parent", None))
        found.extend(map(str, check_versions(args, regions)))

    deploy(program, answers=answers)
    return found


@pytest.mark.parametrize("version", ["16", "16.4"])
def test_a_version_that_is_offered_is_looked_up_once_in_each_region(version: str) -> None:
    answers = Offers()
    assert lines(answers, version, version, secondary_networks=["recovery"]) == []
    assert sorted(answers.asked) == [("us-east-1", version), ("us-west-2", version)]


def test_a_version_that_is_not_offered_lists_the_newest_of_each_major() -> None:
    assert lines(Offers(), "99") == [
        "databases.db0.engine_version: is no version of Aurora PostgreSQL that us-east-1 offers (got 99). "
        "Choose one of the newest of each major: 17.5, 16.9, 15.13, 14.18, 13.21."
    ]
    assert len(lines(Offers(), "16.99", "17.4")) == 1


def test_a_version_is_asked_for_in_every_region_of_the_database() -> None:
    def not_in_the_west(answer: Mapping[str, Any], region: str) -> Mapping[str, Any]:
        if region == "us-west-2" and answer["versionActual"] == "16.4":
            raise AnswerError("no RDS engine versions match the criteria")
        return answer

    [line] = lines(Offers(not_in_the_west), "16.4", secondary_networks="recovery")
    assert "that us-west-2 offers (got 16.4)" in line


def test_a_region_without_any_version_leaves_another_region() -> None:
    def nothing(answer: Mapping[str, Any], region: str) -> Mapping[str, Any]:
        raise AnswerError("no RDS engine versions match the criteria")

    [line] = lines(Offers(nothing), "16")
    assert line.endswith("Choose another region.")


def test_a_look_up_that_fails_otherwise_is_told_in_its_own_words() -> None:
    def denied(answer: Mapping[str, Any], region: str) -> Mapping[str, Any]:
        raise AnswerError("AccessDenied: not authorized")

    [line] = lines(Offers(denied), "16")
    assert line.startswith("databases.db0.engine_version: could not be looked up in us-east-1: ")
    assert "AccessDenied: not authorized" in line
    assert line.endswith("(got 16). Check credentials and permissions.")


def test_a_version_without_global_databases_serves_a_database_in_one_region_only() -> None:
    def never_global(answer: Mapping[str, Any], region: str) -> Mapping[str, Any]:
        return {**answer, "supportsGlobalDatabases": False}

    assert lines(Offers(never_global), "16") == []
    assert lines(Offers(never_global), "16", secondary_networks=["recovery"]) == [
        f"databases.db0.engine_version: can be no Global Database's in {region} (got 16). "
        "Choose a newer version, or remove secondary_networks."
        for region in ("us-east-1", "us-west-2")
    ]
