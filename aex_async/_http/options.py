"""The transport options of a client, checked, and the engine that they choose."""

import os
from functools import partial

import httpx

from aex_async._http.engines import CallersClient, Direct, Engine, OwnClient, check_http_client, check_transport
from aex_async._http.lanes import open_transport
from aex_async._http.observing import OnTry
from aex_async._http.trust import check_proxy, choose_context, find_proxy
from aex_async.errors import UsageError


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
        return CallersClient(check_http_client(http_client))
    if transport is not None:
        return Direct(check_transport(transport))
    url = httpx.URL(base_url)
    context = choose_context(verify, os.environ if trust_env else {}, tls=url.scheme == "https")
    found = check_proxy(proxy) or (find_proxy(url) if trust_env else None)
    return OwnClient(partial(open_transport, context, found))


def check_on_try(on_try: OnTry | None) -> OnTry | None:
    """Return `on_try` if it can be called."""
    if on_try is None or callable(on_try):
        return on_try
    raise UsageError(f"on_try must be a function, not {type(on_try).__name__}")
