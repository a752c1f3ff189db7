"""`tap up` and `tap down`: deploy a stack on the embedded AWS, and stop that AWS."""

import json
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from tap import outputs
from tap.embedded import server
from tap.embedded.connection import KEYS
from tap.embedded.deployment import Deployed, deploy_embedded
from tap.engine.deployment import Event
from tap.engine.project import StackConfig
from tap.plan import Resource


def up(root: Path, config: StackConfig, folder: Path, console: Console) -> int:
    """Deploy a stack on the embedded AWS of an outputs folder and tell what came of it.

    Returns:
        The exit code: 0, or 1 where anything failed; every problem is told then, at the end.
    """
    try:
        with _Progress(console) as progress:
            deployed = deploy_embedded(root, config, folder, observer=progress.see)
    except server.ServerError as error:
        console.print(str(error), markup=False, highlight=False)
        return 1
    if deployed.run.output.strip():
        console.print(deployed.run.output.rstrip(), markup=False, highlight=False)
    for log in deployed.run.logs:
        if log.severity != "error":
            console.print(f"{log.severity}: {log.message}", markup=False, highlight=False)
    if not deployed.run.ok:
        _tell_problems(deployed, console)
        return 1
    _tell_outputs(deployed, folder, console)
    return 0


def down(folder: Path, console: Console) -> int:
    """Stop the embedded AWS of an outputs folder, if it runs, and say so. The exit code is 0."""
    stopped = server.stop(folder)
    console.print(f"The embedded AWS at {stopped.endpoint} is stopped." if stopped else "No embedded AWS was running.")
    return 0


class _Progress:
    """A line that says how far a deployment is."""

    def __init__(self, console: Console) -> None:
        self._counts: Counter[str] = Counter()
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=True), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, transient=True)
        self._task = self._progress.add_task("Starting")

    def __enter__(self) -> "_Progress":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def see(self, event: Event, resource: Resource) -> None:
        """Count an event and show the resource it is about."""
        if not resource.custom:
            return
        self._counts[event] += 1
        told = [f"{self._counts['created']} of {self._counts['registered']} created"]
        told += [f"[red]{self._counts[kind]} {kind}[/red]" for kind in ("failed", "skipped") if self._counts[kind]]
        where = f"  {escape(resource.name)} [dim]{escape(resource.type.split(':')[-1])}[/dim]"
        self._progress.update(self._task, description=", ".join(told) + where)


def _tell_problems(deployed: Deployed, console: Console) -> None:
    problems, skipped = deployed.run.problems, [str(f) for f in deployed.run.failures if f.skipped]
    for problem in problems:
        if problem not in skipped:
            console.print(problem, markup=False, highlight=False, style="red")
    for problem in skipped:
        console.print(problem, markup=False, highlight=False, style="dim")
    if deployed.run.failures:
        console.print(
            f"\n{len(deployed.run.failures) - len(skipped)} failed, {len(skipped)} skipped. No outputs were written; "
            f"what stands on the embedded AWS can be looked at: {deployed.server.endpoint}"
        )


def _tell_outputs(deployed: Deployed, folder: Path, console: Console) -> None:
    table = Table("Output", "Value", box=None, pad_edge=False, header_style="bold")
    for name, value in deployed.values.items():
        table.add_row(escape(name), escape(value if isinstance(value, str) else json.dumps(value)))
    console.print(table)
    made = sum(resource.custom for resource in deployed.run.plan.resources)
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
        console.print(line, markup=False, highlight=False, soft_wrap=True)
