"""The tables of the embedded AWS against the SDK's classes and botocore's models: no server needed."""

import importlib
import keyword
from collections.abc import Iterable
from typing import Any

import boto3
import jmespath
import pytest

from tap.embedded.connection import KEYS
from tap.embedded.creation import TAG_PARAMETERS
from tap.embedded.recipe import Recipe
from tap.embedded.services import RECIPES

AWS_TYPES = sorted(type_ for type_ in RECIPES if type_.startswith("aws:"))
# Their services have a call of its own for tags.
TAGGED_BY_A_HOOK = ("aws:s3/bucket:Bucket", "aws:iam/serviceLinkedRole:ServiceLinkedRole")
SESSION = boto3.session.Session()


def names(class_: type) -> set[str]:
    """A class's outputs, which its inputs are among, in camelCase."""
    found = [name for name, value in vars(class_).items() if isinstance(value, property)]
    return {name.split("_")[0] + "".join(part.capitalize() for part in name.split("_")[1:]) for name in found}


def class_of(type_: str) -> type:
    package, module, name = type_.split(":")
    # A module that is called like a word of Python's own ends in `_` there: `lambda_`.
    plain = module.split("/")[0]
    found: type = getattr(importlib.import_module(f"pulumi_{package}.{plain}{'_' * keyword.iskeyword(plain)}"), name)
    return found


def operation_model(operation: str) -> Any:
    service, _, name = operation.partition(".")
    client: Any = SESSION.client(service, region_name="us-east-1", **KEYS)  # type: ignore[call-overload]
    return client.meta.service_model.operation_model(client.meta.method_to_api_mapping[name])


def input_names(recipe: Recipe) -> Iterable[str]:
    yield from recipe.assumes
    yield from recipe.renames
    yield from recipe.ignores
    # Attributes go by the API's name where it has another one.
    yield from (name for name in recipe.attributes if name not in recipe.renames.values())
    yield from recipe.hooked
    if recipe.named:
        yield recipe.named
    for step in recipe.steps:
        yield from step.takes


@pytest.mark.parametrize("type_", AWS_TYPES)
def test_a_recipe_speaks_of_inputs_and_outputs_that_its_type_has(type_: str) -> None:
    class_, recipe = class_of(type_), RECIPES[type_]
    assert class_.pulumi_type == type_  # type: ignore[attr-defined]
    outputs = {*recipe.outputs, *recipe.defaults, *(name for step in recipe.steps for name in step.finds)}
    assert outputs <= names(class_)
    assert set(input_names(recipe)) <= names(class_)


@pytest.mark.parametrize("type_", AWS_TYPES)
def test_a_type_has_tags_in_the_tables_where_it_has_them_in_the_provider(type_: str) -> None:
    recipe = RECIPES[type_]
    has = "tagsAll" in names(class_of(type_))
    members = operation_model(recipe.operation).input_shape.members if recipe.operation else {}
    given = recipe.tagged or bool({*TAG_PARAMETERS, "TagSpecifications"} & set(members))
    assert (has, type_) == ((given and not recipe.lists_tags) or type_ in TAGGED_BY_A_HOOK, type_)


@pytest.mark.parametrize("type_", AWS_TYPES)
def test_what_a_recipe_finds_in_a_response_is_where_it_looks(type_: str) -> None:
    """Every JMESPath parses, and its first word is a member of what botocore says the response is made of."""
    recipe = RECIPES[type_]
    if not recipe.operation:
        return
    shape = operation_model(recipe.operation).output_shape
    paths = [path for path in (recipe.id, *recipe.outputs.values()) if path and "{" not in path]
    for word in [] if recipe.root in {"", "@"} else recipe.root.split("[")[0].split("."):
        assert word in shape.members
        shape = shape.members[word]
    shape = getattr(shape, "member", shape)
    for path in paths:
        jmespath.compile(path)
        assert path.split(".")[0].split("[")[0] in shape.members
    service = recipe.operation.split(".")[0]
    for step in recipe.steps:
        model = operation_model(step.operation if "." in step.operation else f"{service}.{step.operation}")
        assert all(path.split("[")[0] in model.output_shape.members for path in step.finds.values())
        assert set(step.send) <= set(model.input_shape.members)
