"""What can go wrong on purpose with a request."""

import inspect
import json
import math
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, Final, Literal, Self, TypeAlias, TypeGuard, get_args

from attrs import Attribute, evolve, field, frozen
from attrs.validators import in_, optional

from aex_async.sandbox._exchange import Response

Effect: TypeAlias = Literal["before", "never"] | float
"""When a write becomes real: before the answer leaves, never, or that many seconds after it."""

Outcome: TypeAlias = Literal["answer", "refuse", "lose", "cut", "reset", "hang"]
"""How the connection fares: it carries the answer, is refused, loses the request, is closed early, reset, or silent."""

NAMES: Final = (
    *("delay", "refuse", "cut_request", "cut_before", "cut_after", "reset", "silent", "late", "status", "answer"),
    *("drift", "other_customer", "surplus", "hang_up", "no_farewell"),
    *("slow_handshake", "silent_handshake", "cut_handshake"),
)
"""What `Fault.named` makes."""

Handshake: TypeAlias = Literal["late", "silent", "cut"]
"""How the handshake of TLS fares that goes wrong: it begins late, never, or is cut off once the client has begun it."""

_LOWEST_STATUS, _HIGHEST_STATUS = 200, 599
_MOST_TIMES = 1_000  # rows or answers that one request may bring about: the sandbox makes them all at once
_LONGEST = 10 * 31_557_600  # seconds: what is due later than the clock ends could never take place
_HEADER_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(rb"(?:[^\0\s]+(?:[ \t]+[^\0\s]+)*)?")
_FRAMING = (b"connection", b"content-length", b"transfer-encoding")
_WHOLE = sys.maxsize
_WITHOUT_BODY = (204, 205, 304)
_HTML = "text/html; charset=utf-8"


def _demand(fits: bool, name: str, wanted: str, value: object) -> None:  # noqa: FBT001 - what it is about
    if not fits:
        raise TypeError(f"{name} is {wanted}, not {value!r}")


def is_whole(value: object) -> bool:
    """Whether a value is a whole number, and not negative."""
    return isinstance(value, int) and is_number(value)


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value is a number, finite and not negative."""
    # True is a number to Python, so that it would mean 1.
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf


def _is_wait(value: object) -> bool:
    return is_number(value) and value <= _LONGEST


def _check_effect(_: object, __: "Attribute[Effect]", value: object) -> None:
    fits = value in ("before", "never") or _is_wait(value)
    _demand(fits, "effect", '"before", "never" or a number of seconds, ten years at most', value)


def _check_pause(_: object, __: "Attribute[float]", value: object) -> None:
    _demand(_is_wait(value), "a pause", "a number of seconds, ten years at most", value)


def _check_outcome(_: object, __: "Attribute[Outcome]", value: object) -> None:
    outcomes = get_args(Outcome)
    _demand(value in outcomes, "outcome", " or ".join(map(repr, outcomes)), value)


def _check_size(_: object, field: "Attribute[int]", value: object) -> None:
    _demand(is_whole(value), field.name, "a whole number", value)


def _check_times(_: object, field: "Attribute[int]", value: int) -> None:
    _check_size(_, field, value)
    _demand(value <= _MOST_TIMES, field.name, f"{_MOST_TIMES:,} at most", value)


def _check_status(_: object, __: "Attribute[int]", value: object) -> None:
    if not is_whole(value) or value not in range(_LOWEST_STATUS, _HIGHEST_STATUS + 1):
        raise ValueError(f"{value!r} is not a status that a server may answer with")


def _check_headers(
    _: object, __: "Attribute[tuple[tuple[bytes, bytes], ...]]", value: Iterable[tuple[bytes, bytes]]
) -> None:
    for header in value:
        # A server that sends another breaks off, and whoever made the fault learns nothing of why.
        fits = _HEADER_NAME.fullmatch(header[0]) and _HEADER_VALUE.fullmatch(header[1])
        _demand(bool(fits), "a header", "a name and a value on one line", header)
        _demand(header[0].lower() not in _FRAMING, "a header", "none by which the server itself frames answers", header)


def _check_body(_: object, __: "Attribute[bytes]", value: object) -> None:
    _demand(isinstance(value, bytes), "body", "text or bytes", value)


@frozen(kw_only=True)
class Fault:
    """One way to fail: when the write takes place, crossed with what becomes of the answer.

    Take one of the factories below, then add it to `sandbox.faults`. Each field stands on its own:

    `effect`: when a write becomes real (see `Effect`).

    `pause`: seconds from the request to its outcome.

    `outcome`: how the connection fares (see `Outcome`).

    `kept`: with `cut` or `reset`, how many bytes of the raw answer are still sent; with `lose`, of the raw request.

    `code`, `headers`, `body`: what replaces these parts of the answer; `None` or empty keeps them.

    `inserted`: how many rows somebody else puts at the head of the listing first.

    `stranger`: a placed order's answer names another customer.

    `again`: how often the answer is sent once more, unasked for.

    `kept_open`: for how many seconds the connection is kept after its answer; `None` is as long as any other.

    `farewell`: whether TLS says that it ends where a connection is cut.

    `handshake`: how a handshake of TLS fares (see `Handshake`), which no request goes through.
    """

    effect: Effect = field(default="before", validator=_check_effect)
    pause: float = field(default=0.0, validator=_check_pause)
    outcome: Outcome = field(default="answer", validator=_check_outcome)
    kept: int = field(default=0, validator=_check_size)
    code: int | None = field(default=None, validator=optional(_check_status))
    headers: tuple[tuple[bytes, bytes], ...] = field(default=(), validator=_check_headers)
    body: bytes | None = field(default=None, validator=optional(_check_body))
    inserted: int = field(default=0, validator=_check_times)
    stranger: bool = False
    again: int = field(default=0, validator=_check_times)
    kept_open: float | None = field(default=None, validator=optional(_check_pause))
    farewell: bool = True
    handshake: Handshake | None = field(default=None, validator=optional(in_(get_args(Handshake))))

    def __attrs_post_init__(self) -> None:
        if self.body and self.code in _WITHOUT_BODY:
            raise ValueError(f"an answer with the status {self.code} has no body")

    @classmethod
    def delay(cls, seconds: float, *, effect: Effect = "before") -> Self:
        """Answer rightly, `seconds` later."""
        return cls(pause=seconds, effect=effect)

    @classmethod
    def refuse(cls) -> Self:
        """Refuse the connection: nothing arrived. A served sandbox, connected by then, resets it."""
        return cls(outcome="refuse", effect="never")

    @classmethod
    def cut_request(cls, bytes_of_request: int = 0) -> Self:
        """Break the connection after that many bytes of the raw request: it never arrives whole, so it does nothing.

        A served sandbox resets the connection once it knows which request it is, whatever the number.
        """
        return cls(outcome="lose", kept=bytes_of_request, effect="never")

    @classmethod
    def cut_before(cls) -> Self:
        """Read the request, do nothing, then close the connection without an answer."""
        return cls(outcome="cut", effect="never")

    @classmethod
    def cut_after(cls, bytes_of_answer: int = 0, *, effect: Effect = "before") -> Self:
        """Close the connection after that many bytes of the raw answer, headers included."""
        return cls(outcome="cut", kept=bytes_of_answer, effect=effect)

    @classmethod
    def reset(cls, bytes_of_answer: int = 0, *, effect: Effect = "before") -> Self:
        """Reset the connection after that many bytes of the raw answer; a real reset may lose them too."""
        return cls(outcome="reset", kept=bytes_of_answer, effect=effect)

    @classmethod
    def silent(cls, *, effect: Effect = "before") -> Self:
        """Never answer while keeping the connection open."""
        return cls(outcome="hang", effect=effect)

    @classmethod
    def late(cls, seconds: float, *, outcome: Outcome = "cut") -> Self:
        """Let the write take place `seconds` after the answer; by default that answer is lost as well."""
        return cls(effect=seconds, outcome=outcome)

    @classmethod
    def status(
        cls,
        code: int,
        *,
        retry_after: float | str | None = None,
        wait_header: str = "Retry-After",
        body: bytes | str | None = None,
        content_type: str | None = None,
        effect: Effect = "never",
    ) -> Self:
        """Answer with another status.

        Without a `body` it is the API's own error, such as `{"code": 503, "errors": [...]}`; a body without a
        `content_type` is HTML, as a proxy would send. `retry_after` is the header's value: seconds or a date;
        `wait_header` calls it by another name, such as `X-RateLimit-Reset`. Raises `ValueError` for a status outside
        200 to 599, and for a body of one that has none.
        """
        kind = content_type or ("application/json" if body is None else _HTML)
        extra = () if retry_after is None else ((str(wait_header).lower().encode(), str(retry_after).encode()),)
        return cls(
            code=code,
            headers=((b"content-type", str(kind).encode()), *extra),
            body=_error_body(code) if body is None else _encoded(body),
            effect=effect,
        )

    @classmethod
    def answer(cls, body: bytes | str, *, effect: Effect = "before") -> Self:
        """Answer as usual but with this body, whatever it holds."""
        return cls(body=_encoded(body), effect=effect)

    @classmethod
    def drift(cls, insert: int = 1) -> Self:
        """Let somebody else put `insert` rows at the head of the listing, then answer rightly."""
        return cls(inserted=insert)

    @classmethod
    def other_customer(cls, *, effect: Effect = "before") -> Self:
        """Answer a placed order in another customer's name."""
        return cls(stranger=True, effect=effect)

    @classmethod
    def surplus(cls, times: int = 1) -> Self:
        """Answer rightly, then say the same again on that connection, where the next request may take it for its own.

        In this process every request has a connection to itself: only a served sandbox can do so.
        """
        return cls(again=times)

    @classmethod
    def hang_up(cls, seconds: float = 0.0) -> Self:
        """Answer rightly, promise to keep the connection, and close it `seconds` later. Only a served sandbox can."""
        return cls(kept_open=seconds)

    @classmethod
    def no_farewell(cls, bytes_of_answer: int | None = None, *, effect: Effect = "before") -> Self:
        """Answer rightly, or with that many bytes of it, then close the connection without the farewell of TLS."""
        return cls(
            outcome="cut", kept=_WHOLE if bytes_of_answer is None else bytes_of_answer, farewell=False, effect=effect
        )

    @classmethod
    def slow_handshake(cls, seconds: float) -> Self:
        """Begin the handshake of TLS `seconds` after the connection was made.

        Whether a request will come by a connection is not known yet, so that this and its like take neither a method
        nor a path, and concern no connection that is kept. Only a sandbox that is served over TLS has handshakes.
        """
        return cls(handshake="late", pause=seconds)

    @classmethod
    def silent_handshake(cls) -> Self:
        """Take the connection, and never say a word of TLS."""
        return cls(handshake="silent")

    @classmethod
    def cut_handshake(cls) -> Self:
        """Close the connection once the client has begun the handshake of TLS."""
        return cls(handshake="cut")

    @classmethod
    def named(cls, name: str, /, *values: Any, **options: Any) -> Self:
        """Return what the factory `name` makes, such as `named("late", 5)`.

        Raises `ValueError` for a name that is none, or for what the factory does not take.
        """
        if name not in NAMES:
            raise ValueError(f"there is no fault {name!r}: one of {', '.join(NAMES)}")
        factory = getattr(cls, name)
        try:
            inspect.signature(factory).bind(*values, **options)
        except TypeError:  # which speaks of arguments, and counts the class among them
            raise ValueError(f"the fault {name!r} cannot be made like that: {_tell_values(factory)}") from None
        try:
            return factory(*values, **options)  # type: ignore[no-any-return]
        except TypeError as error:
            raise ValueError(f"the fault {name!r} cannot be made like that: {error}") from None

    def replace_parts(self, response: Response) -> Response:
        """Put the fault's own status, headers, body in place of the answer's, which writes what it wrote."""
        return evolve(
            response,
            status=self.code or response.status,
            # Another status has headers of its own: the Location of a 201 would give it away.
            headers=self.headers if self.code else response.headers + self.headers,
            body=b"" if self.code in _WITHOUT_BODY else response.body if self.body is None else self.body,
        )

    def kept_of(self, response: Response) -> bytes:
        """Return those bytes of the raw answer that a cut or a reset lets through."""
        return (response.head + response.body)[: self.kept]

    def status_seen(self, response: Response) -> int | None:
        """Return the status that reaches the client, `None` if its head does not arrive whole."""
        arrives = self.outcome == "answer" or len(self.kept_of(response)) >= len(response.head)
        return response.status if arrives else None

    def after(self, seconds: float) -> Self:
        """Return the same fault with its outcome `seconds` after the request."""
        return evolve(self, pause=seconds)


FLAWLESS = Fault()
"""What happens to a request that no rule concerns."""


def _tell_values(factory: Callable[..., Fault]) -> str:
    """Return what a factory takes, in words; what is only taken by its name is followed by an equals sign."""
    parameters = inspect.signature(factory).parameters.values()
    names = [f"{one.name}=..." if one.kind is one.KEYWORD_ONLY else one.name for one in parameters]
    return f"it takes {', '.join(names) or 'no value'}"


def _error_body(code: int) -> bytes:
    return b"" if code in _WITHOUT_BODY else json.dumps({"code": code, "errors": ["made to fail"]}).encode()


def _encoded(text: bytes | str) -> bytes:
    return text.encode() if isinstance(text, str) else text
