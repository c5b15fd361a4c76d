"""What aiohttp calls the faults of a network, in httpx's terms."""

import aiohttp
import httpx
from aiohttp.http_exceptions import HttpProcessingError

from aex_async._http.head_guard import BadHeadError

# The most telling first: several are subclasses of others.
TRANSLATIONS: tuple[tuple[type[Exception], type[httpx.TransportError], str], ...] = (
    (aiohttp.ServerTimeoutError, httpx.ReadTimeout, "the server fell silent"),
    (aiohttp.ClientConnectorError, httpx.ConnectError, "no connection could be made"),
    (aiohttp.ServerDisconnectedError, httpx.RemoteProtocolError, "the server closed the connection without an answer"),
    (aiohttp.ClientPayloadError, httpx.RemoteProtocolError, "the answer's body is not whole"),
    (HttpProcessingError, BadHeadError, "the answer, or what came with it, is not HTTP/1.1"),
    (aiohttp.ClientError, httpx.ReadError, "the connection was lost"),
    (OSError, httpx.ReadError, "the connection was lost"),
    (UnicodeError, httpx.ConnectError, "the name cannot be looked up"),
)
FAULTS: tuple[type[Exception], ...] = tuple(kind for kind, _, _ in TRANSLATIONS)
PARTINGS = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)


def translate(error: Exception) -> httpx.TransportError:
    """Return what `error` is called in httpx's terms. Its text, which can hold the URL, stays in the cause."""
    if is_half(error):
        return BadHeadError("the answer ended within its head")
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return httpx.ProxyError(f"{error.status} of the proxy")
    return next(make(words) for kind, make, words in TRANSLATIONS if isinstance(error, kind))


def is_half(error: Exception) -> bool:
    """Whether the server closed the connection within a head: aiohttp hands over as much as came of it."""
    return isinstance(error, aiohttp.ServerDisconnectedError) and not isinstance(error.message, str)
