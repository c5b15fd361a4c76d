"""Reaching the sandbox from httpx without a socket."""

import math
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NoReturn, TypeAlias
from urllib.parse import unquote

import anyio
import httpx
from anyio.lowlevel import checkpoint, checkpoint_if_cancelled

from aex_async.sandbox._exchange import Request, Response, reason
from aex_async.sandbox._faults import Fault

_Trace: TypeAlias = Callable[[str, dict[str, Any]], Awaitable[None]]


class SandboxTransport(httpx.AsyncBaseTransport):
    """A sandbox in the place of httpx's own transport, whose errors it raises, whose trace it writes.

    Every request has a connection to itself.
    """

    def __init__(
        self, pick_fault: Callable[[str, str], Fault], receive: Callable[[Request, Fault], Response], name: str
    ) -> None:
        self._pick_fault = pick_fault
        self._receive = receive
        self._name = name

    def __repr__(self) -> str:
        return f"<SandboxTransport to {self._name}>"

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request.

        Raises `httpx.ConnectError`, `httpx.WriteError`, `httpx.ReadError`, `httpx.RemoteProtocolError` as faults have
        it, besides `httpx.ReadTimeout` when the answer takes longer than the request's read time-out.
        """
        # Whoever is cancelled already must not get to send anything.
        await checkpoint_if_cancelled()
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        path = unquote(path)
        fault = self._pick_fault(request.method, f"{path}?{query}" if query else path)
        trace: _Trace = request.extensions.get("trace", _untraced)
        await _connect(request, fault, trace)
        response = await self._send(request, path, query, fault, trace)
        return await _receive(request, fault, response, trace)

    async def _send(self, request: httpx.Request, path: str, query: str, fault: Fault, trace: _Trace) -> Response:
        about = {"request": request}
        await trace("http11.send_request_headers.started", about)
        if fault.outcome == "lose" and fault.kept < _length_of_head(request):
            await _fail(trace, "http11.send_request_headers", httpx.WriteError(""))
        await trace("http11.send_request_headers.complete", {"return_value": None})
        await trace("http11.send_request_body.started", about)
        if fault.outcome == "lose":
            await _fail(trace, "http11.send_request_body", httpx.WriteError(""))
        asked = Request(
            request.method,
            path,
            query,
            request.headers.get("authorization", ""),
            request.headers.get("accept", ""),
            await request.aread(),
            f"{request.url.scheme}://{request.url.netloc.decode('ascii')}",
        )
        response = self._receive(asked, fault)
        await trace("http11.send_request_body.complete", {"return_value": None})
        return response


class _FaultyBody(httpx.AsyncByteStream):
    """The bytes that arrive, then what breaks off the rest."""

    def __init__(self, content: bytes, broken: httpx.TransportError | None = None) -> None:
        self._content = content
        self._broken = broken

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._content:
            yield self._content
        if self._broken:
            raise self._broken


async def _untraced(_: str, __: dict[str, Any]) -> None:
    """Stand in for a trace nobody asked for."""


async def _connect(request: httpx.Request, fault: Fault, trace: _Trace) -> None:
    about = {"host": request.url.host, "port": request.url.port}
    await trace("connection.connect_tcp.started", about)
    if fault.outcome == "refuse":
        await _fail(trace, "connection.connect_tcp", httpx.ConnectError("All connection attempts failed"))
    await trace("connection.connect_tcp.complete", {"return_value": None})


def _length_of_head(request: httpx.Request) -> int:
    """Return how many bytes precede a request's body."""
    line = len(request.method) + len(request.url.raw_path) + len("  HTTP/1.1\r\n")
    return line + sum(len(name) + len(value) + len(": \r\n") for name, value in request.headers.raw) + len("\r\n")


async def _receive(request: httpx.Request, fault: Fault, response: Response, trace: _Trace) -> httpx.Response:
    await trace("http11.receive_response_headers.started", {"request": request})
    await _wait(request, fault, trace)
    missing = _missing_before_headers(fault, response)
    if missing:
        await _fail(trace, "http11.receive_response_headers", missing)
    built = _response(fault, response)
    arrived = (b"HTTP/1.1", response.status, reason(response.status), built.headers.raw)
    await trace("http11.receive_response_headers.complete", {"return_value": arrived})
    return built


async def _wait(request: httpx.Request, fault: Fault, trace: _Trace) -> None:
    seconds = math.inf if fault.outcome == "hang" else fault.pause
    patience = request.extensions.get("timeout", {}).get("read")
    if patience is not None and seconds > patience:
        await anyio.sleep(patience)
        await _fail(trace, "http11.receive_response_headers", httpx.ReadTimeout(""))
    elif seconds:
        await anyio.sleep(seconds)
    else:
        await checkpoint()


async def _fail(trace: _Trace, step: str, error: httpx.TransportError) -> NoReturn:
    await trace(f"{step}.failed", {"exception": error})
    raise error


def _missing_before_headers(fault: Fault, response: Response) -> httpx.TransportError | None:
    if fault.status_seen(response) is not None:
        return None
    if fault.outcome == "reset":
        return httpx.ReadError("")
    return httpx.RemoteProtocolError("Server disconnected without sending a response.")


def _response(fault: Fault, response: Response) -> httpx.Response:
    content = response.body if fault.outcome == "answer" else fault.kept_of(response)[len(response.head) :]
    broken = None if len(content) == len(response.body) else _broken_off(fault, len(content), len(response.body))
    return httpx.Response(
        response.status,
        headers=response.wire_headers,
        stream=_FaultyBody(content, broken),
        extensions={"http_version": b"HTTP/1.1", "reason_phrase": reason(response.status)},
    )


def _broken_off(fault: Fault, received: int, expected: int) -> httpx.TransportError:
    if fault.outcome == "reset":
        return httpx.ReadError("")
    return httpx.RemoteProtocolError(
        f"peer closed connection without sending complete message body (received {received} bytes, expected {expected})"
    )
