"""A listing walked page by page, without trust in what the server says about it.

A walk is an async generator in all but its making: a class, because trio reports a generator that a `break` left
unfinished, and because no task group may stay open across a `yield`. Between two steps a walk holds nothing that
needs closing.
"""

from abc import abstractmethod
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from math import ceil
from types import TracebackType
from typing import Any, Generic, TypeVar

import anyio

from aex_async._codec import Rows
from aex_async._json import is_object
from aex_async.errors import AExError, PaginationError, UsageError
from aex_async.models import Page

T = TypeVar("T")

Fetch = Callable[[int], Awaitable[Rows[T]]]

DEFAULT_COUNT = 10  # isp-flow.txt, steps 2 and 3: what a server gives that ignores the count asked for
REMEMBERED = 5_000  # rows: how far apart the server may repeat one and not be noticed
MAX_PAGES = 100_000
MAX_STALE = 3  # pages in a row without anything new


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


class _Steps(AsyncGenerator[T, None]):
    """An async generator whose steps are `_step`; it holds nothing between them."""

    _running = False
    _over = False

    @abstractmethod
    async def _step(self) -> T:
        """Return what comes next, or raise `StopAsyncIteration`."""

    async def __anext__(self) -> T:
        if self._over:
            raise StopAsyncIteration
        if self._running:
            raise UsageError("two tasks step through one listing at once: give each its own")
        self._running = True
        try:
            return await self._step()
        except BaseException:
            self._over = True
            raise
        finally:
            self._running = False

    async def asend(self, _: None) -> T:
        """Return what comes next; nothing can be sent in."""
        return await self.__anext__()

    async def athrow(self, typ: Any, val: BaseException | object = None, tb: TracebackType | None = None) -> T:
        """End the walk by raising what is thrown in."""
        self._over = True
        if isinstance(typ, BaseException):
            raise typ
        raise (val if isinstance(val, BaseException) else typ()).with_traceback(tb)

    async def aclose(self) -> None:
        """End the walk. Nothing is left to be closed."""
        self._over = True


class Pages(_Steps[Page[T]]):
    """The pages of a listing, fetched `at_once` at a time, in order."""

    def __init__(self, fetch: Fetch[T], *, count: int, start_page: int, limit: int | None, at_once: int) -> None:
        self._fetch = fetch
        self._track = Track[T](count, start_page)
        self._left = float("inf") if limit is None else float(limit)
        self._at_once = at_once
        self._next = start_page
        self._window: deque[tuple[int, Rows[T] | Exception]] = deque()

    async def _step(self) -> Page[T]:
        if self._track.ended or self._left <= 0:
            raise StopAsyncIteration
        if not self._window:
            numbers = self._track.choose_window(self._next, self._at_once, self._left)
            self._window.extend(await fetch_all(self._fetch, numbers))
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


class Items(_Steps[T]):
    """The rows of a listing, one after another."""

    def __init__(self, pages: AsyncGenerator[Page[T], None]) -> None:
        self._pages = pages
        self._ready: deque[T] = deque()

    async def __anext__(self) -> T:
        if self._ready and not self._over:  # one step of many takes no longer than it must
            return self._ready.popleft()
        return await super().__anext__()

    async def _step(self) -> T:
        while not self._ready:
            self._ready.extend((await self._pages.__anext__()).items)
        return self._ready.popleft()


async def fetch_all(fetch: Fetch[T], numbers: Sequence[int]) -> list[tuple[int, Rows[T] | Exception]]:
    """Fetch pages together and return each with its outcome, in order; none after the first that failed."""
    outcomes: dict[int, Rows[T] | Exception] = {}
    scopes = {number: anyio.CancelScope() for number in numbers}

    async def fetch_one(number: int) -> None:
        with scopes[number]:
            try:
                outcomes[number] = await fetch(number)
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
