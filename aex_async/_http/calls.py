"""One call from beginning to end: its deadline, its lane, its tries, its waits.

::

    Calls.run       one call: take a lane, exchange, judge, wait, again
      exchange      one try over one transport                      (_wire)
      may_repeat    whether a try that ended so may be made again   (_policy)
      make_error    what an answer stands for                       (_answers)
"""

import logging
import math
import random
from datetime import UTC, datetime

import anyio
from anyio.lowlevel import checkpoint_if_cancelled, current_token
from attrs import field, frozen

from aex_async import errors
from aex_async._http.credentials import Credentials, Token
from aex_async._http.lanes import Lane, Lanes
from aex_async._http.policy import (
    MAX_WAIT,
    THROTTLES,
    CoolDown,
    Failure,
    RetryBudget,
    draw_backoff,
    may_repeat,
    read_retry_after,
    succeeded,
)
from aex_async._http.responses import Answer, make_error, quote_page
from aex_async._http.wire import Headers, Origin, Request, Trace, build_request
from aex_async._version import __version__

log = logging.getLogger("aex_async")

USER_AGENT = f"aex_async/{__version__}".encode()
UNAUTHORIZED = 401
MIN_SILENCE = 0.05  # seconds
GRACE = 1.0  # seconds for calls under way to end when the client is closed


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

    @property
    def writes(self) -> bool:
        """Whether sending it twice could do harm."""
        return self.method != "GET"


class Progress:
    """How far a call has come, for the error that may end it."""

    def __init__(self) -> None:
        self.deadline = math.inf
        self.attempts = 0
        self.trace = Trace(traced=True)
        self.regranted = False

    @property
    def sent(self) -> bool:
        """Whether the last try could have reached AEx."""
        return self.trace.sent

    @property
    def succeeded(self) -> bool:
        """Whether the last try's answer began with the status of a success."""
        return self.trace.status is not None and self.trace.status // 100 == 2  # noqa: PLR2004

    def begin_try(self) -> None:
        """Count one more try, of which nothing is certain yet."""
        self.attempts += 1
        self.trace = Trace()


class Calls:
    """What all calls of a client share: lanes, token, retry budget, cool-down."""

    def __init__(
        self,
        base_url: str,
        lanes: Lanes,
        credentials: Credentials,
        rng: random.Random | None = None,
    ) -> None:
        self.base_url = base_url
        self.host = base_url.partition("://")[2].casefold().removesuffix(":443")
        self._origin = Origin(base_url)
        self.closed = False
        self._lanes = lanes
        self._credentials = credentials
        self._common = [
            (b"Host", base_url.partition("://")[2].encode()),
            (b"Accept", b"application/json"),
            (b"Accept-Encoding", b"gzip"),
            (b"User-Agent", USER_AGENT),
        ]
        self._headers: tuple[Token | None, Headers] = (None, Headers())
        self._draw = (rng or random.SystemRandom()).random
        self._budget = RetryBudget()
        self._cool_down = CoolDown()
        self._running: set[anyio.CancelScope] = set()
        self._loop: object = None

    @property
    def opened(self) -> bool:
        """Whether a call was ever made, so that there may be connections to close."""
        return self._loop is not None

    @property
    def in_flight(self) -> int:
        """How many requests are on their way."""
        return self._lanes.busy

    async def run(self, call: Call, progress: Progress | None = None) -> Answer:
        """Make one call and return its answer, a success; raise whatever else it comes to.

        `progress` tells whoever handed it in how far the call came, even if it is cancelled.
        """
        self.check_usable()
        progress = progress or Progress()
        if call.timeout is not None:
            progress.deadline = anyio.current_time() + call.timeout
        with anyio.CancelScope(deadline=progress.deadline) as scope:
            self._running.add(scope)
            try:
                await checkpoint_if_cancelled()
                grant = await self._credentials.get()
                while True:
                    lane = await self._take_lane(call, progress)
                    try:
                        outcome = await lane.exchange(
                            self._build_request(call, grant, progress), progress.trace, fresh=call.writes
                        )
                    finally:
                        self._lanes.put(lane)
                    if other := await self._regrant(call, outcome, grant, progress):
                        grant = other
                        continue
                    pause = self._choose_pause(call, outcome, progress)
                    if pause is None:
                        return self._finish(call, outcome, progress)
                    await anyio.sleep(pause)
            finally:
                self._running.discard(scope)
        raise self._cut_short(call, progress)

    def check_usable(self) -> None:
        """Raise if no call can be made: the client is closed, or of another event loop."""
        if self.closed:
            raise errors.ClientClosedError("the client is closed: make a new one")
        loop = current_token()
        if self._loop is None:
            self._loop = loop
        elif self._loop != loop:
            raise errors.UsageError(
                "the client was first used in another event loop, where its connections live: "
                "make one client for each loop"
            )

    async def _take_lane(self, call: Call, progress: Progress) -> Lane:
        """Return a lane at a moment when the server wants requests."""
        while True:
            lane = await self._lanes.take()
            now = anyio.current_time()
            quiet = self._cool_down.left(now, self._draw)
            if not quiet:
                return lane
            self._lanes.put(lane)
            if now + quiet >= progress.deadline:
                raise self._make_deadline_error(
                    call, progress, f"AEx asked for quiet, for {quiet:.1f} s more, which is past its deadline"
                )
            await anyio.sleep(quiet)

    def _build_request(self, call: Call, grant: Token, progress: Progress) -> Request:
        """Return the next try's request. While more tries are left, silence may last half of the time that is."""
        progress.begin_try()
        left = progress.deadline - anyio.current_time()
        patient = call.writes or progress.attempts >= call.attempts or left == math.inf
        return build_request(
            call.method,
            self._origin,
            call.path + call.query,
            headers=self._make_headers(grant, call),
            body=call.body,
            trace=progress.trace,
            silence=None if patient else max(left / 2, MIN_SILENCE),
        )

    def _make_headers(self, grant: Token, call: Call) -> Headers:
        own = [(b"Cache-Control", b"no-cache")] if call.uncached else []
        if call.body is not None:
            own += [(b"Content-Type", b"application/json"), (b"Content-Length", b"%d" % len(call.body))]
        if own:
            return Headers([*self._common, *self._credentials.headers(grant), *own])
        if self._headers[0] is not grant:
            self._headers = (grant, Headers([*self._common, *self._credentials.headers(grant)]))
        return self._headers[1]

    async def _regrant(self, call: Call, outcome: Answer | Failure, grant: Token, progress: Progress) -> Token | None:
        """Return another token to try once more with, if AEx refused this one and a GET may be repeated."""
        if not isinstance(outcome, Answer) or outcome.status != UNAUTHORIZED or progress.regranted:
            return None
        if call.writes:
            self._credentials.forget(grant)
            return None
        progress.regranted = True
        return await self._credentials.replace(grant)

    def _choose_pause(self, call: Call, outcome: Answer | Failure, progress: Progress) -> float | None:
        """Return the seconds to wait before the next try; `None` if this one was the last."""
        result = outcome if isinstance(outcome, Failure) else outcome.status
        log.debug("%s %s, try %d: %s", call.method, call.path, progress.attempts, result)
        if progress.attempts >= call.attempts or not may_repeat(call.method, result, progress.attempts):
            return None
        now, throttled = anyio.current_time(), result in THROTTLES
        wait = self._read_retry_after(outcome)
        if wait is None:
            wait = draw_backoff(progress.attempts, progress.deadline - now, self._draw)
        if wait > MAX_WAIT or now + wait >= progress.deadline or not self._budget.spend(throttled=throttled):
            return None
        if throttled:
            self._cool_down.extend(now, wait)
            return 0.0
        return wait

    def _read_retry_after(self, outcome: Answer | Failure) -> float | None:
        if isinstance(outcome, Failure):
            return None
        return read_retry_after(outcome.header(b"retry-after"), outcome.header(b"date"), datetime.now(UTC))

    def _finish(self, call: Call, outcome: Answer | Failure, progress: Progress) -> Answer:
        """Return the answer if it is a success, and whole; raise what it is if not."""
        if isinstance(outcome, Failure):
            raise self._make_failure(call, outcome, progress)
        if call.uncached and outcome.header(b"age") not in (None, b"0"):
            raise self._make_unexpected(call, progress, "from a cache, although AEx itself was asked")
        if succeeded(call.method, outcome.status) and outcome.flaw is None:
            self._budget.refill()
            return outcome
        if outcome.status // 100 == 2:  # noqa: PLR2004
            raise self._make_unexpected(call, progress, outcome.flaw or "a status that the API does not describe")
        raise make_error(
            outcome,
            method=call.method,
            path=call.path,
            attempts=progress.attempts,
            retry_after=self._read_retry_after(outcome),
            secrets=call.secrets + self._credentials.secrets,
        )

    def _make_failure(self, call: Call, failure: Failure, progress: Progress) -> errors.AExError:
        if call.writes and progress.succeeded:
            return self._make_unexpected(call, progress, f"the answer broke off: {failure.what}")
        kind = errors.DeadlineError if failure.silent else errors.ConnectionFailedError
        return kind(
            f"{call.method} {call.path}: {failure.what} ({_tell_sent(call, sent=failure.sent)})",
            method=call.method,
            path=call.path,
            attempts=progress.attempts,
            sent=failure.sent,
        )

    def quote_page(self, call: Call, answer: Answer) -> str:
        """Return what a page says that came instead of JSON, without secrets; nothing if it is no page."""
        return quote_page(answer, call.secrets + self._credentials.secrets)

    def _make_unexpected(self, call: Call, progress: Progress, what: str) -> errors.UnexpectedAnswerError:
        status = progress.trace.status or 0
        effect = "; it has very likely taken effect" if call.writes else ""
        return errors.UnexpectedAnswerError(
            f"{call.method} {call.path} answered {status}, {what}{effect}",
            method=call.method,
            path=call.path,
            status=status,
            attempts=progress.attempts,
            problems=(f"$: {what}",),
        )

    def _cut_short(self, call: Call, progress: Progress) -> errors.AExError:
        """Return the error of a call whose scope was cancelled, by its deadline or by `aclose`."""
        if self.closed:
            return errors.ClientClosedError(
                f"{call.method} {call.path}: the client was closed meanwhile ({_tell_sent(call, sent=progress.sent)})",
                sent=progress.sent,
            )
        if call.writes and progress.succeeded:
            return self._make_unexpected(call, progress, "the answer did not end in time")
        return self._make_deadline_error(call, progress, f"no whole answer within {call.timeout} s")

    def _make_deadline_error(self, call: Call, progress: Progress, what: str) -> errors.DeadlineError:
        return errors.DeadlineError(
            f"{call.method} {call.path}: {what} ({_tell_sent(call, sent=progress.sent)})",
            method=call.method,
            path=call.path,
            attempts=progress.attempts,
            sent=progress.sent,
        )

    async def aclose(self) -> None:
        """End every call under way with `ClientClosedError`, and close the connections."""
        if self.closed:
            return
        self.closed = True
        if self._loop not in (None, current_token()):
            return  # the connections went with their event loop
        for scope in list(self._running):
            scope.cancel()
        pause = 0.001
        with anyio.move_on_after(GRACE, shield=True):
            while self._running:  # looked at: an event would cost every call something
                await anyio.sleep(pause)
                pause = min(2 * pause, 0.05)
            await self._lanes.aclose()


def _tell_sent(call: Call, *, sent: bool) -> str:
    if not sent:
        return "nothing was sent"
    return "it may have taken effect: look before you repeat it" if call.writes else "it can be repeated"
