"""Clocks for tests, real or not, with the shortest of waits."""

import random
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio

from aex_async.testing._clock import make_options

_WAITED = Path("/proc/thread-self/schedstat")  # ns on a core, ns of waiting for one, turns


def unhindered() -> float:
    """Return seconds that passed for this thread: they stand still while a busy machine does not let it run.

    For upper limits alone: what the thread waits for goes on meanwhile.
    """
    while True:  # until no turn was lost between the two clocks
        waited, now = _read_waited(), time.monotonic()
        if _read_waited() == waited:
            return now - waited / 1e9


def _read_waited() -> int:
    """Return for how many nanoseconds this thread could have run and was not let; 0 where nobody counts them."""
    return int(_WAITED.read_text().split()[1]) if _WAITED.exists() else 0


@contextmanager
def within(seconds: float) -> Generator[None]:
    """Fail if a block takes longer by the clock of the event loop, for tests in no time; end it after a minute."""
    begun = anyio.current_time()
    with anyio.fail_after(60):
        yield
    assert anyio.current_time() - begun < seconds


async def until(holds: Callable[[], object]) -> None:
    """Wait until something holds that is on its way, such as the end of a connection; fail after a minute."""
    with anyio.fail_after(60):
        while not holds():  # noqa: ASYNC110 - whatever it is, there is no event for it
            await anyio.sleep(0.02)


class Clock:
    """Seconds that pass only when a test, or an event loop in virtual time, says so."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let so many seconds have passed."""
        self.now += seconds


class NoWaiting(random.Random):
    """Chance that always draws the shortest wait."""

    def random(self) -> float:
        return 0.0


def in_no_time(backend: str, idle: float = 0.01) -> tuple[str, dict[str, Any]]:
    """Return what a fixture `anyio_backend` gives for time that stands still while anything happens.

    Whatever a busy machine does to the process, no timer ends too early, and every duration is what the timers say.
    Only for tests whose every peer lives in the same event loop, which is idle while it waits for others. Sockets have
    `idle` seconds to say something; without any, 0 will do.
    """
    return backend, make_options(backend, Clock(), idle=idle)
