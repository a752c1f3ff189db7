"""The few forms of Markdown that generated pages are made of."""

from collections.abc import Iterable, Sequence
from typing import Any

from lib.args.problems import written

MARK = "<!-- Written by `python -m tap schema`; not by hand. -->"


def page(parts: Iterable[str]) -> str:
    """A page of these headings, paragraphs and tables."""
    return "\n\n".join(parts) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; what a row has may hold any character."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)


def diagram(text: str) -> str:
    """A chart in Mermaid's text, which GitHub draws."""
    return f"```mermaid\n{text}```"


def code(value: Any) -> str:
    """A value as one would write it in YAML, as code."""
    return f"`{written(value)}`"


def split_default(description: str) -> tuple[str, str]:
    """What a setting means, and its default where the description ends in one: `… Default: the stack's region.`"""
    meaning, _, default = description.partition(" Default: ")
    return meaning, default.rstrip(".")
