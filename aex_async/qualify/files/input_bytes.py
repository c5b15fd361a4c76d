"""The bytes of an input, brought to where they can be read any number of times."""

import contextlib
import errno
import gzip
import io
import os
import stat
import sys
import tempfile
import zlib
from collections.abc import Generator
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from attrs import evolve, frozen

from aex_async.errors import UsageError

STANDARD: Final = "-"
CHUNK: Final = 1 << 20

_GZIP: Final = b"\x1f\x8b"
_PACKED: Final = {
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
    b"\x1f\x9d": "compress",
    b"\x04\x22M\x18": "lz4",
    b"]\0\0\x80\0": "lzma",
    b"\xff\x06\0\0sNaPpY": "snappy",
}
_TAR: Final = b"ustar"
_TAR_AT: Final = 257


@frozen
class InputBytes:
    """An input that can be read from its beginning any number of times; gzip is taken off.

    What is added to it after it was opened does not count. `end` is the first byte that does not count either, once
    gzip is off.
    """

    name: str
    file: BinaryIO
    start: int
    opened: os.stat_result
    gzipped: bool = False
    end: int | None = None

    def open(self) -> BinaryIO:
        """Return a stream of its own place, so that two readers do not move one another."""
        raw = io.BufferedReader(_FilePart(self.file, self.start, self.opened.st_size), CHUNK)
        whole = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if self.gzipped else raw
        return whole if self.end is None else io.BufferedReader(_Beginning(whole, self.end), CHUNK)

    def peek(self, size: int) -> bytes:
        """Return the first bytes."""
        with self.open() as file:
            return file.read(size)

    def was_written(self) -> bool:
        """Whether somebody has written to it since it was opened."""
        now = os.fstat(self.file.fileno())
        return (now.st_size, now.st_mtime_ns) != (self.opened.st_size, self.opened.st_mtime_ns)

    def is_file(self, path: Path) -> bool:
        """Whether a path is the very file that is read."""
        return os.path.samestat(path.stat(), os.fstat(self.file.fileno()))


class _FilePart(io.RawIOBase):
    """A view of a file from its first byte of interest to its last, whatever else reads it."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file, self._start, self._size, self._at = file, start, end - start, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        self._file.seek(self._start + self._at)
        part = self._file.read(min(len(buffer), max(self._size - self._at, 0)))
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)


class _Beginning(io.RawIOBase):
    """A stream up to a byte of it."""

    def __init__(self, whole: BinaryIO, end: int) -> None:
        self._whole, self._end = whole, end

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        return self._whole.seek(offset, whence)

    def readinto(self, buffer: Any, /) -> int:
        part = self._whole.read(min(len(buffer), max(self._end - self._whole.tell(), 0)))
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self._whole.close()
        super().close()


@contextlib.contextmanager
def open_input(addresses: str) -> Generator[InputBytes]:
    """Give the bytes of a file, or of standard input for `-`; `UsageError` if they cannot be read.

    A pipe can be read once, so what is no regular file is copied first, into a file without a name: whatever ends
    this process, even SIGKILL, no copy of the addresses is left.
    """
    name = "standard input" if addresses == STANDARD else addresses
    if not addresses:
        raise UsageError('the name of the file of addresses is empty: give a file, or "-" for standard input')
    with contextlib.ExitStack() as stack:
        with explaining(name):
            file, start = stack.enter_context(_open_once(addresses)), 0
            opened = os.fstat(file.fileno())
            if stat.S_ISREG(opened.st_mode) and opened.st_size:
                start = file.tell()  # a shell may have read the first lines of standard input
            else:  # of no size are files of the kernel's too, whatever is in them
                file = stack.enter_context(_copy(file, name))
                opened = os.fstat(file.fileno())
            source = InputBytes(name, file, start, opened)
            if source.peek(len(_GZIP)) == _GZIP:
                source = evolve(source, gzipped=True)
            _check_packing(source)
        yield source


def _check_packing(source: InputBytes) -> None:
    head = source.peek(_TAR_AT + len(_TAR))
    packed = [kind for magic, kind in _PACKED.items() if head.startswith(magic)]
    if head[_TAR_AT:] == _TAR:
        packed = ["tar"]
    if source.gzipped and head.startswith(_GZIP):
        raise UsageError(f"{source.name} is packed with gzip twice: unpack it once")
    if packed:
        raise UsageError(f"{source.name} is packed with {packed[0]}: unpack it first, or pack it with gzip")


def _open_once(addresses: str) -> contextlib.AbstractContextManager[BinaryIO]:
    if addresses == STANDARD:
        return contextlib.nullcontext(sys.stdin.buffer)
    if Path(addresses).is_dir():
        raise UsageError(f"{addresses} is a folder: give a file in it")
    return Path(addresses).open("rb")


@contextlib.contextmanager
def _copy(file: BinaryIO, name: str) -> Generator[BinaryIO]:
    # Without a buffer: one that cannot be written would raise once more when it is closed.
    with tempfile.TemporaryFile(prefix="aex-qualify-", buffering=0) as copy:
        while part := memoryview(file.read(CHUNK)):
            try:
                while part:
                    part = part[copy.write(part) :]
            except OSError as error:
                raise UsageError(f"{name} cannot be copied to {tempfile.gettempdir()}: {error.strerror}") from None
        yield cast("BinaryIO", copy)


@contextlib.contextmanager
def explaining(name: str) -> Generator[None]:
    """Turn what reading a file may raise into one sentence about it."""
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise UsageError(f"{name} is broken gzip: fetch or pack it again") from None
    except OSError as error:
        reason = "it is closed" if error.errno == errno.EBADF else error.strerror or error
        raise UsageError(f"{name} cannot be read: {reason}") from None
