"""Calls that are counted, over every engine that there is."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from anyio.abc import SocketStream

from aex_async import AsyncAExClient, errors
from aex_async._http.calls import Call, Calls
from aex_async._http.credentials import Credentials
from aex_async._http.engines import Transport, choose_engine
from aex_async._http.lanes import Lanes
from tests.faults.engines import MARGIN, PREMISE, make_client, make_transport
from tests.servers import Server
from tests.timing import NoWaiting, within


@asynccontextmanager
async def open_calls(url: str, engine: str, transport: Transport | None = None) -> AsyncGenerator[Calls, None]:
    """Give calls that never wait between two tries, and see that none is left over."""
    transport = transport or make_transport(engine)
    chosen = choose_engine(url, http_client=None, transport=transport, proxy=None, verify=True, trust_env=False)
    lanes = Lanes(2, chosen)
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
    with within(timeout + MARGIN):
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
    async with make_client(engine, url, seconds=timeout, attempts=attempts) as aex:
        yield aex
        assert aex.in_flight == 0


async def serve_well(stream: SocketStream) -> None:
    """Answer every request of a connection."""
    await Server("", (PREMISE,)).converse(stream)
