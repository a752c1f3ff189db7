"""Rules on secrets and parameters: where they are, and where their values come from."""

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pulumi

from lib.args.placement import region_of
from lib.args.problems import Problem, place
from lib.args.rules.references import unknown

if TYPE_CHECKING:
    from lib.args.secret import ParameterArgs
    from lib.args.stack import TapStackArgs

# https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html: of the standard
# tier, in bytes; and words that Systems Manager keeps for itself at the start of a name.
LONGEST_PARAMETER = 4096
RESERVED = ("aws", "ssm")
LONGEST_DESCRIPTION = {"secrets": 2048, "parameters": 1024}


def secrets_are_in_known_networks(args: "TapStackArgs") -> Iterable[Problem]:
    """Whatever names a network names one of the stack's."""
    stated = [("secrets", name, secret.network) for name, secret in args.secrets.items()]
    stated += [("parameters", name, parameter.network) for name, parameter in args.parameters.items()]
    for section, name, network in stated:
        if network is not None and network not in args.networks:
            at = place(section, name, "network")
            yield unknown(at, "a network", network, args.networks, place("networks", network))


def replicas_are_elsewhere(args: "TapStackArgs") -> Iterable[Problem]:
    """A secret has one replica a region, and none in its own."""
    for name, secret in args.secrets.items():
        taken = {region_of(args, secret.network): "the secret itself"}
        for index, network in enumerate(secret.replicas):
            at = place("secrets", name, "replicas", index)
            if network not in args.networks:
                yield unknown(at, "a network", network, args.networks, place("networks", network))
                continue
            region = region_of(args, network)
            if region in taken:
                basis = ("region", "networks", place("secrets", name, "network"))
                rule = f"must be in another region than {taken[region]} ({region})"
                yield Problem(at, rule, network, "Name a network in another region, or remove it.", basis)
            taken.setdefault(region, network)


def values_have_one_source(args: "TapStackArgs") -> Iterable[Problem]:
    """A secret is generated or comes from config; a parameter has exactly one of its three kinds of value."""
    for name, secret in args.secrets.items():
        if secret.generate is not None and secret.from_config is not None:
            rule = "must not stand beside generate"
            yield Problem(place("secrets", name, "from_config"), rule, secret.from_config, "Remove one of the two.")
    for name, parameter in args.parameters.items():
        sources = _sources(parameter)
        at = place("parameters", name)
        if not sources:
            remedy = "Add one of value, document and from_config."
            basis = tuple(f"{at}.{key}" for key in ("value", "document", "from_config"))
            yield Problem(at, "has no value", None, remedy, basis)
        elif len(sources) > 1:
            yield Problem(at, f"must have one value, not {' and '.join(sources)}", None, "Remove all but one.")


def parameters_fit(args: "TapStackArgs") -> Iterable[Problem]:
    """Descriptions, names and values that Secrets Manager and Systems Manager take."""
    if args.parameters and args.application.startswith(RESERVED):
        rule = f"must not start with {' or '.join(RESERVED)}, which Systems Manager keeps for itself in parameters"
        yield Problem("application", rule, args.application, "Give the application another name.")
    described = [("secrets", name, secret.description) for name, secret in args.secrets.items()]
    described += [("parameters", name, parameter.description) for name, parameter in args.parameters.items()]
    for section, name, description in described:
        if len(description) > (most := LONGEST_DESCRIPTION[section]):
            at = place(section, name, "description")
            yield Problem(at, f"must have at most {most} characters", description, "Shorten it.")
    for name, parameter in args.parameters.items():
        for key, text in (("value", parameter.value), ("document", _json(parameter.document))):
            if (size := len((text or "").encode())) > LONGEST_PARAMETER:
                rule = f"must have at most {LONGEST_PARAMETER} bytes, and has {size}"
                yield Problem(place("parameters", name, key), rule, None, "Shorten it, or split it over several.")


def config_values_are_there(args: "TapStackArgs") -> Iterable[Problem]:
    """Every config key that a value comes from has one, and every one that is handed over is secret."""
    for at, key in keys_from_config(args):
        if key not in args.config_values:
            remedy = f"Run pulumi config set --secret {key} <value>."
            yield Problem(at, "has no value in the stack's config", key, remedy)
    for key, value in args.config_values.items():
        if not isinstance(value, pulumi.Output):
            remedy = f'Hand over pulumi.Config().require_secret("{key}").'
            yield Problem(place("config_values", key), "must be a secret output, not a plain value", None, remedy)


def keys_from_config(args: "TapStackArgs") -> Iterator[tuple[str, str]]:
    """The config keys that values come from, each with the path of the setting that names it."""
    for section, things in (("secrets", args.secrets), ("parameters", args.parameters)):
        for name, thing in things.items():
            if thing.from_config is not None:
                yield place(section, name, "from_config"), thing.from_config


def _sources(parameter: "ParameterArgs") -> list[str]:
    values = {"value": parameter.value, "document": parameter.document, "from_config": parameter.from_config}
    return [key for key, value in values.items() if value is not None]


def _json(document: Any) -> str:
    return json.dumps(document, sort_keys=True, default=str)
