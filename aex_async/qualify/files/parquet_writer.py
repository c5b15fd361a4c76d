"""Results as Parquet, which the extra `qualify` writes."""

import importlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from aex_async.qualify.files.parquet_reader import load_pyarrow
from aex_async.qualify.files.result_cells import KINDS, show
from aex_async.qualify.files.text_writers import to_json
from aex_async.qualify.model import Qualification

BATCH: Final = 1000  # rows in memory


def write_parquet(path: Path, columns: Sequence[str], results: Iterable[Qualification]) -> None:
    """Write results; lists, and whatever the input brought, are text."""
    arrow = load_pyarrow()
    schema = arrow.schema([(name, _find_type(arrow, KINDS.get(name, "text"))) for name in columns])
    with importlib.import_module("pyarrow.parquet").ParquetWriter(path, schema) as writer:
        for batch in _cut(results):
            rows = [{name: _to_value(name, value) for name, value in show(result).items()} for result in batch]
            writer.write_batch(arrow.RecordBatch.from_pylist(rows, schema=schema))


def _find_type(arrow: Any, kind: str) -> Any:
    if kind == "money":
        return arrow.decimal128(38, 18)
    return getattr(arrow, {"text": "string"}.get(kind, kind))()


def _to_value(name: str, value: object) -> object:
    if value is None or isinstance(value, str) or KINDS.get(name, "text") != "text":
        return value
    return to_json(value)


def _cut(results: Iterable[Qualification]) -> Iterator[list[Qualification]]:
    source = iter(results)
    while batch := list(itertools.islice(source, BATCH)):
        yield batch
