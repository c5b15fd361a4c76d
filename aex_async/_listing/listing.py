"""A listing as its user holds it.

It is an async generator in all but its making: a class, because trio reports a generator that a `break` left
unfinished.
"""

from abc import abstractmethod
from collections import deque
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Any, Literal, TypedDict, TypeVar, Unpack

from aex_async._arguments import MAX_COUNT, MAX_PAGE, check_limit, check_whole
from aex_async._listing.walk import Fetch, Walk
from aex_async.errors import UsageError
from aex_async.models import Page

T = TypeVar("T")

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
