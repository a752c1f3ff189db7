"""Health: whether the region has what it needs in order to serve.

Route 53 counts an endpoint as failed that has not answered two seconds after it was connected to:
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html. So the
checks run beside each other, and what has not answered in time is not waited for.
"""

import logging
import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from functions.api import database, items

SECONDS = 1.5
# The path is open to all, and what it looks at is to be asked no more often than this.
KEPT_SECONDS = 2.0
OK, READ_ONLY, SLOW, UNAVAILABLE = "ok", "read-only", "slow", "unavailable"

Check = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Health:
    """What was found, by name of the check: `ok`, `read-only`, `slow` or `unavailable`."""

    checks: Mapping[str, str]
    found_at: float

    @property
    def ok(self) -> bool:
        """Whether the region can serve."""
        return set(self.checks.values()) <= {OK}


def table() -> str:
    """The table can be read."""
    return OK if items.readable() else UNAVAILABLE


def writer() -> str:
    """The database is there, and accepts writes."""
    return OK if database.accepts_writes() else READ_ONLY


class Examination:
    """Examines what the region needs, at most once in a while."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="check")
        self._last: Health | None = None

    def health(self) -> Health:
        """The health of a moment ago, or found now."""
        if self._last is None or time.monotonic() - self._last.found_at > KEPT_SECONDS:
            self._last = Health(self._examine(), time.monotonic())
        return self._last

    def _examine(self) -> dict[str, str]:
        checks: dict[str, Check] = {"table": table}
        if "DATABASE_HOST" in os.environ:
            checks["database"] = writer
        running = {name: self._threads.submit(check) for name, check in checks.items()}
        wait(running.values(), timeout=SECONDS)
        return {name: _outcome(name, check) for name, check in running.items()}


def _outcome(name: str, check: "Future[str]") -> str:
    if not check.done():
        # One that has not begun must not wait for its turn; one that runs ends with its own timeouts.
        check.cancel()
        logging.warning("%s has not answered in %s s", name, SECONDS)
        return SLOW
    if error := check.exception():
        logging.warning("%s is unavailable", name, exc_info=error)
        return UNAVAILABLE
    return check.result()
