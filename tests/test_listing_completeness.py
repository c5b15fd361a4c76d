"""What becomes of a server that does not tell the truth: every row comes once, or there is an error."""

from contextlib import suppress
from math import inf
from typing import Any

import anyio
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aex_async import Listing, errors
from aex_async._codec import Rows
from aex_async._listing.completeness import (
    FAR,
    MAX_BARREN,
    MAX_PAGES,
    MAX_ROUNDS,
    Question,
    Round,
    Track,
    ask_for_part,
    count_pushed,
)
from tests.odd_server import OddServer, Row, Scripted, Server, collect, make_rows, name_rows, walk


async def fail(server: Server, match: str, **options: Any) -> tuple[list[str], errors.PaginationError]:
    """Return the rows that came before the error, and the error."""
    got: list[str] = []
    with pytest.raises(errors.PaginationError, match=match) as caught:
        await collect(walk(server, **options), got)
    return got, caught.value


# The same page again


@pytest.mark.fault("G1")
@pytest.mark.parametrize("at_once", [1, 5])
@pytest.mark.parametrize("size", [10, 30])
@pytest.mark.parametrize("told", [{}, {"total": 30}, {"echo": "first"}, {"ignores_count": 10}], ids=str)
async def test_a_server_that_ignores_page_is_found_out_at_the_first_repeat(
    told: dict[str, Any], size: int, at_once: int
) -> None:
    server = OddServer(rows=make_rows(0, 30), ignores_page=True, **told)
    got, error = await fail(server, "circles", count=min(size, 10), at_once=at_once)
    assert (got, error.page) == (name_rows(0, 10), 2)


@pytest.mark.fault("X13")
@pytest.mark.parametrize("at_once", [1, 4])
@pytest.mark.parametrize("echo", [None, "asked", "given"])
@pytest.mark.parametrize("total", [None, "true"])
@pytest.mark.parametrize("size", [1, 7, 10, 30, 35])
async def test_a_server_that_repeats_its_last_page_past_the_end_has_just_ended(
    size: int, total: Any, echo: Any, at_once: int
) -> None:
    server = OddServer(rows=make_rows(0, size), clamps=True, total=total, echo=echo)
    assert await collect(walk(server, count=10, at_once=at_once)) == name_rows(0, size)


@pytest.mark.fault("G1")
@pytest.mark.parametrize("at_once", [1, 3, 4, 5])
@pytest.mark.parametrize("size", [11, 25, 60])
async def test_a_server_that_ignores_page_is_found_out_though_two_databases_take_turns(size: int, at_once: int) -> None:
    """At three and more at once, all pages of a window come from one of them, and the page far away from the other."""
    server = OddServer(rows=make_rows(0, size), ignores_page=True, turns=True)
    got, _ = await fail(server, "circles", count=10, at_once=at_once)
    assert len(got) < size or size == 11  # of eleven, the two pages hold all


async def test_ten_rows_where_fewer_were_asked_for_are_one_page_of_a_server_that_heeds_neither_page_nor_count() -> None:
    got, _ = await fail(OddServer(rows=make_rows(0, 30), ignores_page=True, ignores_count=10), "circles", count=5)
    assert got == name_rows(0, 10)


async def test_seven_rows_where_fewer_were_asked_for_are_all_there_is_of_a_server_that_does_not_page_at_all() -> None:
    server = OddServer(rows=make_rows(0, 7), ignores_page=True, ignores_count=7)
    assert await collect(walk(server, count=5)) == name_rows(0, 7)


async def test_a_server_that_ignores_page_is_found_out_though_rows_of_its_first_page_go_meanwhile() -> None:
    first, later = make_rows(0, 7), make_rows(2, 9)
    server = Scripted(lambda _: first if len(server.asked) <= 2 else later)
    got, _ = await fail(server, "circles", count=10)
    assert got == name_rows(0, 9)


async def test_rows_that_came_meanwhile_stand_for_no_other_where_nothing_keeps_an_order() -> None:
    """The second round meets as many as there were at its beginning: a new one, and not yet the last of the old."""
    script = [make_rows(0, 10), [*make_rows(0, 1), *make_rows(10, 18)], []]
    script += [make_rows(0, 10), [*make_rows(10, 18), *make_rows(19, 20)], []]
    script += [make_rows(0, 10), make_rows(10, 20), []]
    totals = [19] * 4 + [20] * 5

    async def fetch(_: int, __: int, /) -> Rows[Row]:
        await anyio.lowlevel.checkpoint()
        return Rows(script.pop(0), totals.pop(0))

    assert sorted(await collect(Listing(fetch, count=10))) == sorted(name_rows(0, 20))


async def test_a_count_that_more_rows_belie_cuts_no_round_short() -> None:
    """Five of six rows came, and one of them twice: five, as counted, are not all."""
    server = OddServer(rows=make_rows(0, 6), total=5, turns=True)
    assert sorted(await collect(walk(server, count=5))) == name_rows(0, 6)


async def test_a_single_row_that_is_repeated_is_all_there_is_if_two_cannot_be_had() -> None:
    assert await collect(walk(OddServer(rows=make_rows(0, 1), clamps=True), count=1)) == name_rows(0, 1)
    await fail(OddServer(rows=make_rows(0, 3), ignores_page=True), "circles", count=1)


async def test_a_short_page_of_a_server_that_heeds_neither_page_nor_count_is_all_there_is() -> None:
    few = Scripted(lambda _: make_rows(0, 7))
    assert await collect(walk(few)) == name_rows(0, 7)


async def test_a_server_that_does_not_page_at_all_is_asked_once_if_it_counts() -> None:
    whole, unpaged = Scripted(lambda _: make_rows(0, 37), total=37), Scripted(lambda _: make_rows(0, 37))
    assert await collect(walk(whole, count=10)) == name_rows(0, 37)
    assert await collect(walk(unpaged, count=10)) == name_rows(0, 37)
    assert (whole.asked, unpaged.asked) == ([1], [1, 2, 2 + FAR])


async def test_a_whole_page_of_rows_inserted_meanwhile_is_not_the_end() -> None:
    """Page 2 is page 1 again, but there are pages behind it."""
    pages = [make_rows(0, 10), make_rows(0, 10), make_rows(10, 20), make_rows(20, 25)]
    pushed = Scripted(lambda page: pages[page - 1] if page <= 4 else [])
    assert await collect(walk(pushed, count=10)) == name_rows(0, 25)


@pytest.mark.fault("X12")
@pytest.mark.parametrize("period", [2, 3, 70])
async def test_a_server_that_goes_in_circles_is_found_out_however_long_they_are(period: int) -> None:
    """Rows without ids are known by their content."""
    rows = [{"id": f"ID{number}"} if number % 2 else {"id": None, "n": str(number)} for number in range(1000)]
    server = OddServer(rows=rows, period=period)
    got, error = await fail(server, "circles", count=10)
    assert (got, error.page) == ([row["id"] for row in rows[: 10 * period]], period + 3)


@pytest.mark.fault("X11")
async def test_another_page_than_the_one_asked_for_is_not_believed() -> None:
    got, error = await fail(OddServer(rows=make_rows(0, 30), echo="first"), "page 2 was asked for", count=10)
    assert (got, error.page) == (name_rows(0, 10), 2)


async def test_an_empty_page_past_the_end_may_call_itself_by_any_number() -> None:
    class Echoing(Scripted):
        async def fetch(self, page: int, count: int, /) -> Rows[Row]:
            rows = await super().fetch(page, count)
            return Rows(rows.items, None, page if page == 1 else 1)

    assert await collect(walk(Echoing(lambda page: make_rows(0, 10) if page == 1 else []), count=10)) == name_rows(
        0, 10
    )


async def test_a_question_that_cannot_be_answered_is_an_error_on_the_page_in_doubt() -> None:
    class Failing(OddServer):
        async def fetch(self, page: int, count: int, /) -> Rows[Row]:
            if page > FAR:
                raise errors.ConnectionFailedError("lost", method="GET", path="/x", attempts=1, sent=True)
            return await super().fetch(page, count)

    got: list[str] = []
    with pytest.raises(errors.ConnectionFailedError) as caught:
        await collect(walk(Failing(rows=make_rows(0, 30), clamps=True), count=10), got)
    assert (got, caught.value.page) == (name_rows(0, 30), 4)


async def test_another_round_begins_with_a_window_of_its_own() -> None:
    """The pages past the end that were fetched with the last ones are none of the next round's."""
    server = OddServer(rows=make_rows(0, 95), total="true", shuffles=True, seed=3)
    pages = [page async for page in walk(server, count=10, at_once=8).by_page()]
    assert sum(len(page.items) for page in pages) == 95
    assert max(server.asked) <= 11


@pytest.mark.fault("G2")
def test_an_endless_listing_is_given_up() -> None:
    track = Track[Row](count=1, start_page=1)
    track._pages = MAX_PAGES - 1  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    track.take(1, Rows(make_rows(0, 1), None))
    with pytest.raises(errors.PaginationError, match="did not end"):
        track.take(2, Rows(make_rows(1, 2), None))


# Totals


@pytest.mark.fault("G4")
async def test_a_total_that_is_too_low_ends_nothing() -> None:
    assert await collect(walk(OddServer(rows=make_rows(0, 35), total=10), count=10)) == name_rows(0, 35)


@pytest.mark.fault("G4")
@pytest.mark.parametrize("total", [31, 60])
@pytest.mark.parametrize("clamps", [False, True])
async def test_a_total_that_is_too_high_is_not_taken_for_the_whole(total: int, *, clamps: bool) -> None:
    server = OddServer(rows=make_rows(0, 30), total=total, clamps=clamps)
    got, error = await fail(
        server, f"^the server counts {total} rows, and only 30 different ones came: the listing is not whole$", count=10
    )
    assert (got, error.page) == (name_rows(0, 30), 4)


async def test_a_walk_from_a_later_page_names_it_where_rows_are_missing() -> None:
    got, _ = await fail(OddServer(rows=make_rows(0, 30), total=31), "11 rows from page 3 on", count=10, start_page=3)
    assert got == name_rows(20, 30)


@pytest.mark.fault("G5", "X6", "X10")
@pytest.mark.parametrize("cap", [3, 10, 99])
@pytest.mark.parametrize("total", [None, "true"])
@pytest.mark.parametrize("at_once", [1, 4])
async def test_a_server_that_gives_fewer_rows_a_page_than_asked_is_walked_whole(
    cap: int, total: Any, at_once: int
) -> None:
    server = OddServer(rows=make_rows(0, 247), total=total, cap=cap)
    assert await collect(walk(server, at_once=at_once)) == name_rows(0, 247)


@pytest.mark.fault("X10")
@pytest.mark.parametrize("total", [None, "true"])
async def test_a_server_that_gives_fewer_rows_from_the_second_page_on_is_walked_whole(total: Any) -> None:
    server = OddServer(rows=make_rows(0, 250), total=total, later_cap=50)
    assert await collect(walk(server)) == name_rows(0, 250)


async def test_a_short_page_that_makes_up_the_total_is_the_last_asked_for() -> None:
    server = OddServer(rows=make_rows(0, 30), total=30, cap=10)
    assert await collect(walk(server)) == name_rows(0, 30)
    assert server.asked == [1, 2, 3]


async def test_a_page_larger_than_asked_is_not_the_end() -> None:
    for total in (40, None):
        large = Scripted(lambda page: make_rows(15 * page - 15, max(15 * page - 15, min(15 * page, 40))), total=total)
        assert await collect(walk(large, count=10)) == name_rows(0, 40)


async def test_a_bare_object_in_place_of_a_list_is_all_there_is() -> None:
    class Bare(OddServer):
        async def fetch(self, page: int, count: int, /) -> Rows[Row]:
            await super().fetch(page, count)
            return Rows([{"id": "A"}], None, bare=True)

    bare = Bare(rows=[])
    assert await collect(walk(bare)) == ["A"]
    assert bare.asked == [1]


# Rows that come again


@pytest.mark.fault("G14")
async def test_rows_that_come_again_are_given_once_however_far_apart_and_whatever_their_case() -> None:
    rows = [*make_rows(0, 20_000), {"id": "id0"}, *make_rows(1, 10)]
    assert await collect(walk(OddServer(rows=rows))) == name_rows(0, 20_000)


@pytest.mark.fault("X14")
@pytest.mark.parametrize("total", [None, 300])
async def test_a_feed_whose_rows_share_an_id_loses_nothing(total: int | None) -> None:
    rows = [{"id": f"S{number // 3}", "direction": str(number % 3)} for number in range(300)]
    assert [row async for row in walk(OddServer(rows=rows, total=total), count=10)] == rows


@pytest.mark.parametrize("total", [None, "true"])
async def test_a_row_that_the_server_has_twice_is_given_once_and_is_no_error(total: Any) -> None:
    """On one page, and on two: a second round in the same order shows that nothing is missing."""
    for rows in ([*make_rows(0, 3), *make_rows(0, 1)], [*make_rows(0, 25), *make_rows(0, 1)]):
        server = OddServer(rows=rows, total=total)
        assert await collect(walk(server, count=10)) == name_rows(0, len(rows) - 1)


@pytest.mark.fault("G6")
@pytest.mark.parametrize("total", [None, "true"])
async def test_rows_inserted_at_the_head_neither_repeat_nor_hide_others_nor_cost_a_second_round(total: Any) -> None:
    server = OddServer(rows=make_rows(0, 95), total=total, changes=["", "insert", "", "insert"])
    assert await collect(walk(server, count=10)) == name_rows(0, 95)
    assert len(server.asked) <= 12


@pytest.mark.fault("G7")
@pytest.mark.parametrize("seed", range(5))
async def test_rows_that_move_up_where_others_went_are_met_in_a_second_round(seed: int) -> None:
    server = OddServer(rows=make_rows(0, 95), total="true", changes=["", "delete", "", "", "delete"], seed=seed)
    got = await collect(walk(server, count=10))
    assert {row["id"] for row in server.stayed} <= set(got)
    assert len(got) == len(set(got))


async def test_a_row_that_moved_up_is_missed_by_no_count_of_others_that_came() -> None:
    """One row goes that was seen, so that another slips onto a page already read; then one comes at the end."""
    server = OddServer(rows=make_rows(0, 30), total="true")
    last = {"id": "LAST"}

    async def fetch(page: int, count: int, /) -> Rows[Row]:
        if len(server.asked) == 1:
            del server.rows[0]
        if len(server.asked) == 2:
            server.rows.append(last)
        return await server.fetch(page, count)

    got = [row["id"] async for row in Listing(fetch, count=10)]
    assert sorted(got) == sorted([*name_rows(0, 30), "LAST"])


async def test_a_server_that_loses_rows_at_every_page_is_walked_until_a_round_finds_no_other() -> None:
    server = OddServer(rows=make_rows(0, 500), total="true", changes=["delete"] * 40)
    got = await collect(walk(server, count=50))
    assert {row["id"] for row in server.stayed} <= set(got)


@pytest.mark.fault("G8", "X9")
@pytest.mark.parametrize("at_once", [1, 4])
@pytest.mark.parametrize("total", [None, "true"])
async def test_a_shuffled_listing_is_walked_until_every_row_was_met(total: Any, at_once: int) -> None:
    for seed in range(3):
        server = OddServer(rows=make_rows(0, 500), total=total, shuffles=True, seed=seed)
        assert sorted(await collect(walk(server, at_once=at_once))) == sorted(name_rows(0, 500))
        assert len(server.asked) <= 6 * MAX_ROUNDS + at_once * MAX_ROUNDS


@pytest.mark.fault("G7", "X9")
@pytest.mark.parametrize("at_once", [1, 4])
@pytest.mark.parametrize("order", ["shuffles", "turns"])
async def test_a_row_that_went_stands_for_none_that_is_there_where_nothing_keeps_an_order(
    order: str, at_once: int
) -> None:
    """Rows go within a round, between two, and as the last of one is read."""
    orders: dict[str, Any] = {order: True}
    for seed in range(36):
        gone = [*[""] * (seed % 12), "delete", *[""] * (seed // 12), "delete"]
        server = OddServer(rows=make_rows(0, 35), total="true", changes=gone, seed=seed, **orders)
        got = await collect(walk(server, count=10, at_once=at_once))
        assert {row["id"] for row in server.stayed} <= set(got)
        assert len(got) == len(set(got))


async def test_a_count_of_the_rows_on_each_page_says_of_none_that_it_went() -> None:
    for seed in range(20):
        server = OddServer(rows=make_rows(0, 35), turns=True, seed=seed)

        async def fetch(page: int, count: int, /, server: OddServer = server) -> Rows[Row]:
            rows = await server.fetch(page, count)
            return Rows(rows.items, len(rows.items))

        assert sorted([row["id"] async for row in Listing(fetch, count=10)]) == sorted(name_rows(0, 35))
        assert len(server.asked) < 40


@pytest.mark.parametrize("size", [10, 300])
async def test_a_long_listing_of_which_a_row_went_has_the_rounds_that_it_takes_to_meet_all_others(size: int) -> None:
    for seed in range(4):
        changes = [*[""] * 60, "delete"]
        server = OddServer(rows=make_rows(0, size * 5), total="true", shuffles=True, changes=changes, seed=seed)
        got = await collect(walk(server, count=size // 10 * 2))
        assert {row["id"] for row in server.stayed} <= set(got)


@pytest.mark.fault("X9")
async def test_a_shuffled_listing_that_does_not_become_whole_is_an_error_after_its_last_row() -> None:
    server = OddServer(rows=make_rows(0, 25), total=26, shuffles=True)
    got, error = await fail(server, "26 rows, and only 25 .* in [0-9]+ walks", count=10)
    assert (sorted(got), error.page) == (sorted(name_rows(0, 25)), 1)
    assert len(server.asked) <= 4 * (MAX_ROUNDS + MAX_BARREN)


@pytest.mark.fault("X9")
async def test_nine_rounds_without_a_new_row_are_enough() -> None:
    server = OddServer(rows=make_rows(0, 25), total=26, shuffles=True)
    latest = 0
    with suppress(errors.PaginationError):
        async for _ in walk(server, count=10):
            latest = server.asked.count(1)
    assert server.asked.count(1) == latest + 9


async def test_a_listing_that_is_never_paged_and_always_shuffled_is_whole_with_its_only_page() -> None:
    server = OddServer(rows=make_rows(0, 30), shuffles=True, ignores_page=True, ignores_count=30)
    assert sorted(await collect(walk(server))) == sorted(name_rows(0, 30))


@pytest.mark.fault("X9")
@pytest.mark.parametrize("at_once", [1, 5])
@pytest.mark.parametrize("total", [None, "true"])
@pytest.mark.parametrize("size", [11, 25, 30, 60, 200])
async def test_two_databases_that_take_turns_and_keep_opposite_orders_hide_no_row(
    size: int, total: Any, at_once: int
) -> None:
    """Where a round takes an even number of requests, each page comes from the same one again and again."""
    server = OddServer(rows=make_rows(0, size), total=total, turns=True)
    assert sorted(await collect(walk(server, count=10, at_once=at_once))) == sorted(name_rows(0, size))


async def test_rows_that_are_repeated_in_a_kept_order_are_an_end_once_that_cannot_be_chance() -> None:
    rows = [*make_rows(0, 25), *make_rows(0, 2)]
    server = OddServer(rows=rows, total=27)
    assert await collect(walk(server, count=10)) == name_rows(0, 25)
    assert len(server.asked) == 6 * 4 + 2


@pytest.mark.fault("X10")
@pytest.mark.parametrize("at_once", [1, 5])
async def test_a_first_page_without_rows_of_which_the_server_counts_some_is_no_end(at_once: int) -> None:
    """Such as where its pages begin with 0."""
    got, error = await fail(
        Scripted(lambda _: [], total=3), "counts 3 rows, and only 0 different", count=10, at_once=at_once
    )
    assert (got, error.page) == ([], 1)
    assert await collect(walk(Scripted(lambda _: [], total=3), start_page=2)) == []


@pytest.mark.fault("X10")
@pytest.mark.parametrize("total", [20, None])
async def test_an_empty_page_before_others_is_no_end_where_more_rows_are_due(total: int | None) -> None:
    """They are where the server counts more, or has given a page of few rows before others: it filters its pages."""
    pages = {1: make_rows(0, 10), 2: make_rows(10, 13), 3: make_rows(13, 16), 5: make_rows(16, 20)}
    server = Scripted(lambda page: pages.get(page, []), total=total)
    assert await collect(walk(server, count=10)) == name_rows(0, 20)
    assert server.asked == ([1, 2, 3, 4, 5] if total else [1, 2, 3, 4, 5, 6, 7])


@pytest.mark.fault("X10")
async def test_of_two_empty_pages_in_a_row_the_first_is_the_end() -> None:
    server = Scripted(lambda page: make_rows(0, 10) if page == 1 else make_rows(10, 20) if page == 4 else [], total=30)
    got, error = await fail(server, "counts 30 rows, and only 10 different", count=10)
    assert (got, error.page, server.asked) == (name_rows(0, 10), 2, [1, 2, 3])
    assert await collect(walk(Scripted(lambda page: make_rows(0, 10) if page in (1, 3) else []), count=10)) == (
        name_rows(0, 10)
    )


@pytest.mark.fault("X10")
@pytest.mark.parametrize("usual", [10, 20, 25, 30, 50, 100])
async def test_rows_that_are_counted_as_a_usual_page_has_them_may_be_one_page_with_the_number_of_its_own(
    usual: int,
) -> None:
    class Miscounting(Scripted):
        async def fetch(self, page: int, count: int, /) -> Rows[Row]:
            rows = await super().fetch(page, count)
            return Rows(rows.items, len(rows.items))

    server = Miscounting(lambda page: make_rows(usual * (page - 1), min(usual * page, 2 * usual + 5)))
    assert await collect(walk(server)) == name_rows(0, 2 * usual + 5)


@pytest.mark.fault("X10")
@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("at_once", [1, 4])
@pytest.mark.parametrize("there", [10, 25, 50, 100, 200])
async def test_a_server_that_refuses_what_is_past_the_end_has_ended_where_all_rows_came_that_it_counts(
    there: int, at_once: int, status: int
) -> None:
    class Refusing(Scripted):
        async def fetch(self, page: int, count: int, /) -> Rows[Row]:
            if page > max(1, -(-there // count)):
                raise errors.ResponseError("Invalid page.", method="GET", path="/x", status=status, attempts=1)
            return await super().fetch(page, count)

    server = Refusing(lambda page: make_rows(100 * page - 100, min(100 * page, there)), total=there)
    assert await collect(walk(server, at_once=at_once)) == name_rows(0, there)
    server.total = there + 1
    with pytest.raises(errors.ResponseError, match="Invalid page"):
        await collect(walk(server, at_once=at_once))


async def test_a_row_that_comes_first_after_it_came_last_is_chance_where_nothing_keeps_an_order() -> None:
    """Where rows stay in their order, others that were put before it have pushed it there."""
    first = [make_rows(0, 10), [*make_rows(9, 10), *make_rows(0, 8), *make_rows(10, 11)], []]
    second = [make_rows(0, 10), [*make_rows(9, 10), *make_rows(10, 19)], []]
    script = [*first, *second, make_rows(0, 10), make_rows(10, 20), []]
    server = Scripted(lambda _: script[len(server.asked) - 1])
    assert sorted(await collect(walk(server, count=10))) == sorted(name_rows(0, 20))


@pytest.mark.fault("X10")
async def test_an_empty_page_before_one_that_came_with_rows_is_no_end() -> None:
    server = Scripted(lambda page: make_rows(10 * page, 10 * page + 10) if page in (1, 3) else [])
    assert await collect(walk(server, count=10, at_once=3)) == [*name_rows(10, 20), *name_rows(30, 40)]


@pytest.mark.fault("X10")
async def test_what_a_window_shows_of_empty_pages_counts_behind_it_too() -> None:
    """There one page more is looked at, and no whole window of them."""
    for last in (3, 5):
        server = Scripted(lambda page: make_rows(10 * page, 10 * page + 10) if page in range(1, last + 1, 2) else [])  # noqa: B023
        rows = [row for page in range(1, last + 1, 2) for row in name_rows(10 * page, 10 * page + 10)]
        assert await collect(walk(server, count=10, at_once=4)) == rows
        assert max(server.asked) == (5 if last == 3 else 9)


@pytest.mark.parametrize("size", [25, 19])
async def test_a_listing_in_order_of_which_rows_are_missing_is_walked_twice_and_no_more(size: int) -> None:
    rows = [*make_rows(0, size), *make_rows(0, 1)]
    server = OddServer(rows=rows, total=size + 2)
    got, error = await fail(server, f"{size + 2} rows, and only {size} different ones came: the listing", count=10)
    end = size // 10 + 2
    assert (got, error.page) == (name_rows(0, size), end)
    assert server.asked == [*range(1, end + 2)] * 2  # behind the end, too, where rows are still due


async def test_a_round_that_is_far_longer_than_the_first_is_given_up() -> None:
    """The first round meets rows twice and ends; the second never does."""
    script = [make_rows(0, 10), make_rows(5, 15)[::-1], []]
    server = Scripted(lambda page: script.pop(0) if script else make_rows(page, page + 1))
    await fail(server, "circles", count=10)
    assert len(server.asked) < 30


# Any of it together


def build_servers(**settled: Any) -> st.SearchStrategy[OddServer]:
    """Return servers of every kind, but for what is `settled`."""
    switches: dict[str, st.SearchStrategy[Any]] = {
        "rows": st.integers(0, 60).map(lambda size: make_rows(0, size)),
        "total": st.sampled_from([None, "true", "true", 5, 70]),
        "echo": st.sampled_from([None, None, "asked", "given", "first"]),
        "cap": st.sampled_from([None, None, 3, 10]),
        "later_cap": st.sampled_from([None, None, None, 4]),
        "shuffles": st.booleans(),
        "clamps": st.booleans(),
        "ignores_count": st.sampled_from([None, None, None, 10, 25]),
        "ignores_page": st.sampled_from([False, False, False, True]),
        "period": st.sampled_from([None, None, None, 1, 2, 5]),
        "changes": st.lists(st.sampled_from(["", "", "insert"]), max_size=10),
        "seed": st.integers(0, 2**16),
    }
    return st.builds(OddServer, **{**switches, **{name: st.just(value) for name, value in settled.items()}})


async def check_walk(server: OddServer, count: int, at_once: int) -> None:
    """Check that a walk gives every row once, or raises."""
    got: list[str] = []
    try:
        await collect(walk(server, count=count, at_once=at_once), got)
    except errors.PaginationError:
        assert len(got) == len(set(got))
        return
    assert len(got) == len(set(got))
    assert {row["id"] for row in server.stayed} <= set(got)


@given(server=build_servers(), count=st.sampled_from([5, 10, 25, 100]), at_once=st.integers(1, 6))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_whatever_a_server_does_every_row_comes_once_or_there_is_an_error(
    server: OddServer, count: int, at_once: int
) -> None:
    assume(
        not (server.ignores_page and server.total == 5)
    )  # it shows one page and counts as many: nothing tells of more
    anyio.run(check_walk, server, count, at_once)


@pytest.mark.fault("X9", "X10")
@given(
    server=build_servers(turns=True, total="true", changes=[]),
    count=st.sampled_from([1, 2, 5, 10, 25, 100]),
    at_once=st.integers(1, 6),
)
@settings(max_examples=400, deadline=None, derandomize=True)
def test_whatever_two_databases_that_take_turns_do_an_honest_total_lets_no_row_go_missing(
    server: OddServer, count: int, at_once: int
) -> None:
    """A count that is too low is met by other rows, now and then: nothing tells then that any is missing."""
    anyio.run(check_walk, server, count, at_once)


# Decisions


def test_a_window_reaches_no_further_than_total_and_limit_allow() -> None:
    track = Track[Row](count=10, start_page=1)
    assert track.choose_window(8, inf) == range(1, 9)
    track.take(1, Rows(make_rows(0, 10), 35))
    assert track.choose_window(8, inf) == range(2, 5)
    assert track.choose_window(8, 11) == range(2, 4)
    later = Track[Row](count=10, start_page=9)
    later.take(9, Rows(make_rows(0, 10), 35))
    assert later.choose_window(8, inf) == range(10, 11)


@pytest.mark.parametrize(
    ("before", "keys", "pushed"),
    [
        (range(10), range(10, 20), 0),
        (range(10), range(9, 19), 1),
        (range(10), range(2, 12), 8),
        (range(10), [9, 8, *range(20, 28)], 1),
        (range(10), [5, *range(20, 29)], 0),
        (range(5), range(4, 9), 0),  # so few may lie so by chance
        (range(0), range(10), 0),
    ],
)
def test_rows_pushed_onto_the_next_page_are_told_from_rows_in_disorder(before: Any, keys: Any, pushed: int) -> None:
    assert count_pushed(tuple(before), tuple(keys)) == pushed


@pytest.mark.parametrize(
    ("length", "question"),
    [
        (1, Question(1, 2, far=False)),  # two rows, of which the single one is the first
        (2, Question(2, 1, far=False)),
        (7, Question(2, 3, far=False)),
        (10, Question(2, 5, far=False)),  # rows 6 to 10: page 2 of five
    ],
)
def test_an_only_page_is_judged_by_its_second_half(length: int, question: Question) -> None:
    assert ask_for_part(1, length) == question


def test_a_round_counts_the_pages_with_something_new_and_those_without_since() -> None:
    this = Round()
    for key, new in enumerate([5, 1, 0, 0]):
        this.add((key,), None, new=new)
    assert (this.pages, this.fresh, this.stale) == (4, 2, 2)
    this.add((9,), None, new=3)
    assert (this.fresh, this.stale) == (3, 0)


def test_only_pages_that_repeat_in_step_are_a_circle() -> None:
    this = Round()
    for page in (1, 2, 3, 4, 5):
        this.add((page,), None, new=1)
    assert not this.circles  # whatever never came before is in step with nothing
    for page in (1, 2):
        this.add((page,), None, new=0)
    assert not this.circles
    this.add((3,), None, new=0)
    assert this.circles


def test_a_row_deleted_just_before_the_empty_last_page_hides_none_that_moved_up() -> None:
    """The total on that page is the only one to tell."""
    rows: list[dict[str, Any]] = [{"id": index} for index in range(100)]
    track: Track[Any] = Track(50, 1)
    came = track.take(1, Rows(rows[:50], 100))
    rows.insert(0, {"id": "new"})  # pushes the last row to page 3
    came += track.take(2, Rows(rows[50:100], 101))
    del rows[1]  # and that moves it back to page 2
    came += track.take(3, Rows(rows[100:], 100))
    while not track.ended:
        assert track.error is None
        page = track.next
        came += track.take(page, Rows(rows[(page - 1) * 50 : page * 50], 100))
    assert {"id": 99} in came
