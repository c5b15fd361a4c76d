"""What every test module shares: both event loops, the size of a run, and the count of faults survived."""

import os
import re
import signal
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from aex_async.sandbox import Oddities
from tests.faults.catalogue import EXPLAINED, GROUPS, ROWS
from tests.timing import in_no_time

# What a real application of the framework did (field notes, [met]), where the sandbox does otherwise by itself.
MET = {
    "unordered": True,
    "search": "substring",
    "login_redirect": True,
    "bad_token_is_404": True,
    "error_shape": "texts",
    "predefined_totals": True,
    "customer_services_page_keys": True,
}

# A contributor's own settings must sway nothing: a proxy, a colour, or worse, a token together with its address.
SWAYING = "AEX_|COLUMNS|FORCE_COLOR|GITHUB_ACTIONS|NO_COLOR|PY_COLORS|SSL_CERT_|TERM|TTY_|XDG_|.*_PROXY$"
kept = {name: value for name, value in os.environ.items() if not re.match(SWAYING, name, re.IGNORECASE)}
os.environ.clear()
os.environ.update(kept)

# A shell that starts the suite in the background makes it deaf to Ctrl-C, and `nohup` to the end of the terminal; every
# command that a test starts would be deaf too.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str | tuple[str, dict[str, Any]]:
    """Every async test runs on asyncio and on trio, in no time if it is marked so."""
    backend = str(request.param)
    virtual = request.node.get_closest_marker("in_no_time")
    if virtual is None or request.node.get_closest_marker("in_real_time"):
        return backend
    return in_no_time(backend, **virtual.kwargs)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--full` and `--met`."""
    parser.addoption("--full", action="store_true", help="the numbers that are promised, and not a sample of them")
    parser.addoption("--met", action="store_true", help="every sandbox as odd as the real framework was met to be")


def pytest_configure(config: pytest.Config) -> None:
    """Let sandboxes be as odd as asked."""
    if config.getoption("met"):  # pragma: no cover - in the session `met`
        # The defaults themselves: most tests make a sandbox of their own.
        Oddities.__init__.__kwdefaults__ = {**(Oddities.__init__.__kwdefaults__ or {}), **MET}


@pytest.fixture
def scale(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """Choose between a number for every day and the full one: `scale(100, 100_000)`."""
    full = bool(request.config.getoption("full"))
    return lambda small, large: large if full else small


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every result know which rows of the catalogue it belongs to."""
    for item in items:
        mark = item.get_closest_marker("unmet")
        if mark and item.config.getoption("met"):  # pragma: no cover - in the session `met`
            item.add_marker(pytest.mark.skip(reason=str(mark.args[0])))
        rows = {str(row) for mark in item.iter_markers("fault") for row in mark.args}
        item.user_properties.extend(("fault", row) for row in sorted(rows))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Count the cells of the catalogue, by group, after a full run."""
    if not config.getoption("full"):
        return
    cells: dict[str, Counter[str]] = {group: Counter() for group in GROUPS}
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, []):
            for _, row in report.user_properties:
                cells[str(row)[0]][outcome] += 1
    terminalreporter.section("faults")
    for group, name in GROUPS.items():
        rows = [row for row in ROWS if row[0] == group]
        counts = ", ".join(f"{cells[group][outcome]} {outcome}" for outcome in ("passed", "failed", "error"))
        told = "".join(f"; {row}: {EXPLAINED[row]}" for row in rows if row in EXPLAINED)
        terminalreporter.write_line(f"{group} {name}: {len(rows)} rows, cells {counts}{told}")
