"""One row of an input: its line, its cells, the address in them, what is wrong with it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol, cast

from aex_async.errors import UsageError
from aex_async.qualify.files.dialect import strip_blanks
from aex_async.qualify.model import MAX_ADDRESS

MAX_COLUMNS: Final = 1000
MAX_DEPTH: Final = 64
REPLACEMENT: Final = "\ufffd"
_SHOWN_NAMES: Final = 30
_SHOWN_NAME: Final = 60

_FLAW: Final = re.compile("[\0\x1a\ud800-\udfff]")


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


def mend_name(name: str) -> str:
    """Return the name of a column without characters that no file can keep; that is no fault of any row."""
    return _FLAW.sub(REPLACEMENT, name)


def name_columns(header: Sequence[str], file: str) -> tuple[str, ...]:
    """Return the names of the columns; of several without a name their numbers. `UsageError` if two are the same."""
    bare = [mend_name(name) for name in strip_blanks(header)]
    counts = Counter(bare)
    names = [name if counts[name] == 1 or name.strip() else f"column {place}" for place, name in enumerate(bare, 1)]
    check_names(names, file)
    return tuple(names)


def check_names(names: Iterable[str], file: str) -> None:
    """Raise `UsageError` if two columns have the same name, of which each row could keep one alone."""
    if twice := next((name for name, count in Counter(names).items() if count > 1), None):
        raise UsageError(f'{file} has two columns "{show_names([twice])}": rename one')


def show_names(names: Sequence[str]) -> str:
    """Return names for a sentence, in which thousands of them, or one of a thousand characters, have no place."""
    shown = [name if len(name) <= _SHOWN_NAME else f"{name[:_SHOWN_NAME]}..." for name in names[:_SHOWN_NAMES]]
    more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
    return ", ".join(shown) + more


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


COLUMN: Final = "address"

_HEADERLESS: Final = re.compile(
    r"\d|,|\w\W+(street|str|st|road|rd|avenue|ave|drive|dr|lane|crescent|cres|close|boulevard|blvd|straat|laan|weg)\.?$",
    re.IGNORECASE,
)
"""What a name of a column has not, and an address has. `Street` alone is a name."""
_COUNTED: Final = re.compile(
    r"[a-z]+(_[a-z]+)*_?\d{1,2}"
    r"|([a-z]+[ _])*(address|addr|adres|line|lyn|phone|tel|cell|mobile|contact|name|column|col|field|note) ?\d{1,2}"
    r"|(street|unit|site) \d",
    re.IGNORECASE,
)
"""Names of which there are several: Address1, Address Line 2, addr_3. Main Road 12 is none."""
_UNUSUAL: Final = re.compile(
    r"(?<=\w) ?(\|\||[;|\t\^~:#!\x01\x1e\x1f\u00a6\u00a7\u060c\u061b\uff0c\uff1b\uff5c\u3001]) ?(?=\w)"
)
_LONG: Final = 32
"""Characters of a text that is neither a date nor an error, nor says that there is nothing."""
ERROR: Final = re.compile(
    r"#[\u00a1\u00bf]?[^\W\da-z]+(/([^\W\da-z]+|0))?[!?]"  # #REF!, #NOM?, #DEEL/0!, each as its language has it
    # those that end in no mark: N/A and what else it is called, which is a list, for #A/B may be a unit
    r"|#(N/[ABD]|NV|I/T|YOK|HI\u00c1NYZIK|NEN\u00cd_K_DISPOZICI|\u041d/\u0414|GETTING_DATA)"
    r"|#{3,}"  # a column that was too narrow for its number or its date
    r"|(Err|Fehler|Fout|Erro|Erreur)\.?\s?:\s?\d{3}"  # of LibreOffice
)
"""What a spreadsheet shows for an error, in the language of whoever saved it."""
_MONTH: Final = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_TIME: Final = re.compile(r"\d\d:\d\d:\d\d(\.\d+)?")
_SUM: Final = re.compile(r"((grand |sub-?)?totals?|sum|count|average)\W*", re.IGNORECASE)
_FOOTER: Final = re.compile(r"\(?\d+ rows?( affected| selected| in set.*)?\)?\.?", re.IGNORECASE)
_DATE: Final = re.compile(rf"\d{{4}}-\d\d-\d\d([T ]\d\d:\d\d\S*)?|\d{{1,2}}-{_MONTH}(-\d{{2,4}})?|{_MONTH}-\d{{2}}")
_QUOTED: Final = re.compile(r'="((?:[^"]|"")*)"')
"""How programs keep a spreadsheet from making a number or a date of a text in CSV."""
_NOTHING: Final = {"null", "(null)", "\\n", "nan", "nat", "none", "<na>", "n/a", "na"}
"""How databases and programs write that there is nothing."""
_STREET: Final = re.compile("street|road|straat|^str$", re.IGNORECASE)
_POSTAL: Final = re.compile("post|zip|code", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"number|\b(no|nr|num)\b|_(no|nr|num)$", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(no\.? ?)?\d{1,6} ?[a-z]?([-/]\d{1,6}[a-z]?)?", re.IGNORECASE)


def choose_columns(file: str, names: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of the address as the file spells them; `UsageError` if they cannot be told."""
    if wanted:
        found = tuple(_find(file, names, column) for column in wanted)
        if twice := next((column for column in found if found.count(column) > 1), None):
            raise UsageError(f"--column {twice} is given twice: name each column of the address once")
        return found
    if not names:  # not one row could be read
        return (COLUMN,)
    if len(names) != 1:
        return (_find(file, names, COLUMN),)
    if delimiter := _find_delimiter(names[0]):
        raise UsageError(
            f'{file} begins with "{names[0][:60]}", which is read as the name of one column: name the --delimiter, '
            f'such as "{delimiter}", or the one column with --column'
        )
    if names[0].strip().casefold() != COLUMN and (reads_as_address(names[0]) or names[0].strip().isdigit()):
        raise UsageError(
            f'{file} begins with "{names[0][:60]}", which looks like an address, not like the name of a column: '
            "say --input-format lines, or name it with --column"
        )
    if mark := _UNUSUAL.search(names[0]):
        raise UsageError(
            f'{file} begins with "{names[0][:60]}", which may be the names of several columns: name the --delimiter, '
            f'such as "{mark[1]}", or the one column with --column'
        )
    return (names[0],)


def reads_as_address(name: str) -> bool:
    """Whether the name of a column is rather an address, of a table without names."""
    name = name.strip()
    return _HEADERLESS.search(name) is not None and not name.isdigit() and not _COUNTED.fullmatch(name)


def _find_delimiter(name: str) -> str | None:
    """Return what stands in a name beside the one that is looked for, so that it is rather the names of several."""
    parts = re.split(r"\s*([,;|\t])\s*", name.strip().casefold())
    place = parts.index(COLUMN) if len(parts) > 1 and COLUMN in parts[::2] else -1
    return None if place < 0 else parts[max(place - 1, 1)]


def _find(file: str, names: Sequence[str], wanted: str) -> str:
    if wanted in names:
        return wanted
    alike = [name for name in names if name.strip().casefold() == wanted.strip().casefold()]
    if len(alike) == 1:
        return alike[0]
    trouble = f"has several columns {wanted}" if alike else f"has no column {wanted}"
    if not alike and any(REPLACEMENT in name for name in names):  # a byte that is no character
        raise UsageError(f"{file} {trouble}, and its header cannot be read in this encoding: name another --encoding")
    if not alike and any(map(reads_as_address, names)):
        trouble += ", and its first line looks like an address: put the names of the columns above it"
        raise UsageError(f"{file} {trouble}, or name one with --column, out of {show_names(names)}")
    raise UsageError(f"{file} {trouble}: name one with --column, out of {show_names(alike or names)}")


def is_header(cells: Mapping[str, Any], columns: Sequence[str]) -> bool:
    """Whether the names of the columns stand in a row once more, as they do where files were put together."""
    return all(str(cells.get(column)).strip().casefold() == column.strip().casefold() for column in columns)


def read_address(cells: Mapping[str, Any], columns: Sequence[str]) -> tuple[str, str | None]:
    """Return the text of an address, and why it cannot be qualified, if so."""
    if len(columns) == 1:
        text = cells.get(columns[0])
        if isinstance(text, str) and _LONG < len(text) <= MAX_ADDRESS and text[0] not in "= \t\xa0":
            return text, None  # as nearly all are
    parts = list[str]()
    for column in columns:
        value = cells.get(column)
        if isinstance(value, dict | list | bool):
            return "", f"{column} is no text"
        part = "" if value is None else str(value)
        if quoted := _QUOTED.fullmatch(part.strip()):
            part = quoted[1].replace('""', '"')
        if flaw := _find_flaw(part.strip()):
            return part, f"{column} is {flaw}"
        parts.append("" if part.strip().casefold() in _NOTHING else part)
    if is_header(cells, columns):
        return parts[0], "the header of the table once more"
    text = parts[0] if len(parts) == 1 else join([part.strip() for part in parts], columns)
    if len(text) > MAX_ADDRESS:
        return text, f"{len(text)} characters are not an address: at most {MAX_ADDRESS}"
    return text, None


def _find_flaw(text: str) -> str | None:
    """Return what a short text is rather than an address."""
    if len(text) <= _LONG and ERROR.fullmatch(text):
        return f"{text}, an error of a spreadsheet: correct it there"
    if len(text) <= _LONG and _DATE.fullmatch(text):
        return f"a date, {text}, as spreadsheets make of 3/4: write it as text"
    if _TIME.fullmatch(text):
        return f"a time, {text}, as spreadsheets make of 3:4: write it as text"
    if _SUM.fullmatch(text) or (len(text) <= _LONG and _FOOTER.fullmatch(text)):
        return f'"{text}", which stands below a table, and is no address'
    return None


def join(parts: Sequence[str], columns: Sequence[str]) -> str:
    """Return one address of several parts. A number goes before its street, in whatever order the columns stand.

    Of two parts beside it the street is the one whose column is called so; else the one that came before, if it has no
    number yet.
    """
    joined = list[str]()
    number, streets = "", [_is_street(column) for column in columns]
    for place, part in enumerate(parts):
        if part and _POSTAL.search(columns[place]):
            joined.append(part)
        elif _NUMBER.fullmatch(part):
            due = any(streets[place + 1 :]) and not any(streets[:place])
            if joined and not due and not number and not re.search(r"\d", joined[-1]):
                joined[-1] = f"{part} {joined[-1]}"
            else:
                number = f"{number} {part}".strip()
        elif part:
            joined.append(f"{number} {part}".strip())
            number = ""
    return ", ".join([*joined, number] if number else joined)


def _is_street(column: str) -> bool:
    return _STREET.search(column) is not None and _NUMBERED.search(column) is None
