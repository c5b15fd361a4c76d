"""One call from beginning to end: its deadline, its lane, its tries, its waits.

::

    Calls.run       one call: take a lane, exchange, judge, wait, again
      exchange      one try over one connection                     (lanes)
      find_pause    whether and when it is made again               (pace)
      make_error    what an answer stands for                       (responses)
"""

import math
import os
import random
from functools import partial
from typing import Any

import anyio

from aex_async import errors
from aex_async._arguments import name_host
from aex_async._base_errors import ungrouped
from aex_async._http import observing
from aex_async._http.call import (
    Call,
    Progress,
    make_closed,
    make_deadline_error,
    make_failure,
    make_overdue,
    make_unexpected,
)
from aex_async._http.call_log import log_failure, log_try, name_outcome
from aex_async._http.credentials import Credentials, Token
from aex_async._http.event_loop import Clock, find_asyncio_loop, find_clock
from aex_async._http.false_success import read_refusal
from aex_async._http.head_guard import FORKED
from aex_async._http.lanes import Lane, Lanes
from aex_async._http.observing import name_error
from aex_async._http.pace import Pace, find_wait
from aex_async._http.redaction import find_route
from aex_async._http.request import Headers, Origin, PreparedRequest, build_request
from aex_async._http.responses import Answer, make_error, quote_page
from aex_async._http.retry_policy import Failure, succeeded
from aex_async._http.second_try import Hedge
from aex_async._version import __version__

__all__ = ["Call", "Calls", "Progress"]

USER_AGENT = f"aex_async/{__version__}".encode()
UNAUTHORIZED = 401
NOT_FOUND = 404
MIN_PATIENCE = 0.05  # seconds
TOKEN_PROVEN = 5.0  # seconds for which an answer proves that AEx takes the token
GRACE = 1.0  # seconds for calls under way to end when the client is closed
ANSWERED_BESIDE = "another try was answered first"


class Calls:
    """What all calls of a client share: lanes, token, pace."""

    def __init__(
        self,
        base_url: str,
        lanes: Lanes,
        credentials: Credentials,
        rng: random.Random | None = None,
        on_try: observing.OnTry | None = None,
    ) -> None:
        self.base_url = base_url
        self.host = name_host(base_url)
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
        self._pace = Pace((rng or random.SystemRandom()).random)
        self._on_try = on_try
        self._proven: tuple[Token | None, float] = (None, -math.inf)
        self._running: set[anyio.CancelScope] = set()
        self._loop: anyio.lowlevel.EventLoopToken | None = None
        self._clock: Clock = anyio.current_time  # until the first call has found the loop's own
        self._process = 0

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
        watch = progress.watch = observing.watch(call.method, call.path, self.base_url, self._on_try)
        if call.timeout is not None:
            progress.deadline = self._clock() + call.timeout
        result: Answer | errors.AExError | None = None
        outcome: Answer | Failure | None = None
        request = second = trace = None
        try:
            # Ungrouped: on trio, a connection is made in a nursery, out of which a Ctrl-C comes in a group.
            with ungrouped(), anyio.CancelScope(deadline=progress.deadline) as scope:
                self._running.add(scope)
                try:
                    await anyio.lowlevel.checkpoint_if_cancelled()
                    token = await self._credentials.get()
                    while True:
                        outcome = trace = None
                        lane = await self._take_lane(call, progress)
                        progress.goes_by(lane.distrust)
                        watch = progress.watch
                        try:
                            request, second = self._build_request(call, token, progress)
                            trace = progress.trace
                            outcome = await lane.exchange(request, trace, fresh=call.fresh, second=second)
                        finally:
                            watch.leave_try(None if trace is None else trace.status, self._clock())
                            self._lanes.put(lane)
                        outcome = await self._heed(outcome)
                        # Known before anybody is told, who may take all the time that is left.
                        result, token, pause = await self._settle(call, outcome, token, progress)
                        await tell_tries(progress.watch, watch, outcome, pause)
                        if pause is None:
                            break
                        await anyio.sleep(pause)
                except BaseException:
                    await end_tries(progress.watch, watch, outcome)
                    raise
                finally:
                    self._running.discard(scope)
        except BaseException as error:
            progress.watch.end(name_error(type(error)))
            raise
        result = result or (make_closed(call, progress) if self.closed else make_overdue(call, progress))
        progress.watch.end(result.status if isinstance(result, Answer) else type(result).__name__)
        if isinstance(result, Answer):
            return result
        # What the frame of a kept error still names is kept with it: an answer would be too much for each.
        del outcome, request, second, trace, scope
        progress.forget()
        log_failure(call, result, progress)
        raise result

    async def _settle(
        self, call: Call, outcome: Answer | Failure, token: Token, progress: Progress
    ) -> tuple[Answer | errors.AExError | None, Token, float | None]:
        """Return what the call comes to; if it goes on, with which token, and after how many seconds."""
        other = await self._renew(call, outcome, token, progress)
        pause = 0.0 if other else self._choose_pause(call, outcome, progress)
        result = self._finish(call, outcome, progress) if pause is None else None
        if isinstance(result, Answer):
            progress.take(result)  # before anything is waited for, such as an `on_try` that takes its time
        return result, other or token, pause

    def check_usable(self) -> None:
        """Raise if no call can be made: the client is closed, or of another event loop."""
        if self.closed:
            raise errors.ClientClosedError("the client is closed: make a new one")
        self.check_process()  # first: asyncio denies a forked child that there is a loop at all
        if self._loop is None:
            self._loop, self._process = anyio.lowlevel.current_token(), os.getpid()
            self._clock = find_clock(self._loop)
        elif self._loop.native_token is not find_asyncio_loop() and self._loop != anyio.lowlevel.current_token():
            raise errors.UsageError(
                "the client was first used in another event loop, where its connections live: "
                "make one client for each loop"
            )

    def check_process(self) -> None:
        """Raise if the client was first used before the process was forked. It may be asked outside of event loops."""
        if self._loop is not None and os.getpid() != self._process:
            raise errors.UsageError(FORKED)

    async def _take_lane(self, call: Call, progress: Progress) -> Lane:
        """Return a lane at a moment when the server wants requests."""
        while True:
            lane = await self._lanes.take()
            now = self._clock()
            wait = self._pace.find_quiet(now)
            if wait and now + wait >= progress.deadline:
                self._lanes.put(lane)
                raise make_deadline_error(
                    call, progress, f"AEx asked for quiet, for {wait:.1f} s more, which is past its deadline"
                )
            wait = wait or self._pace.claim(now, progress.attempts)
            if not wait or now + wait >= progress.deadline:
                return lane
            self._lanes.put(lane)
            progress.watch.wait(wait)
            await anyio.sleep(wait)

    def _build_request(
        self, call: Call, token: Token, progress: Progress, *, beside: bool = False
    ) -> tuple[PreparedRequest, Hedge | None]:
        """Return the next try's request. A read that may be repeated is asked once more after half of its time.

        If this is what is asked then, `beside` the first, it goes out on a new connection, for of kept ones all can
        have died together.
        """
        now = self._clock()
        progress.begin_try(now, fresh=call.fresh or beside, once=call.writes)
        left = progress.deadline - now
        last = call.writes or progress.attempts >= call.attempts or left == math.inf
        request = build_request(
            call.method,
            self._origin,
            call.path + call.query,
            headers=self._make_headers(token, call),
            body=call.body,
            trace=progress.trace,
            patience=None if last else max(left / 2, MIN_PATIENCE),
            uncached=call.uncached or call.writes,
        )
        return request, None if last else Hedge(
            now + left / 2, partial(self._ask_again, call, token, progress), self._clock, least=left / 8
        )

    async def _ask_again(self, call: Call, token: Token, progress: Progress, second: Hedge) -> Answer | None:
        """Make a second try beside the first, and return its answer if there is one: it is then the try that counts."""
        second.waits = True
        await self._sit_out_quiet()
        if not self._pace.may_try_beside(kept=progress.trace.kept):
            return None
        lane = await self._lanes.take_beside()
        while self._pace.find_quiet(self._clock()):  # asked for while this waited for the lane
            await self._lanes.put_beside(lane)
            await self._sit_out_quiet()
            lane = await self._lanes.take_beside()
        second.waits = False
        first, watch = progress.trace, progress.watch
        progress.watch = beside = watch.fork()
        outcome: Answer | Failure | None = None
        try:
            request, _ = self._build_request(call, token, progress, beside=True)
            outcome = await lane.exchange(request, progress.trace, fresh=True)
        finally:
            await self._lanes.put_beside(lane)
            beside.leave_try(progress.trace.status, self._clock())
            if not isinstance(outcome, Answer):
                progress.trace, progress.watch = first, watch
                await beside.end_try(name_outcome(outcome), 0.0, cancelled=outcome is None)
        return outcome if isinstance(outcome, Answer) else None

    async def _sit_out_quiet(self) -> None:
        while quiet := self._pace.find_quiet(self._clock()):  # noqa: ASYNC110 - a moment can be put off
            await anyio.sleep(quiet)

    def _make_headers(self, token: Token, call: Call) -> Headers:
        own = [(b"Cache-Control", b"no-cache")] if call.uncached else []
        if call.body is not None:
            own += [(b"Content-Type", b"application/json"), (b"Content-Length", b"%d" % len(call.body))]
        if own:
            return Headers([*self._common, *self._credentials.headers(token), *own])
        if self._headers[0] is not token:
            self._headers = (token, Headers([*self._common, *self._credentials.headers(token)]))
        return self._headers[1]

    async def _heed(self, outcome: Answer | Failure) -> Answer | Failure:
        """Take from a try what concerns all calls, and return what it means for this one."""
        if isinstance(outcome, Answer):
            outcome = read_refusal(outcome)
        elif outcome.crowded:
            await self._lanes.close_idle(0)
        self._pace.heed(outcome, self._clock())
        return outcome

    async def _renew(self, call: Call, outcome: Answer | Failure, token: Token, progress: Progress) -> Token | None:
        """Return another token to try once more with, if AEx refused this one and a GET may be repeated."""
        if isinstance(outcome, Failure):
            return None
        if self._credentials.renewable and succeeded(call.method, outcome.means) and not progress.trace.cached:
            self._proven = (token, self._clock())
        if progress.renewed:
            return None
        if outcome.means == UNAUTHORIZED:
            if call.writes:
                self._credentials.forget(token)
                return None
            progress.renewed = True
            return await self._credentials.replace(token)
        doubtful = outcome.means == NOT_FOUND and not call.writes and self._credentials.renewable
        if doubtful and "{" in find_route(call.path):
            progress.renewed = True
            return await self._doubt(call, token)
        return None

    async def _doubt(self, call: Call, token: Token) -> Token | None:
        """Return another token if AEx refuses this one: with a bad token, a read by id can be a 404 (field notes)."""
        proven, then = self._proven
        if proven is token and self._clock() < then + TOKEN_PROVEN:
            return None
        try:
            await self.check_token(call.timeout, call.attempts)  # which asks for a new one itself
        except errors.AuthenticationError as error:
            facts: dict[str, Any] = {**error.facts, "method": call.method, "path": call.path}
            raise errors.AuthenticationError(
                f"{call.method} {call.path} answered 404, and AEx refuses the token wherever it does not read by id "
                "(check the token; AEx says the same of one that is missing, malformed or expired)",
                **facts,
            ) from None
        except errors.ForbiddenError:
            self._proven = (token, self._clock())  # AEx knows it, and it may only not read that list
            return None
        current = await self._credentials.get()
        return None if current.text == token.text else current

    async def check_token(self, timeout: float | None = None, attempts: int = 1) -> None:  # noqa: ASYNC109 - the call's
        """Read one row of a list, which AEx gives to a good token alone; raise what comes of it.

        A read by id proves nothing: with a bad token it can be a 404. `AuthenticationError` says that AEx refuses the
        token; after any other error nothing is known of it, but for `ForbiddenError`, which a good token can bring.
        """
        await self.run(
            Call(
                "GET", "/predefined-premises", "?q=a&count=1&page=1", timeout=timeout, attempts=attempts, uncached=True
            )
        )

    async def judge_refusal(
        self,
        refusal: errors.AuthenticationError,
        deadline: float,
        timeout: float | None,  # noqa: ASYNC109 - the question's
        attempts: int,
    ) -> errors.ResponseError:
        """Return what a 401 for an order means: ISP flow, step 5, has the same 401 for a bad token and bad data.

        The order's own time bounds the question, too.
        """
        seconds = min(math.inf if timeout is None else timeout, max(0.0, deadline - self._clock()))
        try:
            await self.check_token(None if seconds == math.inf else seconds, attempts)
        except errors.AExError:
            return refusal  # nothing proves that the token is good
        return errors.ServiceRejectedError(
            "POST /services/full answered 401, but the token works elsewhere: AEx refuses the order's data",
            **refusal.facts,
        )

    def _choose_pause(self, call: Call, outcome: Answer | Failure, progress: Progress) -> float | None:
        """Return the seconds to wait before the next try; `None` if this one was the last."""
        pause = self._pace.find_pause(call, outcome, progress, self._clock())
        log_try(call, outcome, progress, pause)
        return pause

    def _finish(self, call: Call, outcome: Answer | Failure, progress: Progress) -> Answer | errors.AExError:
        """Return the answer if it is a success, and whole; if not, the error that it is."""
        if isinstance(outcome, Failure):
            return make_failure(call, outcome, progress)
        if progress.trace.cached and (call.uncached or call.writes):
            return make_unexpected(call, progress, "from a cache of the transport's, which asked nobody")
        if call.current and outcome.header(b"age") not in (None, b"0"):
            return make_unexpected(call, progress, "from a cache, although AEx itself was asked")
        if succeeded(call.method, outcome.means) and outcome.flaw is None:
            self._pace.succeed()
            return outcome
        if outcome.means // 100 == 2:  # noqa: PLR2004
            return make_unexpected(call, progress, outcome.flaw or "a status that the API does not describe")
        return make_error(
            outcome,
            method=call.method,
            path=call.path,
            attempts=progress.attempts,
            retry_after=find_wait(outcome),
            secrets=call.secrets + self._credentials.secrets,
        )

    def quote_page(self, call: Call, answer: Answer) -> str:
        """Return what a page says that came instead of JSON, without secrets; nothing if it is no page."""
        return quote_page(answer, call.secrets + self._credentials.secrets)

    async def aclose(self) -> None:
        """End every call under way with `ClientClosedError`, and close the connections."""
        if self.closed:
            return
        self.closed = True
        if self._loop is not None and (os.getpid() != self._process or self._loop != anyio.lowlevel.current_token()):
            return  # the connections are another process's, or went with their event loop
        for scope in list(self._running):
            scope.cancel()
        pause = 0.001
        with anyio.move_on_after(GRACE, shield=True):
            while self._running:  # looked at: an event would cost every call something
                await anyio.sleep(pause)
                pause = min(2 * pause, 0.05)
        # Also where a call did not end in time, as one cannot that waits for this in a function of the caller's.
        with anyio.CancelScope(shield=True):
            await self._lanes.aclose()

    def abandon(self) -> None:
        """Let go of the connections of a client that nobody closed."""
        if os.getpid() == self._process:
            self._lanes.abandon()


async def tell_tries(
    counts: observing.Watch, first: observing.Watch, outcome: Answer | Failure, pause: float | None
) -> None:
    """Note what came of the try that counts, and before it of the first, if a second has taken its place."""
    if first is not counts:
        await first.end_try(ANSWERED_BESIDE, 0.0)
    await counts.end_try(name_outcome(outcome), pause)


async def end_tries(counts: observing.Watch, first: observing.Watch, outcome: Answer | Failure | None) -> None:
    """Note that a call is cut short, of the try that counts and of the first, if a second has taken its place."""
    await counts.end_try(name_outcome(outcome), None, cancelled=True)
    await first.end_try(ANSWERED_BESIDE, 0.0, cancelled=True)  # which is nothing to note twice if it is the same
