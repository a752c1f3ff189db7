"""Measuring: one run of one program, with nothing else in the process that measures."""

import contextvars
import gc
import os
import resource
import runpy
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

from tap.engine.project import StackConfig
from tap.plan import Plan

Given = ParamSpec("Given")
Result = TypeVar("Result")

# What the machine's own environment might tell a program.
OUTSIDE = ("AWS_", "PULUMI_", "TAP_", "ENVIRONMENT_SUFFIX")
# Of ru_maxrss, which macOS gives in bytes.
PEAK_UNIT = 1 if sys.platform == "darwin" else 1024
MEBIBYTE = 1024 * 1024


class MeasurementError(Exception):
    """A measurement that could not be taken, or that would say nothing; the message says why."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: its seconds on the clock, its seconds of processor, its peak memory in MiB, and its resources by type.

    All are the program's own process, from its start to its end, imports included; only the clock also counts the
    waiting for answers. `resources` are all registrations but the Stack.
    """

    seconds: float
    processor: float
    peak: float
    resources: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Repeated:
    """One more run in a process that has imported everything: its seconds, and how many resources it registered."""

    seconds: float
    processor: float
    resources: int


def alone(function: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
    """Call a function in a fresh process of its own, whose environment changes no program's settings.

    Arguments and result are pickled.

    Raises:
        MeasurementError: the process ended before the function did.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"), initializer=_forget_outside) as pool:
        try:
            return pool.submit(function, *args, **kwargs).result()
        except BrokenProcessPool as error:
            raise MeasurementError("the measuring process ended by itself") from error


def _forget_outside() -> None:
    for name in [name for name in os.environ if name.startswith(OUTSIDE)]:
        del os.environ[name]


def by_type(plan: Plan) -> dict[str, int]:
    """How many resources of each type a Plan has, the Stack left out."""
    counted = Counter(found.type for found in plan.resources)
    del counted["pulumi:pulumi:Stack"]
    return dict(counted)


def measure(root: Path, config: StackConfig) -> Measured:
    """Run the program in `root` once, answered by a recording in another process; to be called through `alone`.

    Raises:
        MeasurementError: the program did not end well.
    """
    from tap.engine.run import run_program
    from tap.recording import Recording

    start = time.perf_counter()
    run = run_program(root, config, Recording())
    seconds = time.perf_counter() - start
    if not run.ok:
        raise MeasurementError("\n".join(run.problems))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    # A new process starts with the peak of the one that makes it; below that nothing can be told.
    if used.ru_maxrss <= resource.getrusage(resource.RUSAGE_SELF).ru_maxrss and sys.platform == "linux":
        raise MeasurementError("the program took less memory than the process that measures it")
    return Measured(
        seconds=seconds,
        processor=used.ru_utime + used.ru_stime,
        peak=used.ru_maxrss * PEAK_UNIT / MEBIBYTE,
        resources=by_type(run.plan),
    )


def repeat(root: Path, configs: Sequence[StackConfig], rounds: int, *, collecting: bool = True) -> list[list[Repeated]]:
    """Run the program in `root` in this very process with each config in turn, after a first round that isn't counted.

    Seconds are those of program and engine together; without `collecting`, Python's garbage collector only runs in
    between. To be called through `alone`.

    Raises:
        MeasurementError: the program did not end well.
    """
    runs: list[list[Repeated]] = [[] for _ in configs]
    if not collecting:
        gc.disable()
    for number in range(rounds + 1):
        for found, config in zip(runs, configs, strict=True):
            gc.collect()
            start, processor = time.perf_counter(), time.process_time()
            plan = _run_here(root, config)
            if number:
                seconds, processor = time.perf_counter() - start, time.process_time() - processor
                found.append(Repeated(seconds, processor, sum(by_type(plan).values())))
    return runs


def _run_here(root: Path, config: StackConfig) -> Plan:
    from pulumi.runtime import Settings

    from tap.engine.deployment import Deployment
    from tap.engine.engine import Engine
    from tap.engine.monitor import Monitor
    from tap.engine.program import run_here
    from tap.recording import Recording

    deployment = Deployment(Recording(), project=config.project, stack=config.stack)

    def program() -> None:
        runpy.run_path(str(root / "__main__.py"), run_name="__main__")

    def run() -> None:
        settings = Settings(
            project=config.project, stack=config.stack, monitor=Monitor(deployment), engine=Engine(), dry_run=False
        )
        run_here(program, settings, config.values, config.secret_keys)

    try:
        contextvars.Context().run(run)
    except Exception as error:
        raise MeasurementError(str(error)) from error
    if problems := deployment.problems():
        raise MeasurementError("\n".join(problems))
    return deployment.plan()
