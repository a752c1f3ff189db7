"""The embedded AWS as seen from outside: start it, find it again, empty it, stop it."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tap.engine.answers import AnswerError

HOST = "tap.embedded.host"
STATE_FILE = "embedded-aws.json"
LOG_FILE = "embedded-aws.log"
START_SECONDS = 60.0
STOP_SECONDS = 20.0

# What moto only does when told so at its start.
SETTINGS = {
    # Services run their desired tasks at once, two of them; otherwise the running count stays 0.
    "MOTO_ECS_SERVICE_RUNNING": "2",
    # Without it no AWS-managed policy exists, and attaching one fails.
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
}


class ServerError(AnswerError):
    """The embedded AWS did not start, answer or stop; the message says where its log is."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running embedded AWS: its process and its address."""

    pid: int
    endpoint: str

    def reset(self) -> None:
        """Empty it: every account and region as on the first day."""
        request = urllib.request.Request(f"{self.endpoint}/moto-api/reset", method="POST")  # noqa: S310 (own address)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(request, timeout=START_SECONDS):
                pass
        except (urllib.error.URLError, TimeoutError) as error:
            raise ServerError(f"The embedded AWS at {self.endpoint} does not answer: {error}.") from error


def running(folder: Path) -> Server | None:
    """The server that belongs to an outputs folder, or None where there is none.

    A state file left by a process that has ended, or never finished starting, counts as none.
    """
    try:
        with (folder / STATE_FILE).open(encoding="utf-8") as state:
            try:
                fcntl.flock(state, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                content = json.loads(state.read())
                return Server(pid=int(content["pid"]), endpoint=str(content["endpoint"]))
    except (FileNotFoundError, ValueError, KeyError):
        return None
    return None


def start(folder: Path) -> Server:
    """The server of an outputs folder: the one that runs, else a new one, ready to answer.

    Args:
        folder: the outputs folder; the state file and the server's log are kept there.

    Raises:
        ServerError: it ended before it answered, or took longer than a minute.
    """
    if server := running(folder):
        return server
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / LOG_FILE
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 (our own module)
            [sys.executable, "-m", HOST, str((folder / STATE_FILE).resolve())],
            cwd=Path(__file__).parents[2],
            env={**os.environ, **SETTINGS},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    # Where two starts race, one host refuses and ends; the server of the other is as good.
    _wait(lambda: running(folder) is not None or process.poll() is not None, START_SECONDS)
    _wait(lambda: running(folder) is not None, 1.0)
    if server := running(folder):
        return server
    process.kill()
    raise ServerError(f"The embedded AWS did not start; {log} says:\n{log.read_text(errors='replace').strip()}")


def stop(folder: Path) -> Server | None:
    """Stop the server of an outputs folder and give it back; None where none runs."""
    server = running(folder)
    if server is None:
        (folder / STATE_FILE).unlink(missing_ok=True)
        return None
    os.kill(server.pid, signal.SIGTERM)
    if not _wait(lambda: running(folder) is None, STOP_SECONDS):
        os.kill(server.pid, signal.SIGKILL)
        (folder / STATE_FILE).unlink(missing_ok=True)
    return server


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return met
