"""Parquet, which the extra `qualify` reads and writes."""

import contextlib
import importlib
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, cast
from uuid import UUID

from aex_async.errors import UsageError
from aex_async.qualify.files.input_bytes import InputBytes
from aex_async.qualify.files.result_cells import KINDS, UnwritableError, show, to_json
from aex_async.qualify.files.rows import Row, check_names, mend, mend_name
from aex_async.qualify.model import Qualification

WHY: Final = "bytes that are no text, NUL, or Ctrl-Z"


def load_pyarrow() -> Any:
    """Return pyarrow, which is an extra."""
    try:
        return importlib.import_module("pyarrow")
    except ModuleNotFoundError:
        raise UsageError("Parquet needs pyarrow: pip install 'aex-async[qualify]'") from None


class ParquetReader:
    """The rows of a Parquet file, some in memory at a time."""

    def __init__(self, source: InputBytes) -> None:
        self._source, self._arrow = source, load_pyarrow()
        with source.open() as raw:
            self.columns: tuple[str, ...] = tuple(map(mend_name, self._list_names(raw)))
        check_names(self.columns, source.name)

    def _open(self, raw: Any) -> Any:
        try:
            return importlib.import_module("pyarrow.parquet").ParquetFile(raw)
        except (self._arrow.ArrowException, OSError) as error:
            raise UsageError(f"{self._source.name} cannot be read as Parquet: {error}") from None

    def _list_names(self, raw: Any) -> list[str]:
        try:
            return [str(name) for name in self._open(raw).schema_arrow.names]
        except UnicodeDecodeError:
            raise UsageError(f"{self._source.name} has a column whose name is no text: rename it") from None

    def rows(self) -> Iterator[Row]:
        """Yield the rows; of them the number counts as the line."""
        number = 0
        with self._source.open() as raw:
            for batch in self._read_batches(raw):
                columns = [self._list_values(*pair) for pair in zip(self.columns, batch.columns, strict=True)]
                for values in zip(*columns, strict=True):
                    number += 1
                    yield mend(Row(number, dict(zip(self.columns, values, strict=True))), WHY)

    def _read_batches(self, raw: Any) -> Iterator[Any]:
        try:
            yield from self._open(raw).iter_batches(BATCH)
        except (self._arrow.ArrowException, OSError) as error:
            raise UsageError(f"{self._source.name} is broken: {error}") from None

    def _list_values(self, name: str, column: Any) -> list[Any]:
        types = self._arrow.types
        if types.is_time64(column.type) and column.type.unit == "ns":
            return self._list_texts(name, column)  # whose last three figures would be lost in silence
        try:
            return [_to_value(value) for value in column.to_pylist()]
        except (self._arrow.ArrowException, ValueError, OverflowError, KeyError):
            # Nanoseconds, a date that Python has not, a time zone that nobody knows.
            return self._list_texts(name, column)

    def _list_texts(self, name: str, column: Any) -> list[Any]:
        types, kind = self._arrow.types, column.type
        with contextlib.suppress(self._arrow.ArrowException):
            if types.is_timestamp(kind) or types.is_date(kind) or types.is_time(kind):
                return list(column.cast(self._arrow.string()).to_pylist())
            if types.is_string(kind) or types.is_large_string(kind):  # some writers call any bytes a text
                parts = column.cast(self._arrow.large_binary()).to_pylist()
                return [part and part.decode(errors="surrogateescape") for part in parts]
        raise UsageError(
            f'{self._source.name} has values in the column "{name}", which is {kind}, that cannot be read: write them '
            "as text"
        )


def _to_value(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)  # NaN is how pandas writes that there is nothing
    if isinstance(value, bytes):
        return _read_bytes(value)
    if isinstance(value, dict):
        return {name: _to_value(part) for name, part in cast("dict[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_to_value(part) for part in cast("list[Any]", value)]
    return str(value) if isinstance(value, timedelta | UUID) else value


def _read_bytes(value: bytes) -> str:
    """Return bytes as the text that older programs write without saying so, or else in hexadecimal."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()


BATCH: Final = 1000  # rows in memory


def write_parquet(path: Path, columns: Sequence[str], results: Iterable[Qualification]) -> None:
    """Write results; lists, and whatever the input brought, are text."""
    arrow = load_pyarrow()
    schema = arrow.schema([(name, _find_type(arrow, KINDS.get(name, "text"))) for name in columns])
    with importlib.import_module("pyarrow.parquet").ParquetWriter(path, schema) as writer:
        for batch in _cut(results):
            rows = [{name: _to_cell(name, value) for name, value in show(result).items()} for result in batch]
            try:
                cells = arrow.RecordBatch.from_pylist(rows, schema=schema)
            except (arrow.ArrowException, OverflowError) as error:  # as of a price of fifty figures
                raise UnwritableError(
                    f"a value of rows {batch[0].row} to {batch[-1].row} does not fit into Parquet ({error}): say "
                    "--format csv"
                ) from None
            writer.write_batch(cells)


def _find_type(arrow: Any, kind: str) -> Any:
    if kind == "money":
        return arrow.decimal128(38, 18)
    return getattr(arrow, {"text": "string"}.get(kind, kind))()


def _to_cell(name: str, value: object) -> object:
    if value is None or isinstance(value, str) or KINDS.get(name, "text") != "text":
        return value
    return to_json(value)


def _cut(results: Iterable[Qualification]) -> Iterator[list[Qualification]]:
    source = iter(results)
    while batch := list(itertools.islice(source, BATCH)):
        yield batch
