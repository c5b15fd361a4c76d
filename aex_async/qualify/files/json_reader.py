"""Objects of JSON: one a line, in a list, or one after another over any number of lines."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, Literal, cast

import msgspec

from aex_async.errors import UsageError
from aex_async.qualify.files.json_stream import cut
from aex_async.qualify.files.rows import MAX_DEPTH, Row, list_parts, mend
from aex_async.qualify.files.text import InputText

Shape = Literal["jsonl", "json"]
WHY: Final = "half a character or NUL"

_CHUNK: Final = 1 << 16


class JsonReader:
    """Rows of JSON. Numbers are kept as exact as they are written."""

    columns: tuple[str, ...] = ()

    def __init__(self, text: InputText, shape: Shape) -> None:
        self._text, self._shape = text, shape

    def rows(self) -> Iterator[Row]:
        """Yield the rows; `UsageError` where the text is not JSON."""
        with self._text.open() as file:
            values = (
                enumerate(file, 1)
                if self._shape == "jsonl"
                else cut(iter(lambda: file.read(_CHUNK), ""), self._text.name)
            )
            for line, value in values:
                if value.strip():
                    yield read_object(value, line, self._text.name)


def guess_shape(sample: str) -> Shape | None:
    """Return how the beginning of a text holds objects, or `None` if it holds none."""
    start = sample.lstrip()
    if re.match(r"\[\s*(\{|\]\s*$)", start):
        return "json"
    if not re.match(r'\{\s*["}]', start):
        return None
    first = start.splitlines()[0]
    return "jsonl" if first.rstrip().endswith("}") or len(first) == len(start) else "json"


class _NumberError(ValueError):
    """A number that nothing else than text can hold."""


def _read_number(text: str) -> Decimal:
    if not math.isfinite(float(text)):
        raise _NumberError
    return Decimal(text)


_DECODER: Final = msgspec.json.Decoder(dict[str, Any], float_hook=_read_number)


def read_object(text: str, line: int, name: str) -> Row:
    """Return the row of an object; what is wrong with it is its trouble, but `UsageError` if it is not JSON."""
    try:
        cells = _DECODER.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError):  # msgspec 0.20 has no ValueError of its own
        return _read_flawed(text, line, name)
    row = Row(line, cells)
    if text.count("[") + text.count("{") > MAX_DEPTH:
        row = _flatten(row)
    return mend(row, WHY) if "\\u0000" in text else row


def _read_flawed(text: str, line: int, name: str) -> Row:
    """Read what strict JSON is not, to say what is wrong and to keep what can be kept."""
    flaws = list[str]()

    def keep(value: str, why: str) -> str:
        flaws.append(f"line {line}: {value[:40]} {why}")
        return value

    def read_float(value: str) -> Decimal | str:
        return Decimal(value) if math.isfinite(float(value)) else keep(value, "is too large for a number")

    def read_int(value: str) -> int | str:
        try:
            return int(value)
        except ValueError:  # Python's own limit
            return keep(value, "is too long for a number")

    try:
        value = json.loads(
            text, parse_float=read_float, parse_int=read_int, parse_constant=lambda word: keep(word, "is not JSON")
        )
    except RecursionError:
        return Row(line, {}, f"line {line}: nested too deep to be read")
    except ValueError:
        raise UsageError(f"{name}, line {line}: not JSON") from None
    if not isinstance(value, dict):
        raise UsageError(f"{name}, line {line}: not a JSON object")
    row = _flatten(Row(line, cast(Mapping[str, Any], value), flaws[0] if flaws else None))
    return mend(row, WHY)


def _flatten(row: Row) -> Row:
    """Return a row whose cells are not nested deeper than other programs read: those that are become text."""
    deep = [name for name, value in row.cells.items() if _is_deep(value)]
    if not deep:
        return row
    cells = {name: _show_deep(value) if name in deep else value for name, value in row.cells.items()}
    return Row(row.line, cells, row.trouble or f"line {row.line}: {deep[0]} is nested more than {MAX_DEPTH} deep")


def _is_deep(value: object) -> bool:
    """Whether a value is nested too deep, found without recursion, which is what it would break."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [part for item in level for part in list_parts(item)]
        if not level:
            return False
    return True


def _show_deep(value: object) -> str:
    try:
        return json.dumps(value, default=str)
    except RecursionError:
        return "nested too deep to be shown"
