"""By which names a served sandbox may be called.

A page of another site can point a name of its own at this machine, and would otherwise steer the sandbox by it.
"""

from ipaddress import ip_address

from starlette.requests import Request


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_called_by(request: Request, hosts: frozenset[str] | None) -> bool:
    """Whether a request's `Host` is this machine, an address, or one of `hosts`; `None` admits any.

    A page cannot bind an address to itself as it can a name, so that addresses need no permission.
    """
    if hosts is None:
        return True
    name = request.url.hostname or ""
    return name in hosts or is_loopback(name) or _is_address(name)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
