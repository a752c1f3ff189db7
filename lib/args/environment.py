"""Which environment a stack belongs to, when its settings don't say."""

from collections.abc import Iterable

PRODUCTION = ("prod", "production")
ENVIRONMENTS = ("dev", "test", "staging", *PRODUCTION)
DEFAULT = "dev"
PROJECT = "TapStack"


def environment_of(suffix: str, known: Iterable[str] = ()) -> str:
    """The environment that a suffix stands for: itself where it is one, or one the blueprint knows; else `dev`."""
    return suffix if suffix in (*ENVIRONMENTS, *known) else DEFAULT


def suffix_of(stack: str) -> str:
    """The environment suffix that a stack's name stands for: `TapStackpr12` is `pr12`; empty for `TapStack` itself."""
    return stack.removeprefix(PROJECT).lstrip("-_")


def profile_of(environment: str) -> str:
    """The profile of an environment that states none: `prod` for production, else `dev`."""
    return "prod" if environment in PRODUCTION else "dev"


def looks_like_production(name: str) -> bool:
    """Whether a suffix or a stack's name makes a reader expect production."""
    return "prod" in name.lower()
