"""What a test is given: fixtures, markers, a network that is closed, and questions to the ledger."""

import socket
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, cast

import pytest

from aex_async.testing._clock import CLOCK, VirtualClock
from aex_async.testing._loop import run_to_end
from aex_async.testing._marks import prepare_sandbox

if TYPE_CHECKING:
    from aex_async import AsyncAExClient
    from aex_async.sandbox import LedgerEntry, Sandbox

# The sandbox and the client are imported by the fixtures: every pytest run in this environment loads this module.

BASE_URL = "https://sandbox.example.com"
ADVICE = "use aex_client or aex_url, or mark the test with @pytest.mark.aex_network"


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    config.addinivalue_line(
        "markers",
        "aex(oddities, faults): how odd the sandbox is, a name or names or a dict of values, and what goes wrong, "
        "a dict such as {'POST /services/full': 'cut_after'}",
    )
    config.addinivalue_line("markers", "aex_network: the test may open connections beside those to the sandbox")


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


@pytest.fixture
def aex_clock() -> VirtualClock:
    """Return the clock of the sandbox; `advance(3600)` lets its installations be an hour older."""
    return CLOCK


@pytest.fixture
def aex_sandbox(request: pytest.FixtureRequest, aex_clock: VirtualClock) -> "Iterator[Sandbox]":
    """Give a fresh sandbox, as the marker `aex` says; meanwhile no connection leaves this machine unasked."""
    from aex_async.sandbox import Sandbox  # noqa: PLC0415

    sandbox = Sandbox(clock=aex_clock)
    prepare_sandbox(sandbox, request.node)
    if request.node.get_closest_marker("aex_network"):
        yield sandbox
    else:
        with blocked(loopback="aex_url" in request.fixturenames):
            yield sandbox


@pytest.fixture
def aex_client(aex_sandbox: "Sandbox") -> "Iterator[AsyncAExClient]":
    """Give a client of the sandbox, which needs no `async with` and is closed after the test."""
    from aex_async import AsyncAExClient  # noqa: PLC0415

    client = AsyncAExClient(aex_sandbox.token, base_url=BASE_URL, transport=aex_sandbox.transport())
    yield client
    run_to_end(client.aclose)  # from another event loop than the test's, which is over: it has no sockets to close


@pytest.fixture
def aex_url(aex_sandbox: "Sandbox") -> Iterator[str]:
    """Give the base URL at which the sandbox is served; needs the `sandbox` extra. The token is `sandbox-token`."""
    from aex_async.sandbox.serving import serve_in_thread  # noqa: PLC0415 - needs an extra

    with serve_in_thread(aex_sandbox) as url:
        yield url


# What was really written, whatever the client believes.


def _is_same(wanted: str | None, found: str | None) -> bool:
    return wanted is None or (found or "").upper() == wanted.upper()


def find_orders(
    sandbox: "Sandbox",
    *,
    customer_id: str | None = None,
    premise_guid: str | None = None,
    product_id: str | None = None,
) -> "list[LedgerEntry]":
    """Return the orders of this customer, premise and product that took effect; `None` is any."""
    return [
        entry
        for entry in sandbox.ledger
        if entry.kind == "service"
        and entry.by == "client"
        and _is_same(customer_id, entry.customer_id)
        and _is_same(premise_guid, entry.premise_guid)
        and _is_same(product_id, entry.product_id)
    ]


def assert_ordered_once(
    sandbox: "Sandbox",
    *,
    customer_id: str | None = None,
    premise_guid: str | None = None,
    product_id: str | None = None,
) -> "LedgerEntry":
    """Return the one order that took effect; fail if there is none, or more than one."""
    orders = find_orders(sandbox, customer_id=customer_id, premise_guid=premise_guid, product_id=product_id)
    assert len(orders) == 1, f"{len(orders)} orders took effect, not one: {orders}"  # noqa: S101 - what it is for
    return orders[0]


def assert_nothing_ordered(sandbox: "Sandbox") -> None:
    """Fail if any order took effect."""
    orders = find_orders(sandbox)
    assert not orders, f"{len(orders)} orders took effect: {orders}"  # noqa: S101 - what it is for


def assert_signed_up_once(sandbox: "Sandbox") -> "LedgerEntry":
    """Return the one customer who was signed up; fail if there is none, or more than one."""
    signed_up = [entry for entry in sandbox.ledger if entry.kind == "customer" and entry.by == "client"]
    assert len(signed_up) == 1, f"{len(signed_up)} customers were signed up, not one"  # noqa: S101 - what it is for
    return signed_up[0]
