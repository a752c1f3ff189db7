"""Reaching: what the matrix of who can reach whom takes, by time and by memory."""

import gc
import time
import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measuring import MeasurementError
from tap.engine.project import StackConfig

KIBIBYTE = 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """One matrix, reading the Plan included: its seconds on the clock and of processor, and its questions.

    `peak` is the most memory that it took, in KiB.
    """

    seconds: float
    processor: float
    peak: float
    questions: int


def matrices(root: Path, configs: Sequence[StackConfig], rounds: int) -> list[list[Asked]]:
    """The matrix of each config's program again and again, after a first round that isn't counted.

    Memory is traced in a second matrix of each round, since tracing takes time. To be called through `alone`.

    Raises:
        MeasurementError: a program did not end well.
    """
    from tap.engine.run import record_program
    from tap.reach import Reach, matrix
    from tap.recording import Recording

    asked: list[list[Asked]] = [[] for _ in configs]
    runs = [record_program(root, config, Recording()) for config in configs]
    if problems := [problem for run in runs for problem in run.problems]:
        raise MeasurementError("\n".join(problems))
    for number in range(rounds + 1):
        for found, run in zip(asked, runs, strict=True):
            gc.collect()
            start, processor = time.perf_counter(), time.process_time()
            result = matrix(Reach(run.plan))
            seconds, processor = time.perf_counter() - start, time.process_time() - processor
            tracemalloc.start()
            matrix(Reach(run.plan))
            peak = tracemalloc.get_traced_memory()[1] / KIBIBYTE
            tracemalloc.stop()
            if number:
                found.append(Asked(seconds, processor, peak, len(result.openings) * len(result.ports)))
    return asked
