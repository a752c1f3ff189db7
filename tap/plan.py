"""Plan: everything that one run of a program registered, as plain data.

The one source for every tool: none of them derives infrastructure from settings again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that Pulumi keeps secret; it never shows in a listing."""

    value: Any = field(repr=False)


class Unknown:
    """A value that is not known yet: an output of a resource that a preview has not made."""

    def __repr__(self) -> str:
        return "<unknown>"

    def __reduce__(self) -> str:
        # Pickled by name: there is one, and it is told by identity.
        return "UNKNOWN"


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Options:
    """Resource options that bear on what happens in AWS; the names are Pulumi's."""

    protect: bool = False
    delete_before_replace: bool | None = None
    retain_on_delete: bool = False
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    import_id: str = ""
    version: str = ""
    timeouts: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Resource:
    """One registration, with what it was answered.

    `inputs` and `outputs` hold plain values (Secret and UNKNOWN marked, whole numbers as int, assets and archives as
    the SDK's own Asset and Archive), their keys in camelCase as on the wire. `provider` is the URN of the explicit
    provider, "" where there is none (components, ambient default provider). `region` is the resource's own `region`
    input, else its provider's; None for what has no region (components, packages without regions).
    """

    urn: str
    type: str
    name: str
    custom: bool
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    id: str | None = None
    parent: str = ""
    provider: str = ""
    region: str | None = None
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    options: Options = field(default_factory=Options)
    read: bool = False


@dataclass(frozen=True, slots=True)
class Invoke:
    """One call of a provider function."""

    token: str
    args: Mapping[str, Any]
    provider: str = ""
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run of a program consists of, in the order of registration (sort before comparing: it varies)."""

    project: str
    stack: str
    preview: bool
    resources: tuple[Resource, ...]
    invokes: tuple[Invoke, ...]
    exports: Mapping[str, Any]

    def of(self, type_: str) -> tuple[Resource, ...]:
        """Resources of one type: a whole token (`aws:ec2/vpc:Vpc`) or its last part (`Vpc`), sorted by URN."""
        return tuple(
            sorted((r for r in self.resources if type_ in (r.type, r.type.split(":")[-1])), key=lambda r: r.urn)
        )

    def one(self, type_: str, name: str | None = None) -> Resource:
        """The only resource of a type, or the only one of that type and logical name; LookupError otherwise."""
        found = [r for r in self.of(type_) if name in (None, r.name)]
        if len(found) != 1:
            raise LookupError(f"{len(found)} of {type_}{f' named {name}' if name else ''}: {[r.name for r in found]}")
        return found[0]

    def at(self, urn: str) -> Resource:
        """The resource with that URN; KeyError where there is none."""
        for resource in self.resources:
            if resource.urn == urn:
                return resource
        raise KeyError(urn)

    def children(self, urn: str) -> Iterator[Resource]:
        """Resources whose parent is `urn`, in the order of registration."""
        return (resource for resource in self.resources if resource.parent == urn)
