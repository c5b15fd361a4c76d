"""The command `aex`, which needs the `cli` extra. Nothing else in the package imports this."""

import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

from aex_async.cli.exit_codes import FAILED, INTERRUPTED, MISUSED, READER_LEFT, UNSHOWN
from aex_async.cli.streams import OutputError, find_output_error, guard, is_finishing_first

__all__ = ["main"]

EXTRA = {"rich", "starlette", "typer", "uvicorn"}


def main() -> int:
    """Run the command line and return its exit code."""
    guard()
    with ending_as_ctrl_c_does() as received:
        code = _end()
    return 128 + received[0] if received and code == INTERRUPTED else code


@contextmanager
def ending_as_ctrl_c_does() -> Generator[list[int]]:
    """Let SIGTERM and SIGHUP do what Ctrl-C does at that moment, and give the list of those that came.

    A command has one way to stop early, and so nothing of it is left out by whatever else ends it. One that is
    ignored, as SIGHUP is by `nohup`, stays ignored.
    """
    received: list[int] = []
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell has let a background job be deaf to Ctrl-C. That is kept by blocking it; but asyncio sees to its
        # handler only where Python's own stands, and without one there would be no way to stop.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def end(number: int, frame: FrameType | None) -> None:
        received.append(number)
        ctrl_c = signal.getsignal(signal.SIGINT)
        if callable(ctrl_c):
            ctrl_c(signal.SIGINT, frame)

    for number in (getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end)
    yield received


def _end() -> int:
    """Run the command line. Whatever ends it, there is an exit code, and no traceback for what the machine refuses."""
    code = 0
    try:
        code = _run()
        sys.stdout.flush()
    except KeyboardInterrupt:  # typer sees to it only while a command runs, not while it is imported
        code = INTERRUPTED
    except BaseExceptionGroup as group:
        # A second Ctrl-C breaks into whatever sees to the first one, and task groups wrap it.
        if group.subgroup(KeyboardInterrupt) is None:
            raise
        code = INTERRUPTED
        sys.stderr.write("Interrupted a second time, before it was told what the first time ended.\n")
    except OutputError:
        pass  # told below, as is that of a command which went on
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would break into the interpreter's own exit
    error = find_output_error()
    return code if error is None else tell_unshown(error, code)


def tell_unshown(error: OutputError, code: int) -> int:
    """Say that standard output failed. A command that came to its end all the same keeps the exit code that it has."""
    if is_finishing_first():
        sys.stderr.write(f"Standard output cannot be written: {error}. What was ordered is kept: see aex orders.\n")
        return code or UNSHOWN
    if error.gone:
        return READER_LEFT
    sys.stderr.write(f"Standard output cannot be written: {error}.\n")
    return FAILED


def _run() -> int:
    try:
        # What it imports is an extra; and a command is imported when it is asked for, which needs another one.
        from aex_async.cli.app import run  # noqa: PLC0415

        return run()
    except SystemExit as end:  # how typer ends a shell's question for completions
        return end.code if isinstance(end.code, int) else 0
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        if package not in EXTRA:
            raise
        sys.stderr.write(f"The command aex needs {package}: pip install 'aex-async[cli]'\n")
        return MISUSED
