"""Time that a test need not wait for: an event loop with nothing left to do jumps to its next timer."""

import asyncio
import math
import selectors
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from functools import partial, wraps
from typing import Any, Final, Literal, ParamSpec, Protocol, TypeVar, TypeVarTuple, cast, overload

import anyio

from aex_async._journal.threads import count_busy
from aex_async.testing._loop import run_to_end

P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")

Backend = Literal["asyncio", "trio"]

IDLE: Final = 0.001  # seconds without any event after which a loop counts as idle; sockets get that long
RECHECK: Final = 0.001  # seconds after which to look again whether a thread has ended


class JumpingClock(Protocol):
    """Seconds, of which an event loop may skip some."""

    def __call__(self) -> float:
        """Return the seconds since some moment in the past."""
        ...

    def advance(self, seconds: float, /) -> None:
        """Move on by `seconds` at once."""
        ...


class VirtualClock:
    """Seconds that only go forward: those that pass, and those that were skipped."""

    def __init__(self) -> None:
        self._skipped = 0.0
        # Held here and not looked up: freezegun puts a clock that stands still under every name of this function, and a
        # loop that waits for its next millisecond would wait for ever.
        self._read = time.monotonic

    def __call__(self) -> float:
        """Return the seconds since some moment in the past."""
        return self._read() + self._skipped

    def advance(self, seconds: float) -> None:
        """Move on by `seconds` at once: installations of the sandbox make progress, late writes take place."""
        if not 0 <= seconds < math.inf:
            raise ValueError(f"the clock can only be moved forward, by a number of seconds, not by {seconds!r}")
        self._skipped += seconds


CLOCK: Final = VirtualClock()
"""The one clock of the process. It never goes back, so that tests can share it without sharing anything else."""


def is_working() -> bool:
    """Whether a thread works for the event loop: what it does may take a while of real time, and no virtual time."""
    return anyio.to_thread.current_default_thread_limiter().borrowed_tokens > 0 or count_busy() > 0


class _JumpingSelector(selectors.DefaultSelector):
    """Where asyncio would sleep until its next timer, the clock jumps there instead."""

    def __init__(self, clock: JumpingClock, idle: float) -> None:
        super().__init__()
        self._clock, self._idle = clock, idle
        self.in_threads = set[Any]()  # calls that the loop itself has handed to threads

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if not timeout:  # None: no timer to jump to, and only an event can end the wait
            return super().select(timeout)
        working, until = is_working() or bool(self.in_threads), self._clock() + timeout
        ready = super().select(min(timeout, RECHECK if working else self._idle))
        if not ready and not working:
            self._clock.advance(max(0.0, until - self._clock()))
        return ready


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self, clock: JumpingClock, idle: float) -> None:
        self._virtual = clock  # before the base class, which asks for the time
        self._in_threads = (selector := _JumpingSelector(clock, idle)).in_threads
        super().__init__(selector)

    def time(self) -> float:
        return self._virtual()

    def run_in_executor(self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts) -> asyncio.Future[T]:
        """Do so, and skip no time before it is done: `asyncio.to_thread` comes this way, and so does a look-up."""
        call = super().run_in_executor(executor, func, *args)
        self._in_threads.add(call)
        call.add_done_callback(self._in_threads.discard)
        return call

    async def shutdown_default_executor(self, *timeout: Any) -> None:
        """Do so, and do not skip the five minutes that Python 3.12 and newer give threads to end."""
        self._in_threads.add(timeout)
        await super().shutdown_default_executor(*timeout)
        self._in_threads.discard(timeout)


def _make_trio_clock(clock: JumpingClock, idle: float) -> Any:
    """Return the same for trio, which asks how long to sleep whenever nothing is left to do."""
    from trio.abc import Clock, Instrument  # noqa: PLC0415 - trio need not be installed
    from trio.lowlevel import add_instrument  # noqa: PLC0415

    class TrioClock(Clock, Instrument):
        waited = False

        def start_clock(self) -> None:
            """Start at the moment that `clock` shows."""
            if idle:
                add_instrument(self)

        def before_task_step(self, task: Any) -> None:  # noqa: ARG002 - trio's signature
            """Begin to wait anew: an event came while the loop was idle, and what it led to may lead to others."""
            self.waited = False

        def current_time(self) -> float:
            return clock()

        def deadline_to_sleep_time(self, deadline: float) -> float:
            if deadline == math.inf:
                return deadline
            if is_working():
                return RECHECK
            self.waited = bool(idle) and not self.waited
            if self.waited:  # before it jumps: sockets may have something to say
                return min(idle, max(0.0, deadline - clock()))
            clock.advance(max(0.0, deadline - clock()))
            return 0

    return TrioClock()


def make_options(backend: str, clock: JumpingClock, *, idle: float = 0.0) -> dict[str, Any]:
    """Return what anyio must be told to run an event loop in the time of `clock`.

    It jumps once nothing has happened for `idle` seconds; 0 is for what has no sockets.
    """
    if backend == "trio":
        return {"clock": _make_trio_clock(clock, idle)}
    return {"loop_factory": partial(_JumpingLoop, clock, idle)}


@overload
def virtual_time(test: Callable[P, Awaitable[None]], /) -> Callable[P, None]: ...
@overload
def virtual_time(*, backend: Backend = "asyncio") -> Callable[[Callable[P, Awaitable[None]]], Callable[P, None]]: ...
def virtual_time(test: Callable[P, Awaitable[None]] | None = None, /, *, backend: Backend = "asyncio") -> Any:
    """Make an async test one that takes no longer than it computes: whatever its event loop waits for comes at once.

    The test becomes a plain function, so that it needs no other plugin for async tests. It runs on `backend`. Give it
    the sandbox in this process (`aex_client`); a served one lives in another thread, whose time is real. What the event
    loop hands to threads, such as a journal in a file, takes as long as it takes, in which no time is skipped. Nor is
    any for what reads `time.monotonic()` by itself: a rate limiter of your own, or how long a pool keeps connections.
    """
    if test is None:
        return partial(_wrap, backend=backend)
    return _wrap(test, backend=backend)


def _wrap(test: Callable[P, Awaitable[None]], *, backend: Backend) -> Callable[P, None]:
    @wraps(test)
    def run_test(*args: P.args, **kwargs: P.kwargs) -> None:
        options = make_options(backend, CLOCK, idle=IDLE)
        run_to_end(partial(await_test, *args, **kwargs), backend=backend, options=options)

    async def await_test(*args: P.args, **kwargs: P.kwargs) -> None:
        awaited = cast("object", test(*args, **kwargs))  # told by what it gives: other decorators hide what it is
        if not isinstance(awaited, Awaitable):
            raise TypeError(f"virtual_time is for async tests, and {run_test.__qualname__} is none")
        await awaited

    return run_test
