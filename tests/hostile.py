"""Bodies that are made to cost time or memory, as large as they are read, and a server of them."""

import zlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

from aex_async._json import MAX_OBJECTS, MAX_VALUES

MEBIBYTE: Final = 2**20
LARGEST: Final = 16 * MEBIBYTE

HOSTILE: Final[Mapping[str, bytes]] = {
    "deep": b"[" * 2**24,
    "deep objects": b'{"a":' * (2**24 // 5),
    "digits": b"9" * 2**24,
    "fraction": b"0." + b"9" * (2**24 - 2),
    "backslashes": b'"' + rb"\\" * (2**23 - 1) + b'"',
    "open text": b'"' + b"x" * (2**24 - 1),
    "numbers": b"[" + b"1," * (2**23 - 1) + b"1]",
    "same key": b"{" + b'"a":1,' * (2**24 // 6 - 1) + b'"a":1}',
    "fractions": b'{"x":[' + b"1.5," * (2**22 - 3) + b"1.5]}",
    "empty lists": b'{"x":[' + b"[]," * (2**24 // 3 - 4) + b"[]]}",
    "just so many fractions": b'{"x":[' + b"1.5," * (MAX_VALUES - 1) + b"1.5]}",
}
"""Each costs a careless parser seconds."""


def squeeze(size: int) -> bytes:
    """Return so many zeros, with gzip."""
    gzip = zlib.compressobj(9, wbits=31)
    return b"".join([*(gzip.compress(bytes(MEBIBYTE)) for _ in range(size // MEBIBYTE)), gzip.flush()])


@cache
def make_greedy() -> Mapping[str, bytes]:
    """Return bodies that cost memory, the hostile ones among them."""
    return {
        **HOSTILE,
        "one text": b'{"id":"' + b"x" * (LARGEST - 10) + b'"}',
        "one wide text": b'{"id":"' + "\N{ROCKET}".encode() * (LARGEST // 4 - 4) + b'"}',
        "escapes": b'{"id":"' + rb"\u20ac" * (LARGEST // 6 - 4) + b'"}',
        "unknown keys": b'{"id":"1",' + b",".join(b'"%06x":"%06x"' % (n, n) for n in range(MAX_VALUES - 2)) + b"}",
        "rows": b'{"items":[' + b",".join(b'{"id":"%06x"}' % n for n in range(MAX_OBJECTS - 1)) + b"]}",
        "more rows": b'{"items":[' + b",".join(b'{"id":"%06x"}' % n for n in range(3 * MAX_OBJECTS)) + b"]}",
        "too much": b" " * (4 * LARGEST),
        "bomb": squeeze(4 * LARGEST),
        "an error": b'{"errors":["' + b"e" * LARGEST + b'"]}',
    }


class Answering(BaseHTTPRequestHandler):
    """Answers with the body that the path names."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer."""
        name = self.path.partition("?")[0].rpartition("/")[2].replace("_", " ")
        body = make_greedy().get(name, b'{"id": "P1"}')
        self.send_response(400 if name == "an error" else 200)
        self.send_header("Content-Length", str(len(body)))
        if name == "bomb":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        with suppress(ConnectionError):  # the client has had enough
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Keep no log."""


@contextmanager
def serve_bodies() -> Generator[str, None, None]:
    """Serve the bodies, and give the URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
