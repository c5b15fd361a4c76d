"""The exit codes of `aex`, beside 0 for what went well."""

from typing import Final

FAILED: Final = 1
"""AEx, or this machine, did not do what was asked."""

MISUSED: Final = 2
"""The command line or the environment cannot be meant so; nothing was sent."""

INTERRUPTED: Final = 130
"""Ctrl-C, as shells count it."""
