"""Bytes to plain JSON and back, exactly or not at all."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from math import inf, isfinite
from types import NoneType
from typing import Annotated, Any, TypeGuard, TypeVar

import msgspec

from aex_async._base_errors import UsageError

T = TypeVar("T")

MAX_DEPTH = 100  # AEx nests four deep; Python's own recursion, which reads and copies what is kept, ends at 1,000
MAX_NUMBER = 64  # characters: more is an attack, not a price
MAX_EXPONENT = 5  # characters, its sign included; printed in full, a number with more would fill the memory
MAX_VALUES = 200_000  # in one body: more than a page of a hundred rows can hold, and read within a second
MAX_OBJECTS = 20_000  # likewise: a row may take a kilobyte of memory, however short it is in JSON
SMALL = 32_768  # bytes
MARK = b"\xef\xbb\xbf"
SINGLE = frozenset({"id", "items", "total"})  # keys of which a second one would say something else
SINGLE_KEYS = [f'"{name}"'.encode() for name in SINGLE]


class Problems(tuple[str, ...]):
    """What kept a body from being read, each with its JSON path and never with a value."""

    __slots__ = ()


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether plain JSON is an object."""
    return type(value) is dict


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Whether plain JSON is a list."""
    return type(value) is list


def parse_float(text: str, most: int = MAX_NUMBER) -> float:
    if len(text) <= most:
        number = float(text)
        # Of `1e-99999999999999999999` the float is 0, and the Decimal an error of a kind that no parser expects.
        if -inf < number < inf and (number or len(text.lower().partition("e")[2]) <= MAX_EXPONENT):
            return number
    raise ValueError


def parse_decimal(text: str) -> Decimal:
    parse_float(text)
    return Decimal(text)


def parse_fraction(text: str) -> float | Decimal:
    return soften_number(parse_decimal(text))


def soften_number(number: Decimal) -> float | Decimal:
    return float(number) if Decimal(repr(float(number))) == number else number


exact_decoder = msgspec.json.Decoder(float_hook=parse_decimal)
plain_decoder = msgspec.json.Decoder(float_hook=parse_fraction)


def parse(body: bytes) -> Any:
    """Return the JSON in `body`, or `Problems`. A fraction is a float, and a `Decimal` where a float is not exact."""
    return parse_with(body, plain_decoder, shaped=False)


def parse_exactly(body: bytes, *, shaped: bool = False) -> Any:
    """Return the JSON in `body`, or `Problems`. Every fraction is a `Decimal`.

    Of what is `shaped`, whoever reads it takes single values, and sends all others through `soften`, which counts their
    levels; then no second look at every value is due.
    """
    return parse_with(body, exact_decoder, shaped=shaped)


def strip_mark(body: bytes) -> bytes:
    """Return a body without the byte order mark that some servers and proxies put before UTF-8.

    It says nothing about the data, and RFC 8259 lets a reader ignore it. UTF-16, which it could also stand for, is no
    JSON at all.
    """
    return body.removeprefix(MARK)


def parse_with(body: bytes, decoder: "msgspec.json.Decoder[Any]", *, shaped: bool) -> Any:
    body = strip_mark(body)
    try:
        value = decoder.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):  # the parser's own words can quote the body
        return Problems(["$: not JSON" if body.strip() else "$: empty"])
    # How deep the parser itself goes depends on the Python it runs on.
    if not shaped and body.count(b"[") + body.count(b"{") > MAX_DEPTH and is_deep([value]):
        return Problems(["$: not JSON"])
    return value


def is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        # Written out, because it looks at every value of a page: two calls for each would double what parsing takes.
        level = [
            part
            for item in level
            for part in (item.values() if type(item) is dict else item)
            if type(part) is dict or type(part) is list
        ]
        if not level:
            return False
    return True


# What no parser refuses


def find_flaw(body: bytes) -> Problems | None:
    """Return why a body must not be parsed, or not be believed whatever a parser makes of it; `None` if it may.

    Keys that come twice are looked for in bodies of up to `SMALL` bytes, such as most looks at an order bring. In a
    larger one the last counts: to look there would cost a page of a hundred rows a third of its time.
    """
    if len(body) > MAX_VALUES and body.count(b",") >= MAX_VALUES:
        return Problems([f"$: more than {MAX_VALUES:,} values"])
    if len(body) > MAX_OBJECTS and body.count(b"{") > MAX_OBJECTS:
        return Problems([f"$: more than {MAX_OBJECTS:,} objects"])
    if len(body) > SMALL or not may_hold_twins(body):
        return None
    try:
        json.loads(body, object_pairs_hook=pair_keys)
    except TwinError as twin:
        return Problems([f"$: the key {twin.args[0]!r} comes twice"])
    except (ValueError, RecursionError):
        return None  # which is for the parser to tell
    return None


def may_hold_twins(body: bytes) -> bool:
    """Whether a second parse could find twins: a key is spelt as it is, or with a backslash in it."""
    return b"\\" in body or any([body.count(key) > 1 for key in SINGLE_KEYS])  # noqa: C419 - a list of two takes half of what a generator does


class TwinError(Exception):
    """One of two equal keys, of which neither can be believed."""


def pair_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    whole = dict(pairs)
    if len(whole) < len(pairs):
        names = [name for name, _ in pairs]
        for name in SINGLE & whole.keys():
            if names.count(name) > 1:
                raise TwinError(name)
    return whole


# Shapes: objects whose keys are known. Reading right into one checks all types on the way, in half the time.


Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A date and time in ISO 8601 with its offset, for a field of a shape."""


def read_moment(text: str) -> datetime | None:
    """Return a `Moment` as the parser reads it, to the nearest microsecond; `None` if the parser does not read it."""
    try:
        return msgspec.convert(text, Moment)
    except msgspec.ValidationError:
        return None


def make_shape(name: str, fields: Sequence[tuple[str, Any] | tuple[str, Any, Any]], *, closed: bool) -> type[Any]:
    """Return a class of objects with these fields: name, type, and default if there is one.

    An object with any other key does not fit a `closed` shape; an open one takes no notice of them.
    """
    return msgspec.defstruct(name, fields, kw_only=True, forbid_unknown_fields=closed, gc=False)


def make_reader(kind: Any, *, exact: bool) -> Callable[[bytes], Any]:
    """Return a function from bytes to `kind`, made of closed shapes, or to `None` at the first doubt.

    What is typed as `Any` is read as by `parse_exactly`, or with every fraction as a float if not `exact`.
    """
    decoder = msgspec.json.Decoder(kind, float_hook=parse_decimal if exact else parse_float)

    def read(body: bytes) -> Any:
        try:
            return decoder.decode(body)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None

    return read


def fit(value: dict[str, Any], shape: type[T]) -> T | None:
    """Return what plain JSON is as a shape; `None` if it does not fit."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError:
        return None


unpack = msgspec.structs.astuple
"""Return the values of a shape in the order of its fields."""


def soften(value: Any, levels: int = MAX_DEPTH) -> Any:
    """Return exactly parsed JSON as `parse` would have returned it; too many levels are a `RecursionError`."""
    if isinstance(value, Decimal):
        return soften_number(value)
    if levels == 0 and (is_object(value) or is_list(value)):
        raise RecursionError
    if is_object(value):
        return {name: soften(item, levels - 1) for name, item in value.items()}
    return [soften(item, levels - 1) for item in value] if is_list(value) else value


encoder = msgspec.json.Encoder(decimal_format="number")


def encode(value: Any) -> bytes:
    """Return plain JSON as bytes; raise `UsageError` for what JSON cannot carry exactly."""
    try:
        check_value(value, "$")
        return encoder.encode(value)
    except UsageError:
        raise
    except (RecursionError, OverflowError, ValueError):  # ValueError: 4,301 digits, or a signalling NaN
        raise UsageError("the request's JSON is nested too deeply, or holds a number too large") from None


any_encoder = msgspec.json.Encoder(enc_hook=repr)


def fingerprint(value: Any) -> int:
    """Return a 64-bit hash of plain JSON or of models, the same for what has the same content in the same order."""
    try:
        return hash(any_encoder.encode(value))
    except (TypeError, ValueError, OverflowError, RecursionError):  # in a user's own class: half a character, a circle
        return hash(repr(value))


def check_value(value: Any, at: str) -> None:
    if is_object(value):
        for name, item in value.items():
            check_plain_text(name, f"{at} has a key that")
            check_value(item, f"{at}.{name}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            check_value(item, f"{at}[{index}]")
    elif isinstance(value, str):
        check_plain_text(value, at)
    elif type(value) in (float, Decimal):
        if not isfinite(value):
            raise UsageError(f"{at} is not a finite number, which JSON cannot carry")
    elif type(value) not in (int, bool, NoneType):
        raise UsageError(f"{at} is of type {type(value).__name__}, which JSON cannot carry exactly")


def has_surrogate(text: str) -> bool:
    """Whether a text holds a lone surrogate, which UTF-8 cannot carry."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def check_plain_text(text: object, what: str) -> None:
    if type(text) is not str:
        raise UsageError(f"{what} is not plain text")
    if has_surrogate(text):
        raise UsageError(f"{what} holds a lone surrogate, which UTF-8 cannot carry")
