"""Creation: one resource in the making, from its inputs to its state."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, cast

import jmespath
from botocore.model import ListShape, MapShape, OperationModel, StructureShape
from botocore.validate import ParamValidator

from tap.embedded.connection import REGION, Connection, role_of
from tap.embedded.recipe import Recipe, Step
from tap.embedded.shapes import converted, matching_member, structure
from tap.engine.answers import AnswerError, Provider, State
from tap.plan import Resource

PARTITION = "aws"
# What operations call the tags of what they create.
TAG_PARAMETERS = ("Tags", "tags", "TagsList", "BackupVaultTags", "BackupPlanTags")
TEMPLATE = re.compile(r"\{(\w+)\}")


class Creation:
    """A resource in the making.

    Attributes:
        given: its inputs, without `region` and without what is None, and what the recipe assumes.
        left: those that nothing has consumed yet; hooks pop what they use, and any rest is an error.
        state: outputs so far, camelCase.
        id: its id, "" until the creating call has answered.
        pretended: whether a hook has looked at the call in its place, so that it is left out.
    """

    def __init__(self, connection: Connection, resource: Resource, provider: Provider | None, recipe: Recipe) -> None:
        self.connection = connection
        self.resource = resource
        self.recipe = recipe
        self.role_arn = role_of(provider)
        self.region = resource.region or (provider.region if provider else None) or REGION
        self.account = connection.account(self.role_arn)
        self.suffix = hashlib.sha256(resource.urn.encode()).hexdigest()[:7]
        given = {key: value for key, value in resource.inputs.items() if value is not None and key != "region"}
        self.given = {**recipe.assumes, **given}
        self.left = dict(self.given)
        self.own_tags: dict[str, str] = {} if recipe.lists_tags else dict(self.left.pop("tags", None) or {})
        self.tags = {**(provider.default_tags if provider and not recipe.lists_tags else {}), **self.own_tags}
        self.state: dict[str, Any] = {**recipe.defaults}
        self.id = ""
        self.pretended = False

    def take(self, name: str, default: Any = None) -> Any:
        """Consume an input."""
        return self.left.pop(name, default)

    def call(self, operation: str, **params: Any) -> dict[str, Any]:
        """Call `operation` (of the recipe's service) or `service.operation`, in the resource's region and account."""
        service, _, name = operation.rpartition(".")
        return self.connection.call(service or self._service, name, params, self.region, self.role_arn)

    def pretend(self, operation: str, params: Mapping[str, Any]) -> None:
        """Check the parameters of a call that moto does not know, make no call, and take the inputs for outputs.

        Raises:
            AnswerError: AWS's own client would refuse the parameters.
        """
        shape = cast("StructureShape", self.model(operation).input_shape)
        report = ParamValidator().validate(structure(shape, params), shape)
        if report.has_errors():
            raise AnswerError(f"{operation}: {report.generate_report()}")
        self.left.clear()
        self.state |= self.given
        self.pretended = True

    def model(self, operation: str) -> OperationModel:
        """The model in botocore of `operation` or `service.operation`."""
        service, _, name = operation.rpartition(".")
        client = self.connection.client(service or self._service, self.region, self.role_arn)
        return cast(
            "OperationModel", client.meta.service_model.operation_model(client.meta.method_to_api_mapping[name])
        )

    def run(self) -> State:
        """Make the resource.

        Raises:
            AnswerError: AWS refused a call, or an input has no place in the recipe.
        """
        recipe = self.recipe
        self._settle_name()
        for name in recipe.ignores:
            self.left.pop(name, None)
        recipe.prepare(self)
        if recipe.operation and not self.pretended:
            self._create()
        for step in recipe.steps:
            self._follow(step)
        recipe.finish(self)
        if self.left:
            raise AnswerError(f"the input {', '.join(sorted(self.left))} is not mapped")
        if self._tagging != "none":
            self.state |= {"tags": self.own_tags, "tagsAll": self.tags}
        if not self.id:
            raise AnswerError("the recipe found no id")
        return State(id=self.id, outputs=self.state, partial=True)

    def filled(self, template: Any) -> Any:
        """A template, or a structure of them, with what is known of the resource."""
        if isinstance(template, Mapping):
            return {key: self.filled(value) for key, value in cast("Mapping[str, Any]", template).items()}
        if isinstance(template, (list, tuple)):
            return [self.filled(value) for value in cast("list[Any]", template)]
        if not isinstance(template, str) or not TEMPLATE.search(template):
            return template
        known = {
            **self.given,
            **self.state,
            "id": self.id,
            "region": self.region,
            "account": self.account,
            "partition": PARTITION,
            "suffix": self.suffix,
        }
        if whole := TEMPLATE.fullmatch(template):
            return known[whole[1]]
        return template.format_map(known)

    def found(self, where: str, response: Mapping[str, Any]) -> Any:
        """What a template or a JMESPath says."""
        return self.filled(where) if TEMPLATE.search(where) else jmespath.search(where, response)

    @property
    def _service(self) -> str:
        return self.recipe.operation.split(".")[0]

    @property
    def _tagging(self) -> str:
        """How the type is tagged: "none"; "after" (EC2: by the id); "parameter" (of the creating operation)."""
        if self.recipe.tagged:
            return "after"
        if not self.recipe.operation or self.recipe.lists_tags:
            return "none"
        members = _members(self.model(self.recipe.operation))
        # RDS has both; its TagSpecifications are for what comes with the resource.
        if any(name in members for name in TAG_PARAMETERS):
            return "parameter"
        return "after" if "TagSpecifications" in members else "none"

    def _settle_name(self) -> None:
        named = self.recipe.named
        if not named:
            return
        prefix = self.left.pop(f"{named}Prefix", None)
        if named not in self.left:
            stem = prefix or f"{self.resource.name}-"
            name = f"{stem[: self.recipe.longest - len(self.suffix)]}{self.suffix}"
            self.left[named] = self.given[named] = name

    def _create(self) -> None:
        recipe = self.recipe
        model = self.model(recipe.operation)
        later = {*recipe.hooked, *(name for step in recipe.steps for name in step.takes)}
        inputs = {recipe.renames.get(k, k): v for k, v in self.left.items() if k not in later}
        self.left = {k: v for k, v in self.left.items() if k in later}
        if recipe.under:
            inner = {k: v for k, v in inputs.items() if k not in recipe.beside}
            inputs = {k: v for k, v in inputs.items() if k in recipe.beside} | _nested(recipe.under, inner)
        attributes = {k[0].upper() + k[1:]: inputs.pop(k) for k in recipe.attributes if k in inputs}
        params = _parameters(model, inputs)
        if attributes:
            params["Attributes"] = converted(_members(model)["Attributes"], attributes, "Attributes")
        params |= self.filled(recipe.send)
        if self._tagging == "parameter" and self.tags:
            params |= _tag_parameter(model, self.tags)
        response = self.call(recipe.operation, **params)
        _refuse_partial_failure(response)
        described: Mapping[str, Any] = jmespath.search(recipe.root or "@", response) or {}
        self.state |= (_plain_outputs(described) if recipe.root else {}) | self.given
        if recipe.id:
            self.id = str(self.found(recipe.id, described) or "")
        for name, where in recipe.outputs.items():
            if (value := self.found(where, described)) is not None:
                self.state[name] = value
        if self._tagging == "after":
            self.tag()

    def tag(self) -> None:
        """Put the tags on what has just been made."""
        if self.tags:
            self.call("ec2.create_tags", Resources=[self.id], Tags=pairs(self.tags))

    def _follow(self, step: Step) -> None:
        inputs = {name: self.left.pop(name) for name in step.takes if name in self.left}
        if step.takes and not inputs:
            return
        response = self.call(
            step.operation, **_parameters(self.model(step.operation), inputs), **self.filled(step.send)
        )
        self.state |= {name: jmespath.search(where, response) for name, where in step.finds.items()}


def _nested(path: str, values: dict[str, Any]) -> dict[str, Any]:
    """Values below a dotted path."""
    for part in reversed(path.split(".")):
        values = {part: values}
    return values


def pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as most services take them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _members(model: OperationModel) -> Mapping[str, Any]:
    return model.input_shape.members if model.input_shape else {}


def _parameters(model: OperationModel, inputs: Mapping[str, Any]) -> dict[str, Any]:
    shape = cast("StructureShape", model.input_shape)
    unmapped = [name for name in inputs if matching_member(shape, name) is None]
    if unmapped:
        raise AnswerError(f"the input {', '.join(sorted(unmapped))} is not mapped ({model.name} has no such parameter)")
    return structure(shape, inputs)


def _tag_parameter(model: OperationModel, tags: Mapping[str, str]) -> dict[str, Any]:
    members = _members(model)
    name = next(name for name in TAG_PARAMETERS if name in members)
    match members[name]:
        case MapShape():
            return {name: dict(tags)}
        case ListShape() as shape:
            return {name: converted(shape, tags, name)}
        case _:
            raise AnswerError(f"{model.name} takes tags in a form that is not mapped")


def _plain_outputs(described: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a response that mean the same under Pulumi's name: no structures, no times, no responses' own."""
    return {name[0].lower() + name[1:]: value for name, value in described.items() if _is_plain(value)}


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return bool(items) and all(isinstance(item, str) for item in items)
    return isinstance(value, (str, int, float, bool))


def _refuse_partial_failure(response: Mapping[str, Any]) -> None:
    """Operations on lists answer 200 and tell in the response what they refused."""
    for refused in (*response.get("Unsuccessful", ()), *response.get("FailedEntries", ())):
        told: Mapping[str, Any] = refused.get("Error", refused)
        code, message = told.get("Code", told.get("ErrorCode")), told.get("Message", told.get("ErrorMessage"))
        raise AnswerError(f"{code}: {message}")
