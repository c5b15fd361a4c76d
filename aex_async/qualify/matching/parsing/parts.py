"""What an address says part by part, and the tables by which one country's addresses are read."""

import re
from collections.abc import Callable, Mapping
from typing import Final, Literal

from attrs import field, frozen

Country = Literal["ZA", "US"]
Words = tuple[str, ...]

QUALIFIERS: Final = frozenset({"extension", "zone", "phase", "block", "section", "unit", "site"})
"""Words before the number of a township's part."""
GENERIC: Final = "unit"
"""The kind of a unit that is only numbered: `unit 4`, `#4`, `4/12 Main Road`."""


@frozen
class Unit:
    """A part of a building: a flat, a shop, a room; its kind in English, and its number if it has one."""

    kind: str
    number: str | None = None


@frozen
class Street:
    """A street: its name, its kind written out, and the directions before and behind it (`n`, `sw`)."""

    name: Words = ()
    kind: str | None = None
    before: str | None = None
    behind: str | None = None


@frozen(kw_only=True)
class Parts:
    """An address taken apart; every word is folded (lower case, no accents), types and provinces are written out.

    `units` are in the order written (`Room 2 Flat 9`). `number` is the street number as written (`12`, `12a`, `12-14`,
    `12 1/2`), or the stand's where there is no other. `line` is all words from the street number to the next comma,
    for where a street ends is not always said. `names` stand before the street number: a building or a suburb, as only
    AEx's own text can tell. `places` are the segments behind the street; `suburb` and `town` the first and the last.
    """

    country: Country
    building: Words = ()
    block: str | None = None
    units: tuple[Unit, ...] = ()
    unit_is_place: bool = False
    """Whether `Unit 12` stands alone behind the street, where it may also be a part of a township."""
    stand: str | None = None
    stand_kind: str | None = None
    """What the number was said to be of: an erf, a plot, a portion."""
    number: str | None = None
    letter: str | None = None
    """The number's letter where it stands apart, as in `12 A Main Road`: an initial of the street's may do so, too."""
    spelt: bool = False
    """Whether the number is the word One, which may be the first of the street's name instead."""
    street: Street = Street()
    line: Words = ()
    taken: int = 0
    """How many words of `line` the street takes."""
    closed: bool = False
    """Whether the street ends where `line` does: AEx's own text, or a kind of street at the end."""
    corner: tuple[Words, ...] = ()
    names: tuple[Words, ...] = ()
    places: tuple[Words, ...] = ()
    extension: tuple[str, str] | None = None
    """A part of a township: `("extension", "4")`, `("zone", "7b")`, `("unit", "12")`."""
    province: str | None = None
    postal: str | None = None
    restored: bool = False
    """Whether the code was short of its noughts, and may have been a unit's number: `Cape Town, 105`."""
    box: bool = False
    """Whether it is a post office box, which is no premise."""

    @property
    def suburb(self) -> Words:
        """The first place behind the street, if there are two."""
        return self.places[0] if len(self.places) > 1 or (self.country == "ZA" and self.places) else ()

    @property
    def town(self) -> Words:
        """The last place behind the street, if there are two; of an American address, the only one too."""
        return self.places[-1] if len(self.places) > 1 or (self.country == "US" and self.places) else ()


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
    metros: Mapping[str, str] = field(factory=dict[str, str])
    """Towns, joined, that people also call by the city that they are a part of now."""
    names: Mapping[str, str]
    """Words of street names that are shortened."""
    places: Mapping[str, str]
    """Words of places that are shortened, or in the other language."""
    postal: re.Pattern[str]
    code_length: int
    lost_noughts: int
    """How many noughts a postal code may begin with."""
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
