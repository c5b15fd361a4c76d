"""HTTP/2, which a client of the caller's may speak: to hypercorn, and to servers that end a stream in every way."""

import gc
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import h2.exceptions
import hpack.exceptions
import httpcore
import httpx
import hyperframe.exceptions
import pytest
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated, StreamReset
from h2.settings import SettingCodes

from aex_async import AsyncAExClient, errors
from aex_async._http.http2 import find_fault, is_reset, is_unprocessed
from aex_async._http.retry_policy import BUDGET, RETRY_COST
from aex_async.sandbox import Sandbox
from telemetry.journey import NEW, ROUTES, TOKEN, walk
from tests.http2 import Frames, FrameServer, Reply, serve_by_hypercorn, serve_frames
from tests.servers import find_closed_port
from tests.tls import trust

FAILED, UNEXPECTED = errors.ConnectionFailedError, errors.UnexpectedAnswerError
KNOWN = "B002A6B4-6541-47A5-8438-BE8ACEAA6D82"


@asynccontextmanager
async def open_client(url: str, **options: Any) -> AsyncGenerator[tuple[AsyncAExClient, Counter[str]]]:
    """Give a client over one of the caller's that speaks HTTP/2, and the versions in which it was answered."""
    versions = Counter[str]()

    async def note(response: httpx.Response) -> None:
        versions[response.http_version] += 1

    hooks: dict[str, Any] = {"response": [note]}
    async with (
        httpx.AsyncClient(http2=True, verify=trust(), trust_env=False, event_hooks=hooks) as http,
        AsyncAExClient(TOKEN, base_url=url, http_client=http, timeout=5, order_timeout=5, **options) as aex,
    ):
        yield aex, versions


async def test_all_routes_are_spoken_to_hypercorn(tmp_path: Path) -> None:
    sandbox = Sandbox(token=TOKEN)
    with serve_by_hypercorn(sandbox, tmp_path) as url:
        async with open_client(url) as (aex, versions):
            await walk(aex)
            missing = [f"{number:08X}-0000-4000-8000-000000000000" for number in range(60)]
            premises = await aex.get_premises([KNOWN, *missing], at_once=20)
    assert set(sandbox.received) == ROUTES
    assert versions == {"HTTP/2": sandbox.received.total()}
    assert (list(premises.found), len(premises.failed)) == ([KNOWN], 60)


@pytest.mark.fault("H28")
@pytest.mark.in_no_time
async def test_while_aex_is_silent_the_retry_budget_bounds_the_second_tries_over_the_one_connection() -> None:
    async def succeed(frames: Frames, number: int) -> None:
        await frames.answer(number, b'{"id": "P"}')

    async def say_nothing(_frames: Frames, _number: int) -> None: ...

    many = {SettingCodes.MAX_CONCURRENT_STREAMS: 1000}
    async with serve_frames(succeed, say_nothing, settings=many) as server, open_client(server.url) as (aex, _):
        await aex.get_premise("P")
        looked_up = await aex.with_options(timeout=0.4).get_premises([f"P{number}" for number in range(60)], at_once=20)
    assert len(looked_up.failed) == 60
    assert 61 < len(server.requests) <= 61 + BUDGET // RETRY_COST


@pytest.mark.parametrize("road", ["http_client", "transport"])
async def test_a_server_that_restarts_between_two_calls_is_none_the_worse(road: str, tmp_path: Path) -> None:
    sandbox, port = Sandbox(token=TOKEN), find_closed_port()
    transport = httpx.AsyncHTTPTransport(http2=True, verify=trust(), trust_env=False)
    options: dict[str, Any] = {road: httpx.AsyncClient(transport=transport) if road == "http_client" else transport}
    async with AsyncAExClient(
        TOKEN, base_url=f"https://127.0.0.1:{port}", timeout=5, order_timeout=5, **options
    ) as aex:
        for _ in range(2):
            with serve_by_hypercorn(sandbox, tmp_path, port):
                await aex.create_customer(NEW)
                await aex.get_premise(KNOWN)
                sandbox.reset()
    assert not aex.in_flight
    await transport.aclose()


async def succeed(frames: Frames, number: int) -> None:
    await frames.answer(number, b'{"id": "P1"}')


async def create(frames: Frames, number: int) -> None:
    await frames.answer(number, b"", "201", ("location", "/customers/C1"))


async def reset(frames: Frames, number: int, code: ErrorCodes, *, within: bool = False) -> None:
    """End a stream, before its answer or within."""
    if within:
        await begin(frames, number)
    frames.state.reset_stream(number, code)
    await frames.flush()


async def begin(frames: Frames, number: int) -> None:
    """Send the first part of an answer, and wait until it is read."""
    frames.state.send_headers(number, [(":status", "200"), ("content-length", "12")])
    frames.state.send_data(number, b'{"id"')
    await frames.flush()
    await anyio.sleep(0.05)


async def go_away(frames: Frames, number: int, *, last: int | None = None) -> None:
    """Close the connection, and name the last stream that was looked at, or this one."""
    frames.state.close_connection(ErrorCodes.NO_ERROR, last_stream_id=number if last is None else last)
    await frames.flush()
    await anyio.sleep(0.05)
    await frames.stream.aclose()


async def say(frames: Frames, number: int, data: bytes, *, within: bool = False) -> None:
    """Send what breaks the rules, before an answer or within."""
    if within:
        await begin(frames, number)
    await frames.send_raw(data)


async def hang_up(frames: Frames, number: int) -> None:
    del number
    await frames.stream.aclose()


NO_STREAM, NO_HEADERS = b"\0\0\5\0\0\0\0\0\x63hello", b"\0\0\4\1\4\0\0\0\1\xff\xff\xff\xff"
NO_PING = b"\0\0\1\6\0\0\0\0\0a"
ENDS: dict[str, Reply] = {
    "reset: CANCEL": partial(reset, code=ErrorCodes.CANCEL),
    "reset: HTTP_1_1_REQUIRED": partial(reset, code=ErrorCodes.HTTP_1_1_REQUIRED),
    "away after it": go_away,
    "closed": hang_up,
    "data of another stream": partial(say, data=NO_STREAM),
    "headers that are none": partial(say, data=NO_HEADERS),
    "a ping that is none": partial(say, data=NO_PING),
}
TURNED_AWAY: dict[str, Reply] = {
    "refused": partial(reset, code=ErrorCodes.REFUSED_STREAM),
    "away before it": partial(go_away, last=0),
}
WITHIN: dict[str, Reply] = {
    "reset: NO_ERROR": partial(reset, code=ErrorCodes.NO_ERROR, within=True),
    "reset: REFUSED_STREAM": partial(reset, code=ErrorCodes.REFUSED_STREAM, within=True),
    "data of another stream": partial(say, data=NO_STREAM, within=True),
    "headers that are none": partial(say, data=NO_HEADERS, within=True),
}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("end", [*ENDS, *WITHIN])
async def test_over_a_transport_alone_nothing_but_our_errors_comes_of_it(end: str) -> None:
    transport = httpx.AsyncHTTPTransport(http2=True, verify=trust(), trust_env=False)
    async with (
        serve_frames({**ENDS, **WITHIN}[end]) as server,
        AsyncAExClient(TOKEN, base_url=server.url, transport=transport, timeout=5, attempts=1) as aex,
    ):
        for call in (aex.create_customer(NEW), aex.get_premise("P1")):
            with pytest.raises((FAILED, UNEXPECTED)):
                await call
    gc.collect()


async def go_on(aex: AsyncAExClient, server: FrameServer) -> None:
    """See that the client is as good as new."""
    server.script = (succeed,)
    assert (await aex.get_premise("P1")).id == "P1"
    server.script = (create,)
    assert await aex.create_customer(NEW) == "C1"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # httpcore forgets what goes away
@pytest.mark.parametrize("end", ENDS)
async def test_a_stream_that_ends_without_an_answer_is_asked_for_again_and_a_write_may_have_been_sent(end: str) -> None:
    async with serve_frames(ENDS[end]) as server, open_client(server.url) as (aex, _):
        with pytest.raises(FAILED) as caught:
            await aex.create_customer(NEW)
        assert (caught.value.sent, server.requests) == (True, ["POST /customers"])
        with pytest.raises(FAILED, match=r"broke off|connection was lost") as caught:
            await aex.get_premise("P1")
        assert caught.value.attempts == 3
        assert server.requests.count("GET /premises/P1") in (3, 4)  # a connection that was kept may end unseen
        await go_on(aex, server)
    gc.collect()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("end", TURNED_AWAY)
async def test_what_a_server_says_that_it_has_not_looked_at_is_unsent_and_asked_again(end: str) -> None:
    refuse = TURNED_AWAY[end]
    async with serve_frames(refuse, refuse, create) as server, open_client(server.url) as (aex, _):
        assert await aex.create_customer(NEW) == "C1"
        server.script = (refuse,)
        with pytest.raises(FAILED, match="turned the request away unprocessed") as caught:
            await aex.create_customer(NEW)
        assert (caught.value.sent, caught.value.attempts) == (False, 3)
        await go_on(aex, server)
    gc.collect()


async def say_nothing(frames: Frames, number: int) -> None:
    del frames, number


async def leave_with_an_answer(frames: Frames, number: int) -> None:
    """Go away, and answer in the same packet, as nginx does; h2 takes nothing after that word and loses it with it."""
    frames.state.send_headers(number, [(":status", "200")], end_stream=True)
    said = frames.state.data_to_send()
    frames.state.close_connection(ErrorCodes.NO_ERROR, last_stream_id=number)
    await frames.send_raw(frames.state.data_to_send() + said)
    await anyio.sleep(0.05)
    await frames.stream.aclose()


async def write_while(aex: AsyncAExClient, call: Callable[[], Awaitable[object]]) -> None:
    """Create a customer while another call, which fails, has the connection."""

    async def fail() -> None:
        with pytest.raises(FAILED):
            await call()

    async with anyio.create_task_group() as group:
        group.start_soon(fail)
        await anyio.sleep(0.1)
        assert await aex.create_customer(NEW) == "C1"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_write_above_the_last_stream_that_a_server_named_goes_out_again() -> None:
    many = {SettingCodes.MAX_CONCURRENT_STREAMS: 100}
    async with (
        serve_frames(succeed, say_nothing, partial(go_away, last=3), create, settings=many) as server,
        open_client(server.url) as (aex, _),
    ):
        await aex.get_premise("P1")
        await write_while(aex, partial(aex.create_customer, NEW))
    assert (server.requests, server.connections) == (["GET /premises/P1"] + ["POST /customers"] * 3, 2)
    gc.collect()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_write_that_waited_for_its_stream_when_the_server_went_away_goes_out_then() -> None:
    async def leave_late(frames: Frames, number: int) -> None:
        await anyio.sleep(0.2)
        await leave_with_an_answer(frames, number)

    one = {SettingCodes.MAX_CONCURRENT_STREAMS: 1}
    async with (
        serve_frames(succeed, leave_late, create, settings=one) as server,
        open_client(server.url, attempts=2) as (aex, _),
    ):
        await aex.get_premise("P1")
        await write_while(aex, partial(aex.create_customer, NEW))
    assert (server.requests, server.connections) == (["GET /premises/P1"] + ["POST /customers"] * 2, 2)
    gc.collect()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_write_that_is_answered_before_all_of_it_has_left_may_have_been_sent() -> None:
    """As nghttpx answers and resets it (RFC 9113, 8.1); httpcore then loses the answer, which is there."""

    async def answer_early(frames: Frames, number: int) -> None:
        await create(frames, number)
        await reset(frames, number, ErrorCodes.NO_ERROR)

    none_of_the_body = {SettingCodes.INITIAL_WINDOW_SIZE: 0}
    async with (
        serve_frames(succeed, answer_early, succeed, settings=none_of_the_body) as server,
        open_client(server.url) as (aex, _),
    ):
        await aex.get_premise("P1")  # with whose answer the settings come
        with pytest.raises(errors.RequestError) as caught:
            await aex.with_options(order_timeout=0.3).create_customer(NEW)
        assert (caught.value.sent, caught.value.attempts) == (True, 1)
        assert (await aex.get_premise("P1")).id == "P1"
    assert server.requests == ["GET /premises/P1", "POST /customers", "GET /premises/P1"]
    gc.collect()


def leave(last: int) -> ConnectionTerminated:
    event = ConnectionTerminated()
    event.error_code, event.last_stream_id = ErrorCodes.NO_ERROR, last
    return event


@pytest.mark.parametrize(
    ("event", "unprocessed"),
    [
        (StreamReset(stream_id=3, error_code=ErrorCodes.REFUSED_STREAM), True),
        (StreamReset(stream_id=3, error_code=ErrorCodes.REFUSED_STREAM, remote_reset=False), False),  # by our own side
        (StreamReset(stream_id=3, error_code=ErrorCodes.CANCEL), False),
        (leave(1), True),
        (leave(3), False),
        ("Server disconnected", False),
    ],
)
def test_a_request_was_turned_away_by_the_word_of_the_server_alone(event: object, *, unprocessed: bool) -> None:
    cause = httpcore.RemoteProtocolError(event)
    assert is_unprocessed(cause, 3) is unprocessed
    assert is_reset(cause) is isinstance(event, StreamReset)


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (h2.exceptions.ProtocolError(), httpx.RemoteProtocolError),
        (hpack.exceptions.HPACKDecodingError(), httpx.RemoteProtocolError),
        (hyperframe.exceptions.InvalidFrameError(), httpx.RemoteProtocolError),
        (ValueError("semaphore released too many times"), httpx.ReadError),
        (ValueError("a mistake of the transport's own"), None),
        (RuntimeError("semaphore released too many times"), None),
    ],
)
def test_what_comes_out_of_the_libraries_beneath_is_a_fault_of_the_networks(
    error: Exception, fault: type[httpx.TransportError] | None
) -> None:
    found = find_fault(error)
    assert isinstance(found, fault or type(None))
    assert found is None or found.__cause__ is error


async def test_a_connection_whose_server_is_quiet_carries_reads_and_writes() -> None:
    async with serve_frames(succeed, create, succeed) as server, open_client(server.url) as (aex, _):
        await aex.get_premise("P1")
        assert await aex.create_customer(NEW) == "C1"
        await aex.get_premise("P1")
    assert (len(server.requests), server.connections) == (3, 1)


@pytest.mark.parametrize("end", WITHIN)
async def test_an_answer_that_breaks_off_is_asked_for_again_and_of_a_write_a_success(end: str) -> None:
    async with serve_frames(WITHIN[end]) as server, open_client(server.url) as (aex, _):
        with pytest.raises(UNEXPECTED, match="very likely taken effect"):
            await aex.create_customer(NEW)
        assert server.requests == ["POST /customers"]
        server.script = (WITHIN[end], succeed)
        server.requests.clear()
        assert (await aex.get_premise("P1")).id == "P1"
        assert len(server.requests) == 2


async def test_calls_wait_for_a_stream_where_a_server_allows_one_at_a_time() -> None:
    settings = {SettingCodes.MAX_CONCURRENT_STREAMS: 1}
    async with serve_frames(succeed, settings=settings) as server, open_client(server.url) as (aex, _):
        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(aex.get_premise, "P1")
        assert (len(server.requests), server.connections) == (20, 1)


class Cancelling(httpx.AsyncBaseTransport):
    """Has the first call cancelled in the very step in which its connection has begun, and its streams are counted."""

    def __init__(self, scope: anyio.CancelScope) -> None:
        self._inner = httpx.AsyncHTTPTransport(http2=True, verify=trust(), trust_env=False)
        self._scope = scope

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        told = request.extensions["trace"]

        async def trace(event: str, info: Any) -> None:
            await told(event, info)
            if event == "http2.send_connection_init.complete":
                self._scope.cancel()

        request.extensions["trace"] = trace
        try:
            return await self._inner.handle_async_request(request)
        finally:
            request.extensions["trace"] = told

    async def aclose(self) -> None:
        await self._inner.aclose()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.fault("C1", "C2")
async def test_a_connection_whose_streams_httpcore_has_lost_count_of_fails_a_write_in_our_words_and_no_read() -> None:
    settings = {SettingCodes.MAX_CONCURRENT_STREAMS: 100}
    for call in ("create_customer", "get_premise"):
        scope = anyio.CancelScope()
        async with (
            serve_frames(create if call == "create_customer" else succeed, settings=settings) as server,
            httpx.AsyncClient(transport=Cancelling(scope)) as http,
            AsyncAExClient(TOKEN, base_url=server.url, http_client=http, timeout=5, order_timeout=5) as aex,
        ):
            with scope:
                await aex.get_premise("P1")
            assert (scope.cancelled_caught, server.requests) == (True, [])
            if call == "create_customer":
                with pytest.raises(FAILED, match="connection was lost") as caught:
                    await aex.create_customer(NEW)
                assert (caught.value.sent, server.requests) == (True, ["POST /customers"])
            else:
                assert (await aex.get_premise("P1")).id == "P1"
    gc.collect()
