"""Addresses that AEx has listed, kept in a temporary file, and found there by figures or by trigrams.

A suburb may have thousands of rows, and a run hundreds of suburbs: memory holds none of them.
"""

import re
import sqlite3
import weakref
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any, Final

from aex_async.qualify.matching.words import find_digits, fold
from aex_async.qualify.model import Candidate

ANY: Final = "-"
"""The figure of every address with a range of numbers, which may hold whatever number is asked for."""
MAX_ALIKE: Final = 100

_RANGE: Final = re.compile(r"\d\s?-\s?\d")

_SCHEMA: Final = """
CREATE TABLE rows (id INTEGER PRIMARY KEY, guid TEXT UNIQUE, text TEXT, premise TEXT, north REAL, east REAL,
                   deleted INTEGER, area TEXT);
CREATE TABLE members (listing TEXT, row INTEGER, PRIMARY KEY (listing, row)) WITHOUT ROWID;
CREATE TABLE figures (listing TEXT, figure TEXT, row INTEGER, PRIMARY KEY (listing, figure, row)) WITHOUT ROWID;
"""
_COLUMNS: Final = "guid, text, premise, north, east, deleted, area"


class LocalIndex:
    """The rows of listings that were read. SQLite keeps them in a file that nobody else sees, gone with the index.

    `OSError` if they cannot be kept.
    """

    def __init__(self, tokenizer: str = "trigram") -> None:
        # The garbage collector, which may run in any thread, closes it: nobody closes a qualifier, and from Python 3.13
        # on a connection that is left open is a ResourceWarning.
        self._base = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._base.close)
        self._base.executescript(f"PRAGMA synchronous = OFF; PRAGMA cache_size = -8000; {_SCHEMA}")
        try:
            self._base.execute(f"CREATE VIRTUAL TABLE alike USING fts5 (text, tokenize = '{tokenizer}')")
        except sqlite3.OperationalError:  # a SQLite without FTS5, or older than its trigrams
            self.finds_alike: bool = False
        else:
            self.finds_alike = True
        """Whether addresses can be found by what their text is like."""

    def add(self, listing: str, rows: Iterable[Candidate]) -> None:
        """Add rows to a listing; those that it has already change nothing. None is added if one cannot be."""
        with _telling(), self._base:  # which ends what was begun, however it ends
            self._base.execute("BEGIN")
            for row in rows:
                self._add(listing, row)

    def _add(self, listing: str, row: Candidate) -> None:
        values = (row.guid, row.full_text, row.premise_id, row.latitude, row.longitude, row.deleted, row.area_id)
        added = self._base.execute(f"INSERT OR IGNORE INTO rows ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", values)  # noqa: S608 - ours
        (number,) = self._base.execute("SELECT id FROM rows WHERE guid = ?", (row.guid,)).fetchone()
        if added.rowcount and self.finds_alike:
            self._base.execute("INSERT INTO alike (rowid, text) VALUES (?, ?)", (number, fold(row.full_text)))
        self._base.execute("INSERT OR IGNORE INTO members VALUES (?, ?)", (listing, number))
        figures = find_digits(row.full_text) | ({ANY} if _RANGE.search(row.full_text) else set[str]())
        self._base.executemany(
            "INSERT OR IGNORE INTO figures VALUES (?, ?, ?)", ((listing, figure, number) for figure in figures)
        )

    def has(self, listing: str) -> bool:
        """Whether a listing has any row."""
        with _telling():
            found = self._base.execute("SELECT 1 FROM members WHERE listing = ? LIMIT 1", (listing,))
            return found.fetchone() is not None

    def find(self, listing: str, figures: Iterable[str]) -> list[Candidate]:
        """Return the rows of a listing that have one of the figures, or a range of numbers."""
        wanted = [*figures, ANY]
        marks = ", ".join("?" * len(wanted))
        return self._select(
            f"id IN (SELECT row FROM figures WHERE listing = ? AND figure IN ({marks})) ORDER BY guid",  # noqa: S608 - marks alone
            (listing, *wanted),
        )

    def find_alike(self, listing: str, text: str) -> list[Candidate]:
        """Return the rows of a listing that share most trigrams with a text."""
        words = [word for word in "".join(c if c.isalnum() else " " for c in fold(text)).split() if len(word) > 2]  # noqa: PLR2004
        trigrams = {word[at : at + 3] for word in words for at in range(len(word) - 2)}
        if not trigrams:
            return []
        wanted = " OR ".join(f'"{trigram}"' for trigram in sorted(trigrams))
        return self._select(
            "id IN (SELECT rowid FROM alike WHERE alike MATCH ? AND rowid IN (SELECT row FROM members "
            "WHERE listing = ?) ORDER BY rank LIMIT ?) ORDER BY guid",
            (wanted, listing, MAX_ALIKE),
        )

    def read(self, listing: str) -> list[Candidate]:
        """Return all rows of a listing."""
        return self._select("id IN (SELECT row FROM members WHERE listing = ?) ORDER BY guid", (listing,))

    def forget(self, listing: str) -> None:
        """Forget a listing, though not the rows that others may have too."""
        with _telling(), self._base:
            self._base.execute("BEGIN")
            for table in ("members", "figures"):
                self._base.execute(f"DELETE FROM {table} WHERE listing = ?", (listing,))  # noqa: S608 - ours

    def _select(self, where: str, values: tuple[object, ...]) -> list[Candidate]:
        with _telling():
            found = self._base.execute(f"SELECT {_COLUMNS} FROM rows WHERE {where}", values).fetchall()  # noqa: S608 - ours
        return [_read(row) for row in found]


@contextmanager
def _telling() -> Generator[None]:
    """Say in a sentence what SQLite cannot do: mostly, the temporary folder is full."""
    try:
        yield
    except sqlite3.Error as error:
        words = f"the addresses that AEx lists cannot be kept in the temporary folder: {error}"
        raise OSError(words) from None


def _read(row: tuple[Any, ...]) -> Candidate:
    guid, text, premise, north, east, deleted, area = row
    return Candidate(
        guid=guid,
        full_text=text,
        premise_id=premise,
        latitude=north,
        longitude=east,
        deleted=bool(deleted),
        area_id=area,
    )
