"""One request in httpx's terms, and what came of it in ours: an `Answer` or a `Failure`.

The transport is called directly. `httpx.AsyncClient` would log every URL, and with it customers' e-mails; keep the
cookies it is sent; and inflate a body without bound.
"""

import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Mapping
from typing import Any, cast

import anyio
import h11
import httpx

from aex_async._http.head_guard import BadHeadError, NoHttpError
from aex_async._http.policy import Failure
from aex_async._http.responses import Answer

MAX_BODY = 16 * 2**20  # bytes, before and after inflating
MAX_ERROR_BODY = 64 * 2**10
MAX_CONNECT = 10.0  # seconds to make a connection

Headers = httpx.Headers
Origin = httpx.URL


# The most telling first: several are subclasses of others.
_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (httpx.ConnectTimeout, "no connection could be made in time"),
    (httpx.ReadTimeout, "the server fell silent"),
    (httpx.WriteTimeout, "the server stopped reading"),
    (httpx.PoolTimeout, "no connection was free in time"),
    (httpx.ConnectError, "no connection could be made"),
    (httpx.ProxyError, "the proxy refused"),
    (httpx.UnsupportedProtocol, "the transport cannot speak this protocol"),
    (httpx.LocalProtocolError, "the request cannot be written as HTTP"),
    (httpx.RemoteProtocolError, "the server broke off, or spoke something other than HTTP/1.1"),
    (httpx.NetworkError, "the connection was lost"),
    (httpx.HTTPError, "the transport failed"),
    (httpx.StreamError, "the transport failed"),
    (OSError, "the connection was lost"),
    (anyio.BrokenResourceError, "the connection was lost"),
    (anyio.ClosedResourceError, "the connection was lost"),
    (anyio.EndOfStream, "the connection was lost"),
)
NETWORK_ERRORS: tuple[type[Exception], ...] = tuple(kind for kind, _ in _WORDS)
_HOPELESS = (httpx.ProxyError, httpx.UnsupportedProtocol, httpx.LocalProtocolError)
_PARTINGS = (httpx.RemoteProtocolError, httpx.NetworkError)
_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


class Trace:
    """What is certain about one try while it is under way.

    A request counts as not sent only by the word of the transport itself (httpx's `trace` extension). A transport
    that does not trace says nothing, and then the request counts as sent.
    """

    def __init__(self, *, traced: bool = False) -> None:
        self.traced = traced
        self.reused = True  # until a connection is made for it
        self.written = False
        self.status: int | None = None
        self._opened: Any = None

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of one event of httpcore's."""
        self.traced = True
        if event == "connection.connect_tcp.started":
            self.reused = False
        elif event == "http11.send_request_headers.started":
            self.written = self.written or not _asks_a_proxy(info)
        elif event == "connection.connect_tcp.complete":
            self._opened = info.get("return_value")

    async def aclose(self) -> None:
        """Close what the try opened: httpcore forgets a connection that is cancelled in its TLS handshake."""
        if self._opened is not None:
            await self._opened.aclose()

    @property
    def sent(self) -> bool:
        """`False` only where it is proven that no byte of the request left."""
        return self.written or not self.traced


def _asks_a_proxy(info: Mapping[str, Any]) -> bool:
    """Whether what leaves is a proxy's `CONNECT`, which says nothing yet of the request itself."""
    return getattr(info.get("request"), "method", None) == b"CONNECT"


class Body(httpx.ByteStream):
    """A request's body. Sending it can break off without leaving a generator behind, which trio would report."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self._body = body

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Return what gives the whole body, once."""
        return _Once(self._body)


class _Once(AsyncIterator[bytes]):
    def __init__(self, body: bytes) -> None:
        self._left = [body]

    async def __anext__(self) -> bytes:
        if not self._left:
            raise StopAsyncIteration
        return self._left.pop()


_EMPTY = Body(b"")


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

    def __getattr__(self, name: str) -> Any:
        """Have the whole parsed, for whatever is there only afterwards."""
        known = vars(self)
        if "origin" in known and not name.startswith("__"):
            known.update(vars(httpx.URL(f"{self.origin}{self.target}")))
        return object.__getattribute__(self, name)


class Request(httpx.Request):
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
        self.headers = Headers(headers)
        self.stream = _EMPTY if body is None else Body(body)
        self.extensions = extensions


def build_request(
    method: str,
    origin: httpx.URL,
    target: str,
    *,
    headers: Headers,
    body: bytes | None,
    trace: Trace,
    silence: float | None,
) -> Request:
    """Return a request that gives up when the server is silent for `silence` seconds."""
    connect = MAX_CONNECT if silence is None else min(MAX_CONNECT, silence)
    timeout = {"connect": connect, "read": silence, "write": silence, "pool": None}
    extensions = {"timeout": timeout, "trace": trace}
    return Request(method, origin, target, headers=headers, body=body, extensions=extensions)


async def receive(response: httpx.Response, trace: Trace) -> Answer:
    """Return the whole answer, inflated, with a flaw noted if it is not whole."""
    trace.status = response.status_code
    stream = cast("httpx.AsyncByteStream", response.stream)
    most = MAX_BODY if response.status_code < 300 else MAX_ERROR_BODY  # noqa: PLR2004
    try:
        body, whole = await _read(stream, most)
    except BaseException:
        with anyio.CancelScope(shield=True):
            await stream.aclose()
        raise
    await stream.aclose()
    flaw = None if whole else f"cut off after {most:,} bytes"
    answer = Answer(response.status_code, response.headers.raw, body, flaw)
    return answer if flaw else _inflate(answer, most)


async def _read(stream: httpx.AsyncByteStream, most: int) -> tuple[bytes, bool]:
    """Return at most `most` bytes of `stream`, and whether that is all of it."""
    chunks: list[bytes] = []
    size = 0
    iterator = aiter(stream)
    async for chunk in iterator:
        size += len(chunk)
        if size > most:
            await _break_off(iterator)
            return b"".join(chunks), False
        chunks.append(chunk)
    return b"".join(chunks), True


async def _break_off(iterator: AsyncIterator[bytes]) -> None:
    """End httpx's generators in order, by a cancelled read; left unfinished, trio would report each of them."""
    with anyio.CancelScope() as scope:
        scope.cancel()
        async for _ in iterator:
            pass


def _inflate(answer: Answer, most: int) -> Answer:
    """Return `answer` with its body as it was before a content coding, never larger than `most` bytes."""
    coding = (answer.header(b"content-encoding") or b"identity").strip().lower()
    if coding == b"identity" or not answer.body:
        return answer
    if coding not in (b"gzip", b"x-gzip"):
        return Answer(answer.status, answer.headers, b"", "in a content coding that was not asked for")
    inflater = zlib.decompressobj(wbits=31)
    try:
        body = inflater.decompress(answer.body, most)
    except zlib.error:
        return Answer(answer.status, answer.headers, b"", "not the gzip that it claims to be")
    if inflater.unconsumed_tail:
        return Answer(answer.status, answer.headers, body, f"cut off after {most:,} bytes")
    if not inflater.eof or inflater.unused_data:
        return Answer(answer.status, answer.headers, body, "not one whole gzip stream")
    return Answer(answer.status, answer.headers, body)


def explain(error: Exception, trace: Trace) -> Failure:
    """Return what `error` means. Its text and its traceback, which can hold the token, end here."""
    words = next(words for kind, words in _WORDS if isinstance(error, kind))
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, socket.gaierror) and cause.errno in _NO_SUCH_NAME:
            return Failure("the host name does not exist", sent=trace.sent, hopeless=True)
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Failure("the server's certificate is not to be trusted", sent=trace.sent, hopeless=True)
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
            return Failure("no TLS connection could be agreed on", sent=trace.sent, hopeless=True)
    hopeless = isinstance(error, _HOPELESS) or any(_is_babble(cause) for cause in causes)
    doubtful = isinstance(error, BadHeadError)
    parted = isinstance(error, _PARTINGS) and trace.status is None and not (hopeless or doubtful)
    return Failure(
        words,
        sent=trace.sent,
        silent=isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout),
        hopeless=hopeless,
        doubtful=doubtful,
        stale=parted and trace.written and trace.reused,
    )


def _is_babble(cause: BaseException) -> bool:
    """Whether the server speaks something other than HTTP/1.1, and has not only stopped too early."""
    broke_off = str(cause).startswith("peer closed connection")  # h11's words, of one class for all that is wrong
    return isinstance(cause, NoHttpError) or (isinstance(cause, h11.RemoteProtocolError) and not broke_off)


def _causes(error: BaseException | None) -> "list[BaseException]":
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain
