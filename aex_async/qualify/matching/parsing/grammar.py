"""What tells the grammar of one country's addresses from another's."""

import re
from collections.abc import Callable, Mapping

from attrs import field, frozen

from aex_async.qualify.matching.parsing.parts import Country


def spread(table: Mapping[str, str]) -> dict[str, str]:
    """Return every spelling of a table, those names among them, and the one name of each."""
    return {word: name for name, words in table.items() for word in (name, *words.split())}


def spread_phrases(table: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """Return the same for names of several words, whose spellings stand between commas."""
    return {
        tuple(phrase.split()): name
        for name, phrases in table.items()
        for phrase in (name, *(part.strip() for part in phrases.split(",") if part.strip()))
    }


@frozen(kw_only=True)
class Grammar:
    """The tables of one country."""

    country: Country
    kinds: Mapping[str, str]
    """Kinds of street that end a street's name wherever they stand."""
    weak_kinds: Mapping[str, str]
    """Kinds that are often part of a name or of a place: only at the end of a segment, or before a direction."""
    directions: Mapping[str, str]
    units: Mapping[str, str]
    provinces: Mapping[tuple[str, ...], str]
    countries: frozenset[tuple[str, ...]]
    towns: Mapping[str, str]
    """Other names of towns, joined, and the one name."""
    names: Mapping[str, str]
    """Words of street names that are shortened."""
    places: Mapping[str, str]
    """Words of places that are shortened, or in the other language."""
    postal: re.Pattern[str]
    direction_leads: bool
    """Whether `12 E Main` is East Main, and not number 12E."""
    rewrite: Callable[[list[str]], list[str]] = field(default=lambda words: words)
    """Puts what only this country writes into one form: compounds, highways."""
    translations: Mapping[str, str] = field(factory=dict[str, str])
    """Words of street names in the other language."""
    twins: frozenset[frozenset[str]] = frozenset()
    """Kinds of street that translate each other, though not every third."""

    def is_known(self, word: str) -> bool:
        """Whether a word is a kind of street, a direction or a unit."""
        return any(word in table for table in (self.kinds, self.weak_kinds, self.directions, self.units))
