"""The addresses of a file: what it is, told or judged by its content, and each of its rows."""

import contextlib
import hashlib
import itertools
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, get_args

from attrs import frozen

from aex_async.errors import UsageError
from aex_async.qualify.files.csv_reader import DelimitedReader, LineReader, unescape
from aex_async.qualify.files.dialect import ONE_COLUMN, judge, read_delimiter
from aex_async.qualify.files.encoding import UTF_8, Encoding, InputText, TextFacts, examine
from aex_async.qualify.files.excel import ExcelReader
from aex_async.qualify.files.input_bytes import InputBytes, explaining, open_input
from aex_async.qualify.files.json_reader import JsonReader, guess_shape
from aex_async.qualify.files.parquet import ParquetReader
from aex_async.qualify.files.rows import COLUMN, MAX_COLUMNS, Reader, choose_columns, read_address, reads_as_address
from aex_async.qualify.model import Address

InputFormat = Literal["csv", "tsv", "jsonl", "json", "lines", "xlsx", "parquet"]
INPUT_FORMATS: Final[tuple[InputFormat, ...]] = get_args(InputFormat)

_BY_NAME: Final[Mapping[str, InputFormat]] = {
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json",
}  # fmt: skip
_PLAIN: Final = {".txt", ".text", ".lst", ".list", ".dat", ".in", ".out", ".part", ".tmp", ".bak", ".old", ".new"}
"""How names of lists of addresses end. What is called otherwise is not to be sent to AEx line by line."""
_RULE: Final = re.compile("(?=.*[-=\u2500\u2550]{3})[\\s|+:=\u2500-\u257f-]+")
_HEAD: Final = 5
_PARAGRAPH: Final = range(2, 7)
"""Lines of an address as it is written on an envelope."""
_SQL: Final = re.compile(
    r"^[ \t]*(?:insert\s+(?:or\s+\w+\s+)?into|create\s+table|copy\s.*\sfrom\s+stdin)\b", re.IGNORECASE | re.MULTILINE
)
_CALLED: Final = {"xlsx": "a spreadsheet"}
"""A format that takes in more than its name says: .ods, .xls and .xlsb are read as it too."""
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = b"PK\x03\x04"
_PARQUET: Final = b"PAR1"


@frozen(kw_only=True)
class InputOptions:
    """What somebody said of an input; what is not said is judged."""

    format: InputFormat | None = None
    columns: tuple[str, ...] = ()
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None


def detect_bytes(source: InputBytes, given: InputFormat | None) -> InputFormat | None:
    """Return the format of a file that is no text, or `None`; its content counts, whatever its name says."""
    head = source.peek(8)
    if head.startswith(_PARQUET):
        found: InputFormat | None = "parquet"
    elif head.startswith((_ZIP, _OLD_EXCEL)):
        found = "xlsx"
    else:
        found = None
    if given is not None and (found is not None or given in {"xlsx", "parquet"}) and given != found:
        content = _CALLED.get(found or "", found) or "something else"
        raise UsageError(f"{source.name} is not {_CALLED.get(given, given)}: its content is {content}")
    return found


def detect_text(text: InputText, options: InputOptions) -> InputFormat:
    """Return what a text is; `UsageError` if it could be a table as well as lines."""
    if options.format is not None:
        return options.format
    sample, whole = text.sample()
    named = _BY_NAME.get(_find_suffix(text.name))
    shape = guess_shape(sample) if named not in {"csv", "tsv"} else None
    if named == "json" or shape == "json":
        return "json"
    if shape or named == "jsonl":
        return "jsonl"
    _check_drawing(sample, text.name)
    if _SQL.search(sample):
        raise UsageError(f"{text.name} is SQL: export the table as CSV")
    if named:
        return named
    if options.columns or options.delimiter:
        return "csv"
    judged = _judge_table(sample, text.name, whole=whole)
    if judged == "lines":
        _check_lines(sample, text.name)
    return judged


def _check_drawing(sample: str, name: str) -> None:
    """Raise `UsageError` if lines are drawn under a header, as databases and Markdown do."""
    for number, line in enumerate(sample.splitlines()[:_HEAD], 1):
        if _RULE.fullmatch(line) or line.startswith("||"):
            raise UsageError(
                f"{name} is a table drawn for people, with a rule in line {number}: export it as CSV, or say what "
                "it is with --input-format"
            )


def _check_lines(sample: str, name: str) -> None:
    """Raise `UsageError` if lines are hardly addresses: by the name of the file, or by what stands above them."""
    suffix = _find_suffix(name)
    if re.fullmatch(r"\.[a-z][a-z0-9]{0,7}", suffix) and suffix not in _PLAIN:
        raise UsageError(
            f"{name} is not a table, and a {suffix} file is hardly a list of addresses: if it has one on each line, "
            "say --input-format lines"
        )
    blocks = [block.strip().splitlines() for block in re.split(r"\n\s*\n", sample.strip().replace("\r\n", "\n"))]
    if len(blocks) > 1 and all(len(block) in _PARAGRAPH for block in blocks):
        raise UsageError(
            f"{name} has blank lines between groups of lines: if a group is one address, put it on one line; if each "
            "line is an address, say --input-format lines"
        )
    header = sample.lstrip().partition("\n")[0].strip()
    if re.search(r"\s{2}|\t", header) and COLUMN in header.casefold().split():
        raise UsageError(
            f"{name} begins with the header of a table whose columns are aligned with spaces: export it as CSV, or say "
            "--input-format lines"
        )
    if COLUMN in re.findall("[a-z]+", header.casefold()) and not _has_digit(header):
        raise UsageError(
            f'{name} begins with "{header[:60]}", which reads like the header of a table: name its --delimiter, or say '
            "--input-format lines"
        )


def _find_suffix(name: str) -> str:
    path = Path(name.lower())
    return Path(path.stem).suffix if path.suffix == ".gz" else path.suffix


def _judge_table(sample: str, name: str, *, whole: bool) -> InputFormat:
    """Return whether a text without a telling name is a table, whose first line must not be taken for an address."""
    if sample.casefold().lstrip().startswith("sep="):
        return "csv"
    table = judge(sample, [COLUMN], name, whole=whole)
    if table.has(COLUMN):
        return "csv"
    if not (table.even and table.rows and len(table.header) > 1):
        return "lines"
    if table.dialect.delimiter != "," or _is_quoted(sample):
        return "csv"
    if _has_digit(table.header) or not all(_has_digit(row) for row in table.rows):
        return "lines"  # streets have commas too
    raise UsageError(f"{name} could be a table, or lines of addresses: say --input-format csv, or lines")


def _is_quoted(sample: str) -> bool:
    return any(line.startswith('"') or ',"' in line for line in sample.splitlines())


def _has_digit(cells: Sequence[str]) -> bool:
    return any(letter.isdigit() for cell in cells for letter in cell)


@frozen(kw_only=True)
class TextLayout:
    """How a text is written: what stands between columns, what ends a line, and its encoding."""

    delimiter: str = ","
    line_end: str = "\n"
    encoding: Encoding = UTF_8


@frozen(kw_only=True)
class AddressFile:
    """A file of addresses that was read once: how many there are, which columns, what it is, how it is written."""

    name: str
    format: InputFormat
    layout: TextLayout
    address: tuple[str, ...]
    columns: tuple[str, ...]
    total: int
    digest: str
    source: InputBytes
    reader: Reader

    def is_read_from(self, path: Path) -> bool:
        """Whether a path is the very file that is read."""
        return self.source.is_file(path)

    def check_unchanged(self) -> None:
        """Raise `UsageError` if what was read is not what was counted: somebody has written to the file meanwhile."""
        if self.source.was_written() and _digest(self.source) != self.digest:
            raise UsageError(
                f"{self.name} changed while it was read, so that results may be of other addresses: delete what was "
                "kept of them, and run it again"
            )

    @property
    def facts(self) -> dict[str, str]:
        """What a run of it is known by: a later one goes on only with the same."""
        reading = f"{self.format}, {self.layout.encoding.codec}, {self.layout.delimiter}"
        return {"input": self.digest, "column": " + ".join(self.address), "reading": reading}

    def addresses(self, most: int | None = None) -> Iterator[Address]:
        """Yield the addresses, or the first so many, one in memory at a time."""
        with explaining(self.name):
            columns = self.address
            escaped = isinstance(self.reader, DelimitedReader) and self.reader.is_escaped
            for number, (line, cells, trouble) in enumerate(itertools.islice(self.reader.rows(), most), 1):
                text, flaw = read_address(cells, columns)
                text = unescape(text) if escaped else text
                reason = trouble if flaw is None or trouble is not None else f"line {line}: {flaw}"
                yield Address(row=number, text=text, columns=cells, trouble=reason)
            if not isinstance(self.reader, ExcelReader):  # whose rows are in memory, whatever is saved meanwhile
                self.check_unchanged()


@contextlib.contextmanager
def open_addresses(addresses: str, options: InputOptions) -> Generator[AddressFile]:
    """Give the addresses of a file, or of standard input for `-`; `UsageError` for whatever is wrong with it."""
    with open_input(addresses) as source:
        with explaining(source.name):
            file = _inspect(source, options)
        yield file


def _inspect(source: InputBytes, options: InputOptions) -> AddressFile:
    wanted = options.columns or (COLUMN,)
    found = detect_bytes(source, options.format)
    layout = TextLayout()
    if found is None:
        delimiter = None if options.delimiter is None else read_delimiter(options.delimiter)
        facts = examine(source, options.encoding)
        text, digest = InputText.of(source, facts), facts.digest
        found = detect_text(text, options)
        _check_options(found, options, source.name)
        reader, layout = _read_text(text, facts, found, wanted, delimiter)
    else:
        _check_options(found, options, source.name)
        digest = _digest(source)
        reader = ParquetReader(source) if found == "parquet" else ExcelReader(source, wanted, options.sheet)
    if found in {"json", "jsonl"}:
        _check_geography(reader, source.name)
    if found == "json":
        _check_list(reader, source.name, wanted)
    total, columns = _count(reader, source.name)
    # A table of one row and no names would pass for names and no row.
    given = total or any(map(reads_as_address, columns))
    chosen = choose_columns(source.name, columns, options.columns) if given else wanted
    if isinstance(reader, ExcelReader):
        reader.check_computed(chosen)
    return AddressFile(
        name=source.name,
        format=found,
        layout=layout,
        address=chosen,
        columns=columns,
        total=total,
        digest=digest,
        source=source,
        reader=reader,
    )


def _check_options(found: InputFormat, options: InputOptions, name: str) -> None:
    """Raise `UsageError` for what is said of a file that has no such thing: it would make no difference."""
    unfit = (
        ("--sheet", options.sheet, found != "xlsx"),
        ("--delimiter", options.delimiter, found not in {"csv", "tsv"}),
        ("--encoding", options.encoding, found in {"xlsx", "parquet"}),
    )
    for option, given, is_unfit in unfit:
        if given is not None and is_unfit:
            raise UsageError(f"{name} is {_CALLED.get(found, found)}, of which {option} says nothing: leave it out")


def _read_text(
    text: InputText, facts: TextFacts, kind: InputFormat, wanted: tuple[str, ...], delimiter: str | None
) -> tuple[Reader, TextLayout]:
    if facts.long_line and kind != "json":
        raise UsageError(f"{text.name} has a line of more than 16 MB: it is not {kind}")
    layout = TextLayout(line_end=text.find_line_end(), encoding=facts.encoding)
    if kind in {"jsonl", "json"}:
        return JsonReader(text, "json" if kind == "json" else "jsonl"), layout
    if kind == "lines":
        return LineReader(text, wanted[0], flawed=facts.flawed), layout
    given = delimiter or ("\t" if kind == "tsv" else None)
    table = DelimitedReader(text, wanted, given, flawed=facts.flawed, mixed=facts.mixed)
    between = table.dialect.delimiter
    return table, TextLayout(
        delimiter="," if between == ONE_COLUMN else between, line_end=layout.line_end, encoding=layout.encoding
    )


def _check_geography(reader: Reader, name: str) -> None:
    first = next(reader.rows(), None)
    if first is not None and first.cells.get("type") in {"Feature", "FeatureCollection"}:
        raise UsageError(f"{name} is GeoJSON: export it as CSV, with the address in a column")


def _check_list(reader: Reader, name: str, wanted: tuple[str, ...]) -> None:
    """Raise `UsageError` for one object that has all the rows in it, of which it would be one."""
    rows = list(itertools.islice(reader.rows(), 2))
    if len(rows) != 1 or any(isinstance(rows[0].cells.get(column), str) for column in wanted):
        return
    if not any(isinstance(value, dict | list) for value in rows[0].cells.values()):
        return
    raise UsageError(
        f"{name} is one object that holds everything: write a list of objects, or one on each line, with the "
        "address in each"
    )


def _count(reader: Reader, name: str) -> tuple[int, tuple[str, ...]]:
    total, columns = 0, dict.fromkeys(reader.columns)
    for row in reader.rows():
        total += 1
        if not row.cells.keys() <= columns.keys():
            columns.update(dict.fromkeys(row.cells))
            if len(columns) > MAX_COLUMNS:
                raise UsageError(f"{name} has more than {MAX_COLUMNS} columns")
    return total, tuple(columns)


def _digest(source: InputBytes) -> str:
    with source.open() as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a stream of bytes is one
