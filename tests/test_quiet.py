"""Quiet that AEx asks for binds all calls of a client; a server that restarts is waited for; a refusal is one."""

from collections import Counter
from datetime import UTC, datetime

import anyio
import httpx
import pytest
from anyio.abc import SocketStream
from hypothesis import settings

from aex_async import AsyncAExClient, NewCustomer, errors
from aex_async.sandbox import Fault, Sandbox
from tests.servers import Server, accept, answer, connect, find_closed_port
from tests.timing import until

pytestmark = pytest.mark.in_no_time

PREMISE = answer(b'{"id": "P1"}')
NOW = datetime(2024, 1, 1, tzinfo=UTC)
PURE = settings(max_examples=300, deadline=None, derandomize=True)
NEW = NewCustomer(first_name="J", last_name="D", email="jane@example.com", password="pw-canary", mobile_number="082000")


def throttle(seconds: str) -> bytes:
    return answer(b'{"errors": ["slow down"]}', "429 Slow Down", f"Retry-After: {seconds}")


@pytest.mark.fault("X15")
async def test_quiet_that_is_longer_than_calls_can_wait_lets_no_more_of_them_through() -> None:
    async with connect(throttle("120"), timeout=3) as (aex, server):
        looked_up = await aex.get_premises([f"P{number}" for number in range(300)], at_once=10)
    assert len(server.requests) <= 10  # those that were under way
    kinds = Counter(type(error) for error in looked_up.failed.values())
    assert kinds[errors.RateLimitedError] + kinds[errors.DeadlineError] == 300


@pytest.mark.fault("X15")
async def test_a_write_is_bound_by_quiet_and_asks_for_it_too() -> None:
    async with connect(throttle("120"), timeout=3) as (aex, server):
        with pytest.raises(errors.RateLimitedError):
            await aex.create_customer(NEW)
        start = anyio.current_time()
        for call in (aex.get_premise("P1"), aex.create_customer(NEW)):
            with pytest.raises(errors.DeadlineError, match="asked for quiet") as caught:
                await call
            assert not caught.value.sent
        assert anyio.current_time() - start < 0.5
    assert len(server.requests) == 1


@pytest.mark.fault("X15")
@pytest.mark.parametrize(
    "fault",
    [
        Fault.status(403, retry_after=120),
        Fault.status(413, retry_after=120),
        Fault.status(429, retry_after=120_000, wait_header="Retry-After-Ms"),
        Fault.status(429, retry_after=120, wait_header="RateLimit-Reset"),
        Fault.status(200, retry_after=120, body='{"code": 429, "errors": ["slow down"]}', content_type="text/plain"),
    ],
)
async def test_quiet_binds_all_calls_however_it_is_asked_for(fault: Fault) -> None:
    sandbox = Sandbox()
    sandbox.faults.add(fault, times=None)
    async with AsyncAExClient("sandbox-token", transport=sandbox.transport(), timeout=3, order_timeout=3) as aex:
        with pytest.raises(errors.ResponseError) as caught:
            await aex.get_premise("P1")
        assert caught.value.retry_after == 120
        for call in (aex.get_customer("C1"), aex.create_customer(NEW)):
            with pytest.raises(errors.DeadlineError, match="asked for quiet"):
                await call
    assert len(sandbox.requests) == 1


async def test_quiet_of_the_last_attempt_binds_whoever_comes_next() -> None:
    async with connect(throttle("0.5"), PREMISE, attempts=1) as (aex, server):
        with pytest.raises(errors.RateLimitedError):
            await aex.get_premise("P1")
        start = anyio.current_time()
        await aex.get_premise("P1")
        assert anyio.current_time() - start > 0.45
    assert len(server.requests) == 2


# A server that refuses connections for a moment


async def test_bulk_work_waits_for_a_server_that_restarts() -> None:
    port = find_closed_port()
    async with AsyncAExClient("T", base_url=f"http://127.0.0.1:{port}") as aex, anyio.create_task_group() as group:

        async def start_late() -> None:
            await anyio.sleep(2)
            server = Server("", (PREMISE,))
            listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=port)
            async with listener:
                await listener.serve(server.converse)

        group.start_soon(start_late)
        looked_up = await aex.get_premises([f"P{number}" for number in range(300)], at_once=32)
        # The server has one premise for everybody: an answer about another id is an answer all the same here.
        assert sum(isinstance(error, errors.RequestError) for error in looked_up.failed.values()) <= 3
        group.cancel_scope.cancel()


@pytest.mark.fault("X27")
async def test_calls_under_way_when_a_server_restarts_wait_for_it_however_many_they_are() -> None:
    many = 40  # more than the budget has repeats for
    together, closed, told = anyio.Event(), anyio.Event(), list[object]()

    async def answer_together(stream: SocketStream) -> None:
        if len(server.requests) == many:
            together.set()
        await together.wait()
        await stream.send(PREMISE)

    async def hang_up(stream: SocketStream) -> None:
        await closed.wait()
        await stream.aclose()

    async def converse(stream: SocketStream) -> None:
        group.start_soon(server.converse, stream)  # it outlives the listener, as in a server that restarts in order

    async def ask() -> None:
        told.append(await aex.request("GET", "/things"))

    port = find_closed_port()
    server = Server("", (*[answer_together] * many, hang_up))
    url = f"http://127.0.0.1:{port}"
    async with AsyncAExClient("T", base_url=url, max_connections=many) as aex, anyio.create_task_group() as group:
        listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=port)
        async with accept(listener, converse):
            async with anyio.create_task_group() as first:
                for _ in range(many):
                    first.start_soon(ask)
            for _ in range(many):
                group.start_soon(ask)
            await until(lambda: len(server.requests) == 2 * many)
        closed.set()
        await anyio.sleep(0.3)
        again = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=port)
        async with accept(again, Server("", (PREMISE,)).converse):
            await until(lambda: len(told) == 2 * many)


async def test_a_port_that_stays_closed_fails_every_call_in_the_end() -> None:
    async with AsyncAExClient("T", base_url=f"http://127.0.0.1:{find_closed_port()}", timeout=4) as aex:
        with anyio.fail_after(90):
            looked_up = await aex.get_premises([f"P{number}" for number in range(20)], at_once=10)
    assert len(looked_up.failed) == 20
    assert {type(error) for error in looked_up.failed.values()} <= {errors.ConnectionFailedError, errors.DeadlineError}


# A success that is none


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"code": 401, "errors": ["Not Authenticated"]}', errors.AuthenticationError),
        (b'{"code": 404, "errors": ["not found"]}', errors.NotFoundError),
        (b'{"code": 400, "errors": {"email": ["is already taken"]}}', errors.EmailTakenError),
        (b'{"code": 500, "error": "Unknown Error"}', errors.ServerError),
        (b'{"errors": ["no"]}', errors.BadRequestError),
        (b'{"code": 200, "errors": ["no"]}', errors.BadRequestError),
        (b'{"items": [], "total": 0, "code": 401, "errors": ["Not Authenticated"]}', errors.AuthenticationError),
        (b'{"items": [{"id": "P1"}], "errors": ["timed out"]}', errors.BadRequestError),
        (b'{"id": null, "errors": {"email": ["is already taken"]}, "success": false}', errors.EmailTakenError),
        (b'{"customer": null, "Errors": ["no"]}', errors.BadRequestError),
        (b'{"success": false, "message": "no"}', errors.BadRequestError),
        (b'{"status": 503, "message": "later"}', errors.ServerError),
        (b'{\n  "status": "error",\n  "message": "no"\n}', errors.BadRequestError),
        (b'{"error": {"code": 401, "message": "no"}}', errors.AuthenticationError),
        (b'{"type": "about:blank", "title": "no", "status": 404, "detail": "no"}', errors.NotFoundError),
        (b'{"fault": {"faultstring": "Invalid token"}}', errors.BadRequestError),
        (b'[{"error": "no"}]', errors.BadRequestError),
        (b'{"items": [' + b"[]," * 30_000 + b'[]], "errors": ["the rest is missing"]}', errors.BadRequestError),
    ],
    ids=lambda value: value.decode()[:60] if isinstance(value, bytes) else value.__name__,
)
@pytest.mark.parametrize("status", ["200 OK", "201 Created"])
async def test_a_success_with_the_body_of_an_error_is_that_error(
    body: bytes, error: type[errors.ResponseError], status: str
) -> None:
    async with connect(answer(body, status), attempts=1) as (aex, server):
        with pytest.raises(error) as read:
            await aex.get_premise("P1")
        with pytest.raises(error, match="it may have taken effect: look before you repeat it") as write:
            await aex.create_customer(NEW)
        assert len(server.requests) == 2
    assert read.value.status == write.value.status == int(status[:3])


@pytest.mark.parametrize(
    "body",
    [
        b'{"code": 200, "errors": []}',
        b'{"errors": null, "error": null}',
        b'{"errors": ["seen"], "id": "P1"}',
        b'["error"]',
        b'{"note": "\\"error"}',
        b'{"code": 401, "id": "P1"}',
        b'{"status": "Failed to install", "id": "P1"}',
        b'{"success": true, "status": "created"}',
        b'["Not Authenticated", {"error": "no"}]',
        b'{"items": [' + b'{"status": "error"},' * 4000 + b"[]]}",
    ],
    ids=lambda body: body.decode()[:60],
)
async def test_a_body_that_only_mentions_errors_is_what_it_is(body: bytes) -> None:
    async with connect(answer(body)) as (aex, _):
        assert await aex.request("GET", "/x") is not None


async def test_a_success_that_means_busy_is_repeated_as_busy_is() -> None:
    busy = answer(b'{"code": 503, "errors": ["busy"]}', "200 OK", "Retry-After: 0")
    async with connect(busy, PREMISE) as (aex, _):
        assert (await aex.get_premise("P1")).id == "P1"


# A bad token that is answered 404


class Ditty:
    """A server that reads before it authorizes: with a bad token, a read by id is a 404 and a list a 401."""

    def __init__(self, good: str, listing: int = 200) -> None:
        self.good = good
        self.listing = listing
        self.seen: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request.url.path)
        known = request.headers["authorization"] == f"Bearer {self.good}"
        if request.url.path == "/predefined-premises":
            return httpx.Response(self.listing if known else 401, json={"items": []} if known else {"errors": ["no"]})
        found = known and request.url.path == "/premises/P1"
        return httpx.Response(200 if found else 404, json={"id": "P1"} if found else {"errors": ["not found"]})


async def test_a_token_function_is_asked_again_after_a_404_that_is_a_bad_token() -> None:
    tokens = iter(["OLD", "NEW"])
    server = Ditty("NEW")
    async with AsyncAExClient(lambda: next(tokens), transport=httpx.MockTransport(server)) as aex:
        assert (await aex.get_premise("P1")).id == "P1"
        with pytest.raises(errors.NotFoundError):
            await aex.get_premise("P2")
    assert server.seen == [
        *("/premises/P1", "/predefined-premises", "/predefined-premises", "/premises/P1"),
        "/premises/P2",  # the answer just before proves the token
    ]


async def test_a_bad_token_of_a_function_is_told_as_one() -> None:
    server = Ditty("GOOD")
    async with AsyncAExClient(lambda: "BAD", transport=httpx.MockTransport(server)) as aex:
        with pytest.raises(errors.AuthenticationError, match="refuses the token wherever it does not read by id"):
            await aex.get_premise("P1")


@pytest.mark.parametrize("listing", [200, 403])
async def test_a_404_of_a_good_token_is_a_404_also_if_it_may_not_read_the_list(listing: int) -> None:
    server = Ditty("GOOD", listing)
    async with AsyncAExClient(lambda: "GOOD", transport=httpx.MockTransport(server)) as aex:
        for _ in range(2):
            with pytest.raises(errors.NotFoundError, match="GET /premises/P2"):
                await aex.get_premise("P2")
    assert server.seen == ["/premises/P2", "/predefined-premises", "/premises/P2"]
