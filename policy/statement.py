"""Policy documents, read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from policy.resource import Key, Resource

# Condition keys that bind a statement for everybody to accounts, sources or networks.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
BINDING = frozenset(
    key.lower()
    for key in (
        *("aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths"),
        *("aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOwner"),
        *("aws:SourceVpc", "aws:SourceVpce", "aws:userid", "kms:CallerAccount"),
    )
)
# Operators by which a condition narrows; what is left says what must not be, or holds where the key is missing.
NARROWING = ("StringEquals", "StringLike", "ArnEquals", "ArnLike")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy document, what stood alone as a list of one."""

    effect: str
    actions: Sequence[str]
    resources: Sequence[str]
    principals: Sequence[str]
    conditions: Mapping[str, Mapping[str, Any]]
    inverted: bool

    @property
    def is_open(self) -> bool:
        """Whether it allows everybody something, bound by no condition to accounts, sources or networks."""
        return self.effect == "Allow" and "*" in self.principals and not self.is_bound

    @property
    def is_bound(self) -> bool:
        """Whether a condition narrows it to accounts, sources or networks."""
        return any(
            key.lower() in BINDING and "*" not in _listed(values)
            for operator, tests in self.conditions.items()
            if operator.split(":")[-1].removesuffix("IgnoreCase") in NARROWING
            for key, values in tests.items()
        )


def statements(resource: Resource, *path: Key) -> Iterator[Statement]:
    """The statements of the policy document at a path; none where there is no document.

    Raises:
        NotKnownError: the document is not known yet.
    """
    document = resource.document(*path)
    if not isinstance(document, Mapping):
        return
    for statement in _listed(cast("Mapping[str, Any]", document).get("Statement")):
        yield _statement(cast("Mapping[str, Any]", statement))


def _statement(statement: Mapping[str, Any]) -> Statement:
    # NotAction and NotResource allow everything else, and NotPrincipal everybody else.
    return Statement(
        effect=str(statement.get("Effect")),
        actions=["*"] if "NotAction" in statement else _listed(statement.get("Action")),
        resources=["*"] if "NotResource" in statement else _listed(statement.get("Resource")),
        principals=["*"] if "NotPrincipal" in statement else _principals(statement.get("Principal")),
        conditions=statement.get("Condition") or {},
        inverted=bool({"NotAction", "NotResource", "NotPrincipal"} & set(statement)),
    )


def _principals(principal: Any) -> list[str]:
    if isinstance(principal, Mapping):
        kinds = cast("Mapping[str, Any]", principal)
        return [who for listed in kinds.values() for who in _listed(listed)]
    return _listed(principal)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return cast("list[Any]", value) if isinstance(value, list) else [value]
