"""The connections of a client: a fixed number of lanes, each good for one request at a time.

A lane is both a place in the queue and a connection. httpx's pool, asked by many tasks at once, costs as much as
the requests themselves, and a storm of cancellations leaves it stuck for good. A pool of one connection behind
each lane has neither fault: whoever holds the lane is alone with it.
"""

import ssl
from collections.abc import Callable
from functools import cache, partial

import anyio
import httpx
from anyio.lowlevel import checkpoint

from aex_async._http.head_guard import listen
from aex_async._http.policy import Failure
from aex_async._http.responses import Answer
from aex_async._http.wire import NETWORK_ERRORS, Request, Trace, explain, receive
from aex_async.errors import UsageError

Transport = httpx.AsyncBaseTransport

_ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1)


@cache
def tls_context() -> ssl.SSLContext:
    """Return the one context of the process. Nothing of the environment has a say in whom it trusts."""
    import certifi  # noqa: PLC0415 - only where there is a certificate to check

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(certifi.where())
    return context


@cache
def _no_trust() -> ssl.SSLContext:
    """Return a context for plain HTTP, which httpx wants too; made once, for that takes longer than a request."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def open_transport(*, tls: bool) -> Transport:
    """Return a transport of one connection, which opens with its first request."""
    context = tls_context() if tls else _no_trust()
    transport = httpx.AsyncHTTPTransport(verify=context, trust_env=False, http2=False, limits=_ONE)
    listen(transport)
    return transport


class Lane:
    """The right to have one request on its way, and the connection that it goes by."""

    def __init__(self, open_one: Callable[[], Transport] | None, transport: Transport) -> None:
        self._open = open_one
        self._transport = transport

    async def exchange(self, request: Request, trace: Trace, *, fresh: bool) -> Answer | Failure:
        """Send `request` and return its whole answer, or why there is none.

        With `fresh` it goes out on a connection of its own; without, once more if the server closed a kept one at that
        moment. The connection is kept for the next request only after a whole answer. Only what a network or a server
        does wrong becomes a `Failure`; anything else that a transport raises is a mistake in the transport, and passes.
        """
        again = not fresh
        while True:
            keep = False
            outcome: Answer | Failure
            try:
                if fresh:
                    await self._renew()
                outcome = await receive(await self._transport.handle_async_request(request), trace)
                keep = outcome.flaw is None and not fresh and not outcome.ambiguous and _is_clean(self._transport)
            except NETWORK_ERRORS as error:
                outcome = explain(error, trace)
            finally:
                if not keep:
                    await self._renew(trace)
            if not (again and isinstance(outcome, Failure) and outcome.stale):
                return outcome
            again = False

    async def _renew(self, trace: Trace | None = None) -> None:
        """Close the connection. A transport of the caller's own decides itself when it opens one."""
        if self._open is not None:
            old, self._transport = self._transport, self._open()
            await (close(old) if trace is None else close(old, trace))

    async def aclose(self) -> None:
        """Close the connection for good."""
        await close(self._transport)


def _is_clean(transport: Transport) -> bool:
    """Whether nothing came after the answer.

    httpcore keeps what did, and takes it for the answer to the next request; it has no public way to ask.
    """
    for connection in getattr(getattr(transport, "_pool", None), "connections", ()):
        state = getattr(getattr(connection, "_connection", None), "_h11_state", None)
        if state is not None and state.trailing_data[0]:
            return False
    return True


def check_transport(transport: object) -> Transport | None:
    """Return the caller's own transport; `None` stands for ours."""
    if transport is None or isinstance(transport, Transport):
        return transport
    raise UsageError(f"transport must be an httpx.AsyncBaseTransport, not {type(transport).__name__}")


async def close(*resources: Transport | Trace) -> None:
    """Close `resources`, even for a call that is being cancelled."""
    with anyio.CancelScope(shield=True):
        for resource in resources:
            await resource.aclose()
        await checkpoint()  # asyncio lets go of a socket only one step after it was closed


class _Waiter:
    def __init__(self) -> None:
        self.ready = anyio.Event()
        self.lane: Lane | None = None


class Lanes:
    """As many lanes as a client may have requests in flight, handed out first come, first served.

    `transport` is the caller's own, for all lanes; without it every lane opens one for itself.
    """

    def __init__(self, size: int, *, tls: bool, transport: Transport | None = None) -> None:
        self._size = size
        self._tls = tls
        self._open = partial(open_transport, tls=tls) if transport is None else None
        self._shared = transport
        self._made = 0
        self._free: list[Lane] = []
        self._waiting: dict[_Waiter, None] = {}

    @property
    def busy(self) -> int:
        """How many lanes are in use."""
        return self._made - len(self._free)

    async def take(self) -> Lane:
        """Return a lane, the one last used if there is a choice; wait for one if all are in use."""
        if self._free:
            return self._free.pop()
        if self._made < self._size:
            lane = Lane(self._open, self._shared or open_transport(tls=self._tls))
            self._made += 1
            return lane
        return await self._queue()

    async def _queue(self) -> Lane:
        waiter = _Waiter()
        self._waiting[waiter] = None
        try:
            await waiter.ready.wait()
        except BaseException:
            self._waiting.pop(waiter, None)
            if waiter.lane is not None:  # handed over in the very moment of the cancellation
                self.put(waiter.lane)
            raise
        return waiter.lane  # type: ignore[return-value]

    def put(self, lane: Lane) -> None:
        """Give a lane back: to whoever has waited longest, if anybody has."""
        if self._waiting:
            waiter = next(iter(self._waiting))
            del self._waiting[waiter]
            waiter.lane = lane
            waiter.ready.set()
        else:
            self._free.append(lane)

    async def aclose(self) -> None:
        """Close the connections of all lanes that are not in use."""
        while self._free:
            self._made -= 1
            await self._free.pop().aclose()
        if self._shared is not None:
            await close(self._shared)
