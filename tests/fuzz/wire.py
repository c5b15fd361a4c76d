"""Whole HTTP/1.1 answers as bytes: made of good parts and bad ones, and then changed by chance."""

import gzip
import random
import zlib
from collections.abc import Sequence

from tests.fuzz import bodies

TOKEN = "SECRET-token-7"
PASSWORD = "only a test"
EMAIL = "jane.canary@example.com"
CANARIES: Sequence[str] = [TOKEN, PASSWORD, EMAIL]
SECRETS: Sequence[bytes] = [canary.encode() for canary in CANARIES]

STATUSES: Sequence[int] = [
    *[200] * 8,
    *(
        201,
        202,
        204,
        206,
        299,
        301,
        304,
        400,
        400,
        400,
        401,
        403,
        404,
        409,
        422,
        429,
        500,
        502,
        503,
        504,
        599,
        600,
        999,
    ),
]
ODD_STATUS_LINES: Sequence[bytes] = [
    *(b"HTTP/1.0 200 OK", b"HTTP/2.0 200 OK", b"HTTP/1.1 200", b"HTTP/1.1 2000 OK", b"HTTP/1.1 -20 OK", b"HTTP/1.1"),
    *(b"HTTP/1.1 200 \xff\xfe", b"HTTP/1.1 20\xb2 OK", b"http/1.1 200 OK", b"ICY 200 OK", b"HTTP/1.1 200 OK\rX: y"),
    *(b"HTTP/1.1 100 Said", b"HTTP/1.1 101 Said", b"HTTP/1.1 199 Said", b"HTTP/1.1 000 Said", b""),
]
HEADERS: Sequence[bytes] = [
    *(b"Retry-After: 5", b"Retry-After: Wed, 21 Oct 2015 07:28:00 GMT", b"Retry-After: -1", b"Retry-After: 1e999"),
    *(b"Date: Wed, 21 Oct 2015 07:28:00 GMT", b"Date: ?", b"Age: 7", b"Location: /customers/C1", b"Location: //x/%00"),
    *(b"Connection: close", b"Connection: keep-alive, x", b"Set-Cookie: a=%s" % SECRETS[0], b"X:" + b"y" * 3000),
    *(b"Content-Type: text/html; charset=utf-16", b"Content-Encoding: identity", b"X: \xff", b"X:", b"X: \t y \t"),
    *(b"X: %s" % secret for secret in SECRETS),
]
ODD_HEADERS: Sequence[bytes] = [
    *(b"Content-Encoding: gzip", b"Content-Encoding: br", b"Content-Encoding: gzip, gzip", b"Content-Encoding: \xff"),
    *(b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: 5, 5", b"Content-Length: 1e3", b"Content-Length:"),
    *(b"Content-Length: 99999999999999999999", b"Content-Length: +5", b"Content-Length: \xc2\xb2", b"X:" + b"y" * 9000),
    *(b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: identity", b"TE\x00: x"),
    *(b"Connection: Upgrade\r\nUpgrade: h2c", b" folded: on", b"No colon", b": no name", b"X: \x00", b"X : blank"),
]
INTERIM: Sequence[bytes] = [
    *(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", b"HTTP/1.1 102\r\n\r\n"),
    *(
        b"HTTP/1.1 103 Early\r\nContent-Length: 5\r\n\r\n",
        b"HTTP/1.1 100 Continue\n\n",
        b"HTTP/1.1 100 Go\r\n\r\n" * 40,
    ),
]
PIECES: Sequence[bytes] = [
    *(b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\x00", b"\xff", b": ", b"0\r\n\r\n", b"ffffffffffffffffff\r\n", b"-1\r\n"),
    *(
        b"HTTP/1.1 ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"1;x=y\r\n{\r\n",
        b" " * 70_000,
        b"\x1f\x8b\x08",
    ),
    *(*SECRETS, b"Transfer-Encoding: chunked\r\n", b"Content-Length: 3\r\n", b"\x16\x03\x01\x00\x05", b"\t", b"\x85"),
]


def draw_answer(rng: random.Random, fitting: bytes | None = None) -> bytes:
    """Return the bytes of one answer, if it still is one, made of the body `fitting` or of any."""
    body = _draw_body(rng, fitting)
    headers = rng.choices(HEADERS, k=rng.choice((0, 1, 1, 3))) + rng.choices(ODD_HEADERS, k=rng.choice((0,) * 7 + (1,)))
    status = b"HTTP/1.1 %d Said" % rng.choice(STATUSES) if rng.random() < 0.9 else rng.choice(ODD_STATUS_LINES)
    framed = _frame(rng, body, headers)
    head = b"\r\n".join([status, *headers])
    whole = b"".join(rng.choices(INTERIM, k=rng.choice((0,) * 12 + (1, 2)))) + head + b"\r\n\r\n" + framed
    return _disturb(rng, whole)


def _draw_body(rng: random.Random, fitting: bytes | None) -> bytes:
    body = fitting or rng.choice(bodies.SEEDS)
    if rng.random() < 1 / 2:
        body = bodies.change(rng, body)
    if rng.random() < 1 / 8:
        at = rng.randrange(len(body) + 1)
        body = body[:at] + rng.choice(SECRETS) + body[at:]
    return body


def _frame(rng: random.Random, body: bytes, headers: list[bytes]) -> bytes:
    """Return `body` as it goes over the wire, and have `headers` say so."""
    coding = rng.random()
    if coding < 0.15:
        headers.append(b"Content-Encoding: gzip")
        body = gzip.compress(body if coding > 0.002 else b" " * 2**20, 1, mtime=0)
    elif coding < 0.18:
        headers.append(b"Content-Encoding: deflate")
        body = zlib.compress(body, 1)
    framing = rng.random()
    if framing < 0.25:
        headers.append(b"Transfer-Encoding: chunked")
        return _chunk(rng, body)
    if framing < 0.9:
        error = rng.choice((0,) * 20 + (1, -1, 1000))
        headers.insert(rng.randrange(len(headers) + 1), b"Content-Length: %d" % max(0, len(body) + error))
    return body


def _chunk(rng: random.Random, body: bytes) -> bytes:
    size = rng.choice((1 + len(body) // 3, 7 + len(body) // 20, 2**16))
    extension = rng.choice((b"", b"", b"", b";a=b", b' ;a="\r"'))
    parts = (body[begin : begin + size] for begin in range(0, len(body), size))
    chunks = b"".join(b"%x%b\r\n%b\r\n" % (len(part), extension, part) for part in parts)
    return (
        chunks
        + b"0\r\n"
        + rng.choice((b"", b"", b"", b"Trailer: x\r\n", b"Content-Length: 3\r\n", b"\xff\r\n"))
        + b"\r\n"
    )


def _disturb(rng: random.Random, whole: bytes) -> bytes:
    """Return `whole` as it is, cut short, with something after it, or changed in one to three places."""
    kind = rng.random()
    if kind < 0.55:
        return whole
    if kind < 0.65:
        return whole[: rng.randrange(len(whole))]
    if kind < 0.75:
        return whole + rng.choice(PIECES)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(whole) + 1) if rng.random() < 1 / 2 else rng.randrange(min(120, len(whole)) + 1)
        whole = whole[:at] + rng.choice((b"", rng.choice(PIECES), rng.randbytes(1))) + whole[at + rng.randrange(3) :]
    return whole
