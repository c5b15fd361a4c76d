"""Every file of the corpus is read as it is meant, or refused with the option that helps."""

import contextlib
import re
from pathlib import Path

import pytest

from aex_async.errors import UsageError
from aex_async.qualify.files.addresses import AddressFile, InputOptions, open_addresses
from tests.qualify.files import corpus, tool_corpus
from tests.qualify.files.corpus import Case

READ = (*corpus.TABLES, *corpus.ENCODED, *corpus.UNNAMED, *corpus.OBJECTS, *tool_corpus.READ)
POISON = (*corpus.POISON, *tool_corpus.POISON)
REFUSED = (*corpus.REFUSED, *tool_corpus.REFUSED)


def options(case: Case) -> InputOptions:
    told = dict(case.options)
    column = told.pop("column", ())
    return InputOptions(columns=(column,) if isinstance(column, str) else column, **told)


def write(case: Case, folder: Path) -> str:
    path = folder / case.name
    path.write_bytes(case.content)
    return str(path)


def read(file: AddressFile) -> tuple[str, ...]:
    return tuple(address.text for address in file.addresses())


def test_the_corpus_is_large_enough() -> None:
    assert len(READ) + len(POISON) + len(REFUSED) >= 100


@pytest.mark.parametrize("case", READ, ids=lambda case: f"{case.name}: {case.says}")
def test_addresses_are_read_from_what_people_have(case: Case, tmp_path: Path) -> None:
    with open_addresses(write(case, tmp_path), options(case)) as file:
        assert read(file) == case.addresses
        assert file.total == len(case.addresses)
        assert read(file) == case.addresses  # as often as one likes
        assert not case.columns or file.columns == case.columns
        assert [address.trouble for address in file.addresses()] == [None] * file.total


@pytest.mark.parametrize("case", POISON, ids=lambda case: case.says)
def test_a_row_that_cannot_be_kept_says_so_and_spoils_no_other(case: Case, tmp_path: Path) -> None:
    with open_addresses(write(case, tmp_path), options(case)) as file:
        rows = list(file.addresses())
    assert tuple(row.text for row in rows) == case.addresses
    for row, words in zip(rows, case.troubles, strict=True):
        assert (row.trouble or "")[: len(words)] == words
        assert bool(row.trouble) is bool(words)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.says)
def test_what_cannot_be_told_is_refused_with_what_tells_it(case: Case, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused, contextlib.ExitStack() as stack:
        stack.enter_context(open_addresses(write(case, tmp_path), options(case)))
    words = str(refused.value)
    assert re.search(case.refused, words, re.DOTALL), words
    assert len(words.replace(str(tmp_path), "")) < 400
