"""What the library that reads spreadsheets leaves blank: errors, and formulas that were never computed."""

import re
import struct
import zipfile
from collections.abc import Iterator
from typing import BinaryIO, Final
from xml.parsers import expat

from attrs import define, field

from aex_async.errors import UsageError
from aex_async.qualify.files.book import Gaps, Place
from aex_async.qualify.files.sheet_parts import (
    BINARY_BOOK,
    BOOK,
    CHUNK,
    ROW,
    find_binary_sheet,
    find_sheet,
    localize,
    read_column,
    read_records,
)
from aex_async.qualify.files.xls_gaps import ERRORS

_BINARY_SHEET: Final = re.compile(r"^xl/worksheets/\w+\.bin$")
_ERROR_CELLS: Final = {3, 11}
"""Errors, and formulas that result in one."""
_SHORT_CELLS: Final = range(12, 19)
"""Kinds of records in .xlsb that Excel itself does not write, and that the library skips."""
_TRACE: Final = re.compile(rb"""<(?:\w+:)?f[\s/>]|\bt=["']e["']""")
"""What a sheet holds that has a formula or an error, as few have: without it, nothing needs to be parsed."""
_TO_COMPUTE: Final = re.compile(rb"""\bfullCalcOnLoad\s*=\s*["'](?:1|true)["']""")
_JAVA_ZERO: Final = "0.0"
"""What Apache POI's streaming writer puts for a result, asked for or not; a spreadsheet itself writes 0."""


def find_gaps(file: BinaryIO, sheet: str, name: str) -> Gaps:
    """Return the gaps of a sheet; `UsageError` if it cannot be told what is in them.

    Programs that write formulas leave it to a spreadsheet to compute them. In .xlsb errors alone are looked for: only
    Excel itself writes it, which computes what it writes.
    """
    with zipfile.ZipFile(file) as book:
        if any(_has_short_cells(book.read(path)) for path in book.namelist() if _BINARY_SHEET.search(path)):
            raise UsageError(
                f"{name} has cells that some programs write in .xlsb and aex cannot read: save it as .xlsx"
            )
        if BINARY_BOOK in book.namelist():
            return Gaps(errors=dict(_find_binary_errors(book.read(find_binary_sheet(book, sheet)))))
        path = find_sheet(book, sheet)
        if path is None or not _has_trace(book, path):
            return Gaps()
        # Who asks for all to be computed on opening has computed nothing, and writes 0 for every result.
        pending = _TO_COMPUTE.search(book.read(BOOK)) is not None
        return _parse(book, path, zero="0" if pending else "")


def _has_short_cells(sheet: bytes) -> bool:
    return any(kind in _SHORT_CELLS for kind, _ in read_records(sheet))


def _find_binary_errors(sheet: bytes) -> Iterator[tuple[Place, str]]:
    row = 0
    for kind, content in read_records(sheet):
        if kind == ROW:
            (row,) = struct.unpack_from("<I", content)
        elif kind in _ERROR_CELLS:
            column, _, code = struct.unpack_from("<IIB", content)
            yield (row, column), ERRORS.get(code, "#VALUE!")


def _has_trace(book: zipfile.ZipFile, path: str) -> bool:
    rest = b""
    with book.open(path) as file:
        while part := file.read(CHUNK):
            if _TRACE.search(rest + part):
                return True
            rest = part[-16:]
    return False


def _parse(book: zipfile.ZipFile, path: str, *, zero: str) -> Gaps:
    scan = _SheetScan(zero)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = scan.begin, scan.end
    parser.CharacterDataHandler = scan.take
    with book.open(path) as file:
        parser.ParseFile(file)
    return scan.gaps


@define
class _SheetScan:
    """One pass over the cells of a sheet; `zero` is what stands for a result in one that nobody has computed."""

    zero: str
    gaps: Gaps = field(factory=Gaps)
    _row: int = -1
    _column: int = -1
    _kind: str = ""
    _texts: dict[str, str] = field(factory=dict[str, str])
    _inside: str = ""

    def begin(self, tag: str, told: dict[str, str]) -> None:
        tag = localize(tag)
        if tag == "row":
            self._row = int(told.get("r", self._row + 2)) - 1
            self._column = -1
        elif tag == "c":
            self._column = read_column(told["r"]) if "r" in told else self._column + 1
            self._kind, self._texts = told.get("t", ""), {}
        self._inside = tag
        self._texts[tag] = ""

    def take(self, text: str) -> None:
        self._texts[self._inside] = self._texts.get(self._inside, "") + text

    def end(self, tag: str) -> None:
        self._inside = ""
        if localize(tag) != "c":
            return
        place, value, formula = (self._row, self._column), self._texts.get("v", ""), self._texts.get("f")
        if self._kind == "e":
            self.gaps.errors[place] = value
        elif formula is not None and self._is_pending(value):
            self.gaps.formulas[place] = f"={formula}"

    def _is_pending(self, value: str) -> bool:
        if self._kind == "str":  # no text is a result too, but for who has computed nothing
            return bool(self.zero) and not value
        return self._kind in {"", "n"} and value in {"", _JAVA_ZERO, self.zero}
