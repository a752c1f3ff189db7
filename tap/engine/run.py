"""Runs a project's program in a process of its own and gives back what came of it."""

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2_grpc

from tap.engine.answers import Answers
from tap.engine.deployment import Deployment, Failure, Observer
from tap.engine.engine import Engine, Log
from tap.engine.host import Heard, Outcome, Task
from tap.engine.monitor import Monitor
from tap.engine.project import StackConfig
from tap.plan import Plan

UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
TOOLS = Path(__file__).resolve().parents[2]
# The program's own folder comes first, as for any Python program; the tools are found last.
HOST = "import sys; sys.path[:] = [sys.argv[1], *sys.path, sys.argv[2]]; from tap.engine import host; host.main()"


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a program's run.

    `error` is why the program itself ended early ("" where it did not): the message of a RunError, the traceback of
    anything else. `problems` are all that kept the run from success, `error` first; `failures` are the registrations
    among them. `output` is what the program printed.
    """

    plan: Plan
    error: str
    problems: tuple[str, ...]
    failures: tuple[Failure, ...]
    logs: tuple[Log, ...]
    output: str

    @property
    def ok(self) -> bool:
        """Whether the program ended well, everything was registered, and every export has a value."""
        return not self.problems


def run_program(
    root: Path,
    config: StackConfig,
    answers: Answers,
    *,
    preview: bool = False,
    parallel: int = 8,
    environ: Mapping[str, str] | None = None,
    observer: Observer | None = None,
) -> Run:
    """Run `__main__.py` of the project in `root` over Pulumi's wire protocol, answered by `answers` in this process.

    `parallel` is how many registrations are answered at a time; `environ` is the program's whole environment, this
    process's where None; `observer` is told what becomes of each resource, from several threads.
    """
    deployment = Deployment(answers, project=config.project, stack=config.stack, preview=preview, observer=observer)
    engine = Engine()
    with _serving(deployment, engine, parallel) as address:
        where = {"monitor": address, "engine": address, "parallel": parallel, "dry_run": preview}
        outcome, output = _run_process(root, config, where, environ, None)
    return _run(outcome, Heard.by(deployment, engine), output)


def record_program(
    root: Path,
    config: StackConfig,
    answers: Answers,
    *,
    preview: bool = False,
    environ: Mapping[str, str] | None = None,
) -> Run:
    """The same with `answers` sent along: the program's process answers itself.

    Quicker where answering needs the packages that the program imports anyway. `answers` are pickled; what they learn
    on the way stays in the other process.
    """
    outcome, output = _run_process(root, config, {"dry_run": preview}, environ, answers)
    nothing = Heard.by(Deployment(answers, project=config.project, stack=config.stack, preview=preview), Engine())
    return _run(outcome, outcome.heard or nothing, output)


def _run(outcome: Outcome, heard: Heard, output: str) -> Run:
    return Run(
        plan=heard.plan,
        error=outcome.error,
        problems=(outcome.error, *heard.problems) if outcome.error else heard.problems,
        failures=heard.failures,
        logs=heard.logs,
        output=output,
    )


@contextmanager
def _serving(deployment: Deployment, engine: Engine, parallel: int) -> Generator[str]:
    """Monitor and engine on a free port of this machine; gives the address."""
    server = grpc.server(ThreadPoolExecutor(max_workers=parallel), options=UNLIMITED)
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(Monitor(deployment), server)
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(grace=None).wait()


def _run_process(
    root: Path,
    config: StackConfig,
    settings: Mapping[str, Any],
    environ: Mapping[str, str] | None,
    answers: Answers | None,
) -> tuple[Outcome, str]:
    """Run the host with a task; gives the outcome, and what the program printed."""
    with tempfile.TemporaryDirectory() as folder:
        task = Task(
            program=root / "__main__.py",
            settings={
                **settings,
                "project": config.project,
                "stack": config.stack,
                "organization": config.organization,
                "root_directory": str(root),
            },
            config=config.values,
            secret_keys=config.secret_keys,
            outcome=Path(folder) / "outcome",
            answers=answers,
        )
        process = subprocess.run(  # noqa: S603 this interpreter, our own module
            [sys.executable, "-P", "-c", HOST, str(root), str(TOOLS)],
            input=pickle.dumps(task),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=root,
            # A proxy has no business between the two processes.
            env={**(os.environ if environ is None else environ), **config.environment(), "no_grpc_proxy": "127.0.0.1"},
            check=False,
        )
        output = process.stdout.decode(errors="replace")
        if not task.outcome.exists():
            return Outcome(f"the program's process ended by itself with {process.returncode}"), output
        outcome: Outcome = pickle.loads(task.outcome.read_bytes())  # noqa: S301 from our own process
        return outcome, output
