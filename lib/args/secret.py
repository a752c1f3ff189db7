"""Settings of secrets and parameters. No value of a secret is ever among them."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StrictBool, StrictInt, StrictStr

from lib.args.scalars import ONE_OR_MANY, Name
from lib.args.section import Section


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
    from_config: StrictStr | None = Field(
        default=None, description="Config key of the value: pulumi config set --secret <key> <value>."
    )
    replicas: Annotated[tuple[Name, ...], ONE_OR_MANY] = Field(
        default=(), description="Networks in other regions that get a replica."
    )


class ParameterArgs(Section):
    """A parameter in Parameter Store, at `/<application>/<suffix>/<name>`."""

    network: Name | None = Field(
        default=None, description="Network whose region it is in. Default: the stack's region."
    )
    description: StrictStr = Field(default="", description="What the parameter is for.")
    value: StrictStr | None = Field(default=None, description="Its value, as text.")
    document: Mapping[str, Any] | None = Field(default=None, description="Its value, as a map that becomes JSON.")
    from_config: StrictStr | None = Field(
        default=None, description="Config key of a secret value, kept as SecureString under a customer key."
    )
