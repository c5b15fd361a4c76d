"""The journal of orders: one SQLite file that records every order before AEx receives it.

It holds ids, states and times; no secret, no name, no e-mail. Any number of processes may share one file. An order is
written down, and the file synced, before the first byte of its POST; where that cannot be done, nothing is sent.
"""

import sqlite3
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import NoReturn, Self, TypeVar

from attrs import evolve

from aex_async._arguments import check_flag, fold_id
from aex_async._journal.attempts import (
    OPEN,
    Rivals,
    change,
    find,
    find_rivals,
    find_standing,
    forget,
    list_open,
    quote,
    select,
    write,
)
from aex_async._journal.file import MEMORY, JournalFile
from aex_async._journal.live_senders import is_at_work
from aex_async._journal.schema import make_service_key, read_row
from aex_async._journal.threads import run_in_thread
from aex_async.errors import UsageError
from aex_async.models import Attempt, AttemptState

__all__ = ["OrderJournal"]

T = TypeVar("T")

_OLDEST = "started_at, reference"
_AFTER = "what AEx knows of the order stays as it is"  # said by what may fail after the POST


class Handover:
    """Whether what a thread wrote still reaches the call that asked for it, which may be cancelled at any moment."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.withdrawn: bool = False
        self._delivered = False

    def deliver(self) -> bool:
        """Hand the result over; `False` if nobody waits for it any more."""
        with self._lock:
            self._delivered = not self.withdrawn
            return self._delivered

    def withdraw(self) -> bool:
        """Wait for the result no longer; `True` if it was handed over already."""
        with self._lock:
            self.withdrawn = True
            return self._delivered


class OrderJournal:
    """The journal in the file `path`, made with mode 0600 if it is not there.

    Raises `UsageError` for a path that cannot be one, and `OrderError` for a file that cannot be trusted: somebody
    else's, readable by others, a link, damaged, or written by a newer version. Every use of it raises the same, and
    also if another process locks the file for 10 s.

    The path ":memory:" is a journal of this process alone, which is gone when it is closed, or when nobody holds it.
    A file is opened for each use and never kept open; `close`, or the end of a `with` block, only ends the uses.

    Each method waits for a disk: in an event loop use those that end in `_async`.
    """

    def __init__(self, path: str | Path) -> None:
        self._file = JournalFile(path)

    @classmethod
    async def open_async(cls, path: str | Path) -> Self:
        """Return the journal in the file `path`, opened in a thread."""
        return await run_in_thread(partial(cls, path))

    def __repr__(self) -> str:
        return f"OrderJournal({str(self._file.path) if self.durable else MEMORY!r})"

    def __reduce__(self) -> NoReturn:
        raise UsageError("a journal cannot be pickled or copied: pass its path, and open it there")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_file"):  # a constructor that raised has none
            self.close()

    def close(self) -> None:
        """Close the journal: everything else then raises `OrderError`. Closing it again does nothing."""
        self._file.close()

    @property
    def durable(self) -> bool:
        """Whether it outlives this process, and takes a disk to write to."""
        return self._file.durable

    # For people

    def unresolved(self, *, live: bool = False) -> list[Attempt]:
        """Return the orders whose outcome is not known, oldest first, for `resume_order`.

        Those that a live process is placing at the moment are left out unless `live` is true, and those in
        `conflicts()`, which no look can settle.
        """
        check_flag(live, "live")
        with self._file.transact(writes=False) as database:
            rows = select(database, f"state IN ({quote(OPEN)}) ORDER BY {_OLDEST}", more=", sender, sender_until")
            return [read_row(row[:-2]) for row in rows if live or not is_at_work(*row[-2:])]

    def conflicts(self) -> list[Attempt]:
        """Return the orders that led to more than one service, oldest first.

        A person must choose, and then `dismiss`; until then, placing such an order again is refused.
        """
        with self._file.transact(writes=False) as database:
            return [read_row(row) for row in select(database, f"state = 'conflict' ORDER BY {_OLDEST}")]

    def history(self) -> list[Attempt]:
        """Return every order that the journal still knows, whatever became of it, oldest first."""
        with self._file.transact(writes=False) as database:
            return [read_row(row) for row in select(database, f"true ORDER BY {_OLDEST}")]

    def find(self, reference: str, *, until: float | None = None) -> Attempt | None:
        """Return the order under `reference`, whatever became of it; `None` if there is none."""
        with self._file.transact(until, writes=False) as database:
            return find(database, reference)

    def dismiss(self, reference: str) -> None:
        """Record that a person has settled the order `reference` by other means, so that it may be placed again."""
        with self._file.transact() as database:
            attempt = find(database, reference)
            if attempt is None:
                raise UsageError("the journal has no such reference")
            change(database, attempt, "true", state=AttemptState.DISMISSED)

    async def unresolved_async(self, *, live: bool = False) -> list[Attempt]:
        """Return what `unresolved` does, without blocking the event loop."""
        return await self._call_apart(partial(self.unresolved, live=live))

    async def conflicts_async(self) -> list[Attempt]:
        """Return what `conflicts` does, without blocking the event loop."""
        return await self._call_apart(self.conflicts)

    async def history_async(self) -> list[Attempt]:
        """Return what `history` does, without blocking the event loop."""
        return await self._call_apart(self.history)

    async def find_async(self, reference: str) -> Attempt | None:
        """Return what `find` does, without blocking the event loop."""
        return await self._call_apart(partial(self.find, reference))

    async def dismiss_async(self, reference: str) -> None:
        """Do what `dismiss` does, without blocking the event loop."""
        await self._call_apart(partial(self.dismiss, reference))

    async def _call_apart(self, use: Callable[[], T]) -> T:
        # A cancelled call does not wait for the thread, which waits for others no longer than 10 s.
        return await run_in_thread(use)

    # For orders on their way

    def find_standing(
        self, attempt: Attempt, *, passed: Iterable[Attempt] = (), until: float | None = None
    ) -> Attempt | None:
        """Return what stands in the way of `attempt`, if anything does.

        That is one of the same reference that was placed, one of the same order that is still open, or one of the same
        order that AEx refused, which must be looked for again, but for those `passed`; at the same AEx, or at one that
        is not known.
        """
        with self._file.transact(until, writes=False) as database:
            return find_standing(database, attempt, (*OPEN, AttemptState.REJECTED), tuple(passed))

    def begin(
        self,
        attempt: Attempt,
        *,
        passed: Iterable[Attempt] = (),
        sender: tuple[str, str] | None = None,
        handover: Handover | None = None,
        until: float | None = None,
    ) -> Attempt:
        """Write `attempt` down, synced, and return it; or return the one that stands in its way.

        That can also be one of the same order that was placed and is not in the baseline: placed since it was read; or
        one that AEx refused and that is not among those `passed`, which were looked for. `sender` is who places it, and
        up to when that is believed. Nothing is written if it is withdrawn by then, and if it is withdrawn while it is
        written, it is settled as unsent.
        """
        handover = handover or Handover()
        with self._file.transact(until) as database:
            states = (*OPEN, AttemptState.CONFIRMED, AttemptState.CONFLICT, AttemptState.REJECTED)
            standing = find_standing(database, attempt, states, tuple(passed))
            if standing is None and not handover.withdrawn:
                write(database, attempt, sender or (None, None))
                forget(database)
        if standing is None and not handover.deliver():
            self.settle(evolve(attempt, state=AttemptState.UNSENT), until=until)
        return standing or attempt

    def begin_again(self, attempt: Attempt, *, until: float | None = None) -> bool:
        """Write down that `attempt` is about to be sent a second time; `False` if it must not be."""
        with self._file.transact(until) as database:
            where = f"state IN ({quote(OPEN)}) AND posts < {int(attempt.posts)}"
            return change(database, attempt, where, posts=attempt.posts)

    def find_rivals(self, attempt: Attempt, *, until: float | None = None) -> Rivals:
        """Return which services are other attempts', and whether one without a premise could be another attempt's."""
        with self._file.transact(until, writes=False, effect=_AFTER) as database:
            return find_rivals(database, attempt)

    def claim(self, attempt: Attempt, *, weak: bool, until: float | None = None) -> bool:
        """Write down that `attempt` is its `service_id`; `False` if another attempt's claim outweighs that.

        With `weak`, nothing but its being new speaks for the service: then any rival outweighs it.
        """
        with self._file.transact(until, effect=_AFTER) as database:
            rivals = find_rivals(database, attempt)
            known = find(database, attempt.reference)
            refused = known is not None and known.refused_at is not None  # its own call may have been told so since
            # Somebody has given it up since, and the order was sent anew: then the service proves that one.
            overtaken = known is not None and known.state.may_repeat and list_open(database, attempt)
            taken = fold_id(attempt.service_id or "") in rivals.taken
            if taken or overtaken or (weak and (rivals.any or refused)):
                return False
            facts = {"service_id": attempt.service_id, "service_key": make_service_key(attempt.service_id)}
            try:
                change(database, attempt, "true", state=AttemptState.CONFIRMED, **facts)
            except sqlite3.IntegrityError:  # it is another customer's order by now
                return False
            return True

    def adopt(self, attempt: Attempt, *, until: float | None = None) -> None:
        """Write down an attempt of another journal that is gone on with, unless its order is known here already."""
        with self._file.transact(until, effect=_AFTER) as database:
            taken = find_rivals(database, attempt).taken
            named = find(database, attempt.reference)  # whatever it is: it may be open, and is never written over
            if named is None and not list_open(database, attempt) and fold_id(attempt.service_id or "") not in taken:
                write(database, attempt, (None, None))

    def settle(self, attempt: Attempt, *, until: float | None = None) -> None:
        """Write down what has become of `attempt`.

        That it was seen to exist outweighs whatever is written; anything else is news only of an open one.
        """
        where = "true" if attempt.state.was_seen else f"state IN ({quote(OPEN)})"
        with self._file.transact(until, effect=_AFTER) as database:
            change(
                database,
                attempt,
                where,
                state=attempt.state,
                service_id=attempt.service_id,
                service_key=make_service_key(attempt.service_id),
                refused_at=attempt.refused_at and attempt.refused_at.isoformat(),
            )

    def release(self, attempt: Attempt, *, until: float | None = None) -> None:
        """Write down that nobody is at work on `attempt` any more, which stays as it is."""
        with self._file.transact(until, effect=_AFTER) as database:
            change(database, attempt, "true", sender=None, sender_until=None)


def check_journal(journal: object) -> OrderJournal:
    """Return `journal` if it is one."""
    if isinstance(journal, OrderJournal):
        return journal
    raise UsageError(f"journal must be an OrderJournal, not {type(journal).__name__}: OrderJournal(path)")
