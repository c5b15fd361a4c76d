"""When tries may go out: the retry budget, the quiet that AEx asks for, a restart that is waited for."""

from collections.abc import Callable
from datetime import UTC, datetime

from aex_async._http.call import Call, Progress
from aex_async._http.responses import Answer
from aex_async._http.retry_after import read_wait
from aex_async._http.retry_policy import (
    MAX_WAIT,
    QUIETING,
    THROTTLES,
    CoolDown,
    Failure,
    RestartGuard,
    RetryBudget,
    draw_backoff,
    may_repeat,
)


class Pace:
    """What all calls of a client have to heed. `draw`, 0 to 1, is the jitter. Nothing here waits itself."""

    def __init__(self, draw: Callable[[], float]) -> None:
        self._draw = draw
        self._budget = RetryBudget()
        self._cool_down = CoolDown()
        self._restart = RestartGuard()

    def heed(self, outcome: Answer | Failure, now: float) -> None:
        """Take from a try what concerns all calls."""
        if isinstance(outcome, Answer):
            self._restart.end()
            if outcome.means in QUIETING and (wait := find_wait(outcome)) is not None:
                self._cool_down.extend(now, wait)
        elif outcome.refused:
            self._restart.refuse(now)

    def find_quiet(self, now: float) -> float:
        """Return how long AEx still wants no request, 0 if it takes them."""
        return self._cool_down.left(now, self._draw)

    def claim(self, now: float, attempts: int) -> float:
        """Return the seconds that a call waits for a server that restarts; 0 if it is the one to try."""
        return self._restart.claim(now, attempts)

    def find_pause(self, call: Call, outcome: Answer | Failure, progress: Progress, now: float) -> float | None:
        """Return the seconds to wait before the next try; `None` if this one was the last."""
        result = outcome if isinstance(outcome, Failure) else outcome.means
        if progress.attempts >= call.attempts or not may_repeat(call.method, result, progress.attempts):
            return None
        throttled = result in THROTTLES
        wait = None if isinstance(outcome, Failure) else find_wait(outcome)
        quiet = wait is not None or throttled
        if wait is None:
            wait = draw_backoff(progress.attempts, progress.deadline - now, self._draw)
        if wait > MAX_WAIT or now + wait >= progress.deadline:
            return None
        free = isinstance(outcome, Failure) and outcome.refused and self._restart.is_bridged(now)
        if not free and not self._budget.spend(throttled=throttled):
            return None
        if quiet:
            self._cool_down.extend(now, wait)
            return 0.0
        return wait

    def may_try_beside(self, *, kept: bool) -> bool:
        """Whether a second try may be made beside a silent one; of `kept` connections, which can be dead, few exist."""
        return self._budget.spend(throttled=False) or kept

    def succeed(self) -> None:
        """Take note of a call that did."""
        self._budget.refill()


def find_wait(answer: Answer) -> float | None:
    """Return the seconds of quiet that an answer asks for, `None` if it asks for none."""
    return read_wait(answer.headers, answer.means, datetime.now(UTC))
