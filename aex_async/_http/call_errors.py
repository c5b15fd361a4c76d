"""The error that a call ends in, made of what its last try came to; values in, an error out."""

from aex_async import errors
from aex_async._http.call_state import Call, Progress
from aex_async._http.retry_policy import Failure


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
    effect = "; it has very likely taken effect" if call.writes else ""
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
    return make_deadline_error(call, progress, f"no whole answer within {call.timeout} s")


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
