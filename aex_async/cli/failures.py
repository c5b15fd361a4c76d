"""What a program reads of a command that did not go well: one object, always of the same shape."""

import sys
from typing import Final

from aex_async.cli.exit_codes import CONFLICT, FAILED, INTERRUPTED, MISUSED, UNCERTAIN
from aex_async.cli.format import Result, describe_attempt
from aex_async.errors import AExError
from aex_async.models import Attempt

_KINDS: Final = {
    FAILED: "Failed",
    MISUSED: "UsageError",
    UNCERTAIN: "OrderUncertainError",
    CONFLICT: "OrderConflictError",
    INTERRUPTED: "Interrupted",
}


def wants_json() -> bool:
    """Whether the command line asks for JSON, also where it goes wrong before its options are read."""
    arguments = sys.argv[1:]
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options


def describe_failure(
    message: str,
    code: int,
    *,
    kind: str | None = None,
    advice: str | None = None,
    cause: AExError | None = None,
    attempt: Attempt | None = None,
) -> Result:
    """Return the object that `--json` prints for a failure: what is not known of it is null."""
    return {
        "error": {
            "kind": kind or (_KINDS.get(code, "Failed") if cause is None else type(cause).__name__),
            "message": message,
            "advice": advice or (None if cause is None else cause.advice),
            "exit_code": code,
            "sent": False if code == MISUSED else getattr(cause, "sent", None),
            "status": getattr(cause, "status", None),
            "retry_after": getattr(cause, "retry_after", None),
            "page": getattr(cause, "page", None),
            "service_ids": _list_services(cause, attempt),
            "order": attempt and describe_attempt(attempt),
        }
    }


def _list_services(cause: AExError | None, attempt: Attempt | None) -> list[str]:
    """Return the services that an order is, or may be."""
    named: tuple[str, ...] = getattr(cause, "service_ids", ())
    own = attempt.service_id if attempt else None
    return [*named, *([own] if own and own not in named else [])]
