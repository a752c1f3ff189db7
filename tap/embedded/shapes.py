"""Shapes: a Pulumi resource's inputs become the parameters of an AWS operation, matched by botocore's own model.

Names meet as lower-case letters and digits, with or without a plural or `List`/`Set` at the end; values take on the
type that the model states. What has no place in the model is an error that names it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from botocore.model import ListShape, MapShape, Shape, StructureShape

from tap.engine.answers import AnswerError

# The names of the two members of a list entry that stands for one pair of a map.
_PAIR_KEYS = ("Key", "Name", "TagKey", "key")


def matching_member(shape: StructureShape, name: str) -> str | None:
    """The member of a structure that a Pulumi property of that name means; None where there is none."""
    wanted = _plain(name)
    members = {_plain(member): member for member in shape.members}
    for candidate in _variants(wanted):
        if candidate in members:
            return members[candidate]
    for plain, member in members.items():
        if wanted in _variants(plain):
            return member
    return None


def structure(shape: StructureShape, values: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """Values by Pulumi name, as a structure of the model.

    Raises:
        AnswerError: a name has no member, or a value cannot take on its member's type; `path` and name are told.
    """
    result: dict[str, Any] = {}
    for name, value in values.items():
        if value is None:
            continue
        member = matching_member(shape, name)
        where = f"{path}.{name}" if path else name
        if member is None:
            raise AnswerError(f"{where} is not mapped: {shape.name} has no such member")
        result[member] = converted(shape.members[member], value, where)
    return result


def converted(shape: Shape, value: Any, path: str) -> Any:
    """A Pulumi value as what the model states: wrapped into a list, unwrapped from one, or turned into its type."""
    match shape:
        case StructureShape():
            return _structure_from(shape, value, path)
        case ListShape():
            return _list_from(shape, value, path)
        case MapShape():
            if not isinstance(value, Mapping):
                raise AnswerError(f"{path}: a map was expected (got {value!r})")
            pairs = cast("Mapping[str, Any]", value)
            return {key: converted(shape.value, item, f"{path}.{key}") for key, item in pairs.items()}
        case _:
            return _scalar(shape.type_name, value, path)


def _structure_from(shape: StructureShape, value: Any, path: str) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return structure(shape, cast("Mapping[str, Any]", value), path)
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = cast("Sequence[Any]", value)
        if len(items) == 1:
            return _structure_from(shape, items[0], path)
        raise AnswerError(f"{path}: exactly one entry was expected (got {len(items)})")
    if len(shape.members) == 1:
        ((member, inner),) = shape.members.items()
        return {member: converted(inner, value, path)}
    raise AnswerError(f"{path}: a structure was expected (got {value!r})")


def _list_from(shape: ListShape, value: Any, path: str) -> list[Any]:
    inner = shape.member
    if isinstance(value, Mapping) and isinstance(inner, StructureShape):
        pairs = cast("Mapping[str, Any]", value)
        key = next((name for name in _PAIR_KEYS if name in inner.members), "")
        if key and len(inner.members) == 2 and not {_plain(name) for name in pairs} & {_plain(key), "value"}:
            other = next(name for name in inner.members if name != key)
            return [{key: name, other: converted(inner.members[other], item, path)} for name, item in pairs.items()]
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = cast("Sequence[Any]", value)
        return [converted(inner, item, f"{path}[{index}]") for index, item in enumerate(items)]
    return [converted(inner, value, path)]


def _scalar(type_name: str, value: Any, path: str) -> Any:
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        items = cast("Sequence[Any]", value)
        if len(items) != 1:
            raise AnswerError(f"{path}: exactly one value was expected (got {len(items)})")
        return _scalar(type_name, items[0], path)
    try:
        match type_name:
            case "string":
                return _text(value)
            case "integer" | "long":
                return int(value)
            case "float" | "double":
                return float(value)
            case "boolean":
                return {"true": True, "false": False}[value.lower()] if isinstance(value, str) else bool(value)
            case "blob":
                return value.encode() if isinstance(value, str) else value
            case _:
                return value
    except (TypeError, ValueError, KeyError) as error:
        raise AnswerError(f"{path}: not a value of type {type_name} (got {value!r})") from error


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, sort_keys=True)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _variants(name: str) -> tuple[str, ...]:
    singular = name[:-3] + "y" if name.endswith("ies") else name.removesuffix("s")
    return (name, singular, f"{name}s", f"{name}es", f"{name}list", f"{singular}list", f"{singular}set")
