"""Event loops in virtual time, in threads of their own."""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import anyio

from aex_async.testing._clock import make_options
from tests.timing import Clock

T = TypeVar("T")


def run(work: Callable[[], Awaitable[T]], backend: str, clock: Clock | None = None) -> T:
    """Run `work` in the virtual time of `clock`, on either event loop."""
    options = make_options(backend, clock or Clock())
    return call_apart(partial(anyio.run, work, backend=backend, backend_options=options))


def call_apart(function: Callable[[], T]) -> T:
    """Call `function` in a thread of its own.

    On Python 3.11 a coroutine that is cancelled upsets whatever traces the thread, and with it the coverage of whoever
    started the event loop.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function).result()
