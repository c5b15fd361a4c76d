"""A request in httpx's terms, whose URL tells nobody what it asks, with the trace of how far it got."""

import inspect
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx

from aex_async._http.http2 import FAILING, is_unsent
from aex_async._http.redaction import hide_query

Headers = httpx.Headers
Origin = httpx.URL

MAX_CONNECT = 10.0  # seconds to make a connection
MAX_REJECTIONS = 100  # kept connections of a pool of the caller's that a write refuses, before it takes one


CONNECTING = frozenset(
    {"connection.connect_tcp.started", "connection.connect_unix_socket.started", "socks.connect_tcp.started"}
)
CONNECTED = frozenset(
    {"connection.connect_tcp.complete", "connection.connect_unix_socket.complete", "socks.connect_tcp.complete"}
)
SETTLED = frozenset({"connection.start_tls.complete", "proxy.start_tls.complete", "socks.start_tls.complete"})
WRITING = frozenset({"http11.send_request_headers.started", "http2.send_request_headers.started"})


class KeptConnectionError(Exception):
    """A write was about to go out on a kept connection: this stops it before its first byte."""

    def __init__(self) -> None:
        super().__init__("a write goes out on a new connection: this one is closed, and nothing was sent")


class ResentError(httpx.StreamError):
    """A transport was about to send a write once more: this stops it before its first byte."""

    def __init__(self) -> None:
        super().__init__("a write is sent once, and this transport was about to repeat it")


class Trace:
    """What is certain about one try while it is under way.

    A request counts as not sent only by the word of the transport itself (httpx's `trace` extension), or of a server of
    HTTP/2 that turned it away. A transport that does not trace says nothing, and then the request counts as sent.
    """

    def __init__(self, *, traced: bool = False, fresh: bool = False, once: bool = False) -> None:
        self.traced = traced
        self._once = once
        self._most = MAX_REJECTIONS
        self._rejections = self._most if fresh else 0
        self.reused = True  # until a connection is made for it
        self.written = False  # on the connection at hand
        self._written_before = False  # on one that came before it
        self.settled = False  # whether the pool knows the connection that was opened, and others may use it too
        self.status: int | None = None
        self.stream_id: int | None = None  # of HTTP/2
        self.cached = False  # whether a caching transport answered by itself
        self.turned_away = False  # by the word of the server that it did nothing with the request
        self.taken = False  # whether the body was read before any transport had said that it writes
        self._opened: Any = None
        self._made: Any = None  # the same, or TLS over it
        self._head: Any = None

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of one event of httpcore's."""
        self.traced = True
        if event in CONNECTING:
            self.reused = False
            self._begin_again()
        elif event in WRITING:
            self.stream_id = info.get("stream_id")
            if asks_a_proxy(info):
                self.settled = False  # the TLS was the proxy's: there is another handshake to come
                return
            if self._once and (self.written or self._written_before):
                raise ResentError
            may_reject = self._rejections and self.reused and not self.written
            if may_reject and event == "http11.send_request_headers.started":
                self._rejections -= 1
                raise KeptConnectionError
            self.written = True
        elif event in CONNECTED:
            self._opened = self._made = info.get("return_value")
            self.settled = False
        elif event in SETTLED:
            self._made, self.settled = info.get("return_value"), True
        elif event == "http11.receive_response_headers.complete":
            self._head = info.get("return_value")
        elif event in FAILING and is_unsent(event, info.get("exception")):
            self.written = False

    def accept_kept(self) -> None:
        """Let whatever it is go out on a kept connection, where only the caller's pool decides that."""
        self._most = self._rejections = 0

    def refuse_kept(self) -> None:
        """Have the request go out once more, on a new connection: of kept ones, all can have died together."""
        self._begin_again()
        self.reused = True
        self._rejections = self._most

    def _begin_again(self) -> None:
        """Leave the connection to its pool that the request was written to, if it was: it goes out on another."""
        if self.written:
            self.written, self._written_before = False, True
            self._opened = self._made = None

    @property
    def head(self) -> tuple[int, list[tuple[bytes, bytes]]] | None:
        """Status and headers of an answer, as the transport heard them, if it tells."""
        if self._head is None:
            return None
        _, status, _, headers = self._head
        return status, headers

    @property
    def kept(self) -> bool:
        """Whether it has a kept connection to itself; over HTTP/2, all share one."""
        return self.traced and self.reused and self.stream_id is None

    @property
    def left_open(self) -> bool:
        """Whether the try opened a connection that it neither wrote to nor handed over."""
        return self._opened is not None and not self.written and not self.settled

    @property
    def unused(self) -> object:
        """The connection that was made for the try, if nothing was written to it."""
        return None if self.written else self._made

    async def aclose(self) -> None:
        """Close what the try opened: httpcore forgets a connection that is cancelled in its TLS handshake."""
        opened, self._opened = self._opened, None  # an error keeps the trace, and would keep the connection with it
        if opened is not None:
            await opened.aclose()

    def forget(self) -> None:
        """Let go of what an error that is kept would keep."""
        self._opened = self._made = self._head = None

    @property
    def sent(self) -> bool:
        """`False` only where it is proven that no byte of the request left, or that the server let it be."""
        # A transport that tells nothing may have sent it before another took over, which tells of itself alone.
        written = self.written or self.taken or not self.traced
        return self._written_before or (written and not self.turned_away)


def asks_a_proxy(info: Mapping[str, Any]) -> bool:
    """Whether what leaves is a proxy's `CONNECT`, which says nothing yet of the request itself."""
    return getattr(info.get("request"), "method", None) == b"CONNECT"


class Body(httpx.ByteStream):
    """A request's body. Sending it can break off without leaving a generator behind, which trio would report."""

    def __init__(self, body: bytes, trace: Trace | None = None) -> None:
        super().__init__(body)
        self._body = body
        self._trace = trace

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Return what gives the whole body, once."""
        if self._trace is not None and not self._trace.written:
            self._trace.taken = True
        return Once(self._body)


class Once(AsyncIterator[bytes]):
    def __init__(self, body: bytes) -> None:
        self._left = [body]

    async def __anext__(self) -> bytes:
        if not self._left:
            raise StopAsyncIteration
        return self._left.pop()


EMPTY = Body(b"")


class Url(httpx.URL):
    """An origin and a target, which httpx parses only where somebody looks further than its engine does."""

    def __init__(self, origin: httpx.URL, target: str) -> None:  # does not call httpx's own, which would parse it
        self.origin = origin
        self.target = target

    @property
    def raw_scheme(self) -> bytes:
        """The scheme."""
        return self.origin.raw_scheme

    @property
    def raw_host(self) -> bytes:
        """The host."""
        return self.origin.raw_host

    @property
    def port(self) -> int | None:
        """The port, unless it is the scheme's own."""
        return self.origin.port

    @property
    def raw_path(self) -> bytes:
        """The path and the query."""
        return self.target.encode("ascii")

    def __str__(self) -> str:
        """Return the whole URL, except to a log: a record can be read before any filter has seen it."""
        asking = inspect.currentframe()
        asking = asking and asking.f_back
        return show_url(self) if asking and asking.f_globals.get("__name__") == "logging" else super().__str__()

    def __repr__(self) -> str:
        """Show no query: a crash reporter prints what it finds in a frame."""
        return f"URL('{self.origin}{hide_query(self.target)}')"

    def __getattr__(self, name: str) -> Any:
        """Have the whole parsed, for whatever is there only afterwards."""
        known = vars(self)
        if "origin" in known and not name.startswith("__"):
            known.update(vars(httpx.URL(f"{self.origin}{self.target}")))
        return object.__getattribute__(self, name)


class PreparedRequest(httpx.Request):
    """A request to `origin`, which is parsed once and not with every call."""

    def __init__(  # does not call httpx's own, which would parse the URL
        self,
        method: str,
        origin: httpx.URL,
        target: str,
        *,
        headers: Headers,
        body: bytes | None,
        extensions: dict[str, Any],
    ) -> None:
        self.method = method
        self.url = Url(origin, target)
        self._place = (origin, target)
        self.headers = Headers(headers)
        self.stream = EMPTY if body is None else Body(body, extensions.get("trace"))
        self.extensions = extensions
        self._body = body or b""

    @property
    def content(self) -> bytes:
        """The body, for an event hook or a recorder that looks at it."""
        return self._body

    async def aread(self) -> bytes:
        """Return the body, for a transport that looks at it: the one that sends it takes it from the stream."""
        return self._body

    def copy(self) -> "PreparedRequest":
        """Return one to be signed and sent: what that adds would be there twice if this were sent once more."""
        body, extensions = None if self.stream is EMPTY else self._body, {**self.extensions}
        return PreparedRequest(self.method, *self._place, headers=self.headers, body=body, extensions=extensions)

    def __repr__(self) -> str:
        return f"<Request({self.method!r}, {self.url!r})>"


def build_request(
    method: str,
    origin: httpx.URL,
    target: str,
    *,
    headers: Headers,
    body: bytes | None,
    trace: Trace,
    patience: float | None,
    uncached: bool = False,
) -> PreparedRequest:
    """Return a request that waits `patience` seconds for a connection and for its own bytes to be read.

    For the answer it waits as long as the call does: a slow one is none the worse for it.
    """
    connect = MAX_CONNECT if patience is None else min(MAX_CONNECT, patience)
    timeout = {"connect": connect, "read": None, "write": patience, "pool": None}
    extensions: dict[str, Any] = {"timeout": timeout, "trace": trace}
    if uncached:
        extensions |= pass_caches()
    return PreparedRequest(method, origin, target, headers=headers, body=body, extensions=extensions)


def pass_caches() -> dict[str, Any]:
    """Return what has hishel's transports ask: those before 1.0, and those since 2.0, which heed no header else."""
    return {"cache_disabled": True, "force_cache": False, "caching": {"rfc": True}}


# httpx's own log line for our requests


def hide_url(record: logging.LogRecord) -> bool:
    """Replace our URLs in a record's arguments. The record of any other request stays as it is."""
    if isinstance(record.args, tuple) and any(isinstance(value, Url) for value in record.args):
        record.args = tuple(show_url(value) if isinstance(value, Url) else value for value in record.args)
    return True


def show_url(url: Url) -> str:
    return f"{url.origin}{hide_query(url.target)}"


def redact_httpx_log() -> None:
    """Have httpx's logger pass our records on without queries and e-mails; asked again, nothing is added."""
    logging.getLogger("httpx").addFilter(hide_url)
