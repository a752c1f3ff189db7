"""What the matrix of who can reach whom takes."""

import pytest

from bench import benchmarks, reaching
from bench.measuring import MeasurementError
from bench.reaching import Asked
from tap.engine.run import Run
from tests.support.reach_world import open_world, plan_of


def recorded(*problems):
    return lambda *_: Run(plan_of(open_world()), "", problems, (), (), "")


def test_the_first_matrix_is_not_counted_and_each_question_is(monkeypatch):
    monkeypatch.setattr("tap.engine.run.record_program", recorded())
    asked = reaching.matrices(None, [None, None], 2)  # type: ignore[list-item, arg-type]
    assert [len(each) for each in asked] == [2, 2]
    # 28 pairs on the three ports that rules mention.
    assert {one.questions for each in asked for one in each} == {28 * 3}
    assert all(one.seconds > 0 and one.peak > 0 for each in asked for one in each)


def test_a_program_that_does_not_end_well_gives_no_figure(monkeypatch):
    monkeypatch.setattr("tap.engine.run.record_program", recorded("no", "never"))
    with pytest.raises(MeasurementError, match="no\nnever"):
        reaching.matrices(None, [None], 1)  # type: ignore[list-item, arg-type]


def test_figures_are_of_one_question(monkeypatch):
    few, many = [Asked(1.0, 1.0, 10.0, 10)], [Asked(1.5, 6.0, 30.0, 40)]
    monkeypatch.setattr(benchmarks, "alone", lambda *_: [few, many])
    whole, time, memory = benchmarks.reach(1)
    assert (whole.value, whole.unit, whole.ok) == (1.5, "s", True)
    assert (time.value, time.ok) == (1.5, True)
    assert (memory.value, memory.ok) == (0.75, True)
