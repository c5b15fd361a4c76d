"""The way to AEx: by which proxy, trusting whom, and how far one gets on it."""

import asyncio
import os
import re
import ssl
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.request import getproxies

import httpx
from attrs import frozen

from aex_async._http.proxy import check_proxy, find_proxy
from aex_async._http.trust import AUTHORITY, EXPIRED, NOT_YET, OTHER_NAMES, choose_context
from aex_async.cli.connection import Connection
from aex_async.cli.doctor.checks import Check
from aex_async.errors import UsageError

NETWORK: Final = "Check the network, the VPN and the firewall of this machine."
BUNDLE: Final = "Name the authority's bundle with --ca-bundle or SSL_CERT_FILE."
PASSWORD: Final = "Put them into the proxy's URL: http://USER:PASSWORD@HOST:PORT, as HTTPS_PROXY or --proxy."  # noqa: S105
WANTED: Final = 407


@frozen
class Way:
    """The way to a host: whom to trust there, and the proxy to go by, if any."""

    url: httpx.URL
    context: ssl.SSLContext
    proxy: httpx.Proxy | None = None

    def open_transport(self) -> httpx.AsyncHTTPTransport:
        """Return a transport that goes this way."""
        return httpx.AsyncHTTPTransport(verify=self.context, proxy=self.proxy)

    @property
    def first(self) -> httpx.URL:
        """What this machine connects to itself."""
        return self.proxy.url if self.proxy else self.url

    @property
    def name(self) -> str:
        """The host of what this machine connects to, and that it is a proxy if it is one."""
        return f"the proxy {self.first.host}" if self.proxy else self.first.host

    @property
    def advice(self) -> str:
        """What to do about a first connection that fails."""
        return f"Check the proxy: --proxy or HTTPS_PROXY. {NETWORK}" if self.proxy else NETWORK

    @property
    def port(self) -> int:
        """The port of what this machine connects to."""
        return self.first.port or {"https": 443, "http": 80}.get(self.first.scheme, 1080)

    async def connect(self, context: ssl.SSLContext | None) -> None:
        """Open a connection, and close it."""
        _, writer = await asyncio.open_connection(self.first.host, self.port, ssl=context)
        writer.close()


def find_in_force(base_url: str, connection: Connection) -> tuple[list[Check], Way | None]:
    """Return what is to be said of the proxy and the authorities in force, and the way by them, if there is one."""
    url = httpx.URL(base_url)
    proxy, proxy_check = choose_proxy(url, connection)
    context, trust_check = find_authorities(connection)
    checks = [proxy_check, trust_check]
    if context is None or any(check.state == "problem" for check in checks):
        return checks, None
    return checks, Way(url, context, proxy)


def choose_proxy(url: httpx.URL, connection: Connection) -> tuple[httpx.Proxy | None, Check]:
    """Return the proxy to go by, if any, and where it comes from."""
    try:
        proxy = check_proxy(connection.proxy) or find_proxy(url)
    except UsageError as error:
        return None, Check("proxy", "problem", str(error), "Correct the variable, or give --proxy.")
    if proxy is None:
        except_for = " (NO_PROXY excepts it)" if is_proxy_named() else ""
        return None, Check("proxy", "ok", f"none is used for {url.host}{except_for}")
    # The URL that httpx keeps is without the password, which it holds beside it.
    with_password = ", with a user name and a password" if proxy.auth else ""
    source = "--proxy" if connection.proxy else "the environment"
    return proxy, Check("proxy", "ok", f"{proxy.url} from {source}{with_password}")


def is_proxy_named() -> bool:
    """Whether the environment names a proxy, which NO_PROXY may except the host from."""
    return not {"https", "all"}.isdisjoint(getproxies())


def find_authorities(connection: Connection) -> tuple[ssl.SSLContext | None, Check]:
    """Return whom to trust, if that can be, and where it comes from."""
    named = next((name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)), None)
    verify = True if connection.ca_bundle is None else str(connection.ca_bundle)
    try:
        context = choose_context(verify, os.environ, tls=True)
    except UsageError as error:
        return None, Check("certificates", "problem", str(error), "Name a file in PEM that can be read.")
    if connection.ca_bundle:
        return context, Check("certificates", "ok", f"only the authorities of --ca-bundle {connection.ca_bundle} count")
    if named:
        return context, Check("certificates", "ok", f"only the authorities of {named}={os.environ[named]} count")
    return context, Check("certificates", "ok", "the public authorities count, as certifi has them")


async def probe_network(way: Way, seconds: float) -> list[Check]:
    """Return how far one gets towards a host, up to the first problem."""
    checks: list[Check] = []
    probes = iter((probe_name, probe_port, probe_tls if way.proxy is None else probe_tunnel))
    while all(check.state == "ok" for check in checks) and (probe := next(probes, None)):
        checks.append(await run_probe(probe, way, seconds))
    return checks


async def run_probe(probe: Callable[[Way], Awaitable[Check]], way: Way, seconds: float) -> Check:
    """Take one step of the way, within so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            return await probe(way)
    except TimeoutError:
        return Check("network", "problem", f"{way.name} did not answer within {seconds:g} s", way.advice)


async def probe_name(way: Way) -> Check:
    """Look the host up, or the proxy."""
    advice = f"Check the base URL. {NETWORK}" if way.proxy is None else "Correct the proxy: --proxy or HTTPS_PROXY."
    try:
        await asyncio.get_running_loop().getaddrinfo(way.first.host, None)
    except (OSError, UnicodeError):  # the latter of a name with a part that is empty, or too long for DNS
        return Check("name", "problem", f"no address is found for {way.name}", advice)
    return Check("name", "ok", f"{way.name} has an address")


async def probe_port(way: Way) -> Check:
    """Connect to the host, or the proxy."""
    try:
        await way.connect(None)
    except OSError:
        return Check("port", "problem", f"{way.name} takes no connection at port {way.port}", way.advice)
    return Check("port", "ok", f"port {way.port} is open")


async def probe_tls(way: Way) -> Check:
    """Make the connection secure."""
    if way.url.scheme != "https":
        return Check("TLS", "ok", "not used on this machine itself")
    try:
        await way.connect(way.context)
    except ssl.SSLCertVerificationError as error:
        return judge_certificate(error)
    except OSError as error:
        return judge_handshake(error)
    return Check("TLS", "ok", "the connection is secure")


async def probe_tunnel(way: Way) -> Check:
    """Send a request without the token through the proxy: whatever AEx answers, the way is open."""
    transport = way.open_transport()
    try:
        async with transport:
            response = await transport.handle_async_request(httpx.Request("HEAD", way.url))
    except httpx.TransportError as error:
        return judge_tunnel(error)
    return judge_status(response.status_code)


def judge_certificate(error: ssl.SSLCertVerificationError) -> Check:
    """Return why a certificate is not trusted."""
    if error.verify_code in AUTHORITY:
        said = "its certificate is signed by a private authority, such as that of a company's proxy which reads along"
        return Check("TLS", "problem", f"{said} ({error.verify_message})", BUNDLE)
    if error.verify_code in (EXPIRED, NOT_YET):
        advice = "Check this machine's clock, then ask AEx."
        return Check("TLS", "problem", f"its certificate is not valid at this time ({error.verify_message})", advice)
    advice = "Check the base URL." if error.verify_code in OTHER_NAMES else "Ask AEx, or whoever runs this network."
    return Check("TLS", "problem", f"its certificate is not trusted: {error.verify_message}", advice)


def judge_handshake(error: OSError) -> Check:
    """Return why no secure connection came about."""
    if wants_certificate(error):
        said = "the server wants a certificate from this machine, which aex cannot show"
        return Check("TLS", "problem", said, "Use the library: AsyncAExClient(verify=an ssl.SSLContext that holds it).")
    advice = "Check the base URL and its port, and what stands between this machine and AEx."
    return Check("TLS", "problem", "the connection cannot be made secure", advice)


def wants_certificate(error: BaseException) -> bool:
    """Whether the server asks this machine for a certificate, by OpenSSL's words for it."""
    return "CERTIFICATE_REQUIRED" in str(error).upper().replace(" ", "_")


def judge_tunnel(error: httpx.TransportError) -> Check:
    """Return why a request does not get through a proxy."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, ssl.SSLCertVerificationError):
            return judge_certificate(inner)
        inner = inner.__cause__ or inner.__context__
    if isinstance(error, httpx.ProxyError):
        answered = re.match(r"\d{3}", str(error))  # httpx says the proxy's status first
        if answered and int(answered[0]) == WANTED:
            return judge_status(WANTED)
        # Any other status is the proxy's own too: it was asked for a tunnel, and AEx has heard of nothing.
        status = f" ({answered[0]})" if answered else ""
        return refuse_tunnel(f"the proxy does not let the connection through{status}")
    return refuse_tunnel("the connection through the proxy is lost")


def judge_status(status: int) -> Check:
    """Return what a status says of a proxy: its own 407, or any answer of AEx behind it, which shows the way open."""
    if status == WANTED:
        return Check("proxy", "problem", "the proxy wants a user name and a password, or others (407)", PASSWORD)
    return Check("proxy", "ok", "the way through the proxy is open")


def refuse_tunnel(said: str) -> Check:
    """Return that the proxy is in the way."""
    return Check("proxy", "problem", said, "Ask whoever runs the proxy whether it lets this machine reach AEx.")
