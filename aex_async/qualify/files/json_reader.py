"""Objects of JSON: one a line, in a list, or one after another over any number of lines."""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, Literal, NoReturn, cast

import msgspec

from aex_async.errors import UsageError
from aex_async.qualify.files.encoding import MAX_LINE, InputText
from aex_async.qualify.files.rows import MAX_DEPTH, Row, list_parts, mend

Shape = Literal["jsonl", "json"]
WHY: Final = "half a character or NUL"

_CHUNK: Final = 1 << 16
SHOWN_DEPTH: Final = 500


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


def _to_decimal(text: str) -> Decimal | None:
    """Return a fraction exactly; `None` if nothing else than text can hold it."""
    try:
        return Decimal(text) if math.isfinite(float(text)) else None
    except ArithmeticError:  # an exponent of twenty digits
        return None


def _read_number(text: str) -> Decimal:
    number = _to_decimal(text)
    if number is None:
        raise ValueError("a number that nothing else than text can hold")
    return number


_DECODER: Final = msgspec.json.Decoder(dict[str, Any], float_hook=_read_number)


def read_object(text: str, line: int, name: str) -> Row:
    """Return the row of an object; what is wrong with it is its trouble, but `UsageError` if it is not JSON."""
    try:
        cells = _DECODER.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError):  # msgspec 0.20 has no ValueError of its own
        return _read_flawed(text, line, name)
    if len(_NAMES.findall(text)) != len(cells) and _has_lost_names(text, cells):
        return _read_flawed(text, line, name)
    row = Row(line, cells)
    if text.count("[") + text.count("{") > MAX_DEPTH:
        row = _flatten(row)
    return mend(row, WHY) if "\\u0000" in text else row


_NAMES: Final = re.compile(r'"\s*:')  # and what looks like one within a string, so never too few
_STRING: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')


def _has_lost_names(text: str, cells: Mapping[str, Any]) -> bool:
    """Whether a text has more names than were decoded: of one that stands twice, decoders keep the last in silence.

    Outside of strings, each name has one colon.
    """
    return _STRING.sub("", text).count(":") != _count_names(cells)


def _count_names(value: Any) -> int:
    count = 0
    level: list[Any] = [value]
    while level:
        objects = [cast("dict[str, Any]", part) for part in level if isinstance(part, dict)]
        count += sum(map(len, objects))
        level = [part for parts in map(list_parts, level) for part in parts]
    return count


class _Lenient:
    """What reads more than strict JSON, and notes the first thing that is wrong with it."""

    def __init__(self, line: int) -> None:
        self._line = line
        self.flaw: str | None = None

    def load(self, text: str) -> Any:
        return json.loads(
            text,
            object_pairs_hook=self._read_pairs,
            parse_float=self._read_float,
            parse_int=self._read_int,
            parse_constant=lambda word: self._keep(word, "is not JSON"),
        )

    def _keep(self, value: str, why: str) -> str:
        self.flaw = self.flaw or f"line {self._line}: {value[:40]} {why}"
        return value

    def _read_float(self, value: str) -> Decimal | str:
        number = _to_decimal(value)
        return self._keep(value, "is too large for a number") if number is None else number

    def _read_int(self, value: str) -> int | str:
        try:
            return int(value)
        except ValueError:  # Python's own limit
            return self._keep(value, "is too long for a number")

    def _read_pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        kept = dict[str, Any]()
        for name, value in pairs:
            if name in kept:
                self._keep(json.dumps(name), "stands twice in one object, and only one can be kept")
            kept[name] = value
        return kept


def _read_flawed(text: str, line: int, name: str) -> Row:
    """Read what strict JSON is not, to say what is wrong and to keep what can be kept."""
    lenient = _Lenient(line)
    try:
        value = lenient.load(text)
    except RecursionError:
        return Row(line, {}, f"line {line}: nested too deep to be read")
    except ValueError as error:
        several = ", or several objects, which --input-format json reads" if "Extra data" in str(error) else ""
        raise UsageError(f"{name}, line {line}: not JSON{several}") from None
    if not isinstance(value, dict):
        raise UsageError(f"{name}, line {line}: not a JSON object")
    return mend(_flatten(Row(line, cast(Mapping[str, Any], value), lenient.flaw)), WHY)


def _flatten(row: Row) -> Row:
    """Return a row whose cells are not nested deeper than other programs read: those that are become text."""
    deep = [name for name, value in row.cells.items() if _is_deep(value)]
    if not deep:
        return row
    cells = {name: _show_deep(value) if name in deep else value for name, value in row.cells.items()}
    return Row(row.line, cells, row.trouble or f"line {row.line}: {deep[0]} is nested more than {MAX_DEPTH} deep")


def _is_deep(value: object, depth: int = MAX_DEPTH) -> bool:
    """Whether a value is nested too deep, found without recursion, which is what it would break."""
    level = [value]
    for _ in range(depth):
        level = [part for item in level for part in list_parts(item)]
        if not level:
            return False
    return True


def _show_deep(value: object) -> str:
    # Looked at beforehand: how deep `json` can go depends on how deep its caller is.
    return "nested too deep to be shown" if _is_deep(value, SHOWN_DEPTH) else json.dumps(value, default=str)


_OUTSIDE: Final = re.compile(r'["{}\[\]\n]')
_INSIDE: Final = re.compile(r'["\\\n]')


def cut(parts: Iterable[str], name: str) -> Iterator[tuple[int, str]]:
    """Yield the text of each object, and the line it begins in.

    They may stand in a list, or one after another over any number of lines. `UsageError` for any other value.
    """
    cutter = _Cutter(name)
    for part in parts:
        yield from cutter.add(part)
    cutter.finish()


class _Cutter:
    """Looks at nothing but quotes and brackets: what is between them is not cut, and is read later."""

    def __init__(self, name: str) -> None:
        self._name, self._line, self._began = name, 1, 1
        self._depth, self._listed, self._quoted, self._escaped = 0, False, False, False
        self._text, self._at, self._start = "", 0, 0
        self._before = list[str]()

    def add(self, text: str) -> Iterator[tuple[int, str]]:
        """Take a part of the text; yield the objects that end in it."""
        self._text, self._at, self._start = text, int(self._escaped), 0
        self._escaped = False
        while found := (_INSIDE if self._quoted else _OUTSIDE).search(text, self._at):
            self._at = found.end()
            if (value := self._take(found[0])) is not None:
                yield self._began, value
        if self._depth:
            self._before.append(text[self._start :])
            if sum(map(len, self._before)) > MAX_LINE:
                raise UsageError(f"{self._name}, line {self._began}: an object of more than 16 MB is no row")
        else:
            self._at = len(text) + 1
            self._check_between()

    def finish(self) -> None:
        """Raise `UsageError` if the text ends within a value."""
        if self._depth or self._listed:
            raise UsageError(f"{self._name} breaks off: what begins on line {self._began} is incomplete")

    def _take(self, mark: str) -> str | None:
        if mark == "\n":
            self._line += 1
        elif mark == '"':
            self._quoted = not self._quoted
        elif mark == "\\":
            self._escaped = self._at == len(self._text)  # what it escapes comes with the next part
            self._at += 1
        elif mark in "{[":
            self._open(mark)
        else:
            return self._close(mark)
        return None

    def _open(self, mark: str) -> None:
        if not self._depth:
            self._check_between()
            if mark == "[" and not self._listed:
                self._listed, self._start = True, self._at
                return
            self._began, self._start = self._line, self._at - 1
        self._depth += 1

    def _close(self, mark: str) -> str | None:
        if not self._depth:
            self._check_between()
            if mark != "]" or not self._listed:
                self._refuse()
            self._listed, self._start = False, self._at
            return None
        self._depth -= 1
        if self._depth:
            return None
        value = "".join((*self._before, self._text[self._start : self._at]))
        self._before, self._start = [], self._at
        return value

    def _check_between(self) -> None:
        if self._text[self._start : self._at - 1].strip(" \t\r\n,"):
            self._refuse()

    def _refuse(self) -> NoReturn:
        raise UsageError(f"{self._name}, line {self._line}: not JSON, or not a list of objects")
