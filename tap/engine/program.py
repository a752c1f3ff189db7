"""Runs a Pulumi program in this process, against a monitor and an engine that are elsewhere or at hand."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import Any

from pulumi.runtime import Settings, configure, run_in_stack, set_all_config


def run_here(
    program: Callable[[], None], settings: Settings, config: Mapping[str, str], secret_keys: Collection[str] = ()
) -> None:
    """Run `program` to its end, all it registers included, on an event loop of its own.

    The SDK keeps its settings in context variables, so that a fresh `contextvars.Context` around this call leaves
    nothing behind. Raises what the program raises.
    """
    set_all_config(dict(config), list(secret_keys))
    configure(settings)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # A program that fails leaves futures that nobody looks at any more; asyncio would print each of them.
    loop.set_exception_handler(_ignore)
    try:
        loop.run_until_complete(run_in_stack(program))
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        asyncio.set_event_loop(None)


def _ignore(_loop: asyncio.AbstractEventLoop, _context: dict[str, Any]) -> None:
    """What failed has been raised, or told by the engine."""
