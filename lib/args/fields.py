"""What the models say about a place in the settings: does it exist, of which type is it, what may stand there."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

Key = str | int


def written_name(name: str, field: FieldInfo) -> str:
    """The key that a user writes for a field: its first alias, where it has any (`from`), else its name."""
    alias = field.validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else name


def known_keys(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """The fields of a model by the key that a user writes."""
    return {written_name(name, field): field for name, field in model.model_fields.items()}


def alternatives(annotation: Any) -> Iterator[Any]:
    """The types that a value may have, without `None` and without what annotates them."""
    if get_origin(annotation) is Annotated:
        yield from alternatives(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, UnionType):
        for part in get_args(annotation):
            yield from alternatives(part)
    elif annotation is not NoneType:
        yield annotation


def model_of(annotation: Any) -> type[BaseModel] | None:
    """The section among the types that a value may have; None where it has none."""
    sections = (each for each in alternatives(annotation) if isinstance(each, type) and issubclass(each, BaseModel))
    return next(sections, None)


def field_at(model: type[BaseModel], path: Sequence[Key]) -> Any | None:
    """The type of the setting at a path below a model; None where there can be no such setting."""
    annotation: Any | None = model
    for key in path:
        inner = (_below(each, key) for each in alternatives(annotation))
        annotation = next((each for each in inner if each is not None), None)
        if annotation is None:
            return None
    return annotation


def _below(annotation: Any, key: Key) -> Any | None:
    if annotation is Any:
        return Any
    if (model := model_of(annotation)) is not None:
        field = model.model_fields.get(str(key)) or known_keys(model).get(str(key))
        return None if field is None else field.annotation
    if _is_map(annotation):
        return get_args(annotation)[1]
    if _is_list(annotation) and isinstance(key, int):
        return get_args(annotation)[0]
    return None


def _is_map(annotation: Any) -> bool:
    origin = get_origin(annotation)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple


def typed(text: Any, annotation: Any) -> Any:
    """Text as a value of a setting's type: what a config key, a parameter or `--set` gives is text.

    A number is read from digits, a list from JSON, from commas or from one value alone, a map from JSON; text for a
    text stays as it is. What cannot be read stays as it is too: the setting's own rule then refuses it. So does
    everything that is not text to begin with.
    """
    if not isinstance(text, str):
        return text
    types = list(alternatives(annotation))
    if int in types and re.fullmatch(r"[+-]?\d+", text.strip()):
        return int(text)
    if bool in types and text.strip() in ("true", "false"):
        return text.strip() == "true"
    for each in types:
        if _is_list(each):
            return _list(text, get_args(each)[0])
        if _is_map(each) or model_of(each) is not None:
            return _json(text, text)
    return text


def _list(text: str, item: Any) -> list[Any]:
    parts = _json(text, None) if text.strip().startswith("[") else None
    if not isinstance(parts, list):
        parts = [part.strip() for part in text.split(",")]
    return [typed(part, item) for part in parts]  # pyright: ignore[reportUnknownVariableType]


def _json(text: str, otherwise: Any) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return otherwise
