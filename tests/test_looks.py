"""Looks at a customer's services, walk by walk."""

from collections.abc import AsyncGenerator, Sequence

import pytest

from aex_async import Page, Premise, Service
from aex_async._orders.looks import MIXED_WALKS, Looks

pytestmark = pytest.mark.anyio
MINE = [Service(id=f"S{number}", customer_id="c1") for number in range(3)]
SOMEBODYS = Service(id="F1", customer_id="C2")


class Listings:
    """A listing that is another one at each walk; the last one is repeated."""

    def __init__(self, *walks: Sequence[Service]) -> None:
        self.walks = walks
        self.walked = 0

    async def walk(self, customer_id: str) -> AsyncGenerator[Page[Service], None]:
        assert customer_id == "C1"
        rows = self.walks[min(self.walked, len(self.walks) - 1)]
        self.walked += 1
        yield Page(number=1, items=tuple(rows), total=len(MINE))


async def get_no_premise(premise_id: str) -> Premise:
    raise AssertionError(premise_id)


async def nothing_to_check() -> None:
    raise AssertionError


async def read(listings: Listings) -> list[str]:
    return [row.id for row in await Looks(listings.walk, get_no_premise, nothing_to_check).read_services("C1")]


async def test_a_whole_listing_is_walked_once() -> None:
    listings = Listings(MINE)
    assert (await read(listings), listings.walked) == (["S0", "S1", "S2"], 1)


@pytest.mark.fault("X1")
async def test_another_customer_s_row_makes_up_for_none_that_went_missing() -> None:
    # Two rows and a stranger's are as many as the server counts: the third is there all the same.
    listings = Listings([*MINE[:2], SOMEBODYS], MINE)
    assert (sorted(await read(listings)), listings.walked) == (["S0", "S1", "S2"], MIXED_WALKS)


async def test_a_listing_that_always_shows_another_customer_s_row_can_still_be_read() -> None:
    listings = Listings([*MINE, SOMEBODYS])
    assert (await read(listings), listings.walked) == (["S0", "S1", "S2"], MIXED_WALKS)
