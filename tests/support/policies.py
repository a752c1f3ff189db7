"""IAM's policy documents, read."""

import json
from typing import Any, cast


def statements(policy: str, effect: str = "Allow") -> list[dict[str, Any]]:
    """The statements of a policy that allow, or deny."""
    return [each for each in json.loads(policy)["Statement"] if each["Effect"] == effect]


def as_list(value: Any) -> list[Any]:
    """A value that may stand alone or in a list, as a list."""
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def services(statement: dict[str, Any]) -> set[str]:
    """The services that a statement is about; whoever else it names is in the set as `Principal` has it."""
    principal: Any = statement["Principal"]
    return set(as_list(principal["Service"])) if list(principal) == ["Service"] else {str(principal)}
