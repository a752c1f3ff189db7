"""The engine half of Pulumi's protocol: takes a program's log."""

import threading
from dataclasses import dataclass
from typing import Any, Literal

from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

Severity = Literal["info", "warning", "error"]
_SEVERITIES: dict[int, Severity] = {engine_pb2.INFO: "info", engine_pb2.WARNING: "warning", engine_pb2.ERROR: "error"}


@dataclass(frozen=True, slots=True)
class Log:
    """A message of the program or the SDK; `urn` is the resource it is about, "" for none."""

    severity: Severity
    message: str
    urn: str = ""


class Engine(engine_pb2_grpc.EngineServicer):
    """`pulumirpc.Engine` for one run; the methods' names are the protocol's."""

    def __init__(self) -> None:
        self.logs: list[Log] = []
        self._root = ""
        self._lock = threading.Lock()

    def Log(self, request: Any, context: Any = None) -> Any:  # noqa: N802
        """Keep a message; the SDK's debug messages, several a resource, are left out."""
        if request.severity in _SEVERITIES:
            with self._lock:
                self.logs.append(Log(_SEVERITIES[request.severity], request.message, request.urn))
        return empty_pb2.Empty()

    def GetRootResource(self, request: Any, context: Any = None) -> Any:  # noqa: N802
        """URN of the Stack."""
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def SetRootResource(self, request: Any, context: Any = None) -> Any:  # noqa: N802
        """The Stack says who it is."""
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def RequirePulumiVersion(self, request: Any, context: Any = None) -> Any:  # noqa: N802
        """There is no Pulumi CLI here whose version could be too old."""
        return engine_pb2.RequirePulumiVersionResponse()
