"""The errors in a sheet of Excel before 2007, which the library that reads it leaves blank."""

import importlib
import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from aex_async.errors import UsageError
from aex_async.qualify.files.book import Place

_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BEGIN, _END, _SHEET, _CELL = 0x0809, 0x000A, 0x0085, 0x0205
_FORMULAS: Final = {0x0006, 0x0206, 0x0406}
_IS_ERROR: Final = 2
"""What begins the result of a formula that is an error, with 0xFFFF at its end, where a number has its exponent."""
ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA!",
}
"""What the codes of errors are shown as, in every format of Excel's own."""

_Record = tuple[int, bytes]


def is_old_excel(file: BinaryIO) -> bool:
    """Whether a file is the compound kind that Excel wrote before 2007."""
    file.seek(0)
    return file.read(len(_MAGIC)) == _MAGIC


def find_errors(file: BinaryIO, number: int) -> dict[Place, str]:
    """Return the errors of the sheet with this number, from 0 on, by their places."""
    file.seek(0)
    try:
        with importlib.import_module("olefile").OleFileIO(file) as compound:
            stream = next(name for name in ("Workbook", "Book") if compound.exists(name))
            data: bytes = compound.openstream(stream).read()
    except ModuleNotFoundError:
        raise UsageError("an old Excel file needs olefile: pip install 'aex-async[excel]'") from None
    sheets = [content for kind, content in _read_records(data, 0) if kind == _SHEET]
    return dict(_find_errors(_read_records(data, struct.unpack_from("<I", sheets[number])[0])))


def _read_records(data: bytes, at: int) -> Iterator[_Record]:
    """Yield the records of one part of a workbook, up to its end; a chart within it is a part of its own."""
    depth = 0
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        yield kind, data[at + 4 : at + 4 + size]
        at += 4 + size
        depth += (kind == _BEGIN) - (kind == _END)
        if not depth:
            return


def _find_errors(records: Iterator[_Record]) -> Iterator[tuple[Place, str]]:
    for kind, content in records:
        if kind == _CELL:
            row, column, _, code, is_error = struct.unpack_from("<HHHBB", content)
        elif kind in _FORMULAS:
            row, column, _, result, _, code, _, end = struct.unpack_from("<HHHBBB3sH", content)
            is_error = result == _IS_ERROR and end == 0xFFFF  # noqa: PLR2004
        else:
            continue
        if is_error:
            yield (row, column), ERRORS.get(code, "#VALUE!")
