"""The benchmarks: each gives its figures, or raises MeasurementError."""

import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import Figure, ratio
from bench.measuring import Measured, MeasurementError, Repeated, alone, measure, repeat
from bench.reaching import matrices
from tap.engine.project import StackConfig, stack_config
from tap.examples import examples

ROOT = Path(__file__).resolve().parents[1]
TIME_GOAL = 1.15
PEAK_GOAL = 1.2
GROWTH_GOAL = 1.1
DEPLOYMENT_GOAL = 10.0
MATRIX_GOAL = 2.0
QUESTION_GOAL = 2.0
MESHES = (4, 8)
REGIONS = ("us-east-1", "us-west-2")
EMBEDDED_BLUEPRINT = "vpc-peering"

Benchmark = Callable[[int], list[Figure]]


def benchmarks() -> dict[str, Benchmark]:
    """All benchmarks by name: each blueprint's own, then `growth`, `reach` and `embedded`; they take the rounds."""
    # Inside: a measuring process reads this module too and must stay small, or its own memory would be measured.
    from lib.args.loading import blueprint_names

    own: dict[str, Benchmark] = {name: partial(over_bare, name) for name in blueprint_names()}
    return own | {"growth": growth, "reach": reach, "embedded": embedded}


def over_bare(blueprint: str, rounds: int) -> list[Figure]:
    """Program time and peak memory of a blueprint over the bare registration of the same resources (`replay.py`).

    Both run on the same engine with the same config, in turns, after one run of each that isn't counted and leaves the
    compiled modules of both behind.
    """
    config = stack_config(ROOT, "dev", blueprint=blueprint, overrides=examples(blueprint))
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder).resolve()
        alone(write_replay, config, bare)
        ours, others = in_turns([(ROOT, config), (bare, config)], rounds)
    if ours[0].resources != others[0].resources:
        raise MeasurementError(f"the bare script registers other resources: {_unlike(ours[0], others[0])}")
    note = f"{sum(ours[0].resources.values())} resources"
    return [
        ratio(
            f"{blueprint}: {label} over bare",
            [getattr(run, what) for run in ours],
            [getattr(run, what) for run in others],
            unit,
            goal,
            note,
        )
        for label, what, unit, goal in (
            ("time", "seconds", "s", TIME_GOAL),
            ("processor time", "processor", "s", TIME_GOAL),
            ("peak memory", "peak", "MiB", PEAK_GOAL),
        )
    ]


def growth(rounds: int) -> list[Figure]:
    """Time per resource at 8 meshed networks over that at 4.

    Taken in one process that has run both before: the imports, the same for both, would hide growth. And once more
    without Python's garbage collector, whose full collections grow with everything in memory, whoever put it there.
    """
    configs = [mesh_config(size) for size in MESHES]
    few, many = alone(repeat, ROOT, configs, rounds)
    few_kept, many_kept = alone(repeat, ROOT, configs, rounds, collecting=False)
    sizes = f"{MESHES[1]} networks over {MESHES[0]}"
    return [
        ratio(f"{label}, {sizes}", _each(larger, what), _each(smaller, what), "ms", GROWTH_GOAL)
        for label, what, larger, smaller in (
            ("time per resource", "seconds", many, few),
            ("processor time per resource", "processor", many, few),
            ("the same without garbage collector", "processor", many_kept, few_kept),
        )
    ]


def reach(rounds: int) -> list[Figure]:
    """The matrix of who can reach whom, of 8 meshed networks and over that of 4, each from a Plan that is there.

    Time and memory are those of one question: twice the networks are four times the pairs. A question grows by the
    tables it is held against, which have an entry for each peer.
    """
    configs = [mesh_config(size) for size in MESHES]
    few, many = alone(matrices, ROOT, configs, rounds)
    seconds = [one.seconds for one in many]
    sizes = f"{MESHES[1]} networks over {MESHES[0]}"
    return [
        Figure(
            f"reach: matrix of {MESHES[1]} meshed networks",
            median(seconds),
            "s",
            MATRIX_GOAL,
            f"rounds {min(seconds):.2g} to {max(seconds):.2g} s; {many[0].questions} questions",
        ),
        *(
            ratio(
                f"reach: {label} per question, {sizes}",
                [scale * getattr(one, what) / one.questions for one in many],
                [scale * getattr(one, what) / one.questions for one in few],
                unit,
                goal,
            )
            for label, what, scale, unit, goal in (
                ("processor time", "processor", 1000, "ms", QUESTION_GOAL),
                ("peak memory", "peak", 1, "KiB", GROWTH_GOAL),
            )
        ),
    ]


def embedded(rounds: int) -> list[Figure]:
    """A deployment of `vpc-peering` on the embedded AWS: its seconds and its resources per second.

    The server runs and has deployed once before; each deployment starts by emptying it. Seconds are those of the whole
    deployment, the start of the program's process and its imports included.
    """
    config = stack_config(ROOT, "dev", blueprint=EMBEDDED_BLUEPRINT)
    count, seconds = alone(deploy_on_embedded, config, rounds)
    middle = median(seconds)
    return [
        Figure(
            f"{EMBEDDED_BLUEPRINT}: deployment on the embedded AWS",
            middle,
            "s",
            DEPLOYMENT_GOAL,
            f"rounds {min(seconds):.1f} to {max(seconds):.1f} s; {count} resources",
        ),
        Figure(
            f"{EMBEDDED_BLUEPRINT}: embedded resources per second",
            count / middle,
            "/s",
            detail="components and providers not counted",
        ),
    ]


def in_turns(programs: list[tuple[Path, StackConfig]], rounds: int) -> list[list[Measured]]:
    """Runs of several programs, one of each a round, after a first round that isn't counted."""
    runs: list[list[Measured]] = [[] for _ in programs]
    for number in range(rounds + 1):
        for found, (root, config) in zip(runs, programs, strict=True):
            measured = alone(measure, root, config)
            if number:
                found.append(measured)
    return runs


def write_replay(config: StackConfig, folder: Path) -> None:
    """Write the replay of the project's program into a folder, and make sure that it does the same.

    Raises:
        MeasurementError: the program does not end well, can't be replayed, or the replay registers something else.
    """
    from bench.replay import ReplayError, differences, program
    from tap.engine.run import record_program
    from tap.recording import Recording

    run = record_program(ROOT, config, Recording())
    if not run.ok:
        raise MeasurementError("\n".join(run.problems))
    try:
        # A module of its own, which Python compiles once and keeps, as it does those of the library.
        (folder / "replay.py").write_text(program(run.plan), encoding="utf-8")
    except ReplayError as error:
        raise MeasurementError(f"no replay: {error}") from error
    (folder / "__main__.py").write_text("import replay\n", encoding="utf-8")
    replayed = record_program(folder, config, Recording())
    if problems := [*replayed.problems, *differences(run.plan, replayed.plan)]:
        raise MeasurementError("the replay is not the same: " + "\n".join(problems))


def mesh_config(size: int) -> StackConfig:
    """The config of networks in two regions, all peered, a grant for each pair; no blueprint."""
    names = [f"net{number}" for number in range(size)]
    # One a pair, from the first to the second: with both directions an ACL would go beyond AWS's 20 entries.
    grants = [{"from": f"{one}.app", "to": f"{other}.app", "port": 443} for one, other in combinations(names, 2)]
    settings: dict[str, Any] = {
        "networks": {
            name: {
                "region": REGIONS[number % len(REGIONS)],
                "cidr": f"10.{number}.0.0/16",
                "tiers": {"app": {"kind": "private"}},
            }
            for number, name in enumerate(names)
        },
        "meshes": {"all": {"members": names, "allow": grants}},
    }
    values = {
        "TapStack:settings": json.dumps(settings, sort_keys=True),
        "TapStack:application": "bench",
        "aws:region": REGIONS[0],
    }
    return StackConfig(project="TapStack", stack="dev", values=values)


def deploy_on_embedded(config: StackConfig, rounds: int) -> tuple[int, list[float]]:
    """Deploy again and again on an embedded AWS of its own; gives the number of resources, and seconds a round."""
    from tap.embedded import server
    from tap.embedded.deployment import deploy_embedded

    seconds: list[float] = []
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        outputs = Path(folder)
        try:
            for number in range(rounds + 1):
                start = time.perf_counter()
                run = deploy_embedded(ROOT, config, outputs).run
                if number:
                    seconds.append(time.perf_counter() - start)
                if not run.ok:
                    raise MeasurementError("\n".join(run.problems))
                made = [found for found in run.plan.resources if found.custom]
                count = sum(not found.type.startswith("pulumi:") for found in made)
        except server.ServerError as error:
            raise MeasurementError(str(error)) from error
        finally:
            server.stop(outputs)
    return count, seconds


def _each(runs: list[Repeated], what: str) -> list[float]:
    """Milliseconds per resource, by the clock or of processor time."""
    return [1000 * getattr(run, what) / run.resources for run in runs]


def _unlike(one: Measured, other: Measured) -> Mapping[str, tuple[int, int]]:
    ours, bare = Counter(one.resources), Counter(other.resources)
    return {type_: (ours[type_], bare[type_]) for type_ in sorted(ours | bare) if ours[type_] != bare[type_]}
