"""Problems: what is wrong with settings, all of it at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: where, which, what was there instead, and what to do about it.

    `path` is dotted, as in the settings (`networks.payment.cidr`); `value` is what the user wrote, or None where
    nothing was written.
    """

    path: str
    rule: str
    value: Any
    remedy: str

    def __str__(self) -> str:
        got = "" if self.value is None else f" (got {self.value})"
        return f"{self.path}: {self.rule}{got}. {self.remedy}"


class SettingsError(ValueError):
    """Settings that break rules; `problems` has every one of them, and the message is their list."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = f"{len(self.problems)} problem{'s' * (len(self.problems) != 1)}"
        super().__init__("\n".join([f"The settings have {count}:", *(f"  {problem}" for problem in self.problems)]))
