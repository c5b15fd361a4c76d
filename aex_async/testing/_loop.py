"""An event loop for one call, whatever else runs in this thread."""

from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from functools import partial
from typing import Any

import anyio
from anyio.lowlevel import current_token


def run_to_end(
    call: Callable[[], Awaitable[Any]], *, backend: str = "asyncio", options: Mapping[str, Any] | None = None
) -> None:
    """Run an async call in an event loop of its own; raises what it raises."""
    run = partial(anyio.run, call, backend=backend, backend_options=dict(options or {}))
    if not _has_loop():
        run()
        return
    # The loop of a notebook, or of a fixture for the whole session, takes its thread for itself.
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(Context().run, run).result()  # in no context of that loop's, which some Pythons would hand on


def _has_loop() -> bool:
    """Whether anyio would refuse to run another loop in this thread."""
    try:
        current_token()
    except anyio.NoEventLoopError:
        return False
    except RuntimeError:  # a fixture's loop that pauses between tests: anyio counts it as running, asyncio does not
        return True
    return True
