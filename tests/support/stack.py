"""Deploys a TapStack in this process and gives its Plan."""

import json
from collections.abc import Mapping
from typing import Any

import pulumi

from lib.tap_stack import TapStack, TapStackArgs
from tap.engine.answers import Answers
from tap.plan import Plan, Resource
from tap.recording import ExistingVpc, Recording
from tests.support.blueprints import parameters_of
from tests.support.deploy import deploy, once

COMMON: dict[str, Any] = {"environment_suffix": "dev", "tags": {"Owner": "tests"}, "application": "shop"}


def stack_args(**settings: Any) -> TapStackArgs:
    """Settings as a stack's configuration would hold them, validated."""
    return TapStackArgs.model_validate({**COMMON, **settings})


def deploy_stack(args: TapStackArgs, *, answers: Answers | None = None, preview: bool = False) -> Plan:
    """The Plan of one TapStack, its outputs exported as `__main__.py` does."""

    def program() -> None:
        for key, value in TapStack("tapstack", args).outputs.items():
            pulumi.export(key, value)

    return deploy(program, answers=answers, preview=preview)


@once
def deploy_networks(*, vpcs: Mapping[str, ExistingVpc] | None = None, preview: bool = False, **settings: Any) -> Plan:
    """The Plan of a TapStack of these settings, where these VPCs exist."""
    return deploy_stack(stack_args(**settings), answers=Recording(vpcs=vpcs or {}), preview=preview)


@once
def deploy_blueprint(name: str, suffix: str = "dev", preview: bool = False) -> Plan:
    """The Plan of a blueprint as it is."""
    args = TapStackArgs.from_blueprint(
        name, environment_suffix=suffix, tags={"Owner": "tests"}, **parameters_of(name, suffix)
    )
    return deploy_stack(args, preview=preview)


def policy_of(resource: Resource, key: str = "policy") -> list[dict[str, Any]]:
    """The statements of a policy among a resource's inputs, lists of one as lists, everybody as `*`."""
    return [_listed(statement) for statement in json.loads(resource.inputs[key])["Statement"]]


def _listed(statement: dict[str, Any]) -> dict[str, Any]:
    principal, resources = statement.get("Principal"), statement.get("Resource")
    if isinstance(principal, dict):
        principal = {kind: [who] if isinstance(who, str) else who for kind, who in principal.items()}
    everybody = principal == {"AWS": ["*"]}
    return {
        **statement,
        **({"Principal": "*" if everybody else principal} if principal else {}),
        **({"Resource": [resources] if isinstance(resources, str) else resources} if resources else {}),
    }


def urns(plan: Plan) -> set[str]:
    """What a Plan consists of."""
    return {resource.urn for resource in plan.resources}
