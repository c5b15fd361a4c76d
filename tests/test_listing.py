"""Listings: the order of their rows, their options, one way and once, and leaving them early."""

import asyncio
import gc
import tracemalloc
import warnings
from contextlib import aclosing

import anyio
import anyio.lowlevel
import pytest
import trio
from attrs import Factory, define
from hypothesis import given, settings
from hypothesis import strategies as st

from aex_async import errors
from aex_async._codec import Rows
from aex_async._listing.completeness import DEFAULT_COUNT
from aex_async._listing.listing import Listing
from tests.odd_server import OddServer, Row, collect, make_rows, name_rows, walk
from tests.timing import within

PAGES = 500  # a million rows would take a minute: memory grows with them, and so does the bound

# Every row, once, in order


@pytest.mark.parametrize("at_once", [1, 3, 10])
@pytest.mark.parametrize("tells", [True, False], ids=["with total", "without total"])
@pytest.mark.parametrize("size", [0, 1, 4, 5, 6, 25, 26, 99])
async def test_a_walk_gives_every_row_once_and_in_order(size: int, *, tells: bool, at_once: int) -> None:
    server = OddServer(rows=make_rows(0, size), total=size if tells else None)
    assert await collect(walk(server, count=5, at_once=at_once)) == name_rows(0, size)


@given(
    size=st.integers(0, 300),
    count=st.integers(1, 100),
    at_once=st.integers(1, 12),
    limit=st.none() | st.integers(0, 320),
    tells=st.booleans(),
    cap=st.integers(DEFAULT_COUNT, 100),
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_an_ordered_and_still_server_is_walked_whole(
    *, size: int, count: int, at_once: int, limit: int | None, tells: bool, cap: int
) -> None:
    server = OddServer(rows=make_rows(0, size), total=size if tells else None, cap=cap)

    async def run() -> list[str]:
        return await collect(walk(server, count=count, at_once=at_once, limit=limit))

    assert anyio.run(run) == name_rows(0, size if limit is None else min(size, limit))
    pages = -(-size // min(count, cap)) + 1
    assert max(server.asked, default=0) <= pages + at_once - 1
    assert len(server.asked) == len(set(server.asked))


@pytest.mark.parametrize(("limit", "asked"), [(0, []), (1, [1]), (10, [1]), (11, [1, 2]), (20, [1, 2])])
async def test_limit_is_exact_and_no_page_beyond_it_is_asked_for(limit: int, asked: list[int]) -> None:
    server = OddServer(rows=make_rows(0, 100))
    assert await collect(walk(server, count=10, limit=limit, at_once=5)) == name_rows(0, limit)
    assert sorted(server.asked) == asked


async def test_limit_cuts_the_last_page_of_a_walk_by_page() -> None:
    pages = [page async for page in walk(OddServer(rows=make_rows(0, 100), total=100), count=10, limit=15).by_page()]
    assert [(page.number, len(page.items), page.total) for page in pages] == [(1, 10, 100), (2, 5, 100)]


async def test_start_page_goes_on_from_there() -> None:
    assert await collect(walk(OddServer(rows=make_rows(0, 30), total=30), count=10, start_page=3)) == name_rows(20, 30)
    assert await collect(walk(OddServer(rows=make_rows(0, 30), total=30), count=10, start_page=9)) == []


async def test_a_small_limit_asks_for_small_pages_unless_the_walk_begins_in_the_middle() -> None:
    server = OddServer(rows=make_rows(0, 500))
    assert await collect(walk(server, limit=1)) == name_rows(0, 1)
    assert (server.asked, server.counts) == ([1], [1])
    later = OddServer(rows=make_rows(0, 500))
    assert await collect(walk(later, limit=1, start_page=3)) == name_rows(200, 201)
    assert later.counts == [100]


# One way, once


async def test_a_listing_is_walked_by_row_or_by_page_and_once() -> None:
    rows = walk(OddServer(rows=make_rows(0, 30)), count=10)
    assert await anext(rows) == {"id": "ID0"}
    with pytest.raises(errors.UsageError, match="already being walked by row"):
        rows.by_page()
    assert len(await collect(rows)) == 29
    assert await collect(rows) == []

    listing = walk(OddServer(rows=make_rows(0, 30)), count=10)
    pages = listing.by_page()
    assert (await anext(pages)).number == 1
    with pytest.raises(errors.UsageError, match="already being walked by page"):
        await anext(listing)
    with pytest.raises(errors.UsageError, match="already being walked by page"):
        listing.by_page()
    assert [page.number async for page in pages] == [2, 3]


async def test_pages_can_be_closed_and_thrown_into_as_rows_can() -> None:
    pages = walk(OddServer(rows=make_rows(0, 30)), count=10).by_page()
    assert (await pages.asend(None)).number == 1
    await pages.aclose()
    assert [page async for page in pages] == []
    with pytest.raises(KeyError):
        await walk(OddServer(rows=make_rows(0, 30))).by_page().athrow(KeyError)


# Many pages at a time


@pytest.mark.parametrize("at_once", [2, 4])
@pytest.mark.in_no_time
async def test_at_once_pages_are_fetched_together_and_given_in_order(at_once: int) -> None:
    running, most = 0, 0

    class Slow(OddServer):
        async def fetch(self, page: int, count: int, /) -> Rows[Row]:
            nonlocal running, most
            running += 1
            most = max(most, running)
            await anyio.sleep(0.02 / page)  # the later, the sooner done
            running -= 1
            return self.answer(page, count)

    assert await collect(walk(Slow(rows=make_rows(0, 95)), count=10, at_once=at_once)) == name_rows(0, 95)
    assert most == at_once


@pytest.mark.parametrize(("total", "wasted"), [(None, 2), (95, 0)], ids=["without total", "with total"])
async def test_pages_past_the_end_are_few_and_none_with_a_total(total: int | None, wasted: int) -> None:
    server = OddServer(rows=make_rows(0, 95), total=total)
    await collect(walk(server, count=10, at_once=4))
    assert len(server.asked) == 10 + wasted


@pytest.mark.parametrize("at_once", [2, 4])
async def test_a_short_page_hides_no_rows_from_a_window_that_reaches_past_the_empty_one_behind_it(at_once: int) -> None:
    shown = {
        number: make_rows(10 * number, 10 * number + rows) for number, rows in enumerate([10, 10, 10, 7, 0, 10, 10])
    }

    async def fetch(page: int, _: int) -> Rows[Row]:
        await anyio.lowlevel.checkpoint()
        return Rows(shown.get(page - 1, []), None)

    assert len(await collect(Listing(fetch, count=10, at_once=at_once))) == 57


@pytest.mark.parametrize("total", [None, 7], ids=["without total", "with total"])
async def test_a_listing_of_one_page_wastes_at_most_the_rest_of_the_first_window(total: int | None) -> None:
    server = OddServer(rows=make_rows(0, 7), total=total)
    await collect(walk(server, count=10, at_once=4))
    assert sorted(server.asked) == [1, 2, 3, 4]


@pytest.mark.parametrize(("total", "asked"), [(7, [1]), (None, [1, 2])], ids=["with total", "without total"])
async def test_one_page_is_enough_if_it_makes_up_the_total_and_else_only_an_empty_one_is_the_end(
    total: int | None, asked: list[int]
) -> None:
    server = OddServer(rows=make_rows(0, 7), total=total)
    await collect(walk(server, count=10))
    assert server.asked == asked


# Pages that cannot be had


@define(kw_only=True)
class Failing(OddServer):
    """Fails at page 3, while page 4 would never come."""

    error: Exception = Factory(
        lambda: errors.ConnectionFailedError("lost", method="GET", path="/x", attempts=1, sent=True)
    )

    async def fetch(self, page: int, count: int, /) -> Rows[Row]:
        if page == 3:
            raise self.error
        if page == 4:
            await anyio.sleep_forever()
        return self.answer(page, count)


@pytest.mark.fault("A2")
@pytest.mark.fault("G9")
@pytest.mark.parametrize("at_once", [1, 4])
@pytest.mark.in_no_time
async def test_a_page_that_cannot_be_had_raises_after_the_rows_before_it_and_names_itself(at_once: int) -> None:
    server = Failing(rows=make_rows(0, 50))
    pages = walk(server, count=10, at_once=at_once)
    got: list[str] = []
    with pytest.raises(errors.ConnectionFailedError) as caught, within(1):
        await collect(pages, got)
    assert got == name_rows(0, 20)
    assert caught.value.page == 3
    assert [row async for row in pages] == []
    rest = walk(OddServer(rows=make_rows(0, 50)), count=10, start_page=caught.value.page)
    assert got + await collect(rest) == name_rows(0, 50)


async def test_an_error_that_is_not_ours_comes_through_as_itself() -> None:
    server = Failing(rows=make_rows(0, 50))
    server.error = KeyError("a transport's own mistake")
    with pytest.raises(KeyError, match="own mistake"):
        await collect(walk(server, count=10, at_once=4))


# Leaving early


@pytest.mark.fault("G10")
@pytest.mark.parametrize("at_once", [1, 4])
async def test_leaving_a_loop_early_leaves_nothing_behind(at_once: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        async for row in walk(OddServer(rows=make_rows(0, 100)), count=10, at_once=at_once):  # pragma: no branch
            if row["id"] == "ID12":
                break
        gc.collect()
        await anyio.lowlevel.checkpoint()


@pytest.mark.parametrize("at_once", [1, 4])
@pytest.mark.parametrize("clamps", [False, True])
@pytest.mark.parametrize("grouped", [False, True])
async def test_a_step_that_was_cancelled_can_be_taken_again_and_loses_no_row(
    at_once: int, *, clamps: bool, grouped: bool
) -> None:
    class Slow(OddServer):
        async def fetch(self, page: int, count: int, /) -> Rows[Row]:
            if page not in self.asked:
                self.asked.append(page)
                try:
                    await anyio.sleep_forever()
                except anyio.get_cancelled_exc_class() as cancelled:
                    if grouped:  # as trio's connecting is cancelled
                        raise BaseExceptionGroup("of a nursery", [cancelled]) from None
                    raise
            return await super().fetch(page, count)

    server = Slow(rows=make_rows(0, 25), clamps=clamps)
    rows = walk(server, count=5, at_once=at_once)
    found: list[str] = []
    cancelled = True
    while cancelled:
        with anyio.move_on_after(0.02) as scope:
            await collect(rows, found)
        cancelled = scope.cancelled_caught
    assert found == name_rows(0, 25)
    assert len(server.asked) > len(set(server.asked)) > 5


@pytest.mark.parametrize("anyio_backend", ["trio"])
@pytest.mark.parametrize("at_once", [1, 4])
async def test_a_step_that_was_cancelled_while_it_connected_can_be_taken_again(at_once: int) -> None:
    """On trio, httpcore does that in a nursery, out of which the cancellation comes in a group."""

    class Connecting(OddServer):
        async def fetch(self, page: int, count: int, /) -> Rows[Row]:
            if not self.asked:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(trio.sleep_forever)
            return await super().fetch(page, count)

    server = Connecting(rows=make_rows(0, 25))
    rows = walk(server, count=5, at_once=at_once)
    with anyio.move_on_after(0.02) as scope:
        await anext(rows)
    assert scope.cancelled_caught
    server.asked.append(0)
    assert await collect(rows) == name_rows(0, 25)


async def test_a_walk_that_was_closed_is_over() -> None:
    async with aclosing(walk(OddServer(rows=make_rows(0, 100)), count=10)) as rows:
        assert await anext(rows) == {"id": "ID0"}
    assert [row async for row in rows] == []


async def test_what_is_thrown_into_a_walk_ends_it() -> None:
    for thrown in (KeyError("x"), KeyError):
        rows = walk(OddServer(rows=make_rows(0, 100)), count=10)
        assert await rows.asend(None) == {"id": "ID0"}
        with pytest.raises(KeyError):
            await rows.athrow(thrown)
        assert [row async for row in rows] == []


async def test_two_tasks_cannot_step_through_one_walk_at_once() -> None:
    asked = anyio.Event()

    class Endless(OddServer):
        async def fetch(self, page: int, _: int, /) -> Rows[Row]:
            asked.set()
            await anyio.sleep_forever()
            return self.answer(page, 10)  # pragma: no cover - never reached

    rows = walk(Endless(rows=[]), count=10)
    async with anyio.create_task_group() as group:
        group.start_soon(rows.__anext__)
        await asked.wait()
        with pytest.raises(errors.UsageError, match="give each its own"):
            await anext(rows)
        group.cancel_scope.cancel()


class Outcome(BaseException):
    """What `pytest.fail` raises is no `Exception` either."""


async def test_what_is_no_exception_is_raised_in_its_turn_and_in_no_group() -> None:
    class Failing(OddServer):
        async def fetch(self, page: int, count: int, /) -> Rows[Row]:
            if page == 3:
                raise Outcome
            return await super().fetch(page, count)

    rows = walk(Failing(rows=make_rows(0, 50)), count=5, at_once=4)
    assert [await anext(rows) for _ in range(10)] == make_rows(0, 10)
    with pytest.raises(Outcome):
        await anext(rows)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
async def test_what_ends_the_program_while_pages_are_fetched_is_raised_at_once_and_in_no_group(
    stop: type[BaseException],
) -> None:
    class Interrupted(OddServer):
        async def fetch(self, page: int, count: int, /) -> Rows[Row]:
            if page == 3:
                raise stop
            return await super().fetch(page, count)

    rows = walk(Interrupted(rows=make_rows(0, 50)), count=5, at_once=4)
    with pytest.raises(stop):
        await anext(rows)


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_page_whose_fetch_awaits_a_cancelled_task_is_not_left_out_in_silence() -> None:
    class Stray(OddServer):
        async def fetch(self, page: int, count: int, /) -> Rows[Row]:
            if page == 3:
                task = asyncio.create_task(anyio.sleep(1))
                task.cancel()
                await task
            return await super().fetch(page, count)

    rows = walk(Stray(rows=make_rows(0, 50)), count=5, at_once=4)
    with pytest.raises(RuntimeError, match="cancelled by something of its own"):
        _ = [row async for row in rows]


# Memory


@pytest.mark.fault("G19", "R6")
async def test_a_walk_remembers_every_row_and_a_million_of_them_in_24_megabytes() -> None:
    class Long(OddServer):
        async def fetch(self, page: int, _: int, /) -> Rows[Row]:
            await anyio.lowlevel.checkpoint()
            return Rows(make_rows(100 * page - 100, 100 * page) if page <= PAGES else [], None)

    tracemalloc.start()
    count = before = 0
    try:
        async for _ in walk(Long(rows=[]), at_once=10):
            count += 1
            if count == 1000:
                tracemalloc.reset_peak()
                before = tracemalloc.get_traced_memory()[0]
        assert count == 100 * PAGES
        assert tracemalloc.get_traced_memory()[1] - before < 24 * 100 * PAGES + 3 * 2**20
    finally:
        tracemalloc.stop()
