"""The process of the embedded AWS: moto's server on a free port of 127.0.0.1, known by a state file that it locks.

Run as `python -m tap.embedded.host STATE_FILE`. The lock lasts as long as the process, whatever ends it: a state file
that nobody locks is stale, and a process id taken over by another program is never mistaken for the server.
"""

import fcntl
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import FrameType

from moto.server import ThreadedMotoServer

WATCH_SECONDS = 2.0
LOCK_RETRY_SECONDS = 0.01
# Their first request would load them, while a deployment waits.
PRELOADED = ("ec2", "iam", "sts", "kms", "logs", "s3", "sns", "events", "cloudwatch", "cloudtrail", "rds")


def serve(state_file: Path) -> int:
    """Serve until SIGTERM, or until the state file is gone; 1 where another server holds that file.

    Args:
        state_file: where `{"pid": …, "endpoint": …}` is written as soon as the server answers.
    """
    with state_file.open("a+", encoding="utf-8") as state:
        if not _locked(state.fileno()):
            sys.stderr.write(f"Another embedded AWS holds {state_file}.\n")
            return 1
        state.truncate(0)
        stop = threading.Event()

        def end(_signal: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        # A Ctrl-C in the terminal of `make up` is meant for the deployment, not for the server that outlives it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        state.write(json.dumps({"pid": os.getpid(), "endpoint": f"http://{host}:{port}"}) + "\n")
        state.flush()
        for service in PRELOADED:
            with suppress(ImportError):
                import_module(f"moto.{service}.responses")
        while not stop.wait(WATCH_SECONDS) and os.fstat(state.fileno()).st_nlink:
            pass
        server.stop()
        if os.fstat(state.fileno()).st_nlink:
            state_file.unlink(missing_ok=True)
    return 0


def _locked(descriptor: int) -> bool:
    """Take the lock for good; those who merely look whether it is taken hold it for a moment."""
    for _ in range(50):
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(LOCK_RETRY_SECONDS)
    return False


def main(arguments: Sequence[str]) -> int:
    """Serve with the state file named on the command line."""
    return serve(Path(arguments[0]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
