"""The sandbox as a web application, with a hold on the connections that it is served on."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

import anyio
from attrs import frozen
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.requests import Request as WebRequest
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from aex_async.sandbox._control import is_called_by, list_routes
from aex_async.sandbox._exchange import ProblemError, Request, Response, refusal
from aex_async.sandbox._faults import FLAWLESS, Fault
from aex_async.sandbox._oddities import Oddities
from aex_async.sandbox._sandbox import Sandbox

MAX_BODY: Final = 2**20  # bytes; an order has five hundred
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

    def add(self, surplus: bytes) -> None:
        """Send these raw bytes behind the answer."""
        self._transport.write(surplus)

    def close_after(self, seconds: float) -> None:
        """Close the connection so many seconds from now."""
        asyncio.get_running_loop().call_later(seconds, self._transport.close)

    def break_off(self, last: bytes, *, reset: bool, farewell: bool = True) -> None:
        """Send these raw bytes, then close the connection, with or without the farewell of TLS, or reset it."""
        self._transport.write(last)
        if farewell and not reset:
            self._transport.close()
            return
        if reset:
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


def application(sandbox: Sandbox, hosts: Iterable[str] | None = None) -> Starlette:
    """Return an application that answers as the sandbox does, and is steered at `/_sandbox`.

    `hosts` are the names that it may be called by, beside `localhost` and addresses; `None` admits any. Faults that
    break connections need one of the functions of `aex_async.sandbox.serving` to serve it.
    """
    names = None if hosts is None else frozenset(host.lower() for host in hosts)  # as a request's is read

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request = await _read(WebRequest(scope, receive), names)
        except ClientDisconnect:
            return
        except ProblemError as problem:
            await _tell(refusal(problem, Oddities(), Request("", "")), FLAWLESS, scope, receive, send)
            return
        fault = sandbox.faults.pick(request.method, request.target)
        if fault.outcome in ("refuse", "lose"):
            await _break_off(Wire.under(scope), b"", receive, reset=True)
        else:
            await _tell(sandbox.receive(request, fault), fault, scope, receive, send)

    app = Starlette(routes=list_routes(sandbox, names))
    # Not mounted: Starlette's own patterns of paths do not match a line break, and would answer in its own words.
    app.router.default = answer
    return app


async def _read(request: WebRequest, hosts: frozenset[str] | None) -> Request:
    """Return the request; raises `ProblemError` for one that no server of AEx's would read to its end."""
    if not is_called_by(request, hosts):
        raise ProblemError(HTTPStatus.MISDIRECTED_REQUEST, ["this host is not served here: see --allow-host"])
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, [f"the body is larger than {MAX_BODY:,} bytes"])
    return Request(
        request.method,
        request.scope["path"],
        request.scope["query_string"].decode("ascii"),
        request.headers.get("authorization", ""),
        request.headers.get("accept", ""),
        bytes(body),
        f"{request.url.scheme}://{request.url.netloc}",
    )


async def _tell(response: Response, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    if fault.pause:
        with anyio.move_on_after(fault.pause):
            await _departure(receive)
    if fault.outcome == "answer":
        await send({"type": "http.response.start", "status": response.status, "headers": response.wire_headers})
        await send({"type": "http.response.body", "body": response.body})
        if fault.again:
            Wire.under(scope).add((response.head + response.body) * fault.again)
        if fault.kept_open is not None:
            Wire.under(scope).close_after(fault.kept_open)
    elif fault.outcome == "hang":
        await _departure(receive)
    else:
        reset = fault.outcome == "reset"
        await _break_off(Wire.under(scope), fault.kept_of(response), receive, reset=reset, farewell=fault.farewell)


async def _break_off(wire: Wire, last: bytes, receive: Receive, *, reset: bool, farewell: bool = True) -> None:
    wire.break_off(last, reset=reset, farewell=farewell)
    # The server complains about an application that returns without an answer while somebody still listens.
    await _departure(receive)


async def _departure(receive: Receive) -> None:
    """Wait until the connection is gone: after a request's body there is no other message."""
    await receive()
