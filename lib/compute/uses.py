"""What a workload uses of the stack's own, as its roles and its environment need it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from lib.foundation.policies import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What a workload uses, in the workload's region.

    Args:
        statements: what its own role may do; reading secrets is not among it.
        secret_statements: what may read its secrets, and decrypt them: the role of whatever hands them to the
            workload (a task's execution role), or its own role where it reads them itself (an instance, a function).
        environment: where it finds things, by name of the environment variable; nothing secret.
        secrets: by name of the environment variable, the ARN of a secret in the form that ECS takes as `valueFrom`:
            the plain ARN, or followed by `:<key>::` for one key of a JSON value.
        secret_arns: the plain ARNs of those secrets, each once.
        ready: what has to be there before the workload starts: values of its secrets, migrations of its databases.
    """

    statements: Sequence[Statement] = ()
    secret_statements: Sequence[Statement] = ()
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    secret_arns: Sequence[pulumi.Input[str]] = ()
    ready: Sequence[pulumi.Resource] = ()
