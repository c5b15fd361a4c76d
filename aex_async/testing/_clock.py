"""Time that a test need not wait for: an event loop with nothing left to do jumps to its next timer."""

import asyncio
import selectors
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any, Final, Literal, ParamSpec, overload

import anyio

P = ParamSpec("P")

Backend = Literal["asyncio", "trio"]

IDLE = 0.001  # seconds without any event after which a loop counts as idle; sockets and threads get that long


class VirtualClock:
    """Seconds that only go forward: those that pass, and those that were skipped."""

    def __init__(self) -> None:
        self._skipped = 0.0
        self._jumped: Callable[[], float] | None = None

    def __call__(self) -> float:
        """Return the seconds since some moment in the past."""
        return time.monotonic() + self._skipped + (self._jumped() if self._jumped else 0.0)

    def advance(self, seconds: float) -> None:
        """Move on by `seconds` at once: installations of the sandbox make progress, late writes take place."""
        if not seconds >= 0:
            raise ValueError(f"a clock cannot go back by {-seconds} seconds")
        self._skipped += seconds

    @contextmanager
    def follow(self, jumped: Callable[[], float]) -> Generator[None]:
        """Add the seconds that another clock has jumped, from 0 on, while the block runs and for good."""
        self._jumped = jumped
        try:
            yield
        finally:
            self._jumped = None
            self.advance(jumped())


CLOCK: Final = VirtualClock()
"""The one clock of the process. It never goes back, so that tests can share it without sharing anything else."""


class _JumpingSelector(selectors.DefaultSelector):
    """Where asyncio would sleep until its next timer, the clock jumps there instead."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(timeout if timeout is None else min(timeout, IDLE))
        if timeout and timeout > IDLE and not ready:
            CLOCK.advance(timeout - IDLE)
        return ready


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        super().__init__(_JumpingSelector())

    def time(self) -> float:
        return CLOCK()


def run(work: Callable[[], Awaitable[None]], backend: Backend) -> None:
    """Run `work` in an event loop of its own, in virtual time."""
    if backend == "asyncio":
        anyio.run(work, backend="asyncio", backend_options={"loop_factory": _JumpingLoop})
        return
    from trio.testing import MockClock  # noqa: PLC0415 - trio need not be installed

    clock = MockClock(autojump_threshold=IDLE)
    with CLOCK.follow(clock.current_time):
        anyio.run(work, backend="trio", backend_options={"clock": clock})


@overload
def virtual_time(test: Callable[P, Awaitable[None]], /) -> Callable[P, None]: ...
@overload
def virtual_time(*, backend: Backend = "asyncio") -> Callable[[Callable[P, Awaitable[None]]], Callable[P, None]]: ...
def virtual_time(test: Callable[P, Awaitable[None]] | None = None, /, *, backend: Backend = "asyncio") -> Any:
    """Make an async test one that takes no longer than it computes: whatever it waits for comes at once.

    The test becomes a plain function, so that it needs no other plugin for async tests. It runs on `backend`. Give it
    the sandbox in this process (`aex_client`); a served one lives in another thread, whose time is real. What runs in
    threads, such as a journal in a file, counts as idle after a millisecond.
    """
    if test is None:
        return partial(_wrap, backend=backend)
    return _wrap(test, backend=backend)


def _wrap(test: Callable[P, Awaitable[None]], *, backend: Backend) -> Callable[P, None]:
    @wraps(test)
    def run_test(*args: P.args, **kwargs: P.kwargs) -> None:
        run(partial(test, *args, **kwargs), backend)

    return run_test
