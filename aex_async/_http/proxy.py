"""The proxy that connections go by: the one that is asked for, or that the environment names."""

import ssl
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.request import getproxies

import httpx

from aex_async._arguments import is_address
from aex_async.errors import UsageError

MAX_PORT = 65_535
SCHEMES = ("http", "https", "socks5", "socks5h")


def check_proxy(proxy: object, name: str = "proxy") -> httpx.Proxy | None:
    """Return the proxy that a URL names. No message repeats the URL: it can hold a password."""
    if proxy is None:
        return None
    if isinstance(proxy, httpx.Proxy):
        return check_reachable(proxy, name)
    if not isinstance(proxy, str | httpx.URL):
        raise UsageError(f"{name} must be a URL, not {type(proxy).__name__}")
    problem = UsageError(
        f"{name} must be a URL that begins with http://, https://, socks5:// or socks5h:// and names a host; in "
        "its user name and password, special characters must be percent-encoded, such as %40 for @ and %23 for #"
    )
    try:
        found = httpx.Proxy(proxy)
    except (ValueError, httpx.InvalidURL):
        raise problem from None
    if found.url.scheme not in SCHEMES or not found.url.host:
        raise problem
    return check_reachable(found, name)


def check_reachable(proxy: httpx.Proxy, name: str) -> httpx.Proxy:
    """Return a proxy that a connection can be tried by, or say now what would go wrong at the first call."""
    if proxy.url.port is not None and not 0 < proxy.url.port <= MAX_PORT:
        raise UsageError(f"{name} must name a port from 1 to {MAX_PORT:,}")
    if proxy.url.scheme.startswith("socks"):
        from importlib.util import find_spec  # noqa: PLC0415 - few have such a proxy

        if find_spec("socksio") is None:
            raise UsageError(f"{name} names a SOCKS proxy, which needs httpx's extra: pip install 'httpx[socks]'")
    return proxy


def trust_proxy(proxy: httpx.Proxy, context: ssl.SSLContext) -> httpx.Proxy:
    """Return `proxy`, trusted by the same context as AEx where it is spoken to over TLS; httpx would ask certifi."""
    if proxy.url.scheme != "https" or proxy.ssl_context is not None:
        return proxy
    return httpx.Proxy(proxy.url, ssl_context=context, auth=proxy.auth, headers=proxy.headers)


def find_proxy(url: httpx.URL) -> httpx.Proxy | None:
    """Return the proxy that the environment names for `url`, by the same rules as httpx, or `None`."""
    known = {name: value.strip() for name, value in getproxies().items()}  # set to a blank, as good as not set
    chosen = known.get(url.scheme) or known.get("all")
    exceptions = [entry.strip() for entry in known.get("no", "").split(",") if entry.strip()]
    if not chosen or any(is_excepted(url, entry) for entry in exceptions):
        return None
    return check_proxy(chosen if "://" in chosen else f"http://{chosen}", f"{url.scheme.upper()}_PROXY or ALL_PROXY")


def is_excepted(url: httpx.URL, entry: str) -> bool:
    """Whether an entry of NO_PROXY means `url`: a host and all below it, an address, a network, an origin, everything.

    httpx knows neither networks nor `*.` before a host. curl, Go and git do, and read the same variable.
    """
    if entry == "*":
        return True
    if "://" in entry:
        try:
            origin = httpx.URL(entry)
        except httpx.InvalidURL:
            raise UsageError("NO_PROXY has an entry with :// that is not a URL") from None
        same_place = origin.host in (url.host, "", "*") and origin.port in (None, url.port)
        return origin.scheme in (url.scheme, "all") and same_place
    if (network := read_network(entry)) is not None:
        return is_address(url.host) and ip_address(url.host.strip("[]")) in network
    entry = entry.partition("/")[0].removeprefix("*")
    has_port = "]:" in entry or entry.count(":") == 1  # IPv6 has colons of its own, and brackets then
    host, _, port = entry.rpartition(":") if has_port else (entry, "", "")
    if port and port != str(url.port or {"http": 80, "https": 443}[url.scheme]):
        return False
    return is_of_host(url.host.rstrip("."), host.casefold().rstrip("."))  # a dot at the end is DNS's, and says no more


def is_of_host(asked: str, wanted: str) -> bool:
    """Whether a host is another, or below it; addresses are compared by what they are, and not by their letters."""
    if is_address(wanted):
        return is_address(asked) and ip_address(asked) == ip_address(wanted.strip("[]"))
    if wanted == "localhost":
        return asked == wanted
    below = wanted if wanted.startswith(".") else f".{wanted}"  # with a dot first, the host itself is not meant
    return asked == wanted or asked.endswith(below)


def read_network(entry: str) -> IPv4Network | IPv6Network | None:
    """Return the network that an entry such as 10.0.0.0/8 names; its address may be of any host in it."""
    if "/" not in entry:
        return None
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        return None
