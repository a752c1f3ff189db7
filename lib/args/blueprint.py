"""A blueprint: settings of a reference architecture, with its few knobs and what differs between environments."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, cast

import yaml
from pydantic import Field, StrictStr

from lib.args.environment import environment_of
from lib.args.fields import field_at, known_keys, model_of, typed
from lib.args.layers import merge, nested
from lib.args.problems import Problem, SettingsError, choose, place
from lib.args.scalars import ONE_OR_MANY
from lib.args.section import Section
from lib.args.stack import TapStackArgs

CONFIG_KEYS = (
    "application",
    "blueprint",
    "compliance",
    "costCenter",
    "environment",
    "environmentSuffix",
    "owner",
    "profile",
    "settings",
)


class Head(Section):
    """What a blueprint file holds beside settings."""

    description: StrictStr = Field(default="", description="What the blueprint builds, in one sentence.")
    parameters: Mapping[StrictStr, Annotated[tuple[StrictStr, ...], ONE_OR_MANY]] = Field(
        default_factory=dict[str, tuple[str, ...]],
        description="Knobs: name of a config key, and the path of the setting that it goes to (or a list of paths). "
        "An entry that is a map is no knob but a parameter in Parameter Store.",
    )
    examples: Mapping[StrictStr, StrictStr] = Field(
        default_factory=dict[str, str],
        description="Values for parameters that a deployment has to be given: the blueprint's page, benchmarks and "
        "tests use them, a deployment never does.",
    )
    environments: Mapping[StrictStr, Mapping[StrictStr, Any]] = Field(
        default_factory=dict[str, Mapping[str, Any]],
        description="Overlays: settings that go over the blueprint's own in one environment.",
    )


class Blueprint:
    """One blueprint file, read.

    Args:
        name: name of the blueprint, its file's name without `.yaml`.
        text: the file.

    Raises:
        SettingsError: broken YAML (with line and column), or parameters that lead nowhere.
    """

    def __init__(self, name: str, text: str) -> None:
        content = _yaml(f"blueprints/{name}.yaml", text)
        self.name = name
        head = known_keys(Head)
        knobs, stored = _parted(content.get("parameters"))
        self.head = Head.model_validate({**{key: content[key] for key in content if key in head}, **knobs})
        self.settings = {**{key: content[key] for key in content if key not in head}, **stored}
        if problems := [*self._parameter_problems()]:
            raise SettingsError(problems)

    def environment_settings(self, environment: str) -> dict[str, Any]:
        """The blueprint's settings with the overlay of an environment, where it has one."""
        return merge(self.settings, self.head.environments.get(environment, {}))

    def parameter_settings(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The settings that values of parameters lead to; text becomes what the setting's type asks for."""
        layers = [
            nested(path.split("."), typed(values[parameter], field_at(TapStackArgs, path.split("."))))
            for parameter, paths in self.head.parameters.items()
            if parameter in values
            for path in paths
        ]
        return merge(*layers)

    def settings_with(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
        """The blueprint's settings with parameters and top-level settings over them, and what is neither of the two."""
        own = known_keys(TapStackArgs)
        known = (*self.head.parameters, *own)
        settings = {key: value for key, value in given.items() if key in own}
        suffix = str(settings.get("environment_suffix", ""))
        environment = settings.get("environment") or environment_of(suffix, self.head.environments)
        layers = (
            {"environment": environment},
            self.environment_settings(environment),
            settings,
            self.parameter_settings(given),
            {"blueprint": self.name},
        )
        return merge(*layers), [
            Problem(key, f"is neither a parameter of {self.name} nor a setting", None, choose(key, known))
            for key in given
            if key not in known
        ]

    def _parameter_problems(self) -> Iterator[Problem]:
        for name, example in self.head.examples.items():
            if name not in self.head.parameters:
                remedy = choose(name, self.head.parameters)
                yield Problem(place("examples", name), "is no parameter of the blueprint", example, remedy)
        for name, paths in self.head.parameters.items():
            where = place("parameters", name)
            if name in (*CONFIG_KEYS, *TapStackArgs.model_fields):
                yield Problem(where, "is already a key of its own", None, "Choose another name for the parameter.")
            for path in paths:
                if remedy := _wrong_turn(path):
                    yield Problem(where, "must be the path of a setting", path, remedy)


def _parted(parameters: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The knobs among what a file calls parameters, and those that go to Parameter Store: these are maps."""
    if not isinstance(parameters, Mapping):
        return {}, {}
    entries = cast("Mapping[str, Any]", parameters).items()
    stored: dict[str, Any] = {name: entry for name, entry in entries if isinstance(entry, Mapping)}
    knobs = {name: entry for name, entry in entries if name not in stored}
    return {"parameters": knobs}, {"parameters": stored} if stored else {}


def _wrong_turn(path: str) -> str | None:
    """The remedy for a path that leads to no setting; None where it leads to one."""
    keys = path.split(".")
    for index, key in enumerate(keys):
        if field_at(TapStackArgs, keys[: index + 1]) is None:
            above = field_at(TapStackArgs, keys[:index])
            known = _known_below(above)
            return choose(key, known) if known else f"There is nothing below {'.'.join(keys[:index])}."
    return None


def _known_below(annotation: Any) -> tuple[str, ...]:
    """The keys that may stand below a setting of that type; none where it is no section."""
    section = model_of(annotation)
    return tuple(known_keys(section)) if section else ()


def _yaml(file: str, text: str) -> dict[str, Any]:
    try:
        content: Any = yaml.load(text, Loader=_Loader)  # noqa: S506 (a SafeLoader that also refuses doubled keys)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
        raise SettingsError([Problem(where, "is not valid YAML", None, f"{error.problem}.".capitalize())]) from error
    except yaml.YAMLError as error:
        raise SettingsError([Problem(file, "is not valid YAML", None, str(error))]) from error
    if not isinstance(content, dict):
        raise SettingsError([Problem(file, "must be a map of settings", content, "Write key: value, one a line.")])
    return {str(key): value for key, value in content.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


class _Loader(yaml.SafeLoader):  # pylint: disable=too-many-ancestors
    """YAML's safe loader, except that a key written twice is an error: YAML itself lets the later one win."""


def _map_without_doubles(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        if isinstance(key_node, yaml.ScalarNode):
            if key_node.value in seen:
                problem = f"the key {key_node.value} stands there twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            seen.add(key_node.value)
    loader.flatten_mapping(node)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _map_without_doubles)
