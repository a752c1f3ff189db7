"""`python -m tap cost`: what a stack costs a month, roughly."""

import typer

from tap.options import HERE, AssumedVpcs, Blueprint, ConfigFile, Folder, Overrides, Stack
from tap.recorded import recorded_plan


def cost(
    stack: Stack = "dev",
    blueprint: Blueprint = "",
    overrides: Overrides = None,
    config_file: ConfigFile = None,
    folder: Folder = HERE,
    assumed_vpcs: AssumedVpcs = None,
) -> None:
    """Tell what a stack costs a month, roughly, from its plan and a table of list prices."""
    plan = recorded_plan(folder, stack, blueprint, overrides, config_file, assumed_vpcs)

    from tap.cost import cost as of
    from tap.prices import prices

    found, table = of(plan), prices()
    typer.echo(f"USD a month of 730 hours, list prices of {table.region} ({table.date}) for every region:")
    for line in found.lines:
        typer.echo(f"{line.usd:>10.2f}  {line.number:g} x {line.what}, {line.each:.2f} each")
    typer.echo(f"{found.usd:>10.2f}  in all, without what is paid by use and what is not priced")
    if found.unpriced:
        typer.echo("Not priced:")
        for text in found.unpriced:
            typer.echo(f"  {text}")
    typer.echo("Paid by use:")
    for use in found.uses:
        typer.echo(f"  {use}")
