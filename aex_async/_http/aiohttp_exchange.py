"""One request and its answer over a connection of aiohttp's, and what its faults are called in httpx's terms."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast

import aiohttp
import httpx
from aiohttp.http_exceptions import HttpProcessingError

from aex_async._http.aiohttp_connections import Connect, Connector, Listener, has_ended, has_input, make_timeout
from aex_async._http.head_guard import MAX_INFORMATIONAL, BadHeadError, NoHttpError
from aex_async._http.second_try import HEDGE, Hedge

if TYPE_CHECKING:
    from aiohttp import ClientRequest
    from aiohttp.connector import Connection
    from aiohttp.http import RawResponseMessage
    from aiohttp.streams import StreamReader

MAX_HEAD = 100 * 2**10  # bytes of an answer's head, as httpcore has it
MAX_HEADERS = 500
TURNS = 8  # of the event loop, for TLS to read the session tickets that follow a handshake


# The most telling first: several are subclasses of others.
TRANSLATIONS: tuple[tuple[type[Exception], type[httpx.TransportError], str], ...] = (
    (aiohttp.ServerTimeoutError, httpx.ReadTimeout, "the server fell silent"),
    (aiohttp.ClientConnectorError, httpx.ConnectError, "no connection could be made"),
    (aiohttp.ServerDisconnectedError, httpx.RemoteProtocolError, "the server closed the connection without an answer"),
    (aiohttp.ClientPayloadError, httpx.RemoteProtocolError, "the answer's body is not whole"),
    (HttpProcessingError, BadHeadError, "the answer, or what came with it, is not HTTP/1.1"),
    (aiohttp.ClientError, httpx.ReadError, "the connection was lost"),
    (OSError, httpx.ReadError, "the connection was lost"),
    (UnicodeError, httpx.ConnectError, "the name cannot be looked up"),
)
FAULTS: tuple[type[Exception], ...] = tuple(kind for kind, _, _ in TRANSLATIONS)
PARTINGS = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)


class LostInReuseError(Exception):
    """The server closed a kept connection at the moment of its reuse, as it may at any time."""


class Exchange(httpx.AsyncByteStream):
    """One request and its answer over one connection; as a stream, the body as it came over the wire."""

    _content: "StreamReader"
    _framed = False  # whether the answer itself says where its body ends
    _begun = False
    _watch: asyncio.TimerHandle | None = None

    def __init__(self, connection: "Connection", second: Hedge | None, *, keep: bool) -> None:
        self._connection = connection
        self._second = second
        self._keep = keep
        self._protocol = cast("Listener", connection.protocol)
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
        if isinstance(lost, FAULTS):
            fault = translate(lost)
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
        except FAULTS as error:
            raise translate(error) from error

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


async def exchange_over(
    connector: Connector, connect: Connect, request: httpx.Request, message: bytes
) -> httpx.Response:
    """Send `message` over a connection of `connector` and return its answer, whose body is still to come."""
    waits = request.extensions.get("timeout", {})
    exchange = await connect_over(connector, connect, waits.get("connect"), request.extensions.get(HEDGE))
    try:
        await connect.report("http11.send_request_headers.started", {})
        return await exchange.send(
            message, head=request.method == "HEAD", read=waits.get("read"), write=waits.get("write")
        )
    except BaseException as error:
        exchange.hang_up()
        if not connect.fresh and isinstance(error, PARTINGS) and not is_half(error):
            raise LostInReuseError from error
        if isinstance(error, FAULTS):
            raise translate(error) from error
        raise


async def connect_over(
    connector: Connector, connect: Connect, patience: float | None, second: Hedge | None
) -> Exchange:
    """Return an exchange over a connection on which the server has said nothing yet."""
    while True:
        try:
            connection = await connector.connect(cast("ClientRequest", connect), [], make_timeout(patience))
        except TimeoutError as error:
            raise httpx.ConnectTimeout("no connection could be made in time") from error
        except FAULTS as error:
            raise translate(error) from error
        exchange = Exchange(connection, second, keep=not connector.force_close)
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


def translate(error: Exception) -> httpx.TransportError:
    """Return what `error` is called in httpx's terms. Its text, which can hold the URL, stays in the cause."""
    if is_half(error):
        return BadHeadError("the answer ended within its head")
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return httpx.ProxyError(f"{error.status} of the proxy")
    return next(make(words) for kind, make, words in TRANSLATIONS if isinstance(error, kind))


def is_half(error: Exception) -> bool:
    """Whether the server closed the connection within a head: aiohttp hands over as much as came of it."""
    return isinstance(error, aiohttp.ServerDisconnectedError) and not isinstance(error.message, str)
