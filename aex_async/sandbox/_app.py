"""The sandbox as a web application."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import anyio
from attrs import frozen
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.requests import Request as WebRequest
from starlette.types import Receive, Scope, Send

from ._control import list_routes
from ._errors import refusal
from ._exchange import ProblemError, Request, Response
from ._faults import FLAWLESS, Fault
from ._hosts import is_called_by
from ._oddities import Oddities
from ._wire import Wire

if TYPE_CHECKING:
    from ._sandbox import Sandbox

MAX_BODY: Final = 2**20  # bytes; an order has five hundred


@frozen
class _Door:
    """Every path of the API."""

    sandbox: "Sandbox"
    hosts: frozenset[str] | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request = await _read(WebRequest(scope, receive), self.hosts)
        except ClientDisconnect:
            return
        except ProblemError as problem:
            await _tell(refusal(problem, Oddities(), Request("", "")), FLAWLESS, scope, receive, send)
            return
        fault = self.sandbox.faults.pick(request.method, request.target)
        if fault.outcome in ("refuse", "lose"):
            await _break_off(Wire.under(scope), b"", receive, reset=True)
        else:
            await _tell(self.sandbox.receive(request, fault), fault, scope, receive, send)


def application(sandbox: "Sandbox", hosts: frozenset[str] | None = None) -> Starlette:
    """Return an application that answers as the sandbox does, and is steered at `/_sandbox`.

    `hosts` are the names that it may be called by, beside addresses of this machine; `None` admits any.
    """
    app = Starlette(routes=list_routes(sandbox, hosts))
    # Not mounted: Starlette's own patterns of paths do not match a line break, and would answer in its own words.
    app.router.default = _Door(sandbox, hosts)
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
    elif fault.outcome == "hang":
        await _departure(receive)
    else:
        reset = fault.outcome == "reset"
        await _break_off(Wire.under(scope), fault.kept_of(response), receive, reset=reset)


async def _break_off(wire: Wire, last: bytes, receive: Receive, *, reset: bool) -> None:
    wire.break_off(last, reset=reset)
    # The server complains about an application that returns without an answer while somebody still listens.
    await _departure(receive)


async def _departure(receive: Receive) -> None:
    """Wait until the connection is gone: after a request's body there is no other message."""
    await receive()
