"""An address taken apart: unit, street number, street, localities, postal code."""

import re
from collections.abc import Sequence
from functools import lru_cache

from attrs import define, frozen

from aex_async.qualify._words import (
    NAMED_UNITS,
    NUMBER_WORDS,
    UNIT_WORDS,
    find_province,
    fold,
    is_country,
    is_type,
    spell,
    split,
)

_NUMBER = re.compile(r"\d+[a-z]?(-\d+[a-z]?)?")
_SLASHED = re.compile(r"(\d+)/(\d+[a-z]?)")
_POSTAL = re.compile(r"\d{4,5}")
_LETTERED = re.compile(r"\b(\d+) ([a-z])\b(?= [a-z]{2})")


@frozen(kw_only=True)
class Parts:
    """What an address says. Localities are the words behind the street: suburb and city, in their segments."""

    unit: str | None = None
    number: str | None = None
    street: tuple[str, ...] = ()
    kind: str | None = None
    localities: tuple[tuple[str, ...], ...] = ()
    before: tuple[str, ...] = ()
    postal: str | None = None
    province: str | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """All words behind the street."""
        return tuple(word for segment in self.localities for word in segment)


@define
class _Draft:
    """An address on its way to be parts: what has not been understood yet is in `segments`."""

    segments: list[list[str]]
    unit: str | None = None
    number: str | None = None
    postal: str | None = None
    province: str | None = None


@lru_cache(maxsize=4_096)  # a street's premises come up for each of its addresses
def parse(text: str) -> Parts:
    """Return the parts of an address, however it is written."""
    pieces = re.split(r"[,;()\n]+", _LETTERED.sub(r"\1\2", fold(text)))
    draft = _Draft([words for words in (spell(split(piece)) for piece in pieces) if words])
    _take_country(draft)
    _take_postal(draft)
    _take_province(draft)
    _take_unit(draft)
    before, street, after = _take_street(draft)
    kind = next((word for word in reversed(street) if is_type(word)), None) if len(street) > 1 else None
    return Parts(
        unit=draft.unit,
        number=draft.number,
        street=tuple(word for index, word in enumerate(street) if word != kind or index == 0),
        kind=kind,
        localities=tuple(tuple(words) for words in after),
        before=tuple(before),
        postal=draft.postal,
        province=draft.province,
    )


def _take_country(draft: _Draft) -> None:
    draft.segments = [words for index, words in enumerate(draft.segments) if not (index and is_country(words))]
    if draft.segments and len(draft.segments[-1]) > 1:
        for size in (2, 1):
            if is_country(draft.segments[-1][-size:]):
                del draft.segments[-1][-size:]
                break


def _take_postal(draft: _Draft) -> None:
    """Take the last number of four or five digits that something stands before, other than a mere unit."""
    for index in reversed(range(len(draft.segments))):
        words = draft.segments[index]
        for place in reversed(range(len(words))):
            if _POSTAL.fullmatch(words[place]) and _knows_street(draft.segments[:index], words[:place]):
                draft.postal = words.pop(place)
                return


def _knows_street(segments: Sequence[Sequence[str]], words: Sequence[str]) -> bool:
    return sum(1 for segment in [*segments, words] for word in segment if word.isalpha() and len(word) > 2) >= 2  # noqa: PLR2004


def _take_province(draft: _Draft) -> None:
    for words in draft.segments[1:]:
        if name := find_province(words):
            draft.province = name
            words.clear()
    _take_last_province(draft)
    draft.segments = [words for words in draft.segments if words]


def _take_last_province(draft: _Draft) -> None:
    words = next((words for words in reversed(draft.segments) if words), list[str]())
    for size in (2, 1):
        if len(words) > size and draft.province is None and (name := find_province(words[-size:])):
            draft.province = name
            del words[-size:]


def _take_unit(draft: _Draft) -> None:
    """Take `unit 4`, `flat b`, `cottage`, `4/38`; `no 38` is a unit only where a street number follows too."""
    for words in draft.segments:
        for place, word in enumerate(words):
            if word in UNIT_WORDS and _take_marked(draft, words, place):
                break
    for words in draft.segments:
        if _is_named_unit(words):
            draft.unit = " ".join(filter(None, (draft.unit, words.pop(0))))
        elif words and (slashed := _SLASHED.fullmatch(words[0])):
            draft.unit, words[0] = slashed[1], slashed[2]
    draft.segments = [words for words in draft.segments if words]


def _is_named_unit(words: Sequence[str]) -> bool:
    return bool(words) and words[0] in NAMED_UNITS and (len(words) == 1 or words[1].isdigit())


def _take_marked(draft: _Draft, words: list[str], place: int) -> bool:
    behind = place + 1
    while behind < len(words) and words[behind] in UNIT_WORDS:
        behind += 1
    if behind >= len(words) or not re.fullmatch(r"\d+[a-z]?|[a-z]", words[behind]):
        return False
    if words[place] in NUMBER_WORDS and not _has_number(draft, words, behind):
        del words[place:behind]
        return False
    draft.unit = words[behind]
    del words[place : behind + 1]
    return True


def _has_number(draft: _Draft, words: list[str], place: int) -> bool:
    rest = [
        *words[:place],
        *words[place + 1 :],
        *(word for other in draft.segments if other is not words for word in other),
    ]
    return any(_NUMBER.fullmatch(word) for word in rest)


def _take_street(draft: _Draft) -> tuple[list[str], list[str], list[list[str]]]:
    """Return the words before the street, of the street, and the segments behind it."""
    segments = draft.segments
    for index, words in enumerate(segments):
        for place, word in enumerate(words):
            if _NUMBER.fullmatch(word) and _leads(segments, index, place):
                draft.number = word
                before = [w for segment in segments[:index] for w in segment] + words[:place]
                return _split_street(before, words[place + 1 :], segments[index + 1 :])
    return _split_street([], segments[0] if segments else [], segments[1:], numberless=draft)


def _leads(segments: list[list[str]], index: int, place: int) -> bool:
    """Whether a street can follow here: a number at the end of a street's own segment follows it instead."""
    words = segments[index]
    if place + 1 < len(words):
        return not any(is_type(word) for word in words[:place])
    return place == 0 and index + 1 < len(segments)


def _split_street(
    before: list[str], words: list[str], rest: list[list[str]], *, numberless: _Draft | None = None
) -> tuple[list[str], list[str], list[list[str]]]:
    if not words and rest:
        words, rest = rest[0], rest[1:]
    end = next((place + 1 for place, word in enumerate(words) if place and is_type(word)), None)
    if end is not None and end < len(words) and is_type(words[end]):
        end += 1
    street, behind = (words[:end], words[end:]) if end else (words, [])
    if numberless is not None:
        street, behind = _take_number_behind(numberless, street, behind)
    return before, street, [words for words in (behind, *rest) if words]


def _take_number_behind(draft: _Draft, street: list[str], behind: list[str]) -> tuple[list[str], list[str]]:
    """Take the number of `David Road 38`."""
    if behind and _NUMBER.fullmatch(behind[0]):
        draft.number, behind = behind[0], behind[1:]
    elif len(street) > 1 and _NUMBER.fullmatch(street[-1]):
        draft.number, street = street[-1], street[:-1]
    return street, behind
