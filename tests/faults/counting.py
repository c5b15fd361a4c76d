"""Servers that are told byte by byte what to do, and calls that are counted, over every engine that there is."""

import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import anyio
from anyio.abc import SocketAttribute, SocketStream, TaskStatus

from aex_async import AsyncAExClient, NewCustomer, errors
from aex_async._calls import Call, Calls
from aex_async._credentials import Credentials
from aex_async._lanes import Lanes, Transport
from aex_async.aiohttp_transport import AiohttpTransport
from tests.servers import Server, answer

ENGINES = ("asyncio httpx", "trio httpx", "asyncio aiohttp")
MARGIN = 0.25  # seconds that a call may outlive its deadline
PREMISE = answer(b'{"id": "P1"}')
CREATED = answer(b"", "201 Created", "Location: /customers/C1")
NEW = NewCustomer(
    first_name="Jane", last_name="Doe", email="jane@example.com", password="pw", mobile_number="0820004242"
)

Converse = Callable[[SocketStream], Awaitable[None]]


class NoWaiting(random.Random):
    """Chance that always draws the shortest wait."""

    def random(self) -> float:
        return 0.0


def make_transport(engine: str) -> Transport | None:
    """Return the transport of one of the `ENGINES`."""
    return AiohttpTransport() if engine.endswith("aiohttp") else None


@asynccontextmanager
async def open_calls(url: str, engine: str, transport: Transport | None = None) -> AsyncGenerator[Calls, None]:
    """Give calls that never wait between two tries, and see that none is left over."""
    lanes = Lanes(2, tls=url.startswith("https"), transport=transport or make_transport(engine))
    calls = Calls(url, lanes, Credentials("TOKEN"), rng=NoWaiting())
    yield calls
    assert calls.in_flight == 0
    await calls.aclose()


async def fetch(
    calls: Calls,
    method: str = "GET",
    *,
    attempts: int = 3,
    timeout: float = 5.0,  # noqa: ASYNC109 - the call's own
    body: bytes = b"{}",
) -> tuple[object, bool, int]:
    """Make a call and tell its status, or the class of its error; whether it counts as sent; its tries."""
    call = Call(method, "/x", body=None if method == "GET" else body, timeout=timeout, attempts=attempts)
    with anyio.fail_after(timeout + MARGIN):
        try:
            return (await calls.run(call)).status, True, 1
        except (errors.RequestError, errors.ResponseError, errors.UnexpectedAnswerError) as error:
            return type(error), getattr(error, "sent", True), error.attempts


@asynccontextmanager
async def open_client(
    url: str,
    engine: str,
    *,
    timeout: float = 5.0,  # noqa: ASYNC109 - the client's
    attempts: int = 3,
) -> AsyncGenerator[AsyncAExClient, None]:
    """Give a client that must have nothing under way in the end."""
    async with AsyncAExClient(
        "TOKEN",
        base_url=url,
        timeout=timeout,
        order_timeout=timeout,
        attempts=attempts,
        transport=make_transport(engine),
    ) as aex:
        yield aex
        assert aex.in_flight == 0


@asynccontextmanager
async def listen(*script: Converse, url: str = "http://127.0.0.1") -> AsyncGenerator[Server, None]:
    """Serve the n-th connection with the n-th of `script`, the last for ever; `requests` stays empty."""
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    server = Server(f"{url}:{listener.extra(SocketAttribute.local_port)}", ())  # noqa: S610 - no Django here

    async def converse(stream: SocketStream) -> None:
        server.connections += 1
        server.open_now += 1
        with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream):
            async with stream:
                await script[min(server.connections, len(script)) - 1](stream)
        server.open_now -= 1

    async def run(*, task_status: TaskStatus[None]) -> None:
        task_status.started()
        await listener.serve(converse)

    async with listener, anyio.create_task_group() as group:
        await group.start(run)
        yield server
        group.cancel_scope.cancel()


async def serve_well(stream: SocketStream) -> None:
    """Answer every request of a connection."""
    await Server("", (PREMISE,)).converse(stream)
