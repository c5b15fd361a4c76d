"""The tables of the order journal, with the way from each earlier version to this one."""

import json
import sqlite3
from collections import Counter
from datetime import datetime
from typing import Any, cast

from aex_async._arguments import fold_id
from aex_async.errors import UsageError
from aex_async.models import Attempt, AttemptState

VERSION = 3
APPLICATION = 0x41457831  # "AEx1", so that no other SQLite file is taken for a journal

# `begun` and `changed` count writes. No decision hangs on a wall clock: one that is 91 days ahead would make the
# orders of today look old. `one_service` is the promise that a service is never two orders' proof.
SCHEMA = f"""
CREATE TABLE attempts (
    reference TEXT PRIMARY KEY, key TEXT NOT NULL, pair TEXT NOT NULL, state TEXT NOT NULL, customer_id TEXT NOT NULL,
    premise_guid TEXT NOT NULL, product_id TEXT NOT NULL, baseline TEXT NOT NULL, posts INTEGER NOT NULL,
    service_id TEXT, service_key TEXT, started_at TEXT NOT NULL, refused_at TEXT, changed_at TEXT NOT NULL,
    host TEXT NOT NULL, begun INTEGER NOT NULL, changed INTEGER NOT NULL, sender TEXT, sender_until TEXT
);
CREATE UNIQUE INDEX one_open ON attempts (key, host) WHERE state IN ('sending', 'created');
CREATE UNIQUE INDEX one_service ON attempts (service_key, host) WHERE service_key IS NOT NULL;
CREATE INDEX by_key ON attempts (key);
CREATE INDEX by_pair ON attempts (pair);
CREATE INDEX by_change ON attempts (changed);
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
"""
COLUMNS = (
    "reference, customer_id, premise_guid, product_id, baseline, state, posts, service_id, started_at, host, refused_at"
)
EARLIER = (1, 2)
ENDED, FOREIGN = "ended", "foreign"  # of a service in a baseline


def create_tables(database: sqlite3.Connection) -> None:
    """Make the tables of a new journal."""
    run_script(database, SCHEMA)


def is_current(database: sqlite3.Connection) -> bool:
    """Whether the file is a journal of this version."""
    return read_versions(database) == (VERSION, APPLICATION)


def check_version(database: sqlite3.Connection) -> None:
    """Raise `ValueError` unless the file is a journal of this version."""
    if not is_current(database):
        version, application = read_versions(database)
        if application != APPLICATION:
            raise ValueError("it is no longer a journal of orders")
        raise ValueError(f"it has version {version}, and this library needs {VERSION}")


def read_versions(database: sqlite3.Connection) -> tuple[int, int]:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    (application,) = database.execute("PRAGMA application_id").fetchone()
    return version, application


def upgrade(database: sqlite3.Connection) -> None:
    """Bring a file to this version within the transaction that is open; raise `ValueError` for a file that cannot be.

    An empty file becomes a journal.
    """
    version, application = read_versions(database)
    (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if (version, application, tables) == (0, 0, 0):
        create_tables(database)
    elif application != APPLICATION:
        raise ValueError("it is not a journal of orders")
    elif version in EARLIER:
        upgrade_rows(database, version)
    else:
        check_version(database)


def upgrade_rows(database: sqlite3.Connection, version: int) -> None:
    """Copy every row of an earlier version; version 1 did not say where an order went."""
    host = "''" if version == 1 else "host"
    rows = database.execute(
        "SELECT reference, customer_id, premise_guid, product_id, baseline, state, posts, service_id, started_at, "  # noqa: S608
        f"{host}, NULL, changed_at FROM attempts ORDER BY changed_at, started_at"
    ).fetchall()
    database.execute("DROP TABLE attempts")
    create_tables(database)
    known = [(read_row(row[:-1]), row[-1]) for row in rows]
    owners = Counter((fold_id(attempt.service_id or ""), attempt.host) for attempt, _ in known)
    for attempt, changed_at in known:
        shared = attempt.service_id is not None and owners[fold_id(attempt.service_id), attempt.host] > 1
        copy_row(database, reopen(attempt) if shared else attempt, changed_at)


def reopen(attempt: Attempt) -> dict[str, Any]:
    """Return an attempt without a service that others claim as well: which of them is right takes another look."""
    state = AttemptState.SENDING if attempt.state is AttemptState.CONFIRMED else attempt.state
    return {**describe_row(attempt), "state": state.value, "service_id": None, "service_key": None}


def copy_row(database: sqlite3.Connection, attempt: Attempt | dict[str, Any], changed_at: str) -> None:
    row = attempt if isinstance(attempt, dict) else describe_row(attempt)
    row = {**row, "changed_at": changed_at}
    try:
        insert(database, row)
    except sqlite3.IntegrityError:
        # The same order is open twice, under two spellings of an id that are one by now: a person must choose.
        insert(database, {**row, "state": AttemptState.CONFLICT.value, "service_id": None, "service_key": None})


def insert(database: sqlite3.Connection, row: dict[str, Any]) -> None:
    """Add a row as the latest one."""
    turn = next_turn(database)
    row = {**row, "begun": turn, "changed": turn}
    marks = ", ".join("?" * len(row))
    database.execute(f"INSERT INTO attempts ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))  # noqa: S608


def next_turn(database: sqlite3.Connection) -> int:
    """Return the number of the next write."""
    (turn,) = database.execute("SELECT coalesce(max(changed), 0) + 1 FROM attempts").fetchone()
    return int(turn)


def make_pair(attempt: Attempt) -> str:
    """Return what two orders have in common that only their premises tell apart."""
    return f"{fold_id(attempt.customer_id)} {fold_id(attempt.product_id)}"


def make_pairs(attempt: Attempt) -> tuple[str, str]:
    """Return what the pairs of all orders of its customer are between."""
    customer = fold_id(attempt.customer_id)
    return f"{customer} ", f"{customer}!"  # the character behind a blank


def make_key(attempt: Attempt) -> str:
    """Return what makes two attempts the same order."""
    return f"{fold_id(attempt.customer_id)} {fold_id(attempt.premise_guid)} {fold_id(attempt.product_id)}"


def make_service_key(service_id: str | None) -> str | None:
    """Return the spelling under which a service belongs to one attempt alone."""
    return None if service_id is None else fold_id(service_id)


def describe_row(attempt: Attempt) -> dict[str, Any]:
    """Return the columns of an attempt."""
    return {
        "reference": attempt.reference,
        "key": make_key(attempt),
        "pair": make_pair(attempt),
        "state": attempt.state.value,
        "customer_id": attempt.customer_id,
        "premise_guid": attempt.premise_guid,
        "product_id": attempt.product_id,
        "baseline": write_baseline(attempt),
        "posts": attempt.posts,
        "service_id": attempt.service_id,
        "service_key": make_service_key(attempt.service_id),
        "started_at": attempt.started_at.isoformat(),
        "refused_at": attempt.refused_at and attempt.refused_at.isoformat(),
        "host": attempt.host,
    }


def write_baseline(attempt: Attempt) -> str:
    """Return what the customer's listing showed before an order: ids, and with each what was odd about it.

    As long as nothing is, they are a mere list. Version 3 of the table was made for lists alone, and whoever knows no
    more of it reads an object as the list of its keys: both forms are that version's.
    """
    if not (attempt.ended or attempt.foreign):
        return json.dumps(attempt.baseline)
    ended, foreign = set(attempt.ended), set(attempt.foreign)
    return json.dumps(
        {
            name: " ".join([mark for mark, marked in ((ENDED, ended), (FOREIGN, foreign)) if name in marked])
            for name in (*attempt.foreign, *attempt.baseline)
        }
    )


def read_baseline(written: str) -> dict[str, tuple[str, ...]]:
    """Return the fields of an attempt that `write_baseline` has written."""
    known = json.loads(written)
    if not isinstance(known, dict):
        return {"baseline": tuple(known)}
    marks = cast("dict[str, str]", known)
    return {
        "baseline": tuple(name for name, mark in marks.items() if FOREIGN not in mark),
        "ended": tuple(name for name, mark in marks.items() if ENDED in mark),
        "foreign": tuple(name for name, mark in marks.items() if FOREIGN in mark),
    }


def read_row(row: tuple[Any, ...]) -> Attempt:
    """Return the attempt of a row of `COLUMNS`; raise `ValueError` for one that no journal has written."""
    reference, customer_id, premise_guid, product_id, baseline, *rest = row
    state, posts, service_id, started_at, host, refused_at = rest
    known = read_baseline(baseline)
    try:
        return Attempt(
            reference=reference,
            customer_id=customer_id,
            premise_guid=premise_guid,
            product_id=product_id,
            **known,
            state=state,
            posts=posts,
            service_id=service_id,
            started_at=datetime.fromisoformat(started_at),
            host=host,
            refused_at=None if refused_at is None else datetime.fromisoformat(refused_at),
        )
    except UsageError as error:  # SQLite keeps whatever it is given
        raise ValueError(f"what it holds of order {reference!r} is damaged: {error}") from None


def run_script(database: sqlite3.Connection, script: str) -> None:
    """Run statements within the transaction that is open: `executescript` would end it."""
    for statement in script.split(";"):
        database.execute(statement)
