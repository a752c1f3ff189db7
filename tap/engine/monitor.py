"""The resource monitor: Pulumi's wire protocol in front of a Deployment.

Serves `pulumirpc.ResourceMonitor` over gRPC, or is given to the SDK as an object. What it does not know it refuses by
name.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime import rpc
from pulumi.runtime.proto import resource_pb2, resource_pb2_grpc

from tap.engine import wire
from tap.engine.answers import AnswerError
from tap.engine.deployment import PROVIDER_PREFIX, Deployment, provider_inputs
from tap.plan import UNKNOWN, Options, Resource

# Transforms and hooks are among them so that they arrive here, where they are refused clearly.
FEATURES = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
    resource_pb2.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
    resource_pb2.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
)


class Refused(grpc.RpcError):
    """What a gRPC client would see of a refusal, where there is no gRPC in between."""

    def code(self) -> grpc.StatusCode:
        """Status of the call, as `grpc.Call` has it."""
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        """Message of the refusal."""
        return str(self)


Response = TypeVar("Response")


def _refusing(method: Callable[[Any, Any], Response]) -> Callable[..., Response]:
    """Tell a refusal the way the caller understands: through gRPC's context, or as an RpcError."""

    def call(monitor: Any, request: Any, context: grpc.ServicerContext | None = None) -> Response:
        try:
            return method(monitor, request)
        except AnswerError as error:
            if context is not None:
                context.abort(grpc.StatusCode.UNKNOWN, str(error))
            raise Refused(str(error)) from error

    return call


def _refused(what: str) -> Callable[..., Any]:
    def call(_monitor: Any, _request: Any) -> Any:
        raise AnswerError(f"{what} need Pulumi's own engine; this one does not run them")

    return _refusing(call)


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """`pulumirpc.ResourceMonitor` for one deployment; the methods' names are the protocol's."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    @_refusing
    def GetDeploymentInfo(self, _request: Any) -> Any:  # noqa: N802
        """Which deployment this is and what the SDK may rely on."""
        deployment = self._deployment
        return resource_pb2.DeploymentInfo(
            project=deployment.project, stack=deployment.stack, dryRun=deployment.preview, supportedFeatures=FEATURES
        )

    @_refusing
    def SupportsFeature(self, request: Any) -> Any:  # noqa: N802
        """The same for an SDK that asks feature by feature."""
        return resource_pb2.SupportsFeatureResponse(
            hasSupport=request.id in {"secrets", "aliasSpecs", "deletedWith", "replaceWith", "parameterization"}
        )

    @_refusing
    def RegisterPackage(self, request: Any) -> Any:  # noqa: N802
        """A parameterized package; its resources name it in their type anyway."""
        return resource_pb2.RegisterPackageResponse(ref=request.parameterization.name or request.name)

    @_refusing
    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        """A resource, component, provider or the Stack itself."""
        if request.remote:
            raise AnswerError(f"{request.type} {request.name} is a remote component; its plugin can't be run here")
        if request.transforms or request.state_migrations or request.hooks.ListFields():
            raise AnswerError(f"{request.type} {request.name} has transforms or hooks; this engine does not run them")
        resource = self._resource(request, request.object, _options(request), custom=request.custom)
        resource = replace(resource, property_dependencies=_property_dependencies(request))
        state = self._deployment.register(resource)
        if state is None:
            return resource_pb2.RegisterResourceResponse(urn=resource.urn, result=resource_pb2.Result.FAIL)
        return resource_pb2.RegisterResourceResponse(
            urn=resource.urn, id=state.id, object=wire.encode(state.outputs), unknown=state.partial
        )

    @_refusing
    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        """`Type.get(name, id)`."""
        options = Options(additional_secret_outputs=tuple(request.additionalSecretOutputs), version=request.version)
        resource = self._resource(request, request.properties, options, custom=True)
        if request.id == rpc.UNKNOWN:
            # An id to come from what is not made yet, or failed: an input that is not known, as any other.
            resource = replace(resource, read=True, inputs={**resource.inputs, "id": UNKNOWN})
        else:
            resource = replace(resource, read=True, id=request.id)
        state = self._deployment.register(resource)
        if state is None:
            return resource_pb2.ReadResourceResponse(urn=resource.urn, result=resource_pb2.Result.FAIL)
        return resource_pb2.ReadResourceResponse(
            urn=resource.urn, id=state.id, properties=wire.encode(state.outputs), unknown=state.partial
        )

    @_refusing
    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        """Outputs of a component, or the exports."""
        self._deployment.finish(request.urn, wire.decode(request.outputs))
        return empty_pb2.Empty()

    @_refusing
    def Invoke(self, request: Any) -> Any:  # noqa: N802
        """A call of a provider function."""
        result = self._deployment.invoke(request.tok, wire.decode(request.args), _provider_urn(request.provider))
        return resource_pb2.ResourceInvokeResponse(**{"return": wire.encode(result)})

    @_refusing
    def SignalAndWaitForShutdown(self, _request: Any) -> Any:  # noqa: N802
        """Nothing is deleted, so there is nothing to wait for."""
        return empty_pb2.Empty()

    Call = _refused("methods of resources")
    ExistsResource = _refused("checks whether a resource exists")
    RegisterStackTransform = _refused("transforms")
    RegisterStackInvokeTransform = _refused("transforms of invokes")
    RegisterResourceHook = _refused("resource hooks")
    RegisterErrorHook = _refused("error hooks")

    def _resource(self, request: Any, properties: Any, options: Options, *, custom: bool) -> Resource:
        """What registrations and reads have in common."""
        inputs = wire.decode(properties)
        if request.type.startswith(PROVIDER_PREFIX):
            inputs = provider_inputs(inputs)
        provider = _provider_urn(request.provider) if custom else ""
        return Resource(
            urn=self._deployment.urn(request.parent, request.type, request.name),
            type=request.type,
            name=request.name,
            custom=custom,
            inputs=inputs,
            parent=request.parent,
            provider=provider,
            region=self._deployment.region(inputs, provider) if custom else None,
            dependencies=tuple(sorted(request.dependencies)),
            options=options,
        )


def _provider_urn(reference: str) -> str:
    """The URN in a provider reference, `<urn>::<id>`."""
    return reference.rpartition("::")[0]


def _property_dependencies(request: Any) -> dict[str, tuple[str, ...]]:
    return {key: tuple(sorted(value.urns)) for key, value in request.propertyDependencies.items() if value.urns}


def _options(request: Any) -> Options:
    timeouts = request.customTimeouts
    return Options(
        protect=request.protect,
        delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
        retain_on_delete=request.retainOnDelete,
        ignore_changes=tuple(request.ignoreChanges),
        replace_on_changes=tuple(request.replaceOnChanges),
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
        aliases=tuple(alias.urn or f"{alias.spec.type}::{alias.spec.name}" for alias in request.aliases),
        import_id=request.importId,
        version=request.version,
        timeouts={name: getattr(timeouts, name) for name in ("create", "update", "delete") if getattr(timeouts, name)},
    )
