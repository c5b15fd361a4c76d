"""An order placed once, over real sockets: what the server sees of it."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import anyio
import httpx
import pytest
from anyio.abc import SocketStream

from aex_async import AsyncAExClient, Customer, Order, OrderJournal, Try, errors
from aex_async.sandbox import Fault, Sandbox
from aex_async.sandbox.serving import serve_in_thread
from tests.sandbox.people import POMPANO_9, POMPANO_11, PRODUCT, THANDI
from tests.servers import Action, Server, answer, close, connect, reset, send_and, serve, stay_silent

pytestmark = pytest.mark.in_no_time

CUSTOMER = Customer(
    id=THANDI,
    first_name="Thandi",
    last_name="Example",
    email="thandi@example.com",
    username="thandi",
    mobile_number="0005550142",
)
ORDER = Order(customer=CUSTOMER, premise_guid=POMPANO_11, product_id=PRODUCT, reference="r-1")
ECHO = {"customer": {"id": THANDI}, "premise": {"external_reference": POMPANO_11}, "service": {"service_id": PRODUCT}}
SERVICE = {"id": "S-1", "product_id": PRODUCT, "premise_id": "PR-1"}


def tell(value: Any, status: str = "200 OK", *headers: str) -> bytes:
    return answer(json.dumps(value).encode(), status, *headers)


NONE = tell({"items": [], "total": 0})
ONE = tell({"items": [SERVICE], "total": 1})
THERE = tell({"id": "PR-1", "external_reference": POMPANO_11})
CREATED = tell(ECHO, "201 Created")


@asynccontextmanager
async def open_shop(*script: Action) -> AsyncGenerator[tuple[AsyncAExClient, Server], None]:
    """Serve an empty baseline, then `script`."""
    async with connect(NONE, *script, timeout=1.0, attempts=1) as (aex, server):
        yield aex, server


def count_posts(server: Server) -> int:
    return sum(request.method == "POST" for request in server.requests)


async def test_an_order_is_one_post_on_a_connection_of_its_own() -> None:
    async with open_shop(CREATED, ONE, THERE) as (aex, server):
        placed = await aex.place_order(ORDER)
    assert (placed.created, placed.service.id) == (True, "S-1")
    assert [(request.method, request.target.partition("?")[0]) for request in server.requests] == [
        ("GET", f"/customers/{THANDI}/services"),
        ("POST", "/services/full"),
        ("GET", f"/customers/{THANDI}/services"),
        ("GET", "/premises/PR-1"),
    ]
    assert server.connections == 3
    assert json.loads(server.requests[1].body)["premise"] == {"external_reference": POMPANO_11}


@pytest.mark.fault("O10")
async def test_a_look_asks_past_every_cache_and_does_not_take_what_one_answers() -> None:
    cached = tell({"items": [], "total": 0}, "200 OK", "Age: 7")
    async with open_shop(answer(b"", "502 Bad Gateway"), cached) as (aex, server):
        with pytest.raises(errors.OrderUncertainError, match="from a cache"):
            await aex.place_order(ORDER, patience=0.2)
    assert {request.headers["cache-control"] for request in server.requests if request.method == "GET"} == {"no-cache"}
    assert count_posts(server) == 1


@pytest.mark.fault("O10", "L18")
@pytest.mark.parametrize("total", ["3", " 03 ", 3.0, 2.5])
async def test_no_rows_that_are_counted_in_an_unusable_form_are_no_absence(total: object) -> None:
    empty = tell({"items": [], "total": total})
    async with open_shop(tell({"errors": ["no"]}, "400 Bad Request"), empty) as (aex, server):
        with pytest.raises(errors.OrderUncertainError, match=r"\$\.total"):
            await aex.place_order(ORDER, patience=0.2)
        with pytest.raises(errors.UnexpectedAnswerError, match=r"\$\.total"):  # nor a baseline
            await aex.place_order(ORDER, journal=OrderJournal(":memory:"))
        assert [row async for row in aex.customer_services(THANDI)] == []  # where nothing is decided by it
    assert count_posts(server) == 1


@pytest.mark.fault("L18")
@pytest.mark.parametrize("total", ["0", "", "many", 0.0, -1, None, [3]])
async def test_no_rows_beside_a_total_that_counts_none_are_absence(total: object) -> None:
    empty = tell({"items": [], "total": total})
    async with open_shop(tell({"errors": ["no"]}, "400 Bad Request"), empty) as (aex, _):
        with pytest.raises(errors.BadRequestError):
            await aex.place_order(ORDER, patience=0.2)


async def test_the_end_of_some_rows_may_be_counted_in_any_form() -> None:
    one, none = tell({"items": [SERVICE], "total": "1"}), tell({"items": [], "total": "1"})
    async with open_shop(answer(b"", "502 Bad Gateway"), one, none, THERE) as (aex, _):
        assert (await aex.place_order(ORDER, patience=1)).service.id == "S-1"


async def test_surplus_bytes_of_the_baseline_never_answer_the_order() -> None:
    async with connect(NONE + CREATED, tell({"errors": ["no"]}, "400 Bad Request"), NONE) as (aex, server):
        with pytest.raises(errors.BadRequestError):
            await aex.place_order(ORDER, patience=0.2)
    assert count_posts(server) == 1


@pytest.mark.fault("O6", "O7")
@pytest.mark.parametrize(
    "fault",
    [
        close,
        reset,
        stay_silent,
        send_and(CREATED[:9], close),
        send_and(b"HTTP/1.1 100 Continue\r\n\r\n" * 3, close),
        send_and(b"garbage\r\n\r\n", close),
        answer(b"", "503 Service Unavailable", "Retry-After: 0"),
        answer(b"", "307 Temporary Redirect", "Location: /services/full"),
        tell({"customer": {"id": "C-2"}}, "201 Created"),
    ],
    ids=["closed", "reset", "silent", "part of a head", "1xx", "garbage", "503", "307", "another's echo"],
)
@pytest.mark.parametrize("placed", [True, False])
async def test_whatever_becomes_of_the_answer_there_is_one_post_and_the_truth(fault: Action, *, placed: bool) -> None:
    async with open_shop(fault, *((ONE, THERE) if placed else (NONE,))) as (aex, server):
        if placed:
            assert not (await aex.place_order(ORDER, patience=0.3)).created
        else:
            with pytest.raises(errors.OrderUncertainError):
                await aex.place_order(ORDER, patience=0.3)
    assert count_posts(server) == 1


@pytest.mark.fault("O4")
@pytest.mark.parametrize("cut", [20, 90, len(CREATED) - 1])
async def test_a_success_that_breaks_off_after_its_status_is_one(cut: int) -> None:
    async with open_shop(send_and(CREATED[:cut], close), ONE, THERE) as (aex, server):
        placed = await aex.place_order(ORDER)
    assert (placed.created, count_posts(server)) == (cut > 40, 1)


async def test_a_caller_who_gives_up_while_the_order_is_under_way_leaves_one_post_to_be_resumed() -> None:
    journal = OrderJournal(":memory:")
    read = anyio.Event()

    async def keep_it(stream: SocketStream) -> None:
        read.set()
        await stay_silent(stream)

    async with open_shop(keep_it, ONE, THERE) as (aex, server):
        async with anyio.create_task_group() as group:
            group.start_soon(partial(aex.place_order, ORDER, journal=journal))
            await read.wait()
            group.cancel_scope.cancel()
        assert aex.in_flight == 0
        (attempt,) = journal.unresolved()
        server.script = (THERE, THERE, ONE, THERE, tell({"id": THANDI}))
        placed = await aex.resume_order(attempt, journal=journal)
    assert (placed.service.id, count_posts(server)) == ("S-1", 1)


@pytest.mark.fault("O1", "O6")
@pytest.mark.parametrize("fault", [Fault(), Fault.cut_after(0), Fault.reset(50), Fault.status(503, effect="before")])
@pytest.mark.in_real_time
async def test_over_http_the_sandbox_agrees(fault: Fault) -> None:
    sandbox = Sandbox()
    sandbox.faults.add(fault, method="POST")
    with serve_in_thread(sandbox) as url:
        async with AsyncAExClient(sandbox.token, base_url=url) as aex:
            order = Order(customer=await aex.get_customer(THANDI), premise_guid=POMPANO_9, product_id=PRODUCT)
            placed = await aex.place_order(order)
    assert [entry.id for entry in sandbox.ledger] == [placed.service.id]


Trips = Callable[[httpx.Request, int], bool]


class MineError(Exception):
    """What a hook of the caller's own raises."""


MINE = MineError()


@asynccontextmanager
async def open_own(
    *script: Action, trips: Trips, error: Exception = MINE
) -> AsyncGenerator[tuple[AsyncAExClient, Server], None]:
    """Serve an empty baseline, then `script`, to a client over one whose hook raises at some requests."""
    count = [0]

    async def hook(response: httpx.Response) -> None:
        count[0] += 1
        if trips(response.request, count[0]):
            raise error

    async with (
        serve(NONE, *script) as server,
        httpx.AsyncClient(event_hooks={"response": [hook]}, trust_env=False) as http,
        AsyncAExClient("T", base_url=server.url, http_client=http, timeout=2.0, attempts=1) as aex,
    ):
        yield aex, server


def is_order(request: httpx.Request, _: int) -> bool:
    return request.method == "POST"


@pytest.mark.fault("O6", "O9")
@pytest.mark.parametrize("when", ["at the answer", "at the first look", "at a premise"])
async def test_a_hook_of_the_callers_own_that_raises_does_not_hide_what_became_of_the_order(
    when: str, caplog: pytest.LogCaptureFixture
) -> None:
    by_moment: dict[str, Trips] = {
        "at the answer": is_order,
        "at the first look": lambda _, count: count == 3,
        "at a premise": lambda request, count: count == 4 and "premises" in str(request.url),
    }
    script = {"at the answer": [ONE, THERE], "at the first look": [NONE, ONE, THERE]}.get(
        when, [ONE, THERE, ONE, THERE]
    )
    async with open_own(CREATED, *script, trips=by_moment[when]) as (aex, server):
        placed = await aex.place_order(ORDER, patience=5)
    assert (placed.service.id, placed.created, count_posts(server)) == ("S-1", when != "at the answer", 1)
    assert "MineError" in caplog.text


@pytest.mark.fault("O6")
@pytest.mark.parametrize(
    "error",
    [
        errors.UsageError("mine"),
        errors.ClientClosedError("mine"),
        errors.ConnectionFailedError("mine", method="GET", path="/x", attempts=1, sent=False),
    ],
)
async def test_what_another_client_says_within_a_hook_is_not_believed_of_the_order(error: errors.AExError) -> None:
    """It says that nothing was sent, and means a call of its own."""
    journal = OrderJournal(":memory:")
    async with open_own(CREATED, ONE, THERE, trips=is_order, error=error) as (aex, server):
        placed = await aex.place_order(ORDER, journal=journal, patience=5)
    assert (placed.service.id, placed.created, count_posts(server)) == ("S-1", False, 1)
    assert [attempt.state.value for attempt in journal.history()] == ["confirmed"]


class Stumbling(httpx.AsyncHTTPTransport):
    """A transport that raises something of its own before an order has left."""

    def __init__(self, error: Exception) -> None:
        super().__init__(trust_env=False)
        self.error = error

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            await request.extensions["trace"]("connection.connect_tcp.started", {})
            raise self.error
        return await super().handle_async_request(request)


ELSEWHERE = [
    errors.BadRequestError("mine", status=400, messages=("no",), method="POST", path="/customers"),
    errors.AuthenticationError("mine", status=401, messages=("no",), method="GET", path="/x"),
    errors.UnexpectedAnswerError("mine", method="GET", path="/x", status=200),
]


@pytest.mark.fault("O6")
@pytest.mark.parametrize("error", ELSEWHERE, ids=lambda error: type(error).__name__)
async def test_what_aex_says_of_another_call_within_a_hook_neither_refuses_nor_creates_the_order(
    error: errors.AExError,
) -> None:
    journal = OrderJournal(":memory:")
    async with open_own(CREATED, NONE, trips=is_order, error=error) as (aex, server):
        with pytest.raises(errors.OrderUncertainError, match="it may or may not exist after"):
            await aex.place_order(ORDER, journal=journal, patience=0.2)
    assert count_posts(server) == 1
    assert [(attempt.state.value, attempt.refused_at) for attempt in journal.history()] == [("sending", None)]


@pytest.mark.parametrize("error", ELSEWHERE, ids=lambda error: type(error).__name__)
async def test_what_aex_says_of_another_call_before_the_order_left_leaves_it_unsent(error: errors.AExError) -> None:
    journal = OrderJournal(":memory:")
    async with (
        serve(NONE) as server,
        AsyncAExClient("T", base_url=server.url, transport=Stumbling(error)) as aex,
    ):
        with pytest.raises(errors.AExError):
            await aex.place_order(ORDER, journal=journal, patience=0.2)
    assert (count_posts(server), [attempt.state.value for attempt in journal.history()]) == (0, ["unsent"])


@pytest.mark.fault("H26")
async def test_what_a_cache_answers_to_a_write_says_nothing_of_the_order() -> None:
    class Keeps(httpx.AsyncHTTPTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "POST":
                return httpx.Response(201, json=ECHO, extensions={"from_cache": True})
            return await super().handle_async_request(request)

    async with (
        serve(NONE) as server,
        AsyncAExClient("T", base_url=server.url, transport=Keeps(trust_env=False)) as aex,
    ):
        with pytest.raises(errors.OrderUncertainError, match="it may or may not exist after"):
            await aex.place_order(ORDER, patience=0.2)


async def test_an_order_over_a_client_that_its_owner_has_closed_since_the_baseline_was_never_sent() -> None:
    async def close_own(_: Try) -> None:
        await http.aclose()

    journal = OrderJournal(":memory:")
    async with (
        serve(NONE) as server,
        httpx.AsyncClient(trust_env=False) as http,
        AsyncAExClient("T", base_url=server.url, http_client=http, on_try=close_own) as aex,
    ):
        with pytest.raises(errors.ClientClosedError):
            await aex.place_order(ORDER, journal=journal, patience=5)
    assert count_posts(server) == 0
    assert [attempt.state.value for attempt in journal.history()] == ["unsent"]


async def test_a_hook_that_raises_at_every_look_leaves_the_order_uncertain_and_resumable() -> None:
    journal = OrderJournal(":memory:")
    async with open_own(answer(b"", "502 Bad Gateway"), NONE, trips=lambda _, count: count > 1) as (aex, _):
        with pytest.raises(errors.OrderUncertainError, match="raised MineError") as caught:
            await aex.place_order(ORDER, journal=journal, patience=0.3)
    assert [attempt.reference for attempt in journal.unresolved()] == [caught.value.attempt.reference]


async def test_a_transport_that_raises_before_the_order_left_is_heard_and_the_order_was_never_sent() -> None:
    journal = OrderJournal(":memory:")
    async with (
        serve(NONE) as server,
        AsyncAExClient("T", base_url=server.url, transport=Stumbling(MINE)) as aex,
    ):
        with pytest.raises(MineError):
            await aex.place_order(ORDER, journal=journal)
    assert (count_posts(server), [attempt.state.value for attempt in journal.history()]) == (0, ["unsent"])
