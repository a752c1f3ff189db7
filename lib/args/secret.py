"""Settings of secrets and parameters. No value of a secret is ever among them."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StrictStr

from lib.args.scalars import ONE_OR_MANY, Name, refuse
from lib.args.section import Section

INSTEAD = "run pulumi config set --secret <key> <value>, and write from_config: <key>"


def _config_key(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", value):
        raise refuse(
            "must be a key of the stack's config: letters, digits, '-' and '_', starting with a letter",
            "Use a key such as apiKey.",
        )
    return value


ConfigKey = Annotated[StrictStr, AfterValidator(_config_key)]


class GenerateArgs(Section):
    """How to generate a value."""

    length: Annotated[StrictInt, Field(ge=16, le=128)] = Field(default=32, description="Characters.")
    special: StrictBool = Field(default=True, description="With special characters.")


class SecretArgs(Section):
    """A secret in Secrets Manager: its value is generated, or comes from a secret of Pulumi's config."""

    network: Name | None = Field(
        default=None, description="Network whose region it is in. Default: the stack's region."
    )
    description: StrictStr = Field(default="", description="What the secret is for.")
    generate: GenerateArgs | None = Field(default=None, description="Generate the value: the default.")
    from_config: ConfigKey | None = Field(
        default=None, description="Config key of the value: pulumi config set --secret <key> <value>."
    )
    replicas: Annotated[tuple[Name, ...], ONE_OR_MANY] = Field(
        default=(), description="Networks in other regions that get a replica."
    )

    elsewhere: ClassVar[Mapping[str, str]] = {"value": f"A secret's value is never a setting: {INSTEAD}."}


class ParameterArgs(Section):
    """A parameter in Parameter Store, at `/<application>/<suffix>/<name>`."""

    network: Name | None = Field(
        default=None, description="Network whose region it is in. Default: the stack's region."
    )
    description: StrictStr = Field(default="", description="What the parameter is for.")
    value: Annotated[StrictStr, Field(min_length=1)] | None = Field(default=None, description="Its value, as text.")
    document: Annotated[Mapping[str, Any], Field(min_length=1)] | None = Field(
        default=None, description="Its value, as a map that becomes JSON."
    )
    from_config: ConfigKey | None = Field(
        default=None, description="Config key of a secret value, kept as SecureString under a customer key."
    )
