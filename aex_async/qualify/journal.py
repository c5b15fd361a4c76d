"""What a run has done so far, in one SQLite file beside its results: it survives whatever ends the run.

One run at a time writes it. It stays when the run is over, for the failed rows to be tried again and for results and
reports to be made again.
"""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from aex_async.errors import AExError, UsageError
from aex_async.qualify.model import EMPTY, Qualification, dump, load

FORMAT: Final = "1"
LAST: Final = 2**63 - 1  # the highest number of a row
_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS results (row INTEGER PRIMARY KEY, outcome TEXT NOT NULL, orderable INTEGER NOT NULL,
                                    result TEXT NOT NULL);
"""


class JournalError(AExError):
    """The journal of a run cannot be used."""


class Journal:
    """The results of one run so far, by row. `facts` say which run: input, column, host.

    Raises `UsageError` if the file belongs to another run, `JournalError` if it cannot be had.
    """

    def __init__(self, path: Path | None, facts: Mapping[str, str]) -> None:
        self.path = path
        try:
            if path is not None:
                _create_private(path)
            with ExitStack() as stack:
                self._base = sqlite3.connect("" if path is None else path, timeout=0, isolation_level=None)
                stack.callback(self.close)  # if the file turns out not to be this run's
                self._prepare()
                self._check({"format": FORMAT, **facts})
                stack.pop_all()
        except (OSError, sqlite3.Error) as error:
            raise _explain(error, path) from None

    def _prepare(self) -> None:
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = NORMAL"):
            self._base.execute(f"PRAGMA {pragma}")
        self._base.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")

    def _check(self, facts: Mapping[str, str]) -> None:
        known = dict(self._base.execute("SELECT name, value FROM facts").fetchall())
        other = [name for name, value in facts.items() if known.get(name, value) != value]
        if other:
            # The name of the file is the same for whoever added a row to it.
            changed = " (a file that has changed is another input)" if "input" in other else ""
            raise UsageError(f"{self.path} belongs to a run with another {', '.join(other)}{changed}")
        self._base.executemany("INSERT OR IGNORE INTO facts VALUES (?, ?)", facts.items())

    def add(self, result: Qualification) -> None:
        """Write a result down; a later one of the same row takes its place."""
        values = (result.row, result.outcome, result.orderable, dump(result))
        self._execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", values)

    def has(self, row: int) -> bool:
        """Whether a row is done."""
        return bool(self._execute("SELECT 1 FROM results WHERE row = ?", (row,)))

    def get(self, row: int) -> Qualification | None:
        """Return the result of a row, if it is done."""
        found = self._execute("SELECT result FROM results WHERE row = ?", (row,))
        return load(found[0][0]) if found else None

    def results(self) -> Iterator[Qualification]:
        """Yield the results in the order of the input, some in memory at a time."""
        last = 0
        while found := self._execute("SELECT row, result FROM results WHERE row > ? ORDER BY row LIMIT 500", (last,)):
            for last, line in found:  # noqa: B007 - where to go on
                yield load(line)

    def count(self, first: int = LAST) -> Counter[str]:
        """Return how many rows there are of each outcome, up to row `first`."""
        found = self._execute("SELECT outcome, COUNT(*) FROM results WHERE row <= ? GROUP BY outcome", (first,))
        return Counter(dict(found))

    def count_unreadable(self) -> int:
        """Return how many failed rows could not be read: trying them again changes nothing."""
        (found,) = self._execute(
            "SELECT COUNT(*) FROM results "
            "WHERE outcome = 'failed' AND (json_extract(result, '$.reason') LIKE 'line %: %' "
            "OR json_extract(result, '$.reason') = ?)",
            (EMPTY,),
        )
        return int(found[0])

    def forget_failed(self, first: int = LAST) -> int:
        """Let the failed rows up to row `first` be done again; return how many there are."""
        return len(self._execute("DELETE FROM results WHERE outcome = 'failed' AND row <= ? RETURNING row", (first,)))

    def _execute(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        try:
            return self._base.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise _explain(error, self.path) from None

    def close(self) -> None:
        """Close the file, which may be opened again."""
        self._base.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _create_private(path: Path) -> None:
    """Make the file, if there is none, for nobody else to read, and for its owner whatever the umask is."""
    new = not path.exists()
    os.close(os.open(path, os.O_CREAT, 0o600))
    if new:
        path.chmod(0o600)


def _explain(error: OSError | sqlite3.Error, path: Path | None) -> JournalError:
    name = path or "the journal in the temporary folder"
    if isinstance(error, OSError):
        return JournalError(f"{name} cannot be used: {error.strerror}")
    if "locked" in str(error):
        in_use = JournalError(f"{name} is in use: another run is writing the same results")
        return in_use.advise("Wait until it has ended, or choose another -o.")
    return JournalError(f"{name} cannot be used: {error}")
