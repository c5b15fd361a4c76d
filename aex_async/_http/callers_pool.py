"""The pool of connections of a client or a transport of the caller's, as far as it can be seen.

It is httpcore's, which has no public way to look. Where its state is no longer found, it is left as it is.
"""

from typing import Any

import anyio
import httpx


def find_transport(client: httpx.AsyncClient, url: httpx.URL) -> object:
    """Return what `client` reaches `url` by, if that can be seen."""
    choose: Any = getattr(client, "_transport_for_url", None)
    return choose and choose(url)


def find_width(transport: object) -> int | None:
    """Return how many connections there can be at most, if that can be seen.

    Calls that wait within httpcore's pool, and are cancelled there, leave it stuck for good: they have to wait before
    it. Where its limit is no longer found, `max_connections` must not be more.
    """
    width: object = getattr(getattr(transport, "_pool", None), "_max_connections", None)
    return width if isinstance(width, int) and width > 0 else None


async def free_place(transport: object, opened: object) -> None:
    """Close the connection over `opened`, which was made for a request that never went out.

    A request that is cancelled in between has httpcore keep it for nobody: it would take a place in the pool for good.
    """
    for connection in getattr(getattr(transport, "_pool", None), "connections", ()):
        inner: Any = connection
        while (within := getattr(inner, "_connection", None)) is not None:  # a proxy's is around another
            inner = within
        if hasattr(inner, "_h11_state") and getattr(inner, "_network_stream", None) is opened:
            with anyio.CancelScope(shield=True):
                await inner.aclose()
