"""The reference that is written by itself: a page of all settings, and one of each blueprint."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lib.args.loading import blueprint_names, read_blueprint
from lib.args.profiles import PROFILES
from lib.args.scalars import REGIONS
from lib.args.stack import TapStackArgs
from tap.blueprint_page import blueprint_page, recorded, value_at
from tap.markdown import MARK, code, page, split_default, table
from tap.plan import Plan

Schema = Mapping[str, Any]

INTRODUCTION = """\
What stands under `TapStack:settings` of a stack, in a blueprint, and in `TapStackArgs(…)` in Python. Names in angle
brackets are yours to choose; `[]` is each entry of a list, and a text alone counts as a list of one.
`environment_suffix` and `tags` must be given in Python; a stack has them from its
[config](../README.md#configuration). `description`, `parameters` and `environments` are for blueprints alone."""


def pages(schema: Schema, plan_of: Callable[[str], Plan] = recorded) -> dict[str, str]:
    """Every page, by its file below `docs/`.

    Args:
        schema: the JSON schema of settings, as `tap.schema.schema` gives it.
        plan_of: gives a blueprint's Plan by its name.
    """
    blueprints = {
        f"blueprints/{name}.md": blueprint_page(read_blueprint(name), plan_of(name)) for name in blueprint_names()
    }
    return {"settings.md": settings_page(schema), **blueprints}


def settings_page(schema: Schema) -> str:
    """Every key of the settings with what may be written there, a table a section, in the order of the models."""
    parts = ["# Settings", MARK, INTRODUCTION]
    for path, section in _sections(schema, schema, ""):
        if path:
            parts += [f"## `{path}`", section["description"]]
        rows = [_row(section, path, key) for key in section["properties"]]
        parts.append(table(("key", "value", "default", "meaning"), rows))
    return page(parts)


def _sections(schema: Schema, section: Schema, path: str) -> Iterator[tuple[str, Schema]]:
    """A section and those below it, each with its path."""
    yield path, section
    for key, setting in section["properties"].items():
        for model, ending in _inside(setting, nested=bool(path)):
            yield from _sections(schema, schema["$defs"][model], _below(path, key) + ending)


def _inside(setting: Schema, *, nested: bool) -> Iterator[tuple[str, str]]:
    """The models that a setting holds, each with what its path ends in: `.<name>` for a map, `[]` for a list."""
    for each in _alternatives(setting):
        if model := _model(each):
            yield model, ""
        if model := _model(each.get("items")):
            yield model, "[]"
        if model := _model(each.get("additionalProperties")):
            # An inner map's names need another word than the outer one's: the last of its model, `<tier>` or `<group>`.
            word = re.findall("[A-Z][a-z]+", model)[-2].lower() if nested else "name"
            yield model, f".<{word}>"


def _alternatives(setting: Schema) -> list[Schema]:
    """What a setting may be, beside unset."""
    return [each for each in setting.get("anyOf", (setting,)) if each.get("type") != "null"]


def _model(schema: Any) -> str:
    """The model that a schema refers to by its name; empty where it refers to none."""
    return str(value_at(schema, ["$ref"]) or "").removeprefix("#/$defs/")


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _row(section: Schema, path: str, key: str) -> tuple[str, str, str, str]:
    setting = section["properties"][key]
    meaning, default = split_default(setting["description"])
    return code(_below(path, key)), _value(setting), default or _default(section, path, key), meaning


def _default(section: Schema, path: str, key: str) -> str:
    by_profile = {name: value_at(settings, _below(path, key).split(".")) for name, settings in PROFILES.items()}
    if not any(value is None or isinstance(value, Mapping) for value in by_profile.values()):
        return ", ".join(f"{code(value)} in profile {profile}" for profile, value in by_profile.items())
    field = None if path else TapStackArgs.model_fields.get(key)
    if key in section.get("required", ()) or (field and field.is_required()):
        return "required"
    value = section["properties"][key].get("default")
    return "" if value in (None, "", []) or isinstance(value, Mapping) else code(value)


def _value(setting: Schema) -> str:
    """What may be written there: its type, its choices or its bounds."""
    values = [_one_value(each) for each in _alternatives(setting)]
    # A list of texts may be written as one text too, as the page's introduction says.
    return " or ".join(value for value in values if f"list of {value}" not in values)


def _bounds(number: Schema) -> str:
    """What a number may be: `1 to 65535`, `1 or more`."""
    least, most = number.get("minimum"), number.get("maximum")
    if least is None:
        return "number"
    return f"{least} or more" if most is None else f"{least} to {most}"


def _one_value(value: Schema) -> str:
    if "enum" in value:
        return "AWS region" if tuple(value["enum"]) == REGIONS else " ".join(map(code, value["enum"]))
    match value.get("type"):
        case "string":
            return "text"
        case "boolean":
            return f"{code(True)} {code(False)}"
        case "integer" | "number":
            return _bounds(value)
        case "array":
            return f"list of {_value(value['items'])}"
        case "object" if value["additionalProperties"] is not True:
            return f"map of {_value(value['additionalProperties'])}"
        case "object":
            return "map"
        case _:
            return "section"
