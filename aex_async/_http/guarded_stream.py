"""httpcore's connections, listened to while a server answers."""

import os
import socket
import ssl
from contextlib import suppress
from functools import partial
from typing import Any

import httpcore
import httpx

from aex_async._http.head_guard import FORKED, Ear, Head, NoHttpError, Padding, take_record
from aex_async.errors import UsageError

SPOKE_FIRST = "the server spoke before it was asked"


class GuardedStream(httpcore.AsyncNetworkStream):
    """A connection whose server is listened to, by the process that made it alone."""

    def __init__(
        self, inner: httpcore.AsyncNetworkStream, ear: Ear, beneath: httpcore.AsyncNetworkStream | None = None
    ) -> None:
        self.beneath = beneath
        self._inner = inner
        self._tls = inner.get_extra_info("ssl_object")  # asked after each answer, and costly to find
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
        if self._head is None and buffer[:1] > b" ":  # what begins otherwise is for a SOCKS proxy, which says no head
            self._head = Head()
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        if os.getpid() == self._process:  # closing in order would end the connection for the parent process too
            await self._inner.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._tls if info == "ssl_object" else self._inner.get_extra_info(info)

    async def start_tls(self, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        secured = GuardedStream(await self._inner.start_tls(*args, **options), self._ear, self)
        try:
            said = take_record(secured.get_extra_info("ssl_object"))
            if said == b"":
                raise ssl.SSLZeroReturnError
        except ssl.SSLError as error:  # what refuses a client's certificate may come after the handshake
            await secured.aclose()
            raise httpcore.ConnectError("the server ended TLS") from error
        if said:
            await secured.aclose()
            raise NoHttpError(SPOKE_FIRST)
        return secured


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Where connections are made whose servers are listened to."""

    def __init__(self, inner: httpcore.AsyncNetworkBackend, ear: Ear) -> None:
        self._inner = inner
        self._ear = ear

    async def connect_tcp(self, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        stream = await self._inner.connect_tcp(*args, **options)
        if stream.get_extra_info("is_readable") and has_spoken(stream.get_extra_info("socket")):
            await stream.aclose()
            raise NoHttpError(SPOKE_FIRST)
        return GuardedStream(stream, self._ear)


def has_spoken(wire: Any) -> bool:
    """Whether there is something to read, and not only an end."""
    said = b""
    with suppress(OSError), socket.fromfd(wire.fileno(), wire.family, wire.type) as copy:
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
        pool._network_backend = GuardedBackend(backend, ear)  # noqa: SLF001
    return ear
