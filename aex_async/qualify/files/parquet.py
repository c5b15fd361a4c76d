"""Parquet, which the extra `qualify` reads and writes."""

import importlib
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from aex_async.errors import UsageError
from aex_async.qualify.files.result_cells import KINDS, show, to_json
from aex_async.qualify.files.rows import Row
from aex_async.qualify.files.spool import InputBytes
from aex_async.qualify.model import Qualification


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
            self.columns: tuple[str, ...] = tuple(str(name) for name in self._open(raw).schema_arrow.names)

    def _open(self, raw: Any) -> Any:
        try:
            return importlib.import_module("pyarrow.parquet").ParquetFile(raw)
        except (self._arrow.ArrowException, OSError) as error:
            raise UsageError(f"{self._source.name} cannot be read as Parquet: {error}") from None

    def rows(self) -> Iterator[Row]:
        """Yield the rows; of them the number counts as the line."""
        number = 0
        with self._source.open() as raw:
            for batch in self._open(raw).iter_batches(1000):
                for row in batch.to_pylist():
                    number += 1
                    yield Row(number, {name: _to_value(value) for name, value in row.items()})


def _to_value(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)  # NaN is how pandas writes that there is nothing
    return str(value) if isinstance(value, bytes | timedelta) else value


BATCH: Final = 1000  # rows in memory


def write_parquet(path: Path, columns: Sequence[str], results: Iterable[Qualification]) -> None:
    """Write results; lists, and whatever the input brought, are text."""
    arrow = load_pyarrow()
    schema = arrow.schema([(name, _find_type(arrow, KINDS.get(name, "text"))) for name in columns])
    with importlib.import_module("pyarrow.parquet").ParquetWriter(path, schema) as writer:
        for batch in _cut(results):
            rows = [{name: _to_cell(name, value) for name, value in show(result).items()} for result in batch]
            writer.write_batch(arrow.RecordBatch.from_pylist(rows, schema=schema))


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
