"""One call, over real sockets: what it costs, what it repeats, and how it ends."""

import copy
import gzip
import inspect
import logging
import os
import pickle
import random
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Any

import anyio
import httpx
import pytest
from anyio.abc import SocketStream

from aex_async import AsyncAExClient, NewCustomer, Try, errors
from aex_async._http.call import make_overdue
from aex_async._http.calls import Call, Calls, Progress
from aex_async._http.credentials import Credentials
from aex_async._http.engines import Direct, OwnClient, open_transport
from aex_async._http.lanes import Lanes
from aex_async._http.request import Url
from aex_async._http.retry_policy import BUDGET, THROTTLED_COST
from aex_async._http.trust import no_trust
from tests.servers import (
    Action,
    answer,
    answer_asked,
    close,
    connect,
    drip,
    find_closed_port,
    reset,
    send_and,
    serve,
    stay_silent,
)
from tests.timing import NoWaiting, until, within

pytestmark = pytest.mark.in_no_time

PREMISE = answer(b'{"id": "P1"}')
CREATED = answer(b"", "201 Created", "Location: /customers/C1")
UNAVAILABLE = answer(b"", "503 Service Unavailable", "Retry-After: 0")
NEW = NewCustomer(
    first_name="Jane",
    last_name="Doe",
    email="jane.canary@example.com",
    password="pw-canary-1",
    mobile_number="0820004242",
)


def make_engine() -> OwnClient:
    return OwnClient(lambda: open_transport(no_trust()))


MARGIN = 0.25  # seconds that a call may outlive its deadline


# What goes over the wire


async def test_a_get_says_who_asks_and_what_it_accepts() -> None:
    async with connect(PREMISE) as (aex, server):
        await aex.get_premise("P1")
    request = server.requests[0]
    assert (request.method, request.target, request.body) == ("GET", "/premises/P1", b"")
    assert request.headers == {
        "host": server.url.removeprefix("http://"),
        "accept": "application/json",
        "accept-encoding": "gzip",
        "user-agent": request.headers["user-agent"],
        "authorization": "Bearer TOKEN",
    }
    assert request.headers["user-agent"].startswith("aex_async/")


def test_a_url_is_the_same_when_it_is_copied_before_anybody_looked_at_it() -> None:
    url = Url(httpx.URL("https://fno.example"), "/customers?q=a%40b")
    assert copy.copy(url) == httpx.URL("https://fno.example/customers?q=a%40b")
    assert copy.copy(url).query == b"q=a%40b"


async def test_calls_one_after_another_share_a_connection() -> None:
    async with connect(PREMISE) as (aex, server):
        for _ in range(5):
            await aex.get_premise("P1")
    assert (len(server.requests), server.connections) == (5, 1)


async def test_a_write_goes_out_on_a_connection_of_its_own() -> None:
    async with connect(PREMISE, CREATED, PREMISE) as (aex, server):
        await aex.get_premise("P1")
        await aex.create_customer(NEW)
        await aex.get_premise("P1")
    assert (len(server.requests), server.connections, server.most_open) == (3, 3, 1)


async def test_surplus_bytes_of_an_earlier_answer_never_answer_a_write() -> None:
    refused = answer(b'{"errors": ["no"]}', "400 Bad Request")
    async with connect(PREMISE + CREATED, refused) as (aex, _):
        await aex.get_premise("P1")
        with pytest.raises(errors.BadRequestError):
            await aex.create_customer(NEW)


async def test_surplus_bytes_of_an_earlier_answer_never_answer_a_read() -> None:
    async with connect(PREMISE + answer(b'{"id": "EVIL"}'), answer(b'{"id": "P2"}')) as (aex, server):
        assert (await aex.get_premise("P1")).id == "P1"
        assert (await aex.get_premise("P2")).id == "P2"
    assert server.connections == 2


@pytest.mark.fault("A6", "S15")
async def test_cookies_are_not_kept() -> None:
    async with connect(answer(b'{"id": "P1"}', "200 OK", "Set-Cookie: _Ditty_session=evil")) as (aex, server):
        await aex.get_premise("P1")
        await aex.get_premise("P1")
    assert "cookie" not in server.requests[1].headers


async def test_a_session_cookie_is_sent_if_the_user_gives_one() -> None:
    async with serve(PREMISE) as server, AsyncAExClient("T", base_url=server.url, session_cookie="abc") as aex:
        await aex.get_premise("P1")
    assert server.requests[0].headers["cookie"] == "_Ditty_session=abc"


async def test_no_more_connections_are_open_than_allowed() -> None:
    async with connect(drip(PREMISE, 0.0005), max_connections=3) as (aex, server), anyio.create_task_group() as group:
        for _ in range(12):
            group.start_soon(aex.get_premise, "P1")
    assert len(server.requests) == 12
    assert server.most_open == 3


# What is repeated


@pytest.mark.parametrize(
    "fault",
    [UNAVAILABLE, close, reset, answer(b"", "429 Slow Down", "Retry-After: 0"), send_and(PREMISE[:-3], close)],
    ids=["503", "closed", "reset", "429", "cut in the body"],
)
async def test_a_get_is_repeated_after_a_passing_fault(fault: Action) -> None:
    async with connect(fault, PREMISE) as (aex, server):
        assert (await aex.get_premise("P1")).id == "P1"
    assert len(server.requests) == 2


async def test_a_silent_server_is_asked_again_within_the_deadline() -> None:
    async with connect(stay_silent, PREMISE, timeout=1.0) as (aex, server):
        assert (await aex.get_premise("P1")).id == "P1"
    assert len(server.requests) == 2


async def test_a_get_is_tried_no_more_often_than_attempts_says() -> None:
    async with connect(UNAVAILABLE, attempts=2) as (aex, server):
        with pytest.raises(errors.ServerError) as caught:
            await aex.get_premise("P1")
    assert (caught.value.attempts, len(server.requests)) == (2, 2)


@pytest.mark.fault("H15", "H23")
@pytest.mark.parametrize("status", ["400 Bad", "403 No", "404 None", "422 No", "501 No", "505 No", "511 No"])
async def test_a_get_is_not_repeated_where_that_cannot_help(status: str) -> None:
    async with connect(answer(b"", status)) as (aex, server):
        with pytest.raises(errors.ResponseError) as caught:
            await aex.get_premise("P1")
    assert (caught.value.attempts, len(server.requests)) == (1, 1)


@pytest.mark.parametrize(
    "fault",
    [UNAVAILABLE, close, reset, answer(b"", "429 Slow Down", "Retry-After: 0"), answer(b"", "408 Timeout")],
    ids=["503", "closed", "reset", "429", "408"],
)
async def test_a_write_is_never_repeated_once_it_was_sent(fault: Action) -> None:
    async with connect(fault) as (aex, server):
        with pytest.raises((errors.RequestError, errors.ResponseError)) as caught:
            await aex.create_customer(NEW)
    assert getattr(caught.value, "sent", True)
    assert len(server.requests) == 1


CALLS: list[Callable[[AsyncAExClient], Awaitable[object]]] = [
    lambda aex: aex.get_premise("P1"),
    lambda aex: aex.create_customer(NEW),
]


@pytest.mark.parametrize("call", CALLS, ids=["read", "write"])
async def test_a_refused_connection_is_tried_again_and_provably_sent_nothing(
    call: Callable[[AsyncAExClient], Awaitable[object]],
) -> None:
    async with AsyncAExClient("T", base_url=f"http://127.0.0.1:{find_closed_port()}") as aex:
        with pytest.raises(errors.ConnectionFailedError, match="nothing was sent") as caught:
            await call(aex)
    assert (caught.value.attempts, caught.value.sent) == (3, False)


async def test_a_name_that_does_not_exist_is_not_asked_for_again() -> None:
    async with AsyncAExClient("T", base_url="https://nope.invalid") as aex:
        with pytest.raises(errors.ConnectionFailedError, match="host name does not exist") as caught:
            await aex.get_premise("P1")
    assert (caught.value.attempts, caught.value.sent) == (1, False)


async def test_a_server_that_asks_for_no_wait_is_asked_again_at_once() -> None:
    async with connect(UNAVAILABLE, PREMISE) as (aex, _):
        start = anyio.current_time()
        await aex.get_premise("P1")
    assert anyio.current_time() - start < 0.9


async def test_a_connection_is_waited_for_half_of_the_time_left_and_an_answer_for_all_of_it() -> None:
    waits: list[float] = []

    def fail(request: httpx.Request) -> httpx.Response:
        assert request.extensions["timeout"]["read"] is None
        waits.append(request.extensions["timeout"]["connect"])
        return httpx.Response(503, headers={"Retry-After": "0"})

    async with AsyncAExClient("T", transport=httpx.MockTransport(fail), timeout=10, attempts=3) as aex:
        with pytest.raises(errors.ServerError):
            await aex.get_premise("P1")
    first, second, last = waits
    assert 4 < second <= first <= 5
    assert last == 10


async def test_repeats_are_paid_for_by_successes() -> None:
    statuses: list[int] = []

    def reply(_: httpx.Request) -> httpx.Response:
        return httpx.Response(statuses.pop(), json={"id": "P1"}, headers={"Retry-After": "0"})

    async def spend(*to_come: int) -> int:
        statuses[:] = reversed(to_come)
        await aex.get_premise("P1")
        return len(statuses)

    async with AsyncAExClient("T", transport=httpx.MockTransport(reply), attempts=100) as aex:
        attempts = 0
        for _ in range(2):
            with pytest.raises(errors.ServerError) as caught:
                await spend(*[503] * 100)
            attempts += caught.value.attempts
        assert attempts == 2 + BUDGET // THROTTLED_COST
        with pytest.raises(errors.ServerError):
            await spend(503, 200)
        for _ in range(THROTTLED_COST):
            await spend(200)
        assert await spend(503, 200) == 0


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
async def test_without_a_trace_nothing_proves_that_a_write_never_left(error: type[httpx.TransportError]) -> None:
    requests = 0

    def fail(_: httpx.Request) -> httpx.Response:
        nonlocal requests
        requests += 1
        raise error("by a transport that does not trace")

    async with AsyncAExClient("T", transport=httpx.MockTransport(fail)) as aex:
        with pytest.raises(errors.ConnectionFailedError) as caught:
            await aex.create_customer(NEW)
    assert (caught.value.sent, caught.value.attempts, requests) == (True, 1, 1)


@pytest.mark.fault("H17")
async def test_retry_after_is_waited_for() -> None:
    async with connect(answer(b"", "429 Slow Down", "Retry-After: 0.3"), PREMISE) as (aex, _):
        start = anyio.current_time()
        await aex.get_premise("P1")
    assert anyio.current_time() - start > 0.29


@pytest.mark.fault("S11")
@pytest.mark.fault("H18")
@pytest.mark.parametrize("wait", [4, 61, 3600], ids=["past the deadline", "past the cap", "an hour"])
async def test_a_retry_after_that_is_too_long_is_raised_at_once_with_its_value(wait: int) -> None:
    async with connect(answer(b"", "429 Slow Down", f"Retry-After: {wait}"), timeout=3 if wait < 60 else 100) as (
        aex,
        _,
    ):
        with within(1), pytest.raises(errors.RateLimitedError) as caught:
            await aex.get_premise("P1")
    assert (caught.value.retry_after, caught.value.attempts) == (wait, 1)


async def test_all_calls_wait_when_one_was_told_to() -> None:
    throttled = answer(b"", "429 Slow Down", "Retry-After: 0.4")
    tries = list[Try]()
    connected = connect(throttled, PREMISE, on_try=tries.append)
    async with connected as (aex, server), anyio.create_task_group() as group:
        start = anyio.current_time()
        group.start_soon(aex.get_premise, "P1")
        await until(lambda: tries)
        await aex.get_premise("P1")
        assert anyio.current_time() - start > 0.39
    assert len(server.requests) == 3


@pytest.mark.parametrize(("seconds", "said"), [(0.0125, "0.0125"), (173.28374, "173.3"), (100_000.0, "100000")])
def test_the_time_that_is_used_up_is_said_as_people_write_it(seconds: float, said: str) -> None:
    error = make_overdue(Call("GET", "/premises/P1", timeout=seconds), Progress())
    assert f"no whole answer within {said} s" in str(error)


@pytest.mark.fault("S11")
async def test_a_call_that_cannot_outwait_the_quiet_asked_for_fails_at_once() -> None:
    throttled = answer(b"", "503 Busy", "Retry-After: 2")
    tries = list[Try]()
    connected = connect(throttled, PREMISE, on_try=tries.append)
    async with connected as (aex, server), anyio.create_task_group() as group:
        group.start_soon(aex.get_premise, "P1")
        await until(lambda: tries)
        with within(0.2), pytest.raises(errors.DeadlineError, match="asked for quiet") as caught:
            await aex.with_options(timeout=0.4).get_premise("P2")
        assert not caught.value.sent
        group.cancel_scope.cancel()  # the first call, which has the time to wait
    assert len(server.requests) == 1


@pytest.mark.fault("H28")
async def test_in_an_outage_the_retry_budget_stops_the_repeats() -> None:
    lanes = Lanes(4, Direct(httpx.MockTransport(lambda _: httpx.Response(500))))
    calls = Calls("http://127.0.0.1", lanes, Credentials("T"), rng=NoWaiting())
    attempts: list[int] = []
    for _ in range(100):
        with pytest.raises(errors.ServerError) as caught:
            await calls.run(Call("GET", "/premises/P1", attempts=3))
        attempts.append(caught.value.attempts)
    assert sum(attempts) == 100 + 500 // 14
    assert attempts[-1] == 1


# How long it takes at most


@pytest.mark.parametrize(
    "fault",
    [stay_silent, drip(PREMISE, 0.2), send_and(b"HTTP/1.1 100 Continue\r\n\r\n" * 20, stay_silent)],
    ids=["silence", "dripped", "announced"],
)
@pytest.mark.parametrize("writes", [False, True])
async def test_the_deadline_bounds_a_call_whatever_the_server_does(fault: Action, *, writes: bool) -> None:
    async with connect(fault, timeout=0.4) as (aex, _):
        start = anyio.current_time()
        with pytest.raises(errors.DeadlineError) as caught:
            await (aex.create_customer(NEW) if writes else aex.get_premise("P1"))
        assert anyio.current_time() - start < 0.4 + MARGIN
    assert caught.value.sent
    assert isinstance(caught.value, TimeoutError)


async def test_a_write_whose_success_arrived_in_part_is_not_reported_as_failed() -> None:
    dripped = send_and(answer(b"x" * 100, "201 Created")[:-100], drip(b"x" * 100, 0.01))
    for fault in (dripped, send_and(CREATED.replace(b": 0", b": 9"), close)):
        async with connect(fault, timeout=0.8) as (aex, server):
            with pytest.raises(errors.UnexpectedAnswerError, match="very likely taken effect") as caught:
                await aex.create_customer(NEW)
        assert (caught.value.status, len(server.requests)) == (201, 1)


async def test_waiting_for_a_connection_counts_towards_the_deadline_and_sends_nothing() -> None:
    occupied = connect(stay_silent, timeout=None, max_connections=1)
    async with occupied as (aex, server), anyio.create_task_group() as group:
        group.start_soon(aex.get_premise, "P1")
        await anyio.sleep(0.1)
        with pytest.raises(errors.DeadlineError, match="nothing was sent") as caught:
            await aex.with_options(timeout=0.2).get_premise("P2")
        assert (caught.value.attempts, caught.value.sent, len(server.requests)) == (0, False, 1)
        group.cancel_scope.cancel()


@pytest.mark.fault("C5")
async def test_the_callers_own_time_out_wins_and_stays_the_callers() -> None:
    async with connect(stay_silent, PREMISE) as (aex, _):
        with pytest.raises(TimeoutError) as caught, anyio.fail_after(0.1):
            await aex.get_premise("P1")
        assert not isinstance(caught.value, errors.AExError)
        assert (await aex.get_premise("P1")).id == "P1"


@pytest.mark.fault("C5")
async def test_a_call_that_is_cancelled_already_sends_nothing() -> None:
    async with connect(PREMISE) as (aex, server):
        with anyio.CancelScope() as scope:
            scope.cancel()
            await aex.create_customer(NEW)
        assert scope.cancelled_caught
    assert server.connections == 0


@pytest.mark.fault("C3")
@pytest.mark.in_real_time
async def test_cancelling_under_load_leaves_every_connection_usable() -> None:
    chance = random.Random(5)  # noqa: S311 - any numbers will do, and these come back

    async def churn(aex: AsyncAExClient, until: float) -> None:
        while anyio.current_time() < until:
            with anyio.move_on_after(chance.uniform(0.0005, 0.03)):
                await aex.get_premise("P1")

    async with connect(drip(PREMISE, 0.0001), max_connections=10) as (aex, _):
        async with anyio.create_task_group() as group:
            for _ in range(40):
                group.start_soon(churn, aex, anyio.current_time() + 1)
        assert aex.in_flight == 0
        for _ in range(5):
            assert (await aex.get_premise("P1")).id == "P1"


@pytest.mark.fault("H26")
async def test_an_answer_from_a_cache_is_no_answer_to_who_asked_aex_itself() -> None:
    for age, stale in ("0", False), ("3", True):
        async with connect(answer(b'{"id": "P1"}', "200 OK", f"Age: {age}")) as (aex, server):
            call = aex._calls.run(Call("GET", "/premises/P1", uncached=True, current=True))  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
            if stale:
                with pytest.raises(errors.UnexpectedAnswerError, match="from a cache"):
                    await call
            else:
                assert (await call).status == 200
        assert server.requests[0].headers["cache-control"] == "no-cache"


class Cache(httpx.AsyncBaseTransport):
    """Says of what it answers that it has asked nobody, unless it is told to take notice of headers."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.said = said
        self.asked: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(200, content=b'{"id": "P1"}', extensions=self.said)


@pytest.mark.fault("H26")
@pytest.mark.parametrize(
    ("said", "cached"),
    [
        ({"from_cache": True}, True),
        ({"from_cache": True, "revalidated": True}, False),
        ({"from_cache": False}, False),
        ({"hishel_from_cache": True}, True),
        ({"hishel_from_cache": True, "hishel_revalidated": True}, False),
        ({"caching": {"from_cache": True, "revalidated": False}}, True),
        ({"caching": None}, False),
        ({"caching": True}, False),
    ],
    ids=str,
)
async def test_what_a_caching_transport_has_kept_is_believed_where_nobody_asks_aex_itself(
    said: dict[str, Any], *, cached: bool
) -> None:
    cache = Cache(said)
    async with AsyncAExClient("T", transport=cache) as aex:
        assert (await aex.get_premise("P1")).id == "P1"
        for call in Call("GET", "/premises/P1", uncached=True), Call("POST", "/customers", body=b"{}"):
            asked = aex._calls.run(call)  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
            if cached:
                with pytest.raises(errors.UnexpectedAnswerError, match="which asked nobody"):
                    await asked
            else:
                assert (await asked).status == 200
    read, *others = [request.extensions for request in cache.asked]
    assert "caching" not in read
    assert all(other["cache_disabled"] and other["caching"] == {"rfc": True} for other in others)


class LosesCount(httpx.AsyncByteStream):
    """A body that is whole, at the end of which httpcore has lost count of its connection's streams, or worse."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        yield b'{"id": "P1"}'

    async def aclose(self) -> None:
        raise self.error


async def test_an_answer_that_is_whole_counts_however_its_connection_ends() -> None:
    lost, mistaken = ValueError("semaphore released too many times"), ValueError("a mistake in the transport")
    for error in (lost, mistaken):
        transport = httpx.MockTransport(lambda _, error=error: httpx.Response(200, stream=LosesCount(error)))
        async with AsyncAExClient("T", transport=transport) as aex:
            if error is lost:
                assert (await aex.get_premise("P1")).id == "P1"
            else:
                with pytest.raises(ValueError, match="a mistake"):
                    await aex.get_premise("P1")


# What is made of a body


async def test_a_gzipped_answer_is_read() -> None:
    async with connect(answer(gzip.compress(b'{"id": "P1"}'), "200 OK", "Content-Encoding: gzip")) as (aex, _):
        assert (await aex.get_premise("P1")).id == "P1"


BOMB = gzip.compress(b'{"id": "' + b"P" * 2**25 + b'"}')


@pytest.mark.fault("S9")
@pytest.mark.fault("L20", "L9")
@pytest.mark.parametrize(
    ("body", "coding", "problem"),
    [
        (BOMB, "gzip", "cut off after 16,777,216 bytes"),
        (gzip.compress(BOMB), "gzip", "not JSON"),
        (b"{}", "br", "not asked for"),
        (b"{}", "gzip, gzip", "not asked for"),
        (b"{}", "gzip", "not the gzip"),
        (gzip.compress(b'{"id": "P1"}')[:-4], "gzip", "not one whole gzip"),
        (gzip.compress(b'{"id": "P1"}') * 2, "gzip", "not JSON"),
        (gzip.compress(b'{"id": "P1"}') + b"more", "gzip", "not one whole gzip"),
        (gzip.compress(b"") * 101, "gzip", "not one whole gzip"),
        (gzip.compress(b" " * 2**22) * 5, "gzip", "cut off after 16,777,216 bytes"),
        (b" " * 2**24 + b"{}", "identity", "cut off after 16,777,216 bytes"),
    ],
    ids=[
        "bomb",
        "double",
        "br",
        "two codings",
        "plain",
        "truncated",
        "two documents",
        "surplus",
        "endless",
        "bomb of parts",
        "large",
    ],
)
async def test_a_body_is_bounded_before_it_is_inflated(body: bytes, coding: str, problem: str) -> None:
    hostile = answer(body, "200 OK", f"Content-Encoding: {coding}")
    async with connect(hostile, PREMISE, timeout=10) as (aex, _):
        with pytest.raises(errors.UnexpectedAnswerError, match=problem) as caught:
            await aex.get_premise("P1")
        assert caught.value.status == 200
        assert (await aex.get_premise("P1")).id == "P1"


class _Flood(httpx.AsyncByteStream):
    """A body that never pauses and is far too large."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 2**20


@pytest.mark.fault("S9")
async def test_a_flood_without_a_pause_is_cut_off_too() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=_Flood()))
    async with AsyncAExClient("T", transport=transport) as aex:
        with pytest.raises(errors.UnexpectedAnswerError, match="cut off after"):
            await aex.get_premise("P1")


@pytest.mark.fault("H5")
async def test_an_error_is_read_no_further_than_it_helps() -> None:
    async with connect(answer(b"x" * 2**20, "400 Bad Request"), PREMISE) as (aex, server):
        with pytest.raises(errors.BadRequestError) as caught:
            await aex.get_premise("P1")
        assert caught.value.body.endswith("[cut off after 65,536 bytes]")
        assert (await aex.get_premise("P1")).id == "P1"
    assert server.connections == 2


@pytest.mark.fault("H24")
@pytest.mark.parametrize("status", ["202 Accepted", "203 Other", "204 Nothing", "206 Part", "299 New"])
async def test_a_success_that_the_api_does_not_describe_is_unexpected(status: str) -> None:
    async with connect(answer(b'{"id": "P1"}', status)) as (aex, _):
        with pytest.raises(errors.UnexpectedAnswerError, match=status[:3]):
            await aex.get_premise("P1")


@pytest.mark.fault("S4")
@pytest.mark.fault("H6", "H7", "H8")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["{url}", "http://[::1", "//{host}/x", "/premises/P1"])
async def test_a_redirect_is_an_error_and_is_not_followed(status: int, location: str) -> None:
    async with serve(PREMISE) as evil:
        target = location.format(url=evil.url, host=evil.url[7:])
        async with connect(answer(b"", f"{status} Moved", f"Location: {target}"), PREMISE) as (aex, server):
            with pytest.raises(errors.RedirectError):
                await aex.get_premise("P1")
            server.script = (answer(b"", f"{status} Moved", f"Location: {target}"),)
            with pytest.raises(errors.RedirectError):
                await aex.create_customer(NEW)
        assert (len(server.requests), evil.connections) == (2, 0)


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x15\x03\x03\x00\x02\x02\x28",
        b"hello\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 2**15,
    ],
    ids=["TLS alert", "text", "HTTP/2", "header flood"],
)
async def test_something_other_than_http_is_a_failed_connection(garbage: bytes) -> None:
    async with connect(send_and(garbage, close), attempts=1) as (aex, _):
        with pytest.raises(errors.ConnectionFailedError, match="other than HTTP"):
            await aex.get_premise("P1")


# How a client ends


@pytest.mark.fault("C14")
async def test_closing_ends_the_calls_under_way_with_an_error_of_their_own() -> None:
    caught: list[errors.ClientClosedError] = []

    async def call(aex: AsyncAExClient) -> None:
        with pytest.raises(errors.ClientClosedError) as error:
            await aex.get_premise("P1")
        caught.append(error.value)

    async with connect(stay_silent, max_connections=2) as (aex, server):
        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(call, aex)
            await until(lambda: len(server.requests) == 2)
            with within(0.5):
                await aex.aclose()
        assert sorted(error.sent for error in caught) == [False, True, True]
        await until(lambda: server.open_now == 0)


@pytest.mark.fault("C15", "C16")
async def test_a_closed_client_says_so_and_closing_it_again_does_nothing() -> None:
    async with connect(PREMISE) as (aex, server):
        await aex.aclose()
        await aex.aclose()
        with pytest.raises(errors.ClientClosedError):
            await aex.get_premise("P1")
        with pytest.raises(errors.ClientClosedError):
            aex.customers("x")
        with pytest.raises(errors.ClientClosedError):
            await aex.__aenter__()
    assert server.connections == 0


async def test_a_twin_with_other_options_shares_the_connections_and_is_closed_alone() -> None:
    async with connect(PREMISE, UNAVAILABLE) as (aex, server):
        async with aex.with_options(timeout=1, order_timeout=None, attempts=1) as twin:
            await twin.get_premise("P1")
            with pytest.raises(errors.ServerError) as caught:
                await twin.get_premise("P1")
        assert caught.value.attempts == 1
        with pytest.raises(errors.ClientClosedError):
            await twin.get_premise("P1")
        server.script = (PREMISE,)
        await aex.get_premise("P1")
        second = aex.with_options()
        await aex.aclose()
        with pytest.raises(errors.ClientClosedError):
            await second.get_premise("P1")
    assert server.connections == 1


# What stays secret


@pytest.mark.fault("S1")
async def test_nothing_private_reaches_a_log_or_an_error(caplog: pytest.LogCaptureFixture) -> None:
    echo = b'{"errors": {"email": ["jane.canary@example.com is bad", "pw-canary-1", "TOKEN-CANARY 0820004242"]}}'
    canaries = ("canary", "0820004242", "TOKEN-CANARY")
    caplog.set_level(logging.DEBUG, "aex_async")
    caplog.set_level(logging.DEBUG, "httpx")
    async with (
        serve(answer(echo, "400 Bad Request"), answer(b'{"items": 3}'), close) as server,
        AsyncAExClient("TOKEN-CANARY", base_url=server.url, session_cookie="cookie-canary", attempts=1) as aex,
    ):
        with pytest.raises(errors.BadRequestError) as bad:
            await aex.create_customer(NEW)
        with pytest.raises(errors.UnexpectedAnswerError) as unexpected:
            await anext(aex.customers("jane.canary@example.com"))
        with pytest.raises(errors.ConnectionFailedError) as failed:
            await anext(aex.customers("jane.canary@example.com"))
    shown = [caplog.text, repr(aex), repr(NEW)]
    for error in (bad.value, unexpected.value, failed.value):
        assert (error.__cause__, error.__context__) == (None, None)
        shown += [str(error), repr(error), repr(vars(error)), str(pickle.dumps(error)), *_show_locals(error)]
    for canary in canaries:
        assert not [text for text in shown if canary.lower() in text.lower()]


def _show_locals(error: BaseException) -> list[str]:
    """Return the locals of our own frames as a crash reporter would show them."""
    shown: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        if f"{os.sep}aex_async{os.sep}" in trace.tb_frame.f_code.co_filename:
            shown.append(repr(trace.tb_frame.f_locals))
        trace = trace.tb_next
    return shown


# What it costs


class _Spy(httpx.AsyncBaseTransport):
    """A transport that looks up the stack."""

    frames = most = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        frame = inspect.currentframe()
        assert frame is not None
        assert frame.f_back is not None
        frame = frame.f_back
        while f"{os.sep}aex_async{os.sep}" in frame.f_code.co_filename:
            self.frames += 1
            assert frame.f_back is not None
            frame = frame.f_back
        self.most, self.frames = max(self.most, self.frames), 0
        return httpx.Response(200, json={"id": "P1", "items": [{"id": "P1"}]}, request=request)


async def test_four_frames_lie_between_the_user_and_httpx() -> None:
    spy = _Spy()
    async with AsyncAExClient("T", transport=spy) as aex:
        await aex.get_premise("P1")
    assert spy.most == 4


@pytest.mark.parametrize(("at_once", "frames"), [(1, 7), (4, 4)])
async def test_seven_frames_lie_between_a_step_through_a_listing_and_httpx(at_once: int, frames: int) -> None:
    """Of many pages at once each has a task, in which the last four are: three wait for it."""
    spy = _Spy()
    async with AsyncAExClient("T", transport=spy) as aex:
        await anext(aex.customer_services("C1", at_once=at_once))
    assert spy.most == frames


# What is said, and when it is closed


def test_a_host_is_named_without_its_usual_port() -> None:
    hosts = {
        "https://FNO.example:443": "fno.example",
        "https://fno.example:0443": "fno.example",
        "https://fno.example:08443": "fno.example:8443",
        "https://[2001:db8::1]": "[2001:db8::1]",
        "https://[2001:DB8::1]:443": "[2001:db8::1]",
        "https://4437": "4437",
        "http://127.0.0.1:80": "127.0.0.1:80",
    }
    for base_url, host in hosts.items():
        assert Calls(base_url, Lanes(1, make_engine()), Credentials("T")).host == host


async def test_what_was_never_used_has_no_connection_to_let_go() -> None:
    unopened = OwnClient(lambda: pytest.fail("a connection was opened"))
    Calls("http://127.0.0.1", Lanes(1, unopened), Credentials("T")).abandon()


async def test_every_try_is_told_to_the_logger_of_the_package(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="aex_async"):
        async with connect(UNAVAILABLE, PREMISE) as (aex, _):
            await aex.get_premise("P1")
    told = [record.getMessage() for record in caplog.records if record.name == "aex_async"]
    assert told == ["GET /premises/P1, try 1: 503, and is repeated", "GET /premises/P1, try 2: 200"]


async def test_a_pause_fits_into_what_is_left_of_the_deadline_and_is_waited() -> None:
    class Longest(random.Random):
        def random(self) -> float:
            return 1.0

    async with serve(answer(b"", "500 Oops"), PREMISE) as server:
        calls = Calls(server.url, Lanes(1, make_engine()), Credentials("T"), rng=Longest())
        begun = anyio.current_time()
        await calls.run(Call("GET", "/premises/P1", attempts=2, timeout=0.8))
        assert 0.19 < anyio.current_time() - begun < 0.4  # a quarter of 0.8 s, and not half a second
        await calls.aclose()


@pytest.mark.parametrize(
    ("call", "advice"),
    [
        (Call("GET", "/x", timeout=0.1), "it can be repeated"),
        (Call("POST", "/x", timeout=0.1), "it may have taken effect: look before you repeat it"),
    ],
    ids=["GET", "POST"],
)
async def test_what_was_sent_and_not_answered_says_what_to_do(call: Call, advice: str) -> None:
    async with serve(stay_silent) as server:
        calls = Calls(server.url, Lanes(1, make_engine()), Credentials("T"))
        with pytest.raises(errors.DeadlineError) as caught:
            await calls.run(call)
        assert str(caught.value).endswith(f"({advice})")
        await calls.aclose()


async def test_closing_ends_what_is_under_way_within_a_moment() -> None:
    async with connect(stay_silent) as (aex, server), anyio.create_task_group() as group:
        group.start_soon(find_closed, aex)
        await until(lambda: server.requests)
        with within(0.5):
            await aex.aclose()
        await until(lambda: server.open_now == 0)


async def test_closing_that_is_cancelled_closes_what_is_kept_all_the_same() -> None:
    async def action(stream: SocketStream) -> None:
        await stream.send(answer_asked(server.requests[-1]))

    async with connect(action, action, stay_silent) as (aex, server), anyio.create_task_group() as group:
        await aex.get_premises(["P1", "P2"], at_once=2)
        group.start_soon(find_closed, aex)
        await until(lambda: len(server.requests) == 3)
        assert server.open_now == 2  # one in use, one kept
        with anyio.CancelScope() as scope:
            scope.cancel()
            await aex.aclose()
        await until(lambda: server.open_now == 0)


async def find_closed(aex: AsyncAExClient) -> None:
    with pytest.raises(errors.ClientClosedError):
        await aex.get_premise("P1")


async def test_closing_waits_a_second_for_a_transport_that_does_not_let_go() -> None:
    async def linger(_: httpx.Request) -> httpx.Response:
        with anyio.CancelScope(shield=True):
            await anyio.sleep(1.7)
        return httpx.Response(200, content=b'{"id": "P1"}')

    aex = AsyncAExClient("T", transport=httpx.MockTransport(linger))
    async with anyio.create_task_group() as group:
        group.start_soon(aex.get_premise, "P1")
        await anyio.sleep(0.1)
        begun = anyio.current_time()
        await aex.aclose()
        assert 0.9 < anyio.current_time() - begun < 1.4
