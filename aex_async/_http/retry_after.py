"""How long an answer asks to be left alone, by `Retry-After` or whichever header stands in for it."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from aex_async._http.retry_policy import THROTTLES

WAIT_SECONDS = rb"[0-9]{1,9}(?:\.[0-9]{1,9})?"
RESET = rb"[0-9]{1,13}(?:\.[0-9]{1,9})?"
MAX_DATE = 64  # bytes of an HTTP date
MAX_COMMAS = 8  # of one line that are looked at
FIRST_MOMENT = 1e9  # what resets later than in 31 years is no wait, but the moment itself in Unix time
FIRST_MILLISECOND = 1e12  # likewise of a moment in seconds

# What gateways say in place of `Retry-After`: the wait in milliseconds, or when the allowance is renewed.
MILLISECONDS = (b"retry-after-ms", b"x-ms-retry-after-ms")
RESETS = (b"ratelimit-reset", b"x-ratelimit-reset", b"x-rate-limit-reset")


def read_wait(headers: Iterable[tuple[bytes, bytes]], status: int, now: datetime) -> float | None:
    """Return the seconds of quiet that an answer asks for, or `None` if no header of it says a usable wait.

    The longest counts of several `Retry-After`, in lines of their own or, as a proxy may put them together, in one with
    commas. When an allowance is renewed matters to a throttled answer alone.
    """
    said: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        said.setdefault(name.lower(), []).append(value)
    date = said.get(b"date", [None])[0]
    readers: list[tuple[tuple[bytes, ...], Callable[[bytes], float | None]]] = [
        ((b"retry-after",), lambda value: read_retry_after(value, date, now)),
        (MILLISECONDS, read_milliseconds),
        (RESETS if status in THROTTLES else (), lambda value: read_reset(value, read_http_date(date) or now)),
    ]
    for names, read in readers:
        waits = [read(value) for name in names for value in said.get(name, ())]
        if known := [wait for wait in waits if wait is not None]:
            return max(known)
    return None


def read_retry_after(value: bytes | None, date: bytes | None, now: datetime) -> float | None:
    """Return the seconds that a `Retry-After` header asks for, the longest of several; `None` if none is usable.

    A date counts from the answer's own `Date`, where there is one: our clock may be wrong.
    """
    if value is None:
        return None
    # A date has a comma, too, and is read without the day of the week before it.
    waits = [read_single(part.strip(), date, now) for part in value.split(b",", MAX_COMMAS)]
    return max((wait for wait in waits if wait is not None), default=None)


def read_single(value: bytes, date: bytes | None, now: datetime) -> float | None:
    if re.fullmatch(WAIT_SECONDS, value):
        return float(value)
    until = read_http_date(value)
    if until is None:
        return None
    return max(0.0, (until - (read_http_date(date) or now)).total_seconds())


def read_http_date(value: bytes | None) -> datetime | None:
    if value is None or len(value) > MAX_DATE:
        return None
    try:
        moment = parsedate_to_datetime(value.decode("ascii"))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def read_milliseconds(value: bytes) -> float | None:
    text = value.strip()
    return float(text) / 1000 if re.fullmatch(WAIT_SECONDS, text) else None


def read_reset(value: bytes, now: datetime) -> float | None:
    """Return the seconds until an allowance is renewed, which is said as a wait or as a moment in Unix time."""
    text = value.strip()
    if not re.fullmatch(RESET, text):
        return None
    number = float(text)
    if number < FIRST_MOMENT:
        return number
    return max(0.0, (number / 1000 if number >= FIRST_MILLISECOND else number) - now.timestamp())
