"""Products are asked for at the point of each premise, or on a grid where many are, and then only if it agrees."""

from collections.abc import Sequence
from random import Random

import pytest

from aex_async.models import Product
from aex_async.qualify import Address
from aex_async.qualify.calls import Rate
from aex_async.qualify.cost import CROWDED, Demand
from aex_async.qualify.offers import CELLS, PremiseOffers, find_corners
from tests.qualify.world import World

ONE, OTHER = Product(id="1", status="Active"), Product(id="2", status="Active")
HOUSES = [(-26 + number / 5000, 28.0003) for number in range(20)]
"""Points on a line, twenty metres apart."""


class Town:
    """A town with one product to the south of a border, and another to the north."""

    def __init__(self, border: float = -90) -> None:
        self.border = border
        self.asked = list[tuple[float, float]]()
        self.desk = PremiseOffers(self.list_products, Rate())

    async def list_products(self, latitude: float, longitude: float) -> Sequence[Product]:
        self.asked.append((latitude, longitude))
        return [ONE if latitude < self.border else OTHER]

    async def ask(self, point: tuple[float, float], *, crowded: bool = True) -> tuple[str, str]:
        offers, source = await self.desk.list_offers(point, crowded=crowded)
        return offers[0].id, source


async def test_each_premise_is_asked_for_at_its_own_point() -> None:
    town = Town()
    assert {await town.ask(house, crowded=False) for house in HOUSES} == {("2", "premise")}
    assert town.asked == HOUSES
    assert (town.desk.requests, town.desk.shared) == (20, 0)


async def test_a_crowded_place_is_asked_for_at_the_corners_around() -> None:
    town = Town()
    assert {await town.ask(house) for house in HOUSES} == {("2", "around")}
    assert not set(HOUSES[1:]).intersection(town.asked)
    assert (town.desk.requests, town.desk.shared) == (len(town.asked), 20)
    assert len(town.asked) == 6  # of two cells


async def test_where_the_corners_disagree_each_premise_is_asked_for() -> None:
    town = Town(border := HOUSES[5][0] - 0.0001)
    told = [await town.ask(house) for house in HOUSES]
    assert [product for product, _ in told] == ["1" if house[0] < border else "2" for house in HOUSES]
    assert {source for _, source in told} == {"premise", "around"}


async def test_the_order_in_which_premises_are_asked_for_changes_nothing() -> None:
    mixed = HOUSES.copy()
    Random(3).shuffle(mixed)  # noqa: S311 - an order
    told = list[dict[tuple[float, float], tuple[str, str]]]()
    for houses in (HOUSES, mixed):
        town = Town(HOUSES[5][0])
        told.append({house: await town.ask(house) for house in houses})
    assert told[0] == told[1]


@pytest.mark.parametrize("point", [(90.0, 180.0), (-90.0, -180.0), (0.0, 0.0), (-26.1999, 28.05)])
def test_the_corners_are_around_the_point_and_on_earth(point: tuple[float, float]) -> None:
    corners = find_corners(point)
    assert len(corners) == 4
    for corner in corners:
        assert all(abs(a - b) <= 1 / CELLS for a, b in zip(corner, point, strict=True))
        assert abs(corner[0]) <= 90
        assert abs(corner[1]) <= 180


@pytest.mark.parametrize(
    ("count", "everywhere", "source"),
    [(CROWDED, False, "around"), (CROWDED, True, "premise"), (CROWDED - 1, False, "premise")],
)
async def test_a_result_says_of_where_its_products_are(count: int, everywhere: bool, source: str) -> None:  # noqa: FBT001
    world = World(["4, Main Road, Newlands, Durban, ZA, 4037, Kwazulu Natal"], "words")
    world.products = []
    qualifier = world.open(Demand(count, {"newlands": count}), everywhere=everywhere)
    result = await qualifier.qualify(Address(row=1, text="4 Main Rd, Newlands, Durban"))
    assert result.offers_from == source
    assert result.reason == f"no product is active {'around it' if source == 'around' else 'there'}"
