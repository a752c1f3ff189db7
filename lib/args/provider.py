"""Arguments of the AWS provider, as the stack's `aws:` config gives them."""

import inspect
import json
import re
from collections.abc import Mapping
from typing import Any, cast, get_args

import pulumi
from pulumi.runtime import is_config_secret
from pulumi_aws import ProviderArgs

from lib.args.problems import Problem

# The stack says these in its own words: every network has its region, and default tags are the common tags.
OWN = ("region", "default_tags")

NO_ARGUMENT = "is no argument of the AWS provider"

# These stay secret even where config holds them in plain.
SECRET = ("access_key", "secret_key", "token")

# Whether an argument is plain text, by its name; all others are JSON in config.
ARGUMENTS: Mapping[str, bool] = {
    name: str in get_args(parameter.annotation)
    for name, parameter in inspect.signature(ProviderArgs.__init__).parameters.items()
    if name not in ("__self__", *OWN)
}


def config_key(argument: str) -> str:
    """The config key of an argument: `s3UsePathStyle` for `s3_use_path_style`."""
    return re.sub(r"_(\w)", lambda match: match[1].upper(), argument)


def decoded(argument: str, text: str) -> Any:
    """The value of an argument as config gives it; keys inside objects stay in camelCase, which Pulumi takes too.

    Raises:
        ValueError: the argument is no text and the value is no JSON.
    """
    return text if ARGUMENTS[argument] else json.loads(text)


def configured(config: pulumi.Config) -> tuple[dict[str, Any], dict[str, Any], list[Problem]]:
    """What the config `aws:…` says: arguments of every provider, tags of `aws:defaultTags`, and what is wrong with it.

    Secret arguments are outputs, whether or not the config keeps them as secrets.
    """
    arguments: dict[str, Any] = {}
    problems: list[Problem] = []
    for argument in ARGUMENTS:
        key = config_key(argument)
        text = config.get(key)
        if not text:
            continue
        try:
            value = decoded(argument, text)
        except ValueError:
            remedy = "Set it with pulumi config set --path, which writes JSON."
            problems.append(Problem(f"aws:{key}", "must be JSON", None, remedy))
            continue
        secret = argument in SECRET or is_config_secret(config.full_key(key))
        arguments[argument] = pulumi.Output.secret(value) if secret else value
    tags = _default_tags(config.get("defaultTags") or "{}")
    if tags is None:
        remedy = "Write tags: and the tags below it, or move them to the setting tags."
        problems.append(Problem("aws:defaultTags", "must be a map that holds tags", None, remedy))
    return arguments, tags or {}, problems


def _default_tags(text: str) -> dict[str, Any] | None:
    """The tags of a provider's `defaultTags`; None where the text is none."""
    try:
        given: Any = json.loads(text)
    except ValueError:
        return None
    tags: Any = cast("dict[str, Any]", given).get("tags", {}) if isinstance(given, dict) else None
    return cast("dict[str, Any]", tags) if isinstance(tags, dict) else None
