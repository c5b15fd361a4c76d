"""What every test module shares: both event loops, the size of a run, and the count of faults survived."""

import signal
from collections import Counter
from collections.abc import Callable

import pytest

from tests.faults.catalogue import EXPLAINED, GROUPS, ROWS

# A shell that starts the suite in the background makes it deaf to Ctrl-C, and every command that a test starts too.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Every async test runs on asyncio and on trio."""
    return str(request.param)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--full`."""
    parser.addoption("--full", action="store_true", help="the numbers that are promised, and not a sample of them")


@pytest.fixture
def scale(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """Choose between a number for every day and the full one: `scale(100, 100_000)`."""
    full = bool(request.config.getoption("full"))
    return lambda small, large: large if full else small


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every result know which rows of the catalogue it belongs to."""
    for item in items:
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
