"""The index finds what reading every address would find, in the same order."""

import pytest

from aex_async.sandbox import Sandbox
from aex_async.sandbox._listings import fuzzy
from aex_async.sandbox._places import atlas
from aex_async.sandbox._search import Index

PLACES = atlas(0, 70).places


@pytest.mark.parametrize(
    "query",
    [
        "",
        " , ",
        "38 railway",
        "RAIL, hect",
        "38",
        "%",
        "David%Krugersdorp",
        "1_8 street",
        "(cottage) oak",
        "nowhere",
        "ß",
    ],
)
def test_it_finds_what_reading_all_would_find(query: str) -> None:
    matches = fuzzy(query)
    assert Index(PLACES).search(query) == [place for place in PLACES if matches(place.full_text.casefold())]


def test_a_world_has_as_many_more_addresses_as_were_asked_for() -> None:
    few, many = Sandbox().predefined_premises, Sandbox(more_addresses=70).predefined_premises
    assert many[: len(few)] == few
    assert len({(row["full_text"], row["guid"]) for row in many}) == len(few) + 70
