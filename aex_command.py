"""Where `aex` begins: outside of the package, for whatever is within imports the client, and httpx with it."""

import os
import sys


def main() -> int:
    """Run the command line and return its exit code; the version alone is told without the rest."""
    if sys.argv[1:] == ["--version"] and _tell_version():
        return 0
    from aex_async.cli import main as run  # noqa: PLC0415 - takes twenty times as long as the version

    return run()


def _tell_version() -> bool:
    from importlib.metadata import version  # noqa: PLC0415 - takes a tenth of what any other command does to start

    try:
        os.write(1, f"aex_async {version('aex-async')}\n".encode())
    except OSError:
        return False  # the whole command line knows how to say what is wrong with standard output
    return True
