"""An AEx in memory with addresses of a test's own, searched in one of the ways that AEx may."""

import re
from collections.abc import AsyncIterator, Iterable, Sequence

from aex_async.errors import BadRequestError
from aex_async.models import Page, PredefinedPremise, Product
from aex_async.qualify import Address, Qualification, Qualifier, QualifyCalls
from aex_async.qualify.cost import Demand
from aex_async.sandbox._listings import Index

HOWS = ("substring", "words", "fuzzy", "pieces", "similar", "ignored", "literal")
Row = PredefinedPremise


class World:
    """Rows that are searched as `how` says, `size` on a page; `asked` is every page asked for, and every point."""

    def __init__(self, texts: Iterable[str | Row], how: str, *, size: int = 100, totals: bool = False) -> None:
        self.rows = [make_row(number, text) for number, text in enumerate(texts)]
        self.how, self.size, self.totals = how, size, totals
        self.asked: list[str] = []
        self.points: list[tuple[float, float]] = []
        self.products = [Product(id="P", status="Active")]
        self._index = Index(self.rows)  # type: ignore[arg-type]  # of a place it reads the text alone

    def find(self, q: str) -> Sequence[Row]:
        match self.how:
            case "ignored":
                return self.rows
            case "literal":
                return [row for row in self.rows if q.casefold() in str(row.full_text).casefold()]
            case "pieces":
                pieces = q.casefold().split()
                return [row for row in self.rows if all(piece in str(row.full_text).casefold() for piece in pieces)]
            case "strict" if "%" in q:
                raise BadRequestError("no wildcards", status=400, method="GET", path="/")
            case "similar":
                words = set(re.findall(r"\w+", q.casefold()))
                ranks = [
                    (-len(words & set(re.findall(r"\w+", str(row.full_text).casefold()))), row) for row in self.rows
                ]
                return [row for _, row in sorted(ranks, key=lambda pair: pair[0])]
            case how:
                return self._index.search(q, "words" if how == "strict" else how)  # type: ignore[return-value]  # our rows

    def walk(self, q: str) -> "Pages":
        return Pages(self, q)

    async def search(self, q: str) -> Sequence[Row]:
        return (await anext(self.walk(q))).items

    async def list_products(self, latitude: float, longitude: float) -> Sequence[Product]:
        self.points.append((latitude, longitude))
        return self.products

    def open(self, demand: Demand | None = None, *, everywhere: bool = False) -> Qualifier:
        calls = QualifyCalls(self.search, self.list_products, self.walk)
        return Qualifier(calls, demand=demand, everywhere=everywhere)

    async def qualify(self, *texts: str, demand: Demand | None = None) -> list[Qualification]:
        qualifier = self.open(demand)
        return [await qualifier.qualify(Address(row=row, text=text)) for row, text in enumerate(texts, 1)]


def make_row(number: int, text: str | Row) -> Row:
    if isinstance(text, PredefinedPremise):
        return text
    return PredefinedPremise(guid=f"{number:06}", full_text=text, latitude=-26.0, longitude=28 + number % 100 / 10_000)


class Pages(AsyncIterator[Page[Row]]):
    """The pages of one listing. No generator: trio complains of one that is left before its end."""

    def __init__(self, world: World, q: str) -> None:
        self._world, self._q, self._next = world, q, 1

    async def __anext__(self) -> Page[Row]:
        world, number = self._world, self._next
        world.asked.append(self._q)
        rows = world.find(self._q)
        part = rows[(number - 1) * world.size : number * world.size]
        if number > 1 and not part:
            raise StopAsyncIteration
        self._next += 1
        return Page(number=number, items=part, total=len(rows) if world.totals else None)
