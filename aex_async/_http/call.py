"""What one call sends, how far it has come, and the error that it may end in."""

import math
from collections.abc import Callable
from typing import Any, Final

from attrs import field, frozen

from aex_async import errors
from aex_async._http.observing import NOBODY, Watch
from aex_async._http.request import Trace
from aex_async._http.responses import Answer
from aex_async._http.retry_policy import Failure
from aex_async._json import Problems

ANOTHER: Final = Problems(["$: another record than the one asked for"])

_LONG: Final = 1_000  # seconds from which on fractions say nothing


@frozen(eq=False)  # nothing compares two, and attrs would compile how at every import
class Call:
    """What one call sends, and how long it may take in all. Its `repr` holds its method and path alone."""

    method: str
    path: str
    query: str = field(default="", repr=False)
    body: bytes | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    timeout: float | None = field(default=None, repr=False)
    attempts: int = field(default=1, repr=False)
    uncached: bool = field(default=False, repr=False)
    """Whether AEx itself is to be asked, and no cache of a transport."""
    current: bool = field(default=False, repr=False)
    """Whether no answer counts, either, that has an age: of what is not in it, something is to follow."""
    doubted: bool = field(default=False, repr=False)
    """Whether it is asked again because a kept connection answered something else."""

    @property
    def writes(self) -> bool:
        """Whether sending it twice could do harm."""
        return self.method != "GET"

    @property
    def fresh(self) -> bool:
        """Whether it goes out on a connection of its own, where no surplus of an earlier answer can be waiting."""
        return self.writes or self.doubted


class Progress:
    """How far a call has come, for the error that may end it, and what was read of its answer.

    `attempts` are the tries made before, if it is asked a second time. `read` gets its answer in the very step in which
    that comes, and returns what it makes of it, or what is wrong with it.
    """

    def __init__(self, attempts: int = 0, read: Callable[[Answer], object] | None = None) -> None:
        self.read: Any = None
        self._read = read
        self.deadline = math.inf
        self.attempts = attempts
        self.begun = 0.0  # when the last try began
        self.trace = Trace(traced=True)
        self.renewed = False
        self.watch: Watch = NOBODY
        self._distrust: Callable[[], object] = object  # nothing, until a try has a connection

    @property
    def sent(self) -> bool:
        """Whether the last try could have reached AEx."""
        return self.trace.sent

    @property
    def succeeded(self) -> bool:
        """Whether the last try's answer began with the status of a success."""
        return self.trace.status is not None and self.trace.status // 100 == 2  # noqa: PLR2004

    def goes_by(self, distrust: Callable[[], None]) -> None:
        """Remember how to have the connection dropped that the last try went by."""
        self._distrust = distrust

    def take(self, answer: Answer) -> None:
        """Read the answer, before anybody else can use the connection that it came by.

        If it is none to this call, the next by that connection would be none either: it is to carry nothing more.
        """
        if self._read is not None:
            self.read = self._read(answer)
            if self.read is ANOTHER or (isinstance(self.read, Problems) and self.trace.reused):
                self._distrust()

    def forget(self) -> None:
        """Let go of all that an error would keep."""
        self.read = self._read = None
        self.trace.forget()

    def begin_try(self, now: float, *, fresh: bool, once: bool) -> None:
        """Count one more try, of which nothing is certain yet."""
        self.attempts += 1
        self.begun = now
        self.trace = Trace(fresh=fresh, once=once)
        self.watch.begin_try(self.attempts, now)


# The error that a call ends in, made of what its last try came to


def make_failure(call: Call, failure: Failure, progress: Progress) -> errors.AExError:
    """Return the error of a try that brought no answer."""
    if call.writes and progress.succeeded:
        return make_unexpected(call, progress, f"the answer broke off: {failure.what}")
    kind = errors.DeadlineError if failure.silent else errors.ConnectionFailedError
    return kind(
        f"{call.method} {call.path}: {failure.what} ({tell_sent(call, sent=failure.sent)})",
        method=call.method,
        path=call.path,
        attempts=progress.attempts,
        sent=failure.sent,
    )


def make_unexpected(call: Call, progress: Progress, what: str) -> errors.UnexpectedAnswerError:
    """Return the error of an answer that succeeded, and is not what the API describes."""
    status = progress.trace.status or 0
    effect = "; it has very likely taken effect" if call.writes and not progress.trace.cached else ""
    return errors.UnexpectedAnswerError(
        f"{call.method} {call.path} answered {status}, {what}{effect}",
        method=call.method,
        path=call.path,
        status=status,
        attempts=progress.attempts,
        problems=(f"$: {what}",),
    )


def make_overdue(call: Call, progress: Progress) -> errors.AExError:
    """Return the error of a call whose time is used up."""
    if call.writes and progress.succeeded:
        return make_unexpected(call, progress, "the answer did not end in time")
    return make_deadline_error(call, progress, f"no whole answer within {_show(call.timeout or 0.0)} s")


def _show(seconds: float) -> str:
    """Return seconds as people write them: never 1e+05."""
    return f"{seconds:.4g}" if seconds < _LONG else f"{seconds:.0f}"


def make_closed(call: Call, progress: Progress) -> errors.ClientClosedError:
    """Return the error of a call that the client's closing ended."""
    return errors.ClientClosedError(
        f"{call.method} {call.path}: the client was closed meanwhile ({tell_sent(call, sent=progress.sent)})",
        sent=progress.sent,
    )


def make_deadline_error(call: Call, progress: Progress, what: str) -> errors.DeadlineError:
    """Return the error of a call for which there is, or would be, no time left."""
    return errors.DeadlineError(
        f"{call.method} {call.path}: {what} ({tell_sent(call, sent=progress.sent)})",
        method=call.method,
        path=call.path,
        attempts=progress.attempts,
        sent=progress.sent,
    )


def tell_sent(call: Call, *, sent: bool) -> str:
    """Say whether a call can have done anything, and what to do then."""
    if not sent:
        return "nothing was sent"
    return "it may have taken effect: look before you repeat it" if call.writes else "it can be repeated"
