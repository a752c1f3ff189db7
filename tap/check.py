"""`python -m tap check`: are a stack's settings good, without a look at AWS?"""

import typer

from tap.options import HERE, Blueprint, ConfigFile, Folder, Overrides, Stack, read_config


def check(
    stack: Stack = "dev",
    blueprint: Blueprint = "",
    overrides: Overrides = None,
    config_file: ConfigFile = None,
    folder: Folder = HERE,
) -> None:
    """Check a stack's settings, all of them at once; what only AWS knows is not looked at."""
    folder = folder.resolve()
    config = read_config(folder, stack, blueprint, overrides, config_file)

    import json
    import os

    from pulumi.runtime import Settings, configure, set_all_config

    from lib.args.loading import load
    from lib.args.problems import SettingsError

    set_all_config(dict(config.values), list(config.secret_keys))
    # Loading sees keys that nothing reads only in the variable that the CLI sets.
    os.environ["PULUMI_CONFIG"] = json.dumps(dict(config.values))
    configure(Settings(project=config.project, stack=config.stack, root_directory=str(folder)))
    try:
        args = load()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    source = f"blueprint {args.blueprint}" if args.blueprint else "settings without a blueprint"
    counts = {"network": len(args.networks), "peering": len(args.peerings), "mesh": len(args.meshes)}
    parts = ", ".join(f"{name}: {count}" for name, count in counts.items() if count) or "nothing"
    typer.echo(f"ok: {source}, environment {args.environment}, suffix {args.environment_suffix} ({parts})")
