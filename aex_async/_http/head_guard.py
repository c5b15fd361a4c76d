"""A look at what a server says before its answer's body: whether it can be HTTP/1.1 at all, and when it is enough.

httpcore waits for the end of a line that never was HTTP, reads informational answers without end, and says the same of
a server that said nothing as of one that stopped in the middle of a status line.
"""

import os
import re
import socket
from contextlib import suppress
from functools import partial
from typing import Any

import httpcore
import httpx

from aex_async._http.hedge import Hedge
from aex_async.errors import UsageError

FORKED = (
    "the client belongs to the process that this one was forked from, and so do its connections: "
    "make a client of its own after the fork"
)

MAX_INFORMATIONAL = 32  # answers of 1xx before the answer

_START = b"HTTP/1."
_END = re.compile(rb"\n\r?\n")
_BLOCK = 1024  # bytes
_PADDED = re.compile(rb"[^\s\"]:[ \t]{%d}" % (3 * _BLOCK))  # in JSON, it is a quote that stands before a colon


class NoHttpError(httpx.RemoteProtocolError):
    """The server speaks something other than HTTP/1.1."""


class BadHeadError(httpx.RemoteProtocolError):
    """The answer's head ended too early, or cannot be read."""


class Head:
    """What was said since the request, up to the end of the head of its answer."""

    def __init__(self) -> None:
        self.announced = 0
        self._said = bytearray()

    def add(self, data: bytes) -> bool:
        """Take what came next, nothing if that was the end, and say whether the head is whole."""
        if not data and self._said:
            raise BadHeadError("the answer ended within its head")
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
        begun = self._said[: len(_START)]
        if not _START.startswith(begun):
            raise NoHttpError("the server speaks something other than HTTP/1.1")
        end = _END.search(self._said, start)
        return end.end() if end else 0

    def _is_informational(self) -> bool:
        return self._said.startswith(b"1", 9) and not self._said.startswith(b"101", 9)

    def _announce(self, end: int) -> None:
        self.announced += 1
        if self.announced >= MAX_INFORMATIONAL:
            raise NoHttpError("the server announces an answer again and again, and gives none")
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
        blocks = range(0, len(seen) - _BLOCK + 1, _BLOCK)
        if any(seen[begin : begin + _BLOCK].isspace() for begin in blocks) and _PADDED.search(seen):
            raise NoHttpError("the server pads a header without end")
        self._last = seen[-4 * _BLOCK :]


class Ear:
    """What a lane knows of its connection, and what the connection is told of the request under way.

    `second` is what to do if the server is silent; `stream` is the connection last made.
    """

    def __init__(self) -> None:
        self.second: Hedge | None = None
        self.stream: httpcore.AsyncNetworkStream | None = None


class _GuardedStream(httpcore.AsyncNetworkStream):
    """A connection whose server is listened to, by the process that made it alone."""

    def __init__(self, inner: httpcore.AsyncNetworkStream, ear: Ear) -> None:
        self._inner = inner
        self._ear = ear
        self._process = os.getpid()
        self._head: Head | None = None
        self._padding = Padding()
        ear.stream = self

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        if os.getpid() != self._process:
            raise UsageError(FORKED)  # both processes would read from one socket, each a part of the other's answers
        second = self._ear.second
        if second is None or (left := second.left) is None:
            data = await self._inner.read(max_bytes, timeout)
        else:
            try:
                data = await self._inner.read(max_bytes, left)
            except httpcore.ReadTimeout:
                data = await second.race(partial(self._inner.read, max_bytes, timeout))
        self._padding.add(data)
        if self._head is not None and self._head.add(data):
            self._head = None
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's
        if os.getpid() != self._process:
            raise UsageError(FORKED)
        if self._head is None:
            self._head = Head()
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        if os.getpid() == self._process:  # closing in order would end the connection for the parent process too
            await self._inner.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    async def start_tls(self, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        return _GuardedStream(await self._inner.start_tls(*args, **options), self._ear)


class _Backend(httpcore.AsyncNetworkBackend):
    """Where connections are made whose servers are listened to."""

    def __init__(self, inner: httpcore.AsyncNetworkBackend, ear: Ear) -> None:
        self._inner = inner
        self._ear = ear

    async def connect_tcp(self, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        stream = await self._inner.connect_tcp(*args, **options)
        if stream.get_extra_info("is_readable") and _has_spoken(stream.get_extra_info("socket")):
            await stream.aclose()
            raise NoHttpError("the server spoke before it was asked")
        return _GuardedStream(stream, self._ear)


def _has_spoken(wire: Any) -> bool:
    """Whether there is something to read, and not only an end."""
    said = b""
    with socket.fromfd(wire.fileno(), wire.family, wire.type) as copy, suppress(OSError):
        said = copy.recv(1, socket.MSG_PEEK)
    return bool(said)


def listen(transport: httpx.AsyncBaseTransport) -> Ear:
    """Have every server that `transport` connects to listened to, and return what hears it.

    httpx has no public way to hand a backend in, nor to its pool. Where they are no longer found, the transport works
    unguarded, which a test notices.
    """
    ear = Ear()
    pool: Any = getattr(transport, "_pool", None)
    backend = getattr(pool, "_network_backend", None)
    if isinstance(backend, httpcore.AsyncNetworkBackend):
        pool._network_backend = _Backend(backend, ear)  # noqa: SLF001
    return ear


def is_clean(transport: httpx.AsyncBaseTransport) -> bool:
    """Whether nothing came after the answer, as far as that can be known.

    httpcore keeps what did, and takes it for the answer to the next request; it has no public way to ask. Where its
    state is no longer found, no connection is kept.
    """
    for connection in getattr(getattr(transport, "_pool", None), "connections", ()):
        while (inner := getattr(connection, "_connection", None)) is not None:  # a proxy's is around another
            connection = inner  # noqa: PLW2901
        state = getattr(connection, "_h11_state", None)
        if state is None or state.trailing_data[0]:
            return False
    return True
