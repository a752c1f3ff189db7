"""A parameter in Systems Manager's Parameter Store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_aws import ssm

from lib.foundation.component import Component
from lib.foundation.environment import Environment


class Parameter(Component):
    """A parameter: text or a JSON document in plain, or a secret value under a customer key.

    Args:
        name: the parameter's name, last part of its path `/<application>/<suffix>/<name>`.
        env: environment of the stack.
        value: its value; a map becomes a JSON document with its keys in order.
        key_arn: customer key of its region, for a secret value; None for one in plain.
        description: what it is for.
    """

    arn: pulumi.Output[str]
    name: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        env: Environment,
        *,
        value: pulumi.Input[str] | Mapping[str, Any],
        key_arn: pulumi.Input[str] | None = None,
        description: str = "",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:secrets:Parameter", name, opts)
        path = env.names.path(name)
        text = pulumi.Output.json_dumps(value, sort_keys=True) if isinstance(value, Mapping) else value
        parameter = ssm.Parameter(
            name,
            name=path,
            type="SecureString" if key_arn else "String",
            value=pulumi.Output.secret(text) if key_arn else None,
            # The provider takes `value` for a secret always, and would hide it from previews.
            insecure_value=None if key_arn else text,
            key_id=key_arn,
            description=description or None,
            tags=env.tags("Parameter", path),
            opts=self.child(),
        )
        self.arn = parameter.arn
        self.name = parameter.name
        self.register_outputs({"arn": parameter.arn, "name": parameter.name})
