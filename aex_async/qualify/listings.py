"""Listings of AEx's addresses, read as far as they are worth, and kept where memory does not grow with them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress

from attrs import evolve, frozen

from aex_async.errors import PaginationError
from aex_async.models import Page, PredefinedPremise
from aex_async.qualify.calls import MAX_ROWS, AddressPages, Rate, WalkAddresses
from aex_async.qualify.local_index import LocalIndex
from aex_async.qualify.matching.coordinates import place
from aex_async.qualify.matching.words import fold
from aex_async.qualify.model import Candidate


@frozen
class ListedRows:
    """What was read of a listing: its rows, or its name in the index; on how many pages; whether that is all of it."""

    rows: tuple[Candidate, ...] = ()
    indexed: str | None = None
    pages: int = 0
    whole: bool = False


class ListingReader:
    """Reads listings, one page after the other; rows of more than one page go into the index."""

    def __init__(self, walk: WalkAddresses, rate: Rate, index: LocalIndex) -> None:
        self._walk, self._rate, self._index = walk, rate, index
        self.requests: int = 0
        self.answered: bool = False
        self._full = MAX_ROWS

    async def look(self, q: str) -> tuple[Candidate, ...]:
        """Return the first page that AEx lists for `q`."""
        return (await self.read(q, 1)).rows

    def learn_page_size(self, rows: int) -> None:
        """Take so many rows for a full page: some servers show fewer than are asked for."""
        self._full = min(max(rows, 1), MAX_ROWS)

    async def read(self, q: str, most: int, *, within: Sequence[str] = (), keep: bool = False) -> ListedRows:
        """Return what AEx lists for `q`, on `most` pages at most; with `keep`, in the index in any case.

        A page on which no row has all the words of `within` ends it: of a search that ranks all it has, the rest is
        what is not alike. A listing that does not come out whole is cut short, too.
        """
        reading, listing, walk = ListedRows(), f"{q}\n{most}", self._walk(q)
        try:
            while reading.pages < most:
                page = await self._step(walk)
                if page is None:
                    return evolve(reading, whole=True)
                rows = tuple(read_row(row) for row in page.items)
                reaches = not within or any(_has_all(row, within) for row in rows)
                reading = self._add(reading, rows if reaches else (), listing, keep=keep)
                reading = evolve(reading, whole=self._ends(page) or not reaches)
                if reading.whole or _is_too_long(page, most):
                    return reading
        except PaginationError:  # the rows so far are AEx's; that they are all, nobody can say
            pass
        return reading

    async def _step(self, walk: AddressPages) -> Page[PredefinedPremise] | None:
        """Return the next page, in its turn, and count it."""
        await self._rate.wait()
        self.requests += 1
        page: Page[PredefinedPremise] | None = None
        with suppress(StopAsyncIteration):
            page = await anext(walk)  # with a default, it would begin anew an awaitable that is no coroutine
        self.answered = True
        return page

    def _add(self, reading: ListedRows, rows: tuple[Candidate, ...], listing: str, *, keep: bool) -> ListedRows:
        """Add a page: the first stays at hand as long as there is no second."""
        pages = reading.pages + 1
        if pages == 1 and not keep:
            return ListedRows(rows, None, pages)
        self._index.add(listing, (*reading.rows, *rows))
        return ListedRows((), listing, pages)

    def _ends(self, page: Page[PredefinedPremise]) -> bool:
        """Whether this page is the last one: a step further would cost a request to see that nothing is there."""
        if page.total is not None and page.number == 1:
            return page.total <= len(page.items)
        return len(page.items) < self._full


class FirstPage(AsyncIterator[Page[PredefinedPremise]]):
    """A walk that ends after its first page. A class: trio complains of a generator that is left before its end."""

    def __init__(self, search: Callable[[str], Awaitable[Sequence[PredefinedPremise]]], q: str) -> None:
        self._search, self._q = search, q
        self._begun = False

    async def __anext__(self) -> Page[PredefinedPremise]:
        if self._begun:
            raise StopAsyncIteration
        self._begun = True
        return Page(number=1, items=await self._search(self._q))


def _is_too_long(page: Page[PredefinedPremise], most: int) -> bool:
    """Whether there are more rows than may be read, so that not one more page is worth its request."""
    return page.number == 1 < most and (page.total or 0) > most * max(len(page.items), 1)


def _has_all(row: Candidate, words: Sequence[str]) -> bool:
    folded = fold(row.full_text)
    return all(word in folded for word in words)


def read_row(row: PredefinedPremise) -> Candidate:
    """Return what matching and ordering need of an address."""
    latitude, longitude = place(row.latitude, row.longitude, row.full_text or "") or (None, None)
    return Candidate(
        guid=row.guid,
        full_text=row.full_text or "",
        premise_id=row.premise_id or None,
        latitude=latitude,
        longitude=longitude,
        deleted=row.deleted_at is not None,
        area_id=row.area_id,
    )
