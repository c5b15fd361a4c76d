"""Spreadsheets, which the extra `excel` reads and writes."""

import importlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from aex_async.errors import UsageError
from aex_async.qualify.files.dialect import strip_blanks
from aex_async.qualify.files.result_cells import UnwritableError, is_formula, show, to_json
from aex_async.qualify.files.rows import Row, mend
from aex_async.qualify.files.spool import InputBytes
from aex_async.qualify.model import Qualification

EXTRA: Final = "pip install 'aex-async[excel]'"
WHY: Final = "half a character or NUL"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")


class ExcelReader:
    """The rows of one sheet: the one that is named, or else the only one that has any, or has the columns."""

    def __init__(self, source: InputBytes, columns: Sequence[str], sheet: str | None) -> None:
        self._name = source.name
        book = _open_book(source)
        self._rows, self._first = _choose_sheet(book, columns, sheet, source.name)
        header = [_to_text(cell).strip() for cell in self._rows[0]] if self._rows else []
        self.columns: tuple[str, ...] = tuple(_name_columns(header, source.name))

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header."""
        width = len(self.columns)
        for number, cells in enumerate(self._rows[1:], self._first + 1):
            values = [_to_value(cell) for cell in cells]
            if not any(value != "" for value in values):
                continue  # formatted, and never filled
            if any(value != "" for value in values[width:]):
                raise UsageError(f"{self._name}, row {number}: a cell stands beside the table, under no header")
            kept = dict(zip(self.columns, values, strict=False))
            yield mend(Row(number, kept), WHY)


def _open_book(source: InputBytes) -> Any:
    try:
        calamine = importlib.import_module("python_calamine")
    except ModuleNotFoundError:
        raise UsageError(f"{source.name} is a spreadsheet, which needs python-calamine: {EXTRA}") from None
    with source.open() as file:
        try:
            return calamine.CalamineWorkbook.from_filelike(file)
        except calamine.CalamineError as error:
            # Of what Excel itself encrypted calamine only says that it does not know the format.
            file.seek(0)
            if isinstance(error, calamine.PasswordError) or _ENCRYPTED in file.read():
                raise UsageError(f"{source.name} is protected by a password: save it without one") from None
            raise UsageError(f"{source.name} cannot be read as a spreadsheet: {error}") from None


def _choose_sheet(book: Any, columns: Sequence[str], sheet: str | None, name: str) -> tuple[list[list[Any]], int]:
    names: list[str] = book.sheet_names
    if sheet is not None and sheet not in names:
        raise UsageError(f"{name} has no sheet {sheet}: name one with --sheet, of {', '.join(names)}")
    found = {title: _read_sheet(book, title) for title in ([sheet] if sheet else names)}
    filled = {title: sheet for title, sheet in found.items() if sheet[0]}
    fitting = {title: sheet for title, sheet in filled.items() if _has(sheet[0][0], columns)}
    chosen = filled if len(filled) == 1 else fitting
    if not filled:
        return [], 1
    if len(chosen) != 1:
        raise UsageError(f"{name} has several sheets: name one with --sheet, of {', '.join(filled)}")
    return next(iter(chosen.values()))


def _read_sheet(book: Any, title: str) -> tuple[list[list[Any]], int]:
    """Return the rows from the first that is not blank, and its number as the spreadsheet counts."""
    try:
        rows: list[list[Any]] = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
    except Exception as error:  # noqa: BLE001 - whatever a library says of a chart, or of a broken sheet
        raise UsageError(f"the sheet {title} cannot be read: {error}") from None
    for number, row in enumerate(rows):
        if any(cell != "" for cell in row):
            return rows[number:], number + 1
    return [], 1


def _has(header: Iterable[Any], columns: Sequence[str]) -> bool:
    names = {_to_text(cell).strip().casefold() for cell in header}
    return all(column.strip().casefold() in names for column in columns)


def _name_columns(header: Sequence[str], name: str) -> Iterator[str]:
    names = strip_blanks(header)
    for number, column in enumerate(names, 1):
        if column and names.count(column) > 1:
            raise UsageError(f'{name} has two columns "{column}": rename one')
        yield column or f"column {number}"


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
        raise UnwritableError(f"row {row} holds {len(text)} characters, and a cell {MAX_CELL}: give -o a name in .csv")
    # A formula that somebody edits by chance would run, were it not marked as text.
    sheet.write_string(row, place, text, quoted if is_formula(text) else None)


def _is_exact(value: float | Decimal) -> bool:
    """Whether a number is the same as a float, which is all that a sheet can hold."""
    if isinstance(value, Decimal):
        return Decimal(repr(float(value))) == value and abs(value) < _EXACT
    return abs(value) < _EXACT
