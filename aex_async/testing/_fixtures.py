"""The fixtures and markers."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

import anyio
import pytest

from aex_async.testing._clock import CLOCK, VirtualClock
from aex_async.testing._network import blocked

if TYPE_CHECKING:
    from aex_async import AsyncAExClient
    from aex_async.sandbox import Fault, Oddities, Sandbox

# The sandbox and the client are imported by the fixtures: every pytest run in this environment loads this module.

BASE_URL = "https://sandbox.example.com"


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    config.addinivalue_line(
        "markers",
        "aex(oddities, faults): how odd the sandbox is, a name or names or a dict of values, and what goes wrong, "
        "a dict such as {'POST /services/full': 'cut_after'}",
    )
    config.addinivalue_line("markers", "aex_network: the test may open connections beside those to the sandbox")


def _read_oddities(wanted: "str | Iterable[str] | Mapping[str, Any] | Oddities") -> "Oddities":
    from aex_async.sandbox import Oddities  # noqa: PLC0415

    if isinstance(wanted, Oddities):
        return wanted
    if isinstance(wanted, str):
        return Oddities(**{wanted: True})  # type: ignore[arg-type]
    values: dict[str, Any] = dict.fromkeys(wanted, True)
    values.update(cast("Mapping[str, Any]", wanted) if isinstance(wanted, Mapping) else {})
    return Oddities(**values)


def _read_fault(wanted: "str | tuple[Any, ...] | Fault") -> "Fault":
    """Return a fault that was said by its name, or by its name and what it takes."""
    from aex_async.sandbox import Fault  # noqa: PLC0415

    if isinstance(wanted, Fault):
        return wanted
    return Fault.named(wanted) if isinstance(wanted, str) else Fault.named(*wanted)


def _add_fault(sandbox: "Sandbox", route: str, wanted: "str | tuple[Any, ...] | Fault") -> None:
    method, _, path = route.rpartition(" ")
    sandbox.faults.add(_read_fault(wanted), method=method or None, path=path)


@pytest.fixture
def aex_clock() -> VirtualClock:
    """Return the clock of the sandbox; `advance(3600)` lets its installations be an hour older."""
    return CLOCK


@pytest.fixture
def aex_sandbox(request: pytest.FixtureRequest, aex_clock: VirtualClock) -> "Iterator[Sandbox]":
    """Give a fresh sandbox, as the marker `aex` says; meanwhile no connection leaves this machine unasked."""
    from aex_async.sandbox import Sandbox  # noqa: PLC0415

    marks = list(request.node.iter_markers("aex"))[::-1]  # the nearest decides last
    sandbox = Sandbox(clock=aex_clock)
    for mark in marks:
        if "oddities" in mark.kwargs:
            sandbox.oddities = _read_oddities(mark.kwargs["oddities"])
        for route, wanted in mark.kwargs.get("faults", {}).items():
            _add_fault(sandbox, route, wanted)
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
    anyio.run(client.aclose)  # from another event loop than the test's, which is over: it has no sockets to close


@pytest.fixture
def aex_url(aex_sandbox: "Sandbox") -> Iterator[str]:
    """Give the base URL at which the sandbox is served; needs the `sandbox` extra. The token is `sandbox-token`."""
    from aex_async.sandbox.serving import serve_in_thread  # noqa: PLC0415 - needs an extra

    with serve_in_thread(aex_sandbox) as url:
        yield url
