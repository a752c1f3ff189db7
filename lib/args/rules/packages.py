"""Rules on the packages that functions bring along."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lib.args.problems import Problem, place

if TYPE_CHECKING:
    from lib.args.stack import TapStackArgs


def packages_are_installed(args: "TapStackArgs") -> Iterable[Problem]:
    """What a function brings along is taken from where it is installed here."""
    for function, packages in args.files.not_installed.items():
        for package in packages:
            yield Problem(place("functions", function), f"needs the package {package}", None, "Run make setup.")
