"""aiohttp's engine under httpx's transport interface: for asyncio, where many calls run at a time.

::

    async with AsyncAExClient(token, transport=AiohttpTransport()) as aex: ...

It needs the extra: `pip install 'aex-async[fast]'`. What the client promises holds over it as over httpx's own
transport: a write has a connection of its own, a request that did not leave is known not to have left, nothing of the
environment has a say, and only httpx's errors come out.

aiohttp's connector makes and keeps the connections, and its protocol parses what they bring. Its session is left out:
it takes as long as both of them, for cookies, redirects and headers that the client has no use for.
"""

import asyncio
import re
import ssl
import weakref
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final, cast

import httpx

from aex_async._http.event_loop import find_asyncio_loop
from aex_async._http.proxy import check_proxy
from aex_async._http.trust import tls_context
from aex_async.errors import UsageError

try:
    from aiohttp import ClientRequest
    from yarl import URL

    from aex_async._http.aiohttp_connections import Connect, Connector, open_connector
    from aex_async._http.aiohttp_exchange import LostInReuseError, exchange_over
except ImportError as _error:
    raise ImportError("AiohttpTransport needs aiohttp: pip install 'aex-async[fast]'") from _error

__all__ = ["AiohttpTransport"]

_START = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ [!-~]+ HTTP/1\.1\r\n")
_FIELDS = re.compile(rb"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+: [^\0\r\n]*\r\n)+")


async def _report_nothing(_event: str, _info: Mapping[str, Any]) -> None:
    """Stand in for a `trace` that was not asked for."""


class AiohttpTransport(httpx.AsyncBaseTransport):
    """aiohttp's engine for `AsyncAExClient(token, transport=AiohttpTransport())`, on asyncio only.

    `tls` decides whom to trust; without it, whom certifi trusts, over TLS 1.2 or newer. `proxy` is the URL of an HTTP
    proxy for what goes to https; plain HTTP, which is for loopback, goes without. The environment has no say in either.
    It opens as many connections as there are requests at a time: the client's `max_connections` is what bounds them. A
    request's body is sent whole. `UsageError` is raised for a proxy that cannot be used.
    """

    _aex_listens: Final = True
    """Whether it makes the second try of a read by itself."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, proxy: str | None = None) -> None:
        self._tls = tls
        self._proxy = check_proxy(proxy)
        if self._proxy is not None and self._proxy.url.scheme.startswith("socks"):
            raise UsageError("AiohttpTransport supports HTTP proxies only: leave it out behind a SOCKS proxy")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connectors: tuple[Connector, ...] = ()
        self._places: dict[tuple[bytes, bytes, int | None], ClientRequest] = {}
        self._fields: tuple[list[tuple[bytes, bytes]], bytes] = ([(b"", b"")], b"")  # the last written
        self._closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request` and return its answer, whose body is still to be read and closed."""
        reads, writes = self._open_connectors()
        report = request.extensions.get("trace", _report_nothing)
        try:
            connect = Connect(self._find_place(request.url), report)
        except OSError as error:  # certifi's bundle could not be read, and nobody was asked anything
            await report("connection.start_tls.failed", {"exception": error})
            raise
        message = await self._write(request)
        if request.method == "GET":
            try:
                return await exchange_over(reads, connect, request, message)
            except LostInReuseError:
                pass
        return await exchange_over(writes, connect, request, message)

    async def _write(self, request: httpx.Request) -> bytes:
        """Return the whole request as bytes. A body goes out with its length, and not in chunks."""
        stream = cast("httpx.AsyncByteStream", request.stream)
        body = b"".join(stream if isinstance(stream, httpx.ByteStream) else [chunk async for chunk in stream])
        start = b"%b %b HTTP/1.1\r\n" % (request.method.encode(), request.url.raw_path)
        if not _START.fullmatch(start):
            raise httpx.LocalProtocolError("the request cannot be written as HTTP")
        return start + self._write_fields(request.headers.raw, len(body)) + body

    def _write_fields(self, given: list[tuple[bytes, bytes]], length: int) -> bytes:
        """Return the headers and the end of the head. One read's are mostly those of the read before."""
        if given == self._fields[0]:
            return self._fields[1]
        fields = [field for field in given if field[0].lower() != b"transfer-encoding"]
        in_chunks = len(fields) < len(given)
        if in_chunks:
            fields.append((b"Content-Length", b"%d" % length))
        written = b"".join([b"%b: %b\r\n" % field for field in fields])
        if not _FIELDS.fullmatch(written) or written.count(b"\n") != len(fields):
            raise httpx.LocalProtocolError("the request cannot be written as HTTP")
        written += b"\r\n"
        if not in_chunks:  # the next body has a length of its own
            self._fields = (given, written)
        return written

    def _open_connectors(self) -> tuple[Connector, ...]:
        """Return the connector of the reads, and that of the writes, which keeps no connection."""
        loop = find_asyncio_loop()
        if loop is None:
            raise UsageError("AiohttpTransport runs on asyncio only: leave it out on trio")
        if self._closed:
            raise UsageError("the AiohttpTransport is closed: make a new one")
        if self._loop is None:
            self._loop = loop
            self._connectors = (open_connector(keep=True), open_connector(keep=False))
            weakref.finalize(self, _abandon, loop, self._connectors)
        elif self._loop is not loop:
            raise UsageError("the AiohttpTransport was first used in another event loop: make one for each loop")
        return self._connectors

    def _find_place(self, url: httpx.URL) -> ClientRequest:
        """Return what tells aiohttp where to connect to."""
        key = (url.raw_scheme, url.raw_host, url.port)
        place = self._places.get(key)
        if place is None:
            if url.scheme not in ("http", "https"):
                raise httpx.UnsupportedProtocol("the URL is not an HTTP one")
            origin = URL(f"{url.scheme}://{url.netloc.decode()}", encoded=True)
            options = self._describe_tls() if url.scheme == "https" else {}
            place = self._places[key] = ClientRequest("GET", origin, loop=self._loop, **options)
        return place

    def _describe_tls(self) -> dict[str, Any]:
        """Return what tells aiohttp how to reach a place over TLS, by a proxy or not."""
        options: dict[str, Any] = {"ssl": self._tls or tls_context()}
        if self._proxy is not None:
            options["proxy"] = URL(str(self._proxy.url), encoded=True)
            if self._proxy.auth is not None:
                login = b64encode(":".join(self._proxy.auth).encode()).decode()
                options["proxy_headers"] = {"Proxy-Authorization": f"Basic {login}"}
        return options

    async def aclose(self) -> None:
        """Close all connections, for good."""
        self._closed = True
        for connector in self._connectors:
            await connector.close()


def _abandon(loop: asyncio.AbstractEventLoop, connectors: tuple[Connector, ...]) -> None:
    """Close what a transport leaves behind that nobody closed. aiohttp would complain of it in its own words."""
    for connector in connectors:
        if loop.is_closed():
            connector.__exit__()
        else:  # this can be any thread
            loop.call_soon_threadsafe(connector.__exit__)
