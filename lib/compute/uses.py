"""What a workload uses of the stack's own, as its role and its environment need it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from lib.foundation.policies import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What a workload uses, in the workload's region.

    Args:
        statements: what its role may do.
        environment: where it finds things, by name of the environment variable; nothing secret.
        secrets: by name of the environment variable, the ARN of a secret in the form that ECS takes as `valueFrom`:
            the plain ARN, or followed by `:<key>::` for one key of a JSON value.
        secret_arns: the plain ARNs of those secrets.
        ready: what has to be there before the workload starts: the migrations of its databases.
    """

    statements: Sequence[Statement] = ()
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    secret_arns: Sequence[pulumi.Input[str]] = ()
    ready: Sequence[pulumi.Resource] = ()
