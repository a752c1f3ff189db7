"""Recording: the answering side that makes nothing."""

from collections.abc import Mapping
from typing import Any

from tap.engine.answers import AnswerError, Provider, State
from tap.plan import Resource
from tap.recording.lookups import LOOKUPS, Lookup
from tap.recording.outputs import answer
from tap.recording.vpcs import ACCOUNT, At, ExistingVpc


class Recording:
    """Answers registrations with deterministic ids, ARNs and outputs, and the common look-ups from tables.

    `vpcs` are the VPCs that exist already, by id. Implements `tap.engine.answers.Answers`.
    """

    def __init__(self, vpcs: Mapping[str, ExistingVpc] | None = None) -> None:
        self._vpcs = vpcs or {}

    def create(self, resource: Resource, provider: Provider | None) -> State:
        """Id and outputs as the type's provider would give them."""
        id_, outputs = answer(
            resource, resource.region or "", _account(provider), provider.default_tags if provider else {}
        )
        return State(id=id_, outputs=outputs)

    def read(self, resource: Resource, provider: Provider | None) -> State:
        """What is read has the id asked for, and otherwise looks like something created."""
        _, outputs = answer(
            resource, resource.region or "", _account(provider), provider.default_tags if provider else {}
        )
        return State(id=resource.id or "", outputs=outputs)

    def invoke(
        self, token: str, args: Mapping[str, Any], provider: Provider | None, region: str | None
    ) -> Mapping[str, Any]:
        """Answer a look-up; AnswerError for one that has no answer here."""
        lookup: Lookup | None = LOOKUPS.get(token)
        if lookup is None:
            raise AnswerError(
                f"{token} is not among the look-ups that a recording can answer (tap/recording/lookups.py)"
            )
        return lookup(args, At(region or "", _account(provider)), self._vpcs)


def _account(provider: Provider | None) -> str:
    """The account that a provider works in: that of the role it assumes, else the recording's own."""
    role = provider.role_arn if provider else ""
    return role.split(":")[4] if role else ACCOUNT
