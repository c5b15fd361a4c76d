"""Where a street's name ends: its kind, its directions, numbered roads."""

from collections.abc import Sequence
from typing import Final

from aex_async.qualify.matching.parsing.parts import Grammar, Street
from aex_async.qualify.matching.words import is_numeral

_AVENIDA: Final = frozenset({"avenida", "avda", "ave", "av", "avenue"})
_BESIDE: Final = frozenset({"business", "bypass", "alternate", "frontage", "service", "access", "feeder"})
ROADS: Final = (
    ("us", "highway"),
    ("state", "route"),
    ("county", "road"),
    ("ranch", "road"),
    ("rural", "route"),
    ("farm", "road"),
    ("township", "road"),
    ("twp", "road"),
    ("forest", "road"),
    ("parish", "road"),
    ("private", "road"),
    ("reservation", "road"),
    ("fm",),
    ("interstate",),
    ("highway",),
    ("route",),
)


def read_street(words: Sequence[str], grammar: Grammar) -> tuple[Street, int]:
    """Return the street that words begin with, and how many of them it takes."""
    start = _count_direction(words, grammar) if grammar.direction_leads else 0
    if start and start < len(words) and _is_letter_street(words, start, grammar):
        start = 0  # `S St NW` is S Street, `E Avenue` is E Avenue
    before = _spell_direction(words[:start], grammar)
    end, street = _read_name(words, start, grammar)
    behind = _count_direction(words[end:], grammar)
    if not grammar.direction_leads and (end + behind < len(words) or street.kind is None):
        behind = 0  # in South Africa `Street South Hills` is the suburb South Hills
    return Street(street.name, street.kind, before, _spell_direction(words[end : end + behind], grammar)), end + behind


def _is_letter_street(words: Sequence[str], start: int, grammar: Grammar) -> bool:
    if words[start] not in grammar.kinds:
        return False
    if any(word in grammar.kinds for word in words[start + 1 :]):
        return False  # `N Court Street` is Court Street
    behind = words[start + 1 : start + 2]
    return not behind or (
        behind[0] not in grammar.kinds and not (len(behind[0]) == 1 and behind[0] not in grammar.directions)
    )


def _count_direction(words: Sequence[str], grammar: Grammar) -> int:
    """Return how many words are a direction at the front: one, or the two of `S E`."""
    if not words or words[0] not in grammar.directions:
        return 0
    if len(words) > 1 and len(words[0]) == 1 and len(words[1]) == 1:
        pair = words[0] + words[1]
        if pair in grammar.directions:
            return 2
    return 1


def _spell_direction(words: Sequence[str], grammar: Grammar) -> str | None:
    if not words:
        return None
    return grammar.directions["".join(words)] if len(words) > 1 else grammar.directions[words[0]]


def _read_name(words: Sequence[str], start: int, grammar: Grammar) -> tuple[int, Street]:
    if road := _count_road(words[start:]):
        return _read_road(words, start, start + road, grammar)
    if _leads_with_kind(words, start, grammar):
        return start + 2, Street((words[start + 1],), grammar.kinds[words[start]])
    end = next((i for i in range(start + 1, len(words)) if words[i] in grammar.kinds), None)
    if end is not None:
        while end + 1 < len(words) and words[end + 1] in grammar.kinds and not _is_saint(words, end + 1):
            end += 1  # `Park Avenue Road` is a road
        if _is_numbered(words, start, end, grammar):
            return end + 2, Street(tuple(words[start : end + 2]))
        if _is_extended(words, end, grammar):
            return end + 2, Street((*words[start:end], grammar.kinds[words[end]]), "extension")
        return end + 1, Street(tuple(words[start:end]), grammar.kinds[words[end]])
    return _read_open_name(words, start, grammar)


def _read_road(words: Sequence[str], start: int, end: int, grammar: Grammar) -> tuple[int, Street]:
    """Read what may stand behind a road's number: `Business`, `Frontage Road`."""
    while end < len(words) and words[end] in _BESIDE:
        end += 1
    kind = grammar.kinds.get(words[end]) if end < len(words) and words[end - 1] in _BESIDE else None
    return end + (kind is not None), Street(tuple(words[start:end]), kind)


def _is_extended(words: Sequence[str], end: int, grammar: Grammar) -> bool:
    """Whether it is `Highland Avenue Extension`, not Highland Avenue.

    In South Africa only at the end: what follows it there makes it a suburb's part.
    """
    last = end + 2 == len(words) or grammar.direction_leads
    return last and not {"extension", "ext"}.isdisjoint(words[end + 1 : end + 2])


def _is_numbered(words: Sequence[str], start: int, end: int, grammar: Grammar) -> bool:
    """Whether a number behind a kind is the road's: `City Highway 16`, `Country Road 183`."""
    if not grammar.direction_leads or end + 1 >= len(words) or not words[end + 1].isdigit():
        return False
    return grammar.kinds[words[end]] == "highway" or words[start] in {
        "country",
        "county",
        "state",
        "farm",
        "ranch",
        "forest",
    }


def _is_saint(words: Sequence[str], place: int) -> bool:
    """Whether `St` behind a kind begins a place: `Carillon Parkway St Petersburg`."""
    return words[place] == "st" and place + 1 < len(words)


def _count_road(words: Sequence[str]) -> int:
    for road in ROADS:
        size = len(road)
        if tuple(words[:size]) == road and len(words) > size and (words[size][0].isdigit() or len(words[size]) <= 2):  # noqa: PLR2004 - County Road DD
            return size + 1
    return 0


def _leads_with_kind(words: Sequence[str], start: int, grammar: Grammar) -> bool:
    """Whether it is `Avenue B`: a kind before a letter or a number, and no other kind behind them."""
    if len(words) < start + 2 or words[start] not in grammar.kinds:
        return False
    name = words[start + 1]
    is_short = len(name) == 1 or is_numeral(name)
    is_direction = grammar.direction_leads and name in grammar.directions
    return is_short and not is_direction and (len(words) == start + 2 or words[start + 2] not in grammar.kinds)


def _read_open_name(words: Sequence[str], start: int, grammar: Grammar) -> tuple[int, Street]:
    """Read a name without a kind that ends it anywhere: all words, but for a weak kind or a direction at the end."""
    end = len(words)
    if grammar.direction_leads and len(words) > start + 1 and words[start] in _AVENIDA and words[start + 1] != "of":
        return end, Street(tuple(words[start + 1 : end]), "avenue")  # `Avenida Ashford`, as Spanish has it
    while end - 1 > start and words[end - 1] in grammar.directions and grammar.direction_leads:
        end -= 1
    if end - 1 > start and words[end - 1] in grammar.weak_kinds:
        return end, Street(tuple(words[start : end - 1]), grammar.weak_kinds[words[end - 1]])
    return end, Street(tuple(words[start:end]))
