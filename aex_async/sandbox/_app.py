"""The sandbox as a web application."""

from typing import TYPE_CHECKING

import anyio
from attrs import frozen
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.requests import Request as WebRequest
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from ._faults import Fault
from ._messages import Request, Response
from ._wire import Wire

if TYPE_CHECKING:
    from ._sandbox import Sandbox


@frozen
class _Door:
    """Every path of the API."""

    sandbox: "Sandbox"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await _read(WebRequest(scope, receive))
        if request is None:
            return
        fault = self.sandbox.faults.pick(request.method, request.target)
        if fault.outcome in ("refuse", "lose"):
            await _break_off(Wire.under(scope), b"", receive, reset=True)
        else:
            await _tell(self.sandbox.receive(request, fault), fault, scope, receive, send)


def application(sandbox: "Sandbox") -> Starlette:
    """Return an application that answers as the sandbox does."""
    return Starlette(routes=[Mount("/", app=_Door(sandbox))])


async def _read(request: WebRequest) -> Request | None:
    """Return the request, or `None` if the client left before it was complete."""
    try:
        body = await request.body()
    except ClientDisconnect:
        return None
    return Request(
        request.method,
        request.scope["path"],
        request.scope["query_string"].decode("ascii"),
        request.headers.get("authorization", ""),
        request.headers.get("accept", ""),
        body,
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
