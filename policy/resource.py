"""What rules look at: one resource as plain data, however it was recorded."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

Key = str | int


def dotted(path: Iterable[Key]) -> str:
    """A path as one writes it."""
    return ".".join(map(str, path))


class Unknown:
    """A value that a preview does not know yet."""

    def __repr__(self) -> str:
        return "<unknown>"


UNKNOWN = Unknown()


class NotKnownError(Exception):
    """A rule needs a value that is not known yet, or cannot be read; the message says which.

    Whoever runs the rule tells that it could not judge: what is unknown never passes.
    """


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of a stack.

    Args:
        urn: its URN.
        type: its whole token, such as `aws:ec2/vpc:Vpc`.
        name: its logical name.
        properties: what it is made of, keys in camelCase, values plain; UNKNOWN for what is not known. A component's
            are its outputs, in the case that it writes them.
        references: URNs that the value of a property came from, by property.
        parent: URN of its parent, "" where it has none.
    """

    urn: str
    type: str
    name: str
    properties: Mapping[str, Any]
    references: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    parent: str = ""

    @property
    def kind(self) -> str:
        """The type as rules name it: `ec2:Vpc` for `aws:ec2/vpc:Vpc`, whole where the package is another.

        Names of one and the same thing in former versions of the provider are told as the present one.
        """
        package, _, rest = self.type.partition(":")
        module, _, name = rest.rpartition(":")
        if package != "aws":
            return self.type
        module = module.split("/")[0]
        return f"{'lb' if module == 'alb' else module}:{name.removesuffix('V2') if module == 's3' else name}"

    def get(self, *path: Key) -> Any:
        """The value at a path of keys and list indexes; None where there is none.

        Raises:
            NotKnownError: the value, or what it would be in, is not known yet.
        """
        value: Any = self.properties
        for depth, key in enumerate(path, start=1):
            if isinstance(value, Mapping):
                value = cast("Mapping[Any, Any]", value).get(key)
            elif isinstance(value, list) and isinstance(key, int):
                listed = cast("list[Any]", value)
                value = listed[key] if key < len(listed) else None
            else:
                return None
            if value is UNKNOWN:
                raise NotKnownError(f"{dotted(path[:depth])} is not known yet")
        return value

    def all(self, *path: Key) -> list["Part"]:
        """The elements of the list at a path, each to be looked into; a map alone is a list of one.

        Raises:
            NotKnownError: the list or one of its elements is not known yet.
        """
        value = self.get(*path)
        elements = cast("list[Any]", value) if isinstance(value, list) else [] if value is None else [value]
        return [Part(self, (*path, index) if isinstance(value, list) else path) for index in range(len(elements))]

    def document(self, *path: Key) -> Any:
        """The JSON document that is the text at a path; None where there is none.

        Raises:
            NotKnownError: it is not known yet, or no JSON.
        """
        value = self.get(*path)
        try:
            return json.loads(value) if isinstance(value, str) and value else value
        except ValueError:
            raise NotKnownError(f"{dotted(path)} is no JSON document") from None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a resource: a path in it that further paths go on from."""

    resource: Resource
    path: tuple[Key, ...]

    def get(self, *path: Key) -> Any:
        """The value at a path below this part; see Resource.get."""
        return self.resource.get(*self.path, *path)

    def all(self, *path: Key) -> list["Part"]:
        """The parts of the list at a path below this part; see Resource.all."""
        return self.resource.all(*self.path, *path)
