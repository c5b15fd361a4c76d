"""The standard streams, as commands find them: closed, full, in an old encoding, read by somebody who leaves."""

import errno
import io
import os
import re
import select
import sys
from typing import Any, Final, TextIO

STDIN, STDOUT, STDERR = range(3)
SIZE: Final = re.compile("0*[1-9][0-9]{0,3}")
GONE: Final = {errno.EPIPE, errno.ECONNRESET, errno.ECONNREFUSED}  # a pipe, a socket, one of datagrams


class OutputError(Exception):
    """Standard output cannot be written. No `OSError`, for typer has an end of its own for some of those."""

    def __init__(self, reason: OSError) -> None:
        super().__init__("it is closed" if reason.errno == errno.EBADF else reason.strerror)
        self.gone: bool = reason.errno in GONE
        """Whether whoever read it has left, as `head` does, which is nobody's mistake."""


def guard() -> None:
    """Put streams in the place of the standard ones that lose nothing and raise nothing unexpected."""
    for size in ("COLUMNS", "LINES"):
        # Of 0, a terminal that was not asked, rich would show nothing, of 99999999 for ever, and it falls over `²`.
        if not SIZE.fullmatch(os.environ.get(size, "1")):
            del os.environ[size]
    closed = [number for number in range(3) if plug(number)]
    if STDIN in closed:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(_Closed()))
    sys.stdout = wrap(sys.stdout, STANDARD_OUTPUT)
    sys.stderr = wrap(sys.stderr, StandardErrors(STDERR))


def plug(number: int) -> bool:
    """Take the place of a closed stream, or the next file that is opened would be taken for it; return whether it was.

    What is plugged fails as a closed one does: output that is read-only, input that is write-only. Errors alone may
    vanish, for there is nowhere else to tell of it.
    """
    try:
        os.fstat(number)
    except OSError:
        mode = {STDIN: os.O_WRONLY, STDOUT: os.O_RDONLY, STDERR: os.O_WRONLY}[number]
        os.open(os.devnull, mode)  # takes the lowest number that is free: this one
        return True
    return False


def wrap(stream: TextIO | None, raw: io.RawIOBase) -> TextIO:
    """Return a stream that shows what its encoding has not as escapes, rather than to raise or to lose it."""
    errors = "backslashreplace" if stream is None or stream.errors == "strict" else stream.errors
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding="utf-8" if stream is None else stream.encoding,
        errors=errors,
        line_buffering=stream is not None and bool(stream.line_buffering),
    )


class _Closed(io.RawIOBase):
    """Standard input that was closed."""

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return STDIN

    def readinto(self, _: Any, /) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


class _StandardStream(io.RawIOBase):
    """Standard output, which is not written again once it has failed."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.patient = False
        self.error: OutputError | None = None

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def isatty(self) -> bool:
        return os.isatty(self._number)

    def write(self, data: Any, /) -> int:
        while self.error is None:
            try:
                return os.write(self._number, data)
            except BlockingIOError:  # somebody who shares it has made it so
                select.select([], [self._number], [])
            except OSError as error:
                self.error = OutputError(error)
                if not self.patient:
                    raise self.error from None
        return len(data)


class StandardErrors(_StandardStream):
    """Standard error. If it fails, the exit code must do."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.patient = True


STANDARD_OUTPUT: Final = _StandardStream(STDOUT)


def finish_first() -> None:
    """Let a command that orders something come to its end and its exit code, though nobody can be shown it."""
    STANDARD_OUTPUT.patient = True


def is_finishing_first() -> bool:
    """Whether the command comes to its end, whatever becomes of its output."""
    return STANDARD_OUTPUT.patient


def find_output_error() -> OutputError | None:
    """Return why standard output could not be written, if so."""
    return STANDARD_OUTPUT.error
