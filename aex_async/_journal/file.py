"""The file of the order journal: private, synced, shared by processes that take turns."""

import os
import sqlite3
import stat
import time
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp
from threading import Lock

from aex_async._journal.schema import check_version, create_tables, is_current, upgrade
from aex_async.errors import AExError, OrderError, UsageError

BUSY = 10.0  # seconds to wait for others in all, in whichever queue
MEMORY = ":memory:"
UNSENT = "nothing was sent"


class JournalFile:
    """A SQLite file, or one in memory, and the turns that are taken at it."""

    def __init__(self, path: object) -> None:
        self.path = check_path(path)
        # Threads of this process queue here, which is fairer than SQLite's way of waiting.
        self._lock = Lock()
        self._memory: sqlite3.Connection | None = None
        self._closed = False
        if path == MEMORY:
            self._memory = sqlite3.connect(MEMORY, isolation_level=None, check_same_thread=False)
            create_tables(self._memory)
            return
        with self._explain(UNSENT):
            create_private(self.path)
        # Most files are of this version: looking takes no lock that others would wait for.
        with self.transact(writes=False, checked=False) as database:
            current = is_current(database)
        if not current:
            with self.transact(checked=False) as database:
                upgrade(database)

    @property
    def durable(self) -> bool:
        """Whether it outlives this process, and takes a disk to write to."""
        return self._memory is None

    def close(self) -> None:
        """Let go of the memory; a file is open only while it is used."""
        # Without a turn: a thread that waits for others has it up to 10 s, and in a forked child its owner never ends.
        self._closed = True
        if self._memory is not None:
            with self._lock:
                self._memory.close()

    @contextmanager
    def transact(
        self,
        until: float | None = None,
        *,
        writes: bool = True,
        effect: str = UNSENT,
        checked: bool = True,
    ) -> Generator[sqlite3.Connection, None, None]:
        """Give a connection within a transaction, which is committed and synced at the end.

        It waits for others up to `until`, a moment of `time.monotonic()`. What only reads waits for no writer but
        while that one commits. `effect` is what an error says of the order.
        """
        until = time.monotonic() + BUSY if until is None else until
        with self._explain(effect), self._take_turn(until):
            if self._closed:
                raise ValueError("it is closed")
            if self._memory is not None:
                with self._memory:  # commits, or rolls back
                    self._memory.execute("BEGIN")
                    yield self._memory
                return
            check_private(self.path)
            # It must be there: SQLite would make one that everybody can read.
            uri = f"{self.path.as_uri()}?mode=rw"
            left = max(0.0, until - time.monotonic())
            with closing(sqlite3.connect(uri, timeout=left, isolation_level=None, uri=True)) as file:
                # A commit is on the disk, and its rollback file gone from the folder, before it returns.
                file.execute("PRAGMA synchronous = EXTRA")
                file.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
                if checked:
                    check_version(file)
                yield file
                # It waits for those who read, and SQLite would begin to count anew.
                file.execute(f"PRAGMA busy_timeout = {max(0, int(1000 * (until - time.monotonic())))}")
                file.execute("COMMIT")

    @contextmanager
    def _take_turn(self, until: float) -> Generator[None, None, None]:
        if not self._lock.acquire(timeout=max(0.0, until - time.monotonic())):
            raise sqlite3.OperationalError(LOCKED)
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def _explain(self, effect: str) -> Generator[None, None, None]:
        """Raise what is wrong with the file, or with what is in it, as our own error."""
        try:
            yield
        except AExError:
            raise
        except (sqlite3.Error, OSError, ValueError, TypeError, RecursionError) as error:
            if LOCKED in str(error):
                raise OrderError(f"{self._describe_lock()}; {effect}").advise(
                    "Let that end, or end it, then do the same again."
                ) from None
            problem = f"{type(error).__name__}: {error}"
            told = OrderError(f"the journal {self.path} cannot be used ({problem}); {effect}")
            advice = "Correct what is wrong with the file, or name another journal."
            raise (told.advise(advice) if effect == UNSENT else told) from None  # else it is the order that matters

    def _describe_lock(self) -> str:
        holders = [f"process {pid} ({name_process(pid)})" for pid in find_holders(self.path)]
        who = " and ".join(holders) or f"somebody else ('lsof {self.path}' shows who)"
        return f"the journal {self.path} stayed locked by {who} for as long as this could wait, {BUSY:.0f} s at most"


LOCKED = "database is locked"


def find_holders(path: Path) -> list[int]:
    """Return the processes that have a lock on a file, as far as the system tells (Linux does)."""
    try:
        number = path.stat().st_ino
        lines = Path("/proc/locks").read_text(encoding="ascii").splitlines()
    except OSError:
        return []
    # Such as "1: POSIX  ADVISORY  WRITE 1234 fd:01:5678 1073741825 1073741825"
    locks = (line.split() for line in lines if "->" not in line)
    return sorted({int(lock[4]) for lock in locks if lock[5].rpartition(":")[2] == str(number)})


def name_process(pid: int) -> str:
    if pid == os.getpid():
        return "this one"
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return "which has ended"


def check_path(path: object) -> Path:
    if isinstance(path, Path) or (isinstance(path, str) and path.strip()):
        return Path(path).absolute()
    raise UsageError("the journal's path must be a str or a Path")


def create_private(path: Path) -> None:
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


def check_private(path: Path) -> None:
    """Refuse a file that others could have written or can read, where the system has owners and modes."""
    status = os.lstat(path)
    own = not hasattr(os, "geteuid") or (status.st_uid == os.geteuid() and not status.st_mode & 0o077)
    if not (own and stat.S_ISREG(status.st_mode)):
        raise PermissionError("it must be a file of your own that nobody else can read: chmod 600")
