"""The attempts in a journal's table: what is asked of them, and how they are written down."""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from attrs import frozen

from aex_async._arguments import fold_id, may_be_host, same_id
from aex_async._journal.schema import (
    COLUMNS,
    describe_row,
    insert,
    make_key,
    make_pair,
    make_pairs,
    next_turn,
    read_row,
)
from aex_async.errors import OrderConflictError
from aex_async.models import Attempt, AttemptState

KEPT = 200_000  # writes after which a settled order is forgotten: a count, for a clock can be months ahead
OPEN = tuple(state for state in AttemptState if state.is_open)


@frozen
class Rivals:
    """What the journal knows of other orders that may be behind a service of this customer and product."""

    taken: frozenset[str]
    """The services of other attempts, each folded."""
    elsewhere: frozenset[str]
    """Those of them that are at another premise."""
    any: bool
    """Whether another premise's attempt may be behind a service whose premise cannot be read."""


def quote(states: Iterable[AttemptState]) -> str:
    return ", ".join(f"'{state.value}'" for state in states)


def select(database: sqlite3.Connection, where: str, *given: Any, more: str = "") -> list[tuple[Any, ...]]:
    return database.execute(f"SELECT {COLUMNS}{more} FROM attempts WHERE {where}", given).fetchall()  # noqa: S608


def find(database: sqlite3.Connection, reference: str) -> Attempt | None:
    rows = select(database, "reference = ?", reference)
    return read_row(rows[0]) if rows else None


def find_standing(
    database: sqlite3.Connection,
    attempt: Attempt,
    states: tuple[AttemptState, ...],
    passed: tuple[Attempt, ...] = (),
) -> Attempt | None:
    earlier = find(database, attempt.reference)
    if earlier is not None and not (make_key(earlier) == make_key(attempt) and may_meet(earlier, attempt)):
        named = "another order" if may_meet(earlier, attempt) else f"an order at another AEx, {earlier.host}"
        raise OrderConflictError(f"the reference {attempt.reference} names {named}: choose a new one").advise(
            "If this order was not placed before, place it under a reference of its own."
        )
    if earlier is not None and not earlier.state.may_repeat:
        return earlier
    known = {fold_id(service_id) for service_id in attempt.baseline}
    gone = {(other.reference, other.started_at) for other in passed}
    # One that AEx refused counts for nothing once the same order was sent anew.
    latest_last = f"key = ? AND state IN ({quote(states)}) ORDER BY state = '{AttemptState.REJECTED}', begun"
    for row in select(database, latest_last, make_key(attempt)):
        other = read_row(row)
        seen = other.service_id is not None and fold_id(other.service_id) in known
        if may_meet(other, attempt) and not seen and (other.reference, other.started_at) not in gone:
            return other
    return None


def list_open(database: sqlite3.Connection, attempt: Attempt) -> list[Attempt]:
    """Return what is open of the same order."""
    rows = select(database, f"key = ? AND state IN ({quote(OPEN)})", make_key(attempt))
    return [other for other in map(read_row, rows) if may_meet(other, attempt)]


def find_rivals(database: sqlite3.Connection, attempt: Attempt) -> Rivals:
    """Return the other attempts of this customer, as far as they matter to a look.

    Whatever of the same product was not settled before this attempt began may be behind any service that has shown
    since; so may what counts as not placed but was sent. An attempt for the same premise is the same order, and no
    rival.
    """
    # The attempt itself may be of another journal: then everything in this one counts.
    own = database.execute("SELECT begun FROM attempts WHERE reference = ?", (attempt.reference,)).fetchone()
    pairs = make_pairs(attempt)
    rows = select(
        database, "pair BETWEEN ? AND ? AND reference <> ?", *pairs, attempt.reference, more=", begun, changed"
    )
    others = [(read_row(row[:-2]), row[-1]) for row in rows]
    met = [(other, changed) for other, changed in others if may_meet(other, attempt)]
    apart = [(other, changed) for other, changed in met if not same_id(other.premise_guid, attempt.premise_guid)]
    return Rivals(
        taken=frozenset(fold_id(other.service_id) for other, _ in met if other.service_id is not None),
        elsewhere=frozenset(fold_id(other.service_id) for other, _ in apart if other.service_id is not None),
        any=any(
            make_pair(other) == make_pair(attempt)
            and other.state is not AttemptState.UNSENT
            and not (other.state is AttemptState.CONFIRMED and own is not None and changed < own[0])
            for other, changed in apart
        ),
    )


def may_meet(one: Attempt, other: Attempt) -> bool:
    """Whether two orders may have gone to the same AEx."""
    return may_be_host(one.host, other.host)


def write(database: sqlite3.Connection, attempt: Attempt, sender: tuple[str | None, str | None]) -> None:
    # Not INSERT OR REPLACE: that would also replace another open attempt of the same order.
    database.execute("DELETE FROM attempts WHERE reference = ?", (attempt.reference,))
    facts = {"changed_at": tell_time(), "sender": sender[0], "sender_until": sender[1]}
    insert(database, {**describe_row(attempt), **facts})


def change(database: sqlite3.Connection, attempt: Attempt, where: str, **facts: Any) -> bool:
    """Write `facts` down if `where` holds of `attempt`, and it is the one that its reference names; say if so."""
    facts = {**facts, "changed_at": tell_time(), "changed": next_turn(database)}
    names = ", ".join(f"{name} = ?" for name in facts)
    changed = database.execute(
        f"UPDATE attempts SET {names} WHERE reference = ? AND started_at = ? AND {where}",  # noqa: S608
        (*facts.values(), attempt.reference, attempt.started_at.isoformat()),
    )
    return changed.rowcount == 1


def forget(database: sqlite3.Connection) -> None:
    """Drop what was settled long ago, so that the file does not grow for ever."""
    database.execute(
        f"DELETE FROM attempts WHERE state NOT IN ({quote(OPEN)}) AND changed < ?",  # noqa: S608
        (next_turn(database) - KEPT,),
    )


def tell_time() -> str:
    return datetime.now(UTC).isoformat()
