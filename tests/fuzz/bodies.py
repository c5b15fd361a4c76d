"""Samples of the document, changed by chance, through everything that reads a body."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from aex_async import errors, models
from aex_async._answers import Answer, make_error
from aex_async._codec import Rows, read, read_rows
from aex_async._json import Problems
from tests import samples

CANARY = b"canary7"
SEEDS: Sequence[bytes] = [value.encode() for name, value in sorted(vars(samples).items()) if name.isupper()]
KINDS: Sequence[type[Any] | None] = [
    None,
    models.Customer,
    models.PredefinedPremise,
    models.Product,
    models.CreatedService,
    models.Premise,
    models.Service,
    models.WorkOrder,
]
PIECES: Sequence[bytes] = [
    *(b'"%s"' % CANARY, b"null", b"true", b"-1", b"1e999", b"NaN", b"9" * 400, b"[]", b"{}", b'{"id":', b"[" * 600),
    *(b'"', b"\\", b"\\ud800", b"\xff", b"\xef\xbb\xbf", b"\x00", b",", b":", b"}", b"]", b"//", b'"id":1,', b"1.5"),
    *(b'"items":', b'"total":', b'"errors":', b'"2024-10-17 24:00:00 +0200"', b'"0000-00-00"', b"--0", b"<html>"),
]


def cut(rng: random.Random, body: bytes) -> bytes:
    """Take a part away."""
    begin = rng.randrange(len(body) + 1)
    return body[:begin] + body[begin + rng.randrange(1, 40) :]


def insert(rng: random.Random, body: bytes) -> bytes:
    """Put something in."""
    at = rng.randrange(len(body) + 1)
    return body[:at] + rng.choice(PIECES) + body[at:]


def repeat(rng: random.Random, body: bytes) -> bytes:
    """Say a part twice."""
    begin = rng.randrange(len(body) + 1)
    end = begin + rng.randrange(1, 200)
    return body[:end] + body[begin:end] + body[end:]


def revalue(rng: random.Random, body: bytes) -> bytes:
    """Put another value behind a key."""
    colon = body.find(b":", rng.randrange(len(body) + 1))
    comma = body.find(b",", colon)
    return body[: colon + 1] + rng.choice(PIECES) + body[comma:] if 0 <= colon < comma else body + CANARY


CHANGES: Sequence[Callable[[random.Random, bytes], bytes]] = [cut, insert, repeat, revalue, revalue]


def change(rng: random.Random, body: bytes) -> bytes:
    """Return `body` after one to four changes."""
    for _ in range(rng.randrange(1, 5)):
        body = rng.choice(CHANGES)(rng, body)
    return body


def check(body: bytes, kind: type[Any] | None) -> str:
    """Read `body` in every way, and return what became of it; a fault of ours raises."""
    for result in (read(body, kind), read_rows(body, kind)):
        if isinstance(result, Problems):
            assert CANARY.decode() not in " ".join(result)
    facts: dict[str, Any] = {"method": "GET", "path": "/x", "attempts": 1, "retry_after": None, "secrets": ()}
    error = make_error(Answer(400, [], body), **facts)
    assert isinstance(error, errors.BadRequestError)
    assert str(error).isprintable()
    return "read" if isinstance(read_rows(body, kind), Rows) else "refused"


def run(seed: int, count: int) -> Counter[str]:
    """Check `count` bodies, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - chance, no secret
    outcomes: Counter[str] = Counter()
    for _ in range(count):
        outcomes[check(change(rng, rng.choice(SEEDS)), rng.choice(KINDS))] += 1
    return outcomes
