"""One case of a rule: resources, and what the rule has to say about them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policy.resource import Resource


@dataclass(frozen=True)
class Case:
    """Resources, and the messages that a rule has for them: none where they are good."""

    rule: str
    messages: tuple[str, ...]
    resources: tuple[Resource, ...]


def made(kind: str, name: str = "it", /, refs: Mapping[str, Resource | Sequence[Resource]] | None = None, **given: Any):
    """A resource of a kind such as `ec2:Vpc`, with what its properties come from."""
    module, _, type_ = kind.partition(":")
    token = f"aws:{module}/{type_[0].lower()}{type_[1:]}:{type_}"
    references = {
        key: [each.urn for each in ([to] if isinstance(to, Resource) else to)] for key, to in (refs or {}).items()
    }
    return Resource(f"urn:pulumi:dev::TapStack::{token}::{name}", token, name, given, references)


def passes(rule: str, *resources: Resource) -> Case:
    """The rule has nothing to say."""
    return Case(rule, (), resources)


def breaks(rule: str, messages: str | tuple[str, ...], *resources: Resource) -> Case:
    """The rule says this, and nothing more."""
    return Case(rule, (messages,) if isinstance(messages, str) else messages, resources)


def needs(rule: str, kind: str, good: Mapping[str, Any], *broken: tuple[Mapping[str, Any], str]) -> list[Case]:
    """A kind that is good with these properties, and broken in these ways by others in their place."""
    return [
        passes(rule, made(kind, **good)),
        *(breaks(rule, message, made(kind, **{**good, **bad})) for bad, message in broken),
    ]


def document(*statements: Mapping[str, Any]) -> str:
    """A policy document of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(**given: Any) -> dict[str, Any]:
    """A statement that allows."""
    return {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::it/*", **given}
