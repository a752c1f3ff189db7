"""`python -m bench`: measure, show a table, leave `bench/results.json`."""

from pathlib import Path
from typing import Annotated

import typer

RESULTS = Path(__file__).with_name("results.json")


def main(
    rounds: Annotated[int, typer.Option(min=1, help="Counted runs of each program.")] = 5,
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="This benchmark alone; may be repeated.")
    ] = None,
) -> None:
    """Measure what the library costs over Pulumi itself. A missed goal is shown; 1 means a figure was not taken."""
    # Inside, since each measuring process starts by reading this module.
    from rich.console import Console

    from bench.benchmarks import benchmarks
    from bench.figures import Figure, table, write
    from bench.measuring import MeasurementError

    known = benchmarks()
    if unknown := set(only or ()) - known.keys():
        typer.echo(f"--only {min(unknown)}: is not a benchmark. There are: {', '.join(known)}.", err=True)
        raise typer.Exit(2)
    console = Console()
    figures: list[Figure] = []
    for name in only or known:
        with console.status(f"{name}, {rounds} rounds"):
            try:
                figures += known[name](rounds)
            except MeasurementError as error:
                figures.append(Figure(name, None, detail=str(error)))
    console.print(table(figures, rounds))
    write(RESULTS, figures, rounds)
    if any(figure.value is None for figure in figures):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
