"""A listing as its user holds it, and its walk from page to page.

It is an async generator in all but its making: a class, because trio reports a generator that a `break` left
unfinished. No task group may stay open across a step, or leaving a loop early would corrupt the caller's own: a window
of pages is fetched within one step, and between two steps a walk holds nothing that needs closing.
"""

from abc import abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import nullcontext
from math import inf
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Literal, TypedDict, TypeVar, Unpack

import anyio

from aex_async import models
from aex_async._arguments import MAX_COUNT, MAX_PAGE, check_limit, check_whole
from aex_async._base_errors import is_cancellation, make_stray, raise_end, ungrouped
from aex_async._listing.completeness import Question, Track
from aex_async.errors import AExError, ResponseError, UsageError

T = TypeVar("T")

if TYPE_CHECKING:
    from aex_async._codec import Rows

    Fetch = Callable[[int, int], Awaitable[Rows[T]]]  # of a page's number, and how many rows to ask for

MAX_AT_ONCE = 100
PAST_THE_END = (400, 404, 416, 422)  # what some servers say of a page that would be empty
SPENT: Track[Any] = Track(count=1, start_page=1)  # of every walk that has ended in an error


class ListingOptions(TypedDict, total=False):
    """How a listing is walked; every listing takes these keywords.

    `count`: rows a page, 1 to 100 (100). `start_page`: the first page to fetch (1). `limit`: the most rows to give,
    exactly (`None`: all). `at_once`: how many pages to fetch at a time, 1 to 100 (1); their order is kept.
    """

    count: int
    start_page: int
    limit: int | None
    at_once: int


class Walk(Generic[T]):
    """One way through a listing, page by page: it fetches what its `Track` wants, `at_once` pages together.

    They are given in order.
    """

    def __init__(self, fetch: "Fetch[T]", *, count: int, start_page: int, limit: int | None, at_once: int) -> None:
        self._fetch = fetch
        self._track = Track[T](count, start_page)
        self._left = inf if limit is None else limit
        self._at_once = at_once
        self._window: list[tuple[int, Rows[T] | BaseException]] = []
        self._given = self._round = 0
        self._stepping = False
        self.over = False

    async def step(self) -> "models.Page[T]":
        """Return the next page, or raise `StopAsyncIteration`. Whatever else is raised ends the walk.

        A step that was cancelled can be taken again, as a loop can go on that was left by `break`: to who asks for each
        row with a timeout, a walk that was over would look like one that was whole.
        """
        if self._stepping:
            raise UsageError("two tasks step through one listing at once: give each its own")
        self._stepping = True
        try:
            while True:
                self._check_end()
                if self._track.question is not None:
                    await self._ask(self._track.question)
                elif not self._window:
                    self._window = await self._fetch_window(self._track.choose_window(self._at_once, self._left))
                elif page := self._take():
                    return page
        except BaseException as error:
            if is_cancellation(error):
                raise
            self.over = True
            # An error that is kept keeps this frame, and with it the walk: not all that the walk has seen as well.
            self._window.clear()
            self._track = SPENT
            raise
        finally:
            self._stepping = False

    def _check_end(self) -> None:
        if self.over or self._left <= 0 or self._track.ended:
            raise StopAsyncIteration
        if self._track.error is not None:
            raise self._track.error
        if self._round != self._track.rounds:  # what is left of the window belongs to the round that is over
            self._window.clear()
            self._round = self._track.rounds

    async def _ask(self, question: Question) -> None:
        page = self._track.next - 1
        try:
            rows = await self._fetch(question.page, question.count)
        except AExError as error:
            error.at_page(page)  # the one in doubt: nobody asked for the other
            raise
        self._track.learn(question, rows)

    def _take(self) -> "models.Page[T] | None":
        """Return the next page of the window; `None` if it has nothing new, unless it is the first of all."""
        number, outcome = self._window.pop(0)
        if isinstance(outcome, ResponseError) and outcome.status in PAST_THE_END and self._track.end_whole():
            return None
        if isinstance(outcome, AExError):
            raise outcome.at_page(number)
        if isinstance(outcome, BaseException):
            raise outcome
        if not outcome.items and any(self._has_rows(later) for _, later in self._window):
            self._track.skip()
            return None  # no end, whatever it is: what comes behind it is here already
        items = self._track.take(number, outcome)
        if not items and self._given:
            return None
        self._given += 1
        items = items if self._left >= len(items) else items[: int(self._left)]
        self._left -= len(items)
        return models.Page(number=number, items=items, total=outcome.total)

    def _has_rows(self, outcome: "Rows[T] | BaseException") -> bool:
        return not isinstance(outcome, BaseException) and bool(outcome.items)

    async def _fetch_window(self, numbers: Sequence[int]) -> "list[tuple[int, Rows[T] | BaseException]]":
        """Fetch pages together and return each with its outcome, in order; none after the first that failed."""
        outcomes: dict[int, Rows[T] | BaseException] = {}
        # One page alone is fetched outside of any scope, which asyncio cannot open in a forked child.
        scopes = {number: anyio.CancelScope() for number in numbers} if len(numbers) > 1 else {}

        async def fetch_one(number: int) -> None:
            with scopes.get(number, nullcontext()):
                try:
                    outcomes[number] = await self._fetch(number, self._track.count)
                except BaseException as error:  # raised in its turn, and never within a group
                    if is_cancellation(error):
                        raise
                    outcomes[number] = error
                    for later in numbers:
                        if later > number:
                            scopes[later].cancel()

        if len(numbers) == 1:
            await fetch_one(numbers[0])
        else:
            try:
                with ungrouped():
                    async with anyio.create_task_group() as group:
                        for number in numbers:
                            group.start_soon(fetch_one, number)
            finally:
                # The frames of an error that is kept keep these two: every page of the window, and who fetched them.
                scopes.clear()
                raise_end(outcomes.values())
        failed = min((number for number in outcomes if isinstance(outcomes[number], BaseException)), default=inf)
        if any(number not in outcomes for number in numbers if number < failed):
            raise make_stray()
        return [(number, outcomes.pop(number)) for number in numbers if number in outcomes]


class BareGenerator(AsyncGenerator[T, None]):
    """What an async generator has besides its next step. It holds nothing that needs closing."""

    @abstractmethod
    def _end(self) -> None:
        """Be over."""

    async def asend(self, _: None) -> T:
        """Return what comes next; nothing can be sent in."""
        return await self.__anext__()

    async def athrow(self, typ: Any, val: BaseException | object = None, tb: TracebackType | None = None) -> T:
        """End the walk by raising what is thrown in."""
        self._end()
        if isinstance(typ, BaseException):
            raise typ
        raise (val if isinstance(val, BaseException) else typ()).with_traceback(tb)

    async def aclose(self) -> None:
        """End the walk. Nothing is left to be closed."""
        self._end()


class Pages(BareGenerator["models.Page[T]"]):
    """The pages of a listing."""

    def __init__(self, walk: Walk[T]) -> None:
        self._walk = walk

    async def __anext__(self) -> "models.Page[T]":
        return await self._walk.step()

    def _end(self) -> None:
        self._walk.over = True


class Listing(BareGenerator[T]):
    """The rows of a listing: an async generator. `by_page()` walks it by `Page` instead.

    Nothing is fetched before the first step, and nothing is left open between two steps: a loop may be left at any
    time. A listing is walked one way, once. A row that is deleted during the walk can hide another where the server
    counts no rows: nothing can tell, and whoever needs them all walks it again.
    """

    def __init__(self, fetch: "Fetch[T]", **options: Unpack[ListingOptions]) -> None:
        self._walk = Walk(fetch, **check_options(**options))
        self._ready: Iterator[T] = iter(())
        self._way: Literal["row", "page"] | None = None

    def by_page(self) -> "AsyncGenerator[models.Page[T], None]":
        """Return an async generator of the listing's pages.

        Raises `UsageError` if the listing is walked already.
        """
        if self._way is not None:
            raise UsageError(f"this listing is already being walked by {self._way}: ask for another one")
        self._way = "page"
        return Pages(self._walk)

    async def __anext__(self) -> T:
        for row in self._ready:
            return row
        if self._way == "page":
            raise UsageError("this listing is already being walked by page: ask for another one")
        self._way = "row"
        while True:
            self._ready = iter((await self._walk.step()).items)
            for row in self._ready:
                return row

    def _end(self) -> None:
        self._walk.over = True
        self._ready = iter(())


def check_options(
    *, count: int = 100, start_page: int = 1, limit: int | None = None, at_once: int = 1
) -> ListingOptions:
    """Return the options of a walk, complete and within bounds."""
    limit = check_limit(limit)
    count = check_whole(count, "count", 1, MAX_COUNT)
    start_page = check_whole(start_page, "start_page", 1, MAX_PAGE)
    at_once = check_whole(at_once, "at_once", 1, MAX_AT_ONCE)
    if limit and start_page == 1:  # later pages are counted in the size that the walk before them had
        count = min(count, limit)
    return {"count": count, "start_page": start_page, "limit": limit, "at_once": at_once}
