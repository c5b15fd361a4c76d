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
import math
import os
import re
import select
import socket
import ssl
import weakref
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, cast

import httpx

from aex_async._http.head_guard import MAX_INFORMATIONAL, BadHeadError, NoHttpError
from aex_async._http.hedge import HEDGE, Hedge
from aex_async._http.proxy import check_proxy
from aex_async._http.trust import tls_context
from aex_async.errors import UsageError

try:
    import aiohttp
    from aiohttp import ClientRequest, ClientTimeout
    from aiohttp.client_proto import ResponseHandler
    from aiohttp.http_exceptions import HttpProcessingError
    from yarl import URL
except ImportError as _error:
    raise ImportError("AiohttpTransport needs aiohttp: pip install 'aex-async[fast]'") from _error

if TYPE_CHECKING:
    from aiohttp.connector import Connection
    from aiohttp.http import RawResponseMessage
    from aiohttp.streams import StreamReader
    from aiohttp.tracing import Trace

__all__ = ["AiohttpTransport"]

KEEP_ALIVE = 5.0  # seconds that an idle connection is kept, as httpx keeps it
MAX_HEAD = 100 * 2**10  # bytes of an answer's head, as httpcore has it
MAX_HEADERS = 500
TURNS = 8  # of the event loop, for TLS to read the session tickets that follow a handshake

_Report = Callable[[str, Mapping[str, Any]], Awaitable[None]]

_START = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ [!-~]+ HTTP/1\.1\r\n")
_FIELDS = re.compile(rb"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+: [^\0\r\n]*\r\n)+")
_BODILESS = re.compile(rb"HTTP/1\.[01] (?:204|304)\b")

# The most telling first: several are subclasses of others.
_TRANSLATIONS: tuple[tuple[type[Exception], type[httpx.TransportError], str], ...] = (
    (aiohttp.ServerTimeoutError, httpx.ReadTimeout, "the server fell silent"),
    (aiohttp.ClientConnectorError, httpx.ConnectError, "no connection could be made"),
    (aiohttp.ServerDisconnectedError, httpx.RemoteProtocolError, "the server closed the connection without an answer"),
    (aiohttp.ClientPayloadError, httpx.RemoteProtocolError, "the answer's body is not whole"),
    (HttpProcessingError, BadHeadError, "the answer, or what came with it, is not HTTP/1.1"),
    (aiohttp.ClientError, httpx.ReadError, "the connection was lost"),
    (OSError, httpx.ReadError, "the connection was lost"),
    (UnicodeError, httpx.ConnectError, "the name cannot be looked up"),
)
_FAULTS: tuple[type[Exception], ...] = tuple(kind for kind, _, _ in _TRANSLATIONS)
_PARTINGS = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)


class _LostInReuseError(Exception):
    """The server closed a kept connection at the moment of its reuse, as it may at any time."""


def _translate(error: Exception) -> httpx.TransportError:
    """Return what `error` is called in httpx's terms. Its text, which can hold the URL, stays in the cause."""
    if _is_half(error):
        return BadHeadError("the answer ended within its head")
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return httpx.ProxyError(f"{error.status} of the proxy")
    return next(make(words) for kind, make, words in _TRANSLATIONS if isinstance(error, kind))


def _is_half(error: Exception) -> bool:
    """Whether the server closed the connection within a head: aiohttp hands over as much as came of it."""
    return isinstance(error, aiohttp.ServerDisconnectedError) and not isinstance(error.message, str)


async def _report_nothing(_event: str, _info: Mapping[str, Any]) -> None:
    """Stand in for a `trace` that was not asked for."""


class _Connect:
    """What a connector is asked for: a connection to one place, and a word before it makes a new one."""

    proxy: Final = None

    def __init__(self, place: ClientRequest, report: _Report) -> None:
        self.place = place
        self.connection_key = place.connection_key
        self.report = report
        self.fresh = False  # whether the connection was made for this connect


class _Listener(ResponseHandler):
    """aiohttp's protocol, with word of the first head and of what ended it.

    A body that comes with a status that has none is left out: aiohttp takes it for the next answer, which it is not,
    and forgets the one that it had.
    """

    lost: BaseException | None = None  # what ended the connection, which aiohttp keeps without its class
    _awaits_head = False
    _waiting: "asyncio.Future[bool] | None" = None

    def connection_lost(self, exc: BaseException | None) -> None:
        """Take note of what ended the connection, and end what waits for an answer."""
        self.lost = exc
        super().connection_lost(exc)
        self._wake()

    def close(self) -> None:
        """Close the connection, and wait for no farewell of the server's: TLS would, for half a minute, unseen."""
        wire = self.transport
        super().close()
        if wire is not None:
            wire.abort()

    def expect_head(self) -> None:
        """Take what comes next for the beginning of an answer."""
        self._awaits_head = True

    def data_received(self, data: bytes) -> None:
        """Take what came, without a body that may not be there. Whoever sent one is not to be asked again."""
        if self._awaits_head:
            self._awaits_head = False
            head, end, body = data.partition(b"\r\n\r\n")
            if body and _BODILESS.match(head):
                self.force_close()
                data = head + end
        super().data_received(data)

    def feed_data(self, data: Any, size: int = 0) -> None:
        """Take a whole head, which ends what waits for one."""
        super().feed_data(data, size)
        self._wake()

    def set_exception(self, *error: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - as aiohttp calls it
        """End what waits for an answer."""
        super().set_exception(*error)
        self._wake()

    def _wake(self, *, heard: bool = True) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(heard)

    async def hears_within(self, seconds: float) -> bool:
        """Wait for the next word of the server, or its end, and return whether it came within so many seconds."""
        self._waiting = self._loop.create_future()
        timer = self._loop.call_later(seconds, partial(self._wake, heard=False))
        try:
            return await self._waiting
        finally:
            timer.cancel()
            self._waiting = None


class _Connector(aiohttp.TCPConnector):
    """Connections to httpx's taste: as many as there are requests, each reported before it is made."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # pyright: ignore[reportUnknownMemberType] - aiohttp's socket_factory
        # aiohttp has no public way to hand a protocol in; a test notices if this one is no longer used.
        self._factory = partial(_Listener, loop=self._loop)  # type: ignore[assignment]

    async def _create_connection(
        self,
        req: ClientRequest,
        traces: "list[Trace]",
        timeout: ClientTimeout,  # noqa: ASYNC109 - aiohttp's own
    ) -> ResponseHandler:
        connect = cast("_Connect", req)
        connect.fresh = True
        await connect.report("connection.connect_tcp.started", {})
        return await super()._create_connection(connect.place, traces, timeout)


def _open_connector(*, keep: bool) -> _Connector:
    return _Connector(
        resolver=aiohttp.ThreadedResolver(),
        use_dns_cache=False,
        limit=0,
        force_close=not keep,
        keepalive_timeout=KEEP_ALIVE if keep else None,
    )


@cache
def _make_timeout(connect: float | None) -> ClientTimeout:
    return ClientTimeout(total=None, connect=connect, ceil_threshold=math.inf)


class _Exchange(httpx.AsyncByteStream):
    """One request and its answer over one connection; as a stream, the body as it came over the wire."""

    _content: "StreamReader"
    _framed = False  # whether the answer itself says where its body ends
    _begun = False
    _watch: asyncio.TimerHandle | None = None

    def __init__(self, connection: "Connection", second: Hedge | None, *, keep: bool) -> None:
        self._connection = connection
        self._second = second
        self._keep = keep
        self._protocol = cast("_Listener", connection.protocol)
        self._wire = cast("asyncio.Transport", connection.transport)

    async def is_spoilt(self) -> bool:
        """Whether the server has left, or has said something already, which would be taken for the answer."""
        turns = TURNS if self._wire.get_extra_info("ssl_object") else 0
        while turns and not self._protocol.should_close and has_input(self._wire):
            # TLS 1.3 sends session tickets after the handshake, which are no answer: TLS reads them, and keeps them.
            turns -= 1
            await asyncio.sleep(0)
        certain = self._keep or not self._wire.get_extra_info("ssl_object")
        return self._protocol.should_close or (certain and has_input(self._wire))

    def explain_spoilt(self) -> httpx.TransportError:
        """Return why a connection is spoilt on which nothing was asked yet: it ended, or the server spoke first.

        What refuses a client's certificate in TLS 1.3 is an end: its handshake is over for the client by then.
        """
        lost = self._protocol.exception()
        if isinstance(lost, _FAULTS):
            fault = _translate(lost)
            fault.__cause__ = self._protocol.lost
            return fault
        if self._wire.is_closing() or has_ended(self._wire):
            return httpx.RemoteProtocolError("the server closed the connection before it was asked")
        return NoHttpError("the server spoke before it was asked")

    async def send(self, request: bytes, *, head: bool, read: float | None, write: float | None) -> httpx.Response:
        """Send the whole request and return its answer, whose body is still to come."""
        protocol = self._protocol
        protocol.set_response_params(
            skip_payload=head,
            read_until_eof=True,
            auto_decompress=False,
            read_timeout=read,
            timeout_ceil_threshold=math.inf,
            max_line_size=MAX_HEAD,
            max_field_size=MAX_HEAD,
            max_headers=MAX_HEADERS,
        )
        protocol.expect_head()
        self._wire.write(request)
        self._watch_writing(write, math.inf)
        message, self._content = await self._read_message()
        self._framed = "Content-Length" in message.headers or message.chunked
        if self._keep:
            self._content.on_eof(self._connection.release)
        if not self._content.is_eof() and (closed := protocol.closed) is not None:
            closed.add_done_callback(self._end_body)
        return httpx.Response(message.code, headers=message.raw_headers, stream=self)

    def _watch_writing(self, patience: float | None, before: float) -> None:
        """Notice a server that stops reading; the time for its answer runs from when it has read all."""
        left = self._wire.get_write_buffer_size()
        if left == 0:
            self._watch = None
            self._protocol.start_timeout()
        elif left == before:
            self._protocol.set_exception(httpx.WriteTimeout("the server stopped reading"))
        elif patience is not None:
            loop = asyncio.get_running_loop()
            self._watch = loop.call_later(patience, self._watch_writing, patience, left)

    async def _read_message(self) -> "tuple[RawResponseMessage, StreamReader]":
        for announced in range(MAX_INFORMATIONAL):
            message, content = await (self._hear(self._protocol.read) if announced else self._hear_first())
            if sum([len(name) + len(value) for name, value in message.raw_headers]) > MAX_HEAD:
                raise BadHeadError("the answer's headers are too large")
            if message.version.major != 1:
                raise NoHttpError("the server speaks another version of HTTP")
            if message.code == 101:  # noqa: PLR2004
                raise NoHttpError("the server changed the protocol, which nobody asked for")
            if not 100 <= message.code < 200:  # noqa: PLR2004
                return message, content
        raise NoHttpError("the server keeps announcing an answer and never gives one")

    async def _hear_first(self) -> Any:
        """Return what the server says first, or ask once more if it says nothing. No scope is opened for most."""
        second = self._second
        left = None if second is None else second.left
        if second is None or left is None or await self._protocol.hears_within(left):
            return await self._protocol.read()
        return await second.race(self._protocol.read)

    def _hear(self, receive: Callable[[], Awaitable[Any]]) -> Awaitable[Any]:
        return receive() if self._second is None else self._second.listen(receive)

    def _end_body(self, closed: "asyncio.Future[None] | None" = None) -> None:
        """End a body in which something other than chunks came: aiohttp closes the connection and tells no reader.

        A reader that comes in the step between the end of the connection and the word of it asks for this itself.
        """
        broken = aiohttp.ClientPayloadError("the body is not whole")
        broken.__cause__ = None if closed is None or closed.cancelled() else closed.exception()
        if not self._content.is_eof() and self._content.exception() is None:
            self._content.set_exception(broken)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        if self._content.at_eof():
            self._check_end()
            raise StopAsyncIteration
        if self._begun:
            await asyncio.sleep(0)  # a reader that has had enough can be cancelled here, however fast the server is
        self._begun = True
        if not self._protocol.connected:
            self._end_body()
        try:
            if self._content.is_eof():  # it is all there
                return await self._content.readany()
            (data,) = await self._hear(self._read_some)
            return cast("bytes", data)
        except _FAULTS as error:
            raise _translate(error) from error

    async def _read_some(self) -> tuple[bytes]:
        # Not the bare bytes: none at all are the end of a body here, and no end of a connection before its answer.
        return (await self._content.readany(),)

    def _check_end(self) -> None:
        """Refuse a reset as the end of a body without a length, for which aiohttp takes it."""
        lost = self._protocol.exception()
        if self._begun and not self._framed and isinstance(lost, OSError):
            raise httpx.ReadError("the connection was lost") from lost

    async def aclose(self) -> None:
        """Close the connection, unless the answer arrived whole: then it may serve another request by now."""
        if not self._keep or self._connection.protocol is not None:
            self.hang_up()

    def hang_up(self) -> None:
        """Close the connection at once, with whatever is still to be written."""
        if self._watch is not None:
            self._watch.cancel()
        self._connection.close()
        self._wire.abort()


def has_input(wire: asyncio.Transport) -> bool:
    """Whether the server has sent, or closed, what the event loop has not read yet."""
    if wire.is_closing():
        return True
    # Not by `selectors`, which would take a twentieth of a call to note down what is asked but once.
    number = wire.get_extra_info("socket").fileno()
    if not hasattr(select, "poll"):  # pragma: no cover - Windows, where no number is too large for `select`
        return bool(select.select([number], [], [], 0)[0])
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))


def has_ended(wire: asyncio.Transport) -> bool:
    """Whether an end is all that the event loop has not read yet."""
    if wire.get_extra_info("ssl_object"):
        return False  # it has read all that there was, and knows of an end
    number = wire.get_extra_info("socket").fileno()
    try:
        with socket.socket(fileno=os.dup(number)) as copy:
            return not copy.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False  # what made it spoilt has been read already
    except OSError:
        return True


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
        self._connectors: tuple[_Connector, ...] = ()
        self._places: dict[tuple[bytes, bytes, int | None], ClientRequest] = {}
        self._fields: tuple[list[tuple[bytes, bytes]], bytes] = ([(b"", b"")], b"")  # the last written
        self._closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request` and return its answer, whose body is still to be read and closed."""
        reads, writes = self._open_connectors()
        connect = _Connect(self._find_place(request.url), request.extensions.get("trace", _report_nothing))
        message = await self._write(request)
        if request.method == "GET":
            try:
                return await _exchange(reads, connect, request, message)
            except _LostInReuseError:
                pass
        return await _exchange(writes, connect, request, message)

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

    def _open_connectors(self) -> tuple[_Connector, ...]:
        """Return the connector of the reads, and that of the writes, which keeps no connection."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise UsageError("AiohttpTransport runs on asyncio only: leave it out on trio") from None
        if self._closed:
            raise UsageError("the AiohttpTransport is closed: make a new one")
        if self._loop is None:
            self._loop = loop
            self._connectors = (_open_connector(keep=True), _open_connector(keep=False))
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


async def _exchange(connector: _Connector, connect: _Connect, request: httpx.Request, message: bytes) -> httpx.Response:
    """Send `message` over a connection of `connector` and return its answer, whose body is still to come."""
    waits = request.extensions.get("timeout", {})
    exchange = await _connect(connector, connect, waits.get("connect"), request.extensions.get(HEDGE))
    try:
        await connect.report("http11.send_request_headers.started", {})
        return await exchange.send(
            message, head=request.method == "HEAD", read=waits.get("read"), write=waits.get("write")
        )
    except BaseException as error:
        exchange.hang_up()
        if not connect.fresh and isinstance(error, _PARTINGS) and not _is_half(error):
            raise _LostInReuseError from error
        if isinstance(error, _FAULTS):
            raise _translate(error) from error
        raise


async def _connect(connector: _Connector, connect: _Connect, patience: float | None, second: Hedge | None) -> _Exchange:
    """Return an exchange over a connection on which the server has said nothing yet."""
    while True:
        try:
            connection = await connector.connect(cast("ClientRequest", connect), [], _make_timeout(patience))
        except TimeoutError as error:
            raise httpx.ConnectTimeout("no connection could be made in time") from error
        except _FAULTS as error:
            raise _translate(error) from error
        exchange = _Exchange(connection, second, keep=not connector.force_close)
        try:
            spoilt = await exchange.is_spoilt()
        except BaseException:
            exchange.hang_up()
            raise
        if not spoilt:
            return exchange
        fault = exchange.explain_spoilt()
        exchange.hang_up()
        if connect.fresh:
            raise fault


def _abandon(loop: asyncio.AbstractEventLoop, connectors: tuple[_Connector, ...]) -> None:
    """Close what a transport leaves behind that nobody closed. aiohttp would complain of it in its own words."""
    for connector in connectors:
        if loop.is_closed():
            connector.__exit__()
        else:  # this can be any thread
            loop.call_soon_threadsafe(connector.__exit__)
