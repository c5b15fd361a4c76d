"""A server whose listing is as odd as it is told to be."""

import random
from collections.abc import AsyncGenerator, Callable
from typing import Any, Literal, Protocol, Unpack

import anyio.lowlevel
from attrs import Factory, define, field

from aex_async import Listing, ListingOptions
from aex_async._codec import Rows

Row = dict[str, Any]


class Server(Protocol):
    """What answers for a page and the number of rows asked for."""

    async def fetch(self, page: int, count: int, /) -> Rows[Row]: ...


def make_rows(first: int, past: int) -> list[Row]:
    return [{"id": f"ID{number}"} for number in range(first, past)]


def name_rows(first: int, past: int) -> list[str]:
    return [row["id"] for row in make_rows(first, past)]


def walk(server: Server, **options: Unpack[ListingOptions]) -> Listing[Row]:
    return Listing(server.fetch, **options)


async def collect(rows: AsyncGenerator[Row, None], got: list[str] | None = None) -> list[str]:
    """Return the ids of all rows, kept in `got` even if the walk fails."""
    got = [] if got is None else got
    async for row in rows:
        got.append(row["id"])
    return got


@define(kw_only=True)
class OddServer:
    """A listing of `rows`. Each switch is a behaviour that a server was met with, or that nothing rules out."""

    rows: list[Row]
    total: int | Literal["true"] | None = None
    echo: Literal["asked", "given", "first"] | None = None  # what it says which page this is
    cap: int | None = None  # the most rows a page, by which it counts its pages
    later_cap: int | None = None  # the most rows of every page but the first
    shuffles: bool = False
    turns: bool = False  # two databases answer in turn, and keep opposite orders
    clamps: bool = False
    ignores_count: int | None = None  # it gives so many
    ignores_page: bool = False
    period: int | None = None  # after so many pages it begins again
    changes: list[str] = Factory(list[str])  # what happens before each page
    seed: int = 0
    asked: list[int] = field(factory=list[int], init=False)
    counts: list[int] = field(factory=list[int], init=False)
    stayed: list[Row] = field(init=False)
    chance: random.Random = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.stayed = list(self.rows)
        self.chance = random.Random(self.seed)  # noqa: S311 - any numbers will do, and these come back
        self.changes = self.changes[::-1]

    async def fetch(self, page: int, count: int, /) -> Rows[Row]:
        self.asked.append(page)
        self.counts.append(count)
        await anyio.lowlevel.checkpoint()
        return self.answer(page, count)

    def answer(self, page: int, count: int) -> Rows[Row]:
        if self.changes:
            self.change(self.changes.pop())
        size = self.ignores_count or min(count, self.cap or count)
        given = self.choose_page(page, size)
        listed = self.chance.sample(self.rows, len(self.rows)) if self.shuffles else self.rows
        listed = listed[::-1] if self.turns and len(self.asked) % 2 else listed
        items = listed[self.find_start(given, size) : self.find_start(given + 1, size)]
        total = len(self.rows) if self.total == "true" else self.total
        return Rows(list(items), total, {"asked": page, "given": given, "first": 1, None: None}[self.echo])

    def choose_page(self, page: int, size: int) -> int:
        if self.ignores_page:
            return 1
        if self.period is not None:
            return (page - 1) % self.period + 1
        return min(page, max(1, -(-len(self.rows) // size))) if self.clamps else page

    def find_start(self, page: int, size: int) -> int:
        return (page - 1) * size if self.later_cap is None or page == 1 else size + (page - 2) * self.later_cap

    def change(self, what: str) -> None:
        if what == "insert":
            self.rows.insert(0, {"id": f"NEW{len(self.changes)}"})
        elif what == "delete" and self.rows:
            gone = self.rows.pop(self.chance.randrange(len(self.rows)))
            self.stayed = [row for row in self.stayed if row != gone]


class Scripted:
    """A server of which `answer` says what it gives for a page."""

    def __init__(self, answer: Callable[[int], list[Row]], total: int | None = None) -> None:
        self.give = answer
        self.total = total
        self.asked: list[int] = []

    async def fetch(self, page: int, _: int, /) -> Rows[Row]:
        self.asked.append(page)
        await anyio.lowlevel.checkpoint()
        return Rows(self.give(page), self.total)
