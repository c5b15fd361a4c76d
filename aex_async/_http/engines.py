"""The ways from a request to the wire: a client of ours, a client of the caller's, or a transport alone."""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from functools import partial
from ssl import SSLContext
from typing import Final, Protocol, TypeAlias

import httpx

from aex_async._http.callers_pool import find_transport, find_width
from aex_async._http.cookies import CallersJar
from aex_async._http.head_guard import NoSocksError
from aex_async._http.http2 import expire_left
from aex_async._http.idle_connections import KEEP_ALIVE
from aex_async._http.proxy import check_proxy, find_proxy, trust_proxy
from aex_async._http.request import PreparedRequest, Trace, redact_httpx_log
from aex_async._http.trust import choose_context
from aex_async.errors import ClientClosedError, UsageError

Transport: TypeAlias = httpx.AsyncBaseTransport

LANE: Final = "aex_lane"
"""The extension of a request that names the transport of its lane."""


class Engine(Protocol):
    """What sends a request. `open` is `None` where the connections are not ours."""

    @property
    def open(self) -> Callable[[], Transport] | None:
        """What makes the transport of a lane."""
        ...

    @property
    def width(self) -> int | None:
        """How many connections there can be at most, if that is not ours to say."""
        ...

    @property
    def counts_sendings(self) -> bool:
        """Whether somebody would notice a write that is stopped before its first byte and sent anew."""
        ...

    @property
    def listens(self) -> bool:
        """Whether it makes the second try of a read itself, when it hears nothing: see `HEDGE`."""
        ...

    def find_transport(self, request: httpx.Request) -> object:
        """Return what of the caller's `request` goes by, if that can be seen."""
        ...

    def send(self, request: PreparedRequest, transport: Transport | None) -> Awaitable[httpx.Response]:
        """Send `request` once and return its answer, whose body is still to come."""
        ...

    async def aclose(self) -> None:
        """Close what belongs to all lanes."""
        ...


OTHER_LOOP = (
    "Event loop is closed",
    "attached to a different loop",
    "no running event loop",  # asyncio's, on trio
    "must be called from async context",  # trio's, on asyncio
)
"""What is said, as a RuntimeError, of a connection that another loop has made."""


class NoCookies(httpx.Cookies):
    """A jar that stays empty. Field notes: a kept session can override the token."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Keep nothing."""


EMPTY_JAR = NoCookies()


class SingleFlow(AsyncGenerator[httpx.Request, httpx.Response]):
    """The flow of a request that is sent once as it is; an object, for a generator would cost more."""

    def __init__(self, request: httpx.Request) -> None:
        self._request: httpx.Request | None = request

    async def __anext__(self) -> httpx.Request:
        request, self._request = self._request, None
        if request is None:
            raise StopAsyncIteration
        return request

    async def asend(self, value: httpx.Response) -> httpx.Request:
        del value
        raise StopAsyncIteration

    async def athrow(self, *_error: object) -> httpx.Request:
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Do nothing: nothing is open."""


class OurToken(httpx.Auth):
    """Sends a request as it is: it holds the token already, and is never sent twice."""

    def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        return SingleFlow(request)


class BesideOurToken(httpx.Auth):
    """Lets the caller's `auth` add to a request, but neither replace the token nor send anything itself."""

    def __init__(self, inner: httpx.Auth) -> None:
        self._inner = inner

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        ours = {name: request.headers.get(name) for name in ("Authorization", "Cookie", "Host")}
        flow = self._inner.async_auth_flow(request)
        try:
            await anext(flow, None)  # what else it would send, such as a login, is left out
        finally:
            await flow.aclose()
        for name, value in ours.items():
            if value is not None:
                request.headers[name] = value
            else:
                request.headers.pop(name, None)
        yield request


OUR_TOKEN = OurToken()


class LaneTransport(Transport):
    """Hands each request to the transport of its lane."""

    def handle_async_request(self, request: httpx.Request) -> Awaitable[httpx.Response]:  # type: ignore[override]
        transport: Transport = request.extensions[LANE]
        return transport.handle_async_request(request)


class CookielessClient(httpx.AsyncClient):
    """A client that keeps no cookies. Reading them would cost a twelfth of a call, too."""

    @property
    def cookies(self) -> httpx.Cookies:
        return EMPTY_JAR

    @cookies.setter
    def cookies(self, cookies: object) -> None:
        """Keep none."""


class OwnClient:
    """One `httpx.AsyncClient` of ours before the transports of all lanes.

    Whatever wraps, hooks or patches `httpx.AsyncClient` sees every try; each lane's pool stays its own.
    """

    def __init__(self, open_one: Callable[[], Transport]) -> None:
        redact_httpx_log()
        self.open: Callable[[], Transport] | None = open_one
        self.counts_sendings = self.listens = False  # each lane has somebody who listens
        self.width: int | None = None
        self._client = CookielessClient(transport=LaneTransport(), trust_env=False)

    def find_transport(self, request: httpx.Request) -> None:
        """Return nothing: each lane has a transport of ours."""

    def send(self, request: PreparedRequest, transport: Transport | None) -> Awaitable[httpx.Response]:
        request.extensions[LANE] = transport
        return self._client.send(request, stream=True, auth=OUR_TOKEN, follow_redirects=False)

    async def aclose(self) -> None:
        await self._client.aclose()


class CallersClient:
    """A client of the caller's: used as it is, never changed, never closed."""

    open = None
    listens = False

    def __init__(self, client: httpx.AsyncClient, url: httpx.URL) -> None:
        redact_httpx_log()
        self.width = find_width(find_transport(client, url))
        self._client = client
        self._jar = CallersJar(client)

    @property
    def counts_sendings(self) -> bool:
        return bool(self._client.event_hooks["request"])

    def find_transport(self, request: httpx.Request) -> object:
        return find_transport(self._client, request.url)

    async def send(self, request: PreparedRequest, transport: Transport | None) -> httpx.Response:
        del transport
        client = self._client
        trace: Trace = request.extensions["trace"]
        if client.is_closed:
            trace.traced = True  # nothing leaves, by our own word
            raise ClientClosedError("the http_client was closed by its owner: make a new client")
        auth = OUR_TOKEN if client.auth is None else BesideOurToken(client.auth)
        if request.method != "GET":
            expire_left(self.find_transport(request))
        request = request.copy()  # whatever a hook or a transport adds to it, it adds again if it goes out once more
        kept = self._jar.list()
        heard: Sequence[tuple[bytes, bytes]] = ()
        try:
            response = await client.send(request, stream=True, auth=auth, follow_redirects=False)
            heard = response.headers.raw
        except httpx.HTTPStatusError as error:  # an event hook's
            heard = error.response.headers.raw
            raise
        except RuntimeError as error:
            if not any(words in str(error) for words in OTHER_LOOP):
                raise
            if trace.sent and (trace.traced or self.width is None):  # a pool would have told of anything that left
                raise httpx.ReadError("the connection belongs to another event loop") from None
            trace.traced = True  # likewise
            raise UsageError("http_client has connections from another event loop: make one for each loop") from None
        except Exception as error:
            check_socks(error)
            raise
        finally:
            # Whatever an event hook raises, a transport that traces has told what the hook was shown.
            self._jar.put_back(request, kept, heard or (trace.head or (0, ()))[1])
        return response

    async def aclose(self) -> None:
        """Leave it to its owner."""


class Direct:
    """A transport of the caller's, without a client before it; closed with ours."""

    open = None
    counts_sendings = False

    def __init__(self, transport: Transport) -> None:
        self.listens: bool = getattr(transport, "_aex_listens", False) is True
        self.width = find_width(transport)
        self._transport = transport

    def find_transport(self, request: httpx.Request) -> object:
        del request
        return self._transport

    def send(self, request: PreparedRequest, transport: Transport | None) -> Awaitable[httpx.Response]:
        del transport
        if request.method != "GET":
            expire_left(self._transport)
        return self._transport.handle_async_request(request.copy())  # to which a transport around another may add

    async def aclose(self) -> None:
        await self._transport.aclose()


# The one that the options of a client choose


def choose_engine(
    base_url: str, *, http_client: object, transport: object, proxy: object, verify: object, trust_env: object
) -> Engine:
    """Return what sends the requests; `UsageError` where two options contradict each other or one cannot be used."""
    if type(trust_env) is not bool:
        raise UsageError(f"trust_env must be True or False, not {type(trust_env).__name__}")
    for name, value in (("http_client", http_client), ("transport", transport)):
        ours = {"proxy": proxy is not None, "verify": verify is not True, "trust_env": trust_env}
        others = {"transport": name == "http_client" and transport is not None, **ours}
        if value is not None and any(others.values()):
            chosen = ", ".join(other for other, given in others.items() if given)
            raise UsageError(f"{name} brings its own connections, and cannot be combined with {chosen}")
    if http_client is not None:
        return CallersClient(check_http_client(http_client), httpx.URL(base_url))
    if transport is not None:
        return Direct(check_transport(transport))
    url = httpx.URL(base_url)
    found = check_proxy(proxy) or (find_proxy(url) if trust_env else None)
    over_tls = "https" in (url.scheme, found and found.url.scheme)
    context = choose_context(verify, os.environ if trust_env else {}, tls=over_tls)
    return OwnClient(partial(open_transport, context, found and trust_proxy(found, context)))


ONE_CONNECTION = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEEP_ALIVE)


def open_transport(context: SSLContext, proxy: httpx.Proxy | None = None) -> Transport:
    """Return a transport of one connection, which opens with its first request."""
    by_socks = proxy is not None and proxy.url.scheme.startswith("socks")
    make = SocksTransport if by_socks else httpx.AsyncHTTPTransport
    return make(verify=context, proxy=proxy, trust_env=False, http2=False, limits=ONE_CONNECTION)


class SocksTransport(httpx.AsyncHTTPTransport):
    """httpx's, which lets out what its SOCKS library raises."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except Exception as error:
            check_socks(error)
            raise


def check_socks(error: Exception) -> None:
    """Raise httpx's error for one of its SOCKS library, which is an extra of httpx's and need not be installed."""
    if type(error).__module__.startswith("socksio"):
        raise NoSocksError("the proxy speaks something other than SOCKS5") from None


def check_transport(transport: object) -> Transport:
    """Return the caller's own transport."""
    if isinstance(transport, Transport):
        return transport
    raise UsageError(f"transport must be an httpx.AsyncBaseTransport, not {name_class(transport)}")


def check_http_client(client: object) -> httpx.AsyncClient:
    """Return the caller's own client, if it can send."""
    if not isinstance(client, httpx.AsyncClient):
        raise UsageError(f"http_client must be an httpx.AsyncClient, not {name_class(client)}")
    if client.is_closed:
        raise UsageError("http_client is closed already: hand in one that is open")
    return client


def name_class(value: object) -> str:
    """Return what to call a value's class: httpx2, another library, has classes of the same names as httpx."""
    of_httpx2 = any(kind.__module__.partition(".")[0] == "httpx2" for kind in type(value).__mro__)
    return type(value).__name__ + (", which is httpx2's" if of_httpx2 else "")
