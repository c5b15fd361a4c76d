"""What to ask AEx for an address, by how it searches: from the most specific query to the least, and few.

AEx writes `12, Main Road, Newlands`, and whoever asks, `12 Main Rd Newlands`. So a query has the number, and of street
and place one word each that people rarely get wrong, or only how it begins.
"""

import re
from collections.abc import Iterator
from typing import Final

from attrs import frozen

from aex_async.qualify.matching import Parts, parse
from aex_async.qualify.matching.words import fold
from aex_async.qualify.search_mode import STEM, SearchMode

MAX_PAGES: Final = 12
"""Pages that one query is worth: a street of more than a thousand addresses."""
FEW_PAGES: Final = 3
"""Pages that an address without a number is worth: what is listed for it is mostly not meant."""

SOME_PAGES: Final = 6
"""Pages that a number in a suburb is worth: 1 is in half of all numbers."""

_PLAIN: Final = re.compile(r"[A-Za-z]+")
_RAW: Final = re.compile(r"[^\s,;()|]+")
_ORDER: Final[tuple[SearchMode, ...]] = ("substring", "words")


@frozen
class Query:
    """A search, and how many pages of its listing are worth reading.

    A wide one leaves out what is often misspelt, so that no further one can find a likelier row.
    """

    q: str
    wide: bool = False
    pages: int = MAX_PAGES


@frozen
class _QueryWords:
    """The words of an address that are searched for; none that a search could take for a wildcard."""

    number: str | None
    written: str | None
    street: str | None
    place: str | None
    phrase: str
    suburb: str


def make_queries(text: str, mode: SearchMode = "unknown") -> list[Query]:
    """Return the queries for an address, each once. None for a post office box: AEx has premises alone."""
    parts = parse(text)
    if parts.box and not (parts.number and parts.street.name):
        return []
    words = _read_words(text, parts)
    if mode == "unknown":
        both = [list(_FORMS[known](text, words)) for known in _ORDER]
        made = [query for pair in zip(*both, strict=False) for query in pair]
    else:
        made = list(_FORMS[mode](text, words))
    return list({query.q: query for query in made if query.q.strip(" %")}.values())


def _read_words(text: str, parts: Parts) -> _QueryWords:
    raw = {fold(token).strip(): token for token in _RAW.findall(text)}
    street = parts.street.name
    if parts.number is None:
        # What stands for a street may be a building, or a suburb: all that is told before the places.
        street = (*parts.building, *(word for name in parts.names for word in name), *street, *parts.line)
    place = parts.places[0] if parts.places else ()
    if parts.number is None and not place:
        street, place = street[:-1] or street, street[-1:] if len(street) > 1 else ()
    digits = re.match(r"\d+", parts.number or "")
    # `3460 W 79th St` is number 3460w to the reader, and `01` is 1: the word to be found is the one that was written.
    written = next((token for token in raw.values() if token.lstrip("0") == parts.number), digits and digits[0])
    return _QueryWords(
        number=digits[0] if digits else None,
        written=raw.get(parts.number or "", written),
        street=_choose(street, raw),
        place=_choose(place, raw),
        phrase=" ".join((*parts.street.name, parts.street.kind or "")).strip().title(),
        suburb=" ".join(place).title(),
    )


def _choose(words: tuple[str, ...], raw: dict[str, str]) -> str | None:
    """Return the longest word, as it was written: of `O'Reilly` the `Reilly`, of `Müller` the `ller`.

    A quotation mark, an accent or a hyphen is what people leave out first, and `5th` is `Fifth` elsewhere.
    """
    runs = list[str]()
    for word in words:
        written = raw.get(word, word if any(word in token for token in raw) else "")
        runs += _PLAIN.findall(written) if not word[0].isdigit() else []
    longest = max(runs, key=len, default="")
    return longest if len(longest) > 1 else None


def _join(glue: str, *words: str | None) -> str:
    return glue.join(word for word in words if word)


def _cut(word: str | None) -> str | None:
    return word and word[:STEM]


def _make_stems(glue: str, words: _QueryWords) -> Iterator[Query]:
    """Yield queries of beginnings, where parts of words are found: number, street, place, in AEx's order."""
    street, place = _cut(words.street), _cut(words.place)
    if words.number is None:
        yield Query(_join(glue, street, place), wide=True, pages=FEW_PAGES)
        yield Query(words.street or words.place or "", wide=True, pages=FEW_PAGES)
        return
    if street and place:
        # The whole word first: streets of one suburb often begin alike, as Rivier and Riverside do.
        # Beside it three letters of the place are enough, which leaves fewer to be wrong.
        yield Query(_join(glue, words.number, words.street, place[: STEM - 1]), wide=True)
        yield Query(_join(glue, words.number, street, place), wide=True)
    if street:
        yield Query(_join(glue, words.number, words.street), wide=True)
    if place:
        yield Query(_join(glue, words.number, place), wide=True, pages=SOME_PAGES)
    if not street and words.phrase:
        yield Query(_join(glue, words.number, *words.phrase.split()), wide=True)


def _make_patterns(_: str, words: _QueryWords) -> Iterator[Query]:
    return _make_stems("%", words)


def _make_parts(_: str, words: _QueryWords) -> Iterator[Query]:
    return _make_stems(" ", words)


def _make_words(_: str, words: _QueryWords) -> Iterator[Query]:
    """Yield queries of whole words. The number comes last to be left out: `12A`, `12-14` are no word `12`."""
    if words.number is None:
        yield Query(_join(" ", words.street, words.place), wide=True, pages=FEW_PAGES)
        yield Query(words.street or words.place or "", wide=True, pages=FEW_PAGES)
        return
    if words.street and words.place:
        yield Query(_join(" ", words.written, words.street, words.place), wide=True)
    if words.place:
        yield Query(_join(" ", words.written, words.place), wide=True)
    yield Query(_join(" ", words.written, words.street or words.phrase), wide=True)
    if words.street and words.place:
        yield Query(_join(" ", words.street, words.place), wide=True)


def _make_phrases(text: str, words: _QueryWords) -> Iterator[Query]:
    """Yield texts that AEx has just so: the address as told, its street's line, the street's name, the suburb."""
    yield Query(" ".join(text.split()), pages=1)
    if words.number is not None and words.phrase:
        yield Query(f"{words.written}, {words.phrase}", wide=True)
    yield Query(_join(", ", words.phrase, words.suburb), wide=True)
    yield Query(words.phrase, wide=True)
    yield Query(words.suburb, wide=True)


def _make_likenesses(text: str, words: _QueryWords) -> Iterator[Query]:
    """Yield texts that are like AEx's; of what is ranked, the first page has all that can be meant."""
    yield Query(" ".join(text.split()), wide=True, pages=1)
    yield Query(_join(" ", words.written, words.phrase, words.suburb), wide=True, pages=1)
    yield Query(_join(" ", words.written, words.street, words.place), wide=True, pages=1)


EVERYTHING: Final = "all"
"""What to search for where `q` is not looked at, so that there is no query for one address."""
_FORMS: Final = {
    "substring": _make_patterns,
    "parts": _make_parts,
    "words": _make_words,
    "literal": _make_phrases,
    "similar": _make_likenesses,
}
