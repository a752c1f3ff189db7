"""Arguments of the AWS provider, as the stack's `aws:` config gives them."""

import inspect
import json
import re
from collections.abc import Mapping
from typing import Any, get_args

from pulumi_aws import ProviderArgs

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
