"""The journal of orders: one SQLite file that knows of every order before AEx does.

It holds ids, states and times; no secret, no name, no e-mail. Any number of processes may share one file. An order is
written down, and the file synced, before the first byte of its POST; where that cannot be done, nothing is sent.
"""

import json
import os
import sqlite3
import stat
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkstemp
from threading import Lock
from types import TracebackType
from typing import Any, Self
from weakref import finalize

from aex_async.errors import AExError, OrderConflictError, OrderError, UsageError
from aex_async.models import Attempt

__all__ = ["OrderJournal"]

VERSION = 2
APPLICATION = 0x41457831  # "AEx1", so that no other SQLite file is taken for a journal
KEPT = timedelta(days=90)  # how long a settled order is remembered
BUSY = 10.0  # seconds to wait for another process

OPEN = ("sending", "created")
AGAIN = ("unsent", "rejected", "dismissed")  # what a reference may be used again after

_SCHEMA = f"""
CREATE TABLE attempts (
    reference TEXT PRIMARY KEY, key TEXT NOT NULL, state TEXT NOT NULL, customer_id TEXT NOT NULL,
    premise_guid TEXT NOT NULL, product_id TEXT NOT NULL, baseline TEXT NOT NULL, posts INTEGER NOT NULL,
    service_id TEXT, started_at TEXT NOT NULL, changed_at TEXT NOT NULL, host TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX one_open ON attempts (key, host) WHERE state IN ('sending', 'created');
CREATE INDEX by_key ON attempts (key);
CREATE INDEX by_change ON attempts (changed_at);
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
"""
# Version 1 did not say where an order went.
_FROM_1 = f"""
ALTER TABLE attempts ADD COLUMN host TEXT NOT NULL DEFAULT '';
DROP INDEX one_open;
CREATE UNIQUE INDEX one_open ON attempts (key, host) WHERE state IN ('sending', 'created');
PRAGMA user_version = {VERSION};
"""
_COLUMNS = "reference, customer_id, premise_guid, product_id, baseline, state, posts, service_id, started_at, host"


class OrderJournal:
    """The journal in the file `path`, made with mode 0600 if it is not there.

    Raises `UsageError` for a path that cannot be one, and `OrderError` for a file that cannot be trusted: somebody
    else's, readable by others, a link, damaged, or written by a newer version. So does every use of it.

    The path ":memory:" is a journal of this process alone, which is gone when it is closed, or when nobody holds it.
    A file is opened for each use and never kept open; `close`, or the end of a `with` block, only ends the uses.
    """

    def __init__(self, path: str | Path) -> None:
        self._lock = Lock()  # threads of this process take turns here, which is fairer than SQLite's way of waiting
        self._path = _check_path(path)
        self._memory: sqlite3.Connection | None = None
        self._closed = False
        if path == ":memory:":
            self._memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            self._memory.executescript(_SCHEMA)
            # Nothing on a disk is left open, so dropping the journal is no mistake: without this, it warns.
            finalize(self, self._memory.close)
            return
        with self._explain():
            _create(self._path)
        with self._transact() as database:
            _upgrade(database)

    def __repr__(self) -> str:
        return f"OrderJournal({':memory:' if self._memory else str(self._path)!r})"

    @property
    def durable(self) -> bool:
        """Whether it outlives this process, and takes a disk to write to."""
        return self._memory is None

    def close(self) -> None:
        """End the use of the journal: everything else then raises `OrderError`. Closing it again does nothing."""
        with self._lock:
            self._closed = True
            if self._memory is not None:
                self._memory.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def unresolved(self) -> list[Attempt]:
        """Return the orders of which it is not known what became of them, the oldest first: for `resume_order`.

        Not those in `conflicts()`, which no look can settle.
        """
        return self._list(OPEN)

    def conflicts(self) -> list[Attempt]:
        """Return the orders that have come to more than one service, the oldest first.

        A person must choose, and then `dismiss`; until then, placing such an order again is refused.
        """
        return self._list(("conflict",))

    def _list(self, states: tuple[str, ...]) -> list[Attempt]:
        marks = ", ".join("?" * len(states))
        with self._transact() as database:
            rows = database.execute(
                f"SELECT {_COLUMNS} FROM attempts WHERE state IN ({marks}) ORDER BY started_at, reference",  # noqa: S608
                states,
            )
            return [_read(row) for row in rows]

    def find(self, reference: str) -> Attempt | None:
        """Return the order under `reference`, whatever became of it; `None` if there is none."""
        with self._transact() as database:
            return _find(database, reference)

    def dismiss(self, reference: str) -> None:
        """Write down that a person has settled the order `reference` by other means, so that it may be placed again."""
        with self._transact() as database:
            attempt = _find(database, reference)
            if attempt is None:
                raise UsageError("the journal knows no such reference")
            _change(database, attempt, "?", True, state="dismissed")  # noqa: FBT003

    def find_standing(self, attempt: Attempt) -> Attempt | None:
        """Return what stands in the way of `attempt`, if anything does.

        That is one of the same reference that was placed, or one of the same order that is still open; at the same
        AEx, or at one that is not known.
        """
        with self._transact() as database:
            return _find_standing(database, attempt, OPEN)

    def begin(self, attempt: Attempt, *, withdrawn: Callable[[], bool] = lambda: False) -> Attempt:
        """Write `attempt` down, synced, and return it; or return the one that stands in its way.

        That can also be one of the same order that was placed and is not in the baseline: placed since it was read.
        Nothing is written if it is `withdrawn` by then.
        """
        with self._transact() as database:
            standing = _find_standing(database, attempt, (*OPEN, "confirmed", "conflict"))
            if standing is None and not withdrawn():
                _write(database, attempt)
                _forget(database)
            return standing or attempt

    def begin_again(self, attempt: Attempt) -> bool:
        """Write down that `attempt` is about to be sent a second time; `False` if it must not be."""
        with self._transact() as database:
            return _change(database, attempt, f"state IN {OPEN} AND posts < ?", attempt.posts, posts=attempt.posts)

    def settle(self, attempt: Attempt) -> None:
        """Write down what has become of `attempt`.

        That it was seen to exist outweighs whatever is written; anything else is news only of an open one.
        """
        seen = attempt.state in ("confirmed", "conflict")
        with self._transact() as database:
            _change(
                database,
                attempt,
                f"(? OR state IN {OPEN})",
                seen,
                state=attempt.state,
                posts=attempt.posts,
                service_id=attempt.service_id,
            )

    @contextmanager
    def _transact(self) -> Generator[sqlite3.Connection, None, None]:
        with self._lock, self._explain():
            if self._closed:
                raise ValueError("it is closed")
            if self._memory is not None:
                yield self._memory
                return
            _check_private(self._path)
            # It must be there: SQLite would make one that everybody can read.
            with closing(
                sqlite3.connect(f"{self._path.as_uri()}?mode=rw", timeout=BUSY, isolation_level=None, uri=True)
            ) as file:
                # A commit is on the disk, and its rollback file gone from the folder, before it returns.
                file.execute("PRAGMA synchronous = EXTRA")
                file.execute("BEGIN IMMEDIATE")
                yield file
                file.execute("COMMIT")

    @contextmanager
    def _explain(self) -> Generator[None, None, None]:
        """Raise what is wrong with the file, or with what is in it, as our own error."""
        try:
            yield
        except AExError:
            raise
        except (sqlite3.Error, OSError, ValueError, TypeError) as error:
            problem = f"{type(error).__name__}: {error}"
            raise OrderError(f"the journal {self._path} cannot be used ({problem}); nothing was sent") from None


def check_journal(journal: object) -> OrderJournal:
    """Return `journal` if it is one."""
    if isinstance(journal, OrderJournal):
        return journal
    raise UsageError(f"journal must be an OrderJournal, not {type(journal).__name__}: OrderJournal(path)")


def _check_path(path: object) -> Path:
    if isinstance(path, Path) or (isinstance(path, str) and path.strip()):
        return Path(path).absolute()
    raise UsageError("the journal's path must be text or a Path")


def _create(path: Path) -> None:
    """Make the file, if there is none, for nobody else to read.

    It is never opened but by SQLite: closing it would undo the locks that other threads have on it
    (sqlite.org/howtocorrupt.html, 2.2). So it is made under another name.
    """
    if os.path.lexists(path):
        return
    number, draft = mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(number)
    try:
        with suppress(FileExistsError):  # another process was first
            os.link(draft, path)
    finally:
        Path(draft).unlink()


def _check_private(path: Path) -> None:
    """Refuse a file that others could have written or can read."""
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
        raise PermissionError("it must be a file of your own that nobody else can read: chmod 600")


def _upgrade(database: sqlite3.Connection) -> None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if (version, application, tables) == (0, 0, 0):
        _run(database, _SCHEMA)
    elif application != APPLICATION:
        raise ValueError("it is not a journal of orders")
    elif version == 1:
        _run(database, _FROM_1)
    elif version != VERSION:
        raise ValueError(f"it is of version {version}, this library of {VERSION}")


def _run(database: sqlite3.Connection, script: str) -> None:
    """Run statements within the transaction that is open: `executescript` would end it."""
    for statement in script.split(";"):
        database.execute(statement)


def _make_key(attempt: Attempt) -> str:
    return f"{attempt.customer_id} {attempt.premise_guid} {attempt.product_id}".casefold()


def _read(row: tuple[Any, ...]) -> Attempt:
    reference, customer_id, premise_guid, product_id, baseline, state, posts, service_id, started_at, host = row
    return Attempt(
        reference=reference,
        customer_id=customer_id,
        premise_guid=premise_guid,
        product_id=product_id,
        baseline=tuple(json.loads(baseline)),
        state=state,
        posts=posts,
        service_id=service_id,
        started_at=datetime.fromisoformat(started_at),
        host=host,
    )


def _find(database: sqlite3.Connection, reference: str) -> Attempt | None:
    row = database.execute(f"SELECT {_COLUMNS} FROM attempts WHERE reference = ?", (reference,)).fetchone()  # noqa: S608
    return None if row is None else _read(row)


def _find_standing(database: sqlite3.Connection, attempt: Attempt, states: tuple[str, ...]) -> Attempt | None:
    earlier = _find(database, attempt.reference)
    if earlier is not None and not (_make_key(earlier) == _make_key(attempt) and _may_meet(earlier, attempt)):
        raise OrderConflictError(f"the reference {attempt.reference} names another order: choose a new one")
    if earlier is not None and earlier.state not in AGAIN:
        return earlier
    rows = database.execute(
        f"SELECT {_COLUMNS} FROM attempts WHERE key = ? AND state IN {states}",  # noqa: S608
        (_make_key(attempt),),
    )
    known = {service_id.casefold() for service_id in attempt.baseline}
    others = (other for other in map(_read, rows) if _may_meet(other, attempt))
    return next((other for other in others if not other.service_id or other.service_id.casefold() not in known), None)


def _may_meet(one: Attempt, other: Attempt) -> bool:
    """Whether two orders may have gone to the same AEx."""
    return one.host == other.host or "" in (one.host, other.host)


def _write(database: sqlite3.Connection, attempt: Attempt) -> None:
    # Not INSERT OR REPLACE: that would also replace another open attempt of the same order.
    database.execute("DELETE FROM attempts WHERE reference = ?", (attempt.reference,))
    database.execute(
        "INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            attempt.reference,
            _make_key(attempt),
            attempt.state,
            attempt.customer_id,
            attempt.premise_guid,
            attempt.product_id,
            json.dumps(attempt.baseline),
            attempt.posts,
            attempt.service_id,
            attempt.started_at.isoformat(),
            _tell_time(),
            attempt.host,
        ),
    )


def _change(database: sqlite3.Connection, attempt: Attempt, where: str, given: Any, **facts: Any) -> bool:
    """Write `facts` down if `where` holds of `attempt`, and it is the one that its reference names; say if so."""
    names = ", ".join(f"{name} = ?" for name in facts)
    changed = database.execute(
        f"UPDATE attempts SET {names}, changed_at = ? WHERE reference = ? AND started_at = ? AND {where}",  # noqa: S608
        (*facts.values(), _tell_time(), attempt.reference, attempt.started_at.isoformat(), given),
    )
    return changed.rowcount == 1


def _forget(database: sqlite3.Connection) -> None:
    """Drop what was settled long ago, so that the file does not grow for ever."""
    past = (datetime.now(UTC) - KEPT).isoformat()
    database.execute(f"DELETE FROM attempts WHERE state NOT IN {OPEN} AND changed_at < ?", (past,))  # noqa: S608


def _tell_time() -> str:
    return datetime.now(UTC).isoformat()
