"""How a table is written in text: what stands between the columns, and how they are quoted."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from attrs import evolve, frozen

from aex_async.errors import UsageError

DELIMITERS: Final = (",", ";", "\t", "|")
ONE_COLUMN: Final = "\x1f"
"""A delimiter that no text holds, to read a table of one column whose commas are not quoted."""

_NAMED: Final = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
_SHOWN: Final = {"\t": "tab", ONE_COLUMN: "nothing"}
_ROWS: Final = 200


class Records(Protocol):
    """Records as `csv` reads them, and in which line it is."""

    @property
    def line_num(self) -> int:
        """How many lines were read."""
        ...

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the records."""
        ...


@frozen
class Dialect:
    """What stands between columns, around text that holds it, and before a quote in such text."""

    delimiter: str = ","
    quote: str = '"'
    escape: str | None = None
    padded: bool = False

    def read(self, lines: Iterable[str]) -> Records:
        """Return a reader of records. It is strict: a quote in the wrong place is an error, and not half a table."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            doublequote=self.escape is None,
            escapechar=self.escape,
            skipinitialspace=self.padded,
            strict=True,
        )


# In this order: what is rarer counts only where the usual does not fit evenly, and where a text shows a trace of it.
# Without that a quote that is never closed would be read as a letter.
_STYLES: Final = (
    (Dialect(), ""),
    (Dialect(padded=True), r'[,;\t|] "'),
    (Dialect(escape="\\"), r'\\[",;\t|]'),
    (Dialect(quote="'"), r"(?m)(?:^|[,;\t|])'"),
)


@frozen
class Table:
    """A sample as a dialect reads it: its header, and whether all rows fit beneath."""

    dialect: Dialect
    header: tuple[str, ...]
    rows: tuple[Sequence[str], ...]
    fits: bool

    @property
    def even(self) -> bool:
        """Whether all rows are as wide as the header."""
        return self.fits and all(len(row) == len(self.header) for row in self.rows)

    @property
    def has_quoted_names(self) -> bool:
        """Whether apostrophes are around all names, so that they are quotes and no letters."""
        return all(re.fullmatch("'.*'", name, re.DOTALL) for name in self.header)

    def has(self, column: str) -> bool:
        """Whether a column of this name is there, however it is spelled."""
        return column.strip().casefold() in {clean_name(name).strip().casefold() for name in self.header}


def clean_name(name: str) -> str:
    """Return the name of a column without the marks that nobody sees, and without what keeps it a text in Excel."""
    bare = name.strip("\ufeff\u200b")
    return bare[2:-1] if re.fullmatch('="[^"]*"', bare) else bare


def show_delimiter(delimiter: str) -> str:
    """Return what to call a delimiter in a sentence."""
    return {"\t": "tab", ",": "comma", ";": "semicolon"}.get(delimiter, f'"{delimiter}"')


def read_delimiter(given: str) -> str:
    """Return the delimiter that somebody named; `UsageError` if it cannot be one."""
    delimiter = _NAMED.get(given.casefold(), given)
    if not re.fullmatch('[^"\r\n\0\ufeff\ud800-\udfff]', delimiter):
        raise UsageError(f'"{given}" cannot separate columns: name one character, or tab')
    return delimiter


def judge(sample: str, columns: Sequence[str], name: str, *, whole: bool = True, given: str | None = None) -> Table:
    """Return how a sample is best read; `UsageError` if two ways are as good as one another.

    A dialect fits if the header has several columns and no row has more. One under which the wanted columns are there
    is the right one. `whole` says that the sample was not cut.
    """
    tables = list(_try_all(sample, given, whole=whole))
    fitting = [table for table in tables if table.fits and len(table.header) > 1]
    sure = [table for table in fitting if all(table.has(column) for column in columns)]
    if sure:
        return max(sure, key=lambda table: (table.even, len(table.header)))
    even = [table for table in fitting if table.even] or fitting
    delimiters = {table.dialect.delimiter for table in even}
    if len(delimiters) > 1:
        shown = " or ".join(_SHOWN.get(mark, mark) for mark in sorted(delimiters))
        raise UsageError(f"{name} could be a table separated by {shown}: name its --delimiter")
    return even[0] if even else _read_one_column(tables, columns, given) or _choose_best(tables, sample, given)


def _read_one_column(tables: Sequence[Table], columns: Sequence[str], given: str | None) -> Table | None:
    """Return a table of one column, if the header is one name: commas below it are part of the text."""
    if not tables or any(len(table.header) > 1 for table in tables):
        return None
    first = tables[0]
    if first.dialect.delimiter != (given or DELIMITERS[0]):
        return None  # quotes were against it, and what is wrong with them is told by its line
    if first.fits or not all(first.has(column) for column in columns):
        return first
    return evolve(first, dialect=Dialect(ONE_COLUMN), fits=True)


def _choose_best(tables: Sequence[Table], sample: str, given: str | None) -> Table:
    """Return the reading of the most columns. What does not fit is told by its line when the rows are read."""
    widest = max(tables, key=lambda table: len(table.header), default=None)
    if widest is not None and len(widest.header) > 1:
        return widest
    first = next(iter(io.StringIO(sample, newline="")), "")
    return Table(Dialect(given or max(DELIMITERS, key=first.count)), (), (), fits=False)


def _try_all(sample: str, given: str | None, *, whole: bool) -> Iterator[Table]:
    for style, trace in _STYLES:
        if not re.search(trace, sample):
            continue
        found = False
        for delimiter in (given,) if given else DELIMITERS:
            if delimiter in {style.quote, style.escape}:  # which newer Pythons refuse, and older ones misread
                continue
            if table := _try(sample, evolve(style, delimiter=delimiter), whole=whole):
                found = found or (table.even and len(table.header) > 1 and not table.has_quoted_names)
                yield table
        if found:
            return


def _try(sample: str, dialect: Dialect, *, whole: bool) -> Table | None:
    """Return a sample read by a dialect, or `None` if its quotes are against it."""
    lines = list(io.StringIO(sample, newline=""))
    records, reader = list[list[str]](), dialect.read(lines)
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                records.append(record)
            if len(records) > _ROWS:
                break
    except csv.Error:
        # A sample that ends within quotes was cut there; anything else speaks against the dialect.
        if whole or not records or reader.line_num < len(lines):
            return None
    if not records:
        return Table(dialect, (), (), fits=True)
    header, *rows = (strip_blanks(record) for record in records)
    wide = max((len(row) for row in rows), default=0)
    return Table(dialect, tuple(header), tuple(rows), fits=wide <= len(header))


def strip_blanks(cells: Sequence[str]) -> list[str]:
    """Return the cells without blank ones at the end: spreadsheets write those of columns that were used once."""
    kept = list(cells)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept
