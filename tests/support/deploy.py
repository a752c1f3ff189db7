"""Run a program, or the project's own, in this process and get its Plan: no gRPC, no other process, no AWS."""

import contextvars
from collections.abc import Callable, Mapping
from pathlib import Path

from pulumi.runtime import Settings

from tap.engine.answers import Answers
from tap.engine.deployment import Deployment
from tap.engine.engine import Engine
from tap.engine.monitor import Monitor
from tap.engine.program import run_here
from tap.plan import Plan
from tap.recording import Recording

ROOT = Path(__file__).resolve().parents[2]


class DeployError(Exception):
    """Registrations that failed though the program itself ended well."""


def deploy(
    program: Callable[[], None],
    *,
    config: Mapping[str, str] | None = None,
    preview: bool = False,
    answers: Answers | None = None,
    project: str = "TapStack",
    stack: str = "dev",
    root: Path = ROOT,
) -> Plan:
    """Run `program` to its end, answered by `answers` (a Recording, if none), and give what it registered.

    `config` has full keys (`TapStack:owner`, `aws:region`) and text, objects as JSON. Raises what the program raised,
    DeployError where anything failed to register.
    """
    deployment = Deployment(answers or Recording(), project=project, stack=stack, preview=preview)

    def run() -> None:
        settings = Settings(
            project=project,
            stack=stack,
            monitor=Monitor(deployment),
            engine=Engine(),
            dry_run=preview,
            organization="organization",
            root_directory=str(root),
        )
        run_here(program, settings, config or {})

    contextvars.Context().run(run)
    problems = deployment.problems()
    if problems:
        raise DeployError("\n".join(problems))
    return deployment.plan()
