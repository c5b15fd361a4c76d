"""The exit codes of `aex`, beside 0 for what went well."""

from typing import Final

FAILED: Final = 1
"""AEx, or this machine, did not do what was asked; nothing was ordered."""

MISUSED: Final = 2
"""The command line or the environment cannot be meant so; nothing was sent."""

UNCERTAIN: Final = 3
"""An order may exist: `aex orders resume` looks again, and nothing else should order it."""

CONFLICT: Final = 4
"""An order stands in its own way: it is there already, or a person must choose."""

UNSHOWN: Final = 5
"""It went well, and something was ordered or settled; but standard output could not be written."""

INTERRUPTED: Final = 130
"""Ctrl-C, as shells count it."""

READER_LEFT: Final = 141
"""Whoever read standard output has left, as `head` does; shells count a broken pipe so."""
