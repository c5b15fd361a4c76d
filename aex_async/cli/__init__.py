"""The command `aex`, which needs the `cli` extra. Nothing else in the package imports this."""

import signal
import sys

from aex_async.cli.exits import INTERRUPTED, MISUSED

__all__ = ["main"]

_EXTRA = {"rich", "starlette", "typer", "uvicorn"}


def main() -> int:
    """Run the command line and return, or exit with, its exit code."""
    try:
        return _run()
    except KeyboardInterrupt:  # typer sees to it only while a command runs, not while it is imported
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would break into the interpreter's own exit


def _run() -> int:
    try:
        from aex_async.cli.app import app  # noqa: PLC0415 - what it imports is an extra
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        if package not in _EXTRA:
            raise
        sys.stderr.write(f"The command aex needs {package}: pip install 'aex-async[cli]'\n")
        return MISUSED
    sys.exit(app())
