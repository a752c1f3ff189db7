"""`python -m tap picture`: the topology of a stack, as text that GitHub draws."""

from pathlib import Path
from typing import Annotated

import typer

from tap.options import HERE, AssumedVpcs, Blueprint, ConfigFile, Folder, Overrides, Stack
from tap.recorded import recorded_plan

Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write the picture to.", dir_okay=False)]


def picture(
    output: Output = None,
    stack: Stack = "dev",
    blueprint: Blueprint = "",
    overrides: Overrides = None,
    config_file: ConfigFile = None,
    folder: Folder = HERE,
    assumed_vpcs: AssumedVpcs = None,
) -> None:
    """Draw a stack's topology as a Mermaid flowchart: no server, no account."""
    plan = recorded_plan(folder, stack, blueprint, overrides, config_file, assumed_vpcs)

    from tap.picture import picture as drawn

    text = drawn(plan)
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
