"""Connections at the moment before they carry anything: the resolver, the reuse, and servers that speak first."""

import socket
from typing import Any

import anyio
import httpx
import pytest
from anyio.abc import SocketStream

from aex_async import errors
from tests.faults.counting import fetch, open_calls, serve_well
from tests.faults.engines import ENGINES, PREMISE, choose_loop, listen
from tests.servers import Action, close, reset, serve
from tests.timing import in_no_time

FAILED = errors.ConnectionFailedError
LATE = errors.DeadlineError
UNEXPECTED = errors.UnexpectedAnswerError


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """An event loop and what sends over it."""
    return str(request.param)


@pytest.fixture
def anyio_backend(engine: str) -> tuple[str, dict[str, Any]]:
    """The engine's event loop, in virtual time."""
    return in_no_time(choose_loop(engine))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("number", [socket.EAI_AGAIN, socket.EAI_FAIL])
@pytest.mark.fault("N3")
async def test_a_resolver_that_fails_for_a_moment_is_asked_again(engine: str, number: int, method: str) -> None:
    class Resolver(httpx.AsyncBaseTransport):
        asked = 0

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            self.asked += 1
            await request.extensions["trace"]("connection.connect_tcp.started", {})
            if self.asked < 3:
                raise httpx.ConnectError("no address") from socket.gaierror(number, "for a moment")
            await request.extensions["trace"]("http11.send_request_headers.started", {})
            return httpx.Response(200, json={})

    async with open_calls("http://127.0.0.1", engine, Resolver()) as calls:
        assert await fetch(calls, method) == (200, True, 1)


@pytest.mark.fault("N17")
@pytest.mark.parametrize("fault", [close, reset], ids=["closed", "reset"])
async def test_a_get_whose_kept_connection_is_lost_as_it_leaves_is_sent_once_more(engine: str, fault: Action) -> None:
    async with serve(PREMISE, fault, PREMISE) as server, open_calls(server.url, engine) as calls:
        assert await fetch(calls) == (200, True, 1)
        assert await fetch(calls, attempts=1) == (200, True, 1)
        assert (len(server.requests), server.connections) == (3, 2)
        server.script = (*(PREMISE,) * 3, fault)
        assert await fetch(calls, "POST") == (FAILED, True, 1)
    assert (len(server.requests), server.connections) == (4, 3)


@pytest.mark.fault("N17")
async def test_a_get_that_is_lost_twice_fails(engine: str) -> None:
    async with serve(PREMISE, close) as server, open_calls(server.url, engine) as calls:
        assert await fetch(calls) == (200, True, 1)
        assert await fetch(calls, attempts=1) == (FAILED, True, 1)
    assert len(server.requests) == 3


@pytest.mark.fault("P22")
async def test_what_a_server_says_before_it_was_asked_is_seen_where_it_is_there_in_time(engine: str) -> None:
    async def greet(stream: SocketStream) -> None:
        await stream.send(b"220 ready\r\n")
        await anyio.sleep(0.2)

    async with listen(greet, serve_well) as server, open_calls(server.url, engine) as calls:
        kind, _, _ = await fetch(calls, "POST", attempts=1)
        assert kind is FAILED
        assert server.connections == 1
        assert await fetch(calls) == (200, True, 1)
