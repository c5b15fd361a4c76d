"""What a run will cost is known before it begins."""

import pytest

from aex_async.qualify import Address
from aex_async.qualify.cost import MANY, Cost, Demand, count_places, estimate, name_place
from tests.qualify.world import World


def make(*texts: str) -> list[Address]:
    return [Address(row=row, text=text) for row, text in enumerate(texts, 1)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("12 Main Rd, Newlands, Durban", "newlands"),
        ("12 Main Rd, NEWLANDS", "newlands"),
        ("12 Main St, Fulshear, TX 77441", "77441"),
        ("12 Main St, Cross Creek, Fulshear, TX 77441", "cross creek"),
        ("Main Road, Newlands", None),
        ("12 Main Rd", None),
    ],
)
def test_a_place_is_a_suburb_or_a_zip_code(text: str, place: str | None) -> None:
    assert name_place(text) == place


def test_only_places_with_many_addresses_are_listed() -> None:
    few, many = ["1 Main Rd, Oaktree"] * (MANY - 1), ["1 Main Rd, Newlands"] * MANY
    assert count_places(make(*few, "", *many, " ")) == Demand(2 * MANY - 1, {"newlands": MANY})


def test_nothing_costs_nothing() -> None:
    assert estimate(count_places(make("", " "))) == Cost(0, 0)


@pytest.mark.parametrize("how", ["substring", "words", "fuzzy", "ignored", "literal", "similar"])
async def test_no_run_costs_more_than_was_said(how: str) -> None:
    rows = [f"{number}, Marathon Road, Endwell, Pretoria, ZA, 0002, Gauteng" for number in range(1, 3001)]
    texts = [f"{number} Marathn Rd, Endwell" for number in range(2990, 3020)]
    texts += [f"{number} Nowhere St, Town{number}" for number in range(1, 9)]
    demand = count_places(make(*texts))
    world = World(rows, how)
    await world.qualify(*texts, demand=demand)
    assert len(world.asked) + len(world.points) <= estimate(demand).most
