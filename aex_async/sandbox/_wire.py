"""The connection beneath a served request."""

import asyncio
import contextlib
import socket
import struct

from attrs import frozen
from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_KEY = "aex_sandbox_wire"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@frozen
class Wire:
    """One TCP connection, to be broken off in the middle of an answer."""

    _transport: asyncio.Transport

    @classmethod
    def under(cls, scope: Scope) -> "Wire":
        """Return the connection a request came through.

        Raises `RuntimeError` unless `aex_async.sandbox.serving` serves the application.
        """
        wire = scope.get("state", {}).get(_KEY)
        if not isinstance(wire, cls):
            raise RuntimeError("to break connections, serve the sandbox with aex_async.sandbox.serving")  # noqa: TRY004
        return wire

    def break_off(self, last: bytes, *, reset: bool) -> None:
        """Send these raw bytes, then close the connection, or reset it."""
        self._transport.write(last)
        if not reset:
            self._transport.close()
            return
        with contextlib.suppress(OSError):  # whoever has left already needs no reset
            connection = self._transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()


class BreakableProtocol(H11Protocol):
    """HTTP as uvicorn speaks it, with the connection within the application's reach."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let every request of this connection know its wire."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, _KEY: Wire(transport)}

    def shutdown(self) -> None:
        """Let go of clients at once: one that waits for a fault's silence to end would wait for ever."""
        super().shutdown()
        self.transport.abort()
