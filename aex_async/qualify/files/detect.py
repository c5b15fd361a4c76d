"""What a file is: told, or else by its content and its name."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, get_args

from attrs import frozen

from aex_async.errors import UsageError
from aex_async.qualify.files.address_columns import COLUMN
from aex_async.qualify.files.dialect import judge
from aex_async.qualify.files.json_reader import guess_shape
from aex_async.qualify.files.spool import InputBytes
from aex_async.qualify.files.text import InputText

InputFormat = Literal["csv", "tsv", "jsonl", "json", "lines", "xlsx", "parquet"]
INPUT_FORMATS: Final[tuple[InputFormat, ...]] = get_args(InputFormat)

_BY_NAME: Final[Mapping[str, InputFormat]] = {
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json",
}  # fmt: skip
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
        raise UsageError(f"{source.name} is no {given}: its content is {found or 'something else'}")
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
    if named or shape:
        return named or shape or "csv"
    if options.columns or options.delimiter or options.sheet:
        return "csv"
    return _judge_table(sample, text.name, whole=whole)


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
