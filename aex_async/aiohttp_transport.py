"""aiohttp's engine under httpx's transport interface: for asyncio, where many calls run at a time.

::

    async with AsyncAExClient(token, transport=AiohttpTransport()) as aex: ...

It needs the extra: `pip install 'aex-async[fast]'`. What the client promises holds over it as over httpx's own
transport: a write has a connection of its own, a request that did not leave is known not to have left, nothing of the
environment has a say, and only httpx's errors come out.
"""

import asyncio
import io
import math
import selectors
import ssl
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import httpx

from aex_async._lanes import tls_context
from aex_async.errors import UsageError

try:
    import aiohttp
    from aiohttp import ClientRequest, ClientResponse, ClientTimeout
    from yarl import URL
except ImportError as _error:
    raise ImportError("AiohttpTransport needs aiohttp: pip install 'aex-async[fast]'") from _error

if TYPE_CHECKING:
    from aiohttp.client_middlewares import ClientHandlerType
    from aiohttp.client_proto import ResponseHandler
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace
    from aiohttp.typedefs import LooseHeaders

__all__ = ["AiohttpTransport"]

KEEP_ALIVE = 5.0  # seconds that an idle connection is kept, as httpx keeps it

_Report = Callable[[str, Mapping[str, Any]], Awaitable[None]]

# What aiohttp adds to a request on its own, but for Host and the length of a body.
_AUTOMATIC = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")

_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)
_LARGE = 2**20  # bytes of a body that aiohttp wants to be a file

# The most telling first: several are subclasses of others.
_TRANSLATIONS: tuple[tuple[type[Exception], type[httpx.TransportError], str], ...] = (
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout, "no connection could be made in time"),
    (aiohttp.ServerTimeoutError, httpx.ReadTimeout, "the server fell silent"),
    (aiohttp.ClientConnectorError, httpx.ConnectError, "no connection could be made"),
    (aiohttp.ServerDisconnectedError, httpx.RemoteProtocolError, "the server closed the connection without an answer"),
    (aiohttp.ClientPayloadError, httpx.RemoteProtocolError, "the answer's body is not whole"),
    (aiohttp.ClientResponseError, httpx.RemoteProtocolError, "the answer is not HTTP/1.1"),
    (aiohttp.NonHttpUrlClientError, httpx.UnsupportedProtocol, "the URL is not of HTTP"),
    (ValueError, httpx.LocalProtocolError, "the request cannot be written as HTTP"),
    (aiohttp.ClientError, httpx.ReadError, "the connection was lost"),
    (OSError, httpx.ReadError, "the connection was lost"),
)
_FAULTS: tuple[type[Exception], ...] = tuple(kind for kind, _, _ in _TRANSLATIONS)


def _translate(error: Exception) -> httpx.TransportError:
    """Return what `error` is called in httpx's terms. Its text, which can hold the URL, stays in the cause."""
    return next(make(words) for kind, make, words in _TRANSLATIONS if isinstance(error, kind))


async def _report_nothing(_event: str, _info: Mapping[str, Any]) -> None:
    """Stand in for a `trace` that was not asked for."""


class _SpoiltConnectionError(Exception):
    """A connection from the pool has something to say that nobody asked for. Nothing was sent over it."""


class _Request(ClientRequest):
    """A request that knows its connection, and reports on itself as httpcore does."""

    report: _Report = staticmethod(_report_nothing)
    patience: float | None = None  # seconds that writing the body may take
    fresh = False  # whether the connection was made for this request
    protocol: "ResponseHandler | None" = None
    wire: asyncio.Transport | None = None

    async def send(self, conn: "Connection") -> ClientResponse:
        """Send the request, unless the server has spoken already: what it said would be taken for the answer."""
        self.protocol, self.wire = cast("ResponseHandler", conn.protocol), cast("asyncio.Transport", conn.transport)
        if self.fresh and self.protocol.should_close:
            raise httpx.RemoteProtocolError("the server spoke before it was asked")
        if not self.fresh and (self.protocol.should_close or _has_input(self.wire)):
            raise _SpoiltConnectionError
        if self.method != "GET":
            self.protocol.force_close()
        await self.report("http11.send_request_headers.started", {})
        return await super().send(conn)

    async def write_bytes(self, writer: Any, conn: "Connection", content_length: int | None = None) -> None:
        """Write the body, in the time allowed."""
        protocol = cast("ResponseHandler", conn.protocol)
        try:
            async with asyncio.timeout(self.patience):
                await super().write_bytes(writer, conn, content_length)
        except TimeoutError:
            protocol.set_exception(httpx.WriteTimeout("the server stopped reading"))

    def hang_up(self) -> None:
        """Close the connection at once, with whatever is still to be written."""
        if self.wire is not None:
            self.wire.abort()


def _has_input(wire: asyncio.Transport) -> bool:
    """Whether the server has sent, or closed, what the event loop has not read yet."""
    with _Selector() as selector:
        selector.register(wire.get_extra_info("socket").fileno(), selectors.EVENT_READ)
        return bool(selector.select(0))


class _Connector(aiohttp.TCPConnector):
    """Connections to httpx's taste: as many as there are requests, each reported before it is made."""

    async def _create_connection(
        self,
        req: ClientRequest,
        traces: "list[Trace]",
        timeout: ClientTimeout,  # noqa: ASYNC109 - aiohttp's own
    ) -> "ResponseHandler":
        request = cast("_Request", req)
        request.fresh = True
        await request.report("connection.connect_tcp.started", {})
        return await super()._create_connection(req, traces, timeout)


class _NoCookies(aiohttp.DummyCookieJar):
    """A jar that does not even look at a cookie."""

    def update_cookies_from_headers(self, headers: Any, response_url: URL) -> None:
        """Let them lie."""


class _Body(httpx.AsyncByteStream):
    """The body of an answer as it came over the wire."""

    def __init__(self, response: ClientResponse, request: _Request) -> None:
        self._response = response
        self._request = request
        self._content = response.content
        self._begun = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        if self._content.at_eof():
            self._check_end()
            raise StopAsyncIteration
        if self._begun:
            await asyncio.sleep(0)  # a reader that has had enough can be cancelled here, however fast the server is
        self._begun = True
        try:
            return await self._content.readany()
        except _FAULTS as error:
            raise _translate(error) from error

    def _check_end(self) -> None:
        """Refuse a reset as the end of a body without a length, for which aiohttp takes it."""
        headers = self._response.headers
        if self._begun and "Content-Length" not in headers and "Transfer-Encoding" not in headers:
            lost = cast("ResponseHandler", self._request.protocol).exception()
            if isinstance(lost, OSError):
                raise httpx.ReadError("the connection was lost") from lost

    async def aclose(self) -> None:
        """Close the connection of every write, and of an answer that did not arrive whole.

        One that did has given its connection back, which may serve another request by now.
        """
        if self._request.method != "GET" or self._response.connection is not None:
            self._response.close()
            self._request.hang_up()


class AiohttpTransport(httpx.AsyncBaseTransport):
    """aiohttp's engine for `AsyncAExClient(token, transport=AiohttpTransport())`, on asyncio only.

    `tls` decides whom to trust; without it, whom certifi trusts, over TLS 1.2 or newer. It opens as many connections as
    there are requests at a time: the client's `max_connections` is what bounds them. A request's body is sent whole.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._loop: asyncio.AbstractEventLoop | None = None
        self._sessions: tuple[aiohttp.ClientSession, ...] = ()
        self._closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request` and return its answer, whose body is still to be read and closed."""
        session = self._choose_session(request.method)
        waits = request.extensions.get("timeout", {})
        sent: _Request | None = None

        async def follow(made: ClientRequest, go: "ClientHandlerType") -> ClientResponse:
            nonlocal sent
            sent = cast("_Request", made)
            sent.report = request.extensions.get("trace", _report_nothing)
            sent.patience = waits.get("write")
            try:
                return await go(sent)
            except BaseException as error:
                sent.hang_up()
                if sent.fresh and isinstance(error, _FAULTS):
                    raise _translate(error) from error  # which keeps aiohttp from sending it once more
                raise

        ask = partial(
            session.request,
            request.method,
            _make_url(request.url),
            headers=_make_headers(request),
            data=await _read_body(request),
            allow_redirects=False,
            middlewares=(follow,),
            ssl=self._choose_tls(request.url),
            timeout=ClientTimeout(connect=waits.get("connect"), sock_read=waits.get("read"), ceil_threshold=math.inf),
        )
        while True:
            try:
                response = await ask()
            except _SpoiltConnectionError:
                continue
            except _FAULTS as error:
                raise _translate(error) from error
            return httpx.Response(
                response.status, headers=response.raw_headers, stream=_Body(response, cast("_Request", sent))
            )

    def _choose_session(self, method: str) -> aiohttp.ClientSession:
        """Return the session of the reads, or that of the writes, whose pool is always empty."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise UsageError("AiohttpTransport runs on asyncio only: leave it away on trio") from None
        if self._closed:
            raise UsageError("the AiohttpTransport is closed: make a new one")
        if self._loop is None:
            self._loop = loop
            self._sessions = (_open_session(), _open_session())
            weakref.finalize(self, _abandon, loop, self._sessions)
        elif self._loop is not loop:
            raise UsageError("the AiohttpTransport was first used in another event loop: make one for each loop")
        return self._sessions[method != "GET"]

    def _choose_tls(self, url: httpx.URL) -> ssl.SSLContext | bool:
        return (self._tls or tls_context()) if url.scheme == "https" else True

    async def aclose(self) -> None:
        """Close all connections, for good."""
        self._closed = True
        for session in self._sessions:
            await session.close()


def _open_session() -> aiohttp.ClientSession:
    connector = _Connector(
        resolver=aiohttp.ThreadedResolver(), use_dns_cache=False, limit=0, keepalive_timeout=KEEP_ALIVE
    )
    return aiohttp.ClientSession(
        connector=connector,
        request_class=_Request,
        cookie_jar=_NoCookies(),
        skip_auto_headers=_AUTOMATIC,
        timeout=ClientTimeout(total=None),
        auto_decompress=False,
        trust_env=False,
    )


def _make_url(url: httpx.URL) -> URL:
    """Return `url` as it goes over the wire, without user and fragment."""
    return URL(f"{url.scheme}://{url.netloc.decode()}{url.raw_path.decode()}", encoded=True)


def _make_headers(request: httpx.Request) -> "LooseHeaders":
    """Return the headers as aiohttp wants them. A body goes out whole, and not in chunks."""
    try:
        headers = [(name.decode(), value.decode()) for name, value in request.headers.raw]
    except UnicodeDecodeError:
        raise httpx.LocalProtocolError("a header is not UTF-8") from None
    return [(name, value) for name, value in headers if name.lower() != "transfer-encoding"]


async def _read_body(request: httpx.Request) -> bytes | io.BytesIO | None:
    body = b"".join([chunk async for chunk in cast("httpx.AsyncByteStream", request.stream)])
    return io.BytesIO(body) if len(body) > _LARGE else body or None


def _abandon(loop: asyncio.AbstractEventLoop, sessions: tuple[aiohttp.ClientSession, ...]) -> None:
    """Close what a transport leaves behind that nobody closed. aiohttp would complain of it in its own words."""
    connectors = [cast("aiohttp.BaseConnector", session.connector) for session in sessions if not session.closed]
    for session in sessions:
        session.detach()
    for connector in connectors:
        if loop.is_closed():
            connector.__exit__()
        else:  # this can be any thread
            loop.call_soon_threadsafe(connector.__exit__)
