"""Tables in text: CSV of any dialect, and lines of which each is an address."""

import csv
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from aex_async.errors import UsageError
from aex_async.qualify.files.dialect import (
    Dialect,
    Records,
    Table,
    clean_name,
    judge,
    show_delimiter,
    strip_blanks,
)
from aex_async.qualify.files.encoding import MAX_LINE, InputText
from aex_async.qualify.files.rows import Row, mend, name_columns

WHY: Final = "bytes that are no text in this encoding, NUL, or Ctrl-Z"
_DIRECTIVE: Final = "sep="
_ESCAPE: Final = re.compile(r"\\([ntr\\])")
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
_WRITTEN: Final = re.compile(r"\\[ntrbfv0NZ\\]")
_DRIVE: Final = re.compile(r"\b[A-Za-z]:\\(?!\\)")
_RARE_END: Final = re.compile("[\u2028\u2029\x85]")


class DelimitedReader:
    """CSV. Blank lines before the header do not count, nor do columns that are blank from top to bottom."""

    def __init__(
        self, text: InputText, columns: Sequence[str], delimiter: str | None, *, flawed: bool, mixed: bool = False
    ) -> None:
        csv.field_size_limit(MAX_LINE)  # its own limit of 128 KiB is less than some columns hold
        self._text, self._flawed, self._mixed = text, flawed, mixed
        sample, whole = text.sample()
        directed, self._skip = _read_directive(sample)
        self._escaped = _ESCAPE.search(sample) is not None and not _has_plain_backslash(sample)
        rest = sample.split("\n", 1)[-1] if self._skip else sample
        _check_line_ends(rest, text.name)
        self.table: Table = judge(rest, columns, text.name, whole=whole, given=delimiter or directed)
        self.columns: tuple[str, ...] = name_columns([clean_name(name) for name in self._read_header()], text.name)

    @property
    def dialect(self) -> Dialect:
        """How the table is written."""
        return self.table.dialect

    @property
    def is_escaped(self) -> bool:
        """Whether line breaks and tabs in cells are written as databases write them to tables of tabs."""
        return self.dialect.delimiter == "\t" and self._escaped

    def _read_header(self) -> list[str]:
        with self._text.open() as file:
            reader = self.dialect.read(self._after_directive(file))
            return _skip_to_header(reader, f"{self._text.name}, line")

    def _after_directive(self, file: Iterator[str]) -> Iterator[str]:
        return itertools.islice(file, self._skip, None)

    def rows(self) -> Iterator[Row]:
        """Yield the rows; `UsageError` where one has more cells than there are columns, or a quote is never closed."""
        found = self._read_rows()
        return (mend(row, WHY) for row in found) if self._flawed else found

    def _read_rows(self) -> Iterator[Row]:
        columns, name, skipped = self.columns, self._text.name, self._skip
        width = len(columns)
        with self._text.open() as file:
            lines = _Lines(self._after_directive(file))
            reader = self.dialect.read(iter(lines) if self._mixed else lines.source)
            _skip_to_header(reader, name)
            line, end = reader.line_num + skipped + 1, lines.end
            try:
                for cells in reader:
                    if len(cells) == width:
                        yield Row(line, dict(zip(columns, cells)))  # noqa: B905 - they are as many, and a check costs
                    elif cells:
                        if len(cells) < width and lines.end not in {end, ""} and any(map(str.strip, cells)):
                            raise UsageError(
                                f"{name}, line {line}: the row breaks off where a line ends otherwise than the header "
                                "does: quote a text that has a line break in it, or end all lines alike"
                            )
                        yield Row(line, self._name_cells(cells, line))
                    line = reader.line_num + skipped + 1
            except csv.Error as error:
                raise UsageError(f"{name}, line {line}: {_explain(error)}") from None

    def _name_cells(self, cells: Sequence[str], line: int) -> Mapping[str, Any]:
        kept = strip_blanks(cells) if len(cells) > len(self.columns) else cells
        if len(kept) > 1 == len(self.columns):
            raise UsageError(
                f"{self._text.name}, line {line}: {len(kept)} fields, where the first line that is not blank has one, "
                f'"{self.columns[0][:40]}": delete what is above the header, or name the --delimiter'
            )
        if len(kept) > len(self.columns):
            raise UsageError(
                f"{self._text.name}, line {line}: {len(kept)} fields, where the header has {len(self.columns)}: "
                f"quote any field with a {show_delimiter(self.dialect.delimiter)} in it, or name the --delimiter"
            )
        return dict(itertools.zip_longest(self.columns, kept, fillvalue=""))


class _Lines:
    """Lines on their way to a reader, and how the last of them ended."""

    def __init__(self, source: Iterator[str]) -> None:
        self.source, self.end = source, ""

    def __iter__(self) -> Iterator[str]:
        for line in self.source:
            self.end = line[len(line.rstrip("\r\n")) :]
            yield line


class LineReader:
    """One address a line; blank lines do not count."""

    def __init__(self, text: InputText, column: str, *, flawed: bool) -> None:
        self._text, self._flawed = text, flawed
        _check_line_ends(text.sample()[0], text.name)
        self.columns: tuple[str, ...] = (column,)

    def rows(self) -> Iterator[Row]:
        """Yield a row for each line."""
        (column,) = self.columns
        with self._text.open() as file:
            for number, line in enumerate(file, 1):
                if text := line.strip():
                    row = Row(number, {column: text})
                    yield mend(row, WHY) if self._flawed else row


def _has_plain_backslash(sample: str) -> bool:
    r"""Whether a backslash stands for itself, as in C:\new, which a database would have doubled."""
    return _DRIVE.search(sample) is not None or "\\" in _WRITTEN.sub("", sample)


def unescape(text: str) -> str:
    """Return a text without the escapes of a database."""
    return _ESCAPE.sub(lambda found: _ESCAPED[found[1]], text)


def _check_line_ends(sample: str, name: str) -> None:
    """Raise `UsageError` for line ends that no program reads as such: the whole table would be its header."""
    first, *rest = re.split("[\r\n]+", sample, maxsplit=1)
    # One within a text is no line end, where others end the lines.
    if (found := _RARE_END.search(first)) and not "".join(rest).strip():
        raise UsageError(f"{name} ends its lines with U+{ord(found[0]):04X}: replace it with line feeds")


def _read_directive(sample: str) -> tuple[str | None, int]:
    """Return the delimiter that a first line names for spreadsheets, and how many lines to skip."""
    first = sample.partition("\n")[0].rstrip("\r").strip('"')
    if len(first) == len(_DIRECTIVE) + 1 and first.casefold().startswith(_DIRECTIVE):
        return first[-1], 1
    return None, 0


def _skip_to_header(reader: Records, where: str) -> list[str]:
    """Return the first record that is not blank."""
    try:
        return next((record for record in reader if any(cell.strip() for cell in record)), list[str]())
    except csv.Error as error:
        raise UsageError(f"{where} {reader.line_num}: {_explain(error)}") from None


def _explain(error: csv.Error) -> str:
    words = str(error)
    if "field larger" in words or "unexpected end" in words:
        return "unexpected end of data: a quote is opened here and never closed"
    return f"{words}: check the quotes, or name the --delimiter"
