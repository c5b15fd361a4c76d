"""One row of an input: its line, its cells, what is wrong with it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, Protocol, cast

MAX_COLUMNS: Final = 1000
MAX_DEPTH: Final = 64
REPLACEMENT: Final = "\ufffd"

_FLAW: Final = re.compile("[\0\ud800-\udfff]")


class Row(NamedTuple):
    """A row: the line it begins in, its cells by column, and why it cannot be qualified, if so."""

    line: int
    cells: Mapping[str, Any]
    trouble: str | None = None


class Reader(Protocol):
    """A file whose rows can be read any number of times."""

    columns: tuple[str, ...]
    """Those that stand above the rows; JSON has none there."""

    def rows(self) -> Iterator[Row]:
        """Yield the rows, one in memory at a time."""
        ...


def mend(row: Row, why: str) -> Row:
    """Return a row without characters that no file can keep; if there were any, it says so."""
    flawed = [name for name, value in row.cells.items() if _FLAW.search(name) or _is_flawed(value)]
    if not flawed:
        return row
    cells = {_mend(name): _mend(value) for name, value in row.cells.items()}
    return Row(row.line, cells, row.trouble or f"line {row.line}: {_mend(flawed[0])} holds {why}")


def _is_flawed(value: Any) -> bool:
    if isinstance(value, str):
        return _FLAW.search(value) is not None
    return any(_is_flawed(part) for part in list_parts(value))


def _mend(value: Any) -> Any:
    if isinstance(value, str):
        return _FLAW.sub(REPLACEMENT, value)
    if isinstance(value, dict):
        names, values = cast("dict[str, Any]", value), cast("dict[str, Any]", value).values()
        return dict(zip(map(_mend, names), map(_mend, values), strict=True))
    return [_mend(part) for part in list_parts(value)] if isinstance(value, list) else value


def list_parts(value: Any) -> list[Any]:
    """Return what is in a list, or the names and the values of an object; nothing of any other value."""
    if isinstance(value, dict):
        return [part for item in cast("dict[str, Any]", value).items() for part in item]
    return value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]
