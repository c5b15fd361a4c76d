"""aiohttp's connections: how one is asked for, made and kept, and what is heard on it."""

import asyncio
import math
import os
import re
import select
import socket
from collections.abc import Awaitable, Callable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import aiohttp
from aiohttp import ClientRequest, ClientTimeout
from aiohttp.client_proto import ResponseHandler

if TYPE_CHECKING:
    from aiohttp.tracing import Trace

KEEP_ALIVE = 5.0  # seconds that an idle connection is kept, as httpx keeps it

Report: TypeAlias = Callable[[str, Mapping[str, Any]], Awaitable[None]]

BODILESS = re.compile(rb"HTTP/1\.[01] (?:204|304)\b")


class Connect:
    """What a connector is asked for: a connection to one place, and a word before it makes a new one."""

    proxy: Final = None

    def __init__(self, place: ClientRequest, report: Report) -> None:
        self.place = place
        self.connection_key = place.connection_key
        self.report = report
        self.fresh = False  # whether the connection was made for this connect


class Listener(ResponseHandler):
    """aiohttp's protocol, with word of the first head and of what ended it.

    A body that comes with a status that has none is left out: aiohttp takes it for the next answer, which it is not,
    and forgets the one that it had.
    """

    lost: BaseException | None = None  # what ended the connection, which aiohttp keeps without its class
    _awaits_head = False
    _waiting: "asyncio.Future[bool] | None" = None

    def connection_lost(self, exc: BaseException | None) -> None:
        """Take note of what ended the connection, and end what waits for an answer."""
        self.lost = exc
        super().connection_lost(exc)
        self._wake()

    def close(self) -> None:
        """Close the connection, and wait for no farewell of the server's: TLS would, for half a minute, unseen."""
        wire = self.transport
        super().close()
        if wire is not None:
            wire.abort()

    def expect_head(self) -> None:
        """Take what comes next for the beginning of an answer."""
        self._awaits_head = True

    def data_received(self, data: bytes) -> None:
        """Take what came, without a body that may not be there. Whoever sent one is not to be asked again."""
        if self._awaits_head:
            self._awaits_head = False
            head, end, body = data.partition(b"\r\n\r\n")
            if body and BODILESS.match(head):
                self.force_close()
                data = head + end
        super().data_received(data)

    def feed_data(self, data: Any, size: int = 0) -> None:
        """Take a whole head, which ends what waits for one."""
        super().feed_data(data, size)
        self._wake()

    def set_exception(self, *error: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - as aiohttp calls it
        """End what waits for an answer."""
        super().set_exception(*error)
        self._wake()

    def _wake(self, *, heard: bool = True) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(heard)

    async def hears_within(self, seconds: float) -> bool:
        """Wait for the next word of the server, or its end, and return whether it came within so many seconds."""
        self._waiting = self._loop.create_future()
        timer = self._loop.call_later(seconds, partial(self._wake, heard=False))
        try:
            return await self._waiting
        finally:
            timer.cancel()
            self._waiting = None


class Connector(aiohttp.TCPConnector):
    """Connections to httpx's taste: as many as there are requests, each reported before it is made."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # pyright: ignore[reportUnknownMemberType] - aiohttp's socket_factory
        # aiohttp has no public way to hand a protocol in; a test notices if this one is no longer used.
        self._factory = partial(Listener, loop=self._loop)  # type: ignore[assignment]

    async def _create_connection(
        self,
        req: ClientRequest,
        traces: "list[Trace]",
        timeout: ClientTimeout,  # noqa: ASYNC109 - aiohttp's own
    ) -> ResponseHandler:
        connect = cast("Connect", req)
        connect.fresh = True
        await connect.report("connection.connect_tcp.started", {})
        return await super()._create_connection(connect.place, traces, timeout)


def open_connector(*, keep: bool) -> Connector:
    return Connector(
        resolver=aiohttp.ThreadedResolver(),
        use_dns_cache=False,
        limit=0,
        force_close=not keep,
        keepalive_timeout=KEEP_ALIVE if keep else None,
    )


@cache
def make_timeout(connect: float | None) -> ClientTimeout:
    return ClientTimeout(total=None, connect=connect, ceil_threshold=math.inf)


def has_input(wire: asyncio.Transport) -> bool:
    """Whether the server has sent, or closed, what the event loop has not read yet."""
    if wire.is_closing():
        return True
    # Not by `selectors`, which would take a twentieth of a call to note down what is asked but once.
    number = wire.get_extra_info("socket").fileno()
    if not hasattr(select, "poll"):  # pragma: no cover - Windows, where no number is too large for `select`
        return bool(select.select([number], [], [], 0)[0])
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))


def has_ended(wire: asyncio.Transport) -> bool:
    """Whether an end is all that the event loop has not read yet."""
    if wire.get_extra_info("ssl_object"):
        return False  # it has read all that there was, and knows of an end
    number = wire.get_extra_info("socket").fileno()
    try:
        with socket.socket(fileno=os.dup(number)) as copy:
            return not copy.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False  # what made it spoilt has been read already
    except OSError:
        return True
