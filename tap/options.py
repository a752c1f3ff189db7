"""Options that every command takes alike, and what they come to."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tap.engine.project import StackConfig

Stack = Annotated[str, typer.Option("--stack", "-s", help="Stack: dev, staging, prod, or TapStack<suffix>.")]
Blueprint = Annotated[str, typer.Option("--blueprint", "-b", help="Blueprint to use in place of the stack's own.")]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="A config key, a parameter of the blueprint, or a path in the settings (networks.main.nat=single).",
    ),
]
ConfigFile = Annotated[Path | None, typer.Option("--config-file", help="File to read in place of Pulumi.<stack>.yaml.")]
Folder = Annotated[Path, typer.Option("--cwd", "-C", help="Folder of the Pulumi project.", file_okay=False)]

AssumedVpcs = Annotated[
    list[str] | None,
    typer.Option(
        "--assume-vpc",
        metavar="ID=CIDR@REGION",
        help="A VPC that the settings adopt, since AWS is not asked; its subnets may follow: ,ID=CIDR@ZONE.",
    ),
]

HERE = Path()


def read_config(
    folder: Path, stack: str, blueprint: str, overrides: list[str] | None, config_file: Path | None
) -> "StackConfig":
    """The stack's config as the options say; what is wrong with it ends the command with the message and 1."""
    from tap.engine.project import ProjectError, stack_config

    try:
        return stack_config(folder, stack, blueprint=blueprint, overrides=overrides or (), config_file=config_file)
    except ProjectError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
