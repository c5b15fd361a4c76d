"""Time that passes only when nobody has anything left to do, on both event loops."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import anyio
from trio.testing import MockClock

T = TypeVar("T")


class Clock:
    """Seconds that asyncio's loop counts. They stand still while it has something to do."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class _Selector(selectors.DefaultSelector):
    """Where an event loop would wait for its next timer, the clock jumps there instead."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if timeout and not ready:
            self._clock.now += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, clock: Clock) -> None:
        self._told = clock
        super().__init__(_Selector(clock))

    def time(self) -> float:
        return self._told.now


def make_options(backend: str, clock: Clock | None = None) -> dict[str, Any]:
    """Return what anyio must be told to run an event loop in virtual time."""
    if backend == "trio":
        return {"clock": MockClock(autojump_threshold=0)}
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
