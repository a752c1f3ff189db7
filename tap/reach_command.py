"""`python -m tap reach`: can one end open connections to another, and how, or what stops them?"""

from typing import TYPE_CHECKING, Annotated

import typer

from tap.options import HERE, AssumedVpcs, Blueprint, ConfigFile, Folder, Overrides, Stack
from tap.recorded import recorded_plan

if TYPE_CHECKING:
    from tap.plan import Plan
    from tap.reach import Answer

BLOCKED, UNANSWERED = 1, 2

Source = Annotated[
    str, typer.Argument(metavar="SRC", help="Who connects: network.tier, network.tier.zone, network.group, internet.")
]
Target = Annotated[
    str, typer.Argument(metavar="DST", help="Who accepts: the same, or an endpoint's service (s3, network.s3).")
]
Port = Annotated[int, typer.Argument(metavar="PORT", help="Port of the target.")]
Protocol = Annotated[str, typer.Option(help="tcp or udp.")]
Whole = Annotated[bool, typer.Option("--matrix", help="Every pair, on every port that some rule mentions.")]


def reach(
    source: Source = "",
    target: Target = "",
    port: Port = 0,
    protocol: Protocol = "tcp",
    whole: Whole = False,
    stack: Stack = "dev",
    blueprint: Blueprint = "",
    overrides: Overrides = None,
    config_file: ConfigFile = None,
    folder: Folder = HERE,
    assumed_vpcs: AssumedVpcs = None,
) -> None:
    """Ask who can open connections to whom, from the plan alone. 0: all pass; 1: blocked; 2: can't be asked."""
    if whole == bool(source) or (source and not (target and port)):
        typer.echo("Ask either for SRC DST PORT, such as payment.app analytics.api 443, or for --matrix.", err=True)
        raise typer.Exit(UNANSWERED)
    try:
        plan = recorded_plan(folder, stack, blueprint, overrides, config_file, assumed_vpcs)
    except typer.Exit:
        raise typer.Exit(UNANSWERED) from None

    from tap.reach import ReachError

    try:
        if whole:
            _show_matrix(plan)
        else:
            _show(plan, source, target, port, protocol)
    except ReachError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(UNANSWERED) from None


def _show_matrix(plan: "Plan") -> None:
    from rich.console import Console

    from tap.reach import Reach, matrix

    Console(highlight=False).print(matrix(Reach(plan)).table())


def _show(plan: "Plan", source: str, target: str, port: int, protocol: str) -> None:
    from tap.reach import Reach

    answer = Reach(plan).ask(source, target, port, protocol)
    for line in _lines(answer):
        typer.echo(line)
    if not answer.ok:
        raise typer.Exit(BLOCKED)


def _lines(answer: "Answer") -> list[str]:
    said = f"{answer.source} to {answer.target} on {answer.protocol} {answer.port}"
    open_ways = [way for way in answer.ways if way.ok]
    pairs = f"{len(open_ways)} of {len(answer.ways)} pairs of subnets"
    verdict = "passes" if answer.ok else "passes only in part" if answer.partly else "is blocked"
    lines = [f"{said} {verdict} ({pairs} connect)."]
    if open_ways:
        lines.append(f"{open_ways[0].source} to {open_ways[0].target}:")
        lines += [f"  {number}. {hop}" for number, hop in enumerate(answer.hops, 1)]
    if answer.blockers:
        closed = [f"{way.source} to {way.target}" for way in answer.ways if not way.ok]
        lines.append(f"Blocked, {'; '.join(closed)}:")
        lines += [f"  {blocker.text}" for blocker in answer.blockers]
    return lines
