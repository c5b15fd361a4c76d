"""Files of results: CSV, JSON Lines, Parquet. Made from a journal, under another name until they are complete."""

import contextlib
import csv
import importlib
import itertools
import json
import os
from collections.abc import Generator, Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, TextIO, get_args

from attrs import asdict

from aex_async.errors import UsageError
from aex_async.qualify.model import Qualification

OutputFormat = Literal["csv", "jsonl", "parquet"]
OUTPUT_FORMATS: Final[tuple[OutputFormat, ...]] = get_args(OutputFormat)
BATCH = 1000  # rows of Parquet in memory

_KINDS: Final = {
    "aex_outcome": "string",
    "aex_score": "float64",
    "aex_parts": "text",
    "aex_full_text": "string",
    "aex_guid": "string",
    "aex_premise_id": "string",
    "aex_latitude": "float64",
    "aex_longitude": "float64",
    "aex_orderable": "bool_",
    "aex_product_count": "int64",
    "aex_speed_down": "int64",
    "aex_speed_up": "int64",
    "aex_currency": "string",
    "aex_price_incl": "money",
    "aex_price_excl": "money",
    "aex_candidates": "text",
    "aex_reason": "string",
    "aex_products": "text",
}


def guess_output(path: str) -> OutputFormat:
    """Return the format that a name asks for: CSV, if it is none of ours."""
    suffix = Path(path).suffix.lower()
    return {".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}.get(suffix, "csv")  # type: ignore[return-value]  # of these


def name_columns(columns: Sequence[str], *, products: bool) -> tuple[str, ...]:
    """Return the columns of a result: those of the input, then our own; `UsageError` if any are called the same."""
    own = [name for name in _KINDS if products or name != "aex_products"]
    twice = [name for name in columns if name in own]
    if twice:
        raise UsageError(f"the input has a column {twice[0]}, which the result needs: rename it")
    return (*columns, *own)


def show(result: Qualification) -> dict[str, Any]:
    """Return the columns of a result by name, those of the input among them."""
    match, best, cheapest = result.match, result.best, result.cheapest
    return {
        **result.columns,
        "aex_outcome": result.outcome,
        "aex_score": match and match.score,
        "aex_parts": dict(result.parts) or None,
        "aex_full_text": match and match.full_text,
        "aex_guid": match and match.guid,
        "aex_premise_id": match and match.premise_id,
        "aex_latitude": match and match.latitude,
        "aex_longitude": match and match.longitude,
        "aex_orderable": result.orderable,
        "aex_product_count": len(result.offers) if match else None,
        "aex_speed_down": best and best.speed_down,
        "aex_speed_up": best and best.speed_up,
        "aex_currency": cheapest and cheapest.currency,
        "aex_price_incl": cheapest and cheapest.price_incl,
        "aex_price_excl": cheapest and cheapest.price_excl,
        "aex_candidates": [_describe(candidate) for candidate in result.candidates] or None,
        "aex_reason": result.reason,
        "aex_products": [asdict(offer) for offer in result.offers] or None,
    }


def _describe(candidate: Any) -> dict[str, Any]:
    return {name: getattr(candidate, name) for name in ("guid", "full_text", "score")}


def write_file(path: Path, format_: OutputFormat, columns: Sequence[str], results: Iterable[Qualification]) -> None:
    """Write results to a file, which is there at once and whole, or not at all."""
    with replacing(path) as hidden:
        if format_ == "parquet":
            _write_parquet(hidden, columns, results)
        else:
            with hidden.open("w", encoding="utf-8", newline="") as file:
                Lines(file, format_, columns).write(results)


@contextlib.contextmanager
def replacing(path: Path) -> Generator[Path]:
    """Give the file to write, which takes the place of `path` when all is written."""
    hidden = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield hidden
        hidden.replace(path)
    finally:
        hidden.unlink(missing_ok=True)


class Lines:
    """A file of lines, to which results can be added one after another."""

    def __init__(self, file: TextIO, format_: OutputFormat, columns: Sequence[str]) -> None:
        self._file, self._columns = file, columns
        self._csv = csv.writer(file, lineterminator="\n") if format_ == "csv" else None
        if self._csv is not None:
            self._csv.writerow(columns)

    def write(self, results: Iterable[Qualification]) -> None:
        """Write results, each on its line."""
        for result in results:
            told = show(result)
            if self._csv is not None:
                self._csv.writerow([_to_cell(told.get(name)) for name in self._columns])
            else:
                chosen = {name: told[name] for name in self._columns if name in told}
                self._file.write(_to_json(chosen) + "\n")


def _to_cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, str | int | float | Decimal):
        return value
    return _to_json(value)


def _to_json(value: object) -> str:
    """Return JSON in which money is text: a float would not be exact."""
    return json.dumps(value, ensure_ascii=False, default=str)


def load_pyarrow() -> Any:
    """Return pyarrow, which is an extra."""
    try:
        return importlib.import_module("pyarrow")
    except ModuleNotFoundError:
        raise UsageError("Parquet needs pyarrow: pip install 'aex-async[qualify]'") from None


def _write_parquet(path: Path, columns: Sequence[str], results: Iterable[Qualification]) -> None:
    arrow = load_pyarrow()
    schema = arrow.schema([(name, _find_type(arrow, _KINDS.get(name, "text"))) for name in columns])
    with importlib.import_module("pyarrow.parquet").ParquetWriter(path, schema) as writer:
        for batch in _cut(results):
            rows = [{name: _to_value(name, value) for name, value in show(result).items()} for result in batch]
            writer.write_batch(arrow.RecordBatch.from_pylist(rows, schema=schema))


def _find_type(arrow: Any, kind: str) -> Any:
    if kind == "money":
        return arrow.decimal128(38, 18)
    return getattr(arrow, {"text": "string"}.get(kind, kind))()


def _to_value(name: str, value: object) -> object:
    """Return a value as Parquet has it: lists and whatever the input brought are text."""
    if value is None or isinstance(value, str) or _KINDS.get(name, "text") != "text":
        return value
    return _to_json(value)


def _cut(results: Iterable[Qualification]) -> Iterator[list[Qualification]]:
    source = iter(results)
    while batch := list(itertools.islice(source, BATCH)):
        yield batch
