"""Clocks for tests, real or not, with the shortest of waits."""

import random
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import anyio
import pytest

from aex_async.testing._clock import VirtualClock, make_options

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
    """Fail if a block takes longer, by the clock that no busy machine moves; end it after a minute, by any clock."""
    begun = unhindered()
    with anyio.fail_after(60):
        yield
    assert unhindered() - begun < seconds


async def until(holds: Callable[[], object]) -> None:
    """Wait until something holds that is on its way, such as the end of a connection; fail after a minute."""
    with anyio.fail_after(60):
        while not holds():  # noqa: ASYNC110 - whatever it is, there is no event for it
            await anyio.sleep(0.005)


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


# What waits, and for no other process: a loop that is idle for five milliseconds is at its next timer.
IN_NO_TIME = pytest.mark.parametrize(
    "anyio_backend",
    [(backend, make_options(backend, VirtualClock(), idle=0.005)) for backend in ("asyncio", "trio")],
    ids=["asyncio", "trio"],
)
