"""Threads in which an event loop waits for journals, so that it can go on meanwhile."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from aex_async.errors import OrderError

T = TypeVar("T")

MOST = 40  # at a time: as many as anyio has for everything else

limiters: RunVar[CapacityLimiter] = RunVar("aex_async.journal")


async def run_in_thread(use: Callable[[], T]) -> T:
    """Return what `use` returns, which waits for a disk or for other processes.

    Not in anyio's own threads: those can all be the application's, each waiting for an order, and then every order
    would wait for one of them for ever. A cancelled call leaves the thread behind, which ends by itself.
    """
    try:
        return await to_thread.run_sync(use, abandon_on_cancel=True, limiter=find_limiter())
    except RuntimeError as error:  # after a POST, this must not be all that its caller hears
        raise OrderError(f"the journal cannot be used: the system starts no thread ({error})") from error


def count_busy() -> int:
    """Return how many threads of this event loop are at work on journals."""
    return find_limiter().borrowed_tokens


def find_limiter() -> CapacityLimiter:
    """Return the limiter of this event loop: none serves two."""
    try:
        return limiters.get()
    except LookupError:
        limiter = CapacityLimiter(MOST)
        limiters.set(limiter)
        return limiter
