"""The way to AEx, step by step: the name, the port, TLS, and one GET with the token."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final
from urllib.parse import SplitResult, urlsplit

import certifi
import httpx
from attrs import define, frozen

from aex_async.cli.doctor.checks import Check, judge_answer, judge_clock
from aex_async.client import AsyncAExClient
from aex_async.errors import AExError

PREMISE: Final = "B002A6B4-6541-47A5-8438-BE8ACEAA6D82"
"""The premise of AEx's document. Whether it exists does not matter."""

_NETWORK: Final = "Check the network, the VPN and the firewall of this machine."


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


@frozen
class Way:
    """The way to a host, and whom to trust there."""

    url: SplitResult
    context: ssl.SSLContext

    @property
    def host(self) -> str:
        """The name or address of the host."""
        return self.url.hostname or ""

    @property
    def port(self) -> int:
        """The port, named or not."""
        return self.url.port or (443 if self.url.scheme == "https" else 80)

    async def connect(self, context: ssl.SSLContext | None) -> None:
        """Open a connection, and close it."""
        _, writer = await asyncio.open_connection(self.host, self.port, ssl=context)
        writer.close()


async def probe_network(base_url: str, seconds: float, context: ssl.SSLContext | None = None) -> list[Check]:
    """Return how far one gets towards a host, up to the first problem."""
    way = Way(urlsplit(base_url), context or ssl.create_default_context(cafile=certifi.where()))
    checks: list[Check] = []
    probes = iter((_probe_name, _probe_port, _probe_tls))
    while all(check.state == "ok" for check in checks) and (probe := next(probes, None)):
        checks.append(await _probe(probe, way, seconds))
    return checks


async def _probe(probe: Callable[[Way], Awaitable[Check]], way: Way, seconds: float) -> Check:
    try:
        async with asyncio.timeout(seconds):
            return await probe(way)
    except TimeoutError:
        return Check("network", "problem", f"{way.host} did not answer within {seconds:g} s", _NETWORK)


async def _probe_name(way: Way) -> Check:
    try:
        await asyncio.get_running_loop().getaddrinfo(way.host, None)
    except OSError:
        return Check("name", "problem", f"no address is found for {way.host}", f"Check the base URL. {_NETWORK}")
    return Check("name", "ok", f"{way.host} has an address")


async def _probe_port(way: Way) -> Check:
    try:
        await way.connect(None)
    except OSError:
        return Check("port", "problem", f"{way.host} takes no connection at port {way.port}", _NETWORK)
    return Check("port", "ok", f"port {way.port} is open")


async def _probe_tls(way: Way) -> Check:
    if way.url.scheme != "https":
        return Check("TLS", "ok", "not used on this machine itself")
    try:
        await way.connect(way.context)
    except ssl.SSLCertVerificationError as error:
        return Check("TLS", "problem", f"its certificate is not trusted: {error.verify_message}", _NETWORK)
    except OSError:
        return Check("TLS", "problem", "the connection cannot be made secure", _NETWORK)
    return Check("TLS", "ok", "the connection is secure")


async def probe_access(aex: AsyncAExClient, listening: Listening) -> list[Check]:
    """Return what AEx thinks of the token, and of our clock if it answered at all."""
    error = None
    try:
        await aex.get_premise(PREMISE)
    except AExError as raised:
        error = raised
    clock = [] if listening.date is None else [judge_clock(listening.date, datetime.now(UTC))]
    return [judge_answer(error), *clock]
