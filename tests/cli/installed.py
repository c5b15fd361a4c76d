"""The installed command, run as people run it: with pipes, or at a terminal of its own."""

import contextlib
import os
import pty
import re
import subprocess
import sysconfig
import threading
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest
from attrs import frozen

AEX = str(Path(sysconfig.get_path("scripts")) / "aex")
PATIENCE = 120  # seconds that a command may take on the busiest machine
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@frozen
class Ended:
    """How a run ended, and what it said."""

    code: int
    out: str
    err: str = ""


def environment(**changes: str) -> dict[str, str]:
    """Return this process's environment, for a terminal in colour, and with `changes`."""
    return {**os.environ, "TERM": "xterm-256color", **changes}


@contextlib.contextmanager
def started(*command: str, **changes: str) -> Generator[subprocess.Popen[str]]:
    """Start a command with pipes, in a process group of its own."""
    with subprocess.Popen(  # noqa: S603 - our own command
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment(**changes),
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[str]) -> Ended:
    """Wait for a process and return how it ended."""
    out, err = process.communicate(timeout=PATIENCE)
    return Ended(process.returncode, out, err)


def leave_out_cost(words: str) -> str:
    """Return what `aex qualify` says at its end, without its own affairs: its requests, and how far it was on the way.

    The latter is said every half a minute, which a run takes on a busy machine alone.
    """
    return re.sub(r"^\d+ of \d+ done, .*\n| \d+ requests were made\.", "", words, flags=re.MULTILINE)


def run(*arguments: str, **changes: str) -> Ended:
    """Run `aex` with pipes."""
    with started(AEX, *arguments, **changes) as process:
        return ended(process)


def run_with(told: str, *arguments: str, **changes: str) -> Ended:
    """Run `aex` with pipes, and `told` on its standard input."""
    done = subprocess.run(  # noqa: S603 - our own command
        [AEX, *arguments],
        input=told,
        capture_output=True,
        encoding="utf-8",
        env=environment(**changes),
        timeout=PATIENCE,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def run_at_terminal(*arguments: str, typed: Sequence[tuple[str, str]] = (), **changes: str) -> Ended:
    """Run `aex` at a pseudo-terminal, which shows its output and its errors alike.

    `typed` has what to wait for, and what to type then.
    """
    ours, theirs = pty.openpty()
    with subprocess.Popen(  # noqa: S603 - our own command
        [AEX, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=environment(**changes)
    ) as process:
        os.close(theirs)
        end = threading.Timer(PATIENCE, process.kill)  # of a wait for what is never shown
        end.start()
        shown = _read_all(ours, typed)
        end.cancel()
        return Ended(process.wait(PATIENCE), shown)


def _read_all(terminal: int, typed: Sequence[tuple[str, str]]) -> str:
    left = list(typed)
    with open(terminal, "r+b", buffering=0) as stream:
        shown = b""
        with contextlib.suppress(OSError):  # how Linux says that the last process has left the terminal
            while part := stream.read(4096):
                shown += part
                if left and left[0][0].encode() in shown:
                    stream.write(left.pop(0)[1].encode())
        return shown.decode().replace("\r\n", "\n")


def assert_gone(process: subprocess.Popen[str]) -> None:
    """Assert that nothing is left of a process, nor of what it started."""
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
