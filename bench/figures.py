"""Figures: what was measured, beside its goal."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from rich.markup import escape
from rich.table import Table

PACKAGES = ("pulumi", "pulumi-aws", "moto")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its value in its unit, the most that it should be (None: no goal), and what it is made of.

    A figure without a value could not be taken; `detail` says why.
    """

    name: str
    value: float | None
    unit: str = ""
    goal: float | None = None
    detail: str = ""

    @property
    def ok(self) -> bool | None:
        """Whether the goal is met; None where there is nothing to compare."""
        return None if self.value is None or self.goal is None else self.value <= self.goal


def ratio(
    name: str, values: Sequence[float], over: Sequence[float], unit: str, goal: float | None, note: str = ""
) -> Figure:
    """The median, over the rounds, of each round's value over its other value, both in `unit`.

    Taken round by round, so that a machine that grows slower on the way weighs on both sides alike.
    """
    ratios = [value / other for value, other in zip(values, over, strict=True)]
    parts = [f"{_number(median(values))} {unit} over {_number(median(over))} {unit}"]
    parts += [f"rounds {_number(min(ratios))} to {_number(max(ratios))}", *filter(None, [note])]
    return Figure(name, median(ratios), goal=goal, detail="; ".join(parts))


def table(figures: Iterable[Figure], rounds: int) -> Table:
    """The figures as a terminal shows them."""
    shown = Table(title=f"Medians of {rounds} rounds on {os.cpu_count()} cores", title_justify="left")
    for heading, justify in (("figure", "left"), ("", "right"), ("goal", "right"), ("", "left"), ("made of", "left")):
        shown.add_column(heading, justify=justify)  # pyright: ignore[reportArgumentType] one of Rich's literals
    for figure in figures:
        value = "not taken" if figure.value is None else f"{_number(figure.value)} {figure.unit}".rstrip()
        goal = "" if figure.goal is None else f"≤ {figure.goal:g} {figure.unit}".rstrip()
        verdict = {None: "", True: "[green]ok[/]", False: "[red]missed[/]"}[figure.ok]
        shown.add_row(escape(figure.name), value, goal, verdict, escape(figure.detail))
    return shown


def write(file: Path, figures: Iterable[Figure], rounds: int) -> None:
    """Leave the figures, and what they were measured with, as JSON."""
    content: dict[str, Any] = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "rounds": rounds,
        "cores": os.cpu_count(),
        "versions": {"python": platform.python_version()} | {package: version(package) for package in PACKAGES},
        "figures": [
            {key: getattr(figure, key) for key in ("name", "value", "unit", "goal", "ok", "detail")}
            for figure in figures
        ],
    }
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
