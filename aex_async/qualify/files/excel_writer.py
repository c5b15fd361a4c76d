"""Results as a spreadsheet, which the extra `excel` writes."""

import importlib
import tempfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from aex_async.errors import UsageError
from aex_async.qualify.files.excel_reader import EXTRA
from aex_async.qualify.files.formulas import is_formula
from aex_async.qualify.files.result_cells import show
from aex_async.qualify.files.text_writers import UnwritableError, to_json
from aex_async.qualify.model import Qualification

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
