"""Dates and waits, changed by chance, through everything that reads one."""

import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import frozen, make_class

from aex_async import models
from aex_async._codec import Codec, from_json, to_json
from aex_async._http.retry_after import read_retry_after
from aex_async._json import Problems
from tests.fuzz.hunt import hunt

NOW = datetime(2024, 10, 17, tzinfo=UTC)
LONGEST = 10**12  # seconds: more than there are from the first year to the last
SEEDS: Sequence[str] = [
    *("2024-10-17 13:42:49 +0200", "2024-10-17 24:00:00 +0200", "2024-10-17T13:42:49+02:00", "2024-10-17T11:42:49Z"),
    *("2024-10-17T13:42:49.123456-00:00", "2024-10-17 13:42:49.5 +02:00", "20241017T134249Z", "2024-W42-4T13:42:49Z"),
    *("0001-01-01 00:00:00 +1400", "9999-12-31 23:59:59 -1200", "2024-02-30 00:00:00 +0000", "0000-00-00 00:00:00"),
    *("2024-10-17 13:42:60 +0200", "2024-10-17 13:42:49 +9999", "2024-10-17 13:42:49 +02:00:30", "2024-10-17", ""),
    *("Thu, 17 Oct 2024 11:42:49 GMT", "Thursday, 17-Oct-24 11:42:49 GMT", "Thu Oct 17 11:42:49 2024"),
    *("Thu, 17 Oct 2024 11:42:49 +0200", "Thu, 17 Oct 99999 11:42:49 GMT", "Mon, 01 Jan 0001 00:00:00 +2359"),
    *("Fri, 31 Dec 9999 23:59:59 -2359", "17 Oct 24 11:42 EST", "Thu, 17 Oct 2024 25:61:61 GMT", "now", "tomorrow"),
    *(
        "0",
        "1",
        "120",
        "1.5",
        "-1",
        "-0",
        "+5",
        "1e3",
        "1e999",
        "NaN",
        "inf",
        "0x10",
        "5;q=1",
        "5, 6",
        "9" * 400,
        "1_0",
    ),
]
PIECES: Sequence[str] = [
    *("0", "9", "24", "60", "99", "-", "+", ":", ".", ",", " ", "  ", "T", "Z", "W", "GMT", "EST", "UT", "A", "J", "("),
    *("\u0661", "\u00b2", "\uff15", "\u066b", "\u2212", "\u00a0", "\u202e", "\x00", "\t", "\r", "\n", "\u00e9", "oct"),
    *("00000000000000000000", "18446744073709551616", "+14:00", "-23:59", "+24:00", "+00:00:00.000001", ".123456789"),
    *("\U0001f600", "Oct", "e", "_", "%", ".999999999", ".9999995", ".000000500"),
]
KINDS: Sequence[tuple[type[models.Customer | models.PredefinedPremise], str]] = [
    (models.Customer, '{"id": "C1", "created_at": %s}'),
    (models.PredefinedPremise, '{"guid": "P1", "created_at": %s}'),
]
"""A model for each of the two forms in which AEx writes dates."""
TWINS: Mapping[type[Any], type[Any]] = {
    kind: make_class(kind.__name__, (), (kind,), frozen=True, kw_only=True, repr=False, eq=False) for kind, _ in KINDS
}
"""The same as classes of a user's own, which the parser does not help to read."""
STRICT = Codec(strict=True)


@frozen
class Drawn:
    """The texts of a `Retry-After`, of a `Date`, and of a date of the API's."""

    wait: str
    date: str | None
    created: str


def draw(rng: random.Random) -> Drawn:
    """Return three texts, each changed by chance."""
    return Drawn(_draw_text(rng), _draw_text(rng) if rng.random() < 1 / 2 else None, _draw_text(rng))


def _draw_text(rng: random.Random) -> str:
    text = rng.choice(SEEDS)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        at = rng.randrange(len(text) + 1)
        piece = rng.choice(("", rng.choice(PIECES), rng.choice("0123456789")))
        text = text[:at] + piece + text[at + rng.randrange(4) :]
    return text


def check(drawn: Drawn) -> str:
    """Read all of them, and return which made sense."""
    date = None if drawn.date is None else drawn.date.encode()
    seconds = read_retry_after(drawn.wait.encode(), date, NOW)
    assert seconds is None or 0 <= seconds < LONGEST
    dated = [check_date(kind, form % json.dumps(drawn.created)) for kind, form in KINDS]
    return f"{'no ' * (seconds is None)}wait, {'date' if any(dated) else 'no date'}"


def check_date(kind: type[models.Customer | models.PredefinedPremise], body: str) -> bool:
    """See that a date is aware, comes back as it was once it is written, and is read alike in every way."""
    model = STRICT.read(body.encode(), kind)
    assert repr(model) == repr(STRICT.read(body.encode(), TWINS[kind]))
    if isinstance(model, Problems):
        assert set(model) <= {"$.created_at: expected a date and time with its offset"}
        return False
    assert isinstance(model, kind)
    assert model.created_at is not None
    assert isinstance(model.created_at.utcoffset(), timedelta)
    assert from_json(to_json(model, secrets=True), kind) == model
    return True


def run(seed: int, count: int) -> Counter[str]:
    """Check `count` times three texts, the same for the same seed."""
    return hunt(seed, count, draw, check)
