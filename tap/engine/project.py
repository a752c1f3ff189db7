"""What the Pulumi CLI does before a program starts: the project's file, the stack's file, and the config they make."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml


class ProjectError(Exception):
    """A project or stack file that can't be used; the message says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class StackConfig:
    """A stack and its config: full keys (`TapStack:owner`, `aws:region`), values as text, objects as JSON."""

    project: str
    stack: str
    organization: str = "organization"
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    secret_keys: frozenset[str] = frozenset()

    def environment(self) -> dict[str, str]:
        """Environment variables in which a program, as under the CLI, finds all its config."""
        return {
            "PULUMI_CONFIG": json.dumps(dict(self.values)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(sorted(self.secret_keys)),
        }


def stack_config(
    root: Path, stack: str, *, overrides: Iterable[str] = (), blueprint: str = "", config_file: Path | None = None
) -> StackConfig:
    """The config that the CLI would hand to the program in `root`.

    Later wins: defaults of the schema in `Pulumi.yaml`, the stack's own file (`Pulumi.<stack>.yaml`, or `config_file`;
    having none is no mistake), `blueprint` as the key of that name, `overrides`. An override is `key=value`: a config
    key with or without namespace, or a dotted path into the object under `settings`, its value read as a YAML scalar.
    `stack` may be qualified, `<organization>/<project>/<stack>`. Raises ProjectError.
    """
    *qualifiers, stack = stack.split("/")
    if config_file is not None and not config_file.is_file():
        raise ProjectError(f"{config_file}: there is no such file. Give --config-file a stack's file.")
    project_file = root / "Pulumi.yaml"
    described = _read(project_file)
    project = described.get("name")
    if not isinstance(project, str):
        raise ProjectError(f"{project_file}: has no name. A Pulumi project starts with `name:`.")

    values, secret_keys, required = _schema(_config(described), project)
    stack_file = config_file or root / f"Pulumi.{stack}.yaml"
    if stack_file.is_file():
        own = _config(_read(stack_file))
        values |= {_qualified(key, project): value for key, value in own.items() if value is not None}
    if blueprint:
        values[f"{project}:blueprint"] = blueprint
    for key, value in values.items():
        if _is_secure(value):
            secret_keys.add(key)
    values = _overridden(values, overrides, project)

    encrypted = sorted(key for key, value in values.items() if _is_secure(value))
    if encrypted:
        raise ProjectError(
            f"{stack_file}: {', '.join(encrypted)} is encrypted (`secure:`) and only Pulumi can decrypt it. "
            f"Give a value for this run: --set {encrypted[0]}=…"
        )
    missing = sorted(required - values.keys())
    if missing:
        raise ProjectError(
            f"{stack_file}: {', '.join(missing)} has no value and no default. Set it in the stack's file."
        )
    return StackConfig(
        project=project,
        stack=stack,
        organization=qualifiers[0] if qualifiers else "organization",
        values={key: _text(value) for key, value in sorted(values.items())},
        secret_keys=frozenset(secret_keys),
    )


def _config(content: Mapping[str, Any]) -> dict[str, Any]:
    return cast(dict[str, Any], content.get("config") or {})


def _schema(entries: Mapping[str, Any], project: str) -> tuple[dict[str, Any], set[str], set[str]]:
    """Defaults by key, secret keys, and keys that must be set, of the config schema in the project's file."""
    values: dict[str, Any] = {}
    secret_keys: set[str] = set()
    required: set[str] = set()
    for name, entry in entries.items():
        key = _qualified(name, project)
        described = cast(dict[str, Any], entry) if isinstance(entry, dict) else {"value": entry}
        if described.get("secret"):
            secret_keys.add(key)
        value = described.get("value", described.get("default"))
        if value is None:
            required.add(key)
        else:
            values[key] = value
    return values, secret_keys, required


def _overridden(values: Mapping[str, Any], overrides: Iterable[str], project: str) -> dict[str, Any]:
    result = dict(values)
    paths: list[tuple[list[str], Any]] = []
    for override in overrides:
        key, equals, value = override.partition("=")
        if not equals or not key:
            raise ProjectError(f"--set {override}: is not of the form key=value. For example --set owner=platform.")
        if "." in key and ":" not in key:
            paths.append((key.split("."), _yaml(value, f"--set {override}")))
        else:
            result[_qualified(key, project)] = value
    if paths:
        # As JSON and back: what is changed here must be a copy, and an override may have given it as JSON already.
        settings = json.loads(_text(result.get(f"{project}:settings") or {}))
        for path, value in paths:
            _put(settings, path, value)
        result[f"{project}:settings"] = settings
    return result


def _put(settings: dict[str, Any], path: list[str], value: Any) -> None:
    inner = settings
    for at, key in enumerate(path[:-1], start=1):
        following = inner.setdefault(key, {})
        if not isinstance(following, dict):
            said = f"{'.'.join(path[:at])} is {following!r}, not an object"
            raise ProjectError(f"--set {'.'.join(path)}: {said}. Set that as a whole.")
        inner = cast(dict[str, Any], following)
    inner[path[-1]] = value


def _qualified(key: str, project: str) -> str:
    return key if ":" in key else f"{project}:{key}"


def _is_secure(value: Any) -> bool:
    if isinstance(value, dict):
        fields = cast(dict[str, Any], value)
        return set(fields) == {"secure"} or any(map(_is_secure, fields.values()))
    return isinstance(value, list) and any(map(_is_secure, cast(list[Any], value)))


def _text(value: Any) -> str:
    """A value as the program gets it; keys sorted, as the CLI's JSON has them."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, separators=(",", ":"))


class _Loader(yaml.SafeLoader):
    """YAML as the CLI reads it: `yes`, `12:30`, `2026-01-01` and `012345678901` are text."""

    # A tag for each form of a plain scalar, by its first character, as PyYAML keeps them.
    yaml_implicit_resolvers = {
        first: [(f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})$"))]
        for tag, pattern, firsts in (
            ("bool", r"true|True|TRUE|false|False|FALSE", ("t", "T", "f", "F")),
            ("null", r"~|null|Null|NULL|", ("~", "n", "N", "")),
            ("merge", r"<<", ("<",)),
        )
        for first in firsts
    } | {
        first: [
            ("tag:yaml.org,2002:int", re.compile(r"[-+]?(?:0|[1-9][0-9]*)$")),
            ("tag:yaml.org,2002:float", re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+][0-9]+)?$")),
        ]
        for first in "-+0123456789"
    }


def _yaml(text: str, source: str) -> Any:
    try:
        return yaml.load(text, _Loader)  # noqa: S506 a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ProjectError(f"{source}: is not YAML{place}: {error.problem}.") from error


def _read(file: Path) -> dict[str, Any]:
    try:
        content = _yaml(file.read_text(encoding="utf-8"), str(file))
    except FileNotFoundError as error:
        raise ProjectError(f"{file}: there is no such file. Run this in a Pulumi project's folder.") from error
    if content is not None and not isinstance(content, dict):
        raise ProjectError(f"{file}: is not a mapping of keys to values.")
    return cast(dict[str, Any], content or {})
