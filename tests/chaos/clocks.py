"""Time that passes only when nobody has anything left to do, on both event loops."""

import asyncio
import math
import selectors
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import anyio
from trio.abc import Clock as TrioClock

from tests.timing import Clock

T = TypeVar("T")

SOON = 0.001  # seconds of real time, after which to look again whether a thread has ended


def is_working() -> bool:
    """Whether a thread works for the event loop: however slow the machine is, its work takes no virtual time."""
    return anyio.to_thread.current_default_thread_limiter().borrowed_tokens > 0


class _Selector(selectors.DefaultSelector):
    """Where an event loop would wait for its next timer, the clock jumps there instead."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(SOON if timeout != 0 and is_working() else 0)
        if timeout and not ready and not is_working():
            self._clock.now += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, clock: Clock) -> None:
        self._told = clock
        super().__init__(_Selector(clock))

    def time(self) -> float:
        return self._told.now


class _TrioClock(TrioClock):
    """The same for trio, which asks it how long to sleep whenever nothing is left to do."""

    def __init__(self, clock: Clock) -> None:
        self._told = clock

    def start_clock(self) -> None:
        """Start at the moment that is told."""

    def current_time(self) -> float:
        return self._told.now

    def deadline_to_sleep_time(self, deadline: float) -> float:
        if is_working():
            return SOON
        if deadline != math.inf:
            self._told.now = max(self._told.now, deadline)
        return 0 if deadline != math.inf else deadline


def make_options(backend: str, clock: Clock | None = None) -> dict[str, Any]:
    """Return what anyio must be told to run an event loop in virtual time."""
    if backend == "trio":
        return {"clock": _TrioClock(clock or Clock())}
    return {"loop_factory": partial(_Loop, clock or Clock())}


def run(work: Callable[[], Awaitable[T]], backend: str, clock: Clock | None = None) -> T:
    """Run `work` in virtual time on either event loop; on asyncio in that of `clock`, if it is given."""
    return call_apart(partial(anyio.run, work, backend=backend, backend_options=make_options(backend, clock)))


def call_apart(function: Callable[[], T]) -> T:
    """Call `function` in a thread of its own.

    On Python 3.11 a coroutine that is cancelled upsets whatever traces the thread, and with it the coverage of whoever
    started the event loop.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function).result()
