"""Results written: row by row as CSV or JSON, or a whole file that is there at once or not at all."""

import contextlib
import csv
import gzip
import io
import os
import stat
import sys
import tempfile
from collections.abc import Generator, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from aex_async.errors import UsageError
from aex_async.qualify.files.destination import Target
from aex_async.qualify.files.excel import load_xlsxwriter, write_excel
from aex_async.qualify.files.parquet import load_pyarrow, write_parquet
from aex_async.qualify.files.result_cells import KINDS, UnwritableError, disarm, show, to_json
from aex_async.qualify.files.rows import REPLACEMENT
from aex_async.qualify.model import Qualification

_MARK: Final = "\ufeff"
_CRLF: Final = "\r\n"


class TextFile:
    """A file of text, to which results can be added one after another. Each is in the file when `write` returns."""

    def __init__(self, file: BinaryIO, target: Target, columns: Sequence[str]) -> None:
        self._file, self._encoding, self._broken = file, target.layout.encoding, False
        self._rows = make_rows(target, columns)
        self._put((_MARK if self._encoding.bom else "") + self._rows.begin())

    def write(self, results: Iterable[Qualification]) -> None:
        """Write results."""
        for result in results:
            self._put(self._rows.show(result), result)

    def flush(self) -> None:
        """Hand on what was written."""
        self._broken = True
        self._file.flush()
        self._broken = False

    def finish(self) -> None:
        """Write what stands after the last result, unless the file has failed already."""
        if not self._broken:
            self._put(self._rows.end())
            self.flush()

    def _put(self, text: str, result: Qualification | None = None) -> None:
        codec = self._encoding.codec
        try:
            encoded = text.encode(codec)
        except UnicodeEncodeError as error:
            if not text[error.start : error.end].strip(REPLACEMENT):
                self._put(text.replace(REPLACEMENT, "?"), result)  # it stands for what could not be kept
                return
            where = f"row {result.row}" if result else "the header"
            raise UnwritableError(
                f'{where} holds "{text[error.start]}", which {codec} does not have: say --output-encoding utf-8-sig'
            ) from None
        self._broken = True  # unless the next line says otherwise
        self._file.write(encoded)
        self._broken = False


def make_rows(target: Target, columns: Sequence[str]) -> "CsvRows | JsonRows":
    """Return what makes text of results in the format of a target."""
    if target.format in {"csv", "tsv"}:
        return CsvRows(columns, target.layout.delimiter, target.layout.line_end)
    return JsonRows(columns, listed=target.format == "json")


class CsvRows:
    """CSV, in which nothing is left that a spreadsheet would run."""

    def __init__(self, columns: Sequence[str], delimiter: str, line_end: str) -> None:
        self._columns, self._line_end, self._buffer = columns, line_end, io.StringIO(newline="")
        # Before Python 3.13 it quotes only the line breaks that end its own lines, and others end a line too.
        self._csv = csv.writer(self._buffer, delimiter=delimiter, lineterminator=_CRLF)

    def begin(self) -> str:
        """Return the header, before the first result."""
        return self._write([disarm(column) for column in self._columns])

    def show(self, result: Qualification) -> str:
        """Return a line, or several if a cell has line breaks."""
        cells = show(result)
        return self._write([_to_cell(cells.get(name)) for name in self._columns])

    def end(self) -> str:
        """Return what stands after the last result: nothing."""
        return ""

    def _write(self, cells: Sequence[object]) -> str:
        self._buffer.seek(0)
        self._buffer.truncate()
        self._csv.writerow(cells)
        return self._buffer.getvalue().removesuffix(_CRLF) + self._line_end


class JsonRows:
    """Objects, one a line; in a list if `listed`."""

    def __init__(self, columns: Sequence[str], *, listed: bool) -> None:
        self._columns, self._listed, self._first = columns, listed, True

    def begin(self) -> str:
        """Return the beginning of the list."""
        return "[\n" if self._listed else ""

    def show(self, result: Qualification) -> str:
        """Return an object on a line."""
        cells = show(result)
        line = to_json({name: _to_number(name, cells[name]) for name in self._columns if name in cells})
        if not self._listed:
            return f"{line}\n"
        before = "" if self._first else ",\n"
        self._first = False
        return before + line

    def end(self) -> str:
        """Return the end of the list."""
        return ("]\n" if self._first else "\n]\n") if self._listed else ""


def _to_number(name: str, value: Any) -> Any:
    """Return AEx's money as text, for most programs make a float of a number, which would not be exact."""
    return str(value) if KINDS.get(name) == "money" and value is not None else value


def _to_cell(value: object) -> object:
    if isinstance(value, str):
        return disarm(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, int | float | Decimal):
        return value
    return to_json(value)


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
    # A name of its own: what is added to a long one would be too long, which would be told at the end alone.
    number, name = tempfile.mkstemp(prefix=".aex-", dir=path.parent)
    os.close(number)
    hidden = Path(name)
    try:
        hidden.chmod(0o600)  # whatever the umask is
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
