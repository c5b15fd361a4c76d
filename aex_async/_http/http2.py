"""What HTTP/2 adds to the ways in which a request can fail, where a client or transport of the caller's speaks it."""

from typing import Any

import httpx

REFUSED_STREAM = 7  # RFC 9113, 7
LIBRARIES = frozenset({"h2", "hpack", "hyperframe"})

WRITING_HEADERS = "http2.send_request_headers.failed"
FAILING = frozenset({WRITING_HEADERS, "http2.send_request_body.failed", "http2.receive_response_headers.failed"})
"""The events by which httpcore tells that a request has failed before its answer began."""


def is_of_http2(error: BaseException) -> bool:
    """Whether one of the libraries beneath httpcore has raised `error`; they are an extra of httpx's."""
    return type(error).__module__.partition(".")[0] in LIBRARIES


def find_fault(error: BaseException) -> httpx.TransportError | None:
    """Return httpx's error for what httpcore lets out of those libraries, or says itself of HTTP/2; `None` otherwise.

    It lets it out where a connection begins or a body is read: above all of a connection that another call, cancelled,
    has left half begun. Of such a one it can lose count of the streams, too, which its semaphore then says.
    """
    fault: httpx.TransportError
    if is_of_http2(error):
        fault = httpx.RemoteProtocolError("the server broke the rules of HTTP/2")
    elif isinstance(error, ValueError) and str(error).startswith("semaphore released"):
        fault = httpx.ReadError("httpcore lost count of a connection's streams")
    else:
        return None
    fault.__cause__ = error
    return fault


def expire_left(transport: object) -> None:
    """Have the pool close idle connections of HTTP/2 whose server has said something, above all that it goes.

    httpcore looks at those of HTTP/1.1 alone, and has no public way to look. A write on such a connection would be lost
    with it, and nobody could say whether it was done. Where its state is no longer found, nothing is closed.
    """
    for connection in getattr(getattr(transport, "_pool", None), "connections", ()):
        inner: Any = connection
        while (within := getattr(inner, "_connection", None)) is not None:  # a proxy's is around another
            inner = within
        if hasattr(inner, "_h2_state") and inner.is_idle() and inner._network_stream.get_extra_info("is_readable"):  # noqa: SLF001
            inner._expire_at = 0.0  # noqa: SLF001


def find_event(cause: BaseException) -> Any:
    """Return what ended a stream or its connection, which httpcore hands on within its error; `None` otherwise."""
    event = next(iter(cause.args), None)
    return event if type(event).__module__ == "h2.events" else None


def is_reset(cause: BaseException) -> bool:
    """Whether the server ended one stream alone, so that its connection is none the worse for it."""
    return type(find_event(cause)).__name__ == "StreamReset"


def is_unprocessed(cause: BaseException, stream_id: int | None) -> bool:
    """Whether the server itself says that it has done nothing with the request, and will not.

    RFC 9113, 8.7: so does a stream that is refused, and one above the last that a server names when it goes away.
    """
    event = find_event(cause)
    if event is None:
        return False
    last = getattr(event, "last_stream_id", None)
    if last is not None:
        return stream_id is not None and last < stream_id
    return bool(event.error_code == REFUSED_STREAM and getattr(event, "remote_reset", True))


def is_unsent(event: str, error: object) -> bool:
    """Whether a step of HTTP/2 failed because the server is going, which it said before it took the request.

    httpcore so gives up a connection, for another, if the stream is above the last that the server named. h2 refuses
    headers after that word before it has written any.
    """
    library, kind = type(error).__module__.partition(".")[0], type(error).__name__
    return kind == "ConnectionNotAvailable" or (library == "h2" and event == WRITING_HEADERS)
