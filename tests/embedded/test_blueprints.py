"""Whether the tables hold every type that a blueprint of the project is made of; nothing is deployed."""

from pathlib import Path

import pytest

from lib.args.loading import blueprint_names
from tap.embedded.lookups import LOOKUPS
from tap.embedded.services import RECIPES
from tap.engine.project import stack_config
from tap.engine.run import run_program
from tap.recording import Recording
from tap.tree import is_created
from tests.support.blueprints import overrides_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("blueprint", blueprint_names())
def test_every_type_and_function_of_a_blueprint_is_mapped(blueprint: str) -> None:
    config = stack_config(ROOT, "dev", blueprint=blueprint, overrides=overrides_of(blueprint))
    run = run_program(ROOT, config, Recording())
    assert run.ok, run.problems
    assert {resource.type for resource in run.plan.resources if is_created(resource)} <= set(RECIPES)
    assert {invoke.token for invoke in run.plan.invokes} <= set(LOOKUPS)
