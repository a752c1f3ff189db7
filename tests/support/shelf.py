"""Where the workers of one test run leave Plans for each other, in the temporary folder of that run alone."""

import hashlib
import os
import pickle
from pathlib import Path

from tap.plan import Plan

# None outside of a run with several workers.
folder: Path | None = None


def fetch(key: str) -> Plan | None:
    """The Plan that another worker has left under this key."""
    file = _file(key)
    if file is None or not file.exists():
        return None
    plan = pickle.loads(file.read_bytes())  # noqa: S301 (written below)
    assert isinstance(plan, Plan)
    return plan


def leave(key: str, plan: Plan) -> None:
    """Leave a Plan for the others; two that do so at a time leave the same."""
    file = _file(key)
    if file is not None:
        own = file.with_suffix(f".{os.getpid()}")
        own.write_bytes(pickle.dumps(plan, pickle.HIGHEST_PROTOCOL))
        own.replace(file)


def _file(key: str) -> Path | None:
    return folder / hashlib.sha256(key.encode()).hexdigest() if folder else None
