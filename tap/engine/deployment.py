"""One run of one program: what it registers, who answers, what failed and what was skipped for it."""

import json
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from tap.engine import wire
from tap.engine.answers import AnswerError, Answers, Provider, State
from tap.plan import UNKNOWN, Invoke, Plan, Resource, Secret

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_PREFIX = "pulumi:providers:"
# Packages that must never be used through their ambient default provider: it would pick a region by itself.
EXPLICIT_PACKAGES = frozenset({"aws"})
AMBIENT = "has no provider; all of package {package} needs an explicit one, its own or its parent's"

Event = Literal["registered", "created", "failed", "skipped"]
Observer = Callable[[Event, Resource], None]


@dataclass(frozen=True, slots=True)
class Failure:
    """A registration that came to nothing; `skipped` where that is due to the failure of another one."""

    resource: Resource
    message: str
    skipped: bool = False

    def __str__(self) -> str:
        region = f" in {self.resource.region}" if self.resource.region else ""
        return f"{self.resource.type} {self.resource.name}{region}: {self.message}"


class SkippedError(Exception):
    """A registration that depends on a failed one."""


class Deployment:
    """Has a program's registrations and invokes answered and remembers them; called from several threads at once.

    A registration that fails does not end the run: what depends on it is skipped, all else goes on, and `failures` has
    every one of them at the end. `preview` answers registrations with their own inputs, without id: what only AWS knows
    stays unknown. `observer` is told what becomes of each resource, in the thread that answers it.
    """

    def __init__(
        self, answers: Answers, *, project: str, stack: str, preview: bool = False, observer: Observer | None = None
    ) -> None:
        self.project = project
        self.stack = stack
        self.preview = preview
        self.failures: list[Failure] = []
        self._answers = answers
        self._observer: Observer = observer or _unobserved
        self._lock = threading.Lock()
        self._resources: dict[str, Resource] = {}
        self._providers: dict[str, Provider] = {}
        self._failed: set[str] = set()
        self._invokes: list[Invoke] = []
        self._exports: Mapping[str, Any] = {}

    def plan(self) -> Plan:
        """Everything registered so far."""
        with self._lock:
            return Plan(
                project=self.project,
                stack=self.stack,
                preview=self.preview,
                resources=tuple(self._resources.values()),
                invokes=tuple(self._invokes),
                exports=dict(self._exports),
            )

    def problems(self) -> list[str]:
        """Why the run is no success though the program may have ended well; empty where it is one."""
        if self.failures or self.preview:
            return [str(failure) for failure in self.failures]
        unknown = [name for name, value in sorted(self._exports.items()) if wire.holds(value, wire.is_unknown)]
        return [f"export {name}: its value is not known, no resource gave it" for name in unknown]

    def urn(self, parent: str, type_: str, name: str) -> str:
        """URN with the whole chain of parent types, the Stack left out, as Pulumi's own engine builds it."""
        chain = parent.split("::")[2] if parent else STACK_TYPE
        qualified = type_ if chain == STACK_TYPE else f"{chain}${type_}"
        return f"urn:pulumi:{self.stack}::{self.project}::{qualified}::{name}"

    def region(self, inputs: Mapping[str, Any], provider: str) -> str | None:
        """Region something is in: its own `region` input, else its provider's."""
        own = inputs.get("region")
        if isinstance(own, str):
            return own
        return self._providers[provider].region if provider in self._providers else None

    def register(self, resource: Resource) -> State | None:
        """Answer a registration (or a read); None where it failed or was skipped."""
        try:
            self._remember(resource)
            self._check(resource)
            state = self._answer(resource)
        except (AnswerError, SkippedError) as error:
            self._fail(resource, error)
            return None
        if resource.custom:
            with self._lock:
                self._resources[resource.urn] = replace(resource, id=state.id or None, outputs=state.outputs)
            self._observer("created", self._resources[resource.urn])
        return state

    def finish(self, urn: str, outputs: Mapping[str, Any]) -> None:
        """The outputs of a component; those of the Stack are the program's exports."""
        with self._lock:
            resource = self._resources[urn]
            self._resources[urn] = replace(resource, outputs=outputs)
            if resource.type == STACK_TYPE:
                self._exports = outputs

    def invoke(self, token: str, args: Mapping[str, Any], provider: str) -> Mapping[str, Any]:
        """Answer a call of a provider function; AnswerError goes to the program, which may know what to do."""
        region = self.region(args, provider)
        with self._lock:
            self._invokes.append(Invoke(token=token, args=args, provider=provider, region=region))
        package = token.split(":")[0]
        if not provider and package in EXPLICIT_PACKAGES:
            raise AnswerError(AMBIENT.format(package=package))
        return self._answers.invoke(token, wire.plain(args), self._providers.get(provider), region)

    def _remember(self, resource: Resource) -> None:
        with self._lock:
            if resource.urn in self._resources:
                raise AnswerError("is registered twice; give each resource of a type and parent its own name")
            self._resources[resource.urn] = resource
        self._observer("registered", resource)

    def _check(self, resource: Resource) -> None:
        """Refuse what can't be answered, whoever answers."""
        needed = {*resource.dependencies, resource.parent, resource.provider} & self._failed
        if needed:
            raise SkippedError(f"skipped: depends on {', '.join(sorted(map(_name, needed)))}")
        package = resource.type.split(":")[0]
        if resource.custom and not resource.provider and package in EXPLICIT_PACKAGES:
            raise AnswerError(AMBIENT.format(package=package))
        unknown = [key for key, value in resource.inputs.items() if wire.holds(value, wire.is_unknown)]
        if resource.custom and unknown and not self.preview:
            # An output-form invoke loses the dependency on what failed, so the unknown alone has to tell.
            if self._failed:
                raise SkippedError(f"skipped: {', '.join(unknown)} would come from what failed before")
            key = unknown[0]
            sources = ", ".join(map(_name, resource.property_dependencies.get(key, resource.dependencies)))
            raise AnswerError(f"input {key} holds an output that {sources or 'its resource'} did not produce")

    def _answer(self, resource: Resource) -> State:
        if not resource.custom:
            return State(id="", outputs=resource.inputs)
        if resource.type.startswith(PROVIDER_PREFIX):
            with self._lock:
                self._providers[resource.urn] = _provider(resource)
            id_ = "" if self.preview else str(uuid.uuid5(uuid.NAMESPACE_URL, resource.urn))
            return State(id=id_, outputs=resource.inputs)
        provider = self._providers.get(resource.provider)
        bare = replace(resource, inputs=wire.plain(resource.inputs))
        if resource.read and resource.id is not None:
            state = self._answers.read(bare, provider)
        elif self.preview:
            return State(id="", outputs=resource.inputs)
        else:
            state = self._answers.create(bare, provider)
        outputs = {key: wire.keep_secret(value, resource.inputs.get(key)) for key, value in state.outputs.items()}
        for key in resource.options.additional_secret_outputs:
            if key in outputs and not isinstance(outputs[key], Secret):
                outputs[key] = Secret(outputs[key])
        return replace(state, outputs=outputs)

    def _fail(self, resource: Resource, error: Exception) -> None:
        skipped = isinstance(error, SkippedError)
        with self._lock:
            self.failures.append(Failure(resource, str(error), skipped))
            self._failed.add(resource.urn)
        self._observer("skipped" if skipped else "failed", resource)


def _unobserved(_event: Event, _resource: Resource) -> None:
    """Nobody wants to know."""


def _provider(resource: Resource) -> Provider:
    inputs = cast(dict[str, Any], wire.plain(resource.inputs))
    tags = inputs.get("defaultTags", {})
    return Provider(
        urn=resource.urn,
        package=resource.type.removeprefix(PROVIDER_PREFIX),
        region=inputs.get("region"),
        default_tags=tags.get("tags", {}) if tags is not UNKNOWN else {},
        inputs=inputs,
    )


def provider_inputs(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs of a provider resource with what the SDK sends as JSON text (all but strings) decoded.

    Text that would be a number stays text: it may as well be an account id.
    """
    return {
        key: Secret(_json(value.value)) if isinstance(value, Secret) else _json(value) for key, value in inputs.items()
    }


def _json(value: Any) -> Any:
    if isinstance(value, str) and (value[:1] in ("{", "[") or value in ("true", "false")):
        return json.loads(value)
    return value


def _name(urn: str) -> str:
    """Type and name out of a URN, as a user knows the resource."""
    _, _, chain, name = urn.split("::", 3)
    return f"{chain.split('$')[-1]} {name}"
