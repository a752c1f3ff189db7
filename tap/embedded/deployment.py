"""A deployment on the embedded AWS: the program run, its registrations answered for real, its outputs written."""

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tap import outputs
from tap.embedded import server
from tap.embedded.aws import EmbeddedAws
from tap.embedded.connection import REGION, Connection
from tap.engine.answers import Answers, Provider, State
from tap.engine.deployment import Observer
from tap.engine.project import StackConfig
from tap.engine.run import Run, run_program
from tap.plan import Resource

ENGINE = "tap"
AWS = "embedded"


@dataclass(frozen=True, slots=True)
class Deployed:
    """What came of a deployment: the run, the server it stands on, and what its outputs file holds (if it is ok)."""

    run: Run
    server: server.Server
    values: Mapping[str, Any]
    record: outputs.DeploymentRecord


class _Emptied:
    """The embedded AWS, emptied when the program first asks for something.

    A program refuses wrong settings before it asks for anything: the last deployment and its outputs then still stand.
    """

    def __init__(self, empty: Callable[[], None], answers: Answers) -> None:
        self._empty = empty
        self._answers = answers
        self._lock = threading.Lock()
        self._done = False

    def empty(self) -> Answers:
        """The embedded AWS, without whatever an earlier deployment left."""
        with self._lock:
            if not self._done:
                self._empty()
                self._done = True
            return self._answers

    def create(self, resource: Resource, provider: Provider | None) -> State:
        return self.empty().create(resource, provider)

    def read(self, resource: Resource, provider: Provider | None) -> State:
        return self.empty().read(resource, provider)

    def invoke(
        self, token: str, args: Mapping[str, Any], provider: Provider | None, region: str | None
    ) -> Mapping[str, Any]:
        return self.empty().invoke(token, args, provider, region)


def _as_it_is(answers: Answers) -> Answers:
    return answers


def deploy_embedded(
    root: Path,
    config: StackConfig,
    folder: Path,
    *,
    observer: Observer | None = None,
    environ: Mapping[str, str] | None = None,
    wrap: Callable[[Answers], Answers] = _as_it_is,
    keep: bool = False,
) -> Deployed:
    """Deploy the project in `root` on the embedded AWS of an outputs folder, started where it does not run.

    Args:
        root: the project's folder.
        config: its stack and config.
        folder: the outputs folder: written on success; without outputs after a failed deployment; as it was where the
            program refused its settings.
        observer: is told what becomes of each resource, from several threads.
        environ: the program's environment; this process's where None.
        wrap: puts something between the program and the embedded AWS.
        keep: leave in the embedded AWS what is there, such as VPCs to adopt.

    Raises:
        ServerError: the embedded AWS did not start or answer.
    """
    reused = server.running(folder) is not None
    running = server.start(folder)

    def empty() -> None:
        outputs.remove(folder)
        if reused and not keep:
            running.reset()

    aws = _Emptied(empty, wrap(EmbeddedAws(Connection(running.endpoint))))
    run = run_program(root, config, aws, observer=observer, environ=environ)
    if run.ok:
        aws.empty()
    record = outputs.DeploymentRecord(
        engine=ENGINE,
        aws=AWS,
        endpoint=running.endpoint,
        blueprint=config.values.get(f"{config.project}:blueprint") or os.environ.get("TAP_BLUEPRINT", ""),
        stack=config.stack,
        region=config.values.get("aws:region") or os.environ.get("AWS_REGION") or REGION,
        when=outputs.now(),
    )
    values = outputs.write(folder, run.plan.exports, record) if run.ok else {}
    return Deployed(run=run, server=running, values=values, record=record)
