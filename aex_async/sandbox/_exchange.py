"""What crosses the wire, apart from how it crosses: requests, answers, errors, forms of ids and dates."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, TypeAlias

import msgspec
from attrs import evolve, field, frozen

from aex_async.sandbox._oddities import Oddities

Row: TypeAlias = dict[str, Any]
"""One record as the API prints it: plain JSON, in the key order of the document's samples."""

Commit: TypeAlias = Callable[[float], None]
"""Makes a write real, as of the given reading of the sandbox's clock."""

_JSON = (b"content-type", b"application/json")
_BEARER = re.compile(r"Bearer (\S+)")
_GUID = re.compile(rb'"\{?[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}?"')
_MOMENT = re.compile(rb'"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4})"')
_IN_BRACES = re.compile(r"(?:\{|%7B)([0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12})(?:\}|%7D)", re.IGNORECASE)


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


@frozen
class RequestRecord:
    """One request that arrived; `status` is `None` if no status line was sent back whole."""

    method: str
    path: str
    status: int | None


class ProblemError(Exception):
    """The request is answered with an error: a status, with texts or texts by field."""

    def __init__(self, status: int, errors: list[str] | dict[str, list[str]]) -> None:
        super().__init__(status, errors)
        self.status = status
        self.errors = errors


def reason(status: int) -> bytes:
    """Return the phrase that goes with a status; empty for one that HTTP does not know."""
    try:
        return HTTPStatus(status).phrase.encode()
    except ValueError:
        return b""


def json_response(status: int, value: object) -> Response:
    """Return an answer whose body is `value` as JSON."""
    return Response(status, (_JSON,), msgspec.json.encode(value))


def not_found() -> ProblemError:
    """Return the error for what does not exist, worded as in the document."""
    return ProblemError(404, ["not found"])


# Errors, in the words of the document.


def check_token(token: str | None, authorization: str) -> None:
    """Raise a `ProblemError` with status 401 unless the header holds the token; `None` admits any."""
    match = _BEARER.fullmatch(authorization)
    if match is None or token not in (None, match[1]):
        raise not_authenticated()


def not_authenticated() -> ProblemError:
    """Return the error of steps 1 to 7 for a token that is missing, wrong or expired: all look the same."""
    return ProblemError(401, ["Not Authenticated"])


def refusal(problem: ProblemError, oddities: Oddities, request: Request) -> Response:
    """Return the answer that tells of a problem."""
    if (
        oddities.login_redirect
        and problem.status == HTTPStatus.UNAUTHORIZED
        and "application/json" not in request.accept
    ):
        return Response(302, ((b"location", f"{request.base}/auth/identity".encode()),))
    if oddities.errors_as_success:
        return json_response(200, {"items": [], "total": 0, **_body(problem, oddities)})
    return json_response(problem.status, _body(problem, oddities))


def _body(problem: ProblemError, oddities: Oddities) -> Row:
    code = (400 if problem.status == HTTPStatus.UNAUTHORIZED else 401) if oddities.code_mismatch else problem.status
    if isinstance(problem.errors, list):
        return {"code": code, "errors": problem.errors}
    texts = [f"{name} {text}" for name, found in problem.errors.items() for text in found]
    shapes: dict[str, Row] = {
        "fields": {"code": code, "errors": problem.errors, "full_errors": texts},
        "texts": {"code": code, "errors": {name: found[0] for name, found in problem.errors.items()}},
        "list": {"code": code, "errors": texts},
        "error": {"error": texts[0]},
    }
    return shapes[oddities.error_shape]


# How an answer, or a request, is changed before anybody reads it.


def in_lower_case(response: Response) -> Response:
    """Print every GUID in the body in lower case."""
    return evolve(response, body=_GUID.sub(lambda match: match[0].lower(), response.body))


def in_braces(response: Response) -> Response:
    """Print every GUID in the body in braces."""
    return evolve(response, body=_GUID.sub(lambda match: b'"{' + match[0][1:-1] + b'}"', response.body))


def without_braces(request: Request) -> Request:
    """Read every GUID in braces as the GUID that it is."""
    return evolve(
        request,
        path=_IN_BRACES.sub(r"\1", request.path),
        query=_IN_BRACES.sub(r"\1", request.query),
        body=_IN_BRACES.sub(r"\1", request.body.decode(errors="surrogateescape")).encode(errors="surrogateescape"),
    )


def with_dates(response: Response, form: str) -> Response:
    """Print every moment in the body in another form of the `dates` that an oddity tells of."""

    def print_again(match: re.Match[bytes]) -> bytes:
        try:
            moment = datetime.strptime(match[1].decode(), "%Y-%m-%d %H:%M:%S %z")
            utc = moment.astimezone(UTC)
        except (ValueError, OverflowError):  # somebody's name may look like a moment, and be none
            return match[0]
        shown = {
            "utc": f"{utc:%Y-%m-%d %H:%M:%S} UTC",
            "iso": moment.isoformat(),
            "milliseconds": f"{utc:%Y-%m-%dT%H:%M:%S}.000Z",
            "date": f"{moment:%Y-%m-%d}",
        }
        return b'"%s"' % shown[form].encode()

    return evolve(response, body=_MOMENT.sub(print_again, response.body))


def naming(response: Response, pick_stranger: Callable[[str], str]) -> Response:
    """Let the answer to an order name a stranger to its customer; other answers stay as they are."""
    if response.status != HTTPStatus.CREATED or not response.body:
        return response
    order = msgspec.json.decode(response.body)
    order["customer"]["id"] = pick_stranger(order["customer"]["id"])
    return evolve(response, body=msgspec.json.encode(order))
