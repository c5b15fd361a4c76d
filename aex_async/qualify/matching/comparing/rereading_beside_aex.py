"""Addresses read again beside AEx's text, which alone tells what a letter, a state or a bare number was meant for."""

import re
from typing import Final

from attrs import evolve

from aex_async.qualify.matching.comparing.keys import Key, key_parts, read_initial
from aex_async.qualify.matching.comparing.streets import compare_names, read_against
from aex_async.qualify.matching.parsing.parts import GENERIC, Street, Unit
from aex_async.qualify.matching.parsing.streets import ROADS, read_street
from aex_async.qualify.matching.words import count_slips

_BARE: Final = re.compile(r"\d{1,5}[a-z]?|[a-z]\d{1,4}[a-z]?")
_NAMED: Final = frozenset({"same", "joined"})
_SPELT: Final = {"north": "n", "south": "s", "east": "e", "west": "w",
                 "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw"}  # fmt: skip


def read_again(asked: Key, known: Key) -> Key:
    """Return the key of an address as AEx's text lets it be read."""
    for read in (_read_one, _read_city, _read_letter, _read_road, _read_bare_unit):
        asked = read(asked, known)
    return asked


def _read_one(asked: Key, known: Key) -> Key:
    """Return a key in which One begins the street's name, and is no number, if AEx's street does: `One Oak Street`."""
    parts = asked.parts
    if not parts.spelt or known.name[:1] != ("one",):
        return asked
    line = ("one", *parts.line)
    street, taken = read_street(line, asked.grammar)
    return key_parts(evolve(parts, number=None, street=street, line=line, taken=taken), "")


def _read_city(asked: Key, known: Key) -> Key:
    """Return a key in which the state at the end is the city of that name, if AEx has it: `25th St NW Washington`."""
    parts, city = asked.parts, known.parts.places[-1:]
    name = tuple((parts.province or "").split())
    if parts.province in {None, known.parts.province} or city != (name,) or name in parts.places:
        return asked
    return key_parts(evolve(parts, province=None, places=(*parts.places, *city)), "")


def _read_letter(asked: Key, known: Key) -> Key:
    """Return a key in which the number's letter is an initial, if AEx's street has it so: `16 D Arcy Road`."""
    letter = asked.parts.letter
    if letter is None or known.parts.number != (asked.parts.number or "").removesuffix(letter):
        return asked
    initial = read_initial(asked)
    return initial if compare_names(initial.name, known) in ("joined", "part") else asked


def _read_road(asked: Key, known: Key) -> Key:
    """Return a key in which `#12` is the road's number, if AEx's road has it, and no unit's: `County Rd #12`."""
    parts = asked.parts
    if known.name[:-1] not in ROADS or known.parts.units or parts.units != (Unit(GENERIC, known.name[-1]),):
        return asked
    street = parts.street
    if (*street.name, *((street.kind,) if street.kind else ())) != known.name[:-1]:
        return asked
    line = (*parts.line[: parts.taken], known.name[-1], *parts.line[parts.taken :])
    named = Street(known.parts.street.name, known.parts.street.kind, street.before, street.behind)
    return key_parts(evolve(parts, units=(), street=named, line=line, taken=parts.taken + 1), "")


def right_direction(asked: Key, known: Key) -> Key:
    """Return a key in which the first word is a slip for AEx's direction and for no other: `412 Nort Main Street`."""
    street, there = asked.parts.street, known.parts.street
    if street.before or not there.before or len(street.name) != len(there.name) + 1:
        return asked
    meant = [short for word, short in _SPELT.items() if count_slips(street.name[0], word) == 1]
    if meant != [there.before]:
        return asked
    read = Street(street.name[1:], street.kind, there.before, street.behind)
    again = key_parts(evolve(asked.parts, street=read, line=(there.before, *asked.parts.line[1:])), "")
    return again if compare_names(again.name, known) in _NAMED else asked


def _read_bare_unit(asked: Key, known: Key) -> Key:
    """Return a key in which the figures behind AEx's street are a unit: `203 N Wabash 608, Chicago`."""
    parts = asked.parts
    if parts.country != "US" or parts.units or not any(map(_BARE.fullmatch, parts.line[1:])):
        return asked
    reading = read_against(asked, known)
    start = len(parts.line) - len(reading.rest) if reading.rest else parts.taken
    if reading.level not in _NAMED or start >= len(parts.line) or not _BARE.fullmatch(parts.line[start]):
        return asked
    line, own = (*parts.line[:start], *parts.line[start + 1 :]), parts.line[parts.taken :]
    behind = parts.places[1:] if own and parts.places[:1] == (own,) else parts.places
    places = tuple(words for words in (line[start:], *behind) if words)
    unit = Unit(GENERIC, parts.line[start])
    return key_parts(evolve(parts, street=reading.street, line=line, taken=start, places=places, units=(unit,)), "")
