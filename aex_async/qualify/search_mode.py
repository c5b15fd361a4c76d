"""How AEx searches, found out from its first answers.

Nothing says whether `q` is one text, words or a likeness, so one known row is searched for in several ways.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Literal

from aex_async.errors import BadRequestError
from aex_async.qualify.model import Candidate

SearchMode = Literal["substring", "literal", "parts", "words", "similar", "ignored", "unknown"]
"""How `q` is read.

`substring`: a text, in which `%` stands for any. `literal`: one text, just so. `parts`: words, each of which may be a
part of a longer one. `words`: whole words. `similar`: the likest first, whether or not they have all words. `ignored`:
not at all. `unknown`: nothing was found to tell it by.
"""

STEM: Final = 4
"""Letters with which a misspelt word mostly still begins."""
PROBES: Final = ("Street", "Road", "Avenue", "Place")
LOOKED_AT: Final = 0.3
"""By how much the share of rows with a word must be larger for that word than for nonsense."""
NONSENSE: Final = "Qxzvj 7731909"
MOST_PROBES: Final = len(PROBES) + 3
"""The most searches that finding out takes."""

Search = Callable[[str], Awaitable[Sequence[Candidate]]]

_WORD: Final = re.compile(r"(?<![\w'\u2019-])[A-Za-z]{5,}(?![\w'\u2019-])")
"""A word that is one to any search: the Reilly of O'Reilly is none where whole words are looked for."""


async def learn_mode(search: Search) -> tuple[SearchMode, int]:
    """Return how AEx searches, and the most rows that it showed on a page, by a few searches for what it has.

    They are the same ones for the same AEx.
    """
    page = 0
    for probe in PROBES:
        rows = await search(probe)
        page = max(page, len(rows))
        # A first page may be all of one street whose name tells nothing: Bankbank is no word that stands once.
        if (known := _choose_words(rows)) is not None:
            break
    else:
        return "unknown", page
    if all(_has(row, probe) for row in rows):
        return await _try_words(search, probe, rows, *known), page
    return await _tell_ignored(search, probe, rows, known[1]), page


async def _try_words(search: Search, probe: str, rows: Sequence[Candidate], street: str, place: str) -> SearchMode:
    async def ask(q: str) -> Sequence[Candidate]:
        try:
            return await search(q)
        except BadRequestError:  # an AEx that takes no `%` finds nothing by it
            return ()

    parts = street[:STEM], place[:STEM]
    # The place first: no text has them in this order, unless it is read word by word.
    found = await search(f"{parts[1]} {parts[0]}")
    if found and not all(_has(row, *parts) for row in found):
        return await _tell_ignored(search, probe, rows, place)
    # Asked also where parts of words are found: `5%Main` has its number in front, `5 Main` also in a postal code.
    if any(_has(row, *parts) for row in await ask(f"{parts[0]}%{parts[1]}")):
        return "substring"
    if found:
        return "parts"
    return "words" if any(_has(row, street, place) for row in await search(f"{place} {street}")) else "literal"


async def _tell_ignored(search: Search, probe: str, rows: Sequence[Candidate], place: str) -> SearchMode:
    """Tell a search that ranks all it has from one that does not look at `q`."""
    random = await search(NONSENSE)
    if _share(rows, probe) - _share(random, probe) > LOOKED_AT:
        return "similar"
    found = await search(place)
    # `place` is not in the row that came first before: if it leads now, it was looked at.
    return "similar" if found and _has(found[0], place) and not _has(rows[0], place) else "ignored"


def _share(rows: Sequence[Candidate], word: str) -> float:
    return sum(_has(row, word) for row in rows) / max(len(rows), 1)


def _choose_words(rows: Sequence[Candidate]) -> tuple[str, str] | None:
    """Return a word of a street and one of its place, neither of which stands twice in its row."""
    pairs = [(row, pair) for row in rows if (pair := _read_pair(row.full_text)) is not None]
    far = [pair for _, pair in pairs if not _has(rows[0], pair[1])]
    return min(far or [pair for _, pair in pairs], default=None)


def _read_pair(text: str) -> tuple[str, str] | None:
    segments = [_WORD.findall(segment) for segment in text.split(",")]
    told = [words for words in segments if words]
    if len(told) < 2:  # noqa: PLR2004 - a street and a place
        return None
    street, place = told[0][0], told[1][0]
    folded = text.casefold()
    is_clear = all(folded.count(word[:STEM].casefold()) == 1 for word in (street, place))
    return (street, place) if is_clear and street not in PROBES else None


def _has(row: Candidate, *words: str) -> bool:
    folded = row.full_text.casefold()
    return all(word.casefold() in folded for word in words)
