"""The routes of AEx as one client asks them: within its limits, and read as what they should answer.

On a kept connection, what cannot be read as that may be the late surplus of an earlier answer, and then the next answer
is late, too: that connection is dropped.
"""

import math
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

import anyio
from attrs import AttrsInstance, evolve

from aex_async import models
from aex_async._arguments import (
    check_attempts,
    check_method,
    check_path,
    check_seconds,
    encode_query,
    make_segment,
    same_id,
)
from aex_async._http.call import ANOTHER
from aex_async._http.calls import Call, Calls, Progress
from aex_async._http.redaction import escape, find_secrets
from aex_async._http.responses import Answer
from aex_async._json import Problems, encode
from aex_async._listing.listing import Listing, ListingOptions
from aex_async.errors import ClientClosedError, UnexpectedAnswerError

if TYPE_CHECKING:
    from aex_async._codec import Codec, Rows

M = TypeVar("M", bound=AttrsInstance)
R = TypeVar("R", "models.Customer", "models.Premise", "models.Product", "models.Service", "models.WorkOrder")

SHOWN_PROBLEMS: Final = 5


class ClientCalls:
    """What describes the calls of one client, makes them, and reads what they answer; a twin has its own.

    An `UnexpectedAnswerError` keeps nothing of an answer alive: what the frame of a kept error names is kept with it.
    """

    def __init__(
        self, calls: Calls, codec: "Codec", *, timeout: object, order_timeout: object, attempts: object
    ) -> None:
        self.calls = calls
        self.codec = codec
        self.timeout = check_seconds(timeout, "timeout")
        self.order_timeout = check_seconds(order_timeout, "order_timeout")
        self.attempts = check_attempts(attempts)
        self.closed = False

    def describe(self, method: str, path: str, params: Mapping[str, Any] | None = None, json: Any = None) -> Call:
        """Return the call, its arguments checked, its body frozen."""
        if self.closed:
            raise ClientClosedError("the client is closed: make a new one")
        # Before a listing opens a cancel scope for its first pages: asyncio has no task for one in a forked child.
        self.calls.check_process()
        method = check_method(method, has_body=json is not None)
        writes = method != "GET"
        return Call(
            method,
            check_path(path),
            encode_query(params),
            None if json is None else encode(json),
            () if json is None else find_secrets(json),
            timeout=self.order_timeout if writes else self.timeout,
            attempts=self.attempts,
        )

    def read_one(self, kind: str, record_id: str, into: type[R], *, uncached: bool = False) -> Awaitable[R]:
        """Return the record with this id, and never another. It is no coroutine, so that a read has one frame less."""
        call = self.describe("GET", f"/{kind}/{make_segment(record_id)}")
        return self.read(
            evolve(call, uncached=True) if uncached else call, into, lambda record: same_id(record.id, record_id)
        )

    def listing(
        self,
        path: str,
        params: Mapping[str, Any],
        into: type[M] | None,
        options: ListingOptions,
        *,
        uncached: bool = False,
        current: bool = False,
        bare: bool = False,
    ) -> Listing[M]:
        """Return the listing, its arguments checked now and not at its first page.

        `bare` lets one object stand for a list of one.
        """
        given = {name: value for name, value in params.items() if value is not None}
        call = evolve(self.describe("GET", path, given), uncached=uncached, current=current)
        return Listing(partial(self.read_rows, call, into, bare=bare), **options)

    async def check_token(self) -> None:
        """Raise `AuthenticationError` if a list says that AEx refuses the token."""
        await self.calls.check_token(self.timeout, self.attempts)

    # How answers are read

    async def read(self, call: Call, into: type[M] | None, is_asked_for: Callable[[M], bool] | None = None) -> M | Any:
        """Return the `into` that a route answers, if it is the one asked for; without `into` plain JSON, or `None`.

        A cache or a proxy, too, can mistake one record for another: such data would be believed and stored. If the call
        may be repeated, it is asked once more on a new connection.
        """
        attempts = 0
        while True:
            progress = Progress(attempts, partial(self._take_record, into, is_asked_for))
            answer = await self.calls.run(call, progress)
            record = progress.read
            if not isinstance(record, Problems):
                return record
            left = progress.deadline - anyio.current_time()
            if record is not ANOTHER or call.doubted or progress.attempts >= call.attempts or left <= 0:
                break
            attempts = progress.attempts
            del answer, record, progress  # or what the second time may end in would keep them
            call = evolve(call, doubted=True, timeout=None if left == math.inf else left)
        error = self._make_error(record, call, answer, progress)
        del answer, record, progress
        raise error

    def _take_record(self, into: type[M] | None, is_asked_for: Callable[[M], bool] | None, answer: Answer) -> Any:
        record: Any = None if into is None and not answer.body else self.codec.read(answer.body, into)
        return record if isinstance(record, Problems) or is_asked_for is None or is_asked_for(record) else ANOTHER

    async def read_rows(
        self, call: Call, into: type[M] | None, page: int | None = None, count: int = 0, *, bare: bool
    ) -> "Rows[M]":
        """Return the rows that a route answers, on one of its pages if it has pages.

        `bare` lets one object stand for a list of one.
        """
        if page is not None:
            # The query may hold an e-mail: it is kept in the call, whose `repr` leaves it out, and in no variable.
            call = evolve(call, query=f"{call.query}{'&' if call.query else '?'}count={count}&page={page}")
        progress = Progress(read=partial(self._take_rows, call, into, page, bare=bare))
        answer = await self.calls.run(call, progress)
        rows: Rows[M] | Problems = progress.read
        if not isinstance(rows, Problems):
            return rows
        error = self._make_error(rows, call, answer, progress)
        del answer, rows, progress
        raise error

    def _take_rows(
        self, call: Call, into: type[M] | None, page: int | None, answer: Answer, *, bare: bool
    ) -> "Rows[M] | Problems":
        rows = self.codec.read_rows(answer.body, into)
        if isinstance(rows, Problems):
            return rows
        if rows.bare and not bare:
            # The document shows one object for a list in its step 2 alone. In place of any other listing it is rather
            # the late answer to another question: taken for all rows, it would make an order that is there look absent.
            return Problems(["$: expected a list, got one object"])
        if page is None and len(rows.items) < (rows.total or rows.miscounted):
            return Problems(["$.total: counts more rows than came"])  # of a route that has no other page for them
        if page == 1 and call.current and rows.miscounted and not rows.items:
            return Problems(["$.total: expected a whole number, beside no rows"])  # likewise
        return rows

    async def read_echo(self, call: Call, progress: Progress) -> "models.CreatedService":
        """Return AEx's echo of an order; JSON that has nothing of one says nothing of the order either."""
        answer = await self.calls.run(call, progress)
        echo = self.codec.read(answer.body, models.CreatedService)
        if not isinstance(echo, Problems):
            if echo.customer or echo.premise or echo.service:
                return echo
            echo = Problems(["$: no customer, premise or service"])
        error = self._make_error(echo, call, answer, progress)
        del answer, echo, progress
        raise error

    def _make_error(self, problems: Problems, call: Call, answer: Answer, progress: Progress) -> UnexpectedAnswerError:
        """Return the error of an answer that is not what the API describes."""
        found = [escape(problem) for problem in problems]  # a path in it has names of the server's
        shown = "; ".join(found[:SHOWN_PROBLEMS])
        more = f"; and {len(found) - SHOWN_PROBLEMS} more" if len(found) > SHOWN_PROBLEMS else ""
        page = self.calls.quote_page(call, answer)
        return UnexpectedAnswerError(
            f"{call.method} {call.path} answered {answer.status}, but not what the API describes: {shown}{more}"
            + (f" but a page that says: {page}" if page else ""),
            method=call.method,
            path=call.path,
            status=answer.status,
            attempts=progress.attempts,
            problems=tuple(found),
        )
