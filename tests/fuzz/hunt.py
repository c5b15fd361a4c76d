"""One thing after another, changed by chance, until one is a find: a fault of ours, or more than a second of work."""

import random
import signal
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SLOW = 1.0  # seconds of work on one thing


class FindError(Exception):
    """What a hunt came upon, with all that it takes to keep it as a test."""


class SlowError(Exception):
    """One thing took too long."""


def hunt(seed: int, count: int, draw: Callable[[random.Random], Any], check: Callable[[Any], str]) -> Counter[str]:
    """Check `count` things, the same for the same seed, and count what became of them; raise `FindError` for a find."""
    rng = random.Random(seed)  # noqa: S311 - chance, no secret
    outcomes: Counter[str] = Counter()
    with _watch() as start:
        for index in range(count):
            thing = draw(rng)
            with name_find(seed, index, thing):
                start()
                outcomes[check(thing)] += 1
    return outcomes


@contextmanager
def name_find(seed: int, index: int, thing: Any) -> Generator[None, None, None]:
    """Raise `FindError` for whatever is raised inside."""
    try:
        yield
    except Exception as error:
        raise FindError(f"seed {seed}, index {index}: {thing!r} led to {error!r}") from error


@contextmanager
def _watch() -> Generator[Callable[[], object], None, None]:
    """Give what starts the clock anew. It counts the work of this process alone: others may use the machine."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise SlowError(f"it took longer than {SLOW} s")

    before = signal.signal(signal.SIGVTALRM, interrupt)
    try:
        yield lambda: signal.setitimer(signal.ITIMER_VIRTUAL, SLOW)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
