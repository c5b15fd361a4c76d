"""What came over the wire for a request: an `Answer`, or a `Failure` that says what is wrong."""

import errno
import socket
import ssl
from collections.abc import Mapping
from typing import Any, cast

import anyio
import httpx

from aex_async._http.body_limits import MAX_BODY, MAX_ERROR_BODY, inflate_body, read_body
from aex_async._http.head_guard import BadHeadError, NoHttpError, NoSocksError, let_go_of_surplus
from aex_async._http.http2 import find_fault, is_of_http2, is_reset, is_unprocessed
from aex_async._http.request import EMPTY, ResentError, Trace
from aex_async._http.responses import Answer
from aex_async._http.retry_policy import Failure
from aex_async._http.trust import explain_distrust, explain_tls
from aex_async._json import is_object

CACHES = frozenset({"caching", "from_cache", "hishel_from_cache"})  # the extensions by which caching transports tell

# The most telling first: several are subclasses of others.
EXPLANATIONS: tuple[tuple[type[Exception], str], ...] = (
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
    (ResentError, "the transport was about to send it a second time, and was stopped"),
    (httpx.HTTPError, "the transport failed"),
    (httpx.StreamError, "the transport failed"),
    (OSError, "the connection was lost"),
    (anyio.BrokenResourceError, "the connection was lost"),
    (anyio.ClosedResourceError, "the connection was lost"),
    (anyio.EndOfStream, "the connection was lost"),
)
NETWORK_ERRORS: tuple[type[Exception], ...] = tuple(kind for kind, _ in EXPLANATIONS)
HOPELESS = (httpx.ProxyError, httpx.UnsupportedProtocol, httpx.LocalProtocolError)
PARTINGS = (httpx.RemoteProtocolError, httpx.NetworkError)
# A handshake that ends for lack of words is silence or an end, and no fault of TLS.
NO_TLS_FAULT = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
TOO_MANY = {errno.EMFILE, errno.ENFILE}
NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


async def receive(response: httpx.Response, trace: Trace, *, shared: bool = False) -> Answer:
    """Return the whole answer, inflated, with a flaw noted if it is not whole.

    With `shared` the connection is of somebody else's pool, which would use it again whatever came after the answer.
    """
    trace.status = response.status_code
    trace.cached = not CACHES.isdisjoint(response.extensions) and was_cached(response.extensions)
    if response.is_stream_consumed and not isinstance(response.stream, httpx.ByteStream):
        answer = take_what_was_read(response)
        let_go_of_surplus(response, ambiguous=answer.ambiguous)
        return answer
    stream = cast("httpx.AsyncByteStream", response.stream)
    most = MAX_BODY if response.status_code < 300 else MAX_ERROR_BODY  # noqa: PLR2004
    try:
        body, whole = await read_body(stream, most)
    except BaseException:
        with anyio.CancelScope(shield=True):
            await stream.aclose()
        raise
    flaw = None if whole else f"cut off after {most:,} bytes"
    answer = Answer(response.status_code, response.headers.raw, body, flaw)
    if shared:
        let_go_of_surplus(response, ambiguous=answer.ambiguous)
    try:
        await stream.aclose()
    except Exception as error:
        if find_fault(error) is None:  # the answer is whole, however httpcore counts its streams
            raise
    response.stream = EMPTY  # httpx's own stream and the response hold each other, and would wait for the collector
    return answer if flaw else inflate_body(answer, most)


def was_cached(told: Mapping[str, Any]) -> bool:
    """Whether a caching transport says that it has asked nobody: hishel's does, in other words with each version."""
    caching = told.get("caching")
    said: tuple[Mapping[str, Any], ...] = (told, caching) if is_object(caching) else (told,)
    return any(
        each.get(f"{prefix}from_cache") and not each.get(f"{prefix}revalidated")
        for each in said
        for prefix in ("", "hishel_")
    )


def take_what_was_read(response: httpx.Response) -> Answer:
    """Return an answer that an event hook has read, and httpx inflated, before it came here."""
    try:
        body, flaw = response.content, None
    except httpx.ResponseNotRead:
        body, flaw = b"", "with a body that an event hook took, and kept to itself"
    if len(body) > MAX_BODY:
        body, flaw = body[:MAX_BODY], f"cut off after {MAX_BODY:,} bytes"
    return Answer(response.status_code, response.headers.raw, body, flaw)


def find_network_fault(error: Exception) -> Exception | None:
    """Return what a network or a server has done wrong; `None` if it is none of their doing."""
    if isinstance(error, NETWORK_ERRORS):
        return error
    kind = httpx.ConnectError if is_no_name(error) else find_namesake(type(error))
    if kind is None:
        return find_fault(error)
    fault = kind(str(error))
    fault.__cause__ = error
    return fault


def find_namesake(kind: type[Exception]) -> type[httpx.TransportError] | None:
    """Return httpx's error of the same name as httpcore's, which a transport built on that alone lets out."""
    if kind.__module__.partition(".")[0] != "httpcore":
        return None
    found: Any = getattr(httpx, kind.__name__, None)
    return found if isinstance(found, type) and issubclass(found, httpx.TransportError) else None


def is_no_name(error: BaseException) -> bool:
    """Whether a name cannot be looked up, for its parts are longer than DNS has room for; trio lets it out as it is."""
    by_idna = getattr(error, "encoding", "idna") == "idna"  # which Python names from 3.13 on
    return isinstance(error, UnicodeError) and by_idna and "label" in str(error)


def explain(error: Exception, trace: Trace) -> Answer | Failure:
    """Return what `error` means. Its text and its traceback, which can hold the token, end here."""
    if isinstance(error, httpx.HTTPStatusError):  # raised by an event hook of the caller's; httpx closed the answer
        trace.status = error.response.status_code
        return take_unread(trace.status, error.response.headers.raw)
    if isinstance(error, httpx.RemoteProtocolError) and trace.head is not None and trace.head[0] // 100 == 3:  # noqa: PLR2004
        trace.status = trace.head[0]  # to an address that httpx cannot read, although nobody meant to go there
        return take_unread(*trace.head)
    words = next(words for kind, words in EXPLANATIONS if isinstance(error, kind))
    causes = list_causes(error)
    for failure in (explain_cause(cause, trace) for cause in causes):
        if failure is not None:
            return failure
    if isinstance(error, httpx.ProxyError):
        words = explain_proxy(error)
    hopeless = isinstance(error, HOPELESS) or any(is_babble(cause) for cause in causes)
    if trace.stream_id is not None and any(is_of_http2(cause) for cause in causes):
        # httpcore calls it a fault of ours, and a connection that others have seen go away is one like it.
        words, hopeless = "the server broke off, or broke the rules of HTTP/2", False
    doubtful = isinstance(error, BadHeadError)
    reset = any(is_reset(cause) for cause in causes)
    parted = isinstance(error, PARTINGS) and trace.status is None and not (hopeless or doubtful or reset)
    return Failure(
        words,
        sent=trace.sent,
        silent=isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout),
        hopeless=hopeless,
        doubtful=doubtful,
        stale=parted and trace.written and trace.reused,
        refused=isinstance(error, httpx.ConnectError)
        and trace.traced
        and not (trace.written or trace.taken or hopeless),
    )


def explain_cause(cause: BaseException, trace: Trace) -> Failure | None:
    """Return what is the matter if one of an error's causes alone says it."""
    if is_no_name(cause) or (isinstance(cause, socket.gaierror) and cause.errno in NO_SUCH_NAME):
        return Failure("the host name does not exist", sent=trace.sent, hopeless=True)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Failure(explain_distrust(cause), sent=trace.sent, hopeless=True)
    if isinstance(cause, ssl.SSLError) and not isinstance(cause, NO_TLS_FAULT):
        return Failure(explain_tls(cause), sent=trace.sent, hopeless=True)
    if isinstance(cause, OSError) and cause.errno in TOO_MANY:
        return Failure("this process has too many files and connections open", sent=trace.sent, crowded=True)
    if trace.status is None and is_unprocessed(cause, trace.stream_id):
        trace.turned_away = True
        return Failure("the server turned the request away unprocessed", sent=trace.sent)
    return None


def take_unread(status: int, headers: list[tuple[bytes, bytes]]) -> Answer:
    return Answer(status, headers, b"", "its body was not read")


def explain_proxy(error: httpx.ProxyError) -> str:
    """Say what a proxy refused. Its own words are not repeated: they can hold whatever it was sent."""
    if isinstance(error, NoSocksError):
        return str(error)
    status, words = str(error)[:3], str(error).lower()
    if status == "407":
        return "the proxy wants a user name and a password, or other ones (407): they belong into the proxy's URL"
    if "username/password" in words:  # httpcore's, of SOCKS, which has no status
        return "the proxy wants a user name and a password, or other ones: they belong into the proxy's URL"
    if "could not connect" in words:
        return "the proxy could not reach the server"
    return f"the proxy refused ({status})" if status.isdigit() else "the proxy refused"


def is_babble(cause: BaseException) -> bool:
    """Whether the server speaks something other than HTTP/1.1, and has not only stopped too early."""
    # h11 is not imported for this: an engine without it may be short of files.
    kind = type(cause)
    of_h11 = kind.__module__.partition(".")[0] == "h11" and kind.__name__ == "RemoteProtocolError"
    broke_off = str(cause).startswith("peer closed connection")  # h11's words, of one class for all that is wrong
    return isinstance(cause, NoHttpError) or (of_h11 and not broke_off)


def list_causes(error: BaseException | None) -> list[BaseException]:
    """Return an error and all that led to it; trying several addresses leads to a group of them."""
    chain: list[BaseException] = []
    left = [error]
    while left:
        cause = left.pop()
        if cause is None or cause in chain:
            continue
        chain.append(cause)
        if isinstance(cause, BaseExceptionGroup):
            left += cast("BaseExceptionGroup[BaseException]", cause).exceptions
        left.append(cause.__cause__ or cause.__context__)
    return chain
