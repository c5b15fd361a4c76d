"""The number of an address and the line that it begins: a street's, a stand's, a portion's of a farm."""

import re
from typing import Final

from attrs import define, field

from aex_async.qualify.matching.parsing.ends import STANDS, Ends
from aex_async.qualify.matching.parsing.parts import GENERIC, QUALIFIERS, Unit, Words
from aex_async.qualify.matching.parsing.units import NUMBER_WORDS, Segment, TakenUnits
from aex_async.qualify.matching.words import is_numeral

_FARM: Final = frozenset({"of", "the", "van", "die", "farm", "plaas"})
_LETTERED: Final = re.compile(r"[a-z]\d+[a-z]?|[nsew]\d+[nsew]\d+")
"""Numbers on a grid: `B7` of a Puerto Rican block, `W204N11912` of Wisconsin."""
_FRACTION: Final = re.compile(r"[1-9]/[2-9]")


@define
class Numbered(Ends):
    """An address whose end is off: its number, the line behind it, and the names before it."""

    number: str | None = None
    letter: str | None = None
    stand: str | None = None
    stand_kind: str | None = None
    line: list[str] = field(factory=list[str])
    names: list[Words] = field(factory=list[Words])
    building: list[str] = field(factory=list[str])

    def drop_farm_word(self) -> None:
        """Drop the word of `14, Farm Welgegund 231`, a farm's name and number; `Farm Road` is a road."""
        if len(self.line) > 2 and self.line[0] in {"farm", "plaas"} and is_numeral(self.line[-1]):  # noqa: PLR2004
            del self.line[0]

    def take_building(self, found: TakenUnits) -> None:
        """Take what stands in brackets: a building's name, or a bare unit: `9 (A) Jan Smuts Avenue`."""
        for segment in self.segments:
            word = segment.words[0] if segment.boxed and len(segment.words) == 1 else ""
            is_code = segment is self.segments[-1] and self.grammar.postal.fullmatch(word)  # `Cape Town (7700)`
            if len(word) == 1 or (is_numeral(word) and not is_code):
                found.units.append(Unit(GENERIC, segment.words.pop()))
            elif segment.boxed:
                self.building += segment.words
        self.segments[:] = [segment for segment in self.segments if segment.words and not segment.boxed]

    def take_number(self, found: TakenUnits) -> list[Segment]:
        """Take the street number and its line; return the segments behind."""
        self._take_stand()
        leading = [index for index, segment in enumerate(self.segments) if is_numeral(segment.words[0])]
        if not leading and (lettered := self._find_lettered()) is not None:
            leading = [lettered]
        if not leading:
            return self._take_number_within()
        certain = [index for index in leading if self.is_certain(index)]
        chosen = leading[0] if self.own or not certain else certain[0]
        if not self.own and not found.units and chosen + 1 in certain:
            chosen += 1  # `2 President Court, 412 Maruping Street`
        for segment in self.segments[:chosen]:
            self._take_name(segment, found)
        words = self.segments[chosen].words
        if not found.units and self._is_behind_street(chosen):
            self._read_number(words)  # `Jacaranda Rd, 9, Glenwood`
            self.line = list(self.names.pop())
            return self.segments[chosen + 1 :]
        self._read_number(words)
        rest = self.segments[chosen + 1 :]
        if not words and rest:
            words, rest = rest[0].words, rest[1:]
        self.line = words
        return rest

    def _is_behind_street(self, index: int) -> bool:
        """Whether a number stands alone between its street and a place."""
        if self.own or len(self.segments[index].words) > 1 or not self.names or self.is_certain(index):
            return False
        return len(self.names[-1]) > 1 and self.names[-1][-1] in self.grammar.kinds

    def _find_lettered(self) -> int | None:
        """Return where `B7 Calle 4` or `W204N11912 Goldendale Road` is: a number that a letter begins."""
        if self.grammar.country != "US":
            return None  # where R55 and N1 are roads
        for index, segment in enumerate(self.segments):
            alone = len(segment.words) == 1
            if _LETTERED.fullmatch(segment.words[0]) and (not alone or (self.own and index == 0)):
                return index
        return None

    def _take_name(self, segment: Segment, found: TakenUnits) -> None:
        """Take what stands before the number: `31 Bridgewater` and `The Beehive 2B` tell a unit too."""
        words = segment.words
        for place in (0, -1):
            if place == -1 and len(words) > 1 and self._qualifies(words[-2]):
                continue  # `Extension 3, 6960 Thabang Street`
            if not self.own and not found.units and words and is_numeral(words[place]):
                found.units.append(Unit(GENERIC, words.pop(place)))
        if words and self.own:
            self.building += words
        elif words:
            self.names.append(tuple(words))

    def _read_number(self, words: list[str]) -> None:
        self.number = words.pop(0)
        while not self.own and len(words) > 1 and words[0] == self.number:
            del words[0]  # `100 100 Club Street`
        if len(words) > 2 and words[0] in {"and", "to", "tot", "en"} and words[1].isdigit():  # noqa: PLR2004
            self.number += f"-{words[1]}"
            del words[:2]
        if words and _FRACTION.fullmatch(words[0]):
            self.number += f" {words.pop(0)}"
        elif self._has_letter(words):
            self.letter = words.pop(0)
            self.number += self.letter
        if not self.own and len(words) > 2 and words[-1] == self.number:  # noqa: PLR2004 - `12 Street 12` is in Street 12
            words.pop()  # `1163 B Manye Street 1163B`
        self.number = re.sub(r"^0+(?=\d)", "", self.number)
        self.number = re.sub(r"(?<=\d)-(?=[a-z])", "", self.number)

    def _has_letter(self, words: list[str]) -> bool:
        """Whether `12 A Main Street` is number 12A: not where A is a direction, nor the street's whole name."""
        if not words or len(words[0]) != 1 or not words[0].isalpha() or not (self.number or "").isdigit():
            return False
        if len(words) == 1 or (self.grammar.direction_leads and words[0] in self.grammar.directions):
            return len(words) == 1 and self.own
        # `12 A Street` is in A Street, `1204 K Section` in Section K
        if words[1] in self.grammar.kinds and not (words[2:] and words[2] in self.grammar.kinds):
            return False
        return self._spell_place(words[1]) != "section"  # `27 A Plein Street` is number 27A, though a plein is a square

    def _is_letter(self, word: str) -> bool:
        """Whether a word that ends a segment can be a letter of the number before it."""
        is_direction = self.grammar.direction_leads and word in self.grammar.directions
        return len(word) == 1 and word.isalpha() and (self.number or "").isdigit() and not is_direction

    def _take_stand(self) -> None:
        """Take `Erf 123` and `Plot 12`; `Portion 5 of the farm X 364` is numbered by its portion."""
        for index, segment in enumerate(self.segments):
            words = segment.words
            kind = STANDS.get(words[0]) if self.grammar.country == "ZA" else None
            while kind and len(words) > 2 and words[1] in NUMBER_WORDS:  # noqa: PLR2004
                del words[1]
            if len(words) < 2 or kind is None or not is_numeral(words[1]):  # noqa: PLR2004
                continue
            self.stand, self.stand_kind = words[1], kind
            del words[0]
            while len(words) > 2 and words[1] in _FARM:  # noqa: PLR2004
                del words[1]
            if len(words) == 1:
                self._drop_farm(index + 1)
            if any(other is not segment and is_numeral(other.words[0]) for other in self.segments if other.words):
                del words[0]
        self.segments[:] = [segment for segment in self.segments if segment.words]

    def _drop_farm(self, index: int) -> None:
        """Drop the word of `Portion 5, Farm Rietfontein 364`."""
        words = self.segments[index].words if index < len(self.segments) else []
        while len(words) > 1 and words[0] in _FARM:
            del words[0]

    def _take_number_within(self) -> list[Segment]:
        """Take a number behind its street, `Kerkstraat 12`, or behind a place, `Sea Point 4 Kloof Road`."""
        for index, segment in enumerate(self.segments):
            words = segment.words
            for place, word in enumerate(words):
                if place and is_numeral(word) and not self._qualifies(words[place - 1]):
                    return self._split_at(index, place)
        lines = [segment for segment in self.segments if any(word in self.grammar.kinds for word in segment.words)]
        lines = [segment for segment in lines if not segment.named and segment.words[-1] in self.grammar.kinds] or lines
        chosen = self.segments.index(lines[0]) if lines else 0
        self.names += [tuple(segment.words) for segment in self.segments[:chosen]]
        self.line = self.segments[chosen].words if self.segments else []
        return self.segments[chosen + 1 :]

    def _spell_place(self, word: str) -> str:
        return self.grammar.places.get(word, word)

    def _qualifies(self, word: str) -> bool:
        return self._spell_place(word) in QUALIFIERS or word in {"route", "highway", "and"}

    def _find_end_of_name(self, words: list[str]) -> int:
        """Return where the corner's other street ends: before `Unit 7`, whose number is no part of its name."""
        ends = (
            at for at, word in enumerate(words) if at and (is_numeral(word) or self._spell_place(word) in QUALIFIERS)
        )
        return next(ends, len(words))

    def _split_at(self, index: int, place: int) -> list[Segment]:
        words, rest = self.segments[index].words, self.segments[index + 1 :]
        before, after = words[:place], words[place:]
        while len(before) > 1 and before[-1] in NUMBER_WORDS:
            before.pop()  # `Jacaranda Road No 9`
        if before[0] == "corner" and len(before) > 1 and after[1:2] and after[1] in {"en", "and"}:
            del before[0], after[1 : self._find_end_of_name(after)]  # `h/v Kerkstraat 7 en Botha`
        self.names += [tuple(segment.words) for segment in self.segments[:index]]
        follows = [*after, *(rest[0].words if rest and not after[1:] else ())]
        street_follows = any(word in self.grammar.kinds for word in follows)
        closes = any(word in self.grammar.kinds for word in before)
        if not street_follows or (closes and not any(word in self.grammar.kinds for word in after)):
            self._read_number(after)
            if len(after) == 1 and self._is_letter(after[0]):
                self.number = f"{self.number}{after.pop()}"  # `Kerkstraat 12 B`, where no street can begin with it
            self.line = before
            return [Segment(after), *rest] if after else rest
        self.names.append(tuple(before))
        self._read_number(after)
        self.line = after or (rest.pop(0).words if rest else [])
        return rest
