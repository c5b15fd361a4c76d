"""What an address names and no part of AEx's text explains: another place, another building, a unit, or mere detail."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from attrs import define

from aex_async.qualify.matching.comparing.keys import NOISE, Key, is_building, is_number, make_place, spell_place
from aex_async.qualify.matching.parsing.ends import STANDS
from aex_async.qualify.matching.parsing.parts import QUALIFIERS, Words
from aex_async.qualify.matching.parsing.streets import ROADS
from aex_async.qualify.matching.parsing.units import NAMED
from aex_async.qualify.matching.part_scores import Comparison
from aex_async.qualify.matching.words import count_slips, is_numeral

_UNIT: Final = re.compile(r"[a-z]{1,2}\d+[a-z]?")
_SUBURBAN: Final = frozenset({"manor", "heights", "estate", "estates"})
COMPASS: Final = frozenset({"north", "south", "east", "west", "central"})


@define
class Unexplained:
    """The places and buildings that an address names; each is taken away once it is explained."""

    pieces: list[Words]
    buildings: list[Words]
    ahead: int = 0
    """How many pieces stand before the one that was explained last."""


def doubt_figures(unexplained: Unexplained, asked: Key, known: Key, found: Comparison) -> None:
    """Doubt what figures, letters or a direction without a place are meant for."""
    if any(_counts(words, asked, known) for words in unexplained.pieces):
        found.soft = found.soft or "unit"
    parted = [words for words in unexplained.pieces if len(words) == 1 and words[0] in asked.grammar.directions]
    if parted and known.grammar.direction_leads and known.name[:-1] not in ROADS:
        found.soft = found.soft or "direction"  # the street's, or another town's


def doubt_extension(unexplained: Unexplained, asked: Key, found: Comparison) -> None:
    """Doubt an extension without its number; behind its kind it may be the street's: `Main Road Extension Newlands`."""
    bare = [words for words in unexplained.pieces if "extension" in words and not any(map(is_number, words))]
    if bare and found.levels["extension"] == "none":
        found.levels["extension"] = "extra"
    behind = spell_place(asked.parts.line[asked.parts.taken :], asked.grammar)
    if bare and (behind[:1] == ("extension",) or asked.parts.street.kind == "extension"):
        found.soft = found.soft or "extension"


def explain_rest(unexplained: Unexplained, asked: Key, known: Key, found: Comparison) -> None:
    """Judge what no part of AEx's text explains: another building, another suburb, another town, or mere detail."""
    if any(_is_other_side(words, asked, known) for words in unexplained.pieces):
        found.refuse("suburb")
        return
    left = [words for words in unexplained.pieces if not _is_mere(words, asked, known, town=found.levels["town"])]
    buildings = [*unexplained.buildings, *(words for words in left if is_building(words))]
    others = [words for words in left if not is_building(words)]
    named = {"".join(words) for words in map(tuple, (spell_place(w, asked.grammar) for w in asked.parts.names))}
    if found.levels["building"] == "missing" and (buildings or _are_named(unexplained, others, named, found)):
        found.refuse("building")
        return
    levels = found.levels
    if found.levels["building"] == "none" and buildings:
        levels["building"] = "extra"
        if levels["suburb"] == "missing" and known.places and is_building(known.places[0].words):
            levels["suburb"] = "other"  # an estate where AEx has another estate
        elif levels["suburb"] == "missing" and known.grammar.country == "ZA" and _may_be_suburb(left, named):
            found.soft = found.soft or "suburb"
    elif buildings and levels["building"] == "same":
        levels["building"] = "slip"  # one of two names is the building's; of the other AEx says nothing
    if known.grammar.country == "ZA" and levels["suburb"] == "missing" and _repeats_town(unexplained, asked, known):
        levels["suburb"] = "unsaid"
    levels["rest"] = "none"
    if known.is_centre and levels["suburb"] == "part" and levels["town"] == "missing":
        levels |= {"town": "same", "suburb": "other" if others else "missing"}
    if others:
        _place_others([words for words in others if "".join(words) not in named], unexplained, known, levels)


def _may_be_suburb(left: Sequence[Words], named: set[str]) -> bool:
    """Whether a name behind the number is a building's, or else a suburb's: `Lyttelton Manor`, `Lynnwood Heights`."""
    return any(words[-1] in _SUBURBAN and "".join(words) not in named for words in left)


def _place_others(behind: Sequence[Words], unexplained: Unexplained, known: Key, levels: dict[str, str]) -> None:
    """Take other places for the suburb or the town that AEx has and nobody told; `behind` stand behind the number."""
    us = known.grammar.country == "US"
    main, minor = ("town", "suburb") if us else ("suburb", "town")
    if not us and known.repeats_town and _names_suburb(unexplained, behind, levels["suburb"]):
        levels |= {"town": levels["suburb"], "suburb": "extra"}
    elif levels[main] == "missing" and (behind or not us):
        levels[main] = "other"
    elif levels[minor] == "missing" and behind:
        levels[minor] = "other"
    else:
        levels["rest"] = "extra"


def _repeats_town(unexplained: Unexplained, asked: Key, known: Key) -> bool:
    """Whether AEx's town is told as the suburb, too, where AEx has another: `Prince Albert, Prince Albert`."""
    town = known.places[-1].core
    return any(count_slips(make_place(words, asked.grammar).core, town) <= 1 for words in unexplained.pieces)


def _names_suburb(unexplained: Unexplained, behind: Sequence[Words], level: str) -> bool:
    """Whether a suburb is told of which AEx has the town alone: behind a place there is only a larger one."""
    return level == "missing" or any(words in behind for words in unexplained.pieces[: unexplained.ahead])


def _are_named(unexplained: Unexplained, others: Sequence[Words], named: set[str], found: Comparison) -> bool:
    """Whether a name stands beside a unit, before the number or before the places: that is a building's."""
    ahead = unexplained.pieces[: unexplained.ahead]
    return found.levels["unit"] in ("same", "read") and any("".join(w) in named or w in ahead for w in others)


def _is_other_side(words: Words, asked: Key, known: Key) -> bool:
    """Whether words name Parktown East where AEx names Parktown West, or Site B where it names Site C."""
    if set(words) < COMPASS and "central" not in words and asked.grammar.country == "ZA":
        return True  # the South of `Extension 5 South`
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
    if is_us:
        words = tuple(word for word in words if word not in QUALIFIERS)  # townships' are compared by themselves
    if len(words) > 1 and words[0] == known.parts.postal:
        words = words[1:]  # `Cape Town 7700 4`
    alone = words[0] if len(words) == 1 else ""
    if len(alone) == 1 and alone.isalpha() and alone not in explained:
        return True  # `12 Main Road, B, Newlands`
    units = asked.grammar.units
    first, second = (words[0], words[1]) if len(words) > 1 else ("", "")
    kind = units.get(first) if second and not is_number(second) else None
    # Lower Level is a unit, Upper West Side a place.
    if _UNIT.fullmatch(alone) or (kind is not None and (kind not in NAMED or second in units)):
        return True  # `12 Main Road, F4`, `Unit BB`, `Flat four`
    seen = words if is_us or not STANDS.keys().isdisjoint(words) else words[:1]  # Rocklands 102 is a place
    return any(
        is_numeral(word) and word.lstrip("0") not in explained and word not in explained and before != "code"
        for before, word in pairwise(("", *seen))
    )


def _is_mere(words: Words, asked: Key, known: Key, *, town: str) -> bool:
    """Whether words say nothing that could be wrong: `Township`, `Extension 4`, a province, AEx's own town."""
    solid = [word for word in words if word not in NOISE and word not in QUALIFIERS]
    grammar = asked.grammar
    if tuple(solid) in grammar.countries or not any(len(word) > 1 and not word[0].isdigit() for word in solid):
        return True
    if tuple(solid) in grammar.provinces:  # of New York, New York, one is the town
        return grammar.country == "ZA" or asked.parts.province is None or town != "missing"
    place = make_place(words, grammar)
    core, said = place.core, {value for _, value in asked.qualifiers}
    if not {word.lstrip("0") for word in place.numbers} <= said | {known.parts.postal}:
        return False  # the second of `Diepkloof, Diepkloof 4`
    if grammar.country == "ZA" and any(core == other.core and other.compass - place.compass for other in known.places):
        return known.is_centre  # Evaton, where AEx has Evaton North
    return any(core == other.core or count_slips(core, other.core) <= 1 for other in known.places)
