"""An address taken apart: country, code and province from the end, units, then the number and its street."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

from attrs import define, evolve

from aex_async.qualify.matching.parsing import us, za
from aex_async.qualify.matching.parsing.numbers import Numbered
from aex_async.qualify.matching.parsing.parts import GENERIC, QUALIFIERS, Country, Grammar, Parts, Street, Unit, Words
from aex_async.qualify.matching.parsing.streets import read_street
from aex_async.qualify.matching.parsing.units import Segment, TakenUnits, take_units
from aex_async.qualify.matching.words import fold, is_numeral, split

GRAMMARS: Final[dict[Country, Grammar]] = {"ZA": za.GRAMMAR, "US": us.GRAMMAR}

_PIECES: Final = re.compile(r"[^(),;\n|]+|[(),;\n|]")
_BOX: Final = re.compile(
    r"\b(?:p ?o ?box|post(?:al)?(?: office)? box|posbus|private bag|privaatsak|pvt bag|p ?bag)\b"
    r"(?: (?:no |#)?x? ?\d+)?"
    r"|\bpmb (?:no |#)?\d{1,3}\b"  # a private mailbox; PMB is Pietermaritzburg, too, before a code of four
)
_CONTACT: Final = re.compile(
    r"(?<!\S)\S+@\S+"  # from the beginning of a word on, or a long word would be searched from each of its letters
    r"|\b(?:tel|telephone|phone|cell|cellphone|mobile|mob|sel|fax|contact|call|whatsapp)\b[ :]*\+?[\d (][\d ()/-]{5,}\d"
    r"|\+\d[\d ()-]{8,}\d"
    r"|(?:\bph[ :]*)?(?:\(?\b0\d{2}\)?[ -]?\d{3}[ -]?\d{4}\b|(?:\(\d{3}\) ?|\b\d{3}[ -])\d{3}[ -]\d{4}\b)"
)
"""E-mail addresses, telephone numbers of either country: the figures in them are no part of an address."""
_LABEL: Final = re.compile(
    r"(?:^|(?<=[(,;\n|]))\s*(?:(?:physical|delivery|street|residential|home|site|installation|service) )?"
    r"(?:(?:address|adres)(?: line)?(?: \d)?|straat|street|suburb|voorstad|town|city|area|complex|building)"
    r"(?: name)?\s*:"
    r"|\b(?:suburb|voorstad|city|(?:postal|zip|post) ?code|poskode|zip|state|province|country)\s*:"
)
"""What a form calls its fields."""
_PERSON: Final = re.compile(r"\s*(?:attn|attention|mr|mrs|ms|miss|mnr|mev)\b[^(),;\n|\d]*(?=\d)")
"""Whoever stands in front of an address."""
_BESIDE: Final = r"behind|opposite|opp|next (?:door )?to|beside|across(?: from)?"
_NOTE: Final = re.compile(
    rf"(?:(?<=[(,;\n|])\s*(?:{_BESIDE}|adjacent to|near to)"
    rf"|\b(?:{_BESIDE}|near) the|\b(?:agter|oorkant|teenoor|langs|naby) die)\b[^(),;\n|]*"
)
"""What tells the way, and is no part of an address: `behind the Shell garage`, `langs die kerk`."""
_WAYS: Final = ("behind", "opp", "next", "beside", "adjacent", "across", "near", "agter", "oorkant", "teenoor", "langs",
                "naby")  # fmt: skip
_MAY_CONTACT: Final = re.compile(r"\d[\d ()/-]{4,}\d")
_RUN_ON: Final = re.compile(r"^(\s*\d+)(?!(?:st|nd|rd|th|ste|de)\b)(?=[a-z]{3})")
"""A number that its street runs on from, as in `9Jacaranda Road`: at the front alone, for AEx has 1Heinkel Street."""
_GRID: Final = re.compile(r"\b([nsew]\d+) ([nsew]\d+)\b")
_BARE: Final = re.compile(r"\d{1,4}[a-z]?|[a-z]\d{1,3}[a-z]?|[a-dfghj-mp-rt-vx-z]")
"""A unit without its word; N, S, E and W are directions, and O the beginning of a name."""
_DASHED_UNIT: Final = re.compile(r"^(\s*)(\d{1,3})([a-z])-(\d+)(?= )")
_WIDEST: Final = 20
"""How far a range of numbers reaches at most, as far as it may be taken for one: `12A-14 Main St`."""
_ONE: Final = re.compile(
    r"^\s*one(?=,? (?!(?:and|mile|tree|horse|acre|stone|way|half|eye|eyed|hundred|thousand|eleven|notch|bow)\b)[a-z])"
    r"(?!.*(?<!ste )(?<!suite )(?<!unit )(?<!apt )(?<!floor )\b\d+ [a-z])"
)
"""Houses that are written out, as only Americans do: `One S. Dearborn St.`; not `One Exchange Plaza, 55 Broadway`, nor
One Tree Hill Road, nor Seven Oaks Drive."""
_PLUS_FOUR: Final = re.compile(r"\b(\d{5}) +(\d{4})\s*$")
_SPACED_RANGE: Final = re.compile(r"^(\s*\d+)\s+-\s+(\d+)\b")


@lru_cache(maxsize=512)  # a street's premises come up for each of its addresses
def parse(text: str, country: Country | None = None) -> Parts:
    """Return the parts of an address, however it is written; its country is told by the text if by no one else."""
    folded, spelt = _RUN_ON.sub(r"\1 ", _drop_asides(fold(text))), 0
    grammar = GRAMMARS[country or find_country(folded)]
    if grammar.country == "US":
        folded, spelt = _ONE.subn("1", folded)
        folded = _PLUS_FOUR.sub(r"\1-\2", folded)
        folded = _DASHED_UNIT.sub(_part_unit, _GRID.sub(r"\1\2", folded))
    box = _BOX.search(folded)
    draft = _Draft(_split(_BOX.sub(" ", folded) if box else folded, grammar), grammar, boxed=box is not None)
    draft.take_country()
    draft.take_postal()
    draft.take_province()
    return evolve(draft.finish(), spelt=draft.number == "1" and spelt > 0)


def _part_unit(dashed: re.Match[str]) -> str:
    """Return the unit of `3B-1420 W Fillmore St` and its number apart, unless they may be the two ends of a range."""
    space, first, letter, last = dashed.groups()
    return dashed[0] if 0 < int(last) - int(first) <= _WIDEST else f"{space}unit {first}{letter} {last}"


def _drop_asides(folded: str) -> str:
    """Return a folded text without contacts, a form's labels, the person in front, and what tells the way.

    Each is looked for only if something may be there: AEx's own texts, of which hundreds are read, have none.
    """
    if "@" in folded or _MAY_CONTACT.search(folded):
        folded = _CONTACT.sub(" ", folded)
    if ":" in folded:
        folded = _LABEL.sub(",", folded)
    if (person := _PERSON.match(folded)) is not None:
        folded = folded[person.end() :]
    return _NOTE.sub(" ", folded) if any(word in folded for word in _WAYS) else folded


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
            if depth and segments and words[0] in {"of", "van"}:
                segments[-1].words += words  # `Portion 102 (of the farm Kafferskraal 475)`
            else:
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
class _Draft(Numbered):
    """An address on its way to be parts."""

    boxed: bool = False

    def finish(self) -> Parts:
        """Return the parts, once the end of the address has been taken off."""
        found = take_units(self.segments, self.grammar, own=self.own)
        self.take_building(found)
        rest = self.take_number(found)
        self.drop_farm_word()
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
            letter=self.letter,
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
            restored=self.restored,
            box=self.boxed and self.number is None,
        )

    def _take_direction(self, street: Street, places: list[Words]) -> tuple[Street, list[Words]]:
        """Take the direction that a comma parted from its street: `412 First St., SE`."""
        if self.grammar.direction_leads and places and street.behind is None and not self.line[len(self.line) :]:
            word = places[0][0]
            if word in self.grammar.directions and (len(places[0]) == 1 or len(word) == 2):  # noqa: PLR2004
                street = Street(street.name, street.kind, street.before, self.grammar.directions[word])
                places = [words for words in (places[0][1:], *places[1:]) if words]
        return street, places

    def _take_bare_unit(self, found: TakenUnits, places: list[Words], taken: int) -> list[Words]:
        """Take the unit that no word announces."""
        if self.grammar.country != "US" or found.units or not places:
            return places
        first, alone = places[0], taken == len(self.line)
        if alone and not all(_BARE.fullmatch(word) for word in first):
            return places
        # `4760 N Leavitt St C`, `1420 W Fillmore St, 3B, Phoenix`, `4101 Winnfield Road, 106 D, Warrenville`
        size = len(first) if alone else 1
        if _BARE.fullmatch(first[0]) or (not alone and is_numeral(first[0])):
            found.units.append(Unit(GENERIC, "".join(first[:size]).lstrip("0")))
            return [words for words in (first[size:], *places[1:]) if words]
        return places


def _find_corner(line: Words, names: list[Words]) -> tuple[Words, ...]:
    """Return the streets of `corner X and Y`."""
    for words in (line, *names):
        if "corner" in words[:1]:
            text = " ".join(words[1:]).removeprefix("of ")
            return tuple(tuple(part.split()) for part in re.split(r" (?:and|en|with) ", text) if part)
    return ()


def _find_extension(grammar: Grammar, line: Words, places: list[Words], found: TakenUnits) -> tuple[str, str] | None:
    for words in (*places, line):
        for word, value in pairwise(words):
            name = grammar.places.get(word, word)
            if grammar.country == "ZA" and name in QUALIFIERS and (value[0].isdigit() or len(value) == 1):
                return name, value
    if found.unit_is_place:
        return "unit", next(unit.number or "" for unit in found.units if unit.kind == GENERIC)
    return None
