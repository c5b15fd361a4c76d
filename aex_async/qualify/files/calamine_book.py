"""Spreadsheets of Excel, which a library reads but for errors, and formulas that were never computed."""

import contextlib
import importlib
import os
import sys
import zipfile
from collections.abc import Generator, Mapping
from typing import Any, BinaryIO, Final

from aex_async.errors import UsageError
from aex_async.qualify.files.blank_cells import find_gaps
from aex_async.qualify.files.book import Area, Place, RawSheet
from aex_async.qualify.files.sheet_parts import check_parts
from aex_async.qualify.files.xls_gaps import find_old_gaps, goes_in_circles, is_old_excel

EXTRA: Final = "pip install 'aex-async[excel]'"
_BOOKS: Final = {"xl", "content.xml"}
_DOCUMENTS: Final = {"Index": "a document of Numbers or Pages", "word": "a document of Word", "doc.kml": "a map (KMZ)"}
_WITH_CELLS: Final = (".WorkSheet", ".MacroSheet")
"""The kinds of sheets that are no chart, dialog or module."""
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")


class CalamineBook:
    """The sheets of a file in a format of Excel."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._name, self._book = file, name, _open(file, name)
        sheets = self._book.sheets_metadata
        self._places: dict[str, int] = {sheet.name: place for place, sheet in enumerate(sheets)}
        self.titles: list[str] = [sheet.name for sheet in sheets if str(sheet.typ).endswith(_WITH_CELLS)]

    def is_shown(self, title: str) -> bool:
        """Whether a sheet is no hidden one."""
        seen = next(sheet.visible for sheet in self._book.sheets_metadata if sheet.name == title)
        return str(seen).endswith(".Visible")

    def read(self, title: str) -> RawSheet:
        """Return a sheet, with its errors and its pending formulas in their places."""
        old, number = is_old_excel(self._file), self._places[title]
        # Before the library reads it: what reaches too far is refused there.
        gaps = find_old_gaps(self._file, number) if old else find_gaps(self._file, title, self._name)
        with _without_panic(old=old):
            sheet = self._book.get_sheet_by_name(title)
            rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
        _fill_gaps(rows, {**gaps.errors, **gaps.formulas})
        merged: list[Area] = list(sheet.merged_cell_ranges or ())
        return RawSheet(rows, gaps.formulas, merged)


def _open(file: BinaryIO, name: str) -> Any:
    try:
        calamine = importlib.import_module("python_calamine")
    except ModuleNotFoundError:
        raise UsageError(f"{name} is a spreadsheet, which needs python-calamine: {EXTRA}") from None
    old = is_old_excel(file)
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as book:
            check_parts(book, name)
    if old and goes_in_circles(file):
        raise UsageError(f"{name} is broken, for its parts go in circles: save it as .xlsx")
    file.seek(0)
    try:
        with _without_panic(old=old):
            return calamine.CalamineWorkbook.from_filelike(file)
    except (calamine.CalamineError, _PanicError) as error:
        # Of what Excel itself encrypted calamine only says that it does not know the format.
        file.seek(0)
        if isinstance(error, calamine.PasswordError) or _ENCRYPTED in file.read():
            raise UsageError(f"{name} is protected by a password: save it without one") from None
        if zipfile.is_zipfile(file) and not _BOOKS & (folders := _list_folders(file)):
            kind = next((kind for folder, kind in _DOCUMENTS.items() if folder in folders), None)
            if kind:
                raise UsageError(f"{name} is {kind}: export it as CSV or as Excel") from None
            raise UsageError(f"{name} is a ZIP archive, not a spreadsheet: unpack it first") from None
        raise UsageError(f"{name} cannot be read as a spreadsheet: {error}; save it as .xlsx") from None


class _PanicError(Exception):
    """The library met what it did not foresee, which it tells in an exception that nothing but a crash should be."""


@contextlib.contextmanager
def _without_panic(*, old: bool) -> Generator[None]:
    """Make an error of a panic; of old Excel, where they were seen, keep its backtrace from standard error.

    A panic is no `Exception`, so that nothing takes it for a mistake of the input, which it is here.
    """
    # Other threads write to standard error too, which is why it is not closed to them for every spreadsheet.
    with _silence() if old else contextlib.nullcontext():
        try:
            yield
        except BaseException as error:
            if type(error).__name__ == "PanicException":
                raise _PanicError("the library that reads it did not foresee what is in it") from None
            raise


@contextlib.contextmanager
def _silence() -> Generator[None]:
    sys.stderr.flush()
    kept, nowhere = os.dup(sys.__stderr__.fileno() if sys.__stderr__ else 2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _list_folders(file: BinaryIO) -> set[str]:
    with zipfile.ZipFile(file) as archive:
        return {name.partition("/")[0] for name in archive.namelist()}


def _fill_gaps(rows: list[list[Any]], gaps: Mapping[Place, str]) -> None:
    for (number, column), text in gaps.items():
        rows.extend([] for _ in range(len(rows), number + 1))  # the library ends where its last value is
        row = rows[number]
        row.extend("" for _ in range(len(row), column + 1))
        row[column] = text
