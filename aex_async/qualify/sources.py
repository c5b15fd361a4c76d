"""Files of addresses: CSV, JSON Lines, or one address a line. They are read twice, and never held in memory."""

import csv
import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, TextIO, get_args

from attrs import frozen

from aex_async.errors import UsageError
from aex_async.qualify.model import Address

InputFormat = Literal["csv", "jsonl", "lines"]
INPUT_FORMATS: Final[tuple[InputFormat, ...]] = get_args(InputFormat)
COLUMN: Final = "address"
MAX_COLUMNS = 1000

_BY_NAME: Final[Mapping[str, InputFormat]] = {
    ".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl",
}  # fmt: skip


@frozen(kw_only=True)
class Source:
    """A file of addresses that has been read once: how many there are, which columns, and what its text is."""

    path: Path
    name: str
    kind: InputFormat
    column: str
    columns: tuple[str, ...]
    total: int
    summarize: str

    def addresses(self) -> Iterator[Address]:
        """Yield the addresses, one in memory at a time."""
        for row, told in enumerate(_read_rows(self.path, self.kind, self.name), 1):
            value = told.get(self.column)
            yield Address(row=row, text="" if value is None else str(value), columns=told)


def inspect(path: Path, *, kind: InputFormat | None = None, column: str | None = None, name: str = "") -> Source:
    """Read a file once, from its first line to its last; raise `UsageError` for whatever is wrong with it.

    `name` is what to call it.
    """
    name = name or str(path)
    try:
        return _inspect(path, kind or guess_format(path), column, name)
    except UnicodeDecodeError:
        raise UsageError(f'{name} is not UTF-8: save it again, in a spreadsheet as "CSV UTF-8"') from None
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}") from None


def guess_format(path: Path) -> InputFormat:
    """Return the format that a file's name tells, or else that its first character does."""
    if known := _BY_NAME.get(path.suffix.lower()):
        return known
    with path.open(encoding="utf-8-sig") as file:
        return "jsonl" if file.read(1) == "{" else "lines"


def _inspect(path: Path, kind: InputFormat, column: str | None, name: str) -> Source:
    total, columns = 0, dict[str, None]()
    if kind == "csv":
        with _open(path) as file:
            columns = dict.fromkeys(_read_header(file, name)[0])
    for told in _read_rows(path, kind, name):
        total += 1
        columns.update(dict.fromkeys(told))
        if len(columns) > MAX_COLUMNS:
            raise UsageError(f"{name} has more than {MAX_COLUMNS} columns")
    names = tuple(columns)
    chosen = _choose_column(name, names, column) if total else column or COLUMN
    with path.open("rb") as raw:
        summarize = hashlib.file_digest(raw, "sha256").hexdigest()
    return Source(path=path, kind=kind, name=name, column=chosen, columns=names, total=total, summarize=summarize)


def _choose_column(file: str, names: Sequence[str], column: str | None) -> str:
    wanted = COLUMN if column is None else column
    if column in names:
        return wanted
    alike = [name for name in names if name.strip().casefold() == wanted.strip().casefold()]
    if len(alike) == 1:
        return alike[0]
    if column is None and len(names) == 1:
        return names[0]
    raise UsageError(f"{file} has no column {wanted}: name one with --column, of {', '.join(names)}")


def _open(path: Path) -> TextIO:
    return path.open(encoding="utf-8-sig", newline="")


def _read_rows(path: Path, kind: InputFormat, name: str) -> Iterator[dict[str, Any]]:
    with _open(path) as file:
        if kind == "csv":
            yield from _read_csv(file, name)
        elif kind == "jsonl":
            yield from _read_objects(file, name)
        else:
            yield from ({COLUMN: line.strip()} for line in file if line.strip())


def _read_csv(file: TextIO, name: str) -> Iterator[dict[str, Any]]:
    header, delimiter = _read_header(file, name)
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    try:
        for fields in reader:
            if fields:
                yield _name_fields(header, fields, f"{name}, line {reader.line_num + 1}")
    except csv.Error as error:
        raise UsageError(f"{name}, line {reader.line_num + 1}: {error}") from None


def _read_header(file: TextIO, name: str) -> tuple[list[str], str]:
    """Return the names of the columns, and what stands between them: spreadsheets write `;` in half of the world."""
    first = file.readline()
    delimiter = max(",;\t", key=first.count)
    header = next(csv.reader([first], delimiter=delimiter), list[str]())
    twice = [column for column in header if header.count(column) > 1]
    if twice:
        raise UsageError(f'{name} has two columns "{twice[0]}": rename one')
    return header, delimiter


def _name_fields(header: Sequence[str], fields: Sequence[str], where: str) -> dict[str, Any]:
    if len(fields) > len(header):
        raise UsageError(f"{where}: {len(fields)} fields, where the first line has {len(header)}")
    return dict(itertools.zip_longest(header, fields, fillvalue=""))


def _read_objects(lines: Iterable[str], name: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            raise UsageError(f"{name}, line {number}: not JSON") from None
        if not isinstance(told, dict):
            raise UsageError(f"{name}, line {number}: not a JSON object")
        yield told
