"""Matrix: every pair of ends, on every port that some rule mentions."""

from collections.abc import Mapping
from dataclasses import dataclass

from rich.table import Table

from tap.reach.answer import Reach
from tap.reach.ends import INTERNET_NAME, End, end, names


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """A port that is open from one end to another, `whole` if from all of one to all of the other."""

    port: int
    protocol: str
    whole: bool

    def __str__(self) -> str:
        protocol = "" if self.protocol == "tcp" else f" {self.protocol}"
        return f"{self.port}{protocol}{'' if self.whole else ' (partly)'}"


@dataclass(frozen=True, slots=True)
class Matrix:
    """What is open between every two ends.

    Args:
        openings: by source and target, for every pair that was asked about; none where nothing is open.
        ports: protocols and ports that were asked about.
        adopted: networks that could not be asked about.
    """

    openings: Mapping[tuple[str, str], tuple[Opening, ...]]
    ports: tuple[tuple[str, int], ...]
    adopted: tuple[str, ...] = ()

    def table(self) -> Table:
        """What is open, a section for each source, with a line for each set of ports."""
        closed = sum(not found for found in self.openings.values())
        shown = [f"{port} {protocol}" for protocol, port in self.ports]
        caption = f"All other pairs, {closed} of {len(self.openings)}, are closed on every port that a rule mentions"
        table = Table(title="Who can open connections to whom", title_justify="left", caption_justify="left")
        table.caption = f"{caption}: {', '.join(shown)}." if shown else "No rule mentions a port."
        if self.adopted:
            table.caption += f" Adopted, so not looked at: {', '.join(self.adopted)}."
        for heading in ("from", "ports", "to"):
            table.add_column(heading)
        for source, ways in self._by_source().items():
            for number, (ports, targets) in enumerate(ways.items()):
                table.add_row("" if number else source, ports, ", ".join(targets))
            table.add_section()
        return table

    def _by_source(self) -> dict[str, dict[str, list[str]]]:
        """The targets that each source has the same ports open to."""
        found: dict[str, dict[str, list[str]]] = {}
        for (source, target), openings in self.openings.items():
            if openings:
                found.setdefault(source, {}).setdefault(", ".join(map(str, openings)), []).append(target)
        return found


def matrix(asked: Reach) -> Matrix:
    """The matrix of a Plan's networks. The internet is asked about with everything but itself."""
    estate = asked.estate
    from_names, to_names = names(estate)
    ends = {name: end(estate, name) for name in to_names}
    openings: dict[tuple[str, str], tuple[Opening, ...]] = {}
    for source in from_names:
        for target in to_names:
            if not (source == INTERNET_NAME and (target == INTERNET_NAME or ends[target].gateway)):
                openings[source, target] = tuple(sorted(_open(asked, ends[source], ends[target])))
    return Matrix(openings, estate.ports, estate.adopted)


def _open(asked: Reach, source: End, target: End) -> list[Opening]:
    found: list[Opening] = []
    for protocol, port in asked.estate.ports:
        if not (_spoken_of(source, True, protocol, port) and _spoken_of(target, False, protocol, port)):
            continue
        answer = asked.between(source, target, port, protocol)
        if answer.ok or answer.partly:
            found.append(Opening(port, protocol, whole=answer.ok))
    return found


def _spoken_of(end_: End, egress: bool, protocol: str, port: int) -> bool:
    """Whether a group of the end has any rule for the port, without which nothing passes; most pairs end here."""
    groups = {group for place in end_.places for member in place for group in member.groups}
    return not groups or any(any(group.about(egress, protocol, port)) for group in groups)
