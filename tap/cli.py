"""`python -m tap`: the tools around the library.

A command is a function with the shared options of `tap.options`, and imports inside it, so that no command waits for
what another one needs. It is registered with the app here.
"""

from typing import Annotated

import typer
from rich.console import Console

from tap.check import check
from tap.options import HERE, Blueprint, ConfigFile, Folder, Overrides, Stack, read_config
from tap.up import down, up

app = typer.Typer(
    help="Tools around TapStack; none needs an account or the Pulumi CLI.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

UNBOUNDED = 10_000

AssumedVpcs = Annotated[
    list[str] | None,
    typer.Option(
        "--assume-vpc",
        metavar="ID=CIDR@REGION",
        help="A VPC that the settings adopt, since AWS is not asked; its subnets may follow: ,ID=CIDR@ZONE.",
    ),
]


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
    check_only: Annotated[bool, typer.Option("--check", help="Only say whether the file is current.")] = False,
) -> None:
    """Write the JSON schema of settings, schemas/tapstack.schema.json."""
    from tap.schema import FILE, is_current, write

    if check_only and not is_current():
        typer.echo(f"{FILE.name} is not current. Run: python -m tap schema", err=True)
        raise typer.Exit(1)
    if not check_only:
        write()
    typer.echo(f"{FILE.name} is current.")


app.command()(check)
app.command()(up)
app.command()(down)
