"""What the library that reads sheets of Excel before 2007 leaves blank: errors, and formulas never computed."""

import importlib
import struct
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

from aex_async.errors import UsageError
from aex_async.qualify.files.book import Gaps

_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BEGIN, _END, _SHEET, _CELL = 0x0809, 0x000A, 0x0085, 0x0205
_FORMULAS: Final = {0x0006, 0x0206, 0x0406}
_RECALCULATED: Final = 0x01C1
"""What a spreadsheet says of itself once it has computed all; programs that compute nothing have no such record."""
_IS_ERROR, _IS_BLANK = 2, 3
"""What begins the result of a formula that is no number, with 0xFFFF at its end, where a number has its exponent."""
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


def goes_in_circles(file: BinaryIO) -> bool:
    """Whether a chain of sectors has no end, which the library follows until there is no memory left."""
    file.seek(0)
    data = file.read().ljust(512, b"\xff")
    size = 1 << 12 if data[30] == 12 else 1 << 9  # noqa: PLR2004 - the two sizes that there are
    sectors = range(len(data) // size - 1)

    def read(sector: int) -> tuple[int, ...]:
        return struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)

    (small, _, further), tables = struct.unpack_from("<III", data, 60), [*struct.unpack_from("<109I", data, 76)]
    read_already = set[int]()
    while further in sectors and further not in read_already:
        read_already.add(further)
        *more, further = read(further)
        tables += more
    chains = [number for table in tables if table in sectors for number in read(table)][: len(sectors)]
    if further in read_already or _has_circle(chains):
        return True
    small_chains = list[int]()
    while small < len(chains):
        small_chains += read(small)
        small = chains[small]
    return _has_circle(small_chains)


def _has_circle(chains: Sequence[int]) -> bool:
    """Whether a sector leads back to itself, where each number is the sector after that one."""
    walks = [0] * len(chains)
    for walk, start in enumerate(range(len(chains)), 1):
        sector = start
        while sector < len(chains) and not walks[sector]:
            walks[sector] = walk
            sector = chains[sector]
        if sector < len(chains) and walks[sector] == walk:
            return True
    return False


def find_old_gaps(file: BinaryIO, number: int) -> Gaps:
    """Return the gaps of the sheet with this number, from 0 on; the text of a formula is not told."""
    file.seek(0)
    try:
        with importlib.import_module("olefile").OleFileIO(file) as compound:
            stream = next(name for name in ("Workbook", "Book") if compound.exists(name))
            data: bytes = compound.openstream(stream).read()
    except ModuleNotFoundError:
        raise UsageError("an old Excel file needs olefile: pip install 'aex-async[excel]'") from None
    about = list(read_records(data, 0))
    sheets = [content for kind, content in about if kind == _SHEET]
    computed = any(kind == _RECALCULATED for kind, _ in about)
    return _find_gaps(read_records(data, struct.unpack_from("<I", sheets[number])[0]), computed=computed)


def read_records(data: bytes, at: int) -> Iterator[_Record]:
    """Yield the records of one part of a workbook, up to its end; a chart within it is a part of its own."""
    depth = 0
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        yield kind, data[at + 4 : at + 4 + size]
        at += 4 + size
        depth += (kind == _BEGIN) - (kind == _END)
        if not depth:
            return


def _find_gaps(records: Iterator[_Record], *, computed: bool) -> Gaps:
    gaps = Gaps()
    for kind, content in records:
        if kind == _CELL:
            row, column, _, code, is_error = struct.unpack_from("<HHHBB", content)
            result = _IS_ERROR if is_error else None
        elif kind in _FORMULAS:
            row, column, _, result, _, code, _, end = struct.unpack_from("<HHHBBB3sH", content)
            result = result if end == 0xFFFF else None  # noqa: PLR2004
        else:
            continue
        if result == _IS_ERROR:
            gaps.errors[row, column] = ERRORS.get(code, "#VALUE!")
        elif result == _IS_BLANK and not computed:
            gaps.formulas[row, column] = "="
    return gaps
