"""What a blueprint has to be given where it is deployed only to be looked at."""

from lib.args.loading import read_blueprint


def examples(blueprint: str) -> tuple[str, ...]:
    """The examples in a blueprint's file as `key=value`, as the commands take what `--set` says."""
    return tuple(f"{key}={value}" for key, value in read_blueprint(blueprint).head.examples.items())
