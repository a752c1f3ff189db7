"""Loading: from Pulumi's config, a blueprint and the environment to `TapStackArgs`.

The only module of the library that reads files or environment variables: blueprints, and what functions and migrations
are made of. The layers, later over earlier: profile → common tags → blueprint → its overlay for the environment →
`settings` of the stack → single config keys → the blueprint's parameters → environment variables for what is still
unset.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, cast

import pulumi
from pulumi.runtime import is_config_secret

from lib.args import provider
from lib.args.blueprint import CONFIG_KEYS, Blueprint
from lib.args.environment import DEFAULT, PRODUCTION, PROJECT, environment_of, looks_like_production, suffix_of
from lib.args.layers import merge, values_at
from lib.args.problems import Problem, SettingsError, choose
from lib.args.rules.migrations import in_project
from lib.args.source import FUNCTIONS, MIGRATIONS, SourceFile, SourceFiles
from lib.args.stack import TapStackArgs

ROOT = Path(__file__).resolve().parents[2]
BLUEPRINTS = ROOT / "blueprints"
# What a wheel holds and its package needs, without what its installer adds.
_OF_A_PACKAGE = re.compile(r"^(?!\.\.).*(\.py|/LICENSE)$")
DEFAULT_OWNER = "platform-team"
DEFAULT_COST_CENTER = "engineering"


def blueprint_names() -> tuple[str, ...]:
    """The names of all blueprints, sorted."""
    return tuple(sorted(path.stem for path in BLUEPRINTS.glob("*.yaml")))


def read_blueprint(name: str) -> Blueprint:
    """The blueprint of that name.

    Raises:
        SettingsError: there is none, or its file is broken.
    """
    if name not in blueprint_names():
        rule = f"is not one of {', '.join(blueprint_names())}"
        raise SettingsError([Problem("blueprint", rule, name, choose(name, blueprint_names()))])
    return _parsed(name, (BLUEPRINTS / f"{name}.yaml").read_text(encoding="utf-8"))


@cache
def _parsed(name: str, text: str) -> Blueprint:
    """The blueprint of a text, which takes long to parse and is asked for again; nothing changes a Blueprint."""
    return Blueprint(name, text)


def from_blueprint(name: str, given: Mapping[str, Any]) -> TapStackArgs:
    """The settings of a blueprint with parameters and top-level settings over it (see `TapStackArgs.from_blueprint`).

    Raises:
        SettingsError: with every problem at once.
    """
    return _stack(*read_blueprint(name).settings_with(given))


def source_files(settings: Mapping[str, Any]) -> SourceFiles:
    """The files of this project that settings, not validated yet, call for.

    What is wrong with them (a missing folder, a package that is not installed) is for the rules to tell.
    """
    needed = [name for name, function in FUNCTIONS.items() if any(values_at(settings, function.settings))]
    listed = {package: _package_files(package) for name in needed for package in FUNCTIONS[name].packages}
    folders = {folder for folder in values_at(settings, MIGRATIONS) if isinstance(folder, str) and in_project(folder)}
    return SourceFiles(
        migrations={folder: _migration_files(ROOT / folder) for folder in sorted(folders)},
        functions={
            name: _sorted(_function_files(name), *(listed[package] or () for package in FUNCTIONS[name].packages))
            for name in needed
        },
        not_installed={
            name: [package for package in FUNCTIONS[name].packages if listed[package] is None] for name in needed
        },
    )


def _migration_files(folder: Path) -> Sequence[SourceFile] | None:
    """A folder's migrations; None where there is no such folder."""
    return _sorted(_source(path.name, path) for path in folder.glob("*.sql")) if folder.is_dir() else None


def _function_files(name: str) -> Sequence[SourceFile]:
    paths = (ROOT / "functions" / name).glob("*.py")
    return [_source(path.relative_to(ROOT).as_posix(), path) for path in paths]


def _package_files(package: str) -> Sequence[SourceFile] | None:
    """The files of an installed package, one by one: its folder as a whole would take caches along."""
    try:
        files = metadata.files(package) or ()
    except metadata.PackageNotFoundError:
        return None
    found = ((file.as_posix(), Path(str(file.locate()))) for file in files)
    return [_source(name, path) for name, path in found if _OF_A_PACKAGE.search(name)]


def _sorted(*lists: Iterable[SourceFile]) -> Sequence[SourceFile]:
    return tuple(sorted((file for files in lists for file in files), key=lambda file: file.name))


def _source(name: str, path: Path) -> SourceFile:
    return SourceFile(name, str(path), hashlib.sha256(path.read_bytes()).hexdigest())


def load() -> TapStackArgs:
    """The settings of the stack that is being run.

    Raises:
        SettingsError: with every problem at once.
    """
    return _Loading().result()


def _stack(settings: Mapping[str, Any], problems: Sequence[Problem]) -> TapStackArgs:
    """The validated settings; with problems found before, those of the settings join them."""
    try:
        args = TapStackArgs.model_validate(settings)
    except SettingsError as error:
        raise SettingsError([*problems, *error.problems]) from None
    if problems:
        raise SettingsError(problems)
    return args


def _keys_from_config(settings: Mapping[str, Any]) -> list[str]:
    """The config keys that settings, not validated yet, take secret values from."""
    paths = ("secrets.*.from_config", "parameters.*.from_config")
    return sorted({key for path in paths for key in values_at(settings, path) if isinstance(key, str)})


class _Loading:
    """One loading of a stack's settings, with the problems found on the way."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.config = pulumi.Config()
        self.stack = pulumi.get_stack()
        self.settings = self._object("settings")
        self.name = self._text("blueprint") or os.environ.get("TAP_BLUEPRINT", "")
        self.blueprint = self._blueprint()
        self.suffix: Any = (
            self._text("environmentSuffix")
            or self.settings.get("environment_suffix")
            or os.environ.get("ENVIRONMENT_SUFFIX")
            or suffix_of(self.stack)
            or DEFAULT
        )
        known = self.blueprint.head.environments if self.blueprint else ()
        self.environment: Any = (
            self._text("environment") or self.settings.get("environment") or environment_of(str(self.suffix), known)
        )

    def result(self) -> TapStackArgs:
        """All layers as one, validated; SettingsError with everything that was found on the way."""
        if self.blueprint is None and (self.name or not self.settings):
            raise SettingsError(self.problems)
        self._check_stack_name()
        blueprint = self.blueprint.environment_settings(str(self.environment)) if self.blueprint else {}
        parameters = self._parameters()
        from_config = _keys_from_config(merge(blueprint, self.settings, parameters))
        config_values = self._config_values(from_config)
        self._check_keys(from_config)
        aws, default_tags, problems = provider.configured(pulumi.Config("aws"))
        self.problems.extend(problems)
        layers = (
            {"tags": self._common_tags()},
            blueprint,
            {"tags": default_tags},
            self.settings,
            {key: text for key in ("application", "compliance", "profile") if (text := self._text(key))},
            {"region": region} if (region := pulumi.Config("aws").get("region")) else {},
            parameters,
            {
                "environment": self.environment,
                "environment_suffix": self.suffix,
                "blueprint": self.name,
                "aws": aws,
                "config_values": config_values,
            },
        )
        settings = merge(*layers)
        if region := os.environ.get("AWS_REGION"):
            settings.setdefault("region", region)
        return _stack(settings, self.problems)

    def _text(self, key: str) -> str:
        """A config value; "" where it is unset, which is what Pulumi.yaml's defaults say too."""
        return self.config.get(key) or ""

    def _object(self, key: str) -> dict[str, Any]:
        """A config value that is a JSON object; empty where it is unset."""
        try:
            value: Any = json.loads(self._text(key) or "{}")
        except ValueError:
            value = self._text(key)
        if isinstance(value, dict):
            return cast("dict[str, Any]", value)
        self.problems.append(
            Problem(key, "must be a map of settings", value, f"Write key: value under {PROJECT}:{key}, one a line.")
        )
        return {}

    def _blueprint(self) -> Blueprint | None:
        try:
            if self.name:
                return read_blueprint(self.name)
        except SettingsError as error:
            self.problems.extend(error.problems)
        if not self.name and not self.settings:
            names = ", ".join(blueprint_names())
            remedy = f"Run pulumi config set blueprint <name>, or set TAP_BLUEPRINT; there are: {names}."
            self.problems.append(Problem("blueprint", "is required where there are no settings", None, remedy))
        return None

    def _common_tags(self) -> dict[str, str]:
        return {
            "Project": PROJECT,
            "Owner": self._text("owner") or DEFAULT_OWNER,
            "CostCenter": self._text("costCenter") or DEFAULT_COST_CENTER,
        }

    def _parameters(self) -> dict[str, Any]:
        if self.blueprint is None:
            return {}
        texts = {name: self._text(name) for name in self.blueprint.head.parameters}
        return self.blueprint.parameter_settings({name: text for name, text in texts.items() if text})

    def _config_values(self, keys: Sequence[str]) -> dict[str, pulumi.Output[str]]:
        """The values of these keys that are there, secret whatever the config says of them."""
        values: dict[str, pulumi.Output[str]] = {}
        for key in keys:
            if not self._text(key):
                continue
            values[key] = self.config.require_secret(key)
            if not is_config_secret(self.config.full_key(key)):
                remedy = f"Run pulumi config set --secret {key} <value>."
                self.problems.append(Problem(self.config.full_key(key), "must be kept as a secret", None, remedy))
        return values

    def _check_stack_name(self) -> None:
        odd = looks_like_production(self.stack) and not looks_like_production(str(self.suffix))
        if odd and self.environment not in PRODUCTION:
            rule = f"is {self.environment}, though the stack's name reads like production"
            remedy = "Run pulumi config set environment prod, or give the stack another name."
            self.problems.append(Problem("environment", rule, self.stack, remedy))

    def _check_keys(self, from_config: Sequence[str]) -> None:
        """Keys that nothing reads, as far as the CLI tells: a mistyped parameter must not pass in silence."""
        given: Mapping[str, str] = json.loads(os.environ.get("PULUMI_CONFIG", "{}"))
        parameters = self.blueprint.head.parameters if self.blueprint else ()
        read = {
            self.config.name: (
                (*CONFIG_KEYS, *parameters, *from_config),
                "is neither a config key nor a parameter of the blueprint",
            ),
            "aws": (tuple(map(provider.config_key, (*provider.ARGUMENTS, *provider.OWN))), provider.NO_ARGUMENT),
        }
        for full in sorted(full for full, text in given.items() if text):
            namespace, _, key = full.partition(":")
            keys, rule = read.get(namespace, ((key,), ""))
            if key not in keys:
                self.problems.append(Problem(full, rule, None, choose(key, keys)))
