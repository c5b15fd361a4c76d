"""The engines that every fault of the network is met with, and a server that is scripted by the connection."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeAlias

import anyio
import httpx
from anyio.abc import SocketAttribute, SocketStream

from aex_async import AsyncAExClient, NewCustomer
from aex_async.aiohttp_transport import AiohttpTransport
from tests.servers import Action, Server, accept, answer, serve

GUARDED = ("asyncio", "trio", "aiohttp")  # whose connections are ours, and are listened to before the parser is
ENGINES = (*GUARDED, "http_client", "http_client on trio")
MARGIN = 0.25  # seconds that a call may outlive its deadline

PREMISE = answer(b'{"id": "P1"}')
CREATED = answer(b"", "201 Created", "Location: /customers/C1")
NEW = NewCustomer(
    first_name="Jane", last_name="Doe", email="jane@example.com", password="only a test", mobile_number="0820004242"
)

Call: TypeAlias = Callable[[AsyncAExClient], Coroutine[Any, Any, object]]
Conversation: TypeAlias = Callable[[SocketStream], Awaitable[None]]


async def read_premise(aex: AsyncAExClient) -> object:
    """Make a GET."""
    return (await aex.get_premise("P1")).id


async def write_customer(aex: AsyncAExClient) -> object:
    """Make a POST."""
    return await aex.create_customer(NEW)


def write_megabytes(size: int) -> Call:
    """Return what makes a POST with so many MiB in it."""

    async def write(aex: AsyncAExClient) -> object:
        return await aex.request("POST", "/customers", json={"text": "x" * (size * 2**20)})

    return write


def choose_loop(engine: str) -> str:
    """Return the event loop that an engine runs on."""
    return "trio" if engine.endswith("trio") else "asyncio"


@asynccontextmanager
async def open_engine(
    engine: str, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncGenerator[dict[str, Any], None]:
    """Give the options of a client that stand for an engine, over its own transport or another."""
    if engine.startswith("http_client"):
        async with httpx.AsyncClient(transport=transport, trust_env=False) as http:
            yield {"http_client": http}
    else:
        own = AiohttpTransport() if engine == "aiohttp" and transport is None else transport
        yield {"transport": own}


@asynccontextmanager
async def open_client(
    engine: str, url: str, *, seconds: float = 5.0, attempts: int = 3
) -> AsyncGenerator[AsyncAExClient, None]:
    """Give a client for `url` with an engine."""
    async with (
        open_engine(engine) as options,
        AsyncAExClient(
            "TOKEN", base_url=url, timeout=seconds, order_timeout=seconds, attempts=attempts, **options
        ) as aex,
    ):
        yield aex
        assert aex.in_flight == 0


@asynccontextmanager
async def connect(
    engine: str, *script: Action, seconds: float = 5.0, attempts: int = 3
) -> AsyncGenerator[tuple[AsyncAExClient, Server], None]:
    """Serve `script`, request by request, and give a client for it."""
    async with (
        serve(*script) as server,
        open_client(engine, server.url, seconds=seconds, attempts=attempts) as aex,
    ):
        yield aex, server


@asynccontextmanager
async def listen(*script: Conversation, url: str = "http://127.0.0.1", port: int = 0) -> AsyncGenerator[Server, None]:
    """Serve the n-th connection with the n-th of `script`, the last for ever; `requests` stays empty."""
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=port)
    server = Server(f"{url}:{listener.extra(SocketAttribute.local_port)}", ())  # noqa: S610 - no Django here

    async def converse(stream: SocketStream) -> None:
        server.connections += 1
        server.open_now += 1
        with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream):
            async with stream:
                await script[min(server.connections, len(script)) - 1](stream)
        server.open_now -= 1

    async with accept(listener, converse):
        yield server


async def read_head(stream: SocketStream) -> bytes:
    """Return what comes up to the end of a request's head, and what came with it."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += await stream.receive()
    return data


def reply(data: bytes) -> Conversation:
    """Return a conversation of one request and one answer, which then closes."""

    async def converse(stream: SocketStream) -> None:
        await read_head(stream)
        await stream.send(data)

    return converse
