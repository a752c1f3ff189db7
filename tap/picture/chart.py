"""A flowchart in Mermaid's text.

Sources: https://mermaid.js.org/syntax/flowchart.html (nodes, subgraphs, links, entity codes). A label with `end` or one
that begins with `o` or `x` can break a chart only where it stands unquoted: labels here are quoted, ids made.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Shape = Literal["box", "rounded", "cylinder", "hexagon", "queue"]
Arrow = Literal["-->", "<-->", "-.->", "<-.->"]

SHAPES: dict[Shape, tuple[str, str]] = {
    "box": ("[", "]"),
    "rounded": ("([", "])"),
    "cylinder": ("[(", ")]"),
    "hexagon": ("{{", "}}"),
    "queue": ("[[", "]]"),
}
INDENT = "  "
# What ends a label or a tag in it; `#` begins an entity code.
ENTITIES = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;"}


@dataclass(frozen=True, slots=True)
class Edge:
    """A line between two nodes or subgraphs, by their ids."""

    source: str
    target: str
    label: str
    arrow: Arrow


@dataclass(slots=True)
class Group:
    """A subgraph: what lies in it, in the order in which it was drawn."""

    id: str
    label: str
    groups: list["Group"] = field(default_factory=list["Group"])
    nodes: list[str] = field(default_factory=list[str])


class Chart:
    """A flowchart that grows: nodes and subgraphs are known by keys of the caller's, ids are made of them.

    Args:
        direction: where it flows: `LR`, `TB`.
    """

    def __init__(self, direction: Literal["LR", "TB"] = "LR") -> None:
        self._direction = direction
        self._root = Group("", "")
        self._groups: dict[str, Group] = {"": self._root}
        self._ids: dict[str, str] = {}
        self._taken: set[str] = set()
        self._edges: list[Edge] = []

    def __contains__(self, key: str) -> bool:
        return key in self._ids

    def group(self, key: str, label: str, inside: str = "") -> None:
        """Draw a subgraph inside another one, or at the top; one that is there stays as it is."""
        if key not in self._ids:
            made = Group(self._id(key), label)
            self._groups[inside].groups.append(made)
            self._groups[key] = made

    def node(self, key: str, *lines: str, inside: str = "", shape: Shape = "box") -> None:
        """Draw a node with these lines inside a subgraph, or at the top; one that is there stays as it is."""
        if key not in self._ids:
            opening, closing = SHAPES[shape]
            label = "<br/>".join(_written(line) for line in lines)
            self._groups[inside].nodes.append(f'{self._id(key)}{opening}"{label}"{closing}')

    def edge(self, source: str, target: str, label: str = "", arrow: Arrow = "-->") -> None:
        """Draw a line between what was drawn under two keys, once.

        Raises:
            KeyError: one of them was not drawn.
        """
        made = Edge(self._ids[source], self._ids[target], label, arrow)
        if made not in self._edges:
            self._edges.append(made)

    def text(self) -> str:
        """The chart, without the fence that a Markdown page puts around it."""
        return "\n".join([f"flowchart {self._direction}", *_inner(self._root, INDENT), *map(_line, self._edges)]) + "\n"

    def _id(self, key: str) -> str:
        """An id in letters that Mermaid takes, of its own: two keys never share one."""
        slug = re.sub(r"\W+", "_", key.rpartition("::")[2], flags=re.ASCII).strip("_")
        # With a letter before it no id is one of Mermaid's words, such as `end`.
        wanted = found = f"n_{slug}"
        number = 1
        while found in self._taken:
            number += 1
            found = f"{wanted}_{number}"
        self._taken.add(found)
        self._ids[key] = found
        return found


def _inner(group: Group, indent: str) -> Iterator[str]:
    for node in group.nodes:
        yield f"{indent}{node}"
    for inner in filter(_holds, group.groups):
        yield f'{indent}subgraph {inner.id}["{_written(inner.label)}"]'
        yield from _inner(inner, indent + INDENT)
        yield f"{indent}end"


def _holds(group: Group) -> bool:
    """Whether there is anything in a subgraph: an empty one would be drawn as a node."""
    return bool(group.nodes) or any(map(_holds, group.groups))


def _line(edge: Edge) -> str:
    label = f'|"{_written(edge.label)}"|' if edge.label else ""
    return f"{INDENT}{edge.source} {edge.arrow}{label} {edge.target}"


def _written(text: str) -> str:
    return "".join(ENTITIES.get(letter, letter) for letter in text)
