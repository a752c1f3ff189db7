"""What EventBridge does with an event pattern, as far as the stack's own patterns go."""

from collections.abc import Mapping
from typing import Any, cast

Event = Mapping[str, Any]

# Operators of https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
_ABSENT = {"exists": False}


def matches(pattern: Event, event: Event) -> bool:
    """Whether an event matches: every key of the pattern does, `$or` if one of its alternatives does.

    Raises NotImplementedError for an operator other than `exists: false`: none may pass for a match unread.
    """
    return all(_matches_key(key, wanted, event) for key, wanted in pattern.items())


def _matches_key(key: str, wanted: Any, event: Event) -> bool:
    if key == "$or":
        return any(matches(alternative, event) for alternative in wanted)
    if isinstance(wanted, dict):
        inner: Any = event.get(key)
        return isinstance(inner, dict) and matches(cast("Event", wanted), cast("Event", inner))
    if any(isinstance(each, dict) and each != _ABSENT for each in wanted):
        raise NotImplementedError(f"{key}: {wanted}")
    return event[key] in wanted if key in event else _ABSENT in wanted
