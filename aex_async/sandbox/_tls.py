"""TLS as a served sandbox speaks it, whose handshakes can be made to fail before there is any request."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any

from aex_async.sandbox._faults import Fault


class HandshakeProtocol(asyncio.Protocol):
    """A connection before TLS, which becomes one of `protocol` with its handshake, unless a fault is in the way."""

    def __init__(
        self,
        protocol: Callable[..., asyncio.Protocol],
        tls: ssl.SSLContext,
        pick_fault: Callable[[], Fault],
        **options: Any,
    ) -> None:
        self._open = partial(protocol, **options)
        self._tls = tls
        self._pick_fault = pick_fault
        self._connections: set[Any] = options["server_state"].connections  # whom the server tells that it ends
        self._fault: Fault
        self._wire: asyncio.Transport
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin the handshake, if there is to be one."""
        self._connections.add(self)
        self._wire, self._fault = transport, self._pick_fault()
        if self._fault.handshake in (None, "late"):
            transport.pause_reading()  # what comes is the handshake's to read
            self._timer = asyncio.get_running_loop().call_later(self._fault.pause, self._begin)

    def data_received(self, data: bytes) -> None:
        """Break off as soon as the client has begun its handshake, or go on saying nothing."""
        del data
        if self._fault.handshake == "cut":
            self._wire.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of a connection, unless its handshake is under way, on a socket of its own."""
        del exc
        if self._task is None:
            self._connections.discard(self)

    def shutdown(self) -> None:
        """Let go of the client at once, as the server ends."""
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
        self._wire.abort()

    def _begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._shake_hands())

    async def _shake_hands(self) -> None:
        # As a socket of its own, for asyncio speaks TLS from a connection's first byte on or, with `start_tls`, hands
        # over what came with the handshake before the protocol knows of its transport.
        own = self._wire.get_extra_info("socket")
        try:
            with contextlib.suppress(OSError):  # a client that wants no such handshake has left, or no file is free
                wire = socket.fromfd(own.fileno(), own.family, own.type)
                wire.settimeout(0)
                self._wire.abort()
                await asyncio.get_running_loop().connect_accepted_socket(self._open, wire, ssl=self._tls)
        finally:
            self._connections.discard(self)
