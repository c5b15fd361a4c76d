"""Flats, shops, rooms, cottages and blocks in a text, each taken out of its segment."""

import re
from collections.abc import Sequence
from typing import Final

from attrs import define, field

from aex_async.qualify.matching.parsing.parts import GENERIC, Grammar, Unit
from aex_async.qualify.matching.words import is_numeral

NUMBER_WORDS: Final = frozenset({"no", "nr", "number", "#", "nommer"})
NAMED: Final = frozenset({"cottage", "flatlet", "penthouse", "studio", "garage", "basement", "rear", "front", "upper",
                          "lower"})  # fmt: skip
BLOCKS: Final = frozenset({"block", "blok", "tower", "building", "bldg", "blk"})
_DECORATION: Final = frozenset({"garden", "granny", "the", "back", "guest"})
_UNIT_NUMBER: Final = re.compile(r"\d+[a-z]{0,2}|[a-z]-?\d+[a-z]?|[a-z]{1,2}|\d+-[a-z0-9]+")
_LETTERS: Final = frozenset("abcd")
_SHORT: Final = re.compile(r"([uf])(\d+[a-z]?)")
_SLASH: Final = re.compile(r"(\d+[a-z]?|[a-z])/(\d+[a-z]?(?:-\d+[a-z]?)?)")
_SHORT_KINDS: Final = {"u": GENERIC, "f": "flat"}


@define
class Segment:
    """The words between two commas, and whether they stood in brackets."""

    words: list[str]
    boxed: bool = False
    named: bool = False
    """Whether a unit was taken from it, and a building's name is left."""


@define
class TakenUnits:
    """What was taken out so far."""

    units: list[Unit] = field(factory=list[Unit])
    block: str | None = None
    unit_is_place: bool = False


def take_units(segments: Sequence[Segment], grammar: Grammar, *, own: bool) -> TakenUnits:
    """Take the units and the block out of segments. `own` text never numbers a house with a word."""
    found, behind = TakenUnits(), False
    for index, segment in enumerate(segments):
        _UnitReader(segments, index, grammar, found, behind=behind, own=own).read()
        behind = behind or (not segment.boxed and any(is_numeral(word) for word in segment.words))
    return found


@define
class _UnitReader:
    """Reads one segment; `behind` says that a street number stands in one before it."""

    segments: Sequence[Segment]
    index: int
    grammar: Grammar
    found: TakenUnits
    behind: bool = field(kw_only=True)
    own: bool = field(kw_only=True)
    taken: bool = False

    @property
    def words(self) -> list[str]:
        return self.segments[self.index].words

    @property
    def boxed(self) -> bool:
        return self.segments[self.index].boxed

    def read(self) -> None:
        """Take all there is; behind the street number, AEx writes units in brackets alone."""
        if self.own and self.behind and not self.boxed:
            return
        self._read_short()
        place = 0
        while place < len(self.words):
            if not (self._read_slash(place) or self._read_numbered(place) or self._read_named(place)):
                place += 1
        place = 0
        while place < len(self.words):
            if not self._read_block(place):
                place += 1

    def _add(self, unit: Unit, start: int, end: int) -> bool:
        alone = end - start == len(self.words)
        self.found.unit_is_place |= alone and self.behind and not self.boxed and unit.kind == GENERIC
        self.segments[self.index].named = True
        if unit not in self.found.units:
            self.found.units.append(unit)
        del self.words[start:end]
        self.taken = True
        return True

    def _read_short(self) -> None:
        """Take `U12` and `F13`, where a street number follows."""
        if self.index == 0 and self.words and self._follows(1) and (short := _SHORT.fullmatch(self.words[0])):
            self._add(Unit(_SHORT_KINDS[short[1]], short[2]), 0, 1)

    def _read_slash(self, place: int) -> bool:
        """Take the 4 of `4/12 Main Road`; the 1/2 of `12 1/2` is a part of the number."""
        if not (slash := _SLASH.fullmatch(self.words[place])) or (place and is_numeral(self.words[place - 1])):
            return False
        if self.behind or any(is_numeral(word) for word in self.words[:place]):
            return False
        self.words.insert(place + 1, slash[2])
        return self._add(Unit(GENERIC, slash[1]), place, place + 1)

    def _read_numbered(self, place: int) -> bool:
        """Take `Flat 7B`, `Apt # 4`, `No 12`, wherever a unit may stand."""
        word, end = self.words[place], place + 1
        kind = GENERIC if word in NUMBER_WORDS else self.grammar.units.get(word)
        if kind is None or (word == "number" and place and self.grammar.country == "US"):
            return False  # Old Number 6 Highway
        while end < len(self.words) and (self.words[end] in NUMBER_WORDS or self.words[end] in self.grammar.units):
            end += 1
        if end >= len(self.words) or not _UNIT_NUMBER.fullmatch(self.words[end]):
            return self._drop_bare_word(place, kind)
        if self._is_other(place, end, kind) or (place and self.words[place - 1] in BLOCKS):
            return False
        letter = self.words[end + 1] if end + 1 < len(self.words) else ""
        last = len(self.words) == end + 2 or (self.grammar.country == "ZA" and letter in _LETTERS)
        if self.words[end].isdigit() and len(letter) == 1 and last:
            self.words[end] += self.words.pop(end + 1)  # `Unit 12 B`
        return self._add(Unit(kind, self.words[end].replace("-", "")), place, end + 1)

    def _is_other(self, place: int, end: int, kind: str) -> bool:
        """Whether a unit's word and number are a house, a township's part, a street's name or a cottage's number."""
        word, number = self.words[place], self.words[end]
        if (word in NUMBER_WORDS or kind == "house") and self._numbers_house(place, end):
            return True
        if number.isalpha() and (self._is_name(place, end) or (len(number) > 1 and word in NUMBER_WORDS)):
            return True
        if kind in NAMED and place == 0 and not self.behind and number[0].isdigit() and not self._follows(end + 1):
            return True  # `Cottage 12 Varing Street`
        return self._is_place(place, word)

    def _drop_bare_word(self, place: int, kind: str) -> bool:
        """Drop the `Unit` of `718 Dorchester Pl NE Unit`, whose number was never written."""
        if kind == GENERIC and place and self.words[place] not in NUMBER_WORDS and self.grammar.country == "US":
            del self.words[place]
            return True
        return False

    def _numbers_house(self, place: int, end: int) -> bool:
        """Whether `No 12` or `House 12` is the street number: drop the word if so."""
        if self.own:
            return True
        seen = self.behind or any(is_numeral(word) for word in self.words[:place])
        if self._follows(end + 1) or (seen and self.words[place] != "house"):
            return False
        if place == 0 and not seen:
            del self.words[place:end]
        return True

    def _follows(self, start: int) -> bool:
        """Whether a street number follows: next in this segment, or at the front of a later one."""
        if start < len(self.words) and is_numeral(self.words[start]):
            return True
        later = [segment.words for segment in self.segments[self.index + 1 :] if segment.words and not segment.boxed]
        return any(is_numeral(words[0]) and (len(words) > 1 or not self._is_code(words[0])) for words in later)

    def _is_code(self, word: str) -> bool:
        return self.grammar.postal.fullmatch(word) is not None

    def _is_place(self, place: int, word: str) -> bool:
        """Whether `Unit 12` is a part of a township: behind the street, and behind a place's name."""
        if self.boxed or place == 0 or self.grammar.country == "US" or word not in {"unit", "no", "number", "nr"}:
            return False
        before = self.words[place - 1]
        known = before in self.grammar.kinds or before in self.grammar.directions or is_numeral(before)
        return not known and (self.behind or any(is_numeral(item) for item in self.words[:place]))

    def _is_name(self, place: int, end: int) -> bool:
        """Whether a unit's letter is none: `Flat Rock`, `Unit of`; a letter ends a segment or a number follows it."""
        if len(self.words[end]) > 1:
            return True
        rest = self.words[end + 1 :]
        if self.behind and self.grammar.country == "US":
            return False  # `1065 Nine North Drive, Ste B Alpharetta`
        return bool(rest) and not self.taken and not self.boxed and place == 0 and not self._follows(end + 1)

    def _read_named(self, place: int) -> bool:
        kind = self.grammar.units.get(self.words[place])
        if kind not in NAMED:
            return False
        rest = [word for i, word in enumerate(self.words) if i != place and word not in _DECORATION]
        start = place
        while start and self.words[start - 1] in _DECORATION:
            start -= 1
        if self.grammar.country == "ZA":
            apart = self._stands_apart(place, start)
        else:
            apart = 0 < place == len(self.words) - 1 and self.words[place - 1] in self.grammar.kinds  # `Garden St Bsmt`
        fits = self.boxed or not rest or apart
        return fits and self._add(Unit(kind), start, place + 1)

    def _stands_apart(self, place: int, start: int) -> bool:
        """Whether a cottage is no street's name: before the number, or between it and a street that goes on."""
        if place + 1 < len(self.words) and start == 0:
            return is_numeral(self.words[place + 1])
        before = self.words[start - 1] if start else ""
        if before in self.grammar.kinds:
            return True
        goes_on = any(word in self.grammar.kinds for word in self.words[place + 2 :])
        return is_numeral(before) and goes_on

    def _read_block(self, place: int) -> bool:
        """Take `Block A` before the street number, beside a unit or in brackets; else it is a part of a township."""
        word = self.words[place]
        if word not in BLOCKS or place + 1 >= len(self.words):
            return False
        if self.words[place + 1] == "#" and place + 2 < len(self.words):
            del self.words[place + 1]  # `Building #4`
        value = self.words[place + 1]
        if not (len(value) == 1 or is_numeral(value)):
            return False
        seen = self.behind or any(is_numeral(item) for item in self.words[:place])
        numbered = is_numeral(value) and not (seen and self.grammar.country == "US")
        if word in {"building", "tower"} and numbered and not self.boxed and not self._follows(place + 2):
            return False  # `Jacbar Building 41 Leonard Street`
        apart = self.taken or self.boxed or (not seen and self._follows(place + 2)) or self.grammar.country == "US"
        if apart:
            self.found.block = value
            del self.words[place : place + 2]
        return apart
