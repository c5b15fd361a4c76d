"""Single values of plain JSON, each taken for what it is or refused.

The hooks that cattrs brings coerce: `null` becomes `"None"`, `"7"` becomes 7, `"false"` becomes true. These never do.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, Flag
from math import isfinite
from typing import Any, get_args
from uuid import UUID

from aex_async._json import MAX_NUMBER, parse_float, read_moment, soften
from aex_async.models.base import DateOrDatetime

Hook = Callable[[Any, Any], Any]
"""From plain JSON and a type to a value of that type."""


class Mismatch(Exception):  # noqa: N818 - it never leaves the codec
    """A value does not fit its type; each problem begins with the JSON path below that value."""

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems

    def below(self, step: str) -> list[str]:
        """Return the problems as they look from one step further up."""
        return [step + problem for problem in self.problems]


def describe_misfit(error: Exception, step: str) -> list[str]:
    """Return what a hook raised as problems, without a word of the value."""
    if isinstance(error, RecursionError):
        return [f"{step}: nested too deeply"]
    return error.below(step) if isinstance(error, Mismatch) else [f"{step}: does not fit its type"]


def exact(what: str, base: type) -> Hook:
    """Return a hook that takes values of this very type alone: a bool is no int here.

    cattrs asks it for every class that is derived from `base`, too: an `IntEnum` has its members and no other number.
    """

    def hook(value: Any, kind: Any) -> Any:
        if type(value) is not base:
            raise Mismatch(f": expected {what}")
        return value if kind is base else derive(value, kind, base)

    return hook


def derive(value: Any, kind: Any, base: type[Any]) -> Any:
    """Return `value` as the class of a user's that is derived from its own; what stands for that itself is not one."""
    derived: Any = kind if isinstance(kind, type) and kind is not base and issubclass(kind, base) else None
    return check_flags(value, derived(value)) if derived else value


def check_flags(value: Any, member: Any) -> Any:
    """Return the set of flags that a number stands for. Python takes one below zero for its complement: -1 for all."""
    if isinstance(member, Flag) and value < 0:
        raise Mismatch(": is none of its choices")
    return member


def is_same(value: Any, choice: Any) -> bool:
    """Whether a value is one of a set of choices. Python takes 1 for `True`, and 1.0 as well: here they are others."""
    alike = type(value) is type(choice) or (type(choice) is float and type(value) in (int, Decimal))
    return alike and bool(value == choice)


def read_member(value: Any, kind: Any) -> Any:
    """Read a member of an enumeration that is no text or number itself by its value."""
    member = kind(value)
    if member.value == value and not is_same(value, member.value):
        raise Mismatch(": is none of its choices")
    return check_flags(value, member)


def read_literal(value: Any, kind: Any) -> Any:
    """Read what stands in a `Literal`, or the member whose value it is."""
    for choice in get_args(kind):
        if is_same(value, choice.value if isinstance(choice, Enum) else choice):
            return choice
    raise Mismatch(": is none of its choices")


def is_choice(value: Any, kind: Any) -> bool:
    """Whether a value stands in a `Literal`."""
    try:
        read_literal(value, kind)
    except Mismatch:
        return False
    return True


def read_anything(value: Any, _: Any) -> Any:
    """Read plain JSON as it is: with its fractions as `json.dumps` takes them, like those in `extra`."""
    return soften(value)


def read_null(value: Any, _: Any) -> None:
    """Read nothing but null."""
    if value is not None:
        raise Mismatch(": expected null")


def refuse(_: Any, __: Any) -> Any:
    """Stand for a type that no JSON can become. A class with a field of it is refused before anything is sent."""
    raise Mismatch(": cannot be read from JSON")


def refuse_error(_: Any, __: Any) -> Any:
    """Stand for an error, likewise: it is written for people to read, and not for a program to raise again."""
    raise Mismatch(": an error cannot be read back")


# Numbers. The parser hands on every fraction as a Decimal; floats come from `json.loads` of a user.

MAX_PRINTED = MAX_NUMBER + 8  # characters: `str` of a Decimal may add a point and an exponent
NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)


def read_float(value: Any, kind: Any) -> float:
    """Read a number, or the text that an SQL decimal prints as."""
    if type(value) in (int, float, Decimal) or is_number(value):
        try:
            number = float(value)
        except OverflowError:  # of a whole number
            raise Mismatch(": expected a number") from None
        if isfinite(number):
            return number if kind in (float, None) else derive(number, kind, float)
    raise Mismatch(": expected a number")


def read_decimal(value: Any, _: Any) -> Decimal:
    """Read a number, or the text that an SQL decimal prints as: `0.4773913e3`."""
    if type(value) is float and isfinite(value):
        return Decimal(repr(value))  # Decimal(0.1) has 55 digits
    if type(value) in (int, Decimal) or is_number(value):
        number = Decimal(value)
        # Or `to_json` would write what cannot be read back; `json.loads(text, parse_float=Decimal)` knows no bounds.
        if len(str(number)) <= MAX_PRINTED and isfinite(float(number)):
            return number
    raise Mismatch(": expected a number")


def is_number(value: Any) -> bool:
    """Whether a text is a number such as JSON may hold, or `to_json` prints."""
    if type(value) is not str or NUMBER.fullmatch(value) is None:
        return False
    try:
        parse_float(value, MAX_PRINTED)
    except ValueError:
        return False
    return True


def read_scalar(value: Any, _: Any) -> Any:
    """Read any single value, of which no type is known."""
    if type(value) in (float, Decimal):
        return read_decimal(value, Decimal)
    if type(value) not in (str, int, Decimal, bool):
        raise Mismatch(": expected a single value")
    return value


# What cattrs has hooks of its own for by the very class, which it prefers to any other way of choosing one: these five
# must be outdone likewise.
SINGLES: Mapping[type, Hook] = {
    str: exact("text", str),
    int: exact("a whole number", int),
    bool: exact("true or false", bool),
    float: read_float,
    bytes: refuse,  # cattrs would make three NULs of a 3
}


# Dates

# Who freezes the time of a test puts other classes under the names `datetime` and `date`, in every module. Here they
# are taken from where no name leads: by a name, a client made in such a test would know no dates.
TYPES: tuple[type[datetime], type[date]] = get_args(DateOrDatetime)


def is_datetime(kind: Any) -> bool:
    """Whether a moment is asked for."""
    return kind is TYPES[0]


def is_date(kind: Any) -> bool:
    """Whether a day alone is asked for."""
    return kind is TYPES[1]


read_iso = TYPES[0].fromisoformat

# Python's own reader takes more, and each release something else: 24:00 since 3.14, an offset of +02:90 until then.
match_moment = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ](?:[01]\d|2[0-3]):\d\d(?::\d\d(?:[.,]\d+)?)?(?:[Zz]| UTC| ?[+-]\d\d(?::?[0-5]\d)?)",
    re.ASCII,
).fullmatch


def read_datetime(value: Any, kind: Any) -> datetime:
    """Read `2024-10-17 13:42:49 +0200`, the same with ` UTC`, and ISO 8601: whatever Ruby prints of a time.

    Where a day alone may stand too, `2024-10-17` is read as that. Neither is ever guessed: a time without its offset
    does not fit, nor does a leap second, nor 24:00.
    """
    try:
        # The first form is in every row, and the pattern would double its price.
        if value[10:20:3] == " :: " and not value[25:] and value[11:13] != "24" and "0" <= value[-2] < "6":
            moment = read_iso(value[:19] + value[20:])
            if moment.tzinfo is not None:
                return moment
        elif match_moment(value):
            text = value[:10] + "T" + value[11:].upper().replace(" ", "").replace("UTC", "Z")
            # The parser rounds what is finer than a microsecond, and Python cuts it off.
            return (read_moment(with_colon(text)) if text[26:27].isdigit() else None) or read_iso(text)
    except (TypeError, ValueError, LookupError):
        pass
    if kind == DateOrDatetime:
        return read_date(value, kind)  # type: ignore[return-value]
    raise Mismatch(": expected a date and time with its offset")


def with_colon(text: str) -> str:
    """Return a moment with its offset as the parser reads it."""
    return f"{text[:-2]}:{text[-2:]}" if text[-5] in "+-" else text


def read_date(value: Any, kind: Any) -> date:
    """Read a day alone, as an SQL column of that type prints it."""
    try:
        if len(value) == 10 and value[4] == value[7] == "-":  # noqa: PLR2004 - neither a week date nor one without dashes
            return TYPES[1].fromisoformat(value)
    except (TypeError, ValueError, LookupError):
        pass
    more = ", or a date and time with its offset" if kind == DateOrDatetime else ""
    raise Mismatch(f": expected a date{more}")


def read_uuid(value: Any, _: Any) -> UUID:
    """Read a GUID in any of its spellings."""
    try:
        if type(value) is str:
            return UUID(value)
    except ValueError:
        pass
    raise Mismatch(": expected a GUID")
