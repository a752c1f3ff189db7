"""A program run without what serves no test is told nothing else, and fails the same way."""

import contextlib
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pulumi
import pulumi_random
import pytest

from tap.engine.answers import AnswerError, State
from tap.plan import Plan, Resource
from tap.recording import Recording
from tests.support import deploy as deploying
from tests.support.blueprints import parameters_of
from tests.support.deploy import deploy
from tests.support.stack import TapStackArgs, deploy_stack


def both(run: Callable[[], Any]) -> tuple[Any, Any]:
    """What comes of it as tests run it, and with nothing left out."""
    lean = run()
    with patch.object(deploying, "lean", contextlib.nullcontext):
        return lean, run()


def content(plan: Plan) -> tuple[Any, ...]:
    resources = sorted(plan.resources, key=lambda each: each.urn)
    invokes = sorted(map(repr, plan.invokes))
    return resources, invokes, dict(plan.exports)


@pytest.mark.parametrize("preview", [False, True])
def test_a_stack_is_the_same(preview: bool) -> None:
    name = "vpc-peering"
    args = TapStackArgs.from_blueprint(name, environment_suffix="dev", tags={"Owner": "me"}, **parameters_of(name))
    lean, whole = both(lambda: content(deploy_stack(args, preview=preview)))
    assert lean == whole


class Component(pulumi.ComponentResource):
    def __init__(self, name: str) -> None:
        super().__init__("tests:lean:Component", name)
        child = pulumi.ResourceOptions(
            parent=self, aliases=[pulumi.Alias(name="before", parent=pulumi.ROOT_STACK_RESOURCE)]
        )
        pet = pulumi_random.RandomPet(f"{name}-pet", keepers={"secret": pulumi.Output.secret("s")}, opts=child)
        password = pulumi_random.RandomPassword(f"{name}-password", length=pet.id.apply(len), opts=child)
        self.register_outputs({"password": password.result, "nested": {"list": [pet.id, {"of": pet.keepers}]}})
        pulumi.export("password", password.result)
        pulumi.export("nested", {"list": [pet.id, {"of": pet.keepers}], "joined": pulumi.Output.concat(pet.id, "!")})


def component() -> None:
    Component("one")


@pytest.mark.parametrize("preview", [False, True])
def test_secrets_unknowns_aliases_and_dependencies_are_the_same(preview: bool) -> None:
    lean, whole = both(lambda: content(deploy(component, preview=preview)))
    assert lean == whole
    (password,) = (each for each in lean[0] if each.type.endswith("RandomPassword"))
    assert password.property_dependencies["length"]


class _Refusing(Recording):
    def create(self, resource: Resource, provider: Any) -> State:
        if resource.type.endswith("RandomPet"):
            raise AnswerError("is refused")
        return super().create(resource, provider)


def failure(program: Callable[[], None], **how: Any) -> str:
    with pytest.raises(Exception, match=r"refused|wrong|unexpected|missing") as told:
        deploy(program, **how)
    return f"{type(told.value).__name__}: {told.value}"


def test_a_failed_registration_is_told_the_same() -> None:
    lean, whole = both(lambda: failure(component, answers=_Refusing()))
    assert lean == whole


def test_an_error_inside_of_an_output_is_told_the_same() -> None:
    def wrong(_: Any) -> str:
        raise ValueError("wrong")

    def program() -> None:
        pet = pulumi_random.RandomPet("pet")
        pulumi_random.RandomPet("other", prefix=pet.id.apply(wrong))

    lean, whole = both(lambda: failure(program))
    assert lean == whole
