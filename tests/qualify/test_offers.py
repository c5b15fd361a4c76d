"""Products are asked for at a few points of an area, and at every point of one whose points disagree."""

from collections.abc import Sequence

import pytest

from aex_async.models import Product
from aex_async.qualify.model import Candidate
from aex_async.qualify.offers import AGREEING, KEPT_AREAS, OfferDesk
from aex_async.qualify.rate_limit import Rate

ONE, OTHER = Product(id="1", status="Active"), Product(id="2", status="Active")


class Town:
    """Points on a line, a hundred metres apart, of which the first `border` have another product than the rest."""

    def __init__(self, border: int = 0, *, everywhere: bool = False) -> None:
        self.border, self.asked = border, 0
        self.desk = OfferDesk(self.list_products, Rate(), everywhere=everywhere)

    async def list_products(self, latitude: float, _: float) -> Sequence[Product]:
        self.asked += 1
        return [ONE if round((latitude + 26) * 1000) < self.border else OTHER]

    async def ask(self, number: int, area: str | None = "A", text: str = "") -> str:
        point = -26 + number / 1000, 28.0
        premise = Candidate(guid=str(number), full_text=text, area_id=area)
        (offer,) = await self.desk.list_offers(premise, point)
        return offer.id


async def test_an_area_that_agrees_is_asked_at_a_few_points() -> None:
    town = Town()
    assert {await town.ask(number) for number in range(9)} == {"2"}
    assert (town.asked, town.desk.requests, town.desk.shared) == (AGREEING, AGREEING, 9 - AGREEING)
    assert await town.ask(0) == "2"


async def test_a_point_far_from_those_asked_for_is_asked_for_too() -> None:
    town = Town()
    for number in (0, 1, 2, 100, 101):
        await town.ask(number)
    assert town.asked == AGREEING + 1


@pytest.mark.parametrize("border", [1, 2])
async def test_an_area_that_does_not_agree_is_asked_at_every_point(border: int) -> None:
    town = Town(border)
    assert [await town.ask(number) for number in range(6)] == ["1"] * border + ["2"] * (6 - border)
    assert town.asked == 6


async def test_without_an_area_the_place_tells_and_everywhere_is_everywhere() -> None:
    town, text = Town(), "4, Main Road, Newlands, Durban, ZA, 4037, Kwazulu Natal"
    for number in range(6):
        await town.ask(number, None, text)
    assert town.asked == AGREEING
    town = Town(everywhere=True)
    for number in range(6):
        await town.ask(number)
    assert town.asked == 6


async def test_only_so_many_areas_are_remembered() -> None:
    town = Town()
    for number in range(AGREEING):
        await town.ask(number)
    for area in range(KEPT_AREAS):
        await town.ask(0, str(area))
    await town.ask(7)
    assert town.asked == AGREEING + 1
