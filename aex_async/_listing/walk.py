"""A walk through a listing: it fetches what its `Track` wants, and gives the pages in order.

No task group may stay open across a step, or leaving a loop early would corrupt the caller's own: a window of pages is
fetched within one step, and between two steps a walk holds nothing that needs closing.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from math import inf
from typing import Generic, TypeVar

import anyio

from aex_async._codec import Rows
from aex_async._listing.completeness import Question, Track
from aex_async.errors import AExError, UsageError
from aex_async.models import Page

T = TypeVar("T")

Fetch = Callable[[int, int], Awaitable[Rows[T]]]  # of a page's number, and how many rows to ask for


class Walk(Generic[T]):
    """One way through a listing, page by page: `at_once` pages are fetched together and given in order."""

    def __init__(self, fetch: Fetch[T], *, count: int, start_page: int, limit: int | None, at_once: int) -> None:
        self._fetch = fetch
        self._track = Track[T](count, start_page)
        self._left = inf if limit is None else limit
        self._at_once = at_once
        self._window: deque[tuple[int, Rows[T] | Exception]] = deque()
        self._given = self._round = 0
        self._stepping = False
        self.over = False

    async def step(self) -> Page[T]:
        """Return the next page, or raise `StopAsyncIteration`; whatever is raised ends the walk."""
        if self._stepping:
            raise UsageError("two tasks step through one listing at once: give each its own")
        self._stepping = True
        try:
            while True:
                self._check_end()
                if self._track.question is not None:
                    await self._ask(self._track.question)
                elif not self._window:
                    self._window.extend(await self._fetch_window(self._track.choose_window(self._at_once, self._left)))
                elif page := self._take():
                    return page
        except BaseException:
            self.over = True
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

    def _take(self) -> Page[T] | None:
        """Return the next page of the window; `None` if it has nothing new, unless it is the first of all."""
        number, outcome = self._window.popleft()
        if isinstance(outcome, AExError):
            raise outcome.at_page(number)
        if isinstance(outcome, Exception):
            raise outcome
        items = self._track.take(number, outcome)
        if not items and self._given:
            return None
        self._given += 1
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
                    outcomes[number] = await self._fetch(number, self._track.count)
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
