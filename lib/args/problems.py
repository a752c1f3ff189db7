"""Problems: what is wrong with settings, all of it at once."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

LONGEST_VALUE = 120
# How alike two names are for one to be a guess at the other, as difflib counts: 1 is the same.
LIKENESS = 0.7


def place(*parts: str | int) -> str:
    """The path of a setting as Pulumi's own `--path` writes it: `networks.payment.allow[0].port`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was probably meant to be; None when nothing comes near."""
    candidates = {candidate.lower(): candidate for candidate in sorted(known)}
    return next(
        (candidates[match] for match in get_close_matches(name.lower(), candidates, n=1, cutoff=LIKENESS)), None
    )


def choose(name: str, known: Iterable[str]) -> str:
    """The remedy for a name that is not known: the nearest one, or all of them."""
    names = sorted(known)
    if guess := nearest(name, names):
        return f"Did you mean {guess}?"
    return f"Choose one of: {', '.join(names)}." if names else "There is none to choose from."


def written(value: Any) -> str:
    """A value as one would write it in YAML, shortened where it is long."""
    text = value if isinstance(value, str) and value.strip() else json.dumps(value, default=str, skipkeys=True)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: where, which, what was there instead, and what to do about it.

    `path` is as in the settings (`networks.payment.allow[0].port`); `value` is what the user wrote, or None where
    nothing was written. `rests_on` names further settings that the finding was drawn from: where one of those is
    itself in error, the problem may be no more than its consequence, and is left out.
    """

    path: str
    rule: str
    value: Any
    remedy: str
    rests_on: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def __str__(self) -> str:
        got = "" if self.value is None else f" (got {written(self.value)})"
        return f"{self.path}: {self.rule}{got}. {self.remedy}"


class SettingsError(ValueError):
    """Settings that break rules; `problems` has every one of them, and the message is their list."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = f"{len(self.problems)} problem{'s' * (len(self.problems) != 1)}"
        super().__init__("\n".join([f"The settings have {count}:", *(f"  {problem}" for problem in self.problems)]))
