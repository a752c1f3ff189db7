"""Layers of settings: what a later one says goes over what an earlier one said."""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, cast

from pydantic import BaseModel


def merge(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """All layers as one, later over earlier; none of them is changed.

    Maps merge by key; lists and scalars replace; `None` removes what the layers below said. A section made in Python
    counts as the map of what was given to it.
    """
    return reduce(_over, layers, {})


def nested(path: Sequence[str], value: Any) -> dict[str, Any]:
    """A layer that says one thing: `value` at `path`."""
    return {path[0]: nested(path[1:], value) if len(path) > 1 else value}


def values_at(settings: Any, path: str) -> Iterator[Any]:
    """What settings, not validated yet, say at a path such as `databases.*.migrations`; `*` is every key."""
    key, _, below = path.partition(".")
    if not isinstance(settings, Mapping):
        return
    found = cast("Mapping[Any, Any]", settings)
    for value in found.values() if key == "*" else [found[key]] if key in found else []:
        if below:
            yield from values_at(value, below)
        else:
            yield value


def _over(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        if value is None:
            merged.pop(key, None)
        elif (map_ := _map(value)) is not None:
            merged[key] = _over(_map(merged.get(key)) or {}, map_)
        else:
            merged[key] = value
    return merged


def _map(value: Any) -> dict[str, Any] | None:
    """The value as a map, where it is one."""
    if isinstance(value, BaseModel):
        return {name: getattr(value, name) for name in type(value).model_fields if name in value.model_fields_set}
    return dict(cast("Mapping[str, Any]", value)) if isinstance(value, Mapping) else None
