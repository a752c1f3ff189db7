"""Figures, their goals, the table and the file."""

import io
import json

import pytest
from rich.console import Console

from bench.figures import Figure, ratio, table, write


def shown(figures: list[Figure]) -> str:
    console = Console(width=200, file=io.StringIO())
    with console.capture() as captured:
        console.print(table(figures, 3))
    return captured.get()


def test_a_ratio_is_the_median_of_those_of_the_rounds_and_says_what_it_is_made_of():
    figure = ratio("time", [3.0, 90.0, 2.0], [2.0, 1.0, 40.0], "s", 1.15, "8 resources")
    assert figure.value == pytest.approx(1.5)
    assert figure.detail == "3 s over 2 s; rounds 0.05 to 90; 8 resources"


@pytest.mark.parametrize(("value", "ok"), [(1.1, True), (1.15, True), (1.2, False), (None, None)])
def test_a_goal_is_the_most_that_a_figure_should_be(value, ok):
    assert Figure("time", value, goal=1.15).ok is ok


def test_a_figure_without_a_goal_is_neither_met_nor_missed():
    assert Figure("rate", 30.0, "/s").ok is None


def test_the_table_shows_value_goal_and_verdict():
    text = shown([Figure("time", 1.234, goal=1.15, detail="a over b"), Figure("memory", 1.0, goal=1.2)])
    assert "3 rounds" in text
    time, memory = (line for line in text.splitlines() if "1." in line)
    assert all(part in time for part in ("time", "1.23", "≤ 1.15", "missed", "a over b"))
    assert "ok" in memory


def test_the_table_says_why_a_figure_was_not_taken():
    text = shown([Figure("embedded", None, detail="the server [port] did not start")])
    assert "not taken" in text
    assert "the server [port] did not start" in text


def test_the_file_holds_figures_and_what_they_were_measured_with(tmp_path):
    file = tmp_path / "results.json"
    write(file, [Figure("time", 1.2, goal=1.15), Figure("embedded", None, detail="no server")], 3)
    content = json.loads(file.read_text(encoding="utf-8"))
    assert set(content["versions"]) == {"python", "pulumi", "pulumi-aws", "moto"}
    assert content["rounds"] == 3
    assert content["cores"] >= 1
    assert [(figure["name"], figure["value"], figure["ok"]) for figure in content["figures"]] == [
        ("time", 1.2, False),
        ("embedded", None, None),
    ]
