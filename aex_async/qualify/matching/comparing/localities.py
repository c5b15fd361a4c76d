"""Suburbs, towns, buildings, codes and provinces held against each other."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from attrs import define, evolve, frozen

from aex_async.qualify.matching.comparing.keys import (
    NOISE,
    Key,
    PlaceKey,
    is_building,
    is_number,
    make_place,
    spell_place,
)
from aex_async.qualify.matching.comparing.numbers import compare_codes, compare_qualifiers
from aex_async.qualify.matching.parsing.ends import STANDS
from aex_async.qualify.matching.parsing.parts import QUALIFIERS, Words
from aex_async.qualify.matching.parsing.streets import ROADS
from aex_async.qualify.matching.part_scores import Comparison
from aex_async.qualify.matching.words import count_slips, is_numeral

_DESCRIBING: Final = frozenset({"ss", "complex", "kompleks", "building", "gebou", "flats", "apartments", "woonstelle"})
_FURTHER: Final = frozenset({"heights", "park", "hills", "gardens", "ridge", "beach", "valley", "manor"})
"""Words that make another place of a name: Vincent Heights is not Vincent, nor Chicago Heights Chicago."""
_SUBURBAN: Final = frozenset({"same", "alias", "joined", "slip"})
_COMPASS: Final = frozenset({"north", "south", "east", "west", "central"})


@define
class Told:
    """The places and buildings that an address names; each is taken away once it is explained."""

    pieces: list[Words]
    buildings: list[Words]
    ahead: int = 0
    """How many pieces stand before the one that was explained last."""


@frozen
class Hit:
    """Where a place was found, and how well."""

    level: str
    start: int
    end: int
    compass: frozenset[str]
    piece: int = 0


def compare_places(asked: Key, known: Key, rest: Words, found: Comparison) -> None:
    """Compare buildings, suburbs, towns, then codes and provinces."""
    told = Told(
        [spell_place(words, asked.grammar) for words in _list_pieces(asked, rest)],
        [asked.building] if asked.building else [],
    )
    _compare_building(told, known, found)
    suburb, town = _name_places(known)
    for part, place in (
        (("town", town), ("suburb", suburb)) if known.grammar.country == "US" else (("suburb", suburb), ("town", town))
    ):
        found.levels[part] = "none" if place is None else _take_place(told, place, known, found, part)
        if part == "suburb":
            _take_between(told, known)
    if any(_counts(words, asked, known) for words in told.pieces):
        found.soft = found.soft or "unit"
    if known.grammar.direction_leads and known.name[:-1] not in ROADS and any(map(_is_direction, told.pieces)):
        found.soft = found.soft or "direction"  # the street's, or another town's
    _take_metro(told, town, known, found)
    _explain_rest(told, asked, known, found)
    compare_qualifiers(asked, known, found)
    if ("extension",) in told.pieces and found.levels["extension"] == "none":
        _doubt_extension(asked, found)
    compare_codes(asked, known, found)


def _is_direction(words: Words) -> bool:
    return len(words) == 1 and words[0] in _COMPASS


def _doubt_extension(asked: Key, found: Comparison) -> None:
    """Doubt an extension without its number; behind its kind it may be the street's: `Main Road Extension Newlands`."""
    found.levels["extension"] = "extra"
    behind = spell_place(asked.parts.line[asked.parts.taken :], asked.grammar)
    if behind[:1] == ("extension",) or asked.parts.street.kind == "extension":
        found.soft = found.soft or "extension"


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


def _take_metro(told: Told, town: PlaceKey | None, known: Key, found: Comparison) -> None:
    """Take the city that a town has become a part of, where the suburb is told as well: `Fourways, Johannesburg`."""
    metro = known.grammar.metros.get(town.core) if town else None
    if metro is None or found.levels["town"] != "missing" or found.levels["suburb"] not in _SUBURBAN:
        return
    for index, words in enumerate(told.pieces):
        if make_place(words, known.grammar).core == metro:
            del told.pieces[index]
            found.levels["town"] = "part"
            return


# Buildings


def _compare_building(told: Told, known: Key, found: Comparison) -> None:
    if not known.building:
        found.levels["building"] = "none"
        return
    name = _strip(known.building)
    best = "missing"
    for pieces in (told.buildings, told.pieces):
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


def _take_place(told: Told, place: PlaceKey, known: Key, found: Comparison, part: str) -> str:
    """Find a place among those told, take its words away, and return how well it was found."""
    hit = _find_place(told.pieces, place, known, last=part == "town")
    if hit is None:
        return "missing"
    piece = told.pieces[hit.piece]
    before, after = piece[: hit.start], piece[hit.end :]
    if known.repeats_town:
        hit = evolve(hit, compass=hit.compass - {"central"})  # `Nelspruit Central` where AEx has the town alone
    if hit.compass != place.compass and (hit.compass - place.compass or hit.compass & place.compass):
        found.refuse(part)
        return "other"
    if place.numbers and after and _is_other_part(after[0], place, known):
        found.refuse(part)
        return "other"
    told.pieces[hit.piece : hit.piece + 1] = [words for words in (before, after) if words]
    told.ahead = hit.piece + bool(before)
    return "part" if place.compass - hit.compass and hit.level != "slips" else hit.level


def _is_other_part(word: str, place: PlaceKey, known: Key) -> bool:
    """Whether a letter or a number behind a township's name is another part of it: `Soshanguve - H` for Block K."""
    return known.grammar.country == "ZA" and is_number(word) and word not in place.numbers


def _take_between(told: Told, known: Key) -> None:
    """Take the words of places between suburb and town away: the East of `Ext 5 Mamelodi East Pretoria`."""
    for place in known.places[1:-1]:
        hit = _find_place(told.pieces, place, known, last=False)
        if hit is not None and hit.level == "same" and hit.compass == place.compass:
            piece = told.pieces[hit.piece]
            left = piece[: hit.start], piece[hit.end :]
            told.pieces[hit.piece : hit.piece + 1] = [words for words in left if words]


_LEVELS: Final = ("same", "alias", "joined", "slip", "part", "section", "slips")


def _find_place(pieces: Sequence[Words], place: PlaceKey, known: Key, *, last: bool) -> Hit | None:
    """Return where a place is told best; a town at its last place, for `Chicago Lawn, Chicago` tells a suburb first."""
    best: Hit | None = None
    for index, words in enumerate(pieces):
        for size in range(1, min(len(words), len(place.words) + 2) + 1):
            for start in range(len(words) - size + 1):
                hit = _liken_place(words, start, start + size, place, known)
                hit = hit and evolve(hit, piece=index)
                if hit and (best is None or _rate(hit, place, last=last) < _rate(best, place, last=last)):
                    best = hit
    return best


def _rate(hit: Hit, place: PlaceKey, *, last: bool) -> tuple[bool, int, int, int, int]:
    where = (-hit.piece, -hit.start) if last else (hit.piece, hit.start)
    return hit.compass != place.compass, _LEVELS.index(hit.level), hit.start - hit.end, *where


def _liken_place(words: Words, start: int, end: int, place: PlaceKey, known: Key) -> Hit | None:
    window = make_place(words[start:end], known.grammar)
    twice = not window.bare and sum(word in _COMPASS for word in words[start:end]) > len(window.compass)
    if twice or (window.numbers and place.numbers and window.numbers != place.numbers):
        return None
    if _join(window) in {_join(place), "".join(place.words)}:
        level: str | None = "same" if window.words == place.words else "joined"
        compass = set(place.compass)
    else:
        level, compass = _liken_cores(window, place, whole=end - start == len(words)), set(window.compass)
    if level is None:
        return None
    while start and words[start - 1] in _COMPASS - compass:  # of `Main St West West Lafayette` one West is the street's
        start -= 1
        compass.add(words[start])
    if place.bare:
        return Hit(level, start, end, frozenset())
    town = known.places[-1]
    while end + 1 < len(words) and words[end] in NOISE and words[end + 1] in _COMPASS:
        end += 1  # `Zamani Location South` is no Zamani
    while end < len(words) and words[end] in _COMPASS:
        if place is not town and words[end : end + len(town.words)] == town.words:
            break  # the East of `Berea East London` is no direction of Berea
        compass.add(words[end])
        end += 1
    if words[end : end + 1] and words[end] in _FURTHER and words[end - 1] not in _FURTHER:
        compass.add(words[end])
    return Hit(level, start, end, frozenset(compass))


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
    if not _FURTHER.isdisjoint(theirs - mine):
        return None
    return "part" if whole and mine and mine < theirs and any(len(word) > 3 for word in mine) else None  # noqa: PLR2004


def _join(place: PlaceKey) -> str:
    return "".join(word for word in place.words if word not in NOISE) or "".join(place.words)


def _tell_alias(window: PlaceKey, place: PlaceKey) -> str:
    if window.numbers == place.numbers:
        return "alias"
    # An extension's number is compared by itself; a bare letter is said nowhere else.
    bare = not window.numbers and not QUALIFIERS.intersection(place.words)
    return "section" if bare else "part"


def _explain_rest(told: Told, asked: Key, known: Key, found: Comparison) -> None:
    """Judge what no part of AEx's text explains: another building, another suburb, another town, or mere detail."""
    if any(_is_other_side(words, asked, known) for words in told.pieces):
        found.refuse("suburb")
        return
    left = [words for words in told.pieces if not _is_mere(words, asked, known)]
    buildings = [*told.buildings, *(words for words in left if is_building(words))]
    others = [words for words in left if not is_building(words)]
    named = {"".join(words) for words in map(tuple, (spell_place(w, asked.grammar) for w in asked.parts.names))}
    if found.levels["building"] == "missing" and (buildings or _are_named(told, others, named, found)):
        found.refuse("building")
        return
    levels = found.levels
    if found.levels["building"] == "none" and buildings:
        levels["building"] = "extra"
        if levels["suburb"] == "missing" and known.places and is_building(known.places[0].words):
            levels["suburb"] = "other"  # an estate where AEx has another estate
    us = known.grammar.country == "US"
    main, minor = ("town", "suburb") if us else ("suburb", "town")
    levels["rest"] = "none"
    if known.is_centre and levels["suburb"] == "part" and levels["town"] == "missing":
        levels |= {"town": "same", "suburb": "other" if others else "missing"}
    if not others:
        return
    behind = [words for words in others if "".join(words) not in named]
    if not us and known.repeats_town and _names_suburb(told, behind, levels["suburb"]):
        levels |= {"town": levels["suburb"], "suburb": "extra"}
    elif levels[main] == "missing" and (behind or not us):
        levels[main] = "other"
    elif levels[minor] == "missing" and behind:
        levels[minor] = "other"
    else:
        levels["rest"] = "extra"


def _names_suburb(told: Told, behind: Sequence[Words], level: str) -> bool:
    """Whether a suburb is told of which AEx has the town alone: behind a place there is only a larger one."""
    return level == "missing" or any(words in behind for words in told.pieces[: told.ahead])


def _are_named(told: Told, others: Sequence[Words], named: set[str], found: Comparison) -> bool:
    """Whether a name stands beside a unit, before the number or before the places: that is a building's."""
    ahead = told.pieces[: told.ahead]
    return found.levels["unit"] in ("same", "read") and any("".join(w) in named or w in ahead for w in others)


def _is_other_side(words: Words, asked: Key, known: Key) -> bool:
    """Whether words name Parktown East where AEx names Parktown West, or Site B where it names Site C."""
    if set(words) < _COMPASS and "central" not in words and asked.grammar.country == "ZA":
        return True  # the South of `Extension 5 South`
    if len(words) == 2 and words[0] in QUALIFIERS and words[1] in _COMPASS:  # noqa: PLR2004
        return not any(words[1] in other.compass for other in known.places)  # Section E, where AEx has Section F
    place = make_place(words, asked.grammar)
    return any(
        place.core == other.core
        and (
            (place.compass and place.compass != other.compass)
            or (place.numbers and other.numbers and place.numbers.isdisjoint(other.numbers))
        )
        for other in known.places
    )


def _counts(words: Words, asked: Key, known: Key) -> bool:
    """Whether words have figures that no part explains: a flat's, mostly. A township's part is compared by itself."""
    explained = {value for _, value in asked.qualifiers} | {known.parts.postal}
    is_us = asked.grammar.country == "US"
    if len(words) > 1 and words[0] == known.parts.postal:
        words = words[1:]  # `Cape Town 7700 4`
    alone = words[0] if len(words) == 1 else ""
    if len(alone) == 1 and alone.isalpha() and alone not in explained:
        return True  # `12 Main Road, B, Newlands`
    seen = words if is_us or not STANDS.keys().isdisjoint(words) else words[:1]  # Rocklands 102 is a place
    return any(
        is_numeral(word) and word.lstrip("0") not in explained and word not in explained and before != "code"
        for before, word in pairwise(("", *seen))
    )


def _is_mere(words: Words, asked: Key, known: Key) -> bool:
    """Whether words say nothing that could be wrong: `Township`, `Extension 4`, a province, AEx's own town."""
    solid = [word for word in words if word not in NOISE and word not in QUALIFIERS]
    grammar = asked.grammar
    if not [word for word in solid if len(word) > 1 and not word[0].isdigit()]:
        return True
    if grammar.direction_leads and solid[0] in grammar.directions and len(solid) == 1:
        return False  # NE is Nebraska, or where the street is
    if tuple(solid) in grammar.provinces or tuple(solid) in grammar.countries:
        return True
    core = make_place(words, grammar).core
    return any(core == place.core or count_slips(core, place.core) <= 1 for place in known.places)
