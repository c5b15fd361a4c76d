"""The index finds what reading every address would find, in the same order."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aex_async.sandbox import Sandbox
from aex_async.sandbox._addresses import atlas
from aex_async.sandbox._listings import SEARCHES, Index, like

PLACES = atlas(0, 70).places
INDEX = Index(PLACES)


@pytest.mark.parametrize("how", SEARCHES)
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
        "David Road",
        "38 , David",
        "Road, Oaktree",
        "Oaktree Road",
        "38%Rail%Hect",
        "(Cottage), Rail",
    ],
)
def test_it_finds_what_reading_all_would_find(query: str, how: str) -> None:
    matches = SEARCHES[how](query)
    assert list(INDEX.search(query, how)) == [place for place in PLACES if matches(place.full_text.casefold())]


@pytest.mark.parametrize(
    ("query", "finders"),
    [
        ("Pompano Place", {"fuzzy", "words", "substring"}),
        ("Place, Newlands", {"fuzzy", "words", "substring"}),
        ("newlands pompano", {"fuzzy", "words"}),
        ("Newl Pomp", {"fuzzy"}),
        ("Pomp%Newl", {"fuzzy", "substring"}),
        ("9 Pompano", {"fuzzy", "words"}),
        ("9, Pompano", {"fuzzy", "words", "substring"}),
        ("9, Pompano Place, Newlands, Durban, ZA, 4037, Kwazulu Natal", {"fuzzy", "words", "substring"}),
        ("pompa", {"fuzzy", "substring"}),
        ("P_mpano", {"fuzzy", "substring"}),
    ],
)
def test_each_way_of_searching_finds_what_it_is_to_find(query: str, finders: set[str]) -> None:
    assert {how for how in SEARCHES if INDEX.search(query, how)} == finders


def test_a_world_has_as_many_more_addresses_as_were_asked_for() -> None:
    few, many = Sandbox().predefined_premises, Sandbox(more_addresses=70).predefined_premises
    assert many[: len(few)] == few
    assert len({(row["full_text"], row["guid"]) for row in many}) == len(few) + 70


@given(st.text("ab_%", max_size=6), st.text("ab\n", max_size=9))
def test_a_pattern_finds_what_sql_would(pattern: str, text: str) -> None:
    slow = re.compile(pattern.replace("%", ".*").replace("_", "."))
    assert like(pattern)(text) is bool(slow.search(text))


def test_a_pattern_of_many_parts_is_looked_for_no_longer_than_a_word() -> None:
    assert not INDEX.search("_%" * 200 + "nowhere", "substring")  # in less than the age of the world
