"""The parts of a spreadsheet in a ZIP archive: which of them a sheet is, and what a part is made of."""

import struct
import zipfile
from collections.abc import Iterator, Mapping
from typing import Final
from xml.parsers import expat

from aex_async.errors import UsageError
from aex_async.qualify.files.book import Place

_BOOKS: Final = ("xl/workbook.xml", "workbook.xml")
"""The part that lists the sheets, which some programs put into no folder."""
BINARY_BOOK: Final = "xl/workbook.bin"
_BUNDLE: Final = 156
"""The kind of record in .xlsb that names a sheet."""
_MORE: Final = 0x80  # the bit that says that another byte follows
_MAX_SHEET: Final = 1 << 31
_MAX_PART: Final = 1 << 29
"""Bytes of a sheet, which is read bit by bit, and of what is held in memory; a thousandth of them may be stored."""


def check_parts(book: zipfile.ZipFile, name: str) -> None:
    """Raise `UsageError` for a part that is larger than any spreadsheet's, or that is there twice."""
    seen = set[str]()
    for part in book.infolist():
        path = _fold(part.filename)
        most = _MAX_SHEET if path.startswith("xl/worksheets/") and path.endswith(".xml") else _MAX_PART
        if part.file_size > most:
            raise UsageError(f"{name} has more than {most >> 20:,} MB in {part.filename}: save the sheet as CSV")
        if path in seen:  # two libraries would read two different ones
            raise UsageError(f"{name} is broken, for it holds {part.filename} twice: save it again")
        seen.add(path)


def find_part(book: zipfile.ZipFile, path: str) -> str | None:
    """Return the name of a part, whichever capitals and slashes a program wrote it with."""
    return next((name for name in book.namelist() if _fold(name) == _fold(path)), None)


def _fold(path: str) -> str:
    return path.replace("\\", "/").casefold()


def find_book(book: zipfile.ZipFile) -> str:
    """Return the path of the part that lists the sheets in .xlsx."""
    return next((path for path in _BOOKS if find_part(book, path)), _BOOKS[0])


def find_binary_sheet(book: zipfile.ZipFile, sheet: str) -> str:
    """Return the path of a sheet in .xlsb."""
    ids = dict[str, str]()
    for kind, content in read_records(book.read(BINARY_BOOK)):
        if kind == _BUNDLE:
            relation, at = _read_text(content, 8)
            ids[_read_text(content, at)[0]] = relation
    return _follow(book, BINARY_BOOK, ids[sheet])


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


def find_sheet(book: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the part that is a sheet in .xlsx."""
    path = find_book(book)
    relations = (
        next((value for key, value in told.items() if key.endswith(":id")), "")
        for tag, told in read_tags(book, path)
        if tag == "sheet" and told.get("name") == sheet
    )
    return _follow(book, path, next(relations, ""))


def _follow(book: zipfile.ZipFile, path: str, relation: str) -> str:
    """Return the name of the part that a relation of another one leads to; `ValueError` if there is none."""
    name = path.rpartition("/")[2]
    folder, targets = path.removesuffix(name), dict[str, str]()
    for tag, told in read_tags(book, f"{folder}_rels/{name}.rels"):
        if tag == "Relationship":
            targets[told.get("Id", "")] = told.get("Target", "")
    target = targets.get(relation, "")
    found = find_part(book, target.removeprefix("/") if target.startswith("/") else f"{folder}{target}")
    if found is None:
        raise ValueError(f"{target or 'its part'} is not in the file")
    return found


def read_tags(book: zipfile.ZipFile, path: str) -> list[tuple[str, Mapping[str, str]]]:
    """Return the tags of a part, and what each is told."""
    found = list[tuple[str, Mapping[str, str]]]()
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, told: found.append((localize(tag), told))
    parser.Parse(book.read(find_part(book, path) or path), True)  # noqa: FBT003 - it takes no name
    return found


def localize(tag: str) -> str:
    """Return a name without the word by which its namespace is known."""
    return tag.rpartition(":")[2] if ":" in tag else tag


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
