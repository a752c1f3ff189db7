"""From what a user wrote to the list of everything that is wrong with it.

Pydantic checks each place by itself and stops before rules that look at several. So what is broken is taken out, and
what is left is validated again, until the rest parses and the rules can look at it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from lib.args.fields import Key, field_at, known_keys, model_of
from lib.args.problems import Problem, choose, nearest, place, written

Path = tuple[Key, ...]
Rule = Callable[[Any], Iterable[Problem]]


def problems_of(
    model: type[BaseModel], settings: Mapping[str, Any], rules: Sequence[Rule], stand_ins: Mapping[str, Any]
) -> tuple[Problem, ...]:
    """Every problem of settings for a model: one a place, then what the rules find in the rest.

    Args:
        model: the model that the settings are meant for.
        settings: what the user wrote, as plain maps, lists and scalars.
        rules: functions from the parsed model to problems; they see the settings without their broken places.
        stand_ins: values for required keys of the model itself, so that the rules can run when those are broken.
    """
    found: dict[Path, Problem] = {}
    dropped: set[Path] = set()
    while True:
        rest = {**{key: value for key, value in stand_ins.items() if (key,) in dropped}, **_without(settings, dropped)}
        parsed, errors = _parsed(model, rest)
        if not errors:
            break
        broken = [(_place(details, rest, dropped), details) for details in errors]
        if not dropped:
            for path, details in broken:
                found.setdefault(path, _problem(model, path, details))
        gone = {path[:-1] if _is_missing(details) and len(path) > 1 else path for path, details in broken} - dropped
        if not gone:
            return tuple(found.values())
        dropped |= gone
    followed = [_as_written(problem, dropped) for rule in rules for problem in rule(parsed)]
    return (*found.values(), *_independent(followed, [place(*path) for path in dropped]))


def _parsed(model: type[BaseModel], settings: Mapping[str, Any]) -> tuple[BaseModel | None, list[ErrorDetails]]:
    try:
        return TypeAdapter(model).validate_python(settings), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _is_missing(details: ErrorDetails) -> bool:
    return details["type"] == "missing"


def _without(value: Any, dropped: set[Path], path: Path = ()) -> Any:
    """The value less what was dropped at and below `path`."""
    if isinstance(value, Mapping):
        items = cast("Mapping[Key, Any]", value).items()
        return {key: _without(each, dropped, (*path, key)) for key, each in items if (*path, key) not in dropped}
    if isinstance(value, list | tuple):
        elements = enumerate(cast("Sequence[Any]", value))
        return [_without(each, dropped, (*path, index)) for index, each in elements if (*path, index) not in dropped]
    return value


def _place(details: ErrorDetails, rest: Any, dropped: set[Path]) -> Path:
    """The place of an error in what the user wrote: pydantic's also names the parts of unions and `[key]`."""
    found: Path = ()
    value = rest
    for part in details["loc"]:
        if isinstance(value, Mapping) and part in value:
            value = cast("Any", value[part])
            found = (*found, part)
        elif isinstance(value, list) and isinstance(part, int):
            value = cast("Any", value[part])
            found = (*found, _index_as_written(found, part, dropped))
        elif _is_missing(details):
            found = (*found, part)
    return found


def _index_as_written(path: Path, index: int, dropped: set[Path]) -> int:
    """The place in a list as the user wrote it of a place in what is left of the list."""
    for gone in sorted(each[-1] for each in dropped if each[:-1] == path and isinstance(each[-1], int)):
        index += gone <= index
    return index


def _as_written(problem: Problem, dropped: set[Path]) -> Problem:
    """A rule's problem with its path as the user wrote it: the rule counted what is left of each list."""
    path: Path = ()
    for part in re.findall(r"[^.\[\]]+|\[\d+\]", problem.path):
        path = (*path, _index_as_written(path, int(part[1:-1]), dropped) if part.startswith("[") else part)
    where = place(*path) if "[" in problem.path else problem.path
    return Problem(where, problem.rule, problem.value, problem.remedy, problem.rests_on)


def _independent(problems: Iterable[Problem], dropped: Sequence[str]) -> Iterator[Problem]:
    """The problems that are no mere consequence of a place that was in error already, each once."""
    seen: set[Problem] = set()
    for problem in problems:
        follows = any(_at_or_below(problem.path, gone) for gone in dropped) or any(
            _at_or_below(gone, basis) or _at_or_below(basis, gone) for gone in dropped for basis in problem.rests_on
        )
        key = Problem(problem.path, problem.rule, None, problem.remedy)
        if not follows and key not in seen:
            seen.add(key)
            yield problem


def _at_or_below(path: str, other: str) -> bool:
    return path == other or path.startswith((f"{other}.", f"{other}["))


def _problem(model: type[BaseModel], path: Path, details: ErrorDetails) -> Problem:
    where = place(*path) or "settings"
    value = details["input"]
    context = details.get("ctx", {})
    match details["type"]:
        case "rule":
            return Problem(where, context["rule"], value, context["remedy"])
        case "missing":
            return Problem(where, "is required", None, _add(model, path))
        case "extra_forbidden":
            return Problem(where, "is not a known key", None, _known(model, path))
        case "literal_error":
            choices = re.findall(r"'([^']*)'", context["expected"])
            guess = nearest(value, choices) if isinstance(value, str) else None
            remedy = f"Did you mean {guess}?" if guess else "Choose one of these."
            return Problem(where, f"must be one of {', '.join(choices)}", value, remedy)
        case kind:
            rule, remedy = PLAIN.get(kind, (details["msg"], "See the description of this setting."))
            return Problem(where, rule.format(**context), value, _type_remedy(kind, value) or remedy.format(**context))


# The rule and the remedy of each type of error that pydantic itself finds in settings.
PLAIN: Mapping[str, tuple[str, str]] = {
    "string_type": ("must be text", 'Write text, in quotes where it could be read as something else ("16.10").'),
    "string_too_short": ("must not be empty", "Write at least {min_length} character(s)."),
    "string_too_long": ("must have at most {max_length} characters", "Shorten it."),
    "int_type": ("must be a whole number", "Write a whole number."),
    "bool_type": ("must be true or false", "Write true or false, without quotes."),
    "greater_than_equal": ("must be at least {ge}", "Write a number from {ge} up."),
    "less_than_equal": ("must be at most {le}", "Write a number up to {le}."),
    "too_short": ("must have at least {min_length} entries", "Add what is missing."),
    "too_long": ("must have at most {max_length} entries", "Remove what is too much."),
    "tuple_type": ("must be a list", "Write a list: [first, second]."),
    "dict_type": ("must be a map of names", "Write name: value, one a line."),
    "mapping_type": ("must be a map of names", "Write name: value, one a line."),
    "model_type": ("must be a map of settings", "Write key: value, one a line."),
}


def _type_remedy(kind: str, value: Any) -> str | None:
    """The remedy where the type that YAML made of what was written tells more than the rule does."""
    match kind, value:
        case ("string_type", bool() | int() | float() | date()):
            return f"Put it in quotes: YAML read it as {written(value)}."
        case ("int_type", bool()):
            return "Write a number; true, yes and on are none."
        case ("int_type", str()) if value.strip().isdigit():
            return f"Write {value.strip()} without quotes."
        case _:
            return None


def _add(model: type[BaseModel], path: Path) -> str:
    section = model_of(field_at(model, path[:-1]))
    field = known_keys(section).get(str(path[-1])) if section else None
    return f"Add it: {field.description}" if field and field.description else "Add it."


def _known(model: type[BaseModel], path: Path) -> str:
    section = model_of(field_at(model, path[:-1]))
    elsewhere: Mapping[str, str] = getattr(section, "elsewhere", {})
    key = str(path[-1])
    return elsewhere.get(key) or choose(key, known_keys(section) if section else ())
