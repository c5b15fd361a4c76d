"""Results as text, row by row: CSV, JSON Lines, a JSON list."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, BinaryIO, Final, Protocol

import msgspec

from aex_async.errors import AExError
from aex_async.qualify.files.destination import Target
from aex_async.qualify.files.formulas import disarm
from aex_async.qualify.files.result_cells import KINDS, show
from aex_async.qualify.files.rows import REPLACEMENT
from aex_async.qualify.model import Qualification

_MARK: Final = "\ufeff"
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")  # a number of the input goes out with all of its digits


class UnwritableError(AExError):
    """A result cannot be told in the format or the encoding that was chosen."""


class RowWriter(Protocol):
    """What makes text of results."""

    def begin(self) -> str:
        """Return what stands before the first result."""
        ...

    def show(self, result: Qualification) -> str:
        """Return a result."""
        ...

    def end(self) -> str:
        """Return what stands after the last one."""
        ...


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
                f'{where} holds "{text[error.start]}", which {codec} has not: say --output-encoding utf-8-sig'
            ) from None
        self._broken = True  # unless the next line says otherwise
        self._file.write(encoded)
        self._broken = False


def make_rows(target: Target, columns: Sequence[str]) -> RowWriter:
    """Return what makes text of results in the format of a target."""
    if target.format in {"csv", "tsv"}:
        return CsvRows(columns, target.layout.delimiter, target.layout.line_end)
    return JsonRows(columns, listed=target.format == "json")


class CsvRows:
    """CSV, in which nothing is left that a spreadsheet would run."""

    def __init__(self, columns: Sequence[str], delimiter: str, line_end: str) -> None:
        self._columns, self._buffer = columns, io.StringIO(newline="")
        self._csv = csv.writer(self._buffer, delimiter=delimiter, lineterminator=line_end)

    def begin(self) -> str:
        """Return the header."""
        return self._write([disarm(column) for column in self._columns])

    def show(self, result: Qualification) -> str:
        """Return a line, or several if a cell has line breaks."""
        cells = show(result)
        return self._write([_to_cell(cells.get(name)) for name in self._columns])

    def end(self) -> str:
        """Return nothing."""
        return ""

    def _write(self, cells: Sequence[object]) -> str:
        self._buffer.seek(0)
        self._buffer.truncate()
        self._csv.writerow(cells)
        return self._buffer.getvalue()


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


def to_json(value: object) -> str:
    """Return JSON."""
    return _ENCODER.encode(value).decode()


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
