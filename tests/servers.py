"""A scripted server on a real socket: it answers the n-th request with the n-th line of its script."""

import json
import socket
import ssl
import struct
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias, TypeVar, cast
from urllib.parse import unquote

import anyio
from anyio.abc import Listener, SocketAttribute, SocketStream, TaskStatus
from anyio.streams.tls import TLSListener, TLSStream
from attrs import define, field

from aex_async import AsyncAExClient
from aex_async._http.observing import OnTry

T = TypeVar("T")

Action: TypeAlias = bytes | Callable[[SocketStream], Awaitable[None]]


def answer(body: bytes = b"{}", status: str = "200 OK", *headers: str) -> bytes:
    """Return a whole answer, byte for byte."""
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers])
    return f"{head}\r\n\r\n".encode() + body


async def close(stream: SocketStream) -> None:
    """Close the connection in order."""
    await stream.aclose()


async def reset(stream: SocketStream) -> None:
    """Close the connection with a reset."""
    raw: socket.socket = stream.extra(SocketAttribute.raw_socket)  # noqa: S610 - no Django here
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    await stream.aclose()


async def stay_silent(stream: SocketStream) -> None:
    """Never answer, until the client hangs up."""
    with suppress(anyio.EndOfStream):
        await stream.receive()


def drip(data: bytes, seconds: float) -> Callable[[SocketStream], Awaitable[None]]:
    """Send `data` a byte at a time."""

    async def action(stream: SocketStream) -> None:
        for index in range(len(data)):
            await stream.send(data[index : index + 1])
            await anyio.sleep(seconds)

    return action


def send_and(data: bytes, then: Callable[[SocketStream], Awaitable[None]]) -> Action:
    """Send `data`, then go on with another action."""

    async def action(stream: SocketStream) -> None:
        await stream.send(data)
        await then(stream)

    return action


@define
class Request:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


def answer_asked(request: Request, *headers: str) -> bytes:
    """Return the record whose id ends the path of `request`."""
    record_id = unquote(request.target.rpartition("/")[2])
    return answer(json.dumps({"id": record_id}).encode(), "200 OK", *headers)


@define
class Server:
    """What a scripted server saw: its requests, and how many connections they came by."""

    url: str
    script: tuple[Action, ...]
    requests: list[Request] = field(factory=list[Request])
    connections: int = 0
    open_now: int = 0
    most_open: int = 0

    async def converse(self, stream: SocketStream) -> None:
        """Serve one connection until either side closes it."""
        self.connections += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            async with stream:
                while request := await read_request(stream):
                    self.requests.append(request)
                    action = self.script[min(len(self.requests), len(self.script)) - 1]
                    await (stream.send(action) if isinstance(action, bytes) else action(stream))
        except (anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream):
            pass  # the client, or the script, hung up
        finally:
            self.open_now -= 1


async def read_request(stream: SocketStream) -> Request | None:
    """Return the next request of a connection, `None` at its end."""
    data = b""
    while b"\r\n\r\n" not in data:
        try:
            data += await stream.receive()
        except anyio.EndOfStream:
            return None
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += await stream.receive()
    method, target, _ = first.split(" ")
    return Request(method, target, headers, body)


@asynccontextmanager
async def accept(listener: Listener[T], converse: Callable[[T], Awaitable[None]]) -> AsyncGenerator[None, None]:
    """Have a conversation with everybody who connects, until the block ends."""

    async def run(*, task_status: TaskStatus[None]) -> None:
        task_status.started()
        await listener.serve(converse)

    async with listener, anyio.create_task_group() as group:
        await group.start(run)
        yield
        group.cancel_scope.cancel()


@asynccontextmanager
async def serve(*script: Action) -> AsyncGenerator[Server, None]:
    """Serve `script` on a port of loopback, its last line for ever."""
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - no Django here
    server = Server(f"http://127.0.0.1:{port}", script)
    async with accept(listener, server.converse):
        yield server


@asynccontextmanager
async def serve_over_tls(context: ssl.SSLContext, *script: Action) -> AsyncGenerator[Server, None]:
    """Serve `script` over TLS, as `context` has it."""
    plain = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = plain.extra(SocketAttribute.local_port)  # noqa: S610 - no Django here
    server = Server(f"https://127.0.0.1:{port}", script)

    async def converse(stream: TLSStream) -> None:
        await server.converse(cast("SocketStream", stream))  # of which it uses what every stream has

    async with accept(TLSListener(plain, context, standard_compatible=False), converse):
        yield server


@asynccontextmanager
async def connect(
    *script: Action,
    timeout: float | None = 5.0,  # noqa: ASYNC109 - the client's, passed on
    attempts: int = 3,
    max_connections: int = 20,
    on_try: OnTry | None = None,
) -> AsyncGenerator[tuple[AsyncAExClient, Server], None]:
    """Serve `script` and give a client for it."""
    async with (
        serve(*script) as server,
        AsyncAExClient(
            "TOKEN",
            base_url=server.url,
            timeout=timeout,
            order_timeout=timeout,
            attempts=attempts,
            max_connections=max_connections,
            on_try=on_try,
        ) as aex,
    ):
        yield aex, server


def find_closed_port() -> int:
    """Return a port of loopback that refuses connections."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
