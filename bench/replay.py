"""Replay: a Plan's resources registered barely, by a flat Pulumi program without settings, look-ups or library.

What is fair about it. It has the same resources of the same types, names, parents and providers, with the same inputs.
An input that came from another resource's output comes from that output again, and so waits for it. Components are
plain `ComponentResource`s: they are registrations like any other, and URNs and ids stay the same, so that a run of the
replay can be compared with the Plan, input by input. What the replay leaves out is what is measured: reading and
checking settings, look-ups in AWS, deriving names, blocks, policies and rules, outputs and exports.
"""

import inspect
import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, cast, get_overloads

import pulumi

from tap.plan import UNKNOWN, Plan, Resource, Secret

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_PREFIX = "pulumi:providers:"
# Outputs that one resource takes over from another one, most telling first; id comes before all of them.
TELLING = ("arn", "name")

HEAD = '''"""The resources of {project} {stack}, registered one after the other."""

import pulumi
{imports}


def _after(value, *sources):
    """A value worked out from outputs of the sources: it is there when they are."""
    return pulumi.Output.all(value, *sources).apply(lambda values: values[0])

'''


class ReplayError(Exception):
    """A Plan that can't be replayed; the message names the resource and what is in the way."""


@dataclass(frozen=True, slots=True)
class Type:
    """A resource type in the SDK: its class as Python reaches it, and its inputs and outputs by their wire names."""

    package: str
    reference: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Known:
    """Resources written so far: their variables and what their outputs are, by URN."""

    variables: dict[str, str] = field(default_factory=dict[str, str])
    outputs: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])


def sdk_type(token: str) -> Type:
    """The SDK's class of a type token: `aws:ec2/vpc:Vpc` is `pulumi_aws.ec2.Vpc`.

    Raises:
        ReplayError: the installed SDK has no such class.
    """
    package, module, name = ("", "index", "Provider") if token.startswith(PROVIDER_PREFIX) else token.split(":")
    package = f"pulumi_{(package or token.removeprefix(PROVIDER_PREFIX)).replace('-', '_')}"
    folder = module.split("/")[0]
    if folder != "index":
        folder = f"{folder}_" if keyword.iskeyword(folder) else folder
    path = package if folder == "index" else f"{package}.{folder}"
    try:
        found = import_module(path)
        resource: type[Any] = getattr(found, name)
    except (ImportError, AttributeError) as error:
        raise ReplayError(f"{token}: {error}") from error
    # Of the constructor's two forms, the one with the inputs as keywords.
    given = {key for form in get_overloads(resource.__init__) for key in inspect.signature(form).parameters}
    outputs = [key for key, value in inspect.getmembers_static(resource) if isinstance(value, property)]
    return Type(
        package=package,
        reference=f"{path}.{name}",
        inputs={_camel(key): key for key in given},
        outputs={_camel(key): key for key in outputs},
    )


def program(plan: Plan) -> str:
    """The replay's source text.

    Raises:
        ReplayError: something in the Plan can't be registered again.
    """
    types = {resource.type: sdk_type(resource.type) for resource in plan.resources if resource.custom}
    known = _Known()
    lines: list[str] = []
    for number, resource in enumerate(plan.resources):
        if resource.type == STACK_TYPE:
            continue
        if resource.read:
            raise ReplayError(f"{resource.type} {resource.name} is read, not registered")
        variable = f"r{number}"
        options = f"pulumi.ResourceOptions({', '.join(_options(resource, known))})"
        if resource.custom:
            type_ = types[resource.type]
            arguments = [repr(resource.name), *_arguments(resource, type_, known), f"opts={options}"]
            lines += [f"{variable} = {type_.reference}(", *(f"    {argument}," for argument in arguments), ")"]
            known.outputs[resource.urn] = _outputs(resource, type_, variable)
        else:
            lines.append(
                f"{variable} = pulumi.ComponentResource({resource.type!r}, {resource.name!r}, {{}}, {options})"
            )
            lines.append(f"{variable}.register_outputs({{}})")
        known.variables[resource.urn] = variable
    imports = "\n".join(f"import {package}" for package in sorted({type_.package for type_ in types.values()}))
    return HEAD.format(project=plan.project, stack=plan.stack, imports=imports) + "\n".join(lines) + "\n"


def differences(plan: Plan, replayed: Plan) -> list[str]:
    """What a run of the replay did not do as the Plan has it; empty where both are the same."""
    wanted = {resource.urn: resource for resource in plan.resources}
    got = {resource.urn: resource for resource in replayed.resources}
    said = [f"{urn} is missing" for urn in wanted.keys() - got.keys()]
    said += [f"{urn} is too many" for urn in got.keys() - wanted.keys()]
    for urn in wanted.keys() & got.keys():
        for what in ("inputs", "parent", "provider", "region", "dependencies", "property_dependencies", "options"):
            one, other = _comparable(getattr(wanted[urn], what)), _comparable(getattr(got[urn], what))
            if wanted[urn].type != STACK_TYPE and one != other:
                said.append(f"{urn}: {what} are {other}, not {one}")
    return sorted(said)


def _comparable(value: Any) -> Any:
    """A value in which archives and assets are told by what is in them, not by which object they are."""
    if isinstance(value, Mapping):
        return {key: _comparable(item) for key, item in cast(Mapping[str, Any], value).items()}
    if isinstance(value, (list, tuple)):
        return [_comparable(item) for item in cast(Sequence[Any], value)]
    if isinstance(value, (pulumi.Asset, pulumi.Archive)):
        return (type(value).__name__, _comparable(vars(value)))
    return value


def _camel(key: str) -> str:
    first, *others = key.rstrip("_").split("_")
    return first + "".join(other.capitalize() for other in others)


def _arguments(resource: Resource, type_: Type, known: _Known) -> Iterator[str]:
    for key, value in sorted(resource.inputs.items()):
        if key not in type_.inputs:
            raise ReplayError(f"{resource.type} {resource.name}: {type_.reference} takes no {key}")
        sources = resource.property_dependencies.get(key, ())
        texts: dict[str, str] = {}
        for urn in sources:
            for text, expression in known.outputs[urn].items():
                texts.setdefault(text, expression)
        written = _value(value, texts)
        hidden = [known.variables[urn] for urn in sources if f"{known.variables[urn]}." not in written]
        if hidden:
            written = f"_after({written}, {', '.join(f'{variable}.id' for variable in hidden)})"
        yield f"{type_.inputs[key]}={written}"


def _outputs(resource: Resource, type_: Type, variable: str) -> dict[str, str]:
    """Texts that other resources may have from this one, and the expressions that give them."""
    texts = {resource.id: f"{variable}.id"} if resource.id else {}
    keys = [*TELLING, *sorted(resource.outputs.keys() - set(TELLING))]
    for key in keys:
        value = resource.outputs.get(key)
        if isinstance(value, str) and value and key in type_.outputs:
            texts.setdefault(value, f"{variable}.{type_.outputs[key]}")
    return texts


def _value(value: Any, texts: Mapping[str, str]) -> str:
    """A value as Python source; `texts` are outputs of the resources that it comes from."""
    if isinstance(value, Secret):
        return f"pulumi.Output.secret({_value(value.value, texts)})"
    if value is UNKNOWN:
        raise ReplayError("the Plan holds unknown values; replay one that is no preview")
    if isinstance(value, str):
        return _text(value, texts)
    if isinstance(value, Mapping):
        items = cast(Mapping[str, Any], value).items()
        return "{" + ", ".join(f"{key!r}: {_value(item, texts)}" for key, item in items) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(item, texts) for item in cast(Sequence[Any], value)) + "]"
    if isinstance(value, (pulumi.Asset, pulumi.Archive)):
        (inner,) = vars(value).values()
        return f"pulumi.{type(value).__name__}({_value(inner, {})})"
    return repr(value)


def _text(value: str, texts: Mapping[str, str]) -> str:
    if value in texts:
        return texts[value]
    # Inside a longer text only what is not there by chance: ids and ARNs, no region or flag; the longest that fits.
    sought = sorted((text for text in texts if texts[text].endswith((".id", ".arn"))), key=len, reverse=True)
    if not any(text in value for text in sought):
        return repr(value)
    parts = filter(None, re.split(f"({'|'.join(map(re.escape, sought))})", value))
    return f"pulumi.Output.concat({', '.join(texts.get(part) or repr(part) for part in parts)})"


def _options(resource: Resource, known: _Known) -> Iterator[str]:
    if resource.parent in known.variables:
        yield f"parent={known.variables[resource.parent]}"
    if resource.provider:
        yield f"provider={known.variables[resource.provider]}"
    referenced = {urn for urns in resource.property_dependencies.values() for urn in urns}
    awaited = [known.variables[urn] for urn in resource.dependencies if urn not in referenced]
    if awaited:
        yield f"depends_on=[{', '.join(awaited)}]"
    options = resource.options
    if options.protect:
        yield "protect=True"
    if options.delete_before_replace is not None:
        yield f"delete_before_replace={options.delete_before_replace}"
    if options.retain_on_delete:
        yield "retain_on_delete=True"
    if options.ignore_changes:
        yield f"ignore_changes={list(options.ignore_changes)}"
    if options.replace_on_changes:
        yield f"replace_on_changes={list(options.replace_on_changes)}"
    if options.timeouts:
        yield f"custom_timeouts=pulumi.CustomTimeouts(**{dict(options.timeouts)})"
