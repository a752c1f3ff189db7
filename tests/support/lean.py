"""The SDK without what takes most of a tested program's time and serves no test.

What a program registers and exports is the same with it and without (tests/unit/tap/test_lean.py compares the two).
"""

import asyncio
import contextlib
import functools
import gc
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pulumi
from pulumi import _types, output
from pulumi.runtime import resource as sdk
from pulumi.runtime import rpc
from pulumi.runtime.proto import source_pb2
from pulumi.runtime.settings import SETTINGS

# Values that are never unknown themselves and hold nothing.
PLAIN = frozenset({str, int, float, bool, type(None)})


@contextlib.contextmanager
def lean() -> Iterator[None]:
    """Leave out, while a program runs:

    - collecting garbage among all that a test run has imported;
    - the call stack that the SDK looks up in the sources for every resource;
    - a thread for every registration, and messages for a debugger;
    - a task and four futures for every property of a resource where one future holds the same;
    - a callback that takes each output off the list of those to wait for: the SDK waits for them at the end all the
      same, and for properties by waiting for their resource;
    - the search for unknowns inside of plain values, and looking into the same type hints again.
    """
    thresholds = gc.get_threshold()
    gc.disable()
    try:
        with (
            patch.object(sdk, "_get_stack_trace", source_pb2.StackTrace),
            patch.object(asyncio, "new_event_loop", _PromptLoop),
            patch.object(pulumi.log, "debug", _silent),
            patch.object(rpc, "transfer_properties", _transfer_properties),
            patch.object(rpc, "contains_unknowns", _contains_unknowns),
            patch.object(pulumi.Output, "_track", _track),
            patch.object(sdk, "create_urn", _create_urn),
            patch.object(_types, "unwrap_type", _unwrapped),
            patch.object(_types, "unwrap_optional_type", _unwrapped_optional),
        ):
            yield
    finally:
        # The project's own program sets its own.
        gc.set_threshold(*thresholds)
        gc.enable()


class _PromptLoop(asyncio.SelectorEventLoop):
    """An event loop that answers a call to an executor at once: what is called here waits for nothing."""

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        del executor
        answer = self.create_future()
        try:
            answer.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 (the one who waits for the answer is told)
            answer.set_exception(error)
        return answer


def _silent(*_args: Any, **_more: Any) -> None:
    pass


def _transfer_properties(res: pulumi.Resource, props: pulumi.Inputs, custom: bool) -> dict[str, Callable[..., None]]:
    """An output for each property of a resource, and what resolves it."""
    names = [name for name in props if name != "urn" and not (name == "id" and custom)]
    create = asyncio.get_event_loop().create_future
    resolvers: dict[str, Callable[..., None]] = {}
    for name in names:
        data = create()
        resolvers[name] = functools.partial(_resolve, res, data)
        res.__dict__[name] = _output(data)
    return resolvers


def _resolve(
    res: pulumi.Resource,
    data: asyncio.Future[Any],
    value: Any,
    is_known: bool,
    is_secret: bool,
    deps: set[pulumi.Resource],
    failed: Exception | None,
) -> None:
    if failed is not None:
        data.set_exception(failed)
        # Who asks for it is told; that nobody asks is no news.
        data.exception()
        return
    data.set_result(
        output._OutputData(resources={*(deps or ()), res}, value=value, is_known=is_known, is_secret=is_secret)
    )


def _output(data: asyncio.Future[Any]) -> pulumi.Output[Any]:
    made: pulumi.Output[Any] = object.__new__(pulumi.Output)
    made._data = data
    return made


def _track(of: pulumi.Output[Any]) -> None:
    SETTINGS.outputs.add(of._data)


def _contains_unknowns(value: Any, search: Callable[[Any], bool] = rpc.contains_unknowns) -> bool:
    kind = type(value)
    if kind in PLAIN:
        return False
    if kind is list:
        return any(_contains_unknowns(item) for item in value if type(item) not in PLAIN)
    if kind is dict:
        return any(_contains_unknowns(item) for item in value.values() if type(item) not in PLAIN)
    return search(value)


def _create_urn(
    name: Any,
    type_: Any,
    parent: Any = None,
    project: str | None = None,
    stack: str | None = None,
    create: Callable[..., pulumi.Output[str]] = sdk.create_urn,
) -> pulumi.Output[str]:
    """The URN below a parent that is known, at once."""
    if not (isinstance(parent, str) and isinstance(type_, str) and isinstance(name, str)):
        return create(name, type_, parent, project, stack)
    data = asyncio.get_event_loop().create_future()
    urn = f"{parent[: parent.rfind('::')]}${type_}::{name}"
    data.set_result(output._OutputData(resources=set(), value=urn, is_known=True, is_secret=False))
    return _output(data)


_unwrapped = functools.cache(_types.unwrap_type)
_unwrapped_optional = functools.cache(_types.unwrap_optional_type)
