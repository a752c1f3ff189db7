"""Looks: what boto3 must find of a type that its recipe made, kept by type."""

import importlib
from collections.abc import Callable
from pathlib import Path

from tests.embedded.making import Aws

Look = Callable[[Aws], None]


class Looks(dict[str, Look]):
    """The looks of one test module."""

    def of(self, type_: str) -> Callable[[Look], Look]:
        """Keeps the decorated function as the look at a type."""

        def keep(function: Look) -> Look:
            self[type_] = function
            return function

        return keep


def looked_at() -> list[str]:
    """Every type that some test module of this folder looks at, once for each look."""
    modules = [
        importlib.import_module(f"tests.embedded.{path.stem}") for path in Path(__file__).parent.glob("test_*.py")
    ]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Looks)]
    return sorted(type_ for looks in found for type_ in looks)
