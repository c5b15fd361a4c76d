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

Every error pickles and deep-copies. None holds a secret, a customer's e-mail or a live response: what the
server said is redacted first.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from aex_async.models import Attempt

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


def _restore(cls: type["AExError"], args: tuple[Any, ...], facts: dict[str, Any]) -> "AExError":
    """Rebuild an unpickled error without its constructor, whose arguments are keywords."""
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(facts)
    return error


class AExError(Exception):
    """The base of every error that this library raises."""

    page: int | None = None
    """The page of a listing at which it happened, for `start_page`; `None` outside a listing."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, self.__dict__.copy())

    def at_page(self, number: int) -> Self:
        """Return this error, which now says on which page of a listing it happened."""
        self.page = number
        return self


class UsageError(AExError, ValueError):
    """The client cannot be built or called so. Nothing was sent."""


class ClientClosedError(AExError):
    """The client was closed before the call, or while it ran.

    `sent` tells whether the request could have reached AEx.
    """

    sent: bool

    def __init__(self, message: str, *, sent: bool = False) -> None:
        super().__init__(message)
        self.sent = sent


class RequestError(AExError):
    """No usable answer arrived.

    `method` and `path` name the route, `attempts` counts the tries, and `sent` tells whether the last of
    them could have reached AEx: `False` only where that is proven not to be so.
    """

    method: str
    path: str
    attempts: int
    sent: bool

    def __init__(self, message: str, *, method: str, path: str, attempts: int, sent: bool) -> None:
        super().__init__(message)
        self.method, self.path = method, path
        self.attempts, self.sent = attempts, sent


class ConnectionFailedError(RequestError):
    """The connection could not be made, was lost, or carried something other than HTTP."""


class DeadlineError(RequestError, TimeoutError):
    """The call's whole time was used up, waits and repeats included."""


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

    @property
    def facts(self) -> dict[str, Any]:
        """What the constructor took beside the message."""
        return {name: value for name, value in self.__dict__.items() if name not in ("page", "__notes__")}

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
        self.messages, self.fields = messages, dict(fields or {})
        self.method, self.path = method, path
        self.retry_after, self.attempts, self.body = retry_after, attempts, body


class BadRequestError(ResponseError):
    """400: AEx refuses the data. Also any other 4xx without a class of its own."""


class EmailTakenError(BadRequestError):
    """A customer with this e-mail exists already, perhaps with another provider."""


class AuthenticationError(ResponseError):
    """401: the token is missing, malformed, expired or revoked; AEx does not say which."""


class ServiceRejectedError(ResponseError):
    """401 on `POST /services/full` although the token works elsewhere: AEx refuses the order's data."""


class ForbiddenError(ResponseError):
    """403: the token may not do this."""


class NotFoundError(ResponseError):
    """404: no such record, or somebody else's."""


class RateLimitedError(ResponseError):
    """429: too many requests; `retry_after` says how long to wait, if the server did."""


class RedirectError(ResponseError):
    """3xx: AEx's API never redirects, and the token never follows."""


class ServerError(ResponseError):
    """5xx: AEx, or a proxy before it, failed."""


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


class PaginationError(AExError):
    """A listing that cannot be walked to its end: `page` is where it went wrong."""

    def __init__(self, message: str, *, page: int) -> None:
        super().__init__(message)
        self.at_page(page)


class OrderError(AExError):
    """An order that was not placed, or not certainly."""


class OrderConflictError(OrderError):
    """The order cannot be placed as asked: a person has to decide. Nothing more was sent."""


class OrderUncertainError(OrderError):
    """The order may exist. `attempt` is what `resume_order` goes on from; do not order again before it did."""

    attempt: "Attempt"

    def __init__(self, message: str, *, attempt: "Attempt") -> None:
        super().__init__(message)
        self.attempt = attempt
