"""What the library that reads spreadsheets leaves blank: errors, and formulas that were never computed.

It takes memory for every cell between the first and the last one, and ends the process if there is not so much: what
reaches further than any table does is told before it is read.
"""

import struct
import zipfile
from typing import BinaryIO, Final
from xml.parsers import expat

from attrs import define, field

from aex_async.errors import UsageError
from aex_async.qualify.files.book import Gaps, Place
from aex_async.qualify.files.sheet_parts import (
    BINARY_BOOK,
    find_binary_sheet,
    find_book,
    find_part,
    find_sheet,
    localize,
    name_place,
    read_column,
    read_records,
    read_tags,
)
from aex_async.qualify.files.xls_gaps import ERRORS

_MAX_CELLS: Final = 1 << 25
"""As many as thirty-two columns have from top to bottom; they take a gigabyte and more."""
_ROW: Final = 0
"""The kind of record in .xlsb that begins a row."""
_FILLED: Final = range(2, 12)
"""Those of cells that are not blank."""
_ERROR_CELLS: Final = {3, 11}
"""Errors, and formulas that result in one."""
_SHORT_CELLS: Final = range(12, 19)
"""Kinds of records in .xlsb that Excel itself does not write, and that the library skips."""
_JAVA_ZERO: Final = "0.0"
"""What Apache POI's streaming writer puts for a result, asked for or not; a spreadsheet itself writes 0."""


def find_gaps(file: BinaryIO, sheet: str, name: str) -> Gaps:
    """Return the gaps of a sheet; `UsageError` if it cannot be told what is in them, or if it reaches too far.

    Programs that write formulas leave it to a spreadsheet to compute them. In .xlsb errors alone are looked for: only
    Excel itself writes it, which computes what it writes.
    """
    with zipfile.ZipFile(file) as book:
        scan = _scan_binary(book, sheet, name) if find_part(book, BINARY_BOOK) else _scan(book, sheet)
    row, column = scan.last
    if (row + 1) * (column + 1) > _MAX_CELLS:
        raise UsageError(
            f"{name} has something in {name_place(scan.last)} of the sheet {sheet}, so far away that there is no "
            "room for all cells up to it: delete it, or save the sheet as CSV"
        )
    return scan.gaps


def _scan_binary(book: zipfile.ZipFile, sheet: str, name: str) -> "_BlankScan":
    scan, row = _BlankScan(), 0
    for kind, content in read_records(book.read(find_binary_sheet(book, sheet))):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", content)
        elif kind in _FILLED:
            (column,) = struct.unpack_from("<I", content)
            scan.reach(row, column)
            if kind in _ERROR_CELLS:
                scan.gaps.errors[row, column] = ERRORS.get(content[8], "#VALUE!")
        elif kind in _SHORT_CELLS:
            raise UsageError(
                f"{name} has cells that some programs write in .xlsb and aex cannot read: save it as .xlsx"
            )
    return scan


def _scan(book: zipfile.ZipFile, sheet: str) -> "_BlankScan":
    path = find_sheet(book, sheet)
    # Who asks for all to be computed on opening has computed nothing, and writes 0 for every result.
    to_compute = any(
        tag == "calcPr" and told.get("fullCalcOnLoad") in {"1", "true"}
        for tag, told in read_tags(book, find_book(book))
    )
    scan = _XmlBlankScan("0" if to_compute else "")
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = scan.begin, scan.end
    parser.CharacterDataHandler = scan.take
    with book.open(path) as file:
        if b"\0" in file.read(4):
            raise ValueError("it is in UTF-16, of which the library that reads it makes nothing")
        file.seek(0)
        parser.ParseFile(file)
    return scan


@define
class _BlankScan:
    """One pass over the cells of a sheet: its gaps, and the last row and column in which something is."""

    gaps: Gaps = field(factory=Gaps, init=False)
    last: Place = field(default=(0, 0), init=False)

    def reach(self, row: int, column: int) -> None:
        """Note that something is in a place."""
        if row > self.last[0] or column > self.last[1]:
            self.last = max(row, self.last[0]), max(column, self.last[1])


@define
class _XmlBlankScan(_BlankScan):
    """That of XML; `zero` is what stands for a result in one that nobody has computed."""

    zero: str
    _row: int = -1
    _column: int = -1
    _columns: dict[str, int] = field(factory=dict[str, int])
    _kind: str = ""
    _texts: dict[str, str] = field(factory=dict[str, str])
    _inside: str = ""

    # Expat calls these some ten times for each cell: what most tags are is looked at first.
    def begin(self, tag: str, told: dict[str, str]) -> None:
        tag = localize(tag)
        if tag == "c":
            self._column = self._find_column(told["r"]) if "r" in told else self._column + 1
            self._kind, self._texts, self._inside = told.get("t", ""), {}, ""
        elif tag == "row":
            self._row = int(told.get("r", self._row + 2)) - 1
            self._column = -1
        else:
            self._inside = tag
            self._texts[tag] = ""

    def _find_column(self, place: str) -> int:
        letters = place.rstrip("0123456789")
        if (column := self._columns.get(letters)) is None:
            column = self._columns[letters] = read_column(letters)
        return column

    def take(self, text: str) -> None:
        if self._inside:
            self._texts[self._inside] += text

    def end(self, tag: str) -> None:
        self._inside = ""
        if localize(tag) != "c" or not self._texts:  # blank, and but formatted: no memory is taken for it
            return
        self.reach(self._row, self._column)
        if self._kind == "e":
            self.gaps.errors[self._row, self._column] = self._texts.get("v", "")
        elif "f" in self._texts and self._is_pending(self._texts.get("v", "")):
            self.gaps.formulas[self._row, self._column] = f"={self._texts['f']}"

    def _is_pending(self, value: str) -> bool:
        if self._kind == "str":  # no text is a result too, but for who has computed nothing
            return bool(self.zero) and not value
        return self._kind in {"", "n"} and value in {"", _JAVA_ZERO, self.zero}
