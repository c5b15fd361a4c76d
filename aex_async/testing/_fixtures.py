"""What a test is given: fixtures, markers, a network that is closed, and questions to the ledger."""

import socket
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, cast

import pytest

from aex_async.testing._clock import CLOCK, VirtualClock
from aex_async.testing._loop import run_to_end
from aex_async.testing._marks import prepare_sandbox

if TYPE_CHECKING:
    from aex_async import AsyncAExClient
    from aex_async.sandbox import LedgerEntry, Sandbox

# The sandbox and the client are imported by the fixtures: every pytest run in this environment loads this module.

BASE_URL = "https://sandbox.example.com"
LOCALHOST = "localhost"
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


class NetworkGuard:
    """What a test may reach, and what it tried to reach beyond."""

    def __init__(self, *, loopback: bool) -> None:
        self.loopback = loopback
        self.refused: dict[str, None] = {}

    def check_address(self, address: object) -> None:
        """Raise `NetworkBlockedError` for a connection to another machine, or to this one if that is not open."""
        host = str(cast("tuple[object, ...]", address)[0])
        if not (self.loopback and (host == LOCALHOST or _is_loopback(host))):
            self._refuse(host)

    def check_name(self, host: object) -> None:
        """Raise it for a name that only other machines know: asking them is a connection, too, and may take long."""
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or LOCALHOST)
        if name not in (LOCALHOST, socket.gethostname()) and not _is_address(name):
            self._refuse(name)

    def _refuse(self, host: str) -> None:
        self.refused[host] = None
        raise NetworkBlockedError(f"the test tried to connect to {host}: {ADVICE}")


def _is_address(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    return _is_address(host) and ip_address(host).is_loopback


GUARD: Final = pytest.StashKey[NetworkGuard]()
"""Where a test's guard is kept: whoever serves the sandbox, perhaps in the middle of the test, opens the way there."""


@contextmanager
def blocked(*, loopback: bool) -> Generator[NetworkGuard]:
    """Refuse every new connection over IP while the block runs, other than to this machine if `loopback`.

    Raises `NetworkBlockedError` at its end if there was one.
    """
    guard = NetworkGuard(loopback=loopback)
    kind = socket.socket  # other plugins may put a class of their own in its place meanwhile
    connect, connect_ex, look_up, make_pair = kind.connect, kind.connect_ex, socket.getaddrinfo, socket.socketpair

    def guard_connect(connect: Callable[..., Any]) -> Callable[..., Any]:
        def checked(self: socket.socket, address: Any, /) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                guard.check_address(address)
            return connect(self, address)

        return checked

    def look_up_checked(host: Any, *args: Any, **options: Any) -> Any:
        guard.check_name(host)
        return look_up(host, *args, **options)

    def make_pair_freely(*args: Any, **options: Any) -> Any:
        # An event loop begins with a pair. Windows has none, so Python connects two sockets over loopback there.
        before, guard.loopback = guard.loopback, True
        try:
            return make_pair(*args, **options)
        finally:
            guard.loopback = before

    kind.connect, kind.connect_ex = map(guard_connect, (connect, connect_ex))  # type: ignore[method-assign]
    socket.getaddrinfo, socket.socketpair = look_up_checked, make_pair_freely
    try:
        yield guard
    finally:
        kind.connect, kind.connect_ex = connect, connect_ex  # type: ignore[method-assign]
        socket.getaddrinfo, socket.socketpair = look_up, make_pair
    if guard.refused:
        raise NetworkBlockedError(f"the test tried to connect to {', '.join(guard.refused)}: {ADVICE}")


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
        with blocked(loopback=False) as request.node.stash[GUARD]:
            yield sandbox


@pytest.fixture
def aex_client(aex_sandbox: "Sandbox") -> "Iterator[AsyncAExClient]":
    """Give a client of the sandbox, which needs no `async with` and is closed after the test."""
    from aex_async import AsyncAExClient  # noqa: PLC0415

    client = AsyncAExClient(aex_sandbox.token, base_url=BASE_URL, transport=aex_sandbox.transport())
    yield client
    run_to_end(client.aclose)  # from another event loop than the test's, which is over: it has no sockets to close


@pytest.fixture
def aex_url(request: pytest.FixtureRequest, aex_sandbox: "Sandbox") -> Iterator[str]:
    """Give the base URL at which the sandbox is served; needs the `sandbox` extra. The token is `sandbox-token`."""
    from aex_async.sandbox.serving import serve_in_thread  # noqa: PLC0415 - needs an extra

    if guard := request.node.stash.get(GUARD, None):
        guard.loopback = True
    with serve_in_thread(aex_sandbox) as url:
        yield url


# What was really written, whatever the client believes.


def _demand(holds: bool, problem: str) -> None:  # noqa: FBT001 - what it is about
    if not holds:
        raise AssertionError(problem)  # no assert statement, which `python -O` leaves out


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
    """Return the one order that took effect; fail if there is none, or more than one.

    As of now: what a fault makes late may still come, and `sandbox.finish_writes()` brings it about.
    """
    orders = find_orders(sandbox, customer_id=customer_id, premise_guid=premise_guid, product_id=product_id)
    _demand(len(orders) == 1, f"{len(orders)} orders took effect, not one, of these: {find_orders(sandbox)}")
    return orders[0]


def assert_nothing_ordered(sandbox: "Sandbox") -> None:
    """Fail if any order took effect, by now as above."""
    orders = find_orders(sandbox)
    _demand(not orders, f"{len(orders)} orders took effect: {orders}")


def assert_signed_up_once(sandbox: "Sandbox") -> "LedgerEntry":
    """Return the one customer who was signed up; fail if there is none, or more than one."""
    signed_up = [entry for entry in sandbox.ledger if entry.kind == "customer" and entry.by == "client"]
    _demand(len(signed_up) == 1, f"{len(signed_up)} customers were signed up, not one: {signed_up}")
    return signed_up[0]
