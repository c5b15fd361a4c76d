"""The parts of a spreadsheet in a ZIP archive: which of them a sheet is, and whether there is room for it.

The library that reads them takes memory for every cell between the first and the last one, and ends the process if
there is not so much: what is larger than any table is told before it is read.
"""

import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final
from xml.parsers import expat

from aex_async.errors import UsageError
from aex_async.qualify.files.book import Place

BOOK: Final = "xl/workbook.xml"
BINARY_BOOK: Final = "xl/workbook.bin"
CHUNK: Final = 1 << 20
ROW: Final = 0
"""The kind of record in .xlsb that begins a row."""
_BUNDLE: Final = 156
"""That which names a sheet."""
_FILLED: Final = range(2, 12)
"""Those of cells that are not blank."""
_MORE: Final = 0x80  # the bit that says that another byte follows
_MAX_CELLS: Final = 1 << 25
"""As many as thirty-two columns have from top to bottom; they take a gigabyte and more."""
_TAG: Final = 1 << 12
_MAX_PART: Final = 1 << 31
"""Bytes once they are unpacked, of which a thousandth may be stored."""
_CELL: Final = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\br=["']([A-Za-z]+)(\d+)["'][^<>]*(?<!/)>(?=\s*<[^/])""")
"""The place of a cell that holds something: others are but formatted, and no memory is taken for them."""


def check_parts(book: zipfile.ZipFile, name: str) -> None:
    """Raise `UsageError` for a part that is larger than any spreadsheet's."""
    if large := next((part.filename for part in book.infolist() if part.file_size > _MAX_PART), None):
        raise UsageError(f"{name} has more than {_MAX_PART >> 30} GB in it, as {large}: save the sheet as CSV")


def check_extent(file: BinaryIO, sheet: str, name: str) -> None:
    """Raise `UsageError` for a sheet that reaches further than any table does: a blank far away is enough for it."""
    with zipfile.ZipFile(file) as book:
        if BINARY_BOOK in book.namelist():
            row, column = _measure_binary(book.read(find_binary_sheet(book, sheet)))
        else:
            path = find_sheet(book, sheet)  # the library itself says so if there is none
            row, column = _measure(book, path) if path else (0, 0)
    if (row + 1) * (column + 1) > _MAX_CELLS:
        raise UsageError(
            f"{name} has something in {name_place((row, column))} of the sheet {sheet}, so far away that there is no "
            "room for all cells up to it: delete it, or save the sheet as CSV"
        )


def _measure(book: zipfile.ZipFile, path: str) -> Place:
    """Return the last row and the last column in which something is."""
    columns, rows, last, rest = set[bytes](), 1, b"", b""
    with book.open(path) as file:
        while part := file.read(CHUNK):
            for letters, number in _CELL.findall(rest + part):
                columns.add(letters)
                if number != last:  # as few are, for a row's cells stand together
                    last, rows = number, max(rows, int(number))
            rest = part[-_TAG:]  # a cell that is cut in two; one that is seen twice does no harm
    return rows - 1, max((read_column(letters.decode()) for letters in columns), default=0)


def _measure_binary(sheet: bytes) -> Place:
    row = last = column = 0
    for kind, content in read_records(sheet):
        if kind == ROW:
            (row,) = struct.unpack_from("<I", content)
        elif kind in _FILLED:
            last, column = max(last, row), max(column, struct.unpack_from("<I", content)[0])
    return last, column


def find_binary_sheet(book: zipfile.ZipFile, sheet: str) -> str:
    """Return the path of a sheet in .xlsb."""
    ids = dict[str, str]()
    for kind, content in read_records(book.read(BINARY_BOOK)):
        if kind == _BUNDLE:
            relation, at = _read_text(content, 8)
            ids[_read_text(content, at)[0]] = relation
    return _follow(book, f"{BINARY_BOOK[3:]}.rels", ids[sheet])


def _read_text(data: bytes, at: int) -> tuple[str, int]:
    (size,) = struct.unpack_from("<I", data, at)
    end = at + 4 + 2 * size
    return data[at + 4 : end].decode("utf-16-le"), end


def read_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a part of .xlsb: of which kind each is, and what it holds."""
    at, end = 0, len(data)
    while at < end:
        kind, at = _read_number(data, at, 2)
        size, at = _read_number(data, at, 4)
        yield kind, data[at : at + size]
        at += size


def _read_number(data: bytes, at: int, most: int) -> tuple[int, int]:
    """Return a number of which each byte holds seven bits, and where it ends."""
    part = data[at : at + most]
    size = next((place for place, byte in enumerate(part, 1) if byte < _MORE), most)
    return sum((byte % _MORE) << (7 * place) for place, byte in enumerate(part[:size])), at + size


def find_sheet(book: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the path of a sheet in .xlsx, if it is where the book says."""
    ids = dict[str, str]()
    for tag, told in _read_tags(book, BOOK):
        if tag == "sheet":
            ids[told.get("name", "")] = next((value for key, value in told.items() if key.endswith(":id")), "")
    path = _follow(book, f"{BOOK[3:]}.rels", ids.get(sheet, ""))
    return path if path in book.namelist() else None


def _follow(book: zipfile.ZipFile, relations: str, relation: str) -> str:
    """Return the path of the part that a relation leads to."""
    targets = dict[str, str]()
    for tag, told in _read_tags(book, f"xl/_rels/{relations}"):
        if tag == "Relationship":
            targets[told.get("Id", "")] = told.get("Target", "")
    target = targets.get(relation, "")
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _read_tags(book: zipfile.ZipFile, path: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    found = list[tuple[str, Mapping[str, str]]]()
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, told: found.append((localize(tag), told))
    parser.Parse(book.read(path), True)  # noqa: FBT003 - it takes no name
    yield from found


def localize(tag: str) -> str:
    """Return a name without the word by which its namespace is known."""
    return tag.rpartition(":")[2]


def read_column(place: str) -> int:
    """Return the number of a column, from 0 on, such as 2 of C or C5."""
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * 26 + ord(letter.upper()) - ord("A") + 1
    return number - 1


def name_place(place: Place) -> str:
    """Return what a spreadsheet calls a place, such as C2."""
    row, number = place
    name = ""
    while number >= 0:
        number, rest = divmod(number, 26)
        name = chr(ord("A") + rest) + name
        number -= 1
    return f"{name}{row + 1}"
