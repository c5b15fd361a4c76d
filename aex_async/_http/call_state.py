"""What one call sends, and how far it has come."""

import math
from collections.abc import Callable

from attrs import field, frozen

from aex_async._http.observing import NOBODY, Watch
from aex_async._http.wire import Trace


@frozen
class Call:
    """What one call sends, and how long it may take in all. Its `repr` holds its method and path alone."""

    method: str
    path: str
    query: str = field(default="", repr=False)
    body: bytes | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    timeout: float | None = field(default=None, repr=False)
    attempts: int = field(default=1, repr=False)
    uncached: bool = field(default=False, repr=False)
    doubted: bool = field(default=False, repr=False)
    """Whether it is asked again because a kept connection answered something else."""

    @property
    def writes(self) -> bool:
        """Whether sending it twice could do harm."""
        return self.method != "GET"

    @property
    def fresh(self) -> bool:
        """Whether it goes out on a connection of its own, where no surplus of an earlier answer can be waiting."""
        return self.writes or self.doubted


class Progress:
    """How far a call has come, for the error that may end it."""

    def __init__(self) -> None:
        self.deadline = math.inf
        self.attempts = 0
        self.begun = 0.0  # when the last try began
        self.trace = Trace(traced=True)
        self.renewed = False
        self.watch: Watch = NOBODY
        self._distrust: Callable[[], None] | None = None

    @property
    def sent(self) -> bool:
        """Whether the last try could have reached AEx."""
        return self.trace.sent

    @property
    def succeeded(self) -> bool:
        """Whether the last try's answer began with the status of a success."""
        return self.trace.status is not None and self.trace.status // 100 == 2  # noqa: PLR2004

    def goes_by(self, distrust: Callable[[], None]) -> None:
        """Remember how to have the connection dropped that the last try went by."""
        self._distrust = distrust

    def distrust(self) -> None:
        """Have the connection dropped: what came by it was no answer to this call, so the next would be none either.

        To be called in the very step in which the answer is returned, before anybody else can use the connection.
        """
        if self._distrust is not None:
            self._distrust()

    def begin_try(self, now: float, *, fresh: bool) -> None:
        """Count one more try, of which nothing is certain yet."""
        self.attempts += 1
        self.begun = now
        self.trace = Trace(fresh=fresh)
        self.watch.begin_try(self.attempts, now)
