"""The embedded AWS as the answering side of the engine: every registration is made with boto3, for real."""

from collections.abc import Mapping
from typing import Any

from tap.embedded.connection import Connection, role_of
from tap.embedded.creation import Creation
from tap.embedded.lookups import LOOKUPS, Lookup
from tap.embedded.services import RECIPES
from tap.engine.answers import AnswerError, Provider, State
from tap.plan import Resource


class EmbeddedAws:
    """Answers over a connection; see `Answers`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def create(self, resource: Resource, provider: Provider | None) -> State:
        """Make the resource.

        Raises:
            AnswerError: its type or one of its inputs is not mapped, or AWS refused.
        """
        recipe = RECIPES.get(resource.type)
        if recipe is None:
            raise AnswerError(
                f"the embedded AWS has no type {resource.type}. Add a recipe to tap/embedded/services, or deploy to a "
                "real account with `pulumi up`."
            )
        try:
            return Creation(self.connection, resource, provider, recipe).run()
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise AnswerError(f"its recipe does not fit: {type(error).__name__}: {error}") from error

    def read(self, resource: Resource, provider: Provider | None) -> State:
        """Refuse: the embedded AWS starts empty, so there is nothing of an earlier deployment to get."""
        raise AnswerError(
            f"the embedded AWS does not answer {resource.type.rpartition(':')[-1]}.get(); look it up with the "
            "provider's function (`get_…_output`) instead"
        )

    def invoke(
        self, token: str, args: Mapping[str, Any], provider: Provider | None, region: str | None
    ) -> Mapping[str, Any]:
        """Answer a provider function by a look at the embedded AWS.

        Raises:
            AnswerError: the function is not mapped, or finds nothing.
        """
        answer = LOOKUPS.get(token)
        where = str(args.get("region") or region or (provider.region if provider else "") or "us-east-1")
        if answer is None:
            raise AnswerError(
                f"the embedded AWS does not answer the function {token}. Add it to tap/embedded/lookups.py, or "
                "deploy to a real account with `pulumi up`."
            )
        given = {name: value for name, value in args.items() if value is not None and name != "region"}
        try:
            return answer(Lookup(self.connection, where, role_of(provider), given))
        except AnswerError as error:
            raise AnswerError(f"{token} in {where}: {error}") from error
