"""What the log says of calls and their tries, with the fields of each record."""

import logging

import anyio

from aex_async import errors
from aex_async._http.call import Call, Progress
from aex_async._http.redaction import find_route
from aex_async._http.responses import Answer
from aex_async._http.retry_policy import REPEATABLE, Failure

log = logging.getLogger("aex_async")


def log_try(call: Call, outcome: Answer | Failure, progress: Progress, pause: float | None) -> None:
    """Say what a try came to, and whether there will be another."""
    level = logging.DEBUG if pause is None else logging.INFO
    if log.isEnabledFor(level):
        text = "%s %s, try %d: %s" + ("" if pause is None else ", and is repeated")
        log.log(
            level,
            text,
            call.method,
            call.path,
            progress.attempts,
            name_outcome(outcome),
            extra=describe_record(call, progress, pause),
        )


def log_failure(call: Call, error: errors.AExError, progress: Progress) -> None:
    """Say what was given up: no answer, or a refusal that is not about what was asked."""
    status = error.code or error.status if isinstance(error, errors.ResponseError) else None
    if status is None or status in REPEATABLE:
        log.warning(
            "%s %s was given up after %d %s: %s",
            call.method,
            call.path,
            progress.attempts,
            "try" if progress.attempts == 1 else "tries",
            type(error).__name__,
            extra=describe_record(call, progress, None),
        )


def name_outcome(outcome: Answer | Failure | None) -> int | str:
    if outcome is None:
        return "it was cut short"
    return outcome.what if isinstance(outcome, Failure) else outcome.means


def describe_record(call: Call, progress: Progress, wait: float | None) -> dict[str, object]:
    """Return the fields of a log record: what may be shown anywhere."""
    return {
        "aex_method": call.method,
        "aex_route": find_route(call.path),
        "aex_attempt": progress.attempts,
        "aex_seconds": round(anyio.current_time() - progress.begun, 6),
        "aex_wait": wait,
    }
