"""A look at what a server says before its answer's body: whether it can be HTTP/1.1 at all, and when it is enough.

httpcore waits for the end of a line that never was HTTP, reads informational answers without end, and says the same of
a server that said nothing as of one that stopped in the middle of a status line.
"""

import re
import ssl
from typing import TYPE_CHECKING, Any

import httpx

from aex_async._http.second_try import Hedge

if TYPE_CHECKING:
    import httpcore

FORKED = (
    "the client belongs to the process that this one was forked from, and so do its connections: "
    "make a client of its own after the fork"
)

MAX_INFORMATIONAL = 32  # answers of 1xx before the answer

HEAD_START = b"HTTP/1."
HEAD_END = re.compile(rb"\n\r?\n")
BLOCK = 1024  # bytes
PADDED = rb"[^\s\"]:[ \t]{%d}" % (3 * BLOCK)  # in JSON, it is a quote that stands before a colon


class NoHttpError(httpx.RemoteProtocolError):
    """The server speaks something other than HTTP/1.1."""


class BadHeadError(httpx.RemoteProtocolError):
    """The answer's head ended too early, or cannot be read."""


class NoSocksError(httpx.ProxyError):
    """A proxy that was said to speak SOCKS5 speaks something else."""


class Head:
    """What was said since the request, up to the end of the head of its answer."""

    def __init__(self) -> None:
        self.announced = 0
        self._said = bytearray()

    def add(self, data: bytes) -> bool:
        """Take what came next, nothing if that was the end, and say whether the head is whole."""
        if not data and self._said:
            raise BadHeadError("the answer ended before its headers did")
        start = max(0, len(self._said) - 2)
        self._said += data
        while end := self._find_end(start):
            if not self._is_informational():
                return True
            self._announce(end)
            start = 0
        return False

    def _find_end(self, start: int) -> int:
        """Return where the head at hand ends, 0 if it does not yet."""
        begun = self._said[: len(HEAD_START)]
        if not HEAD_START.startswith(begun):
            raise NoHttpError("the server speaks something other than HTTP/1.1")
        end = HEAD_END.search(self._said, start)
        return end.end() if end else 0

    def _is_informational(self) -> bool:
        return self._said.startswith(b"1", 9) and not self._said.startswith(b"101", 9)

    def _announce(self, end: int) -> None:
        self.announced += 1
        if self.announced >= MAX_INFORMATIONAL:
            raise NoHttpError("the server keeps announcing an answer and never gives one")
        del self._said[:end]


class Padding:
    """A watch for blanks without end between the name and the value of a header or trailer.

    h11 refuses what follows forty thousand of them only after ten seconds, in which nothing else can run.
    """

    def __init__(self) -> None:
        self._last = b""

    def add(self, data: bytes) -> None:
        """Take what came next."""
        seen = self._last + data
        blocks = range(0, len(seen) - BLOCK + 1, BLOCK)
        if any(seen[begin : begin + BLOCK].isspace() for begin in blocks) and re.search(PADDED, seen):
            raise NoHttpError("the server pads a header without end")
        self._last = seen[-4 * BLOCK :]


class Ear:
    """What a lane knows of its connection, and what the connection is told of the request under way.

    `second` is what to do if the server is silent; `stream` is the connection last made.
    """

    def __init__(self) -> None:
        self.second: Hedge | None = None
        self.stream: httpcore.AsyncNetworkStream | None = None


def is_clean(transport: httpx.AsyncBaseTransport) -> bool:
    """Whether nothing came after the answer, as far as that can be known.

    httpcore keeps what did, and takes it for the answer to the next request; it has no public way to ask. Where its
    state is no longer found, no connection is kept.
    """
    for connection in getattr(getattr(transport, "_pool", None), "connections", ()):
        while (inner := getattr(connection, "_connection", None)) is not None:  # a proxy's is around another
            connection = inner  # noqa: PLW2901
        if has_surplus(connection, unknown=True):
            return False
    return True


def has_surplus(connection: Any, *, unknown: bool) -> bool:
    """Whether httpcore's connection, or TLS beneath it, holds more than the answer; `unknown` if that is not found."""
    state = getattr(connection, "_h11_state", None)
    stream = getattr(connection, "_network_stream", None)
    if state is None or stream is None:
        return unknown
    return bool(state.trailing_data[0]) or holds_unread(stream) or holds_record(stream)


def holds_unread(stream: Any) -> bool:
    """Whether anyio has more of the server's than anybody has read: no socket has it any more, and not yet TLS.

    On asyncio up to 256 KiB come at a time, of which httpcore and TLS take 64. anyio has no public way to ask; where
    its state is no longer found, a test notices.
    """
    wire = getattr(getattr(stream, "_inner", stream), "_stream", None)
    while (beneath := getattr(wire, "transport_stream", None)) is not None:  # TLS, or one TLS within another
        wire = beneath
    return bool(getattr(getattr(wire, "_protocol", None), "read_queue", None))


def holds_record(stream: Any) -> bool:
    """Whether TLS has a record of the server's that nobody has read yet.

    TLS hands on one at a time: what came with the last is in neither the answer nor the socket, and would be read as
    the answer to the next request. What is taken from it here goes down with its connection.
    """
    while stream is not None:
        try:
            if take_record(stream.get_extra_info("ssl_object")) is not None:
                return True
        except ssl.SSLError:
            return True  # what cannot be read
        stream = getattr(stream, "beneath", None)  # TLS to a proxy
    return False


def take_record(tls: ssl.SSLObject | None) -> bytes | None:
    """Take a byte of the next record, none if that is a farewell; `None` if there is no whole record."""
    try:
        return None if tls is None else tls.read(1)
    except ssl.SSLWantReadError:
        return None  # the rest of it, if there is any, is still to come over the socket


def let_go_of_surplus(response: httpx.Response, *, ambiguous: bool) -> None:
    """Have the connection of an answer that was read to its end closed if more came along, or may have.

    It is of somebody else's pool, of many connections, and is found by the answer itself, before the pool has it back
    and whoever waits for it; if an event hook has read the answer, only after that. Where it is not found, as over
    HTTP/2, the pool keeps it.
    """
    inner: Any = response.stream
    while (within := getattr(inner, "_stream", None) or getattr(inner, "_httpcore_stream", None)) is not None:
        inner = within
    connection: Any = getattr(inner, "_connection", None)
    if not hasattr(connection, "_h11_state") or (response.is_closed and not connection.is_idle()):
        return  # not found, or at somebody else's service by now, whose answer a look into TLS would take a byte of
    if not ambiguous and not has_surplus(connection, unknown=False):
        return
    if response.is_closed:
        connection._expire_at = 0.0  # noqa: SLF001 - the pool closes it before anybody uses it
    else:
        connection._h11_state.send_failed()  # noqa: SLF001 - closed beneath the pool, trio would ask a socket that is no more
