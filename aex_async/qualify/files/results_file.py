"""Files of results, which are there at once and whole, or not at all."""

import contextlib
import gzip
import os
import stat
import sys
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from aex_async.errors import UsageError
from aex_async.qualify.files.destination import Target
from aex_async.qualify.files.excel_writer import load_xlsxwriter, write_excel
from aex_async.qualify.files.parquet_reader import load_pyarrow
from aex_async.qualify.files.parquet_writer import write_parquet
from aex_async.qualify.files.text_writers import TextFile
from aex_async.qualify.model import Qualification


def check_extras(target: Target) -> None:
    """Raise `UsageError` if what writes a format is not installed: before the run, not after it."""
    if target.format == "parquet":
        load_pyarrow()
    elif target.format == "xlsx":
        load_xlsxwriter()


def write_results(path: Path, target: Target, columns: Sequence[str], results: Iterable[Qualification]) -> None:
    """Write results to a file, of which there is nothing before it is whole; `OSError` if it cannot be written."""
    with replacing(path) as hidden:
        if target.format == "parquet":
            write_parquet(hidden, columns, results)
        elif target.format == "xlsx":
            write_excel(hidden, columns, results)
        else:
            with hidden.open("wb") as raw, _pack(raw, target) as file:
                text = TextFile(file, target, columns)
                text.write(results)
                text.finish()


@contextlib.contextmanager
def _pack(file: BinaryIO, target: Target) -> Generator[BinaryIO]:
    if not target.gzipped:
        yield file
        return
    # Neither name nor time: the same results are the same bytes.
    with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
        yield cast(BinaryIO, packed)


@contextlib.contextmanager
def replacing(path: Path) -> Generator[Path]:
    """Give the file to write, which takes the place of `path` when all is written.

    Nobody else may read it: addresses are personal. Who has let others read an earlier one has decided so. A link is
    followed: it is the file behind it that is replaced.
    """
    path = path.resolve()
    hidden = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        os.close(os.open(hidden, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
        yield hidden
        if path.exists():
            hidden.chmod(stat.S_IMODE(path.stat().st_mode))
        hidden.replace(path)
    finally:
        hidden.unlink(missing_ok=True)


@contextlib.contextmanager
def open_stream(target: Target, columns: Sequence[str]) -> Generator[TextFile]:
    """Give what takes results as they come: standard output, a pipe, a device; `OSError` if it cannot be written."""
    with contextlib.ExitStack() as stack:
        if target.path is not None:
            raw: BinaryIO = stack.enter_context(target.path.open("wb"))
        elif sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison]  # it was closed before we began
            raise UsageError("standard output is closed: give -o a file")
        else:
            raw = sys.stdout.buffer
        file = stack.enter_context(_pack(raw, target))
        yield TextFile(file, target, columns)
