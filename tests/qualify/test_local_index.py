"""What was listed is found again: by a figure, by what it is like, or all of it."""

import gc
from threading import Thread

import pytest

from aex_async.qualify.local_index import LocalIndex
from aex_async.qualify.model import Candidate

ROWS = [
    Candidate(
        guid="1", full_text="12, Main Road, Newlands", premise_id="P", latitude=-29.0, longitude=30.0, area_id="A"
    ),
    Candidate(guid="2", full_text="10-14, Main Road, Newlands", deleted=True),
    Candidate(guid="3", full_text="7, Protea Mall, Newlands"),
]


@pytest.fixture
def index() -> LocalIndex:
    index = LocalIndex()
    index.add("here", ROWS)
    index.add("here", ROWS[:1])
    index.add("there", ROWS[2:])
    return index


def test_a_row_is_found_by_its_figures_whole_as_it_was(index: LocalIndex) -> None:
    assert index.find("here", {"12"}) == ROWS[:2]
    assert index.find("here", {"7"}) == ROWS[1:]
    assert index.find("there", {"12"}) == []


def test_a_misspelt_name_is_found_by_its_trigrams(index: LocalIndex) -> None:
    assert index.find_alike("here", "Shop 4, Protae Mall")[0] == ROWS[2]
    assert index.find_alike("there", "main road") == []
    assert index.find_alike("here", "4 x") == []
    assert index.find_alike("here", 'mall" OR "x') == [ROWS[2]]


def test_a_sqlite_without_trigrams_reads_all(index: LocalIndex) -> None:
    plain = LocalIndex(tokenizer="none")
    plain.add("here", ROWS)
    assert (index.finds_alike, plain.finds_alike) == (True, False)
    assert plain.read("here") == ROWS


def test_a_listing_is_forgotten_and_others_stay(index: LocalIndex) -> None:
    index.forget("here")
    assert (index.has("here"), index.has("there")) == (False, True)
    assert index.read("there") == ROWS[2:]


def test_an_index_that_nobody_holds_is_closed_in_whatever_thread_that_is_noticed() -> None:
    held = [LocalIndex()]
    thread = Thread(target=held.clear)
    thread.start()
    thread.join()
    gc.collect()  # what cannot be closed here, or was left open, is a warning, and so fails this test
    assert not held


def test_what_cannot_be_kept_is_said_in_a_sentence_and_leaves_nothing_begun(index: LocalIndex) -> None:
    broken = Candidate(guid=object(), full_text="9, Main Road, Newlands")  # type: ignore[arg-type]  # no row of SQLite's
    with pytest.raises(OSError, match=r"^the addresses that AEx lists cannot be kept in the temporary folder: "):
        index.add("here", [Candidate(guid="4", full_text="8, Main Road, Newlands"), broken])
    assert index.find("here", {"8"}) == ROWS[1:2]
    index.add("here", [Candidate(guid="5", full_text="8, Main Road, Newlands")])
    assert [row.guid for row in index.find("here", {"8"})] == ["2", "5"]
