"""A deployment on the console: how far it is, what came of it, and where it stands."""

import json
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from tap import outputs
from tap.embedded.connection import KEYS
from tap.embedded.deployment import Deployed
from tap.engine.deployment import Event
from tap.plan import Resource
from tap.tree import is_created


class DeploymentProgress:
    """A line that says how far a deployment is."""

    def __init__(self, console: Console) -> None:
        self._counts: Counter[str] = Counter()
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=True), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, transient=True)
        self._task = self._progress.add_task("Starting")

    def __enter__(self) -> "DeploymentProgress":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def see(self, event: Event, resource: Resource) -> None:
        """Count an event and show the resource it is about."""
        if not is_created(resource):
            return
        self._counts[event] += 1
        told = [f"{self._counts['created']} of {self._counts['registered']} created"]
        told += [f"[red]{self._counts[kind]} {kind}[/red]" for kind in ("failed", "skipped") if self._counts[kind]]
        where = f"  {escape(resource.name)} [dim]{escape(resource.type.split(':')[-1])}[/dim]"
        self._progress.update(self._task, description=", ".join(told) + where)


def tell(deployed: Deployed, folder: Path, console: Console) -> None:
    """What the program printed and logged; then all its problems, or its outputs and where they stand."""
    if deployed.run.output.strip():
        _say(console, deployed.run.output.rstrip())
    for log in deployed.run.logs:
        if log.severity != "error":
            _say(console, f"{log.severity}: {log.message}")
    if deployed.run.ok:
        _tell_outputs(deployed, folder, console)
    else:
        _tell_problems(deployed, console)


def _say(console: Console, text: str, style: str = "") -> None:
    """Text as it is: a message may hold what Rich would take for markup, and a shell command must not be wrapped."""
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def _tell_problems(deployed: Deployed, console: Console) -> None:
    skipped = [str(failure) for failure in deployed.run.failures if failure.skipped]
    problems = [problem for problem in deployed.run.problems if problem not in skipped]
    for problem in problems:
        _say(console, problem, "red")
    for problem in skipped:
        _say(console, problem, "dim")
    if deployed.run.failures:
        failed = len(deployed.run.failures) - len(skipped)
        _say(console, f"\n{failed} failed, {len(skipped)} skipped; no outputs were written.")
        _say(console, f"What was made stands on the embedded AWS at {deployed.server.endpoint}, until `make down`.")


def _tell_outputs(deployed: Deployed, folder: Path, console: Console) -> None:
    table = Table("Output", Column("Value", overflow="fold"), box=None, pad_edge=False, header_style="bold")
    for name, value in deployed.values.items():
        table.add_row(escape(name), escape(value if isinstance(value, str) else json.dumps(value)))
    console.print(table)
    made = sum(is_created(resource) for resource in deployed.run.plan.resources)
    hidden = len(deployed.run.plan.exports) - len(deployed.values)
    record = deployed.record
    secret = f" ({hidden} secret or empty not written)" if hidden else ""
    blueprint = f", blueprint {record.blueprint}" if record.blueprint else ""
    keys = " ".join(f"{name.upper()}={value}" for name, value in KEYS.items())
    look = f"AWS_ENDPOINT_URL={record.endpoint} AWS_REGION={record.region} {keys} aws ec2 describe-vpcs"
    for line in (
        "",
        f"{made} resources of stack {record.stack}{blueprint}. Outputs{secret}: {folder / outputs.OUTPUTS_FILE}",
        "Engine: tap, not Pulumi's; it only creates, always from empty.",
        f"AWS: the embedded one (moto) at {record.endpoint}, until `make down`. No account was touched.",
        f"Look around: {look}",
        f"To a real account: pulumi up --stack {record.stack}",
    ):
        _say(console, line)
