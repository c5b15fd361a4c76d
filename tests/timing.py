"""Clocks for tests, real or not, with the shortest of waits."""

import random
import time
from pathlib import Path

_WAITED = Path("/proc/thread-self/schedstat")  # ns on a core, ns of waiting for one, turns


def unhindered() -> float:
    """Return seconds that passed for this thread: they stand still while a busy machine does not let it run.

    For upper limits alone: what the thread waits for goes on meanwhile.
    """
    waited = int(_WAITED.read_text().split()[1]) / 1e9 if _WAITED.exists() else 0.0
    return time.monotonic() - waited


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
