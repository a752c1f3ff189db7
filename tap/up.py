"""`tap up` and `tap down`: deploy a stack on the embedded AWS, and stop that AWS."""

from typing import Annotated

import typer

from tap.options import HERE, Blueprint, ConfigFile, Folder, Overrides, Stack, read_config


def up(
    stack: Stack = "dev",
    blueprint: Blueprint = "",
    overrides: Overrides = None,
    config_file: ConfigFile = None,
    folder: Folder = HERE,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave what is in the embedded AWS, such as VPCs to adopt.")
    ] = False,
) -> None:
    """Deploy a stack on the embedded AWS: no account, nothing else installed."""
    folder = folder.resolve()
    config = read_config(folder, stack, blueprint, overrides, config_file)

    from rich.console import Console

    from tap.embedded.console import DeploymentProgress, tell
    from tap.embedded.deployment import deploy_embedded
    from tap.embedded.server import ServerError
    from tap.outputs import outputs_folder

    console = Console()
    outputs = outputs_folder(folder)
    try:
        with DeploymentProgress(console) as progress:
            deployed = deploy_embedded(folder, config, outputs, observer=progress.see, keep=keep)
    except ServerError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    tell(deployed, outputs, console)
    if not deployed.run.ok:
        raise typer.Exit(1)


def down(folder: Folder = HERE) -> None:
    """Stop the embedded AWS; the outputs of the last deployment stay."""
    from tap.embedded import server
    from tap.outputs import outputs_folder

    stopped = server.stop(outputs_folder(folder.resolve()))
    typer.echo(f"The embedded AWS at {stopped.endpoint} is stopped." if stopped else "No embedded AWS was running.")
