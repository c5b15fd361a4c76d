"""Walks: their order, their end, and what becomes of a server that does not tell the truth."""

import gc
import tracemalloc
import warnings
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from math import inf
from types import SimpleNamespace
from typing import Any, Unpack

import anyio
import anyio.lowlevel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aex_async import ListingOptions, errors
from aex_async._codec import Rows
from aex_async._listing import DEFAULT_COUNT, REMEMBERED, Listing, Seen, Track, identify

Row = dict[str, Any]


def make_rows(first: int, past: int) -> list[Row]:
    return [{"id": f"ID{number}"} for number in range(first, past)]


class Server:
    """A server's listing of `size` rows; `total` and `cap` say what it tells, and what it gives at most."""

    def __init__(self, size: int, *, count: int, total: int | None = None, cap: int = 100) -> None:
        self.rows = make_rows(0, size)
        self.given = min(count, cap)
        self.total = total
        self.asked: list[int] = []
        self.counts: list[int] = []

    async def fetch(self, page: int, count: int, /) -> Rows[Row]:
        self.asked.append(page)
        self.counts.append(count)
        await anyio.lowlevel.checkpoint()
        return self.cut(page)

    def cut(self, page: int) -> Rows[Row]:
        start = (page - 1) * self.given
        return Rows(self.rows[start : start + self.given], self.total)


def walk(server: Any, **options: Unpack[ListingOptions]) -> Listing[Row]:
    return Listing(server.fetch, **options)


async def collect(rows: AsyncGenerator[Row, None], got: list[str] | None = None) -> list[str]:
    """Return the ids of all rows, kept in `got` even if the walk fails."""
    got = [] if got is None else got
    async for row in rows:
        got.append(row["id"])
    return got


def name_rows(first: int, past: int) -> list[str]:
    return [row["id"] for row in make_rows(first, past)]


# Every row, once, in order


@pytest.mark.parametrize("at_once", [1, 3, 10])
@pytest.mark.parametrize("tells", [True, False], ids=["with total", "without total"])
@pytest.mark.parametrize("size", [0, 1, 4, 5, 6, 25, 26, 99])
async def test_a_walk_gives_every_row_once_and_in_order(size: int, *, tells: bool, at_once: int) -> None:
    server = Server(size, count=5, total=size if tells else None)
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
    server = Server(size, count=count, total=size if tells else None, cap=cap)

    async def run() -> list[str]:
        return await collect(walk(server, count=count, at_once=at_once, limit=limit))

    assert anyio.run(run) == name_rows(0, size if limit is None else min(size, limit))
    pages = -(-size // server.given) + 1
    assert max(server.asked, default=0) <= pages + at_once - 1
    assert len(server.asked) == len(set(server.asked))


@pytest.mark.parametrize(("limit", "asked"), [(0, []), (1, [1]), (10, [1]), (11, [1, 2]), (20, [1, 2])])
async def test_limit_is_exact_and_no_page_beyond_it_is_asked_for(limit: int, asked: list[int]) -> None:
    server = Server(100, count=10)
    assert await collect(walk(server, count=10, limit=limit, at_once=5)) == name_rows(0, limit)
    assert sorted(server.asked) == asked


async def test_limit_cuts_the_last_page_of_a_walk_by_page() -> None:
    pages = [page async for page in walk(Server(100, count=10, total=100), count=10, limit=15).by_page()]
    assert [(page.number, len(page.items), page.total) for page in pages] == [(1, 10, 100), (2, 5, 100)]


async def test_start_page_goes_on_from_there() -> None:
    assert await collect(walk(Server(30, count=10, total=30), count=10, start_page=3)) == name_rows(20, 30)
    assert await collect(walk(Server(30, count=10, total=30), count=10, start_page=9)) == []


async def test_a_small_limit_asks_for_small_pages_unless_the_walk_begins_in_the_middle() -> None:
    server = Server(500, count=1)
    assert await collect(walk(server, limit=1)) == name_rows(0, 1)
    assert (server.asked, server.counts) == ([1], [1])
    later = Server(500, count=100)
    assert await collect(walk(later, limit=1, start_page=3)) == name_rows(200, 201)
    assert later.counts == [100]


# One way, once


async def test_a_listing_is_walked_by_row_or_by_page_and_once() -> None:
    rows = walk(Server(30, count=10), count=10)
    assert await anext(rows) == {"id": "ID0"}
    with pytest.raises(errors.UsageError, match="already walked by row"):
        rows.by_page()
    assert len(await collect(rows)) == 29
    assert await collect(rows) == []

    listing = walk(Server(30, count=10), count=10)
    pages = listing.by_page()
    assert (await anext(pages)).number == 1
    with pytest.raises(errors.UsageError, match="already walked by page"):
        await anext(listing)
    with pytest.raises(errors.UsageError, match="already walked by page"):
        listing.by_page()
    assert [page.number async for page in pages] == [2, 3, 4]


async def test_pages_can_be_closed_and_thrown_into_as_rows_can() -> None:
    pages = walk(Server(30, count=10), count=10).by_page()
    assert (await pages.asend(None)).number == 1
    await pages.aclose()
    assert [page async for page in pages] == []
    with pytest.raises(KeyError):
        await walk(Server(30, count=10)).by_page().athrow(KeyError)


# Many pages at a time


@pytest.mark.parametrize("at_once", [2, 4])
async def test_at_once_pages_are_fetched_together_and_given_in_order(at_once: int) -> None:
    running, most = 0, 0

    class Slow(Server):
        async def fetch(self, page: int, _: int, /) -> Rows[Row]:
            nonlocal running, most
            running += 1
            most = max(most, running)
            await anyio.sleep(0.02 / page)  # the later, the sooner done
            running -= 1
            return self.cut(page)

    assert await collect(walk(Slow(95, count=10), count=10, at_once=at_once)) == name_rows(0, 95)
    assert most == at_once


@pytest.mark.parametrize(("total", "wasted"), [(None, 2), (95, 0)], ids=["without total", "with total"])
async def test_pages_past_the_end_are_few_and_none_with_a_total(total: int | None, wasted: int) -> None:
    server = Server(95, count=10, total=total)
    await collect(walk(server, count=10, at_once=4))
    assert len(server.asked) == 10 + wasted


@pytest.mark.parametrize("total", [None, 7], ids=["without total", "with total"])
async def test_a_listing_of_one_page_wastes_at_most_the_rest_of_the_first_window(total: int | None) -> None:
    server = Server(7, count=10, total=total)
    await collect(walk(server, count=10, at_once=4))
    assert sorted(server.asked) == [1, 2, 3, 4]


async def test_one_page_at_a_time_asks_for_none_that_is_not_there() -> None:
    server = Server(7, count=10)
    await collect(walk(server, count=10))
    assert server.asked == [1]


# Pages that cannot be had


class Failing(Server):
    """Fails at page 3, while page 4 would never come."""

    error: Exception = errors.ConnectionFailedError("lost", method="GET", path="/x", attempts=1, sent=True)

    async def fetch(self, page: int, _: int, /) -> Rows[Row]:
        if page == 3:
            raise self.error
        if page == 4:
            await anyio.sleep_forever()
        return self.cut(page)


@pytest.mark.fault("A2")
@pytest.mark.fault("G9")
@pytest.mark.parametrize("at_once", [1, 4])
async def test_a_page_that_cannot_be_had_raises_after_the_rows_before_it_and_names_itself(at_once: int) -> None:
    server = Failing(50, count=10)
    pages = walk(server, count=10, at_once=at_once)
    got: list[str] = []
    with pytest.raises(errors.ConnectionFailedError) as caught, anyio.fail_after(1):
        await collect(pages, got)
    assert got == name_rows(0, 20)
    assert caught.value.page == 3
    assert [row async for row in pages] == []
    rest = walk(Server(50, count=10), count=10, start_page=caught.value.page)
    assert got + await collect(rest) == name_rows(0, 50)


async def test_an_error_that_is_not_ours_comes_through_as_itself() -> None:
    server = Failing(50, count=10)
    server.error = KeyError("a transport's own mistake")
    with pytest.raises(KeyError, match="own mistake"):
        await collect(walk(server, count=10, at_once=4))


# Servers that lie


class Lying(Server):
    """A server of which `answer` says what it gives for a page."""

    def __init__(self, answer: Callable[[int], Sequence[Row]], total: int | None = None) -> None:
        super().__init__(0, count=10, total=total)
        self.answer = answer

    def cut(self, page: int) -> Rows[Row]:
        return Rows(list(self.answer(page)), self.total)


@pytest.mark.fault("G1")
@pytest.mark.parametrize("at_once", [1, 5])
async def test_a_server_that_ignores_page_is_found_out_at_the_first_repeat(at_once: int) -> None:
    same = Lying(lambda _: make_rows(0, 10))
    with pytest.raises(errors.PaginationError, match="circles") as caught:
        await collect(walk(same, count=10, at_once=at_once))
    assert caught.value.page == 2


async def test_a_server_that_goes_in_circles_is_found_out() -> None:
    circling = Lying(lambda page: make_rows(page % 2 * 10, page % 2 * 10 + 10))
    with pytest.raises(errors.PaginationError) as caught:
        await collect(walk(circling, count=10))
    assert caught.value.page == 5


@pytest.mark.fault("G13")
async def test_rows_without_identity_are_all_kept_and_their_repetition_is_still_found_out() -> None:
    plain = Lying(lambda page: [{"name": "same"}] * 10 if page < 3 else [{"name": "same"}] * 3)
    pages = walk(plain, count=10)
    assert sum([len(page.items) async for page in pages.by_page()]) == 23


async def test_a_clamped_last_page_ends_the_walk_when_every_row_was_met() -> None:
    clamped = Lying(lambda page: make_rows(10 * min(page, 3) - 10, 10 * min(page, 3)), total=30)
    assert await collect(walk(clamped, count=10)) == name_rows(0, 30)


async def test_a_clamped_last_page_is_no_end_while_a_single_row_is_missing() -> None:
    clamped = Lying(lambda page: make_rows(10 * min(page, 3) - 10, 10 * min(page, 3)), total=31)
    with pytest.raises(errors.PaginationError, match="circles"):
        await collect(walk(clamped, count=10))


@pytest.mark.fault("G4")
async def test_a_total_that_is_too_low_ends_nothing() -> None:
    assert await collect(walk(Server(35, count=10, total=10), count=10)) == name_rows(0, 35)


@pytest.mark.fault("G4")
@pytest.mark.parametrize("total", [31, 60])
async def test_a_total_that_is_too_high_is_not_taken_for_the_whole(total: int) -> None:
    got: list[str] = []
    with pytest.raises(errors.PaginationError, match=f"counts {total} rows") as caught:
        await collect(walk(Server(30, count=10, total=total), count=10), got)
    assert (got, caught.value.page) == (name_rows(0, 30), 4)


@pytest.mark.fault("G5")
@pytest.mark.parametrize("total", [None, 47], ids=["without total", "with total"])
async def test_a_server_that_gives_fewer_rows_a_page_than_asked_is_walked_whole(total: int | None) -> None:
    server = Server(47, count=100, total=total, cap=DEFAULT_COUNT)
    assert await collect(walk(server, count=100)) == name_rows(0, 47)


async def test_a_page_of_fewer_rows_than_asked_that_makes_up_the_total_is_the_last_asked_for() -> None:
    server = Server(30, count=100, total=30, cap=DEFAULT_COUNT)
    assert await collect(walk(server, count=100)) == name_rows(0, 30)
    assert server.asked == [1, 2, 3]


async def test_a_server_that_does_not_page_at_all_is_asked_once() -> None:
    whole = Lying(lambda _: make_rows(0, 37), total=37)
    assert await collect(walk(whole, count=10)) == name_rows(0, 37)
    unpaged = Lying(lambda _: make_rows(0, 37))
    assert await collect(walk(unpaged, count=10)) == name_rows(0, 37)
    assert len(unpaged.asked) == len(whole.asked) == 1


async def test_a_page_larger_than_asked_is_not_the_end_if_the_server_counts_more() -> None:
    large = Lying(lambda page: make_rows(15 * page - 15, min(15 * page, 40)), total=40)
    assert await collect(walk(large, count=10)) == name_rows(0, 40)


@pytest.mark.fault("G14")
async def test_rows_that_come_again_are_given_once_whatever_their_case() -> None:
    drifting = Lying(
        lambda page: [{"id": f"id{n}"} for n in range(8)] + [{"id": "a"}, {"id": "A"}] if page == 1 else []
    )
    assert (await collect(walk(drifting, count=10)))[-2:] == ["id7", "a"]


@pytest.mark.fault("G6")
async def test_rows_inserted_at_the_head_neither_repeat_nor_hide_others() -> None:
    """A row more before page 2 pushes the last of page 1 onto it."""
    shifted = Lying(lambda page: make_rows(10 * page - 10 - (page > 1), min(10 * page - (page > 1), 25)))
    assert await collect(walk(shifted, count=10)) == name_rows(0, 25)


@pytest.mark.fault("G2")
def test_an_endless_listing_is_given_up() -> None:
    track = Track[Row](count=1, start_page=1)
    track.take(100_000, Rows(make_rows(0, 1), None))
    with pytest.raises(errors.PaginationError, match="did not end"):
        track.take(100_001, Rows(make_rows(1, 2), None))


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"guid": "G", "id": 1}, "g"),
        ({"guid": "G"}, "g"),
        ({"id": "A"}, "a"),
        ({"id": 7}, 7),
        ({"id": None}, None),
        ({"id": 1.5}, None),
        (SimpleNamespace(guid="G", id="A"), "g"),
        (SimpleNamespace(guid="G"), "g"),
        (SimpleNamespace(id="A"), "a"),
        (3, None),
    ],
)
def test_a_row_is_known_by_its_guid_or_its_id(row: object, key: object) -> None:
    assert identify(row) == key


def test_a_repeat_is_noticed_among_the_last_rows_and_forgotten_beyond() -> None:
    seen = Seen()
    assert seen.add(make_rows(0, 5_000)) == make_rows(0, 5_000)
    assert seen.add(make_rows(0, 1)) == []
    assert seen.add(make_rows(5_000, 5_001)) == make_rows(5_000, 5_001)
    assert seen.add(make_rows(1, 2)) == []
    assert seen.add(make_rows(0, 1)) == make_rows(0, 1)


def test_a_window_reaches_no_further_than_total_and_limit_allow() -> None:
    track = Track[Row](count=10, start_page=1)
    assert track.choose_window(1, 8, inf) == range(1, 9)
    track.take(1, Rows(make_rows(0, 10), 35))
    assert track.choose_window(2, 8, inf) == range(2, 5)
    assert track.choose_window(2, 8, 11) == range(2, 4)
    assert track.choose_window(9, 8, inf) == range(9, 10)


# Leaving early


@pytest.mark.fault("G10")
@pytest.mark.parametrize("at_once", [1, 4])
async def test_leaving_a_loop_early_leaves_nothing_behind(at_once: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        async for row in walk(Server(100, count=10), count=10, at_once=at_once):  # pragma: no branch
            if row["id"] == "ID12":
                break
        gc.collect()
        await anyio.lowlevel.checkpoint()


async def test_a_walk_that_was_closed_is_over() -> None:
    async with aclosing(walk(Server(100, count=10), count=10)) as rows:
        assert await anext(rows) == {"id": "ID0"}
    assert [row async for row in rows] == []


async def test_what_is_thrown_into_a_walk_ends_it() -> None:
    for thrown in (KeyError("x"), KeyError):
        rows = walk(Server(100, count=10), count=10)
        assert await rows.asend(None) == {"id": "ID0"}
        with pytest.raises(KeyError):
            await rows.athrow(thrown)
        assert [row async for row in rows] == []


async def test_two_tasks_cannot_step_through_one_walk_at_once() -> None:
    class Endless(Server):
        async def fetch(self, page: int, _: int, /) -> Rows[Row]:
            await anyio.sleep_forever()
            return self.cut(page)  # pragma: no cover - never reached

    rows = walk(Endless(10, count=10), count=10)
    async with anyio.create_task_group() as group:
        group.start_soon(rows.__anext__)
        await anyio.sleep(0.01)
        with pytest.raises(errors.UsageError, match="give each its own"):
            await anext(rows)
        group.cancel_scope.cancel()


@pytest.mark.fault("G19", "R6")
async def test_a_long_walk_needs_no_more_memory_than_a_short_one() -> None:
    class Long(Server):
        async def fetch(self, page: int, _: int, /) -> Rows[Row]:
            return Rows(make_rows(100 * page - 100, 100 * page) if page <= 2000 else [], None)

    tracemalloc.start()
    count, before = 0, 0
    try:
        async for _ in walk(Long(0, count=100), count=100, at_once=10):
            count += 1
            if count == 2 * REMEMBERED:
                tracemalloc.reset_peak()
                before = tracemalloc.get_traced_memory()[0]
        assert count == 200_000
        assert tracemalloc.get_traced_memory()[1] - before < 3 * 2**20
    finally:
        tracemalloc.stop()
