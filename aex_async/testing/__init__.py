"""A pytest plugin for the tests of services that use AEx.

pytest loads it wherever aex_async is installed. What it offers::

    aex_sandbox     a fresh `Sandbox` for each test
    aex_client      a client of that sandbox, in this process, on asyncio and trio
    aex_url         the same sandbox over real HTTP
    aex_clock       the clock of the sandbox, which `advance` moves

    @pytest.mark.aex(oddities=..., faults=...)   how odd the sandbox is, what goes wrong, by name
    @pytest.mark.aex_network                     lets a test with one of these fixtures open connections
    @virtual_time                                runs an async test without waiting for its pauses

    assert_ordered_once, assert_nothing_ordered, assert_signed_up_once   what the sandbox's ledger must say
"""

try:
    # Asked for first, so that who lacks it is told what to install.
    import pytest  # noqa: F401  # pyright: ignore[reportUnusedImport]
except ModuleNotFoundError as _error:
    _need = "aex_async.testing needs pytest: pip install 'aex-async[testing]'"
    raise ModuleNotFoundError(_need, name="pytest") from _error

from aex_async.testing._clock import VirtualClock, virtual_time
from aex_async.testing._fixtures import (
    NetworkBlockedError,
    aex_client,
    aex_clock,
    aex_sandbox,
    aex_url,
    assert_nothing_ordered,
    assert_ordered_once,
    assert_signed_up_once,
    pytest_configure,
)

__all__ = [
    "NetworkBlockedError",
    "VirtualClock",
    "aex_client",
    "aex_clock",
    "aex_sandbox",
    "aex_url",
    "assert_nothing_ordered",
    "assert_ordered_once",
    "assert_signed_up_once",
    "pytest_configure",
    "virtual_time",
]
