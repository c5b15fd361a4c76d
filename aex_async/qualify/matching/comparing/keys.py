"""Parts made ready to be compared: words in one language, joined, places split from their directions and numbers."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from attrs import evolve, frozen

from aex_async.qualify.matching.parsing.address import GRAMMARS, parse
from aex_async.qualify.matching.parsing.parts import QUALIFIERS, Country, Grammar, Parts, Street, Words
from aex_async.qualify.matching.parsing.streets import read_street
from aex_async.qualify.matching.words import fold

NOISE: Final = frozenset({
    "township", "location", "village", "area", "the", "of", "city", "suburb", "ward", "mission", "reserve", "rural",
    "municipality", "district", "estate", "estates", "landgoed", "greater", "station", "p", "po", "post", "apo", "urb",
})  # fmt: skip
BUILDING_WORDS: Final = frozenset({
    "estate", "court", "hof", "centre", "center", "building", "house", "heights", "mansions", "flats", "apartments",
    "complex", "mall", "towers", "tower", "villas", "lodge", "chambers", "plaza", "residence", "place", "square",
    "apartment", "condominiums", "commons", "manor", "terraces", "mews", "estates", "campus", "hostel", "bungalow",
    "vicarage", "barn", "farmhouse", "lofts", "residences", "condos", "homes", "business",
})  # fmt: skip
_PARKS: Final = frozenset({"office", "business", "industrial", "retail", "technology", "science", "corporate"})
_ORDINAL: Final = re.compile(r"(\d+)(?:st|nd|rd|th)")
_COMPASS: Final = frozenset({"north", "south", "east", "west", "central"})
_CENTRE: Final = frozenset({"central"})


@frozen
class PlaceKey:
    """A place: its own words, its directions, its number or letter."""

    words: Words
    core: str
    english: str
    compass: frozenset[str]
    numbers: frozenset[str]
    bare: bool = False
    """Whether it is only a part of a place that it does not name: `Extension 5`."""


@frozen(eq=False)
class Key:
    """An address made ready to be compared."""

    text: str
    """All words and figures, which AEx's own text shares whatever its commas."""
    parts: Parts
    grammar: Grammar
    name: Words
    joined: str
    english: str
    places: tuple[PlaceKey, ...]
    beside: Words
    """What stands behind the street in its own segment: another street of a corner, a zone."""
    names: tuple[Words, ...]
    building: Words
    qualifiers: frozenset[tuple[str, str]]

    @property
    def repeats_town(self) -> bool:
        """Whether the suburb is only the town over again: `Bethal, Bethal`, `Mangaung, Bloemfontein`."""
        if len(self.places) < 2:  # noqa: PLR2004
            return False
        first, *_, last = self.places
        return (first.core, first.compass) == (last.core, last.compass)

    @property
    def is_centre(self) -> bool:
        """Whether the suburb is the town's centre, which people call by the town: `Durban Central, Durban`."""
        if len(self.places) < 2 or self.places[-1].compass:  # noqa: PLR2004
            return False
        first, *_, last = self.places
        return first.core == last.core and first.compass == _CENTRE


@lru_cache(maxsize=4_096)
def make_key(text: str, country: Country | None = None) -> Key:
    """Return the key of an address."""
    return key_parts(parse(text, country), text)


def key_parts(parts: Parts, text: str) -> Key:
    """Return the key of an address that was taken apart."""
    grammar = GRAMMARS[parts.country]
    name = spell_name(parts.street, grammar)
    beside = parts.line[parts.taken :]
    apart = beside != () and parts.places[:1] == (beside,)
    places = tuple(make_place(words, grammar) for words in parts.places[apart:])
    return Key(
        text=" ".join(re.findall(r"[a-z0-9]+", fold(text))),
        parts=parts,
        grammar=grammar,
        name=name,
        joined="".join(name),
        english=translate(name, grammar),
        places=places,
        beside=spell_kinds(spell_place(beside, grammar), grammar) if apart else (),
        names=tuple(spell_place(words, grammar) for words in parts.names),
        building=spell_place(parts.building, grammar),
        qualifiers=_find_qualifiers(parts, grammar),
    )


def read_initial(key: Key) -> Key:
    """Return the key with the number's letter for the first of the street's name: `16 D Arcy Road`, `102 N Mandela`."""
    parts = key.parts
    line = (parts.letter or "", *parts.line)
    street, taken = read_street(line, key.grammar)
    number = (parts.number or "").removesuffix(parts.letter or "")
    return key_parts(evolve(parts, number=number, letter=None, street=street, line=line, taken=taken), "")


def spell_name(street: Street, grammar: Grammar) -> Words:
    """Return the words of a street's name in one spelling, and figures for ordinals."""
    words = street.name or ((street.kind,) if street.kind else ())
    spelt = tuple(_spell(word, grammar) for word in words)
    if len(spelt) == 2 and grammar.places.get(spelt[1], spelt[1]) in QUALIFIERS and is_number(spelt[0]):  # noqa: PLR2004
        return spelt[1], spelt[0]  # `K Section` is Section K
    return spelt


def _spell(word: str, grammar: Grammar) -> str:
    ordinal = _ORDINAL.fullmatch(word)
    if ordinal:
        return ordinal[1]
    if word == "st":
        return "saint"
    if len(word) <= 2:  # noqa: PLR2004 - the La of La Salle is no lane
        return grammar.names.get(word, word)
    return grammar.names.get(word) or grammar.kinds.get(word) or grammar.weak_kinds.get(word) or word


def spell_kinds(words: Words, grammar: Grammar) -> Words:
    """Return words with kinds of street written out."""
    return tuple(grammar.kinds.get(word, word) for word in words)


def translate(name: Sequence[str], grammar: Grammar) -> str:
    """Return a name in English, joined."""
    return "".join(grammar.translations.get(word, word) for word in name)


def spell_place(words: Sequence[str], grammar: Grammar) -> Words:
    """Return the words of a place in one spelling."""
    spelt = [grammar.places.get(word, word) for word in words]
    for at, word in enumerate(words[1:], start=1):
        if word == "x" and spelt[at - 1] in QUALIFIERS and not any(map(str.isdigit, words[at + 1 : at + 2])):
            spelt[at] = word  # Block X, which is no extension; `Ext X 5` is
    return tuple(spelt)


def is_building(words: Words) -> bool:
    """Whether a name is a building's or an estate's: `Villa Toscana Complex`, `Eco Point Office Park`."""
    return words[-1] in BUILDING_WORDS or (words[-1] == "park" and words[-2:-1] != () and words[-2] in _PARKS)


def make_place(words: Sequence[str], grammar: Grammar) -> PlaceKey:
    """Return a place made ready to be compared."""
    spelt = spell_place(words, grammar)
    solid = [word for word in spelt if word not in NOISE] or list(spelt)
    core = [word for word in solid if word not in _COMPASS and word not in QUALIFIERS and not is_number(word)]
    joined = "".join(core or solid)
    return PlaceKey(
        words=spelt,
        core=grammar.towns.get(joined, joined),
        english=translate(core or solid, grammar),
        compass=frozenset(_COMPASS.intersection(spelt)) if core else frozenset(),
        numbers=frozenset(word for word in solid if is_number(word)),
        bare=not core,
    )


def is_number(word: str) -> bool:
    """Whether a word is a number or a single letter, which tells one part of a township from the next."""
    return word[0].isdigit() or len(word) == 1


def _find_qualifiers(parts: Parts, grammar: Grammar) -> frozenset[tuple[str, str]]:
    """Return the numbered parts of townships that an address names, in the street's line too."""
    found = set[tuple[str, str]]()
    for words in (parts.line, *parts.places, *parts.names):
        spelt = spell_place(words, grammar)
        for index, word in enumerate(spelt):
            if word not in QUALIFIERS or grammar.country == "US":
                continue
            for value in (*spelt[index + 1 : index + 2], *spelt[max(index - 1, 0) : index]):
                if is_number(value) and value not in {"n", "s", "e", "w"}:
                    found.add((word, value.lstrip("0")))
                    break
    return frozenset(found)
