"""An address taken apart: country, code and province from the end, units, then the number and its street."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

from attrs import define, field

from aex_async.qualify.matching.parsing import us, za
from aex_async.qualify.matching.parsing.grammar import Grammar, spread
from aex_async.qualify.matching.parsing.parts import GENERIC, Country, Parts, Street, Unit, Words
from aex_async.qualify.matching.parsing.streets import read_street
from aex_async.qualify.matching.parsing.tokens import fold, is_numeral, split
from aex_async.qualify.matching.parsing.units import NUMBER_WORDS, Found, Segment, take_units

GRAMMARS: Final[dict[Country, Grammar]] = {"ZA": za.GRAMMAR, "US": us.GRAMMAR}
QUALIFIERS: Final = frozenset({"extension", "zone", "phase", "block", "section", "unit", "site"})

_PIECES: Final = re.compile(r"[^(),;\n|]+|[(),;\n|]")
_BOX: Final = re.compile(
    r"\b(?:p ?o ?box|post(?:al)?(?: office)? box|posbus|private bag|privaatsak|pvt bag|p ?bag|pmb)\b"
    r"(?: (?:no |#)?x? ?\d+)?"
)
_STANDS: Final = spread({"erf": "erven", "stand": "standplaas", "plot": "", "portion": "ptn gedeelte", "yard": "",
                        "site": "perseel", "holding": "hoewe kleinhoewe smallholding"})  # fmt: skip
_FARM: Final = frozenset({"of", "the", "van", "die", "farm", "plaas"})
_CONTACT: Final = re.compile(
    r"\S+@\S+"
    r"|\b(?:tel|telephone|phone|cell|cellphone|mobile|mob|sel|fax|contact|call|whatsapp)\b[ :]*\+?[\d (][\d ()/-]{5,}\d"
    r"|\+\d[\d ()-]{8,}\d|\(?\b0\d{2}\)?[ -]?\d{3}[ -]?\d{4}\b|(?:\(\d{3}\) ?|\b\d{3}[ -])\d{3}[ -]\d{4}\b"
)
"""E-mail addresses, telephone numbers of either country: the figures in them are no part of an address."""
_LETTERED: Final = re.compile(r"[a-z]\d+[a-z]?|[nsew]\d+[nsew]\d+")
"""Numbers on a grid: `B7` of a Puerto Rican block, `W204N11912` of Wisconsin."""
_GRID: Final = re.compile(r"\b([nsew]\d+) ([nsew]\d+)\b")
_SPACED_RANGE: Final = re.compile(r"^(\s*\d+)\s+-\s+(\d+)\b")
_FRACTION: Final = re.compile(r"[1-9]/[2-9]")


@lru_cache(maxsize=512)  # a street's premises come up for each of its addresses
def parse(text: str, country: Country | None = None) -> Parts:
    """Return the parts of an address, however it is written; its country is told by the text if by no one else."""
    folded = _CONTACT.sub(" ", fold(text))
    grammar = GRAMMARS[country or find_country(folded)]
    if grammar.country == "US":
        folded = _GRID.sub(r"\1\2", folded)
    box = _BOX.search(folded)
    draft = _Draft(_split(_BOX.sub(" ", folded) if box else folded, grammar), grammar, boxed=box is not None)
    draft.take_country()
    draft.take_postal()
    draft.take_province()
    return draft.finish()


def find_country(folded: str) -> Country:
    """Return the country of a folded address: by its name, its code, or its province."""
    if ", za," in folded or re.search(r"[, ](?:za|rsa|south africa|suid afrika)\b", folded):
        return "ZA"
    if re.search(r",\s*us\s*(?:,|$)|\b(?:usa|united states)\b|[, ][a-z]{2,}[, ]+\d{5}(?:-\d{4})?\s*$", folded):
        return "US"
    draft = _Draft(_split(folded, us.GRAMMAR), us.GRAMMAR)
    draft.take_postal()
    draft.take_province()
    words = tuple(split(folded))[-2:]
    is_za = any(words[i:] in za.GRAMMAR.provinces for i in range(len(words)))
    return "US" if draft.province and not is_za else "ZA"


def _split(folded: str, grammar: Grammar) -> list[Segment]:
    segments, depth = list[Segment](), 0
    for piece in _PIECES.findall(folded):
        if piece in "()":
            depth = max(0, depth + (1 if piece == "(" else -1))
        elif words := _join_irish(grammar.rewrite(split(_SPACED_RANGE.sub(r"\1-\2", piece))), grammar):
            segments.append(Segment(words, boxed=depth > 0))
    return segments


def _join_irish(words: list[str], grammar: Grammar) -> list[str]:
    """Join `O Reilly`, which is no letter of the street number; the O of `O Street` is the street."""
    for index, word in enumerate(words[:-1]):
        name = words[index + 1]
        if word == "o" and len(name) > 3 and name.isalpha() and not grammar.is_known(name):  # noqa: PLR2004
            return [*words[:index], word + name, *words[index + 2 :]]
    return words


@define
class _Draft:
    """An address on its way to be parts: what has not been understood yet is in `segments`."""

    segments: list[Segment]
    grammar: Grammar
    boxed: bool = False
    own: bool = False
    postal: str | None = None
    province: str | None = None
    number: str | None = None
    stand: str | None = None
    stand_kind: str | None = None
    line: list[str] = field(factory=list[str])
    names: list[Words] = field(factory=list[Words])
    building: list[str] = field(factory=list[str])

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

    def _take_leading_code(self) -> None:
        """Take a code that everything else follows: `2194 Randburg, 30 Beyers Road`, `FL 32301 Miami, ...`."""
        words = self.segments[0].words if self.segments else []
        at = 1 if tuple(words[:1]) in self.grammar.provinces and self.grammar.country == "US" else 0
        if len(words) <= at or not self.grammar.postal.fullmatch(words[at]) or any(map(self._is_kind, words)):
            return
        if not any(map(self._is_certain, range(1, len(self.segments)))) or self.segments[0].boxed:
            return
        self.postal = words.pop(at)[:5]
        if at:
            self.province = self.grammar.provinces[tuple(words[:1])]
            del words[0]
        self.segments = [segment for segment in self.segments if segment.words]

    def _is_kind(self, word: str) -> bool:
        return word in self.grammar.kinds

    def _may_be_code(self, index: int, place: int) -> bool:
        words = self.segments[index].words
        earlier = [word for segment in self.segments[:index] for word in segment.words] + words[:place]
        if not any(word.isalpha() and len(word) > 1 for word in earlier) or self.segments[index].boxed:
            return False
        before = words[place - 1] if place else ""
        if (
            before in NUMBER_WORDS
            or before in _STANDS
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
        words, alone = self.segments[-1].words, len(self.segments) == 1
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

    def finish(self) -> Parts:
        """Return the parts, once the end of the address has been taken off."""
        found = take_units(self.segments, self.grammar, own=self.own)
        self._take_building()
        rest = self._take_number(found)
        street, taken = read_street(self.line, self.grammar)
        behind = [tuple(self.line[taken:]), *(tuple(segment.words) for segment in rest)]
        line, places = tuple(self.line), [words for words in behind if words]
        if not self.own:
            street, places = self._take_direction(street, places)
            places = self._take_bare_unit(found, places, taken)
        return Parts(
            country=self.grammar.country,
            building=tuple(self.building),
            block=found.block,
            units=tuple(found.units),
            unit_is_place=found.unit_is_place,
            stand=self.stand,
            stand_kind=self.stand_kind,
            number=self.number,
            street=street,
            line=line,
            taken=taken,
            closed=self.own or (taken == len(line) and street.kind in self.grammar.kinds),
            corner=_find_corner(line, self.names),
            names=tuple(self.names),
            places=tuple(places),
            extension=_find_extension(self.grammar, line, places, found),
            province=self.province,
            postal=self.postal,
            box=self.boxed and self.number is None,
        )

    def _take_building(self) -> None:
        for segment in self.segments:
            if segment.boxed:
                self.building += segment.words
        self.segments = [segment for segment in self.segments if segment.words and not segment.boxed]

    # The number

    def _take_number(self, found: Found) -> list[Segment]:
        """Take the street number and its line; return the segments behind."""
        self._take_stand()
        leading = [index for index, segment in enumerate(self.segments) if is_numeral(segment.words[0])]
        if not leading and (lettered := self._find_lettered()) is not None:
            leading = [lettered]
        if not leading:
            return self._take_number_within()
        certain = [index for index in leading if self._is_certain(index)]
        chosen = leading[0] if self.own or not certain else certain[0]
        if not self.own and not found.units and chosen + 1 in certain:
            chosen += 1  # `2 President Court, 412 Maruping Street`
        for segment in self.segments[:chosen]:
            self._take_name(segment, found)
        words = self.segments[chosen].words
        self._read_number(words)
        rest = self.segments[chosen + 1 :]
        if not words and rest:
            words, rest = rest[0].words, rest[1:]
        self.line = words
        return rest

    def _find_lettered(self) -> int | None:
        """Return where `B7 Calle 4` or `W204N11912 Goldendale Road` is: a number that a letter begins."""
        if self.grammar.country != "US":
            return None  # where R55 and N1 are roads
        for index, segment in enumerate(self.segments):
            alone = len(segment.words) == 1
            if _LETTERED.fullmatch(segment.words[0]) and (not alone or (self.own and index == 0)):
                return index
        return None

    def _is_certain(self, index: int) -> bool:
        words = self.segments[index].words[1:]
        if not is_numeral(self.segments[index].words[0]):
            return False
        if not words and index + 1 < len(self.segments):
            words = self.segments[index + 1].words
            if is_numeral(words[0]):
                return False
        return any(word in self.grammar.kinds for word in words)

    def _take_name(self, segment: Segment, found: Found) -> None:
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
            self.number += words.pop(0)
        if words and not self.own and len(words) > 1 and words[-1] == self.number:
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
        return words[1] not in self.grammar.kinds and self._spell_place(words[1]) != "section"

    def _take_stand(self) -> None:
        """Take `Erf 123` and `Plot 12`; `Portion 5 of the farm X 364` is numbered by its portion."""
        for index, segment in enumerate(self.segments):
            words = segment.words
            kind = _STANDS.get(words[0])
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
        self.segments = [segment for segment in self.segments if segment.words]

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

    def _split_at(self, index: int, place: int) -> list[Segment]:
        words, rest = self.segments[index].words, self.segments[index + 1 :]
        before, after = words[:place], words[place:]
        self.names += [tuple(segment.words) for segment in self.segments[:index]]
        follows = [*after, *(rest[0].words if rest and not after[1:] else ())]
        street_follows = any(word in self.grammar.kinds for word in follows)
        closes = any(word in self.grammar.kinds for word in before)
        if not street_follows or (closes and not any(word in self.grammar.kinds for word in after)):
            self._read_number(after)
            self.line = before
            return [Segment(after), *rest] if after else rest
        self.names.append(tuple(before))
        self._read_number(after)
        self.line = after or (rest.pop(0).words if rest else [])
        return rest

    # Behind the street

    def _take_direction(self, street: Street, places: list[Words]) -> tuple[Street, list[Words]]:
        """Take the direction that a comma parted from its street: `412 First St., SE`."""
        if self.grammar.direction_leads and places and street.behind is None and not self.line[len(self.line) :]:
            word = places[0][0]
            if word in self.grammar.directions and (len(places[0]) == 1 or len(word) == 2):  # noqa: PLR2004
                street = Street(street.name, street.kind, street.before, self.grammar.directions[word])
                places = [words for words in (places[0][1:], *places[1:]) if words]
        return street, places

    def _take_bare_unit(self, found: Found, places: list[Words], taken: int) -> list[Words]:
        """Take the unit that no word announces: `4760 N Leavitt St C`."""
        bare = self.grammar.country == "US" and not found.units and taken < len(self.line)
        if bare and (is_numeral(places[0][0]) or len(places[0]) == len(places[0][0]) == 1):
            found.units.append(Unit(GENERIC, places[0][0].lstrip("0")))
            return [words for words in (places[0][1:], *places[1:]) if words]
        return places


def _find_corner(line: Words, names: list[Words]) -> tuple[Words, ...]:
    """Return the streets of `corner X and Y`."""
    for words in (line, *names):
        if "corner" in words[:1]:
            text = " ".join(words[1:]).removeprefix("of ")
            return tuple(tuple(part.split()) for part in re.split(r" (?:and|en|with) ", text) if part)
    return ()


def _find_extension(grammar: Grammar, line: Words, places: list[Words], found: Found) -> tuple[str, str] | None:
    for words in (*places, line):
        for word, value in pairwise(words):
            name = grammar.places.get(word, word)
            if grammar.country == "ZA" and name in QUALIFIERS and (value[0].isdigit() or len(value) == 1):
                return name, value
    if found.unit_is_place:
        return "unit", next(unit.number or "" for unit in found.units if unit.kind == GENERIC)
    return None
