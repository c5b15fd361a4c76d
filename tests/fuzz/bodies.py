"""Samples of the document, changed by chance, through everything that reads a body."""

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from attrs import AttrsInstance

from aex_async import errors, models
from aex_async._codec import Codec, to_json
from aex_async._http.responses import Answer, make_error
from aex_async._json import Problems, encode
from tests import samples
from tests.fuzz.hunt import hunt

Drawn: TypeAlias = tuple[bytes, type[Any] | None]

CANARY = b"canary7"
CODEC = Codec()
read, read_rows = CODEC.read, CODEC.read_rows
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
FITTING: Sequence[Drawn] = [
    (seed, kind) for seed in SEEDS for kind in KINDS if not isinstance(read_rows(seed, kind), Problems)
]
PIECES: Sequence[bytes] = [
    *(b'"%s"' % CANARY, b"null", b"true", b"-1", b"1e999", b"NaN", b"9" * 400, b"[]", b"{}", b'{"id":', b"[" * 600),
    *(b'"', b"\\", b"\\ud800", b"\xff", b"\xef\xbb\xbf", b"\x00", b",", b":", b"}", b"]", b"//", b'"id":1,', b"1.5"),
    *(b'"items":', b'"total":', b'"errors":', b'"2024-10-17 24:00:00 +0200"', b'"0000-00-00"', b"--0", b"<html>"),
]
VALUES: Sequence[bytes] = [
    *(b"null", b"true", b"0", b"-1", b"7", b"1.5", b"0.1", b"1e3", b"123456789.123456789012345", b"[]", b"{}", b"[{}]"),
    *(b'"%s"' % CANARY, b'""', b'"\\ud83d\\ude00"', b'"2024-10-17 13:42:49 +0200"', b'"2024-10-17T13:42:49.5Z"'),
    *(b'"2024-10-17 24:00:00 +0200"', b'{"id":"P2"}', b'{"email":["has been taken"]}', b'["",[null,{"a":"b"}]]'),
]
VALUE = re.compile(rb':\s*("(?:[^"\\]|\\.)*"|[^\s,\]}]+)')


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


def exchange(rng: random.Random, body: bytes) -> bytes:
    """Put another value behind a key, and leave the rest good JSON."""
    value = VALUE.search(body, rng.randrange(len(body) + 1))
    return body[: value.start(1)] + rng.choice(VALUES) + body[value.end(1) :] if value else body


CHANGES: Sequence[Callable[[random.Random, bytes], bytes]] = [
    cut,
    insert,
    repeat,
    revalue,
    exchange,
    exchange,
    exchange,
    exchange,
]


def change(rng: random.Random, body: bytes) -> bytes:
    """Return `body` after one to four changes."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 4))):
        body = rng.choice(CHANGES)(rng, body)
    return body


class Checker:
    """Reads every body as its kind and as rows, and sees it as a fault's body where that could show something new.

    Making an error, with all its redaction, takes as long as ten reads: so it is made of every eighth body, and of each
    whose reading ended as none did before.
    """

    def __init__(self) -> None:
        self.checked = 0
        self._known: set[object] = set()

    def check(self, drawn: Drawn) -> str:
        """Read a body in every way, and return what became of it; a fault of ours raises."""
        body, kind = drawn
        results = (read(body, kind), read_rows(body, kind))
        problems = [result if isinstance(result, Problems) else () for result in results]
        assert CANARY.decode() not in " ".join(sum(problems, ()))
        new = (kind, *problems) not in self._known
        if new or self.checked % 8 == 0:
            self._known.add((kind, *problems))
            check_error(body)
            if kind is not None and not isinstance(results[0], Problems):
                check_return(results[0])
        self.checked += 1
        return "refused" if isinstance(results[1], Problems) else "read"


def check_error(body: bytes) -> None:
    """See that a fault with this body becomes an error that can be shown."""
    facts: dict[str, Any] = {"method": "GET", "path": "/x", "attempts": 1, "retry_after": None}
    error = make_error(Answer(400, [], body), secrets=(CANARY.decode(),), **facts)
    assert isinstance(error, errors.BadRequestError)
    assert str(error).isprintable()
    assert CANARY.decode() not in f"{error} {error.body} {error.messages} {error.fields}"


def check_return(model: AttrsInstance) -> None:
    """See that what was read is what is read again, once it is written; a number that no float holds is text then."""
    plain = to_json(model, secrets=True)
    again: Any = read(encode(plain), type(model))
    assert to_json(again, secrets=True) == plain


def draw(rng: random.Random) -> Drawn:
    """Return a changed body, and what to read it as: half of the time what it was before."""
    seed, kind = rng.choice(FITTING)
    return change(rng, seed), kind if rng.random() < 1 / 2 else rng.choice(KINDS)


def run(seed: int, count: int) -> Counter[str]:
    """Check `count` bodies, the same for the same seed."""
    return hunt(seed, count, draw, Checker().check)
