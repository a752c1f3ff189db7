"""Answering sides that misbehave."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from tap.engine.answers import AnswerError, Provider, State
from tap.plan import Resource
from tap.recording import Recording


class Failing(Recording):
    """A Recording that can't create resources of these logical names."""

    def __init__(self, names: Collection[str]) -> None:
        super().__init__()
        self.names = names
        self.asked: list[str] = []

    def create(self, resource: Resource, provider: Provider | None) -> State:
        self.asked.append(resource.name)
        if resource.name in self.names:
            raise AnswerError("AWS said no")
        return super().create(resource, provider)


class Partial(Recording):
    """A Recording that knows less of these logical names: outputs by name that it leaves out."""

    def __init__(self, missing: Mapping[str, Collection[str]]) -> None:
        super().__init__()
        self.missing = missing

    def create(self, resource: Resource, provider: Provider | None) -> State:
        state = super().create(resource, provider)
        if resource.name not in self.missing:
            return state
        left = {key: value for key, value in state.outputs.items() if key not in self.missing[resource.name]}
        return replace(state, outputs=left, partial=True)


class Listening(Recording):
    """A Recording that keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.created: dict[str, tuple[Resource, Provider | None]] = {}

    def create(self, resource: Resource, provider: Provider | None) -> State:
        self.created[resource.name] = (resource, provider)
        return super().create(resource, provider)
