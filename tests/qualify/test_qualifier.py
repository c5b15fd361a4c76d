"""One address: searched for from the most specific query on, its products asked once a place."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import anyio
import pytest
from attrs import evolve

from aex_async import PredefinedPremise, Price, Product
from aex_async.errors import AuthenticationError, NotFoundError
from aex_async.qualify import Address, Qualification, Qualifier, QualifyCalls
from aex_async.qualify.model import dump, load

ROW = PredefinedPremise(
    guid="A", full_text="9, Pompano Place, Newlands, Durban, ZA, 4037, Kwazulu Natal", latitude=-29.0, longitude=30.0
)
TEXT = "9 Pompano Pl, Newlands, Durban"
LEARNING = ["Street", "Road", "Avenue", "Place", "Newl Pomp", "Pomp%Newl"]


def price(value: str | None, currency: str = "ZAR", kind: str = "Monthly", incl: str | None = None) -> Price:
    money = [None if text is None else Decimal(text) for text in (value, incl)]
    return Price(id="P", price_type=kind, currency_code=currency, value=money[0], value_incl=money[1])


PRODUCTS = [
    Product(id="1", status="Active", speed_down=100, speed_up=100, pricing=(price("400", incl="460.5"),)),
    Product(id="2", status="active", speed_down=1000, speed_up=500, pricing=(price("399.9"), price("1", kind="Setup"))),
    Product(id="3", status="Retired", speed_down=9000, pricing=(price("1"),)),
    Product(id="4", status="Active"),
]


class DaskWorker:
    """QualifyCalls that are answered from memory and counted."""

    def __init__(self, rows: Sequence[PredefinedPremise] = (ROW,), products: Sequence[Product] = PRODUCTS) -> None:
        self.rows, self.offered = rows, products
        self.asked: list[Any] = []
        self.error: Exception | None = None

    async def search(self, q: str) -> Sequence[PredefinedPremise]:
        self.asked.append(q)
        await anyio.sleep(0.001)
        if self.error is not None:
            raise self.error
        return [row for row in self.rows if all(word.casefold() in str(row.full_text).casefold() for word in q.split())]

    async def products(self, latitude: float, longitude: float) -> Sequence[Product]:
        self.asked.append((latitude, longitude))
        await anyio.sleep(0.001)
        return self.offered

    async def qualify(self, text: str = TEXT) -> Qualification:
        qualifier = Qualifier(QualifyCalls(self.search, self.products))
        return await qualifier.qualify(Address(row=1, text=text, columns={"id": 7}))


def refuse(kind: type[NotFoundError | AuthenticationError], status: int) -> Exception:
    return kind("refused", status=status, method="GET", path="/")


async def test_what_is_there_can_be_ordered_at_its_best_speed_and_lowest_price() -> None:
    worker = DaskWorker()
    result = await worker.qualify()
    assert (result.outcome, result.orderable, result.reason) == ("exact", True, None)
    assert worker.asked == [*LEARNING, "9 Pompano New", (-29.0, 30.0)]
    assert [offer.id for offer in result.offers] == ["1", "2", "4"]
    assert result.best == result.cheapest == result.offers[1]
    assert (result.offers[1].price_incl, result.offers[1].price_excl) == (None, Decimal("399.9"))
    assert load(dump(result)) == result


@pytest.mark.parametrize(
    ("row", "products", "reason"),
    [
        (ROW, PRODUCTS[2:3], "no product is active there"),
        (evolve(ROW, latitude=None), PRODUCTS, "AEx does not say where this premise is"),
        (PredefinedPremise(guid="A", full_text=ROW.full_text, extra={}), PRODUCTS, "AEx does not say"),
    ],
)
async def test_what_cannot_be_ordered_says_why(row: PredefinedPremise, products: list[Product], reason: str) -> None:
    result = await DaskWorker([row], products).qualify()
    assert (result.outcome, result.orderable) == ("exact", False)
    assert str(result.reason).startswith(reason)


async def test_of_two_the_one_that_is_not_deleted_is_meant() -> None:
    gone = evolve(ROW, guid="B", deleted_at=datetime.now(UTC))
    result = await DaskWorker([gone, ROW]).qualify()
    assert (result.match and result.match.guid, result.orderable) == ("A", True)
    result = await DaskWorker([gone]).qualify()
    assert (result.outcome, result.orderable, result.reason) == ("exact", False, "AEx has deleted this premise")
    result = await DaskWorker([ROW, evolve(ROW, guid="C")]).qualify()
    assert (result.outcome, [row.guid for row in result.candidates]) == ("ambiguous", ["A", "C"])


async def test_prices_of_two_currencies_are_not_compared() -> None:
    mixed = Product(id="5", status="Active", pricing=(price("1", "USD"), price("2")))
    assert (await DaskWorker(products=[mixed]).qualify()).cheapest is None
    dear = Product(id="6", status="Active", pricing=(price("1", "USD"),))
    assert (await DaskWorker(products=[PRODUCTS[0], dear]).qualify()).cheapest is None


async def test_an_address_that_is_not_there_is_asked_for_in_a_few_ways() -> None:
    worker = DaskWorker()
    result = await worker.qualify("11 Pampano Pl, Newlands, Durban")
    assert result.outcome == "none"
    assert worker.asked == [*LEARNING, "11 Pampano New", "11 Pamp Newl", "11 Pampano", "11 Newl"]
    assert (await DaskWorker(rows=()).qualify("nowhere")).outcome == "none"


async def test_a_misspelt_one_is_probable_with_its_score() -> None:
    result = await DaskWorker().qualify("9 Pompanno Pl, Newlands, Durban")
    assert (result.outcome, result.orderable) == ("probable", True)
    assert result.match is not None
    assert 0.82 <= result.match.score < 1


@pytest.mark.parametrize(
    ("latitude", "longitude", "asked"),
    [
        (-29.0, 30.0, (-29.0, 30.0)),
        (30.0, -29.0, (-29.0, 30.0)),  # turned round, for South Africa is in the south and in the east
        (0.0, 0.0, None),
        (-29.0, 300.0, None),
        (None, 30.0, None),
    ],
)
async def test_products_are_asked_for_where_a_premise_can_be(
    latitude: float | None, longitude: float, asked: tuple[float, float] | None
) -> None:
    worker = DaskWorker([evolve(ROW, latitude=latitude, longitude=longitude)])
    result = await worker.qualify()
    assert [point for point in worker.asked if isinstance(point, tuple)] == ([asked] if asked else [])
    assert (result.outcome, result.reason) == ("exact", None if asked else "AEx does not say where this premise is")


async def test_half_a_character_is_no_obstacle() -> None:
    result = await DaskWorker().qualify("9 Pompano \ud800 Pl, Newlands, Durban")
    assert load(dump(result)).address == "9 Pompano \ufffd Pl, Newlands, Durban"


def test_a_number_that_is_none_is_kept_as_an_empty_cell() -> None:
    columns = {"a": Decimal("NaN"), "b": [Decimal("-Infinity"), {"c": Decimal("1.50")}], "\ud800": "\udc00x"}
    kept = load(dump(Qualification(row=1, address="", outcome="none", columns=columns))).columns
    assert kept == {"a": None, "b": [None, {"c": Decimal("1.50")}], "\ufffd": "\ufffdx"}


async def test_an_empty_address_asks_nothing() -> None:
    worker = DaskWorker()
    result = await worker.qualify("  ")
    assert (result.outcome, result.reason, worker.asked) == ("failed", "the address is empty", [])


async def test_an_error_is_told_in_the_result_and_a_refused_token_is_raised() -> None:
    worker = DaskWorker()
    worker.error = refuse(NotFoundError, 404)
    result = await worker.qualify()
    assert (result.outcome, result.reason, result.columns) == ("failed", "refused", {"id": 7})
    worker.error = refuse(AuthenticationError, 401)
    with pytest.raises(AuthenticationError):
        await worker.qualify()


async def test_equal_places_share_one_call_for_their_products() -> None:
    worker = DaskWorker()
    qualifier = Qualifier(QualifyCalls(worker.search, worker.products))
    async with anyio.create_task_group() as group:
        for row in range(8):
            group.start_soon(qualifier.qualify, Address(row=row, text=TEXT))
    await qualifier.qualify(Address(row=9, text=TEXT))
    assert worker.asked == [*LEARNING, "9 Pompano New", (-29.0, 30.0)]
