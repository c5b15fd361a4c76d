"""Listings over real sockets, and walks through listings that change meanwhile."""

import gc
import json
import random
from contextlib import aclosing
from typing import Any, TypeVar

import anyio
import anyio.lowlevel
import httpx
import pytest
from anyio.abc import SocketStream
from hypothesis import given, settings
from hypothesis import strategies as st

from aex_async import AsyncAExClient, Listing, PredefinedPremise, Service, errors
from aex_async._codec import Rows
from aex_async.sandbox import Oddities, Sandbox
from tests.servers import Action, answer, connect, stay_silent
from tests.timing import until, within

Row = dict[str, Any]
T = TypeVar("T")


def page_of(numbers: range, total: int | None = None) -> bytes:
    """Return an answer with these services."""
    return answer(json.dumps({"items": [{"id": f"S{number}"} for number in numbers], "total": total}).encode())


def endless() -> Action:
    """Answer each request with a page of ten rows that nobody has seen."""
    pages = iter(range(10**9))

    async def action(stream: SocketStream) -> None:
        first = 10 * next(pages)
        await stream.send(page_of(range(first, first + 10)))

    return action


@pytest.mark.fault("G2")
async def test_a_listing_without_end_goes_as_far_as_limit_says() -> None:
    async with connect(endless()) as (aex, server):
        rows = [row.id async for row in aex.customer_services("C1", count=10, limit=95)]
    assert rows == [f"S{number}" for number in range(95)]
    assert len(server.requests) == 10


@pytest.mark.fault("G10", "R10")
@pytest.mark.parametrize("at_once", [1, 3])
async def test_a_walk_that_is_left_holds_no_connection(at_once: int) -> None:
    async with connect(endless(), max_connections=3) as (aex, _):
        async for row in aex.customer_services("C1", count=10, at_once=at_once):  # pragma: no branch
            if row.id == "S15":
                break
        assert aex.in_flight == 0
        rows = aex.customer_services("C1", count=10, at_once=at_once)
        async with aclosing(rows):
            await anext(rows)
        with pytest.raises(StopAsyncIteration):
            await anext(rows)
        del rows
        gc.collect()
        await anyio.lowlevel.checkpoint()


@pytest.mark.fault("G10")
@pytest.mark.parametrize("at_once", [1, 3])
@pytest.mark.in_no_time
async def test_a_walk_that_is_cancelled_holds_nothing(at_once: int) -> None:
    async with connect(page_of(range(10)), stay_silent, max_connections=3) as (aex, _):
        rows = aex.customer_services("C1", count=10, at_once=at_once)
        with anyio.move_on_after(0.3) as scope:
            async for _ in rows:
                pass
        assert (scope.cancelled_caught, aex.in_flight) == (True, 0)


NO_COUNTS: list[Any] = [0, -1, 101, 10**9, "all", True, 1.0, None]
NO_PAGES: list[Any] = [0, -1, 2**63, "2", True, 1.0, None]


@pytest.mark.fault("G11", "G12")
@pytest.mark.parametrize("options", [{"count": count} for count in NO_COUNTS] + [{"start_page": n} for n in NO_PAGES])
async def test_a_count_or_a_page_that_is_none_is_refused_before_anything_is_sent(options: dict[str, Any]) -> None:
    async with connect(page_of(range(0))) as (aex, server):
        with pytest.raises(errors.UsageError):
            aex.customer_services("C1", **options)
    assert server.connections == 0


@pytest.mark.fault("G13")
async def test_a_row_without_identity_is_no_row_of_a_model() -> None:
    async with connect(answer(b'{"items": [{"id": "S1"}, {"name": "nobody"}]}')) as (aex, _):
        with pytest.raises(errors.UnexpectedAnswerError) as caught:
            await anext(aex.customer_services("C1"))
    assert "items[1].id" in str(caught.value)


@pytest.mark.fault("G17")
@pytest.mark.parametrize("at_once", [1, 3])
async def test_two_walks_of_one_client_do_not_know_of_each_other(at_once: int) -> None:
    got: dict[str, list[str]] = {"C1": [], "C2": []}

    async def walk(aex: AsyncAExClient, customer_id: str) -> None:
        async for row in aex.customer_services(customer_id, count=10, limit=40, at_once=at_once):
            got[customer_id].append(row.id)

    def give(request: httpx.Request) -> httpx.Response:
        first = 10 * int(request.url.params["page"])
        customer = request.url.path.split("/")[2]
        return httpx.Response(200, json={"items": [{"id": f"{customer}-{n}"} for n in range(first, first + 10)]})

    async with (
        AsyncAExClient("T", transport=httpx.MockTransport(give)) as aex,
        anyio.create_task_group() as group,
    ):
        for customer_id in got:
            group.start_soon(walk, aex, customer_id)
    assert got == {customer: [f"{customer}-{number}" for number in range(10, 50)] for customer in ("C1", "C2")}


@pytest.mark.fault("G18")
@pytest.mark.parametrize("at_once", [1, 3])
@pytest.mark.in_no_time
async def test_closing_the_client_ends_a_walk_with_an_error_of_its_own(at_once: int) -> None:
    async with connect(page_of(range(10)), stay_silent) as (aex, server), anyio.create_task_group() as group:
        rows = aex.customer_services("C1", count=10, at_once=at_once)

        async def find_closed() -> None:
            with pytest.raises(errors.ClientClosedError):
                [row async for row in rows]

        group.start_soon(find_closed)
        await until(lambda: len(server.requests) > 1)
        with within(1.25):
            await aex.aclose()


# A server of every kind

HECTORTON = 431  # addresses, in a sandbox as it comes

SHUFFLED = pytest.mark.unmet("where rows change places as well, this oddity means another thing")
WHOLE: list[Any] = [
    {},
    {"unordered": True},
    {"unordered": True, "predefined_totals": True},
    pytest.param({"clamp_pages": True}, marks=SHUFFLED),
    pytest.param({"clamp_pages": True, "page_echo": "given", "predefined_totals": True}, marks=SHUFFLED),
    {"max_count": 3},
    {"max_count": 3, "predefined_totals": True, "unordered": True},
    pytest.param({"ignore_count": True, "clamp_pages": True}, marks=SHUFFLED),
    # A count that is too small can be met by rows that were shuffled, and nothing tells that others are missing.
    pytest.param({"total_off": -3, "predefined_totals": True}, marks=SHUFFLED),
    {"two_orders": True, "predefined_totals": True},
]
NOT_WHOLE: list[Any] = [
    pytest.param({"ignore_page": True}, marks=SHUFFLED),
    pytest.param({"ignore_page": True, "ignore_count": True}, marks=SHUFFLED),
    {"ignore_page": True, "predefined_totals": True, "page_echo": "given"},
    {"total_off": 1, "predefined_totals": True},
    {"total_off": 1, "predefined_totals": True, "unordered": True, "max_count": 50},
    {"page_echo": "first", "predefined_totals": True},
]


@pytest.mark.fault("G1", "G4", "G5", "G8")
@pytest.mark.parametrize("at_once", [1, 4])
@pytest.mark.parametrize("oddities", WHOLE, ids=str)
async def test_a_listing_of_the_sandbox_is_whole_whatever_its_oddities(oddities: dict[str, Any], at_once: int) -> None:
    sandbox = Sandbox(oddities=Oddities(**oddities))
    async with AsyncAExClient(sandbox.token, transport=sandbox.transport()) as aex:
        got = [row.guid async for row in aex.predefined_premises("Hectorton", at_once=at_once)]
        everybody = [row.id async for row in aex.customers("@", at_once=at_once)]
    assert len(got) == len(set(got)) == HECTORTON
    assert sorted(everybody) == sorted(row["id"] for row in sandbox.customers)


@pytest.mark.parametrize("at_once", [1, 4])
@pytest.mark.parametrize("oddities", NOT_WHOLE, ids=str)
async def test_a_listing_that_cannot_be_whole_is_an_error_after_its_last_row(
    oddities: dict[str, Any], at_once: int
) -> None:
    sandbox = Sandbox(oddities=Oddities(**oddities))
    got: list[PredefinedPremise] = []
    async with AsyncAExClient(sandbox.token, transport=sandbox.transport()) as aex:
        with pytest.raises(errors.PaginationError) as caught:
            await extend(got, aex.predefined_premises("Hectorton", at_once=at_once))
    assert len(got) == len({row.guid for row in got}) >= 10
    assert caught.value.page is not None


async def extend(got: list[T], listing: Listing[T]) -> None:
    async for row in listing:
        got.append(row)  # noqa: PERF401 - what came before a failure counts


@pytest.mark.fault("G9")
@pytest.mark.parametrize("at_once", [1, 4])
async def test_a_walk_goes_on_from_the_page_that_its_error_names(at_once: int) -> None:
    """Over a real socket, which hangs up for good at the third page."""
    pages = [page_of(range(first, first + 10)) for first in range(0, 50, 10)]

    def give(*, fails: bool) -> Action:
        async def action(stream: SocketStream) -> None:
            number = int(server.requests[-1].target.rpartition("page=")[2])
            if number == 3 and fails:
                await stream.aclose()
            else:
                await stream.send(pages[number - 1] if number <= 5 else page_of(range(0)))

        return action

    got: list[Service] = []
    async with connect(give(fails=True), attempts=1) as (aex, server):
        with pytest.raises(errors.ConnectionFailedError) as caught:
            await extend(got, aex.customer_services("C1", count=10, at_once=at_once))
    assert caught.value.page == 3
    async with connect(give(fails=False)) as (aex, server):
        rest = aex.customer_services("C1", count=10, start_page=caught.value.page, at_once=at_once)
        got += [row async for row in rest]
    assert [row.id for row in got] == [f"S{number}" for number in range(50)]


# Listings that change


class Drifting:
    """A listing to which something happens before each page; it says how many rows it has if `tells`."""

    def __init__(self, size: int, count: int, changes: list[str], seed: int, *, tells: bool) -> None:
        self.rows: list[Row] = [{"id": f"ID{number}"} for number in range(size)]
        self.stayed = {row["id"] for row in self.rows}
        self.count = count
        self._changes = iter(changes)
        self._chance = random.Random(seed)  # noqa: S311 - any numbers will do, and these come back
        self._made = size
        self._tells = tells

    async def fetch(self, page: int, _: int, /) -> Rows[Row]:
        self.change(next(self._changes, "nothing"))
        await anyio.lowlevel.checkpoint()
        first = (page - 1) * self.count
        return Rows(self.rows[first : first + self.count], len(self.rows) if self._tells else None)

    def change(self, what: str) -> None:
        if what == "insert":
            self.rows.insert(self._chance.randint(0, len(self.rows)), {"id": f"ID{self._made}"})
            self._made += 1
        elif what == "delete" and self.rows:
            gone = self.rows.pop(self._chance.randrange(len(self.rows)))
            self.stayed.discard(gone["id"])
        elif what == "shuffle":
            self._chance.shuffle(self.rows)


async def walk_through(listing: Drifting, at_once: int) -> tuple[list[str], bool]:
    """Return the ids that a walk gave, and whether it came to its end."""
    got: list[str] = []
    try:
        async for row in Listing(listing.fetch, count=listing.count, at_once=at_once):
            got.append(row["id"])  # noqa: PERF401 - what came before a failure counts
    except errors.PaginationError:
        return got, False
    return got, True


@pytest.mark.fault("G6", "G7", "G8")
@given(
    size=st.integers(0, 120),
    count=st.integers(1, 25),
    changes=st.lists(st.sampled_from(["nothing", "insert", "delete", "shuffle"]), max_size=30),
    at_once=st.integers(1, 6),
    seed=st.integers(0, 2**16),
    tells=st.booleans(),
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_whatever_happens_to_a_listing_a_walk_ends_and_gives_nothing_twice(
    *, size: int, count: int, changes: list[str], at_once: int, seed: int, tells: bool
) -> None:
    listing = Drifting(size, count, changes, seed, tells=tells)
    got, _ = anyio.run(walk_through, listing, at_once)
    assert len(got) == len(set(got))


@pytest.mark.fault("G6", "G8")
@given(
    size=st.integers(0, 120),
    count=st.integers(1, 25),
    inserts=st.integers(0, 10),
    at_once=st.integers(1, 6),
    tells=st.booleans(),
)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_rows_inserted_before_the_others_hide_none_of_them(
    *, size: int, count: int, inserts: int, at_once: int, tells: bool
) -> None:
    class Growing(Drifting):
        def change(self, what: str) -> None:
            if what == "insert":
                self.rows.insert(0, {"id": f"NEW{self._made}"})
                self._made += 1

    listing = Growing(size, count, ["nothing", *["insert"] * min(inserts, count - 1)], 0, tells=tells)
    got, ended = anyio.run(walk_through, listing, at_once)
    assert len(got) == len(set(got))
    assert not ended or listing.stayed <= set(got)
