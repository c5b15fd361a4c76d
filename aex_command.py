"""Where `aex` begins: outside of the package, for whatever is within imports the client, and httpx with it."""

import gc
import os
import signal
import sys


def main() -> int:
    """Run the command line and return its exit code; the version alone is told without the rest."""
    if sys.argv[1:] == ["--version"] and _tell_version():
        return 0
    # Of httpx, what it shares with its own command line, which brings rich and click, is left out: `None` says that
    # there is none. Nor is there garbage while modules are imported, though looking for it takes its time.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    gc.disable()
    # A Ctrl-C finds nothing to tidy up yet, and as an error it would come out of whatever is half imported.
    interrupted = signal.getsignal(signal.SIGINT) or signal.SIG_DFL
    signal.signal(signal.SIGINT, signal.SIG_DFL if interrupted is signal.default_int_handler else interrupted)
    from aex_async.cli import main as run  # noqa: PLC0415 - takes twenty times as long as the version

    signal.signal(signal.SIGINT, interrupted)
    gc.enable()
    return run()


def _tell_version() -> bool:
    from importlib.metadata import version  # noqa: PLC0415 - takes a tenth of what any other command does to start

    try:
        os.write(1, f"aex_async {version('aex-async')}\n".encode())
    except OSError:
        return False  # the whole command line knows how to say what is wrong with standard output
    return True
