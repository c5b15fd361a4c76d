"""A few slips of the pen leave a word itself, the more the longer it is; another beginning is another word."""

import pytest

from aex_async.qualify.matching.words import TOO_MANY, count_slips


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("kloof", "kloof", 0),
        ("main", "mian", 1),
        ("main", "maid", TOO_MANY),
        ("kloof", "klof", 1),
        ("kloof", "klofo", 1),
        ("marlin", "merlin", 1),
        ("maja", "malaza", TOO_MANY),
        ("lingelihle", "lingelhile", 1),
        ("lingelihle", "lngelihel", 2),
        ("kloof", "loof", 1),
        ("kloof", "lkoof", 1),
        ("station", "nation", TOO_MANY),
        ("", "kloof", TOO_MANY),
    ],
)
def test_slips_are_counted_up_to_what_a_word_of_its_length_bears(one: str, other: str, slips: int) -> None:
    assert count_slips(one, other) == slips
