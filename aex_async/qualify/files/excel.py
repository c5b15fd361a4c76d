"""Spreadsheets, which the extra `excel` reads and writes."""

import importlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Final

from attrs import frozen

from aex_async.errors import UsageError
from aex_async.qualify.files.book import Area, Book, Place
from aex_async.qualify.files.calamine_book import EXTRA, CalamineBook
from aex_async.qualify.files.input_bytes import InputBytes
from aex_async.qualify.files.opendocument import MAX_CELLS, OpenBook, is_open_document
from aex_async.qualify.files.result_cells import UnwritableError, is_formula, show, to_json
from aex_async.qualify.files.rows import Row, mend, name_columns, show_names
from aex_async.qualify.files.sheet_parts import name_place
from aex_async.qualify.model import Qualification

WHY: Final = "half a character or NUL"


@frozen
class _Sheet:
    """A sheet from its first row that is not blank, which is `first` on, and its formulas that were never computed."""

    title: str
    rows: list[list[Any]]
    first: int
    formulas: Mapping[Place, str]

    @property
    def is_blank(self) -> bool:
        return not self.rows

    def has(self, columns: Iterable[str]) -> bool:
        names = {_to_text(cell).strip().casefold() for cell in self.rows[0]}
        return all(column.strip().casefold() in names for column in columns)


class ExcelReader:
    """The rows of one sheet: the one that is named, or else the only one that has any, or has the columns."""

    def __init__(self, source: InputBytes, columns: Sequence[str], sheet: str | None) -> None:
        self._name = source.name
        with source.open() as file:
            self._sheet = _choose_sheet(_open_book(file, source.name), columns, sheet, source.name)
        header = [_to_text(cell).strip() for cell in self._sheet.rows[0]] if self._sheet.rows else []
        if any("\0" in name for name in header):  # as the library reads old Excel of a few programs
            raise UsageError(f"{source.name} has names of columns that cannot be read: save it as .xlsx")
        self.columns: tuple[str, ...] = name_columns(header, source.name)

    def check_computed(self, columns: Iterable[str]) -> None:
        """Raise `UsageError` if an address is a formula that was never computed; others go out as they are."""
        wanted = {place for place, name in enumerate(self.columns) if name in columns}
        if found := next((place for place in self._sheet.formulas if place[1] in wanted), None):
            raise UsageError(
                f"{self._name} has addresses that are formulas, the first of them in {name_place(found)} of the sheet "
                f"{self._sheet.title}, and no program has computed them: open it in a spreadsheet and save it"
            )

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header."""
        width, first = len(self.columns), self._sheet.first
        for number, cells in enumerate(self._sheet.rows[1:], first + 1):
            values = [_to_value(cell) for cell in cells]
            if not any(value != "" for value in values):
                continue  # formatted, and never filled
            if any(value != "" for value in values[width:]):
                raise UsageError(
                    f"{self._name}, row {number}: a cell beside the table has no header: give it one, or "
                    f"delete what is above the headers, which are read from row {first}"
                )
            values.extend("" for _ in range(len(values), width))
            kept = dict(zip(self.columns, values, strict=False))
            yield mend(Row(number, kept), WHY)


def _open_book(file: BinaryIO, name: str) -> Book:
    try:
        return OpenBook(file, name) if is_open_document(file) else CalamineBook(file, name)
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 - zipfile, zlib, expat and codecs each have errors of their own
        reason = str(error) or type(error).__name__
        raise UsageError(f"{name} cannot be read as a spreadsheet: {reason}; save it as .xlsx") from None


def _choose_sheet(book: Book, columns: Sequence[str], sheet: str | None, name: str) -> _Sheet:
    names = book.titles
    if sheet is not None and sheet not in names:
        raise UsageError(f"{name} has no sheet {sheet}: name one with --sheet, out of {show_names(names)}")
    if not names:
        raise UsageError(f"{name} has no sheet: save it as .xlsx")
    found = [_read_sheet(book, title, name) for title in (names if sheet is None else [sheet])]
    filled = [sheet for sheet in found if not sheet.is_blank]
    if not filled:
        return found[0]
    shown = [sheet for sheet in filled if book.is_shown(sheet.title)] or filled
    chosen = shown if len(shown) == 1 else [sheet for sheet in shown if sheet.has(columns)]
    if len(chosen) != 1:
        titles = show_names([sheet.title for sheet in shown])
        raise UsageError(f"{name} has several sheets: name one with --sheet, out of {titles}")
    return chosen[0]


def _read_sheet(book: Book, title: str, name: str) -> _Sheet:
    try:
        sheet = book.read(title)
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a library says of a chart, or of a broken sheet
        raise UsageError(f"the sheet {title} of {name} cannot be read: {error}; save it as .xlsx again") from None
    rows = sheet.rows
    for number, row in enumerate(rows):
        if any(cell != "" for cell in row):
            _fill_merged(rows, [area for area in sheet.merged if area[0][0] > number], title)
            return _Sheet(title, rows[number:], number + 1, sheet.formulas)
    return _Sheet(title, [], 1, {})


def _fill_merged(rows: list[list[Any]], merged: Sequence[Area], title: str) -> None:
    """Let what stands in a cell that reaches over several rows be in each of them, as people see it."""
    # Areas that reach over one another, as no spreadsheet makes them, would fill the same rows again and again.
    filled, most = 0, min(2 * len(rows) * max(map(len, rows)), MAX_CELLS)
    for (top, left), (bottom, _) in merged:
        if top >= len(rows) or left >= len(rows[top]):
            continue  # blank, and beside the table, where a sheet is but formatted
        below = rows[top + 1 : bottom + 1]
        filled += sum(1 + max(left + 1 - len(row), 0) for row in below)
        if filled > most:
            raise UsageError(f"the sheet {title} has merged cells that overlap, or fill more than {most:,} cells")
        for row in below:
            row.extend("" for _ in range(len(row), left + 1))
            row[left] = rows[top][left]


def _to_value(cell: Any) -> Any:
    """Return a cell as JSON has it. A spreadsheet has no whole numbers, only fractions that end before the point."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else cell


def _to_text(cell: Any) -> str:
    return str(_to_value(cell))


MAX_CELL: Final = 32_767
_EXACT: Final = 2**53


def load_xlsxwriter() -> Any:
    """Return xlsxwriter, which is an extra."""
    try:
        return importlib.import_module("xlsxwriter")
    except ModuleNotFoundError:
        raise UsageError(f"an Excel file needs xlsxwriter: {EXTRA}") from None


def write_excel(path: Path, columns: Sequence[str], results: Iterable[Qualification]) -> None:
    """Write results to a sheet, a row in memory at a time. Text stays text, whatever it looks like."""
    # Its own temporary folder: in the common one a killed process would leave the addresses behind.
    with tempfile.TemporaryDirectory(prefix=f"{path.name}.", dir=path.parent) as folder:
        options = {"constant_memory": True, "tmpdir": folder, "in_memory": False}
        with load_xlsxwriter().Workbook(path, options) as book:
            _write_sheet(book, columns, results)


def _write_sheet(book: Any, columns: Sequence[str], results: Iterable[Qualification]) -> None:
    sheet, quoted = book.add_worksheet("results"), book.add_format({"quote_prefix": True})
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        _write_cell(sheet, 0, place, column, quoted)
    for number, result in enumerate(results, 1):
        cells = show(result)
        for place, column in enumerate(columns):
            _write_cell(sheet, number, place, cells.get(column), quoted)


def _write_cell(sheet: Any, row: int, place: int, value: Any, quoted: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
        return
    if isinstance(value, int | float | Decimal) and _is_exact(value):
        sheet.write_number(row, place, float(value))
        return
    text = value if isinstance(value, str) else str(value) if isinstance(value, int | Decimal) else to_json(value)
    if len(text) > MAX_CELL:
        raise UnwritableError(
            f"row {row} holds {len(text)} characters, and a cell can hold {MAX_CELL}: give -o a name ending in .csv"
        )
    # A formula that somebody edits by chance would run, were it not marked as text.
    sheet.write_string(row, place, text, quoted if is_formula(text) else None)


def _is_exact(value: float | Decimal) -> bool:
    """Whether a number is the same as a float, which is all that a sheet can hold."""
    if isinstance(value, Decimal):
        return Decimal(repr(float(value))) == value and abs(value) < _EXACT
    return abs(value) < _EXACT
