"""Arguments that users type, checked before anything is sent."""

import math
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from ipaddress import ip_address
from typing import Any, TypeGuard, TypeVar, get_origin
from urllib.parse import quote

import attrs

from aex_async._base_errors import UsageError
from aex_async._json import has_surrogate

T = TypeVar("T")
M = TypeVar("M", bound=attrs.AttrsInstance)

MAX_COUNT = 100  # ISP flow, step 3: "default is 10, maximum is 100"
MAX_PAGE = 2**31 - 1
HTTPS = 443
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
MAX_TARGET = 8_000  # bytes; common servers refuse a longer request line
SETTLE = 240.0  # seconds after which a server is taken to have done what it ever will

# But for the first, which every call asks, patterns are text: `re` compiles each at its first use, and keeps it.

# Or the same in braces, as some systems print a GUID. Nothing else: a server or a proxy may decode a path more than
# once, and what it then reads must still be one segment.
ID = re.compile(r"[A-Za-z0-9_-]{1,128}|\{[A-Za-z0-9_-]{1,126}\}", re.ASCII)
BASE_URL = (
    r"(?ai)(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f.]*:[0-9a-f:.]*\])"
    r"(?::(?P<port>[0-9]{1,5}))?"
)
PATH = r"(/(?!\.+(?:/|\Z))(?:[A-Za-z0-9._~-]+|%7B[A-Za-z0-9_-]+%7D))+"
"""Segments, of which none is made of dots alone: such a one names another place."""


def check_text(value: object, name: str) -> str:
    """Return `value` if it is text with something in it that UTF-8 can carry."""
    if not isinstance(value, str):
        raise UsageError(f"{name} must be text, not {type(value).__name__}")
    if not value.strip():
        raise UsageError(f"{name} must not be blank")
    if has_surrogate(value):
        raise UsageError(f"{name} holds a lone surrogate, which UTF-8 cannot carry")
    if "\0" in value:  # a database takes none in a text, so AEx could only fail
        raise UsageError(f"{name} holds a NUL character, which no text of AEx can have")
    return value


def check_q(q: object) -> str:
    """Return what to search for. A blank search would ask AEx for every row it has."""
    return check_text(q, "q")


def is_id(value: object) -> TypeGuard[str]:
    """Whether `value` can only ever be one segment of a path."""
    return isinstance(value, str) and ID.fullmatch(value) is not None


def check_id(value: object, name: str) -> str:
    """Return `value` if it can only ever be one segment of a path."""
    if not isinstance(value, str):
        raise UsageError(f"{name} must be text, not {type(value).__name__}: pass the id as AEx sent it")
    if not is_id(value):
        raise UsageError(f"{name} must be an id of letters, digits and dashes, as AEx sent it, perhaps in braces")
    return value


def make_segment(checked_id: str) -> str:
    """Return an id as one segment of a path: a brace must not stand in a URL as it is."""
    return quote(checked_id, safe="")


ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
GUID = r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}"


def fold_case(text: str) -> str:
    """Return `text` in lower case, ASCII letters alone.

    `casefold` would make `straße@` and `strasse@` one e-mail, and the Kelvin sign a k in somebody's id.
    """
    return text.translate(ASCII_LOWER)


def fold_id(text: str) -> str:
    """Return the one spelling of an id under which all of its spellings meet, to compare it and never to send it.

    AEx's samples are in upper case and its siblings print lower case. A GUID may also come in braces, or without its
    dashes; in any other id a dash counts.
    """
    folded = fold_case(text)
    if folded[:1] == "{" and folded[-1:] == "}":
        folded = folded[1:-1]
    return folded.replace("-", "") if re.fullmatch(GUID, folded) else folded


def same_id(one: str | None, other: str | None) -> bool:
    """Whether two ids mean the same record; an absent or empty one means none."""
    if not one or not other:
        return False
    return one == other or fold_id(one) == fold_id(other)


def is_blank(text: str | None) -> bool:
    """Whether what stands in the place of an id names nothing: no text, blanks, empty braces, or zeros alone."""
    return not (text or "").strip(" \t\r\n{}-0")


def check_email(value: object, name: str = "email") -> str:
    """Return `value` if it has the shape of one e-mail address."""
    text = check_text(value, name)
    if text.count("@") != 1 or text[0] == "@" or text[-1] == "@" or any(c.isspace() for c in text):
        raise UsageError(f"{name} must be one e-mail address")
    return text


def check_path(path: object) -> str:
    """Return `path` if it names exactly one route below the base URL."""
    if not isinstance(path, str):
        raise UsageError(f"path must be text, not {type(path).__name__}")
    if not re.fullmatch(PATH, path):
        raise UsageError(
            "path must look like '/premises/ID': plain segments after single slashes; a query goes into params="
        )
    return path


def check_whole(value: object, name: str, least: int, most: int) -> int:
    """Return `value` if it is a whole number from `least` to `most`."""
    if type(value) is not int:
        raise UsageError(f"{name} must be a whole number, not {name_kind(value, '__index__')}")
    if not least <= value <= most:
        raise UsageError(f"{name} must be from {least:,} to {most:,}")
    return value


def check_flag(value: object, name: str) -> bool:
    """Return `value` if it is `True` or `False`: the text "no" would count as yes."""
    if type(value) is not bool:
        raise UsageError(f"{name} must be True or False, not {type(value).__name__}")
    return value


def check_limit(limit: object) -> int | None:
    """Return `limit`, the most rows a listing may give; `None` is no limit."""
    return None if limit is None else check_whole(limit, "limit", 0, 2**63 - 1)


def check_params(params: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return the parameters of a listing, without those that its walk sends itself."""
    params = check_mapping(params)
    if taken := {"count", "page"}.intersection(params):
        raise UsageError(f"params must not hold {' or '.join(sorted(taken))}: use count= and start_page= instead")
    if empty := [name for name, value in params.items() if value is None]:  # without it, all rows would be asked for
        raise UsageError(f"parameter {empty[0]!r} is None: leave it out, or give it a value")
    return params


def check_mapping(params: object) -> Mapping[str, Any]:
    """Return the parameters of a query, of which there may be none."""
    if params is None:
        return {}
    if not isinstance(params, Mapping):
        raise UsageError(f"params must be a dict of names and values, not {type(params).__name__}")
    return params  # pyright: ignore[reportUnknownVariableType]


def check_moment(value: object, name: str) -> str | None:
    """Return an aware datetime as ISO 8601; `None` stays `None`."""
    if value is None:
        return None
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise UsageError(f"{name} must be an aware datetime, such as datetime.now(UTC)")
    return value.isoformat()


def check_seconds(value: object, name: str) -> float | None:
    """Return `value` as seconds; `None` is no limit."""
    if value is None:
        return None
    seconds = to_float(value, f"{name} must be seconds or None")
    if not 0 < seconds < math.inf:  # also false for NaN
        raise UsageError(f"{name} must be more than 0 seconds; None is no limit")
    return seconds


def check_wait(value: object, name: str) -> None:
    """Refuse what is not a number of seconds from 0 up."""
    rule = f"{name} must be a number of seconds, 0 or more"
    if not 0 <= to_float(value, rule) < math.inf:
        raise UsageError(rule)


def check_resend(patience: float, *, resend: bool) -> None:
    """Refuse a patience that ends before an order may be sent again."""
    if resend and patience < SETTLE:
        raise UsageError(
            f"an order is sent again after {SETTLE:.0f} s at the earliest: resend needs that much patience"
        )


def check_degrees(value: object, name: str, most: int) -> str:
    """Return a coordinate as fixed decimals, never in exponent form."""
    degrees = to_float(value, f"{name} must be degrees as a float")
    if not -most <= degrees <= most:  # also false for NaN
        raise UsageError(f"{name} must be from -{most} to {most} degrees")
    return format(Decimal(repr(degrees + 0.0)), "f")  # + 0.0 turns -0.0 into 0.0


def to_float(value: object, rule: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):  # numpy's float64 is a float
        raise UsageError(f"{rule}, not {name_kind(value, '__float__')}")
    try:
        return float(value)
    except OverflowError:
        return math.inf


def name_kind(value: object, method: str) -> str:
    """Return what a value is that is no number of Python's own, and what makes one of it if that is all it takes.

    A `float32` of NumPy is not taken as it is: that of -29.8 is -29.799999237060547, and only its owner knows which is
    meant.
    """
    kind = type(value)
    advice = f": make it one with {'int' if method == '__index__' else 'float'}()" if hasattr(kind, method) else ""
    return kind.__name__ + ("" if isinstance(value, bool) else advice)


def check_point(point: object) -> tuple[float, float]:
    """Return `point` if it is a pair; what is in it is checked where it is used."""
    if isinstance(point, tuple) and len(point) == 2:  # noqa: PLR2004  # pyright: ignore[reportUnknownArgumentType]
        return point  # pyright: ignore[reportUnknownVariableType]
    raise UsageError("a point must be a tuple of latitude and longitude")


def check_model(value: T, cls: type[T], name: str) -> T:
    """Return `value` if it is a `cls`: a dict that looks like one is not."""
    if not isinstance(value, cls):
        article = "an" if cls.__name__[0] in "AEIOU" else "a"
        raise UsageError(f"{name} must be {article} {cls.__name__}, not {type(value).__name__}")
    return value


def check_into(cls: type[M] | None) -> type[M] | None:
    """Return the class to decode into, if it is an attrs class; `None` stands for plain JSON."""
    kind: object = get_origin(cls) or cls  # of `Box[int]`, the class
    if kind is not None and not (isinstance(kind, type) and attrs.has(kind)):
        raise UsageError("into must be an attrs class, such as aex_async.Premise, or None for plain JSON")
    return cls


def check_method(method: object, *, has_body: bool) -> str:
    """Return the HTTP method, if the client speaks it."""
    if method not in METHODS:
        raise UsageError(f"method must be one of {', '.join(METHODS)}")
    if method == "GET" and has_body:
        raise UsageError("a GET has no body: a query goes into params=")
    return str(method)


def check_attempts(attempts: object) -> int:
    """Return how often a GET may be tried."""
    return check_whole(attempts, "attempts", 1, 100)


def encode_query(params: Mapping[str, Any] | None) -> str:
    """Return `?name=value&...`, every value one value whatever it holds; empty without parameters."""
    if not check_mapping(params):
        return ""
    return "?" + "&".join(
        quote(check_text(name, "a parameter's name"), safe="") + "=" + encode_value(value, f"parameter {name!r}")
        for name, value in check_mapping(params).items()
    )


def encode_value(value: object, name: str) -> str:
    if type(value) is int:
        return str(check_whole(value, name, -(2**63), 2**63 - 1))
    if hasattr(type(value), "__index__") and not isinstance(value, bool):
        raise UsageError(f"{name} must be text or a whole number, not {name_kind(value, '__index__')}")
    return quote(check_text(value, name), safe="")


def check_base_url(url: object) -> str:
    """Return `url` if it is a scheme and a host that a token may be sent to."""
    if not isinstance(url, str):
        raise UsageError(f"base_url must be text, not {type(url).__name__}")
    match = re.fullmatch(BASE_URL, url)
    if match is None or not 0 < int(match["port"] or 443) < 2**16 or ("[" in url and not is_address(match["host"])):
        raise UsageError(
            "base_url must be a scheme and a host alone, such as 'https://preprod.fno.dev.aex.systems': "
            "no path or slash at the end, no user, no query, no characters beyond ASCII"
        )
    if match["scheme"] != "https" and not is_loopback(match["host"]):
        raise UsageError(
            "base_url must begin with https:// (plain http is for loopback alone), or the token is readable"
        )
    return url


def name_host(checked_url: str) -> str:
    """Return the one name of the place that a base URL is of, in whichever spelling: 443 is never named."""
    place = checked_url.partition("://")[2].casefold()
    host, colon, port = place.rpartition(":")
    if not (colon and port.isdigit()):  # none, but perhaps an address of IPv6
        return place
    return host if int(port) == HTTPS else f"{host}:{int(port)}"


def may_be_host(one: str, other: str) -> bool:
    """Whether two such names may be of one place: an earlier journal has some in other spellings, or none."""
    return "" in (one, other) or name_host(f"://{one}") == name_host(f"://{other}")


def is_loopback(host: str) -> bool:
    return host == "localhost" or (is_address(host) and ip_address(host.strip("[]")).is_loopback)


def is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
