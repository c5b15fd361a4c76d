"""The way to AEx, step by step: the name, the port, TLS; or the proxy, and the way through it."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Final

import httpx
from attrs import frozen

from aex_async.cli.doctor.checks import Check
from aex_async.cli.doctor.network_failures import judge_certificate, judge_handshake, judge_status, judge_tunnel

_NETWORK: Final = "Check the network, the VPN and the firewall of this machine."


@frozen
class Way:
    """The way to a host: whom to trust there, and the proxy to go by, if any."""

    url: httpx.URL
    context: ssl.SSLContext
    proxy: httpx.Proxy | None = None

    def open_transport(self) -> httpx.AsyncHTTPTransport:
        """Return a transport that goes this way."""
        return httpx.AsyncHTTPTransport(verify=self.context, proxy=self.proxy)

    @property
    def first(self) -> httpx.URL:
        """What this machine connects to itself."""
        return self.proxy.url if self.proxy else self.url

    @property
    def port(self) -> int:
        """The port of what this machine connects to."""
        return self.first.port or {"https": 443, "http": 80}.get(self.first.scheme, 1080)

    async def connect(self, context: ssl.SSLContext | None) -> None:
        """Open a connection, and close it."""
        _, writer = await asyncio.open_connection(self.first.host, self.port, ssl=context)
        writer.close()


async def probe_network(way: Way, seconds: float) -> list[Check]:
    """Return how far one gets towards a host, up to the first problem."""
    checks: list[Check] = []
    probes = iter((_probe_name, _probe_port, _probe_tls if way.proxy is None else _probe_tunnel))
    while all(check.state == "ok" for check in checks) and (probe := next(probes, None)):
        checks.append(await _probe(probe, way, seconds))
    return checks


async def _probe(probe: Callable[[Way], Awaitable[Check]], way: Way, seconds: float) -> Check:
    try:
        async with asyncio.timeout(seconds):
            return await probe(way)
    except TimeoutError:
        return Check("network", "problem", f"{way.first.host} did not answer within {seconds:g} s", _NETWORK)


async def _probe_name(way: Way) -> Check:
    advice = f"Check the base URL. {_NETWORK}" if way.proxy is None else "Correct the proxy: --proxy or HTTPS_PROXY."
    try:
        await asyncio.get_running_loop().getaddrinfo(way.first.host, None)
    except OSError:
        return Check("name", "problem", f"no address is found for {way.first.host}", advice)
    return Check("name", "ok", f"{way.first.host} has an address")


async def _probe_port(way: Way) -> Check:
    try:
        await way.connect(None)
    except OSError:
        return Check("port", "problem", f"{way.first.host} takes no connection at port {way.port}", _NETWORK)
    return Check("port", "ok", f"port {way.port} is open")


async def _probe_tls(way: Way) -> Check:
    if way.url.scheme != "https":
        return Check("TLS", "ok", "not used on this machine itself")
    try:
        await way.connect(way.context)
    except ssl.SSLCertVerificationError as error:
        return judge_certificate(error)
    except OSError as error:
        return judge_handshake(error)
    return Check("TLS", "ok", "the connection is secure")


async def _probe_tunnel(way: Way) -> Check:
    """Send a request without the token through the proxy: whatever AEx answers, the way is open."""
    transport = way.open_transport()
    try:
        async with transport:
            response = await transport.handle_async_request(httpx.Request("HEAD", way.url))
    except httpx.TransportError as error:
        return judge_tunnel(error)
    return judge_status(response.status_code)
