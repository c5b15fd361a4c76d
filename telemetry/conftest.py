"""The table at the end: what each tool has seen, and what it records by itself."""

import pytest

from telemetry.findings import ROWS, show_table


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print it, whatever came of the tests."""
    if ROWS:
        terminalreporter.section("what was seen and recorded")
        terminalreporter.write_line(show_table())
