"""aiohttp's engine, over real sockets: what the client promises over httpx's own transport holds over this one."""

import asyncio
import gc
import gzip
import logging
import os
import random
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from functools import partial
from typing import Any

import anyio
import httpx
import pytest
import trustme
from anyio.abc import SocketAttribute, SocketStream

from aex_async import AsyncAExClient, NewCustomer, errors
from aex_async._http.aiohttp_connections import has_ended, has_input
from aex_async._http.head_guard import BadHeadError
from aex_async.aiohttp_transport import AiohttpTransport
from tests.servers import (
    Action,
    Server,
    answer,
    close,
    drip,
    find_closed_port,
    reset,
    send_and,
    serve,
    serve_over_tls,
    stay_silent,
)
from tests.timing import in_no_time, until, within
from tests.tls import AUTHORITY, certify, serve_tls, trust

PREMISE = answer(b'{"id": "P1"}')
OTHER = answer(b'{"id": "P2"}')
CREATED = answer(b"", "201 Created", "Location: /customers/C1")
NEW = NewCustomer(
    first_name="Jane", last_name="Doe", email="jane@example.com", password="pw", mobile_number="0820004242"
)
CONNECTING = "connection.connect_tcp.started"
SENDING = "http11.send_request_headers.started"


@pytest.fixture
def anyio_backend(request: pytest.FixtureRequest) -> str | tuple[str, dict[str, Any]]:
    """There is no aiohttp on trio."""
    return "asyncio" if request.node.get_closest_marker("in_real_time") else in_no_time("asyncio")


@asynccontextmanager
async def connect(
    *script: Action,
    timeout: float | None = 5.0,  # noqa: ASYNC109 - the client's, passed on
    attempts: int = 3,
    max_connections: int = 20,
    scheme: str = "http:",
) -> AsyncGenerator[tuple[AsyncAExClient, Server], None]:
    """Serve `script` and give a client for it, over aiohttp."""
    async with (
        serve(*script) as server,
        AsyncAExClient(
            "TOKEN",
            base_url=server.url.replace("http:", scheme),
            timeout=timeout,
            order_timeout=timeout,
            attempts=attempts,
            max_connections=max_connections,
            transport=AiohttpTransport(),
        ) as aex,
    ):
        yield aex, server


@asynccontextmanager
async def talk(
    respond: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncGenerator[str, None]:
    """Serve connections with a function of one's own, which need not even read a request."""
    server = await asyncio.start_server(respond, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def open_transport(tls: ssl.SSLContext | None = None) -> AsyncGenerator[AiohttpTransport, None]:
    transport = AiohttpTransport(tls=tls)
    yield transport
    await transport.aclose()


async def ask(
    transport: AiohttpTransport,
    url: str,
    method: str = "GET",
    *,
    content: bytes | AsyncIterator[bytes] | None = None,
    headers: Mapping[str, str] | list[tuple[bytes, bytes]] | None = None,
    events: list[str] | None = None,
    **timeouts: float,
) -> tuple[httpx.Response, bytes]:
    """Send one request over a transport alone, as the client does, and return the answer and its whole body."""

    async def trace(event: str, _info: Mapping[str, Any]) -> None:
        if events is not None:
            events.append(event)

    extensions = {"trace": trace, "timeout": timeouts} if events is not None or timeouts else {}
    request = httpx.Request(method, url, content=content, headers=headers, extensions=extensions)
    response = await transport.handle_async_request(request)
    assert isinstance(response.stream, httpx.AsyncByteStream)
    try:
        return response, b"".join([chunk async for chunk in response.stream])
    finally:
        await response.stream.aclose()


# What goes over the wire


async def test_a_get_carries_the_clients_headers_and_no_others() -> None:
    async with connect(PREMISE) as (aex, server):
        assert (await aex.get_premise("P1")).id == "P1"
    request = server.requests[0]
    assert (request.method, request.target, request.body) == ("GET", "/premises/P1", b"")
    assert list(request.headers) == ["host", "accept", "accept-encoding", "user-agent", "authorization"]
    assert (request.headers["accept-encoding"], request.headers["authorization"]) == ("gzip", "Bearer TOKEN")


async def test_a_write_carries_the_clients_headers_and_no_others() -> None:
    async with connect(CREATED) as (aex, server):
        await aex.create_customer(NEW)
    request = server.requests[0]
    common = ["host", "accept", "accept-encoding", "user-agent", "authorization"]
    assert list(request.headers) == [*common, "content-type", "content-length"]
    assert b"jane@example.com" in request.body


async def test_a_request_carries_what_it_was_given_and_nothing_else() -> None:
    async with serve(PREMISE) as server, open_transport() as transport:
        await ask(transport, server.url)
        await ask(transport, server.url, "POST", content=b"{}")
    assert [list(request.headers) for request in server.requests] == [["host"], ["host", "content-length"]]


async def test_a_url_goes_out_as_it_is_written_without_user_and_fragment() -> None:
    async with serve(PREMISE) as server, open_transport() as transport:
        await ask(transport, server.url.replace("//", "//user:word@") + "/a%2Fb%20c?q=a%2Bb@example.com#there")
    assert server.requests[0].target == "/a%2Fb%20c?q=a%2Bb@example.com"
    assert "authorization" not in server.requests[0].headers


async def test_a_streamed_request_goes_out_whole() -> None:
    async def stream() -> AsyncIterator[bytes]:
        yield b"one "
        yield b"two"

    async with serve(CREATED) as server, open_transport() as transport:
        await ask(transport, server.url, "POST", content=stream())
    assert server.requests[0].body == b"one two"
    assert "transfer-encoding" not in server.requests[0].headers


async def test_a_head_of_several_large_headers_is_too_large() -> None:
    padding = [f"X-{number}: {'x' * 30_000}" for number in range(4)]
    async with serve(answer(b"{}", "200 OK", *padding)) as server, AiohttpTransport() as transport:
        with pytest.raises(BadHeadError, match="headers are too large"):
            await transport.handle_async_request(httpx.Request("GET", server.url))


async def test_a_proxy_without_a_user_is_sent_no_login() -> None:
    async with serve(answer(b"", "407 Who")) as server, AiohttpTransport(proxy=server.url) as transport:
        with pytest.raises(httpx.ProxyError, match="407"):
            await transport.handle_async_request(httpx.Request("GET", "https://fno.invalid"))
    (request,) = server.requests
    assert request.method == "CONNECT"
    assert "proxy-authorization" not in request.headers


async def test_a_connection_that_is_closing_has_something_to_say() -> None:
    async with serve(answer()) as server:
        port = int(server.url.rpartition(":")[2])
        wire, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, "127.0.0.1", port)
        assert not has_input(wire)
        wire.close()
        assert has_input(wire)


async def test_a_connection_that_is_reset_has_ended_before_the_loop_has_read_so() -> None:
    async with serve(reset) as server:
        port = int(server.url.rpartition(":")[2])
        wire, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, "127.0.0.1", port)
        wire.pause_reading()
        assert not has_ended(wire)
        wire.write(b"GET / HTTP/1.1\r\n\r\n")
        await until(lambda: has_input(wire))
        assert has_ended(wire)
        wire.abort()


async def test_a_large_request_goes_out_whole() -> None:
    body = os.urandom(2**21)
    async with serve(CREATED) as server, open_transport() as transport:
        await ask(transport, server.url, "POST", content=body)
    assert server.requests[0].body == body


async def test_an_answer_is_passed_on_as_it_came() -> None:
    packed = gzip.compress(b'{"id": "P1"}')
    told = answer(packed, "299 Odd", "Content-Encoding: gzip", "X-A: 1", "X-A: 2")
    async with serve(told) as server, open_transport() as transport:
        response, body = await ask(transport, server.url)
    assert (response.status_code, body) == (299, packed)
    assert response.headers.get_list("x-a") == ["1", "2"]
    assert response.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("size", [0, 2**23])
async def test_a_body_without_a_length_ends_with_the_connection(size: int) -> None:
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    async with serve(send_and(head + b"x" * size, close)) as server, open_transport() as transport:
        _, body = await ask(transport, server.url)
    assert len(body) == size


async def test_a_chunked_answer_and_one_byte_at_a_time_are_read() -> None:
    chunked = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"id"\r\n7\r\n: "P1"}\r\n0\r\n\r\n'
    async with connect(chunked, drip(PREMISE, 0)) as (aex, server):
        assert (await aex.get_premise("P1")).id == "P1"
        assert (await aex.get_premise("P1")).id == "P1"
    assert server.connections == 1


async def test_a_chunk_and_then_none_in_one_packet_are_a_body_that_is_not_whole() -> None:
    async def send_both(stream: SocketStream) -> None:
        await anyio.sleep(0.05)  # by then the reader waits, whom aiohttp would tell that the connection is closed
        await stream.send(b"cd\r\nno chunk\r\n")

    begun = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nab"
    async with serve(send_and(begun, send_both)) as server, open_transport() as transport:
        with pytest.raises(httpx.RemoteProtocolError, match="the answer's body is not whole"):
            await ask(transport, server.url)


@pytest.mark.parametrize(("announcements", "whole"), [(31, True), (32, False)])
async def test_an_answer_may_be_announced_thirty_one_times(announcements: int, *, whole: bool) -> None:
    script = b"HTTP/1.1 103 Early Hints\r\n\r\n" * announcements + PREMISE
    async with serve(script) as server, open_transport() as transport:
        with nullcontext() if whole else pytest.raises(httpx.RemoteProtocolError, match="keeps announcing"):
            response, _ = await ask(transport, server.url)
            assert response.status_code == 200


@pytest.mark.fault("A6")
async def test_cookies_are_not_kept_and_redirects_not_followed() -> None:
    moved = answer(b"", "307 Moved", "Location: /elsewhere", "Set-Cookie: _Ditty_session=evil")
    async with connect(moved) as (aex, server):
        for call in (aex.get_premise("P1"), aex.create_customer(NEW), aex.get_premise("P1")):
            with pytest.raises(errors.RedirectError):
                await call
    assert len(server.requests) == 3
    assert not [request for request in server.requests if "cookie" in request.headers]


@pytest.mark.fault("A10", "S14")
async def test_nothing_of_the_environment_decides_where_a_request_goes_or_whom_to_trust(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    authority = f"{tmp_path}/authority.pem"
    AUTHORITY.cert_pem.write_to_path(authority)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, authority if "CERT" in name else "http://127.0.0.1:9")
    async with connect(PREMISE) as (aex, _):
        assert (await aex.get_premise("P1")).id == "P1"
    transport = AiohttpTransport()
    async with serve_tls("127.0.0.1") as server, AsyncAExClient("T", base_url=server.url, transport=transport) as aex:
        with pytest.raises(errors.ConnectionFailedError, match="certificate is not to be trusted"):
            await aex.get_premise("P1")


# Which connection it goes by


async def test_gets_share_a_connection_and_each_write_has_its_own_which_is_closed_afterwards() -> None:
    async with connect(PREMISE, CREATED, PREMISE, CREATED, PREMISE) as (aex, server):
        for _ in range(2):
            await aex.get_premise("P1")
            await aex.create_customer(NEW)
        await aex.get_premise("P1")
        await until(lambda: server.open_now == 1)
        assert (len(server.requests), server.connections) == (5, 3)


async def test_the_connection_of_a_write_carries_no_other_even_before_its_answer_was_read() -> None:
    async with serve(CREATED) as server, open_transport() as transport:
        first = await transport.handle_async_request(httpx.Request("POST", server.url))
        await ask(transport, server.url, "POST")
        assert isinstance(first.stream, httpx.AsyncByteStream)
        await first.stream.aclose()
    assert (len(server.requests), server.connections) == (2, 2)


@pytest.mark.parametrize("surplus", [CREATED, OTHER, OTHER[:9], b"x"], ids=["201", "200", "a part", "no HTTP"])
async def test_surplus_bytes_that_come_later_answer_nobody(surplus: bytes) -> None:
    async def say_more(stream: SocketStream) -> None:
        await stream.send(PREMISE)
        await anyio.sleep(0.02)
        await stream.send(surplus)

    async with connect(say_more, OTHER) as (aex, server):
        await aex.get_premise("P1")
        await anyio.sleep(0.05)
        server.script = (OTHER,)
        assert (await aex.get_premise("P2")).id == "P2"
        assert (await aex.get_premise("P2")).id == "P2"
    assert len(server.requests) == 3


@pytest.mark.parametrize("surplus", [PREMISE, PREMISE[:9], b"\r\n"], ids=["an answer", "a part", "a line"])
async def test_surplus_bytes_that_come_with_an_answer_answer_nobody(surplus: bytes) -> None:
    async with connect(PREMISE + surplus, OTHER) as (aex, server):
        assert (await aex.get_premise("P1")).id == "P1"
        assert (await aex.get_premise("P2")).id == "P2"
        server.script = (CREATED,)
        assert await aex.create_customer(NEW) == "C1"
    assert len(server.requests) == 3


async def test_bytes_that_are_no_answer_and_come_with_one_spoil_it() -> None:
    async with connect(PREMISE + b"surplus", OTHER) as (aex, server):
        assert (await aex.get_premise("P2")).id == "P2"
    assert len(server.requests) == 2


@pytest.mark.parametrize("parting", [OTHER, b""], ids=["surplus", "the end"])
async def test_what_arrived_but_was_not_read_yet_spoils_a_connection(parting: bytes) -> None:
    wires: list[socket.socket] = []

    async def lend(stream: SocketStream) -> None:
        await stream.send(PREMISE)
        raw: socket.socket = stream.extra(SocketAttribute.raw_socket)  # noqa: S610 - no Django here
        wires.append(socket.socket(fileno=os.dup(raw.fileno())))

    async with connect(lend, OTHER, attempts=1) as (aex, server):
        await aex.get_premise("P1")
        with wires[0] as wire:
            wire.send(parting)
            wire.shutdown(socket.SHUT_WR)
        assert (await aex.get_premise("P2")).id == "P2"
    assert (len(server.requests), server.connections) == (2, 2)


async def test_a_get_outlives_that_its_connection_is_closed_at_the_moment_of_reuse() -> None:
    async with connect(PREMISE, close, OTHER, attempts=1) as (aex, server):
        await aex.get_premise("P1")
        assert (await aex.get_premise("P2")).id == "P2"
    assert (len(server.requests), server.connections) == (3, 2)


async def test_a_kept_connection_that_closes_within_the_head_of_an_answer_costs_a_try() -> None:
    async with connect(PREMISE, send_and(b"HTTP/1.1 2", close), attempts=1) as (aex, server):
        await aex.get_premise("P1")
        with pytest.raises(errors.ConnectionFailedError):
            await aex.get_premise("P2")
    assert len(server.requests) == 2


@pytest.mark.parametrize("fault", [close, reset, send_and(b"HTTP/1.1 2", close)], ids=["closed", "reset", "in part"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
async def test_nothing_is_sent_twice_over_new_connections(fault: Action, method: str) -> None:
    async with serve(fault) as server, open_transport() as transport:
        with pytest.raises(httpx.TransportError):
            await ask(transport, server.url, method)
    assert len(server.requests) == 1


async def test_an_answer_that_is_not_read_to_its_end_closes_its_connection() -> None:
    async with connect(answer(b"x" * 2**20, "400 Bad Request"), PREMISE) as (aex, server):
        with pytest.raises(errors.BadRequestError) as caught:
            await aex.get_premise("P1")
        assert caught.value.body.endswith("[cut off after 65,536 bytes]")
        assert (await aex.get_premise("P1")).id == "P1"
    assert server.connections == 2


async def test_an_answer_that_arrived_whole_has_given_its_connection_back_even_if_nobody_read_it() -> None:
    second = asyncio.Event()

    async def hesitate(stream: SocketStream) -> None:
        second.set()
        await anyio.sleep(0.05)
        await stream.send(OTHER)

    bodies: list[bytes] = []

    async def ask_again(transport: AiohttpTransport, url: str) -> None:
        bodies.append((await ask(transport, url))[1])

    async with serve(answer(b"x" * 1000), hesitate) as server, open_transport() as transport:
        unread = await transport.handle_async_request(httpx.Request("GET", server.url))
        async with anyio.create_task_group() as group:
            group.start_soon(ask_again, transport, server.url)
            await second.wait()
            assert isinstance(unread.stream, httpx.AsyncByteStream)
            await unread.stream.aclose()
    assert bodies == [b'{"id": "P2"}']
    assert server.connections == 1


async def test_each_body_that_comes_in_chunks_goes_out_with_its_own_length() -> None:
    async def give(*chunks: bytes) -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    async with serve(answer(b"{}")) as server, open_transport() as transport:
        for chunks in ((b"ab", b"c"), (b"abcde",)):
            await ask(transport, server.url, "POST", content=give(*chunks), headers={"Transfer-Encoding": "chunked"})
    assert [(request.headers["content-length"], request.body) for request in server.requests] == [
        ("3", b"abc"),
        ("5", b"abcde"),
    ]


@pytest.mark.parametrize("method", ["GE T", "GET /x HTTP/1.1\r\nX: y\r\n\r\nGET"])
async def test_a_method_that_is_no_word_is_not_written(method: str) -> None:
    async with serve(answer(b"{}")) as server, open_transport() as transport:
        with pytest.raises(httpx.LocalProtocolError, match="cannot be written as HTTP"):
            await ask(transport, server.url, method)
    assert server.requests == []


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_an_answer_without_a_body_is_whole_whatever_becomes_of_its_connection(method: str) -> None:
    async with serve(send_and(b"HTTP/1.1 204 No Content\r\n\r\n", reset)) as server, open_transport() as transport:
        response = await transport.handle_async_request(httpx.Request(method, server.url))
        await anyio.sleep(0.05)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        assert (response.status_code, [chunk async for chunk in response.stream]) == (204, [])
        await response.stream.aclose()


async def test_a_server_that_speaks_first_gets_no_request() -> None:
    class Greeter(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            transport.write(PREMISE)

    context = certify(AUTHORITY.issue_cert("127.0.0.1"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # where the server has the last word of a handshake
    server = await asyncio.get_running_loop().create_server(Greeter, "127.0.0.1", 0, ssl=context)
    events: list[str] = []
    async with server, open_transport(trust()) as transport:
        with pytest.raises(httpx.RemoteProtocolError, match="before it was asked"):
            await ask(transport, f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", events=events)
    assert events == [CONNECTING]


@pytest.mark.fault("X18")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
@pytest.mark.parametrize("delay", [0.0, 0.002], ids=["near", "2 ms away"])
async def test_session_tickets_are_no_word_of_the_server(version: ssl.TLSVersion, delay: float) -> None:
    context = certify(AUTHORITY.issue_cert("127.0.0.1"))
    context.minimum_version = context.maximum_version = version
    context.num_tickets = 8

    async def answer_late(stream: SocketStream) -> None:
        await anyio.sleep(delay)
        await stream.send(PREMISE)

    async with serve_over_tls(context, *[answer_late] * 100) as server:
        transport = AiohttpTransport(tls=trust())
        async with AsyncAExClient("T", base_url=server.url, transport=transport, max_connections=50, attempts=1) as aex:

            async def use(number: int) -> None:
                await aex.request("GET" if number % 2 else "POST", f"/x/{number}", json=None if number % 2 else {})

            async with anyio.create_task_group() as group:
                for number in range(100):
                    group.start_soon(use, number)
    assert len(server.requests) == 100


@contextmanager
def serve_tickets() -> Generator[tuple[str, threading.Event, Future[bytes]]]:
    """Serve one connection from a thread; tell where, when its session tickets have arrived, and what was asked."""
    context = certify(AUTHORITY.issue_cert("127.0.0.1"))
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    arrived = threading.Event()

    def converse() -> bytes:
        asked = b""
        with context.wrap_socket(listener.accept()[0], server_side=True) as stream, suppress(OSError):
            arrived.set()  # the tickets are the handshake's last step
            asked = stream.recv(10_000)
            stream.sendall(PREMISE)
        return asked

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as thread:
        listener.settimeout(10)
        yield f"https://127.0.0.1:{listener.getsockname()[1]}", arrived, thread.submit(converse)


def trust_and_call(when_connected: Callable[[], object]) -> ssl.SSLContext:
    """Return a context that has the event loop call a function just before it goes on with what has been connected."""

    class Calling(ssl.SSLObject):
        def do_handshake(self) -> None:
            super().do_handshake()
            asyncio.get_running_loop().call_soon(when_connected)

    context = trust()
    context.sslobject_class = Calling
    return context


@pytest.mark.fault("X18")
@pytest.mark.in_real_time  # the server is a thread, which no time of the loop's waits for
async def test_session_tickets_that_lie_there_before_the_request_are_read_first() -> None:
    with serve_tickets() as (url, arrived, asked):
        async with open_transport(trust_and_call(partial(arrived.wait, 10))) as transport:
            assert (await ask(transport, url))[0].status_code == 200
    assert asked.result().startswith(b"GET / HTTP/1.1\r\n")


@pytest.mark.in_real_time  # the server is a thread, which no time of the loop's waits for
async def test_a_call_that_is_cancelled_while_session_tickets_are_read_leaves_no_connection() -> None:
    def cancel_in_a_moment() -> None:
        arrived.wait(10)
        asyncio.get_running_loop().call_soon(call.cancel)

    with serve_tickets() as (url, arrived, asked):
        async with open_transport(trust_and_call(cancel_in_a_moment)) as transport:
            call = asyncio.create_task(ask(transport, url))
            with pytest.raises(asyncio.CancelledError):
                await call
            await until(asked.done)  # while the transport is still open
    assert asked.result() == b""


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
async def test_a_body_with_a_status_that_has_none_is_left_where_it_is(status: str) -> None:
    said = f"HTTP/1.1 {status}\r\nContent-Length: 5\r\n\r\nhello".encode()
    async with serve(send_and(said, stay_silent), PREMISE) as server, open_transport() as transport:
        response, body = await ask(transport, server.url)
        assert (response.status_code, body) == (int(status[:3]), b"")
        assert (await ask(transport, server.url))[0].status_code == 200
        assert server.connections == 2


async def test_a_head_may_be_as_large_as_over_httpx() -> None:
    many = b"".join(b"X-%d: y\r\n" % number for number in range(140))
    long = b"X-Long: " + b"z" * 9_000 + b"\r\n"
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + many + long + b"\r\n{}"
    async with serve(send_and(said, stay_silent)) as server, open_transport() as transport:
        assert (await ask(transport, server.url))[0].status_code == 200


# What is proven


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_refused_connection_proves_that_nothing_was_sent(method: str) -> None:
    events: list[str] = []
    async with open_transport() as transport:
        with pytest.raises(httpx.ConnectError) as caught:
            await ask(transport, f"http://127.0.0.1:{find_closed_port()}", method, events=events)
    assert events == [CONNECTING]
    assert isinstance(caught.value.__cause__, OSError)


async def test_a_request_is_reported_before_it_leaves_and_a_connection_before_it_is_made() -> None:
    seen: list[tuple[str, int, int]] = []

    async with serve(PREMISE) as server, open_transport() as transport:

        async def trace(event: str, _info: Mapping[str, Any]) -> None:
            await anyio.sleep(0.02)  # whatever is on its way arrives meanwhile
            seen.append((event, server.connections, len(server.requests)))

        for method in ("GET", "GET", "POST"):
            request = httpx.Request(method, server.url, extensions={"trace": trace})
            response = await transport.handle_async_request(request)
            await response.aclose()
    assert seen == [(CONNECTING, 0, 0), (SENDING, 1, 0), (SENDING, 1, 1), (CONNECTING, 1, 2), (SENDING, 2, 2)]


@pytest.mark.parametrize("writes", [False, True])
async def test_a_request_counts_as_sent_from_its_first_byte_on(*, writes: bool) -> None:
    async with connect(stay_silent, timeout=0.2) as (aex, server):
        with pytest.raises(errors.DeadlineError) as caught:
            await (aex.create_customer(NEW) if writes else aex.get_premise("P1"))
        assert caught.value.sent
        assert server.requests


@pytest.mark.parametrize("writes", [False, True])
async def test_a_call_that_ends_in_the_handshake_sent_nothing_and_leaves_nothing(*, writes: bool) -> None:
    async with connect(PREMISE, timeout=0.2, attempts=1, scheme="https:") as (aex, server):
        with within(0.6), pytest.raises(errors.DeadlineError, match="nothing was sent") as caught:
            await (aex.create_customer(NEW) if writes else aex.get_premise("P1"))
        await until(lambda: server.open_now == 0)
        assert not caught.value.sent


# How it fails


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (close, httpx.RemoteProtocolError),
        (reset, httpx.ReadError),
        (send_and(b"HTTP/1.1 2", close), httpx.RemoteProtocolError),
        (send_and(b"hello\r\n\r\n", stay_silent), httpx.RemoteProtocolError),
        (send_and(b"HTTP/2 200\r\n\r\n", stay_silent), httpx.RemoteProtocolError),
        (send_and(b"\x15\x03\x03\x00\x02\x02\x28", stay_silent), httpx.RemoteProtocolError),
        (send_and(HEAD + b"A: " + b"b" * 2**17, stay_silent), httpx.RemoteProtocolError),
        (send_and(HEAD + b"A: b\r\n" * 2**15, close), httpx.RemoteProtocolError),
        (send_and(HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", stay_silent), httpx.RemoteProtocolError),
        (send_and(HEAD + b"Content-Length: -1\r\n\r\n", stay_silent), httpx.RemoteProtocolError),
        (send_and(PREMISE[:-3], close), httpx.RemoteProtocolError),
        (send_and(PREMISE[:-3], reset), httpx.RemoteProtocolError),
        (send_and(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", close), httpx.RemoteProtocolError),
        (send_and(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nab", stay_silent), httpx.RemoteProtocolError),
        (send_and(HEAD + b"\r\nabc", reset), httpx.ReadError),
    ],
    ids=[
        "closed",
        "reset",
        "half a status",
        "text",
        "HTTP/2",
        "TLS alert",
        "long header",
        "many headers",
        "two lengths",
        "negative length",
        "short body",
        "short body, reset",
        "short chunk",
        "bad chunk",
        "no length, reset",
    ],
)
async def test_every_fault_is_one_of_httpxs_errors_with_its_cause(fault: Action, kind: type[Exception]) -> None:
    async with serve(fault) as server, open_transport() as transport:
        with pytest.raises(kind) as caught:
            await ask(transport, server.url, read=1)
        assert type(caught.value) in (kind, BadHeadError)
        assert caught.value.__cause__ is not None
        server.script = (PREMISE,)
        assert (await ask(transport, server.url))[0].status_code == 200


@pytest.mark.fault("S5")
@pytest.mark.parametrize("value", [b"a\r\nX: b", b"a\nX: b", b"a\0"], ids=["two lines", "a bare line feed", "NUL"])
async def test_a_request_that_is_no_http_is_not_sent(value: bytes) -> None:
    async with serve(PREMISE) as server, open_transport() as transport:
        with pytest.raises(httpx.LocalProtocolError):
            await ask(transport, server.url, headers=[(b"Host", b"a"), (b"X-A", value)])
    assert server.requests == []


async def test_a_url_of_another_kind_is_refused() -> None:
    async with open_transport() as transport:
        with pytest.raises(httpx.UnsupportedProtocol):
            await ask(transport, "ftp://127.0.0.1/")


async def test_a_name_that_does_not_exist_is_not_asked_for_again() -> None:
    async with AsyncAExClient("T", base_url="https://nope.invalid", transport=AiohttpTransport()) as aex:
        with pytest.raises(errors.ConnectionFailedError, match="host name does not exist") as caught:
            await aex.get_premise("P1")
    assert (caught.value.attempts, caught.value.sent) == (1, False)


async def test_a_connection_that_is_not_made_in_time_is_a_connect_time_out() -> None:
    async with serve(PREMISE) as server, open_transport() as transport:
        with within(1), pytest.raises(httpx.ConnectTimeout):
            await ask(transport, server.url.replace("http:", "https:"), connect=0.1)


@pytest.mark.parametrize("fault", [stay_silent, send_and(PREMISE[:-3], stay_silent)], ids=["at once", "in the body"])
async def test_a_server_that_falls_silent_is_a_read_time_out(fault: Action) -> None:
    async with serve(fault) as server, open_transport() as transport:
        with within(1), pytest.raises(httpx.ReadTimeout):
            await ask(transport, server.url, read=0.1)


async def test_a_server_that_stops_reading_is_a_write_time_out_which_leaves_nothing_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        async with open_transport() as transport:
            before = len(os.listdir("/dev/fd"))  # noqa: PTH208 - these are no files
            url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
            with within(1), pytest.raises(httpx.WriteTimeout):
                await ask(transport, url, "POST", content=bytes(2**25), write=0.2)
            await until(lambda: len(os.listdir("/dev/fd")) == before)  # noqa: PTH208 - likewise


async def test_an_answer_that_comes_before_the_request_was_read_is_read_and_leaves_nothing() -> None:
    answered, hung_up = asyncio.Event(), asyncio.Event()

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.2)  # until every buffer on the way is full
        writer.write(answer(b"too large", "413 Too Large"))
        await answered.wait()
        while not writer.is_closing():
            writer.write(b"more")
            await asyncio.sleep(0.01)
        hung_up.set()

    async with talk(refuse) as url, open_transport() as transport:
        response, body = await ask(transport, url, "POST", content=bytes(2**25))
        assert (response.status_code, body) == (413, b"too large")
        answered.set()
        with within(1):
            await hung_up.wait()


@pytest.mark.parametrize(
    "fault",
    [stay_silent, drip(PREMISE, 0.2), send_and(b"HTTP/1.1 100 Continue\r\n\r\n" * 20, stay_silent)],
    ids=["silence", "dripped", "announced"],
)
@pytest.mark.parametrize("writes", [False, True])
async def test_the_deadline_bounds_a_call_whatever_the_server_does(fault: Action, *, writes: bool) -> None:
    async with connect(fault, timeout=0.4) as (aex, _):
        with within(0.65), pytest.raises(errors.DeadlineError):
            await (aex.create_customer(NEW) if writes else aex.get_premise("P1"))


# TLS


@pytest.mark.parametrize(
    ("name", "context"),
    [("127.0.0.1", None), ("127.0.0.1", trust(trustme.CA())), ("elsewhere.example", trust())],
    ids=["not certifi's", "another authority", "another host"],
)
@pytest.mark.parametrize("writes", [False, True])
async def test_what_is_not_to_be_trusted_gets_nothing(
    name: str, context: ssl.SSLContext | None, *, writes: bool
) -> None:
    transport = AiohttpTransport(tls=context)
    async with serve_tls(name) as server, AsyncAExClient("T", base_url=server.url, transport=transport) as aex:
        with pytest.raises(errors.ConnectionFailedError, match="certificate is not to be trusted") as caught:
            await (aex.create_customer(NEW) if writes else aex.get_premise("P1"))
    assert (caught.value.attempts, caught.value.sent, server.requests) == (1, False, [])


async def test_a_context_of_the_callers_own_can_trust_another_authority() -> None:
    transport = AiohttpTransport(tls=trust())
    async with serve_tls("127.0.0.1") as server, AsyncAExClient("T", base_url=server.url, transport=transport) as aex:
        for _ in range(3):
            assert (await aex.get_premise("P1")).id == "P1"
    assert (len(server.requests), server.connections) == (3, 1)


async def test_a_server_that_does_not_speak_tls_gets_nothing() -> None:
    async def speak_plainly(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(PREMISE)
        writer.close()

    events: list[str] = []
    async with talk(speak_plainly) as url, open_transport() as transport:
        with pytest.raises(httpx.ConnectError) as caught:
            await ask(transport, url.replace("http:", "https:"), "POST", events=events)
    assert events == [CONNECTING]
    assert isinstance(caught.value.__cause__, OSError)


# Cancelling


@pytest.mark.in_real_time
async def test_eight_hundred_cancelled_gets_leave_every_connection_usable() -> None:
    chance = random.Random(7)  # noqa: S311 - any numbers will do, and these come back
    before = len(asyncio.all_tasks())

    async def give_up(aex: AsyncAExClient) -> None:
        with anyio.move_on_after(chance.uniform(0, 0.05)):
            await aex.get_premise("P1")

    async with connect(drip(PREMISE, 0.0001), max_connections=4) as (aex, server):
        running = len(asyncio.all_tasks())
        async with anyio.create_task_group() as group:
            for _ in range(800):
                group.start_soon(give_up, aex)
        assert aex.in_flight == 0
        for _ in range(5):
            assert (await aex.get_premise("P1")).id == "P1"
        await until(lambda: server.open_now <= 4)
        assert len(asyncio.all_tasks()) - server.open_now <= running
    assert len(asyncio.all_tasks()) == before


@pytest.mark.in_real_time
async def test_churn_leaves_every_connection_usable_and_none_open() -> None:
    chance = random.Random(5)  # noqa: S311 - any numbers will do, and these come back

    async def churn(aex: AsyncAExClient, until: float, *, writes: bool) -> None:
        while anyio.current_time() < until:
            with anyio.move_on_after(chance.uniform(0.0005, 0.03)):
                await (aex.create_customer(NEW) if writes else aex.get_premise("P1"))

    async with connect(drip(PREMISE, 0.0001), max_connections=10) as (aex, server):
        async with anyio.create_task_group() as group:
            for index in range(40):
                group.start_soon(lambda writes: churn(aex, anyio.current_time() + 1, writes=writes), index % 4 == 0)
        assert aex.in_flight == 0
        for _ in range(5):
            assert (await aex.get_premise("P1")).id == "P1"
        await until(lambda: server.open_now <= 10)


# How it begins and ends


async def test_closing_closes_every_connection_and_can_be_done_again() -> None:
    async with serve(PREMISE) as server:
        transport = AiohttpTransport()
        await ask(transport, server.url)
        for _ in range(2):
            await transport.aclose()
        await until(lambda: server.open_now == 0)
        with pytest.raises(errors.UsageError, match="closed"):
            await ask(transport, server.url)


async def test_closing_a_transport_that_was_never_used_does_nothing() -> None:
    transport = AiohttpTransport()
    await transport.aclose()
    await transport.aclose()


async def test_a_transport_that_nobody_closed_closes_its_connections_without_a_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serve(PREMISE) as server:
        transport = AiohttpTransport()
        await ask(transport, server.url)
        del transport
        gc.collect()
        await until(lambda: server.open_now == 0)
    assert "nclosed" not in caplog.text


async def _leave_open(transport: AiohttpTransport) -> None:
    async with serve(PREMISE) as server:
        await ask(transport, server.url)


@pytest.mark.parametrize("closes", [False, True])
def test_a_transport_that_outlives_its_loop_ends_without_a_word(
    caplog: pytest.LogCaptureFixture, *, closes: bool
) -> None:
    transport = AiohttpTransport()
    asyncio.run(_leave_open(transport))
    with pytest.raises(errors.UsageError, match="one for each loop"):
        asyncio.run(ask(transport, "http://127.0.0.1:9"))
    if closes:
        asyncio.run(transport.aclose())
    del transport
    gc.collect()
    assert "nclosed" not in caplog.text


def test_on_trio_it_is_refused_at_first_use() -> None:
    async def use() -> None:
        async with AsyncAExClient("T", base_url="http://127.0.0.1:9", transport=AiohttpTransport()) as aex:
            with pytest.raises(errors.UsageError, match="asyncio only"):
                await aex.get_premise("P1")

    anyio.run(use, backend="trio")


def test_without_aiohttp_the_import_says_how_to_install_it() -> None:
    code = "import sys; sys.modules['aiohttp'] = None; import aex_async; import aex_async.aiohttp_transport"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    assert shown.stderr.endswith("ImportError: AiohttpTransport needs aiohttp: pip install 'aex-async[fast]'\n")
