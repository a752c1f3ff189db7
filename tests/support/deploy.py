"""Run a program, or the project's own, in this process and get its Plan: no gRPC, no other process, no AWS."""

import contextlib
import contextvars
import functools
import inspect
import os
import runpy
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ParamSpec
from unittest.mock import patch

from pulumi.runtime import Settings

from tap.engine.answers import Answers
from tap.engine.deployment import Deployment
from tap.engine.engine import Engine
from tap.engine.monitor import Monitor
from tap.engine.program import run_here
from tap.engine.project import StackConfig, stack_config
from tap.plan import Plan
from tap.recording import Recording
from tests.support import shelf
from tests.support.lean import lean

ROOT = Path(__file__).resolve().parents[2]

Arguments = ParamSpec("Arguments")


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
    stack_config = StackConfig(project=project, stack=stack, values=config or {})
    return _deploy(program, stack_config, root, preview=preview, answers=answers)


def deploy_project(
    *,
    stack: str = "dev",
    blueprint: str = "",
    overrides: Iterable[str] = (),
    config_file: Path | None = None,
    preview: bool = False,
    answers: Answers | None = None,
    root: Path = ROOT,
) -> Plan:
    """The same for the program of the project in `root`, with the config that the Pulumi CLI would give it.

    `overrides` are what the commands take as `--set`: `key=value`.
    """
    config = stack_config(root, stack, blueprint=blueprint, overrides=overrides, config_file=config_file)

    def program() -> None:
        runpy.run_path(str(root / "__main__.py"), run_name="__main__")

    with contextlib.chdir(root):
        return _deploy(program, config, root, preview=preview, answers=answers)


def once(deployment: Callable[Arguments, Plan]) -> Callable[Arguments, Plan]:
    """Deploy the same arguments only once in a test run, by any of its workers: a Plan never changes, so it is shared.

    Arguments are told apart by how they are written, the order of what they hold included; one left out is its default.
    What has no writing of its own, such as an output or a function, is deployed each time.
    """
    plans: dict[str, Plan] = {}
    signature = inspect.signature(deployment)

    @functools.wraps(deployment)
    def shared(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Plan:
        given = signature.bind(*args, **kwargs)
        given.apply_defaults()
        key = repr(given.arguments)
        if " at 0x" in key:
            return deployment(*args, **kwargs)
        if key not in plans:
            place = f"{deployment.__module__}.{deployment.__qualname__}{key}"
            found = shelf.fetch(place)
            plans[key] = found or deployment(*args, **kwargs)
            if found is None:
                shelf.leave(place, plans[key])
        return plans[key]

    return shared


def _deploy(
    program: Callable[[], None], config: StackConfig, root: Path, *, preview: bool, answers: Answers | None
) -> Plan:
    deployment = Deployment(answers or Recording(), project=config.project, stack=config.stack, preview=preview)

    def run() -> None:
        settings = Settings(
            project=config.project,
            stack=config.stack,
            monitor=Monitor(deployment),
            engine=Engine(),
            dry_run=preview,
            organization=config.organization,
            root_directory=str(root),
        )
        run_here(program, settings, config.values, config.secret_keys)

    # A program may look there for keys that it does not know by name, as under the CLI. In a thread of its own, since
    # the SDK walks the whole call stack for every resource, and a test runner's is many times that of a program.
    with patch.dict(os.environ, config.environment()), ThreadPoolExecutor(1) as thread, lean():
        thread.submit(contextvars.Context().run, run).result()
    problems = deployment.problems()
    if problems:
        raise DeployError("\n".join(problems))
    return deployment.plan()
