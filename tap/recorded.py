"""The Plan that a command is asked about: recorded from the stack's own program, or the command's end."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tap.options import read_config

if TYPE_CHECKING:
    from tap.plan import Plan


def recorded_plan(
    folder: Path,
    stack: str,
    blueprint: str,
    overrides: list[str] | None,
    config_file: Path | None,
    assumed_vpcs: list[str] | None,
) -> "Plan":
    """The Plan of a stack, by the options that all commands share; problems are printed, and end the command with 1."""
    folder = folder.resolve()
    config = read_config(folder, stack, blueprint, overrides, config_file)

    from tap.engine.run import record_program
    from tap.recording import Recording, assumed

    try:
        recording = Recording(assumed(assumed_vpcs or ()))
    except ValueError as error:
        typer.echo(f"--assume-vpc {error}", err=True)
        raise typer.Exit(1) from None
    run = record_program(folder, config, recording)
    if not run.ok:
        for problem in run.problems:
            typer.echo(problem, err=True)
        raise typer.Exit(1)
    return run.plan
