"""No test of a sandbox reaches a network by accident."""

import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any, cast

ADVICE = "use aex_client or aex_url, or mark the test with @pytest.mark.aex_network"


class NetworkBlockedError(OSError):
    """A test tried to open a connection that it did not ask for.

    Each attempt is told so, and the test again at its end: client libraries take the first for a network that is down.
    """


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def blocked(*, loopback: bool) -> Generator[None]:
    """Refuse every new connection over IP while the block runs, other than to this machine if `loopback`.

    Raises `NetworkBlockedError` at its end if there was one.
    """
    refused: dict[str, None] = {}
    original = socket.socket.connect, socket.socket.connect_ex

    def guard(connect: Callable[..., Any]) -> Callable[..., Any]:
        def checked(self: socket.socket, address: Any, /) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                host = str(cast("tuple[object, ...]", address)[0])
                if not (loopback and _is_loopback(host)):
                    refused[host] = None
                    raise NetworkBlockedError(f"the test tried to connect to {host}: {ADVICE}")
            return connect(self, address)

        return checked

    socket.socket.connect, socket.socket.connect_ex = map(guard, original)  # type: ignore[method-assign]
    try:
        yield
    finally:
        socket.socket.connect, socket.socket.connect_ex = original  # type: ignore[method-assign]
    if refused:
        raise NetworkBlockedError(f"the test tried to connect to {', '.join(refused)}: {ADVICE}")
