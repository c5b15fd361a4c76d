"""OpenDocument spreadsheets, with what a cell shows where that is an error, a tab or a line break."""

import re
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, BinaryIO, Final
from xml.parsers import expat

from attrs import define, field

from aex_async.errors import UsageError
from aex_async.qualify.files.book import Area, RawSheet
from aex_async.qualify.files.rows import ERROR

CONTENT: Final = "content.xml"
MAX_CELLS: Final = 20_000_000
_MAX_ROWS: Final = 2_000_000
"""Cells and rows of a file, those counted that are told to be repeated: a few bytes can tell of billions."""
_MAX_COLUMNS: Final = 16_384
"""As many as any spreadsheet has."""
_NOTE_COST: Final = 10
"""Cells that take as much memory as what is kept of one that is merged, or a formula without a result."""
_MAX_CONTENT: Final = 1 << 30
_MAX_MANIFEST: Final = 1 << 24
"""Bytes once they are unpacked, of which a thousandth may be stored."""

_MAGIC: Final = b"PK\x03\x04"
_MANIFEST: Final = "META-INF/manifest.xml"
_ERROR: Final = re.compile(rf"{ERROR.pattern}|#[A-Z/0]+")
_DURATION: Final = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,](\d+))?S")
_INDENT: Final = re.compile(r"[ \t]*[\r\n][ \t\r\n]*")
_CELLS: Final = {"table:table-cell", "table:covered-table-cell"}
_VALUES: Final = {"float", "currency", "percentage"}
_RESULTS: Final = {f"office:{kind}value" for kind in ("", "string-", "boolean-", "date-", "time-")}
_ASIDE: Final = {"office:annotation", "table:tracked-changes", "table:shapes", "table:dde-links", "text:ruby-text"}
"""What holds texts or tables that are no part of any cell: comments, what was deleted, charts, how a name is read."""


def is_open_document(file: BinaryIO) -> bool:
    """Whether a file is a ZIP archive with the content of an OpenDocument file."""
    file.seek(0)
    # The library looks at the end alone, where an archive may hang that the spreadsheet before it knows nothing of.
    if file.read(len(_MAGIC)) != _MAGIC or not zipfile.is_zipfile(file):
        return False
    with zipfile.ZipFile(file) as archive:
        return CONTENT in archive.namelist()


class OpenBook:
    """The sheets of an .ods file. The library for other spreadsheets leaves errors and tabs out of it."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._scan = _ContentScan()
        with zipfile.ZipFile(file) as book:
            _check_sizes(book)
            if _MANIFEST in book.namelist() and b"encryption-data" in book.read(_MANIFEST):
                raise UsageError(f"{name} is protected by a password: save it without one")
            with book.open(CONTENT) as content:
                self._scan.read(content)
        if not self._scan.sheets:
            raise UsageError(f"{name} is an OpenDocument file without a sheet: save a spreadsheet as .ods or .xlsx")

    @property
    def titles(self) -> list[str]:
        """What the sheets are called, in their order."""
        return [*self._scan.sheets]

    def is_shown(self, title: str) -> bool:
        """Whether a sheet is no hidden one."""
        return self._scan.styles.get(title) not in self._scan.hidden

    def read(self, title: str) -> RawSheet:
        """Return a sheet."""
        return self._scan.sheets[title]


@define
class _ContentScan:
    """One pass over the content."""

    sheets: dict[str, RawSheet] = field(factory=dict[str, RawSheet])
    styles: dict[str, str] = field(factory=dict[str, str])
    hidden: set[str] = field(factory=set[str])
    _style: str = ""
    _sheet: RawSheet = field(factory=RawSheet)
    _row: "_XmlRow" = field(factory=lambda: _XmlRow({}))
    _blank_rows: int = 0
    _rows: int = 0
    _cells: int = 0
    _cell: "_XmlCell | None" = None
    _aside: int = 0

    def read(self, file: Any) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._end
        parser.CharacterDataHandler = self._take
        parser.EntityDeclHandler = _refuse_entity
        parser.ParseFile(file)

    def _begin(self, tag: str, told: dict[str, str]) -> None:
        name = _shorten(tag)
        if self._aside or name in _ASIDE or name.startswith("draw:"):
            self._aside += 1
            return
        facts = {_shorten(key): value for key, value in told.items()}
        if name == "style:style":
            self._style = facts.get("style:name", "")
        elif name == "style:table-properties" and facts.get("table:display") == "false":
            self.hidden.add(self._style)
        elif name == "table:table":
            title = facts.get("table:name", "")
            if title in self.sheets:
                raise ValueError(f"it has two sheets called {title}")
            self._sheet = self.sheets[title] = RawSheet()
            self.styles[title] = facts.get("table:style-name", "")
            self._blank_rows = 0
        elif name == "table:table-row":
            self._row = _XmlRow(facts)
        elif name in _CELLS:
            self._cell = _XmlCell(facts)
        elif self._cell is not None:
            self._cell.begin(name, facts)

    def _take(self, text: str) -> None:
        if self._cell is not None and not self._aside:
            self._cell.take(text)

    def _end(self, tag: str) -> None:
        if self._aside:
            self._aside -= 1
            return
        name = _shorten(tag)
        if name in _CELLS and self._cell is not None:
            self._row.add(self._cell)
            self._cell = None
        elif name == "table:table-row":
            self._add_row(self._row)
        elif self._cell is not None:
            self._cell.end(name)

    def _add_row(self, row: "_XmlRow") -> None:
        if not row.values:
            self._blank_rows += row.repeated
            return
        self._rows += self._blank_rows + row.repeated  # a row without cells takes more than a cell does
        self._cells += row.repeated * (len(row.values) + _NOTE_COST * (len(row.formulas) + len(row.spans)))
        if self._cells > MAX_CELLS or self._rows > _MAX_ROWS:
            raise ValueError(f"it has more than {MAX_CELLS:,} cells, or {_MAX_ROWS:,} rows")
        rows = self._sheet.rows
        rows.extend([] for _ in range(self._blank_rows))
        self._blank_rows = 0
        for _ in range(row.repeated):
            number = len(rows)
            rows.append(list(row.values))
            self._sheet.formulas |= {(number, column): text for column, text in row.formulas.items()}
            self._sheet.merged.extend(_reach(number, column, *spans) for column, spans in row.spans.items())


@define
class _XmlRow:
    """A row, up to its last cell that is not blank."""

    facts: Mapping[str, str]
    values: list[Any] = field(factory=list[Any])
    formulas: dict[int, str] = field(factory=dict[int, str])
    spans: dict[int, tuple[int, int]] = field(factory=dict[int, tuple[int, int]])
    _blank: int = 0

    @property
    def repeated(self) -> int:
        return _read_repeats(self.facts, "rows")

    def add(self, cell: "_XmlCell") -> None:
        value, repeated = cell.value, _read_repeats(cell.facts, "columns")
        if value == "":
            self._blank += repeated
            return
        if len(self.values) + self._blank + repeated > _MAX_COLUMNS:
            raise ValueError(f"a row has more than {_MAX_COLUMNS:,} cells")
        self.values.extend("" for _ in range(self._blank))
        self._blank = 0
        start = len(self.values)
        self.values.extend(value for _ in range(repeated))
        if cell.is_pending:
            self.formulas |= {column: str(value) for column in range(start, start + repeated)}
        spans = tuple(int(cell.facts.get(f"table:number-{way}-spanned", 1)) for way in ("rows", "columns"))
        if spans > (1, 1):
            self.spans[start] = (spans[0], spans[1])


@define
class _XmlCell:
    """A cell as it is read: what is told of it, and the text that it shows."""

    facts: Mapping[str, str]
    _lines: list[str] = field(factory=list[str])
    _depth: int = 0
    _is_blank_due: bool = False

    def begin(self, name: str, facts: Mapping[str, str]) -> None:
        if name == "text:p":
            self._depth += 1
            self._lines.append("")
            self._is_blank_due = False
        elif name == "text:s":
            self._write(" " * min(int(facts.get("text:c", 1)), 1000))
        elif name in {"text:tab", "text:line-break"}:
            self._write("\t" if name == "text:tab" else "\n")

    def take(self, text: str) -> None:
        # A line end is a blank, and how the next line is indented none. Other blanks are shown as they stand, though
        # by the standard they are one: programs that write them so read them so too.
        for place, word in enumerate(_INDENT.split(text)):
            self._is_blank_due = self._is_blank_due or place > 0
            if word:
                self._write(word)

    def _write(self, text: str) -> None:
        if self._depth:  # what stands between the paragraphs is how the file is indented
            self._lines[-1] += f" {text}" if self._is_blank_due and self._lines[-1] else text
            self._is_blank_due = False

    def end(self, name: str) -> None:
        if name == "text:p":
            self._depth -= 1

    @property
    def is_pending(self) -> bool:
        """Whether it is a formula that nothing has computed."""
        # Some programs say of what type a result will be, without one.
        return "table:formula" in self.facts and not self._lines and not _RESULTS & self.facts.keys()

    @property
    def value(self) -> Any:
        """What the cell is worth; of an error what it shows, which old programs keep beside a zero."""
        facts, shown = self.facts, "\n".join(self._lines)
        if self.is_pending:
            return f"={facts['table:formula'].partition('=')[2]}"
        if "table:formula" in facts and _ERROR.fullmatch(shown):
            return shown
        kind = facts.get("office:value-type", "")
        if kind in _VALUES:
            return float(facts["office:value"])
        if kind == "boolean":
            return facts.get("office:boolean-value") == "true"
        told = _read_time(facts.get("office:time-value", "")) if kind == "time" else facts.get("office:date-value")
        return told or shown or facts.get("office:string-value", "")


def _check_sizes(book: zipfile.ZipFile) -> None:
    """Raise `ValueError` for more than a spreadsheet holds; nothing is unpacked past the size that is told here."""
    for name, most in ((CONTENT, _MAX_CONTENT), (_MANIFEST, _MAX_MANIFEST)):
        if any(part.filename == name and part.file_size > most for part in book.infolist()):
            raise ValueError(f"{name} in it has more than {most >> 20} MB")


def _shorten(name: str) -> str:
    """Return a name with the word by which its namespace is known."""
    space, _, local = name.rpartition(" ")
    parts = space.split(":")
    return f"{parts[-2]}:{local}" if len(parts) > 1 else local


def _read_repeats(facts: Mapping[str, str], what: str) -> int:
    """Return how often a row or a cell is there; less than never, which would make room for more, is never."""
    return max(int(facts.get(f"table:number-{what}-repeated", 1)), 0)


def _read_time(text: str) -> str | None:
    if not (found := _DURATION.fullmatch(text)):
        return None
    hours, minutes, seconds = (int(part) for part in found.groups()[:3])
    whole = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return str(whole) if whole >= timedelta(days=1) else f"{hours:02}:{minutes:02}:{seconds:02}"


def _reach(row: int, column: int, rows: int, columns: int) -> Area:
    return (row, column), (row + rows - 1, column + columns - 1)


def _refuse_entity(*_: object) -> None:
    raise ValueError("it declares entities, as no spreadsheet does")
