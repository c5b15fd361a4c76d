"""Of addresses that people labelled, none is matched exactly with another one, and nearly all are found."""

from collections import Counter

import pytest

from aex_async.qualify import Candidate, MatchResult, match
from tests.qualify.matching.further_kinds import read_further_kinds
from tests.qualify.matching.kinds import read_kinds
from tests.qualify.matching.neighbour_kinds import read_neighbour_kinds
from tests.qualify.matching.pairs import Pair, read_pairs
from tests.qualify.matching.rare_kinds import read_rare_kinds
from tests.qualify.matching.register_kinds import read_register_kinds

PAIRS = [
    *read_pairs(),
    *read_kinds(),
    *read_rare_kinds(),
    *read_register_kinds(),
    *read_further_kinds(),
    *read_neighbour_kinds(),
]
WORLD = [Candidate(guid=f"{n:04}", full_text=text) for n, text in enumerate(dict.fromkeys(p.known for p in PAIRS))]
WANTED = {
    "=": ("exact",),
    "~": ("exact", "probable"),
    "^": ("probable",),
    "!": ("none", "ambiguous"),
    "%": ("ambiguous",),
}


def is_right(pair: Pair, told: MatchResult) -> bool:
    right = told.match is None or (pair.label in "=~^" and told.match.full_text == pair.known)
    return right and told.outcome in WANTED.get(pair.label, ("none", "ambiguous"))


def test_every_kind_of_address_is_labelled() -> None:
    labels = Counter(pair.label for pair in PAIRS)
    assert len(PAIRS) >= 900
    assert len(labels) == 6
    assert min(labels.values()) >= 10


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.label}{pair.asked}")
def test_an_address_comes_to_what_it_was_labelled(pair: Pair) -> None:
    told = match(pair.asked, WORLD)
    assert is_right(pair, told), (told.outcome, told.match and told.match.full_text, told.parts)


@pytest.mark.parametrize("text", [row.full_text for row in WORLD])
def test_aex_own_text_is_exact_whatever_its_commas_and_case(text: str) -> None:
    for written in (text, text.replace(",", ""), text.upper(), text.casefold().replace(",", " ")):
        told = match(written, WORLD)
        assert (told.outcome, told.match and told.match.full_text) == ("exact", text)


@pytest.mark.parametrize("text", [row.full_text for row in WORLD])
def test_an_address_that_aex_does_not_have_matches_no_other(text: str) -> None:
    told = match(text, [row for row in WORLD if row.full_text != text])
    assert told.match is None
