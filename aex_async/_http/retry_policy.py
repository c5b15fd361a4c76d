"""Whether a try may be made again, and how long to wait before it: decided without any I/O."""

import math
from collections.abc import Callable
from typing import NamedTuple

MAX_WAIT = 60.0  # seconds: the longest Retry-After that a call sits out
BASE_WAIT = 0.5  # seconds: the first backoff is drawn from 0 up to this
MAX_BACKOFF = 8.0  # seconds
MAX_QUIET = 3600.0  # seconds: the longest Retry-After that is believed; after it, AEx is asked again
BRIDGED = 8.0  # seconds that calls wait for a server that refuses connections, such as one that restarts

BUDGET = 500
RETRY_COST = 14
THROTTLED_COST = 5

THROTTLES = frozenset({429, 503})
REPEATABLE = frozenset({408, 425, 429, 500, 502, 503, 504, 507, *range(520, 531)})
QUIETING = REPEATABLE | {403, 413, 420, 509}  # with a wait they are about how much is asked, and not about what


def draw_backoff(attempt: int, left: float, draw: Callable[[], float]) -> float:
    """Return how long to wait after the `attempt`-th try with `left` seconds to go; `draw`, 0 to 1, is the jitter."""
    return min(MAX_BACKOFF, left / 4, BASE_WAIT * math.ldexp(1, min(attempt, 30) - 1)) * draw()


class RetryBudget:
    """What the whole client may still spend on repeats, so that an outage is not made worse."""

    def __init__(self) -> None:
        self.tokens = BUDGET

    def spend(self, *, throttled: bool) -> bool:
        """Take the price of one repeat; `False` if there is not enough left."""
        cost = THROTTLED_COST if throttled else RETRY_COST
        if cost > self.tokens:
            return False
        self.tokens -= cost
        return True

    def refill(self) -> None:
        """Give one token back for a call that succeeded."""
        self.tokens = min(BUDGET, self.tokens + 1)


class CoolDown:
    """The moment, shared by all calls of a client, before which a throttling server wants no request."""

    def __init__(self) -> None:
        self.until = -math.inf
        self.spread = 0.0

    def extend(self, now: float, wait: float) -> None:
        """Ask for `wait` seconds of quiet from `now` on."""
        wait = min(wait, MAX_QUIET)
        if now + wait > self.until:
            self.until, self.spread = now + wait, min(max(BASE_WAIT, wait), MAX_BACKOFF)

    def left(self, now: float, draw: Callable[[], float]) -> float:
        """Return how long one call has to wait: the calls come back one after another, not all at once."""
        if now >= self.until:
            return 0.0
        return self.until - now + self.spread * draw()


class RestartGuard:
    """A server that refuses connections, as it does while it restarts.

    While it may come back, one call after another tries, the others wait for it, and no try costs the retry budget. An
    outage that lasts longer is met by every call for itself, and fails fast.
    """

    def __init__(self) -> None:
        self._since: float | None = None
        self._probe_at = -math.inf
        self._pause = 0.0

    def refuse(self, now: float) -> None:
        """Take note of a connection that was refused."""
        if self._since is None:
            self._since, self._pause = now, 0.2
        elif now >= self._probe_at:
            self._pause = min(2 * self._pause, 0.5)
        else:
            return
        self._probe_at = now + self._pause

    def end(self) -> None:
        """Take note of an answer."""
        self._since = None

    def is_bridged(self, now: float) -> bool:
        """Whether calls wait for the server to come back."""
        return self._since is not None and now < self._since + BRIDGED

    def claim(self, now: float, attempts: int) -> float:
        """Return the seconds that a call waits; 0 if it is the one to try. Those with fewer tries behind go first."""
        if not self.is_bridged(now):
            return 0.0
        due = self._probe_at + 0.03 * attempts
        if now < due:
            return due - now
        self._probe_at = now + self._pause
        return 0.0


class Failure(NamedTuple):
    """A try that brought no usable answer.

    `sent` is `False` only where the transport's own trace proves that no byte of the request left, or where a server of
    HTTP/2 says that it turned the request away.
    `silent` says that the server let the time allowed pass, `hopeless` that another try would fail the same way,
    `doubtful` that it would unless the fault was the moment's: it is made once. `stale` says that a kept connection
    was closed before an answer began, as a server may at any time. `refused` says that nobody took the connection,
    `crowded` that this process could not open one.
    """

    what: str
    sent: bool
    silent: bool = False
    hopeless: bool = False
    doubtful: bool = False
    stale: bool = False
    refused: bool = False
    crowded: bool = False


def succeeded(method: str, status: int) -> bool:
    """Whether `status` is the success that the API describes for `method`."""
    return status == 200 if method == "GET" else status in (200, 201, 202, 204)  # noqa: PLR2004


def may_repeat(method: str, outcome: "int | Failure", attempts: int = 1) -> bool:
    """Whether a try, the `attempts`-th, that ended so may be made again.

    A GET may where that can help, a write only if it is unsent.
    """
    if isinstance(outcome, Failure):
        if outcome.doubtful and attempts > 1:
            return False
        return not outcome.hopeless and (method == "GET" or not outcome.sent)
    return method == "GET" and outcome in REPEATABLE
