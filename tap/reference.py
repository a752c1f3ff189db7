"""The reference that is written by itself: every setting by its path, and what each blueprint comes to."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

from lib.args.blueprint import Blueprint
from lib.args.fields import field_at
from lib.args.loading import blueprint_names, read_blueprint
from lib.args.profiles import PROFILES
from lib.args.scalars import REGIONS
from lib.args.stack import TapStackArgs
from tap.plan import Plan, Resource

ROOT = Path(__file__).resolve().parent.parent
STACK = "dev"
GENERATED = "<!-- Written by `python -m tap schema`. -->\n"
# What a stack's own environment would change in its settings.
OUTSIDE = ("AWS_", "PULUMI_", "TAP_", "ENVIRONMENT_SUFFIX")
WIDTH = 120

Schema = Mapping[str, Any]


def pages(schema: Schema, plan_of: Callable[[str], Plan] | None = None) -> dict[str, str]:
    """Every page by its file below `docs/`.

    Args:
        schema: the JSON schema of settings, as `tap.schema.schema` gives it.
        plan_of: gives the Plan of a blueprint by its name; by default its program is run on a recording.
    """
    return {"settings.md": settings_page(schema)} | {
        f"blueprints/{name}.md": blueprint_page(read_blueprint(name), (plan_of or recorded)(name))
        for name in blueprint_names()
    }


@cache
def recorded(blueprint: str) -> Plan:
    """The Plan of a blueprint in the stack `dev`, with nothing from this process's environment in it.

    Raises:
        ValueError: it can't be deployed as it is; the message is its problems.
    """
    from tap.engine.project import stack_config
    from tap.engine.run import record_program
    from tap.recording import Recording

    environ = {key: value for key, value in os.environ.items() if not key.startswith(OUTSIDE)}
    config = stack_config(ROOT, STACK, blueprint=blueprint)
    run = record_program(ROOT, config, Recording(), environ=environ)
    if not run.ok:
        raise ValueError("\n".join(run.problems))
    return run.plan


def settings_page(schema: Schema) -> str:
    """Every key of the settings, a table a section, in the order of the models."""
    parts = [
        "# Settings",
        GENERATED,
        "What stands under `TapStack:settings` of a stack, in a blueprint, and in `TapStackArgs(…)` in Python. Names in\n"
        "angle brackets are yours to choose; `[]` is each entry of a list. A block, an address or a name written alone\n"
        "counts as a list of one. `environment_suffix` and `tags` are required in Python; otherwise they come from the\n"
        "[config keys](../README.md#configuration). `description`, `parameters` and `environments` are for blueprints.",
    ]
    for path, section in _sections(schema, schema, ""):
        if path:
            parts += [f"## `{path}`", _about(section)]
        rows = [_setting(schema, section, path, key) for key in section["properties"]]
        parts.append(_table(("key", "value", "default", "meaning"), rows))
    return "\n\n".join(parts) + "\n"


def _sections(schema: Schema, section: Schema, path: str) -> Iterator[tuple[str, Schema]]:
    """The section at a path, and those below it, each with its path."""
    yield path, section
    for key, setting in section["properties"].items():
        for inner, suffix in _inside(schema, setting, nested=bool(path)):
            yield from _sections(schema, inner, _below(path, key) + suffix)


def _inside(schema: Schema, setting: Schema, *, nested: bool) -> Iterator[tuple[Schema, str]]:
    """The sections that a setting is made of, each with what its path ends in: `.<name>` of a map, `[]` of a list."""
    for each in setting.get("anyOf", (setting,)):
        for name, ending in ((_refers_to(each), ""), (_refers_to(each.get("items")), "[]")):
            if name:
                yield schema["$defs"][name], ending
        if name := _refers_to(each.get("additionalProperties")):
            # The last word of the model's name tells the inner map's names from the outer one's: `<tier>`, `<group>`.
            word = re.findall("[A-Z][a-z]+", name.removesuffix("Args"))[-1].lower() if nested else "name"
            yield schema["$defs"][name], f".<{word}>"


def _refers_to(setting: Any) -> str:
    return setting.get("$ref", "").removeprefix("#/$defs/") if isinstance(setting, Mapping) else ""


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _about(section: Schema) -> str:
    return section["description"]


def _setting(schema: Schema, section: Schema, path: str, key: str) -> tuple[str, str, str, str]:
    setting = section["properties"][key]
    meaning, _, stated = setting["description"].partition(" Default: ")
    default = f"{stated[0].lower()}{stated[1:].rstrip('.')}" if stated else _default(section, setting, path, key)
    return f"`{_below(path, key)}`", _value(schema, setting), default, meaning


def _default(section: Schema, setting: Schema, path: str, key: str) -> str:
    if by_profile := _by_profile(_below(path, key)):
        return by_profile
    own = None if path else TapStackArgs.model_fields.get(key)
    if key in section.get("required", ()) or (own is not None and own.is_required()):
        return "required"
    default = setting.get("default")
    empty = default is None or default in ("", [], {}) or isinstance(default, Mapping)
    return "" if empty else _code(default)


def _by_profile(path: str) -> str:
    """The default of each profile, for what profiles have a say in."""
    said: dict[str, Any] = {profile: _at(settings, path) for profile, settings in PROFILES.items()}
    if any(value is None or isinstance(value, Mapping) for value in said.values()):
        return ""
    return ", ".join(f"{profile} {_code(value)}" for profile, value in said.items())


def _value(schema: Schema, setting: Schema) -> str:
    """What may be written there, in words: its type, choices or bounds."""
    parts = [_one_value(schema, each) for each in setting.get("anyOf", (setting,)) if each.get("type") != "null"]
    # A list that may also be written as one of its entries is a list.
    return " or ".join(part for part in parts if f"list of {part}s" not in parts)


def _one_value(schema: Schema, setting: Schema) -> str:
    if "enum" in setting:
        return "AWS region" if tuple(setting["enum"]) == REGIONS else " ".join(map(_code, setting["enum"]))
    match setting.get("type"):
        case "string":
            return "text"
        case "boolean":
            return "`true` `false`"
        case "integer":
            low, high = setting.get("minimum"), setting.get("maximum")
            return f"{low} to {high}" if low is not None else "whole number"
        case "array":
            return f"list of {_one_value(schema, setting['items'])}s"
        case "object" if "additionalProperties" in setting:
            inner = setting["additionalProperties"]
            return "map of texts" if inner == {"type": "string"} else "map"
        case _:
            return "section"


def blueprint_page(blueprint: Blueprint, plan: Plan) -> str:
    """What a blueprint is: its knobs, its networks and peerings, its resources by region, its outputs.

    Args:
        blueprint: its file, read.
        plan: what it comes to, as it stands.
    """
    networks = _networks(plan)
    parts = [
        f"# `{blueprint.name}`",
        GENERATED,
        blueprint.head.description,
        f"Try it: `make up BLUEPRINT={blueprint.name}`. All of it can be changed: [settings](../settings.md).",
    ]
    if blueprint.head.parameters:
        rows = [_parameter(blueprint, name) for name in sorted(blueprint.head.parameters)]
        parts += ["## Parameters", _table(("parameter", "setting", "default"), rows)]
    parts += ["## Networks", _table(("network", "region", "block", "tier", "zones", "subnets", "default route"), networks)]
    if peerings := _peerings(plan):
        parts += ["## Peerings", _table(("peering", "requester", "accepter", "routes"), peerings)]
    parts += ["## Resources", _counts(plan)]
    parts += [f"## Outputs", ", ".join(_code(name) for name in sorted(plan.exports))]
    return "\n\n".join(parts) + "\n"
