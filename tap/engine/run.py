"""Runs a project's program in a process of its own, over Pulumi's wire protocol, and gives back what came of it."""

import json
import os
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

from tap.engine import host
from tap.engine.answers import Answers
from tap.engine.deployment import Deployment, Failure, Observer
from tap.engine.engine import Engine, Log
from tap.engine.monitor import Monitor
from tap.engine.project import StackConfig
from tap.plan import Plan

UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


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
    """Run `__main__.py` of the project in `root`, answered by `answers`.

    `parallel` is how many registrations are answered at a time; `environ` is the program's whole environment, this
    process's where None; `observer` is told what becomes of each resource, from several threads.
    """
    deployment = Deployment(answers, project=config.project, stack=config.stack, preview=preview, observer=observer)
    engine = Engine()
    with _serving(deployment, engine, parallel) as address:
        settings = {
            "monitor": address,
            "engine": address,
            "project": config.project,
            "stack": config.stack,
            "organization": config.organization,
            "root_directory": str(root),
            "parallel": parallel,
            "dry_run": preview,
        }
        error, output = _run_process(root, config, settings, dict(os.environ if environ is None else environ))
    logged = [log.message for log in engine.logs if log.severity == "error"]
    return Run(
        plan=deployment.plan(),
        error=error,
        problems=tuple(filter(None, [error, *logged, *deployment.problems()])),
        failures=tuple(deployment.failures),
        logs=tuple(engine.logs),
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
    root: Path, config: StackConfig, settings: Mapping[str, Any], environ: dict[str, str]
) -> tuple[str, str]:
    """Run the host; gives why the program ended early, and what it printed."""
    # A program may look at all its keys, as under the CLI; and a proxy has no business between the two processes.
    environ |= {
        "PULUMI_CONFIG": json.dumps(dict(config.values)),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(sorted(config.secret_keys)),
        "no_grpc_proxy": "127.0.0.1",
    }
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        spec = {
            "program": str(root / "__main__.py"),
            "settings": dict(settings),
            "config": dict(config.values),
            "secret_keys": sorted(config.secret_keys),
            "result": str(result),
        }
        process = subprocess.run(  # noqa: S603 this interpreter, our own file
            [sys.executable, "-P", host.__file__],
            input=json.dumps(spec),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=root,
            env=environ,
            text=True,
            check=False,
        )
        if not result.exists():
            return f"the program's process ended with {process.returncode}:\n{process.stdout}", process.stdout
        return json.loads(result.read_text(encoding="utf-8"))["error"], process.stdout
