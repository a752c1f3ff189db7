"""The process that a program runs in: what Pulumi's language host does for Python.

Gets a pickled Task on standard input and leaves the pickled Outcome in the file that the task names; `run.py` is the
other end.
"""

import os
import pickle
import runpy
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import Settings

from tap.engine.answers import Answers
from tap.engine.deployment import Deployment, Failure
from tap.engine.engine import Engine, Log
from tap.engine.monitor import Monitor
from tap.engine.program import run_here
from tap.plan import Plan


@dataclass(frozen=True, slots=True)
class Task:
    """A program, what Pulumi's Settings are made from, and its config.

    With `answers` this process answers the program itself; without, `settings` say where monitor and engine are.
    """

    program: Path
    settings: Mapping[str, Any]
    config: Mapping[str, str]
    secret_keys: frozenset[str]
    outcome: Path
    answers: Answers | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What monitor and engine heard of a run."""

    plan: Plan
    problems: tuple[str, ...]
    failures: tuple[Failure, ...]
    logs: tuple[Log, ...]

    @classmethod
    def by(cls, deployment: Deployment, engine: Engine) -> "Heard":
        """Everything, once the program has ended."""
        logged = [log.message for log in engine.logs if log.severity == "error"]
        return cls(
            plan=deployment.plan(),
            problems=(*logged, *deployment.problems()),
            failures=tuple(deployment.failures),
            logs=tuple(engine.logs),
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """Why the program ended early, "" where it did not; and what was heard, where this process answered."""

    error: str
    heard: Heard | None = None


def run(task: Task) -> Outcome:
    """Run the program to its end."""
    if task.answers is None:
        return Outcome(_run(task, task.settings))
    settings = task.settings
    deployment = Deployment(
        task.answers, project=settings["project"], stack=settings["stack"], preview=settings["dry_run"]
    )
    engine = Engine()
    error = _run(task, {**settings, "monitor": Monitor(deployment), "engine": engine})
    return Outcome(error, Heard.by(deployment, engine))


def _run(task: Task, settings: Mapping[str, Any]) -> str:
    """Run the program; "" where it ended well, else why not, for a user to read."""
    main = task.program

    def program() -> None:
        runpy.run_path(str(main), run_name="__main__")

    try:
        run_here(program, Settings(**settings), task.config, task.secret_keys)
    except pulumi.RunError as error:
        return str(error)
    except SystemExit as stop:
        if stop.code in (None, 0):
            return ""
        return stop.code if isinstance(stop.code, str) else f"{main.name} ended itself with exit code {stop.code}"
    except BaseException as error:  # noqa: BLE001 whatever a program raises is told to its user
        return _told(error, main)
    return ""


def _told(error: BaseException, main: Path) -> str:
    """The traceback from the program on; what called it is of no interest to its author."""
    start = error.__traceback__
    while start is not None and start.tb_frame.f_code.co_filename != str(main):
        start = start.tb_next
    return "".join(traceback.format_exception(type(error), error, start or error.__traceback__)).rstrip()


def main() -> None:
    """Run the task that standard input holds."""
    task: Task = pickle.load(sys.stdin.buffer)  # noqa: S301 from our own parent process
    outcome = run(task)
    task.outcome.write_bytes(pickle.dumps(outcome))
    sys.stdout.flush()
    sys.stderr.flush()
    # Taking a large program's modules apart takes a fifth of a second that nobody needs.
    os._exit(0)
