"""A run that did not end well gives no figure, and the command says so."""

import json
import os

import pytest
from typer.testing import CliRunner

from bench import __main__ as command
from bench import benchmarks
from bench.figures import Figure
from bench.measuring import MeasurementError, alone, measure, repeat
from tap.engine.project import StackConfig

CONFIG = StackConfig(project="broken", stack="dev")


@pytest.fixture
def broken(tmp_path):
    (tmp_path / "__main__.py").write_text("import pulumi\n\nraise pulumi.RunError('no settings')\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def bench(monkeypatch, tmp_path):
    """The command, with benchmarks of its own and its results file elsewhere."""

    def not_taken(_rounds: int) -> list[Figure]:
        raise MeasurementError("no server")

    def taken(rounds: int) -> list[Figure]:
        return [Figure("slow", float(rounds), goal=1.15)]

    monkeypatch.setattr(benchmarks, "benchmarks", lambda: {"taken": taken, "not-taken": not_taken})
    monkeypatch.setattr(command, "RESULTS", tmp_path / "results.json")
    app = command.typer.Typer()
    app.command()(command.main)
    return lambda *args: CliRunner().invoke(app, args)


def test_a_program_that_ends_badly_gives_no_figure(broken):
    with pytest.raises(MeasurementError, match="no settings"):
        measure(broken, CONFIG)
    with pytest.raises(MeasurementError, match="no settings"):
        repeat(broken, [CONFIG], 1)


def test_a_measuring_process_that_ends_by_itself_gives_no_figure():
    with pytest.raises(MeasurementError, match="ended by itself"):
        alone(os._exit, 3)


def test_a_measuring_process_knows_nothing_of_settings_outside(monkeypatch):
    monkeypatch.setenv("TAP_BLUEPRINT", "banking-vpc")
    assert alone(os.getenv, "TAP_BLUEPRINT") is None


def test_a_missed_goal_is_shown_and_fails_nothing(bench, tmp_path):
    ended = bench("--rounds", "2", "--only", "taken")
    assert ended.exit_code == 0
    assert "missed" in ended.output
    figures = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["figures"]
    assert [(figure["name"], figure["value"], figure["ok"]) for figure in figures] == [("slow", 2.0, False)]


def test_a_figure_that_was_not_taken_ends_the_command_with_1_after_the_others(bench):
    ended = bench("--rounds", "1")
    assert ended.exit_code == 1
    assert "slow" in ended.output
    assert "no server" in ended.output


def test_an_unknown_benchmark_is_refused_with_the_known_ones(bench):
    ended = bench("--only", "moon")
    assert ended.exit_code == 2
    assert "--only moon: is not a benchmark. There are: taken, not-taken." in ended.output
