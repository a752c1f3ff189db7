"""What stands behind the engine: who answers a program's registrations and invokes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tap.plan import Resource


@dataclass(frozen=True, slots=True)
class Provider:
    """An explicit provider, as far as answering needs it: its inputs with JSON decoded, default tags taken out."""

    urn: str
    package: str
    region: str | None
    default_tags: Mapping[str, str] = field(default_factory=dict[str, str])
    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def role_arn(self) -> str:
        """The role that it assumes, the last of a chain; "" where it assumes none."""
        roles = self.inputs.get("assumeRoles")
        return str(roles[-1]["roleArn"]) if roles else ""


@dataclass(frozen=True, slots=True)
class State:
    """The answer to a registration.

    `outputs` are all outputs that the answering side knows, inputs included, camelCase. What a resource type has
    beyond them reaches the program as unknown where `partial` is set, so that using it is an error, never None.
    """

    id: str
    outputs: Mapping[str, Any]
    partial: bool = False


class AnswerError(Exception):
    """A registration or an invoke that cannot be answered; the message says why, for a user to read."""


class Answers(Protocol):
    """The answering side. Called from several threads at once; raises AnswerError for what it refuses."""

    def create(self, resource: Resource, provider: Provider | None) -> State:
        """Answer the registration of a custom resource (secrets unwrapped in `resource.inputs`; never a provider)."""
        ...

    def read(self, resource: Resource, provider: Provider | None) -> State:
        """Answer `Type.get(name, id)`; `resource.id` is the id asked for."""
        ...

    def invoke(
        self, token: str, args: Mapping[str, Any], provider: Provider | None, region: str | None
    ) -> Mapping[str, Any]:
        """Answer a call of a provider function."""
        ...
