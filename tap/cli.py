"""`python -m tap`: the tools around the library.

A command is a function with the shared options of `tap.options`, and imports inside it, so that no command waits for
what another one needs. It is registered with the app here.
"""

import os
from typing import Annotated

import typer
from rich.console import Console

from tap.check import check
from tap.cost_command import cost
from tap.options import HERE, AssumedVpcs, Blueprint, ConfigFile, Folder, Overrides, Stack, read_config
from tap.picture_command import picture
from tap.policy import policy
from tap.reach_command import reach
from tap.up import down, up

app = typer.Typer(
    help="Tools around TapStack; none needs an account or the Pulumi CLI.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

UNBOUNDED = 10_000


@app.command()
def plan(
    stack: Stack = "dev",
    blueprint: Blueprint = "",
    overrides: Overrides = None,
    config_file: ConfigFile = None,
    folder: Folder = HERE,
    assumed_vpcs: AssumedVpcs = None,
) -> None:
    """Show what a stack consists of: no server, no account."""
    folder = folder.resolve()
    config = read_config(folder, stack, blueprint, overrides, config_file)

    from tap.engine.run import record_program
    from tap.recording import Recording, assumed
    from tap.tree import render

    try:
        recording = Recording(assumed(assumed_vpcs or ()))
    except ValueError as error:
        typer.echo(f"--assume-vpc {error}", err=True)
        raise typer.Exit(1) from None
    run = record_program(folder, config, recording)
    if run.output:
        typer.echo(run.output, err=True, nl=False)
    for log in run.logs:
        if log.severity != "error":
            typer.echo(f"{log.severity}: {log.message}", err=True)
    if not run.ok:
        for problem in run.problems:
            typer.echo(problem, err=True)
        raise typer.Exit(1)
    # Piped, a line is as long as it needs to be; in a terminal it ends where the terminal does.
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = UNBOUNDED
    console.print(render(run.plan))


@app.command()
def schema(
    check_only: Annotated[bool, typer.Option("--check", help="Only say which files are not current.")] = False,
) -> None:
    """Write what is generated: the JSON schema of settings, and the reference in docs/."""
    from tap.schema import generated, stale, write

    outdated = stale() if check_only else write()
    for path in outdated:
        told = "is not current. Run: python -m tap schema" if check_only else "was brought up to date."
        typer.echo(f"{os.path.relpath(path)} {told}", err=check_only)
    if check_only and outdated:
        raise typer.Exit(1)
    typer.echo(f"{len(generated())} generated files are current.")


app.command()(check)
app.command()(cost)
app.command()(picture)
app.command()(policy)
app.command()(reach)
app.command()(up)
app.command()(down)
