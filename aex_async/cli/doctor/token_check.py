"""What AEx itself says of the token, and of the time."""

from datetime import UTC, datetime
from typing import Final

import httpx
from attrs import define

from aex_async.cli.doctor.checks import Check, judge_answer, judge_clock
from aex_async.client import AsyncAExClient
from aex_async.errors import AExError

_NOBODY: Final = "nobody@doctor.invalid"
"""An e-mail that no customer can have: whom the listing finds does not matter, nor that it is in AEx's logs."""


@define
class Listening(httpx.AsyncBaseTransport):
    """A transport that remembers what time the last answer said it was."""

    inner: httpx.AsyncBaseTransport
    date: str | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on, and keep the date of its answer."""
        response = await self.inner.handle_async_request(request)
        self.date = response.headers.get("Date")
        return response

    async def aclose(self) -> None:
        """Close what it passes on to."""
        await self.inner.aclose()


async def probe_access(aex: AsyncAExClient, listening: Listening) -> list[Check]:
    """Return what AEx thinks of the token, and of our clock if it answered at all."""
    error = None
    try:
        await anext(aex.customers(_NOBODY, count=1, limit=1), None)
    except AExError as raised:
        error = raised
    clock = [] if listening.date is None else [judge_clock(listening.date, datetime.now(UTC))]
    return [judge_answer(error), *clock]
