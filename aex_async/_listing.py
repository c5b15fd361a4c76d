"""A listing walked page by page, without trust in what the server says about it.

A listing is an async generator in all but its making: a class, because trio reports a generator that a `break` left
unfinished, and because no task group may stay open across a `yield`. Between two steps it holds nothing that needs
closing.
"""

from abc import abstractmethod
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from math import ceil
from types import TracebackType
from typing import Any, Generic, Literal, TypedDict, TypeVar, Unpack

import anyio

from aex_async._arguments import MAX_COUNT, MAX_PAGE, check_limit, check_whole
from aex_async._codec import Rows
from aex_async._json import is_object
from aex_async.errors import AExError, PaginationError, UsageError
from aex_async.models import Page

T = TypeVar("T")

Fetch = Callable[[int, int], Awaitable[Rows[T]]]  # of a page's number, and how many rows to ask for

DEFAULT_COUNT = 10  # isp-flow.txt, steps 2 and 3: what a server gives that ignores the count asked for
REMEMBERED = 5_000  # rows: how far apart the server may repeat one and not be noticed
MAX_PAGES = 100_000
MAX_STALE = 3  # pages in a row without anything new
MAX_AT_ONCE = 100


class ListingOptions(TypedDict, total=False):
    """How a listing is walked; every listing takes these keywords.

    `count`: rows a page, 1 to 100 (100). `start_page`: the first page to fetch (1). `limit`: the most rows to give,
    exactly (`None`: all). `at_once`: how many pages to fetch at a time, 1 to 100 (1); their order is kept.
    """

    count: int
    start_page: int
    limit: int | None
    at_once: int


def identify(row: Any) -> str | int | None:
    """Return what makes a row the same row again, its `guid` or its `id`, whatever its case."""
    key = row.get("guid") or row.get("id") if is_object(row) else getattr(row, "guid", None) or getattr(row, "id", None)
    return key.casefold() if isinstance(key, str) else key if isinstance(key, int) else None


class Seen:
    """The rows that a walk has met lately: bounded, however long the walk is."""

    def __init__(self) -> None:
        self._known: set[str | int] = set()
        self._order: deque[str | int] = deque()

    def add(self, rows: Iterable[T]) -> list[T]:
        """Remember `rows` and return those that were not known. A row without identity is always new."""
        new: list[T] = []
        for row in rows:
            key = identify(row)
            if key is not None:
                if key in self._known:
                    continue
                self._known.add(key)
                self._order.append(key)
            new.append(row)
        while len(self._order) > REMEMBERED:
            self._known.remove(self._order.popleft())
        return new


class Track(Generic[T]):
    """What the pages so far have taught about a listing, and what follows for the next."""

    def __init__(self, count: int, start_page: int) -> None:
        self.count = count
        self.start_page = start_page
        self.found = 0
        self.largest = 0
        self.total: int | None = None
        self.ended = False
        self._seen = Seen()
        self._previous: Sequence[T] = ()
        self._stale = 0

    def choose_window(self, page: int, at_once: int, left: float) -> range:
        """Return the pages to fetch together from `page` on, when `left` more rows are wanted.

        A `total` keeps the window from reaching past the end, and never ends the walk. The first window has none to go
        by: a listing shorter than it costs up to `at_once - 1` pages that are not there, a longer one no extra wait.
        """
        size = self.largest or self.count
        width = at_once
        if self.total is not None:
            width = min(width, max(1, self.total // size + 2 - page))
        return range(page, page + max(1, min(width, ceil(min(left, width * size) / size))))

    def take(self, page: int, rows: Rows[T]) -> list[T]:
        """Return the rows of `page` that are new, and find out whether it was the last."""
        if page - self.start_page >= MAX_PAGES:
            raise PaginationError(f"the listing did not end within {MAX_PAGES:,} pages", page=page)
        new = self._seen.add(rows.items)
        self.found += len(new)
        self.largest = max(self.largest, len(rows.items))
        self.total = rows.total
        self.ended = self._is_last(page, len(rows.items)) or (not new and self._has_all())
        self._check_progress(page, rows.items, stale=not (new or self.ended))
        return new

    def _is_last(self, page: int, size: int) -> bool:
        """Whether nothing can follow a page of `size` rows. A full page is never the last, whatever `total` says."""
        if size == 0:
            self._check_complete(page)
            return True
        if size > self.count:  # not paged at all: this is everything, unless the server says otherwise
            return self.total is None or self.total <= size
        if size == self.count:
            return False
        if self.total is not None:  # the server may give fewer rows a page than it was asked for
            return page * self.largest >= self.total
        return size < self.largest or size < DEFAULT_COUNT

    def _has_all(self) -> bool:
        """Whether every row that the server counts was met, so that a repeated page only means the end."""
        before = (self.start_page - 1) * self.largest
        return self.total is not None and before + self.found >= self.total

    def _check_complete(self, page: int) -> None:
        if self.total is not None and (page - 1) * (self.largest or self.count) < self.total:
            raise PaginationError(
                f"page {page} is empty although the server counts {self.total:,} rows: the listing is not whole",
                page=page,
            )

    def _check_progress(self, page: int, items: Sequence[T], *, stale: bool) -> None:
        """Refuse to go round in circles: at once where a page is the one before, else after a few."""
        self._stale = self._stale + 1 if stale else 0
        if stale and (self._stale >= MAX_STALE or items == self._previous):
            raise PaginationError(
                f"page {page} only repeats rows of earlier pages: the server goes in circles", page=page
            )
        self._previous = items


class Walk(Generic[T]):
    """One way through a listing, page by page: `at_once` pages are fetched together and given in order."""

    def __init__(self, fetch: Fetch[T], *, count: int, start_page: int, limit: int | None, at_once: int) -> None:
        self._fetch = fetch
        self._count = count
        self._track = Track[T](count, start_page)
        self._left = float("inf") if limit is None else float(limit)
        self._at_once = at_once
        self._next = start_page
        self._window: deque[tuple[int, Rows[T] | Exception]] = deque()
        self._stepping = False
        self.over = False

    async def step(self) -> Page[T]:
        """Return the next page, or raise `StopAsyncIteration`; whatever is raised ends the walk."""
        if self._stepping:
            raise UsageError("two tasks step through one listing at once: give each its own")
        if self.over or self._track.ended or self._left <= 0:
            self.over = True
            raise StopAsyncIteration
        self._stepping = True
        try:
            if not self._window:
                numbers = self._track.choose_window(self._next, self._at_once, self._left)
                self._window.extend(await self._fetch_window(numbers))
            return self._take()
        except BaseException:
            self.over = True
            raise
        finally:
            self._stepping = False

    def _take(self) -> Page[T]:
        number, outcome = self._window.popleft()
        if isinstance(outcome, AExError):
            raise outcome.at_page(number)
        if isinstance(outcome, Exception):
            raise outcome
        self._next = number + 1
        items = self._track.take(number, outcome)
        items = items if self._left >= len(items) else items[: int(self._left)]
        self._left -= len(items)
        return Page(number=number, items=items, total=outcome.total)

    async def _fetch_window(self, numbers: Sequence[int]) -> list[tuple[int, Rows[T] | Exception]]:
        """Fetch pages together and return each with its outcome, in order; none after the first that failed."""
        outcomes: dict[int, Rows[T] | Exception] = {}
        scopes = {number: anyio.CancelScope() for number in numbers}

        async def fetch_one(number: int) -> None:
            with scopes[number]:
                try:
                    outcomes[number] = await self._fetch(number, self._count)
                except Exception as error:  # noqa: BLE001 - raised in its turn, and never within a group
                    outcomes[number] = error
                    for later in numbers:
                        if later > number:
                            scopes[later].cancel()

        if len(numbers) == 1:
            await fetch_one(numbers[0])
        else:
            async with anyio.create_task_group() as group:
                for number in numbers:
                    group.start_soon(fetch_one, number)
        return [(number, outcomes[number]) for number in numbers if number in outcomes]


class _Generator(AsyncGenerator[T, None]):
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


class _Pages(_Generator[Page[T]]):
    """The pages of a listing."""

    def __init__(self, walk: Walk[T]) -> None:
        self._walk = walk

    async def __anext__(self) -> Page[T]:
        return await self._walk.step()

    def _end(self) -> None:
        self._walk.over = True


class Listing(_Generator[T]):
    """The rows of a listing: an async generator. `by_page()` walks it by `Page` instead.

    Nothing is fetched before the first step, and nothing is left open between two steps: a loop may be left at any
    time. A listing is walked one way, once.
    """

    def __init__(self, fetch: Fetch[T], **options: Unpack[ListingOptions]) -> None:
        self._walk = Walk(fetch, **_check_options(**options))
        self._ready: deque[T] = deque()
        self._way: Literal["row", "page"] | None = None

    def by_page(self) -> AsyncGenerator[Page[T], None]:
        """Return an async generator of the listing's pages.

        Raises `UsageError` if the listing is walked already.
        """
        if self._way is not None:
            raise UsageError(f"this listing is already walked by {self._way}: ask for another one")
        self._way = "page"
        return _Pages(self._walk)

    async def __anext__(self) -> T:
        if self._ready:
            return self._ready.popleft()
        if self._way == "page":
            raise UsageError("this listing is already walked by page: ask for another one")
        self._way = "row"
        while not self._ready:
            self._ready.extend((await self._walk.step()).items)
        return self._ready.popleft()

    def _end(self) -> None:
        self._walk.over = True
        self._ready.clear()


def _check_options(
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
