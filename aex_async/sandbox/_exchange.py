"""What crosses the wire, apart from how it crosses."""

import http
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec
from attrs import field, frozen

Row: TypeAlias = dict[str, Any]
"""One record as the API prints it: plain JSON, in the key order of the document's samples."""

Commit: TypeAlias = Callable[[float], None]
"""Makes a write real, as of the given reading of the sandbox's clock."""

_JSON = (b"content-type", b"application/json")


@frozen
class Request:
    """One request as the server reads it.

    `path` is decoded, `query` is as sent, `base` is the address the caller used, such as `http://127.0.0.1:8000`.
    """

    method: str
    path: str
    query: str = ""
    authorization: str = field(default="", repr=False)
    accept: str = ""
    body: bytes = field(default=b"", repr=False)
    base: str = "https://sandbox.example.com"

    @property
    def target(self) -> str:
        """The path with its query, if there is one."""
        return f"{self.path}?{self.query}" if self.query else self.path


@frozen
class Response:
    """One answer before it is sent; `commit` is the write it speaks of, not made yet."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = field(default=b"", repr=False)
    commit: Commit | None = field(default=None, repr=False, eq=False)

    @property
    def wire_headers(self) -> list[tuple[bytes, bytes]]:
        """The headers with the length of the body, which may not be changed afterwards."""
        return [*self.headers, (b"content-length", b"%d" % len(self.body))]

    @property
    def head(self) -> bytes:
        """The status line down to the empty line, byte for byte."""
        lines = [b"HTTP/1.1 %d %s" % (self.status, reason(self.status))]
        lines += [b"%s: %s" % header for header in self.wire_headers]
        return b"\r\n".join([*lines, b"", b""])


class ProblemError(Exception):
    """The request is answered with an error: a status, with texts or texts by field."""

    def __init__(self, status: int, errors: list[str] | dict[str, list[str]]) -> None:
        super().__init__(status, errors)
        self.status = status
        self.errors = errors


def reason(status: int) -> bytes:
    """Return the phrase that goes with a status; empty for one that HTTP does not know."""
    try:
        return http.HTTPStatus(status).phrase.encode()
    except ValueError:
        return b""


def json_response(status: int, value: object) -> Response:
    """Return an answer whose body is `value` as JSON."""
    return Response(status, (_JSON,), msgspec.json.encode(value))


def not_found() -> ProblemError:
    """Return the error for what does not exist, worded as in the document."""
    return ProblemError(404, ["not found"])
