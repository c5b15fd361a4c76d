"""Which columns hold the address, and how it is put together from several."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aex_async.errors import UsageError

COLUMN: Final = "address"
MAX_ADDRESS: Final = 1000
"""Characters of an address. AEx's own have fewer than two hundred."""

_NUMBER: Final = re.compile(r"(no\.? ?)?\d{1,6} ?[a-z]?([-/]\d{1,6}[a-z]?)?", re.IGNORECASE)


def choose_columns(file: str, names: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of the address as the file spells them; `UsageError` if they cannot be told."""
    if wanted:
        return tuple(_find(file, names, column) for column in wanted)
    if not names:  # not one row could be read
        return (COLUMN,)
    if len(names) != 1:
        return (_find(file, names, COLUMN),)
    if names[0].strip().casefold() != COLUMN and re.search(r"\d|,", names[0]):
        raise UsageError(
            f'{file} begins with "{names[0][:60]}", which looks like an address and not like the name of a column: '
            "say --input-format lines, or name it with --column"
        )
    return (names[0],)


def _find(file: str, names: Sequence[str], wanted: str) -> str:
    if wanted in names:
        return wanted
    alike = [name for name in names if name.strip().casefold() == wanted.strip().casefold()]
    if len(alike) == 1:
        return alike[0]
    trouble = f"has several columns {wanted}" if alike else f"has no column {wanted}"
    raise UsageError(f"{file} {trouble}: name one with --column, of {', '.join(alike or names)}")


def read_address(cells: Mapping[str, Any], columns: Sequence[str]) -> tuple[str, str | None]:
    """Return the text of an address, and why it cannot be qualified, if so."""
    if len(columns) == 1:
        text = cells.get(columns[0])
        if isinstance(text, str) and len(text) <= MAX_ADDRESS:
            return text, None  # as nearly all are
    parts = list[str]()
    for column in columns:
        value = cells.get(column)
        if isinstance(value, dict | list | bool):
            return "", f"{column} is no text"
        parts.append("" if value is None else str(value))
    text = parts[0] if len(parts) == 1 else join([part.strip() for part in parts])
    if len(text) > MAX_ADDRESS:
        return text, f"{len(text)} characters are no address: at most {MAX_ADDRESS}"
    return text, None


def join(parts: Sequence[str]) -> str:
    """Return one address of several parts. A number goes before its street, in whatever order the columns stand."""
    joined = list[str]()
    number = ""
    for part in (part for part in parts if part):
        if _NUMBER.fullmatch(part):
            if joined and not re.search(r"\d", joined[-1]) and not number:
                joined[-1] = f"{part} {joined[-1]}"
            else:
                number = f"{number} {part}".strip()
        else:
            joined.append(f"{number} {part}".strip())
            number = ""
    return ", ".join([*joined, number] if number else joined)
