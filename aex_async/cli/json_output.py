"""What programs read of a record, an order or a failure: plain JSON, in which passwords are hidden."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, TypeAlias

from attrs import AttrsInstance, fields

from aex_async._secret_names import find_secret_keys
from aex_async.cli.exit_codes import CONFLICT, FAILED, INTERRUPTED, MISUSED, UNCERTAIN
from aex_async.errors import AExError
from aex_async.models import Attempt

HIDDEN: Final = "(hidden)"

Result: TypeAlias = Mapping[str, Any]
"""What a command shows: texts, numbers, and lists of rows, which are mappings with the same keys."""

KINDS: Final = {
    FAILED: "Failed",
    MISUSED: "UsageError",
    UNCERTAIN: "OrderUncertainError",
    CONFLICT: "OrderConflictError",
    INTERRUPTED: "Interrupted",
}
"""What a failure is called that no error names, by its exit code."""


def describe(record: AttrsInstance, *, reveal: bool = False) -> Result:
    """Return a record as plain JSON, with the keys that no model knows. Dates are ISO 8601, money exact text.

    A value that does not fit its field leaves that null and stands, as AEx sent it, in an object called `misfits`.
    """
    names = [field.name for field in fields(type(record)) if field.name != "extra"]
    extra: Mapping[str, Any] = getattr(record, "extra", {})
    misfits = {name: extra[name] for name in names if name in extra}
    shown = {name: getattr(record, name) for name in names}
    shown |= {name: value for name, value in extra.items() if name not in misfits}
    return describe_values({**shown, "misfits": misfits} if misfits else shown, reveal=reveal)


def describe_values(values: Mapping[str, Any], *, reveal: bool) -> Result:
    """Return what stands under each key, as plain JSON; under a secret one only that it is hidden."""
    # All of `config_info`, too, for what a screen shows goes into tickets.
    hidden: set[str] = set() if reveal else {"config_info"} | find_secret_keys(values)
    return {
        name: HIDDEN if value is not None and name in hidden else make_plain(value, reveal=reveal)
        for name, value in values.items()
    }


def make_plain(value: Any, *, reveal: bool) -> Any:
    """Return any value of a record as plain JSON."""
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, Mapping):
        return describe_values(value, reveal=reveal)  # pyright: ignore[reportUnknownArgumentType] - plain JSON
    if isinstance(value, list | tuple):
        return [make_plain(item, reveal=reveal) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return describe(value, reveal=reveal) if hasattr(value, "__attrs_attrs__") else value


def describe_attempt(attempt: Attempt) -> Result:
    """Return an order as the journal knows it."""
    return {
        "reference": attempt.reference,
        "state": attempt.state.value,
        "host": attempt.host or None,
        "customer_id": attempt.customer_id,
        "premise_guid": attempt.premise_guid,
        "product_id": attempt.product_id,
        "service_id": attempt.service_id,
        "started_at": attempt.started_at.isoformat(timespec="seconds"),
    }


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
            "kind": kind or (KINDS.get(code, "Failed") if cause is None else type(cause).__name__),
            "message": message,
            "advice": advice or (None if cause is None else cause.advice),
            "exit_code": code,
            "sent": False if code == MISUSED else getattr(cause, "sent", None),
            "status": getattr(cause, "status", None),
            "retry_after": getattr(cause, "retry_after", None),
            "page": getattr(cause, "page", None),
            "service_ids": list_services(cause, attempt),
            "order": attempt and describe_attempt(attempt),
        }
    }


def list_services(cause: AExError | None, attempt: Attempt | None) -> list[str]:
    """Return the services that an order is, or may be."""
    named: tuple[str, ...] = getattr(cause, "service_ids", ())
    own = attempt.service_id if attempt else None
    return [*named, *([own] if own and own not in named else [])]
