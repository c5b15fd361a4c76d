"""Streets held against each other: name, kind, directions; and where one ends that no comma closes."""

from collections.abc import Iterator
from typing import Final

from attrs import evolve, frozen

from aex_async.qualify.matching.comparing.keys import Key, spell_name, spell_place, translate
from aex_async.qualify.matching.parsing.parts import QUALIFIERS, Grammar, Street, Words
from aex_async.qualify.matching.parsing.streets import ROADS, read_street
from aex_async.qualify.matching.part_scores import Comparison
from aex_async.qualify.matching.words import SHORT, TOO_MANY, count_slips, spell_ordinal

TITLES: Final = frozenset({
    "doctor", "professor", "general", "reverend", "advocate", "captain", "president", "sir", "mr", "mrs", "chief",
    "prince", "princess", "commissioner", "the", "off", "el", "la", "los", "las",
})  # fmt: skip


_ROADS: Final = frozenset({("us", "highway"), ("state", "route")})
_STANDS: Final[dict[Words, frozenset[str]]] = {
    ("plot",): frozenset({"plot", "holding"}),  # of agricultural holdings, either word is right
    ("holding",): frozenset({"plot", "holding"}),
    ("erf",): frozenset({"erf", "stand"}),
    ("stand",): frozenset({"erf", "stand"}),
    ("site",): frozenset({"site"}),
}
"""What AEx has for a street where there is none, and what such a number may be called."""


@frozen
class Reading:
    """A reading of where the asked street ends, with the words left behind it, and how well it fits."""

    street: Street
    rest: Words
    level: str


def read_against(asked: Key, known: Key) -> Reading:
    """Return the reading of the asked street that fits the known one best; its own reading where none fits better."""
    parts = asked.parts
    own = Reading(parts.street, (), compare_names(asked.name, known))
    if (own.level == "same" and parts.street.behind == known.parts.street.behind) or not known.name:
        return own
    if (misspelt := _read_misspelt_kind(asked, known)) is not None:
        return misspelt
    readings = [own, *_cut(asked, known)]
    return min(readings, key=lambda reading: _rate(reading, known))


def _rate(reading: Reading, known: Key) -> tuple[int, bool, bool]:
    street, other = reading.street, known.parts.street
    directions = (street.before, street.behind) != (other.before, other.behind)
    return _RANK.index(reading.level), directions, street.kind != other.kind


_RANK: Final = ("same", "joined", "twin", "slip", "part", "slips", "other")


def _cut(asked: Key, known: Key) -> Iterator[Reading]:
    """Read the line as ending sooner or later than its words alone tell."""
    if known.parts.line in _STANDS and asked.parts.stand_kind in _STANDS[known.parts.line]:
        yield Reading(known.parts.street, asked.parts.line, "same")  # `Plot 12, Rietvlei AH` is in no street
    if asked.parts.closed:
        return
    line, grammar = asked.parts.line, asked.grammar
    own, _ = read_street(line, grammar)
    parted = None if own.behind else asked.parts.street.behind  # behind a comma: `2136 W Foster, SE Chicago`
    if (rest := _take_section(line, known)) is not None:
        yield Reading(known.parts.street, rest, "same")
    longest = min(len(line), len(known.parts.line) + 2)
    for size in range(_find_shortest(asked), longest + 1):
        if _runs_on("".join(line[:size]), known):
            told = evolve(known.parts.street, before=None, behind=None)
            yield Reading(told, line[size:], "joined")  # `Pompanoplace`
        street, taken = read_street(line[:size], grammar)
        if taken < size:
            continue
        street = evolve(street, behind=street.behind or parted)
        for whole in (street, _keep_kind_in_name(street)):
            level = compare_names(spell_name(whole, grammar), known)
            if level != "other":
                yield Reading(whole, line[size:], level)


def _read_misspelt_kind(asked: Key, known: Key) -> Reading | None:
    """Return the reading in which a word is a slip for AEx's kind, behind just AEx's name: `Zwane Steret`."""
    line, kind, grammar = asked.parts.line, known.parts.street.kind or "", asked.grammar
    if len(kind) < SHORT:
        return None
    for place in range(1, len(line)):
        if line[place] not in grammar.kinds and count_slips(line[place], kind) == 1:
            street, taken = read_street((*line[:place], kind, *line[place + 1 :]), grammar)
            if taken > place and street.kind == kind and compare_names(spell_name(street, grammar), known) == "same":
                return Reading(street, line[taken:], "slip")
    return None


def _runs_on(word: str, known: Key) -> bool:
    """Whether a word is a street's name with its kind run onto it, be it shortened: `MagnoliaCt`."""
    kind, wanted = word.removeprefix(known.joined), known.parts.street.kind
    if not word.startswith(known.joined):
        return False
    return not kind if wanted is None else known.grammar.kinds.get(kind) == wanted


def _take_section(line: Words, known: Key) -> Words | None:
    """Return what a line has beside the `Zone 3` that stands for a street: `4410 Diepkloof Zone 3`."""
    name = known.parts.line
    if len(name) != 2 or known.grammar.places.get(name[0], name[0]) not in QUALIFIERS:  # noqa: PLR2004
        return None
    spelt, name = spell_place(line, known.grammar), spell_place(name, known.grammar)
    places = [at for at in range(1, len(line) - 1) if spelt[at : at + 2] == name]
    return (*line[: places[0]], *line[places[0] + 2 :]) if places else None


def _find_shortest(asked: Key) -> int:
    """Return how many words the street takes at least: those up to its kind, if it is told."""
    street, line = asked.parts.street, asked.parts.line
    if street.kind not in asked.grammar.kinds:
        return 1
    size = asked.parts.taken - (street.behind is not None)
    is_saint = size > 1 and line[size - 1] == "st" and len(line) > size  # `Pine Valley St Simons Island`
    return size - is_saint


def _keep_kind_in_name(street: Street) -> Street:
    name = (*street.name, *((street.kind,) if street.kind else ()))
    return Street(name, None, street.before, street.behind)


def compare_names(asked: Words, key: Key) -> str:
    """Return how alike two streets' names are: one of `same`, `joined`, `twin`, `slip`, `part`, `slips`, `other`."""
    known, one, other = key.name, "".join(asked), key.joined
    if asked == known:
        return "same"
    if one == other:
        return "joined"
    if not one or not other:
        return "other"
    if _find_figures(asked) != _find_figures(known):
        return "slip" if _misspells_ordinal(asked, known) else "other"
    return _liken_names(asked, key)


def _liken_names(asked: Words, key: Key) -> str:
    known, one, other = key.name, "".join(asked), key.joined
    if translate(asked, key.grammar) == key.english:
        return "twin"
    if _drop_titles(asked) == _drop_titles(known) or _abbreviates(asked, known) or _is_road(asked, known):
        return "part"
    slips = count_slips(one, other) if _find_fixed(asked, key) == _find_fixed(known, key) else TOO_MANY
    if slips <= 1 and min(len(one), len(other)) >= SHORT:
        return "slip"
    if slips > 1 and (one.startswith(other) or other.startswith(one)):
        return "other"  # Via Romana is no slip for Via Roma
    return "slips" if slips <= 3 else "other"  # noqa: PLR2004 - the longest names hold three


def _find_figures(words: Words) -> list[str]:
    return sorted(word for word in words if word[0].isdigit())


def _find_fixed(words: Words, key: Key) -> list[str]:
    """Return the words that no slip makes of others: the DB of County Road DB, the road of Country Road 3668."""
    return sorted(word for word in words if len(word) <= 2 or word in key.grammar.kinds)  # noqa: PLR2004


def _misspells_ordinal(asked: Words, known: Words) -> bool:
    """Whether a word is meant for an ordinal: `Eigjth Street`."""
    if len(asked) != len(known):
        return False
    pairs = [(a, b) for a, b in zip(asked, known, strict=True) if a != b]
    spelt = [(a, spell_ordinal(int(b))) for a, b in pairs if b.isdigit()]
    return len(spelt) == len(pairs) and all(b and count_slips(a, b) <= 1 for a, b in spelt)


def _drop_titles(words: Words) -> str:
    return "".join(word for word in words if word not in TITLES) or "".join(words)


def _is_road(asked: Words, known: Words) -> bool:
    """Whether `Highway 50` or `Route 9` leaves out whose road it is."""
    short, long = sorted((asked, known), key=len)
    return len(short) == 2 and short[0] in {"highway", "route"} and long[-1] == short[1] and long[:-1] in _ROADS  # noqa: PLR2004


def _abbreviates(one: Words, other: Words) -> bool:
    """Whether first names are only initials in one of the two: `J F Kennedy`."""
    if len(one) != len(other) or len(one) < 2 or one[-1] != other[-1]:  # noqa: PLR2004
        return False
    pairs = list(zip(one, other, strict=True))
    return all(a == b or (len(a) == 1 and b.startswith(a)) or (len(b) == 1 and a.startswith(b)) for a, b in pairs)


def compare_kinds(asked: Street, known: Street, grammar: Grammar, found: Comparison) -> None:
    """Compare kinds: another is another street."""
    one, other = asked.kind, known.kind
    if one == other:
        found.levels["kind"] = "same" if one else "none"
    elif {one, other} == {None, "extension"}:
        found.refuse("kind")  # Main Street is not Main Street Extension
    elif one is None or other is None:
        found.levels["kind"] = "missing" if one is None else "extra"
    elif frozenset({one, other}) in grammar.twins:
        found.levels["kind"] = "alias"
    else:
        found.refuse("kind")


def compare_directions(asked: Street, known: Street, grammar: Grammar, found: Comparison) -> None:
    """Compare directions: another is another street; `44th Avenue West` and `W 44th Avenue` are one."""
    one, other = (asked.before, asked.behind), (known.before, known.behind)
    if one != other and known.kind is None and len(known.name) == 1 and known.name[0].isdigit() and all(other):
        # On a grid 400 N 300 W is one corner and 400 W 300 N another; with a direction left out it may be either.
        if one[0] in {None, other[0]} and one[1] in {None, other[1]}:
            found.levels["direction"] = "missing"
            found.soft = found.soft or "direction"
        else:
            found.refuse("direction")
        return
    told, there = [d for d in one if d], [d for d in other if d]
    if one == other:
        found.levels["direction"] = "same" if told else "none"
    elif sorted(told) == sorted(there):
        found.levels["direction"] = "read"
    elif not told:
        found.levels["direction"] = "missing"
    elif not there:
        found.levels["direction"] = "extra"
        quadrant = grammar.direction_leads and not asked.before and len(asked.behind or "") > 1
        if known.name[:-1] not in ROADS and not quadrant:  # a town's quadrants are left out, its other streets are not
            found.soft = found.soft or "direction"  # `1500 S Market St` where Market Street has a south of its own
    elif set(told) < set(there) or set(there) < set(told):
        found.levels["direction"] = "missing" if len(told) < len(there) else "extra"
    else:
        found.refuse("direction")
