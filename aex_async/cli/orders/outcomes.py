"""What came of an order, for people, for programs and as an exit code; without any I/O."""

from collections.abc import Iterable
from typing import Any, Final

from attrs import AttrsInstance, fields

from aex_async import to_json
from aex_async.cli.exit_codes import CONFLICT, FAILED, MISUSED, UNCERTAIN
from aex_async.cli.json_output import Result
from aex_async.errors import AExError, OrderConflictError, OrderUncertainError, UsageError
from aex_async.models import Attempt, AttemptState, PlacedOrder, Premise

WORST_FIRST: Final = (UNCERTAIN, CONFLICT, MISUSED, FAILED, 0)


def judge(error: AExError, known: Attempt | None) -> int:
    """Return the exit code of an order that ended in `error`, of which the journal knows `known`.

    Whatever the error, an order that the journal does not know to be settled may exist; but for a command that cannot
    be meant so, such as one that asks another AEx, which says nothing of the order.
    """
    if isinstance(error, UsageError):
        return MISUSED
    if isinstance(error, OrderConflictError):
        return CONFLICT
    if isinstance(error, OrderUncertainError) or (known is not None and not known.state.may_repeat):
        return UNCERTAIN
    return FAILED


def sum_up(codes: list[int]) -> int:
    """Return the exit code of several orders: that of the one that needs most care."""
    return next((code for code in WORST_FIRST if code in codes), 0)


def tell_trouble(error: AExError, code: int, *, misused: str = "Nothing was sent") -> str:
    """Return the sentence for an order that is not placed, or not certainly, or cannot be asked for so."""
    beginnings = {
        # An OrderUncertainError says itself that the order may exist.
        UNCERTAIN: f"{'' if isinstance(error, OrderUncertainError) else 'It may exist. '}Do not order it again",
        CONFLICT: "Not ordered, a person must decide",
        MISUSED: misused,
    }
    return f"{beginnings.get(code, 'Not ordered')}: {error}"


def judge_states(attempts: Iterable[Attempt]) -> int:
    """Return the exit code of orders in a journal: whether any of them is open, or in conflict."""
    states = {attempt.state for attempt in attempts}
    if any(state.is_open for state in states):
        return UNCERTAIN
    return CONFLICT if AttemptState.CONFLICT in states else 0


def tell_interruption(known: Attempt | None) -> str:
    """Return the sentence for Ctrl-C."""
    if known is None or known.state.may_repeat:
        return "Interrupted before anything was ordered"
    if known.state is AttemptState.CONFIRMED:
        return f"Interrupted, but order {known.reference} is placed: service {known.service_id}"
    return f"Interrupted. Order {known.reference} may exist, so do not order it again"


def show_placed(placed: PlacedOrder) -> Result:
    """Return what people want to know of an order that is placed."""
    return {
        "service": placed.service.id,
        "product": placed.service.product_id,
        "premise": placed.premise and show_address(placed.premise),
        "premise guid": placed.premise and placed.premise.external_reference,
        "customer": placed.customer.id,
        "reference": placed.reference,
        "how": "created now"
        if placed.created
        else "found by a look-up: its answer was lost, or an earlier run ordered it",
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


def hide(model: AttrsInstance) -> dict[str, Any]:
    """Return a model as plain JSON without what its `repr` hides, and without what it does not know."""
    shown = {field.name for field in fields(type(model)) if field.repr}
    return {name: value for name, value in to_json(model).items() if name in shown}
