"""The problem of a name that refers to nothing."""

from collections.abc import Iterable

from lib.args.problems import Problem, choose


def unknown(path: str, what: str, name: str, known: Iterable[str], *declared_at: str) -> Problem:
    """A name that refers to nothing.

    Args:
        path: where the name stands.
        what: what it should name, with its article.
        name: the name.
        known: the names that would do.
        declared_at: where it would be declared: something there that is itself in error is not unknown.
    """
    return Problem(path, f"must name {what}", name, choose(name, known), rests_on=declared_at)
