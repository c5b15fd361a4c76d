"""Where results may go, and how they are to look there."""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, get_args

from attrs import frozen

from aex_async.errors import UsageError
from aex_async.qualify.files.addresses import AddressFile, InputFormat, TextLayout
from aex_async.qualify.files.dialect import read_delimiter
from aex_async.qualify.files.encoding import read_encoding
from aex_async.qualify.files.input_bytes import STANDARD

OutputFormat = Literal["csv", "tsv", "jsonl", "json", "xlsx", "parquet"]
LineEnd = Literal["lf", "crlf"]
OUTPUT_FORMATS: Final[tuple[OutputFormat, ...]] = get_args(OutputFormat)
MAX_SHEET: Final = 1_048_575
"""Rows below the header that a spreadsheet can hold."""
MAX_WIDTH: Final = 16_384
"""Columns that it can hold."""

_BY_NAME: Final[Mapping[str, OutputFormat]] = {
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".xlsx":
    "xlsx", ".parquet": "parquet",
}  # fmt: skip
_KEPT: Final[Mapping[InputFormat, OutputFormat]] = {"tsv": "tsv", "jsonl": "jsonl", "json": "json"}
_UNTOLD: Final = frozenset({"", ".txt", ".dat", ".out", ".part", ".tmp", ".new"})
_STANDARD: Final = {STANDARD, "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}
_BINARY: Final = {"xlsx": "an Excel file", "parquet": "Parquet"}


@frozen(kw_only=True)
class OutputOptions:
    """What somebody said of the results; what is not said is as it came in."""

    format: OutputFormat | None = None
    delimiter: str | None = None
    encoding: str | None = None
    line_end: LineEnd | None = None


@frozen(kw_only=True)
class Target:
    """A file of results, or what takes them as they come: a pipe, a device, standard output where there is no path."""

    path: Path | None
    streamed: bool
    format: OutputFormat
    gzipped: bool
    layout: TextLayout


def choose_target(output: str, options: OutputOptions, source: AddressFile) -> Target:
    """Return where results go and as what; `UsageError` if they cannot go there."""
    try:
        path = None if output in _STANDARD else _check_path(output, source)
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}; choose another -o") from None
    streamed = path is None or (path.exists() and not path.is_file())
    gzipped = path is not None and path.suffix.lower() == ".gz"
    kind = options.format or _guess_format(output, source) if path is not None else options.format or _keep(source)
    if kind in _BINARY and (streamed or gzipped):
        where = "in gzip" if gzipped else "to standard output" if path is None else f"to {path}, which is no file"
        raise UsageError(f"{_BINARY[kind]} cannot be written {where}: give -o a file")
    if kind == "xlsx" and source.total > MAX_SHEET:
        raise UsageError(
            f"{source.total} rows are more than a sheet can hold: choose a name ending in .csv or .parquet for -o"
        )
    layout = _choose_layout(kind, options, source)
    return Target(path=path, streamed=streamed, format=kind, gzipped=gzipped, layout=layout)


def _check_path(output: str, source: AddressFile) -> Path:
    if not output:
        raise UsageError('the name of the file of results is empty: give -o a file, or "-" for standard output')
    path = Path(output)
    if "\0" in output:
        raise UsageError("a file name cannot contain NUL: choose another -o")
    if path.is_symlink() and not path.exists():
        raise UsageError(
            f"{path} is a link to {path.readlink()}, which does not exist: choose another -o, or delete it"
        )
    with suppress(FileNotFoundError, NotADirectoryError):
        path.stat()  # refuses what no file can be called, as pathlib's own questions do before Python 3.14
    if path.is_dir() or output.endswith(os.sep):
        raise UsageError(f"{path} is a folder: name a file in it with -o")
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent} for the results: make it first, or choose another -o")
    if path.exists() and source.is_read_from(path):
        raise UsageError("the results would overwrite the addresses: choose another -o")
    return path


def _guess_format(output: str, source: AddressFile) -> OutputFormat:
    """Return the format that a name asks for. A name that asks for what is not ours is refused, not filled with CSV."""
    name = output.lower().removesuffix(".gz")
    suffix = Path(name).suffix
    if known := _BY_NAME.get(suffix):
        return known
    telling = re.fullmatch(r"\.[a-z][a-z0-9]{0,5}", suffix) and suffix not in _UNTOLD
    if not telling or (Path(output).exists() and not Path(output).is_file()):
        return _keep(source)
    ours = ", ".join(_BY_NAME)
    raise UsageError(f"{suffix} cannot be written: give -o a name ending in {ours}, or choose the format with --format")


def _keep(source: AddressFile) -> OutputFormat:
    """Return the format that came in, if results can be told in it as they come."""
    return _KEPT.get(source.format, "csv")


def _choose_layout(kind: OutputFormat, options: OutputOptions, source: AddressFile) -> TextLayout:
    tabular = kind in {"csv", "tsv"}
    if options.delimiter is not None and not tabular:
        raise UsageError(f"{kind} has no delimiter: leave --output-delimiter out")
    if options.encoding is not None and kind in _BINARY:
        raise UsageError(f"{kind} has no encoding to choose: leave --output-encoding out")
    kept = source.layout if tabular else TextLayout()
    if options.delimiter is not None:
        delimiter = read_delimiter(options.delimiter)
    elif kind == "tsv" or source.format == "tsv":
        delimiter = "\t" if kind == "tsv" else ","
    else:
        delimiter = kept.delimiter
    return TextLayout(
        delimiter=delimiter,
        line_end={"lf": "\n", "crlf": "\r\n", None: kept.line_end}[options.line_end],
        encoding=kept.encoding if options.encoding is None else read_encoding(options.encoding),
    )
