"""What came of an order, for people, for programs and as an exit code; without any I/O."""

from collections.abc import Callable
from typing import Any, Final

from attrs import AttrsInstance, fields

from aex_async import to_json
from aex_async.cli.demo.scenes import Result
from aex_async.cli.exits import CONFLICT, FAILED, UNCERTAIN
from aex_async.errors import (
    AExError,
    AuthenticationError,
    EmailTakenError,
    OrderConflictError,
    OrderUncertainError,
    RequestError,
    ResponseError,
    ServerError,
)
from aex_async.models import Attempt, AttemptState, PlacedOrder, Premise

_WORST_FIRST: Final = (UNCERTAIN, CONFLICT, FAILED, 0)
_NEXT: Final[tuple[tuple[type[AExError], str], ...]] = (
    (AuthenticationError, "Check AEX_TOKEN, and that it belongs to this base URL."),
    (EmailTakenError, "Ask AEx whose it is, or order under another e-mail."),
    (ServerError, "Run the same again later."),
    (ResponseError, "Correct the order, then run it again."),
    (RequestError, "Check the network and the base URL, then run the same again."),
)


def judge(error: AExError, known: Attempt | None) -> int:
    """Return the exit code of an order that ended in `error`, of which the journal knows `known`.

    Whatever the error, an order that the journal does not know to be settled may exist.
    """
    if isinstance(error, OrderConflictError):
        return CONFLICT
    if isinstance(error, OrderUncertainError) or (known is not None and not known.state.may_repeat):
        return UNCERTAIN
    return FAILED


def sum_up(codes: list[int]) -> int:
    """Return the exit code of several orders: that of the one that needs most care."""
    return next((code for code in _WORST_FIRST if code in codes), 0)


def tell_trouble(error: AExError, code: int) -> str:
    """Return the sentence for an order that is not placed, or not certainly."""
    if code == UNCERTAIN:
        seen = str(error).partition(". ")[0]
        return f"It may exist, so do not order it again: {seen}."
    if code == CONFLICT:
        return f"Not ordered, a person must decide: {error}."
    step = next((step for kind, step in _NEXT if isinstance(error, kind)), "")
    return f"Not ordered: {str(error).rstrip('.')}. {step}".rstrip()


def tell_interruption(known: Attempt | None, show_way: Callable[[Attempt], str]) -> str:
    """Return the sentence for Ctrl-C."""
    if known is None or known.state.may_repeat:
        return "Interrupted before anything was ordered."
    if known.state is AttemptState.CONFIRMED:
        return f"Interrupted, but order {known.reference} is placed: service {known.service_id}."
    return f"Interrupted. Order {known.reference} may exist, so do not order it again. {show_way(known)}"


def show_placed(placed: PlacedOrder) -> Result:
    """Return what people want to know of an order that is placed."""
    return {
        "service": placed.service.id,
        "product": placed.service.product_id,
        "premise": placed.premise and show_address(placed.premise),
        "premise guid": placed.premise and placed.premise.external_reference,
        "customer": placed.customer.id,
        "reference": placed.reference,
        "how": "created now" if placed.created else "found by a look-up, so an earlier run may have ordered it",
    }


def show_address(premise: Premise) -> str:
    """Return a premise as an address."""
    street = f"{premise.street_number or ''} {premise.street_name or ''}".strip()
    return ", ".join(part for part in (street, premise.suburb, premise.city) if part)


def describe_placed(placed: PlacedOrder) -> Result:
    """Return the same for programs."""
    return {
        "outcome": "placed",
        "reference": placed.reference,
        "created": placed.created,
        "customer_id": placed.customer.id,
        "service_id": placed.service.id,
        "service": hide(placed.service),
        "premise": placed.premise and hide(placed.premise),
    }


def describe_attempt(attempt: Attempt) -> Result:
    """Return an order on its way."""
    return {
        "reference": attempt.reference,
        "state": attempt.state.value,
        "customer_id": attempt.customer_id,
        "premise_guid": attempt.premise_guid,
        "product_id": attempt.product_id,
        "started": attempt.started_at.isoformat(" ", "seconds"),
    }


def hide(model: AttrsInstance) -> dict[str, Any]:
    """Return a model as plain JSON without what its `repr` hides, and without what it does not know."""
    shown = {field.name for field in fields(type(model)) if field.repr}
    return {name: value for name, value in to_json(model).items() if name in shown}
