"""Outputs: what a deployment leaves for tests and tools, and the record beside it of what was deployed where."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from tap.plan import Secret, Unknown

OUTPUTS_FILE = "flat-outputs.json"
DEPLOYMENT_FILE = "deployment.json"


@dataclass(frozen=True, slots=True)
class DeploymentRecord:
    """What stands behind the outputs: a file that nobody mistakes for another AWS or another day.

    `engine` is what ran the program, `aws` the kind of AWS (`embedded`), `when` an ISO 8601 time in UTC.
    """

    engine: str
    aws: str
    endpoint: str
    blueprint: str
    stack: str
    region: str
    when: str


def now() -> str:
    """The present time as a record has it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def outputs_folder(root: Path) -> Path:
    """`cfn-outputs` in the project's folder, or what the environment variable TAP_OUTPUTS names."""
    return Path(os.environ.get("TAP_OUTPUTS") or root / "cfn-outputs").resolve()


def flat(exports: Mapping[str, Any]) -> dict[str, Any]:
    """Exports as the outputs file has them.

    Every value is text, a number, a boolean or a list of those; anything nested deeper is JSON text. Secrets, also
    those inside a list or map, and exports without a value are left out.
    """
    return {name: _value(value) for name, value in sorted(exports.items()) if value is not None and not _hidden(value)}


def write(folder: Path, exports: Mapping[str, Any], record: DeploymentRecord) -> dict[str, Any]:
    """Write both files and give back what the outputs file holds; that one comes last, so that it means success."""
    values = flat(exports)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in ((DEPLOYMENT_FILE, asdict(record)), (OUTPUTS_FILE, values)):
        unfinished = folder / f".{name}"
        unfinished.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        unfinished.replace(folder / name)
    return values


def remove(folder: Path) -> None:
    """Remove both files, the outputs first."""
    for name in (OUTPUTS_FILE, DEPLOYMENT_FILE):
        (folder / name).unlink(missing_ok=True)


def read_record(folder: Path) -> DeploymentRecord | None:
    """The record beside the outputs; None where there is none, or it is of another make."""
    try:
        return DeploymentRecord(**json.loads((folder / DEPLOYMENT_FILE).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _hidden(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_hidden(item) for item in cast("Mapping[str, Any]", value).values())
    if isinstance(value, (list, tuple)):
        return any(_hidden(item) for item in cast("list[Any]", value))
    return isinstance(value, (Secret, Unknown))


def _value(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_scalar(item) for item in cast("list[Any]", value)]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, (str, int, float, bool)):
        return value
    return json.dumps(value, sort_keys=True)
