"""Calls that are counted, over every engine that there is."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from anyio.abc import SocketStream

from aex_async import errors
from aex_async._http.calls import Call, Calls
from aex_async._http.credentials import Credentials
from aex_async._http.engines import Transport, choose_engine
from aex_async._http.lanes import Lanes
from tests.faults.engines import MARGIN, PREMISE, open_engine
from tests.servers import Server
from tests.timing import NoWaiting, within


@asynccontextmanager
async def open_calls(url: str, engine: str, transport: Transport | None = None) -> AsyncGenerator[Calls, None]:
    """Give calls that never wait between two tries, and see that none is left over."""
    no_choice: dict[str, Any] = {"http_client": None, "transport": None, "proxy": None, "verify": True}
    async with open_engine(engine, transport) as options:
        chosen = choose_engine(url, **{**no_choice, **options}, trust_env=False)
        calls = Calls(url, Lanes(2, chosen), Credentials("TOKEN"), rng=NoWaiting())
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


async def serve_well(stream: SocketStream) -> None:
    """Answer every request of a connection."""
    await Server("", (PREMISE,)).converse(stream)
