"""The end of an address, taken off: its country, its postal code, its province."""

from typing import Final

from attrs import define

from aex_async.qualify.matching.parsing.parts import QUALIFIERS, Grammar, spread
from aex_async.qualify.matching.parsing.units import NUMBER_WORDS, Segment
from aex_async.qualify.matching.words import is_numeral

STANDS: Final = spread({"erf": "erven", "stand": "standplaas", "plot": "", "portion": "ptn gedeelte", "yard": "",
                        "site": "perseel", "holding": "hoewe kleinhoewe smallholding"})  # fmt: skip


@define
class Ends:
    """The segments of an address, and what is known once its end has been taken off them.

    `own` is AEx's own text, in which every part has its place.
    """

    segments: list[Segment]
    grammar: Grammar
    own: bool = False
    postal: str | None = None
    restored: bool = False
    province: str | None = None

    def take_country(self) -> None:
        """Take the country's name; alone between commas, before code and province, it is in AEx's own text."""
        code = (self.grammar.country.casefold(),)
        for index in range(len(self.segments) - 1, 0, -1):
            name = tuple(self.segments[index].words)
            if name in self.grammar.countries:
                self.own = name == code and index >= 2 and len(self.segments) - index <= 3  # noqa: PLR2004
                del self.segments[index]
                return
        words = self.segments[-1].words if self.segments else []
        for size in (4, 3, 2, 1):
            if len(words) > size and tuple(words[-size:]) in self.grammar.countries:
                del words[-size:]
                return
        for place in range(len(words) - 1, 2, -1):  # AEx's own text without its commas: `... ZA 1739 Gauteng`
            if words[place] == code[0] and any(
                self.grammar.postal.fullmatch(word) for word in words[place + 1 : place + 2]
            ):
                del words[place]
                return

    def take_postal(self) -> None:
        """Take the last number that is like a postal code, unless it may be the street's or a unit's."""
        for index in range(len(self.segments) - 1, -1, -1):
            words = self.segments[index].words
            for place in range(len(words) - 1, -1, -1):
                if self.grammar.postal.fullmatch(words[place]) and self._may_be_code(index, place):
                    self.postal = words.pop(place)[:5]
                    self.segments = [segment for segment in self.segments if segment.words]
                    return
        self._take_leading_code()
        if self.postal is None:
            self._take_short_code()

    def _take_short_code(self) -> None:
        """Take a code that ends the address, and that a spreadsheet took the noughts from: `Polokwane, 699`."""
        words = self.segments[-1].words if self.segments else []
        lost = self.grammar.code_length - len(words[-1] if words else "")
        if not words or not words[-1].isdigit() or words[-1][0] == "0" or not 0 < lost <= self.grammar.lost_noughts:
            return
        if (len(words) == 1 and len(self.segments) > 1) or (
            self.grammar.country == "US" and tuple(words[-2:-1]) in self.grammar.provinces
        ):
            self.postal, self.restored = "0" * lost + words.pop(), True
            self.segments = [segment for segment in self.segments if segment.words]

    def _take_leading_code(self) -> None:
        """Take a code that everything else follows: `2194 Randburg, 30 Beyers Road`, `FL 32301 Miami, ...`."""
        words = self.segments[0].words if self.segments else []
        at = next((size for size in (3, 2, 1) if tuple(words[:size]) in self.grammar.provinces), 0)
        if len(words) <= at or not self.grammar.postal.fullmatch(words[at]) or self.segments[0].boxed:
            return
        if any(map(self._is_kind, words[at + 1 :])):
            if not self._numbers_behind(words[at + 1 :]):
                return
        elif not any(map(self.is_certain, range(1, len(self.segments)))):
            return
        self.postal = words.pop(at)[:5]
        if at:
            self.province = self.grammar.provinces[tuple(words[:at])]
            del words[:at]
        self.segments = [segment for segment in self.segments if segment.words]

    def _numbers_behind(self, words: list[str]) -> bool:
        """Whether a place, a number and a street follow the code: `7708 Kenilworth 250 Main Road`."""
        at = next((at for at, word in enumerate(words) if is_numeral(word)), 0)
        if not at or words[at - 1] in QUALIFIERS or any(map(self._is_kind, words[:at])):
            return False
        return any(map(self._is_kind, words[at + 1 :]))

    def _is_kind(self, word: str) -> bool:
        return word in self.grammar.kinds

    def _may_be_code(self, index: int, place: int) -> bool:
        words = self.segments[index].words
        earlier = [word for segment in self.segments[:index] for word in segment.words] + words[:place]
        if not any(word.isalpha() and len(word) > 1 for word in earlier) or self.segments[index].boxed:
            return False
        before = words[place - 1] if place else ""
        if before == "code" and words[place - 2 : place - 1] not in (["postal"], ["post"], ["zip"]):
            return False  # a gate's
        if (
            before in NUMBER_WORDS
            or before in STANDS
            or before in QUALIFIERS
            or (before in self.grammar.units and (before,) not in self.grammar.provinces)
        ):
            return False
        numbered = any(is_numeral(word) and not self._numbers_unit(earlier, at) for at, word in enumerate(earlier))
        if place == 0 and self._has_street_behind(index):
            return False
        if before in self.grammar.kinds and not numbered:
            return False  # `Freedom Rylaan 2904`
        return (
            place + 1 == len(words) or (numbered and index > 0 and place == 0) or self._ends(words[place + 1 :], index)
        )

    def _numbers_unit(self, words: list[str], place: int) -> bool:
        return place > 0 and (words[place - 1] in self.grammar.units or words[place - 1] in NUMBER_WORDS)

    def _has_street_behind(self, index: int) -> bool:
        """Whether a number that begins a segment numbers a street: in it, or alone before the next."""
        words = self.segments[index].words[1:]
        if not words and index + 1 < len(self.segments):
            words = self.segments[index + 1].words
        return any(word in self.grammar.kinds for word in words)

    def _ends(self, words: list[str], index: int) -> bool:
        return index == len(self.segments) - 1 and tuple(words) in self.grammar.provinces

    def take_province(self) -> None:
        """Take the province from the end; never all of an address, and not the town New York before its state."""
        if not self.segments or self.segments[-1].boxed or self.province is not None:
            return
        ending = self.segments[-1]
        if ending.words[-1] in self.grammar.kinds:
            # `Tupelo, MS, 3406 Magnolia Ct`: not Connecticut, where a state stands before the street.
            ending = next((one for one in self.segments if tuple(one.words[-1:]) in self.grammar.provinces), ending)
        words, alone = ending.words, len(self.segments) == 1
        for size in (3, 2, 1):
            name = self.grammar.provinces.get(tuple(words[-size:]))
            if name is None or len(words) < size or (alone and len(words) <= size):
                continue
            if size < len(words) and words[-1] in self.grammar.directions and self.postal is None:
                continue  # NE is Nebraska, or the end of a street in the north-east
            self.province = name
            del words[-size:]
            self.segments = [segment for segment in self.segments if segment.words]
            return

    def is_certain(self, index: int) -> bool:
        """Whether a segment begins with a number, and a kind of street says that it is a street's."""
        words = self.segments[index].words[1:]
        if not is_numeral(self.segments[index].words[0]):
            return False
        if not words and index + 1 < len(self.segments):
            words = self.segments[index + 1].words
            if is_numeral(words[0]):
                return False
        return any(word in self.grammar.kinds for word in words)
