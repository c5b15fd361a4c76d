"""Everything that can go wrong, as one tree.

::

    AExError
    ├── UsageError (also ValueError)         the client cannot be built or called so; nothing was sent
    ├── ClientClosedError                    the client was closed before or during the call
    ├── RequestError                         no usable answer arrived
    │   ├── ConnectionFailedError
    │   └── DeadlineError (also TimeoutError)
    ├── ResponseError                        an answer that is not success
    │   ├── BadRequestError                  400, and any 4xx without a class of its own
    │   │   └── EmailTakenError
    │   ├── AuthenticationError              401
    │   ├── ServiceRejectedError             401 for a service although the token works: bad data
    │   ├── ForbiddenError                   403
    │   ├── NotFoundError                    404
    │   ├── RateLimitedError                 429
    │   ├── RedirectError                    3xx, never followed
    │   └── ServerError                      5xx
    ├── UnexpectedAnswerError                success, but not what the API describes
    ├── PaginationError                      a listing that cannot be walked
    └── OrderError                           an order that was not placed, or not certainly
        ├── OrderConflictError               it cannot be placed as asked
        └── OrderUncertainError              it may exist: look again with `resume_order`

The text of an error says what happened, and whether anything was sent; its `advice` says what to do next. Every error
pickles and deep-copies. None holds a secret, a customer's e-mail or a live response: what the server said is redacted
first.
"""

from collections.abc import Mapping
from math import ceil
from typing import Any

from aex_async import models
from aex_async._base_errors import AExError, UsageError

__all__ = [
    "AExError",
    "AuthenticationError",
    "BadRequestError",
    "ClientClosedError",
    "ConnectionFailedError",
    "DeadlineError",
    "EmailTakenError",
    "ForbiddenError",
    "NotFoundError",
    "OrderConflictError",
    "OrderError",
    "OrderUncertainError",
    "PaginationError",
    "RateLimitedError",
    "RedirectError",
    "RequestError",
    "ResponseError",
    "ServerError",
    "ServiceRejectedError",
    "UnexpectedAnswerError",
    "UsageError",
]


LOOK_FIRST = "Look whether it has taken effect before you repeat it."

_BUSY = (408, 425, 429, 500, 502, 503, 504)
"""Statuses that pass by themselves."""

_UNREAD = (408, 425)
"""Statuses by which a server says that it will not deal with the request now, whatever is in it."""


class ClientClosedError(AExError):
    """The client was closed before the call, or while it ran.

    `sent` tells whether the request could have reached AEx.
    """

    sent: bool

    def __init__(self, message: str, *, sent: bool = False) -> None:
        super().__init__(message)
        self.sent = sent

    def _choose_advice(self) -> str:
        if self.sent:
            return "Make a new client, and look for what the call may have done before you repeat it."
        return "Make a new client, and call again with it."


class RequestError(AExError):
    """No usable answer arrived.

    `method` and `path` name the route, `attempts` counts the tries, and `sent` tells whether the last of
    them could have reached AEx: `False` only if it provably could not.
    """

    method: str
    path: str
    attempts: int
    sent: bool

    def __init__(self, message: str, *, method: str, path: str, attempts: int, sent: bool) -> None:
        super().__init__(message)
        self.method, self.path = method, path
        self.attempts, self.sent = attempts, sent

    def _choose_advice(self) -> str:
        if self.sent and self.method != "GET":
            return LOOK_FIRST
        return self._repeat

    _repeat = "Check the network and base_url, and call again later."


class ConnectionFailedError(RequestError):
    """The connection could not be made, was lost, or carried something other than HTTP."""


class DeadlineError(RequestError, TimeoutError):
    """The call's whole time was used up, waits and repeats included."""

    _repeat = "Call again later, or with a longer timeout."


class ResponseError(AExError):
    """An answer that is not success.

    `status` is HTTP's; `code` is the body's, which may contradict it. `messages` are the server's texts,
    `fields` the same by field name, `body` the start of the answer as text; all three are redacted.
    `retry_after` is in seconds, `None` if the server named no wait. `attempts` counts the tries.
    """

    status: int
    code: int | None
    messages: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]
    method: str
    path: str
    retry_after: float | None
    attempts: int
    body: str

    _next = "Call again later, and ask AEx if it stays so."
    _may_have_worked = False
    """Whether the server may have done what it was asked for, in spite of this answer."""

    @property
    def facts(self) -> dict[str, Any]:
        """What the constructor took beside the message."""
        # All else is what was added since: by a listing, by whoever caught it, by `advise`.
        return {name: value for name, value in self.__dict__.items() if name not in ("page", "__notes__", "_advice")}

    def _choose_advice(self) -> str:
        if self.method != "GET" and (self._may_have_worked or self.status in _UNREAD):
            return LOOK_FIRST
        if self.retry_after is not None and self.status in _BUSY:
            return f"Wait {ceil(self.retry_after):,} seconds, and call again."
        return self._next

    def __init__(
        self,
        message: str,
        *,
        status: int,
        method: str,
        path: str,
        code: int | None = None,
        messages: tuple[str, ...] = (),
        fields: Mapping[str, tuple[str, ...]] | None = None,
        retry_after: float | None = None,
        attempts: int = 1,
        body: str = "",
    ) -> None:
        super().__init__(message)
        self.status, self.code = status, code
        self.messages, self.fields = messages, dict(fields or {})  # a plain dict: no mapping proxy can be pickled
        self.method, self.path = method, path
        self.retry_after, self.attempts, self.body = retry_after, attempts, body


class BadRequestError(ResponseError):
    """400: AEx refuses the data. Also any other 4xx without a class of its own."""

    def _choose_advice(self) -> str:
        if self.status in _UNREAD:  # a 4xx by number alone: nothing is wrong with the data
            return super()._choose_advice()
        wrong = ", ".join(self.fields)
        return f"Correct {wrong or 'the data'}, and call again."


class EmailTakenError(BadRequestError):
    """400, 409 or 422: a customer with this e-mail exists already, perhaps with another provider."""

    def _choose_advice(self) -> str:
        return "Look for the customer with find_customer; if there is none, AEx must say whose the e-mail is."


class AuthenticationError(ResponseError):
    """401: the token is missing, malformed, expired or revoked; AEx does not say which."""

    _next = "Check the token, and that it belongs to this base_url: it may be missing, malformed, expired or revoked."


class ServiceRejectedError(ResponseError):
    """401 on `POST /services/full` although the token works elsewhere: AEx refuses the order's data."""

    _next = (
        "Check the customer, the premise's guid, and that the product is available there, and look at the customer's "
        "services before you order again."
    )


class ForbiddenError(ResponseError):
    """403: the token may not do this."""

    _next = "Ask your SDM at AEx what this token may do."


class NotFoundError(ResponseError):
    """404: no such record, or somebody else's."""

    _next = "Check the id, and the token if no id is found: AEx says the same of another provider's record."


class RateLimitedError(ResponseError):
    """429: too many requests; `retry_after` says how long to wait, if the server did."""

    _next = "Send fewer requests at a time, and call again later."
    _may_have_worked = True  # some limiters count a request after it was served


class RedirectError(ResponseError):
    """3xx: AEx's API never redirects, and the token never follows."""

    _next = "Check base_url, and what stands between you and AEx: its API never redirects."
    _may_have_worked = True  # frameworks redirect to the page of what a POST has just made


class ServerError(ResponseError):
    """5xx: AEx, or a proxy before it, failed."""

    _may_have_worked = True


class UnexpectedAnswerError(AExError):
    """Success, but not what the API describes.

    `problems` lists what is wrong, each with its JSON path, never with a value. `status` is HTTP's.
    """

    method: str
    path: str
    status: int
    attempts: int
    problems: tuple[str, ...]

    def __init__(
        self,
        message: str,
        *,
        method: str,
        path: str,
        status: int,
        attempts: int = 1,
        problems: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.method, self.path, self.status = method, path, status
        self.attempts, self.problems = attempts, problems

    def _choose_advice(self) -> str:
        if self.method != "GET":
            return LOOK_FIRST
        return "Call again, and show AEx the problems if they stay."


class PaginationError(AExError):
    """A listing that cannot be walked to its end: `page` is where it went wrong."""

    def __init__(self, message: str, *, page: int) -> None:
        super().__init__(message)
        self.at_page(page)

    def _choose_advice(self) -> str:
        return f"Walk the listing again, or go on with start_page={self.page}: what was given so far is not all."


class OrderError(AExError):
    """An order that was not placed, or not certainly."""

    def _choose_advice(self) -> str:
        return "Correct the order as the message says, and look at the customer's services before you place it again."


class OrderConflictError(OrderError):
    """The order cannot be placed as asked: a person has to decide. Nothing more was sent."""

    def _choose_advice(self) -> str:
        return "Let a person look at the customer's services, and decide whether anything is still to be ordered."


class OrderUncertainError(OrderError):
    """The order may exist. `attempt` is what `resume_order` goes on from; do not order again before that."""

    attempt: "models.Attempt"

    def __init__(self, message: str, *, attempt: "models.Attempt") -> None:
        super().__init__(message)
        self.attempt = attempt

    def _choose_advice(self) -> str:
        return (
            f"Do not order again: go on later with resume_order and the attempt {self.attempt.reference}; if it stays "
            "unknown, ask AEx, then dismiss it in the journal (if you gave none, only this client remembers it)."
        )
