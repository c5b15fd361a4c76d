"""How much of a body is read, and how far it is inflated.

It is read as it came over the wire, and inflated here: httpx would inflate it without bound.
"""

import zlib
from collections.abc import AsyncIterator

import anyio
import httpx

from aex_async._http.responses import Answer

MAX_BODY = 16 * 2**20  # bytes, before and after inflating
MAX_ERROR_BODY = 64 * 2**10
MAX_MEMBERS = 100
"""Of a gzip stream: several can stand behind one another (RFC 1952, 2.2), and each costs a copy of the rest."""


async def read_body(stream: httpx.AsyncByteStream, most: int) -> tuple[bytes, bool]:
    """Return at most `most` bytes of `stream`, and whether that is all of it."""
    chunks: list[bytes] = []
    size = 0
    iterator = aiter(stream)
    async for chunk in iterator:
        size += len(chunk)
        if size > most:
            await break_off(iterator)
            return b"".join(chunks), False
        chunks.append(chunk)
    return b"".join(chunks), True


async def break_off(iterator: AsyncIterator[bytes]) -> None:
    """End httpx's generators in order, by a cancelled read; left unfinished, trio would report each of them."""
    with anyio.CancelScope() as scope:
        scope.cancel()
        async for _ in iterator:
            pass


def inflate_body(answer: Answer, most: int) -> Answer:
    """Return `answer` with its body as it was before a content coding, never larger than `most` bytes."""
    coding = (answer.header(b"content-encoding") or b"identity").strip().lower()
    if coding == b"identity" or not answer.body:
        return answer
    if coding not in (b"gzip", b"x-gzip"):
        return Answer(answer.status, answer.headers, b"", "in a content coding that was not asked for")
    return Answer(answer.status, answer.headers, *inflate(answer.body, most))


def inflate(packed: bytes, most: int) -> tuple[bytes, str | None]:
    """Return at most `most` bytes of what `packed` holds, and what is wrong with it if that is not all."""
    body = bytearray()
    for _ in range(MAX_MEMBERS):
        inflater = zlib.decompressobj(wbits=31)
        try:
            body += inflater.decompress(packed, most - len(body))
        except zlib.error:
            return bytes(body), "not one whole gzip stream" if body else "not the gzip that it claims to be"
        packed = inflater.unused_data
        if inflater.unconsumed_tail or (packed and len(body) == most):
            return bytes(body), f"cut off after {most:,} bytes"
        if not packed:
            return bytes(body), None if inflater.eof else "not one whole gzip stream"
    return bytes(body), "not one whole gzip stream"
