"""Suburbs, towns, buildings, codes and provinces held against each other."""

from collections.abc import Sequence
from typing import Final

from attrs import evolve, frozen

from aex_async.qualify.matching.comparing.keys import (
    NOISE,
    Key,
    PlaceKey,
    is_number,
    make_place,
    spell_kinds,
    spell_place,
)
from aex_async.qualify.matching.comparing.numbers import compare_codes, compare_qualifiers
from aex_async.qualify.matching.comparing.unexplained_words import (
    COMPASS,
    Unexplained,
    doubt_extension,
    doubt_figures,
    explain_rest,
)
from aex_async.qualify.matching.parsing.parts import QUALIFIERS, Words
from aex_async.qualify.matching.part_scores import Comparison
from aex_async.qualify.matching.words import count_slips

_DESCRIBING: Final = frozenset({"ss", "complex", "kompleks", "building", "gebou", "flats", "apartments", "woonstelle"})
_FURTHER: Final = frozenset({"heights", "park", "hills", "gardens", "ridge", "beach", "valley", "manor"})
"""Words that make another place of a name: Vincent Heights is not Vincent, nor Chicago Heights Chicago."""
_SUBURBAN: Final = frozenset({"same", "alias", "joined", "slip"})


@frozen
class PlaceHit:
    """Where a place was found, and how well."""

    level: str
    start: int
    end: int
    compass: frozenset[str]
    piece: int = 0


def compare_places(asked: Key, known: Key, rest: Words, found: Comparison) -> None:
    """Compare buildings, suburbs, towns, then codes and provinces."""
    unexplained = Unexplained(
        [spell_place(words, asked.grammar) for words in _list_pieces(asked, rest)],
        [asked.building] if asked.building else [],
    )
    _compare_building(unexplained, known, found)
    _compare_beside(unexplained, known, found)
    suburb, town = _name_places(known)
    for part, place in (
        (("town", town), ("suburb", suburb)) if known.grammar.country == "US" else (("suburb", suburb), ("town", town))
    ):
        found.levels[part] = "none" if place is None else _take_place(unexplained, place, known, found, part)
        if part == "suburb":
            _take_between(unexplained, known)
    doubt_figures(unexplained, asked, known, found)
    _take_metro(unexplained, town, known, found)
    explain_rest(unexplained, asked, known, found)
    compare_qualifiers(asked, known, found)
    doubt_extension(unexplained, asked, found)
    compare_codes(asked, known, found)


def _list_pieces(asked: Key, rest: Words) -> list[Words]:
    """Return the places told: what a reading of the street left over, instead of what the text's own reading left."""
    places = list(asked.parts.places)
    if rest:
        if places and asked.parts.line[-len(places[0]) :] == places[0]:
            places = places[1:]
        places.insert(0, rest)
    return [words for words in (*asked.parts.names, *places) if words]


def _name_places(known: Key) -> tuple[PlaceKey | None, PlaceKey | None]:
    """Return AEx's suburb and town. One that repeats the other tells nothing more."""
    places = known.places
    if known.repeats_town:
        places = places[:1]
    if known.grammar.country == "US":
        return (places[0] if len(places) > 1 else None), (places[-1] if places else None)
    return (places[0] if places else None), (places[-1] if len(places) > 1 else None)


def _take_metro(unexplained: Unexplained, town: PlaceKey | None, known: Key, found: Comparison) -> None:
    """Take the city that a town has become a part of, where the suburb is told as well: `Fourways, Johannesburg`."""
    metro = known.grammar.metros.get(town.core) if town else None
    if metro is None or found.levels["town"] != "missing" or found.levels["suburb"] not in _SUBURBAN:
        return
    for index, words in enumerate(unexplained.pieces):
        if make_place(words, known.grammar).core == metro:
            del unexplained.pieces[index]
            found.levels["town"] = "part"
            return


# Buildings


def _compare_building(unexplained: Unexplained, known: Key, found: Comparison) -> None:
    if not known.building:
        found.levels["building"] = "none"
        return
    name = _strip(known.building)
    best = "missing"
    for pieces in (unexplained.buildings, unexplained.pieces):
        for index, words in enumerate(pieces):
            level = _liken_building(words, name)
            if level is not None:
                del pieces[index]
                found.levels["building"] = level
                return
    found.levels["building"] = best


def _strip(words: Words) -> str:
    """Return a building's name, joined, without what says that it is one: `SS Villa Toscana Complex`."""
    solid = [word for word in words if word not in _DESCRIBING] or list(words)
    return "".join(solid).removeprefix("the")


def _liken_building(words: Words, name: str) -> str | None:
    one = _strip(words)
    if one == name:
        return "same"
    if count_slips(one, name) <= 2:  # noqa: PLR2004 - of the longest names, three are too many
        return "slip"
    shortest = min(len(one), len(name))
    return "part" if shortest > 4 and (one.startswith(name) or name.startswith(one)) else None  # noqa: PLR2004


# Places


def _take_place(unexplained: Unexplained, place: PlaceKey, known: Key, found: Comparison, part: str) -> str:
    """Find a place among those told, take its words away, and return how well it was found."""
    hit = _find_place(unexplained.pieces, place, known, last=part == "town")
    if hit is None:
        return "missing"
    piece = unexplained.pieces[hit.piece]
    before, after = piece[: hit.start], piece[hit.end :]
    if known.repeats_town:
        hit = evolve(hit, compass=hit.compass - {"central"})  # `Nelspruit Central` where AEx has the town alone
    if hit.compass != place.compass and (hit.compass - place.compass or hit.compass & place.compass):
        found.refuse(part)
        return "other"
    if place.numbers and after and _is_other_part(after[0], place, known):
        found.refuse(part)
        return "other"
    unexplained.pieces[hit.piece : hit.piece + 1] = [words for words in (before, after) if words]
    unexplained.ahead = hit.piece + bool(before)
    return "part" if place.compass - hit.compass and hit.level != "slips" else hit.level


def _is_other_part(word: str, place: PlaceKey, known: Key) -> bool:
    """Whether a letter or a number behind a township's name is another part of it: `Soshanguve - H` for Block K."""
    return known.grammar.country == "ZA" and is_number(word) and word not in place.numbers


def _take_between(unexplained: Unexplained, known: Key) -> None:
    """Take the words of places between suburb and town away: the East of `Ext 5 Mamelodi East Pretoria`."""
    for place in known.places[1:-1]:
        hit = _find_place(unexplained.pieces, place, known, last=False)
        if hit is not None and hit.level == "same" and hit.compass == place.compass:
            piece = unexplained.pieces[hit.piece]
            left = piece[: hit.start], piece[hit.end :]
            unexplained.pieces[hit.piece : hit.piece + 1] = [words for words in left if words]


def _compare_beside(unexplained: Unexplained, known: Key, found: Comparison) -> None:
    """Take what stands behind AEx's street, which goes on so: `Washington Square Village` is not Washington Square."""
    size = len(known.beside)
    for index, words in enumerate(unexplained.pieces):
        spelt = spell_kinds(words, known.grammar)
        for start in range(len(words)) if size else ():
            if spelt[start : start + size] == known.beside:
                left = words[:start], words[start + size :]
                unexplained.pieces[index : index + 1] = [words for words in left if words]
                return
    if size and not any(map(is_number, known.beside)):  # an extension's number is compared by itself
        found.levels["street"] = "part"


_LEVELS: Final = ("same", "alias", "joined", "slip", "part", "section", "slips")


def _find_place(pieces: Sequence[Words], place: PlaceKey, known: Key, *, last: bool) -> PlaceHit | None:
    """Return where a place is told best; a town at its last place, for `Chicago Lawn, Chicago` tells a suburb first."""
    best: PlaceHit | None = None
    for index, words in enumerate(pieces):
        for size in range(1, min(len(words), len(place.words) + 2) + 1):
            for start in range(len(words) - size + 1):
                hit = _liken_place(words, start, start + size, place, known)
                hit = hit and evolve(hit, piece=index)
                if hit and (best is None or _rate(hit, place, last=last) < _rate(best, place, last=last)):
                    best = hit
    return best


def _rate(hit: PlaceHit, place: PlaceKey, *, last: bool) -> tuple[bool, int, int, int, int]:
    where = (-hit.piece, -hit.start) if last else (hit.piece, hit.start)
    return hit.compass != place.compass, _LEVELS.index(hit.level), hit.start - hit.end, *where


def _liken_place(words: Words, start: int, end: int, place: PlaceKey, known: Key) -> PlaceHit | None:
    window = make_place(words[start:end], known.grammar)
    twice = not window.bare and sum(word in COMPASS for word in words[start:end]) > len(window.compass)
    if twice or (window.numbers and place.numbers and window.numbers != place.numbers):
        return None
    if _join(window) in {_join(place), "".join(place.words)}:
        level: str | None = "same" if window.words == place.words else "joined"
        compass = set(place.compass)
    else:
        level, compass = _liken_cores(window, place, whole=end - start == len(words)), set(window.compass)
    if level is None:
        return None
    if place.bare:
        return PlaceHit(level, start, end, frozenset())
    while start and words[start - 1] in COMPASS - compass:  # of `Main St West West Lafayette` one West is the street's
        start -= 1
        compass.add(words[start])
    town = known.places[-1] if known.places else place
    while end + 1 < len(words) and words[end] in NOISE and words[end + 1] in COMPASS:
        end += 1  # `Zamani Location South` is no Zamani
    while end < len(words) and words[end] in COMPASS:
        if place is not town and words[end : end + len(town.words)] == town.words:
            break  # the East of `Berea East London` is no direction of Berea
        compass.add(words[end])
        end += 1
    if words[end : end + 1] and words[end] in _FURTHER and words[end - 1] not in _FURTHER:
        compass.add(words[end])
    return PlaceHit(level, start, end, frozenset(compass))


def _liken_cores(window: PlaceKey, place: PlaceKey, *, whole: bool) -> str | None:
    if window.core == place.core:
        return "same" if set(window.words) - NOISE == set(place.words) - NOISE else _tell_alias(window, place)
    if window.english == place.english:
        return _tell_alias(window, place)
    slips = count_slips(window.core, place.core)
    if slips == 1 and len(place.core) > 3:  # noqa: PLR2004
        return "slip"
    if slips <= 3:  # noqa: PLR2004
        return "slips"
    mine, theirs = set(window.words) - NOISE, set(place.words) - NOISE
    if not whole or not mine < theirs or all(len(word) <= 3 for word in mine):  # noqa: PLR2004
        return None
    return "part" if _FURTHER.isdisjoint(theirs - mine) else "section"


def _join(place: PlaceKey) -> str:
    return "".join(word for word in place.words if word not in NOISE) or "".join(place.words)


def _tell_alias(window: PlaceKey, place: PlaceKey) -> str:
    if window.numbers == place.numbers and QUALIFIERS.intersection(window.words) <= set(place.words):
        return "alias"
    # An extension's number is compared by itself; a bare letter is said nowhere else.
    bare = not window.numbers and not QUALIFIERS.intersection(place.words)
    return "section" if bare else "part"
