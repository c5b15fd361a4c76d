"""Which of some premises an address means: decided without any I/O."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import exp
from typing import Final

from attrs import evolve, field, frozen

from aex_async.errors import UsageError
from aex_async.qualify.matching.comparing.keys import Key, make_key
from aex_async.qualify.matching.comparing.localities import compare_places
from aex_async.qualify.matching.comparing.numbers import compare_blocks, compare_number, compare_units
from aex_async.qualify.matching.comparing.rereading_beside_aex import read_again, right_direction
from aex_async.qualify.matching.comparing.streets import compare_directions, compare_kinds, read_against
from aex_async.qualify.matching.coordinates import Point, compare_points
from aex_async.qualify.matching.parsing.address import parse
from aex_async.qualify.matching.parsing.parts import GENERIC
from aex_async.qualify.matching.part_scores import Comparison, Finding, add_up
from aex_async.qualify.matching.words import find_digits
from aex_async.qualify.model import MAX_ADDRESS, Candidate, Outcome

_PARTS: Final = ("number", "street", "suburb", "town", "postal", "province")
_NUMBERED: Final = frozenset({"same", "range", "read", "joined", "spelt"})
_NAMED: Final = frozenset({"same", "alias", "joined"})
_CODED: Final = frozenset({"missing", "slip", "slips"})
"""How a town may be told that its code confirms."""
_ANCHORS = frozenset({"same", "read"})
_TOLD = frozenset({"same", "joined", "alias", "slip", "slips", "part"})


def compare(asked: Key, known: Key) -> Comparison:
    """Return what each part comes to. The first veto ends it: what it makes another address needs no more reasons."""
    found = Comparison()
    if asked.text == known.text:
        found.levels |= dict.fromkeys(_PARTS, "same") | {"unit": "same" if known.parts.units else "none"}
        return found
    told = read_again(asked, known)
    asked = right_direction(told, known)
    if asked.parts.box or not (known.parts.number or known.name):
        found.refuse("street")
        return found
    compare_number(asked.parts, known.parts, found)
    if found.veto is None:
        compare_units(asked.parts, known.parts, found)
    if found.veto is None:
        compare_blocks(asked, known, found)
    if found.veto is None:
        _compare_street(asked, known, found)
    if asked.parts.spelt and asked.parts.number is None:
        found.soft = "number"  # One was read as a part of its street's name
    if asked is not told and found.veto is None:
        found.levels["direction"] = "slip"
    if found.veto is None:
        _judge_places(found)
    if found.veto is None and (known.grammar.country == "ZA" or known.parts.province == "puerto rico"):
        _judge_suburb(asked, known, found)
    return found


def _judge_suburb(asked: Key, known: Key, found: Comparison) -> None:
    """Refuse another suburb, whatever the code: one code serves several, with streets and numbers of one name.

    Where AEx has the town twice, it says no suburb: the one told is that part of it if the code is the same.
    """
    levels = found.levels
    unconfirmed = levels["postal"] != "same" and levels["extension"] != "same"
    if known.grammar.country == "US" and levels["suburb"] == "missing" and "urb" in known.places[0].words:
        found.soft = found.soft or "suburb"  # each urbanización has a Calle 7 and a B12
    if known.grammar.country == "ZA" and levels["suburb"] == "missing" and not _is_placed(known, levels["postal"]):
        levels["suburb"] = "unsaid"
    if levels["suburb"] == "other" or (levels["suburb"] == "extra" and unconfirmed and levels["town"] == "missing"):
        found.refuse("suburb")  # an urbanización's streets and numbers are in the next one, too
    elif levels["suburb"] == "extra" and unconfirmed:
        found.soft = found.soft or "suburb"
    elif levels["extension"] == "extra" and unconfirmed and (asked.parts.extension or ("",))[0] == GENERIC:
        found.soft = found.soft or "extension"  # `Unit 3` behind the town: a part of it, or of the building


def _is_placed(known: Key, postal: str) -> bool:
    """Whether a South African address without its suburb says where it is: `636 Sandfontein` is a suburb, too.

    A code serves several suburbs with streets of one name, but hardly with stands of one number.
    """
    return known.places[0].core == known.joined or (postal == "same" and known.parts.street.kind is None)


def _compare_street(asked: Key, known: Key, found: Comparison) -> None:
    reading = read_against(asked, known)
    if reading.level == "other":
        if found.levels["unit"] == "same" and known.building and not asked.parts.closed:
            found.levels |= {"street": "missing", "kind": "none", "direction": "none"}
            compare_places(asked, known, asked.parts.line, found)
            if found.levels["building"] in ("same", "slip"):
                return
        found.refuse("street")
        return
    found.levels["street"] = reading.level
    compare_kinds(reading.street, known.parts.street, asked.grammar, found)
    if found.veto is None:
        compare_directions(reading.street, known.parts.street, asked.grammar, found)
    if found.veto is None:
        compare_places(asked, known, reading.rest, found)


def _judge_places(found: Comparison) -> None:
    """Refuse another suburb or town, unless the code confirms the place; and a number that nothing anchors."""
    levels = found.levels
    if levels["town"] == "slips" and levels["postal"] == "same" and levels["suburb"] in _NAMED:
        levels["town"] = "slip"  # suburb and code leave no doubt which town was misspelt
    for part in ("suburb", "town"):
        if levels[part] == "other" and levels["postal"] != "same":
            found.refuse(part)
    if levels["town"] in ("part", "section") and levels["postal"] != "same" and levels["suburb"] not in _TOLD:
        if levels["postal"] in ("close", "far"):
            found.refuse("town")  # Lafayette is not West Lafayette, across the river
        found.soft = found.soft or "town"
    if levels["province"] == "other" and levels["postal"] != "same" and levels["suburb"] not in _TOLD:
        found.refuse("province")
    if levels["postal"] == "far" and levels["suburb"] not in _NAMED and levels["town"] not in _NAMED:
        # Ladysmith is no slip for Ladismith where the code is another one, too.
        found.refuse("postal", "far")
    if levels["number"] not in _NUMBERED and found.soft != "number":
        anchored = levels["unit"] in _ANCHORS and levels["building"] in ("same", "slip")
        if not anchored:
            found.refuse("number", "missing")


PROBABLE: Final = 0.98
ALMOST: Final = 0.999
"""The highest score of what is not exact."""
POSSIBLE: Final = 0.1
"""The probability below which a premise is not even a candidate."""
MAX_CANDIDATES: Final = 10

_RANGE: Final = re.compile(r"\d-\d")
_SURE: Final = frozenset({"none", "same"})
_WRONG: Final = frozenset({"slip", "slips", "twin", "other", "missing"})
_EXACT: Final[dict[str, frozenset[str]]] = {
    "number": frozenset({"same"}),
    "unit": _SURE,
    "block": _SURE,
    "building": _SURE | {"missing"},  # a unit's number and its street's tell it apart without the building's name
    "street": frozenset({"same", "joined"}),
    "kind": _SURE | {"alias"},
    "direction": _SURE | {"read"},
    "extension": _SURE | {"missing"},
    "postal": _SURE | {"missing", "extra"},
    "province": _SURE | {"missing", "extra"},
    "rest": frozenset({"none"}),
}


@frozen
class MatchResult:
    """What an address comes to among some premises.

    `match` is there if the outcome is `exact` or `probable`, `candidates` if it is `ambiguous`, likeliest first; the
    score of each is its probability. `parts` says of each part of the address whether it was confirmed by AEx's text,
    inferred (misspelt, translated, read into it), missing in one of the two, or in conflict: of the match, or else of
    the likest premise.
    """

    outcome: Outcome
    match: Candidate | None = None
    candidates: tuple[Candidate, ...] = ()
    parts: dict[str, Finding] = field(factory=dict[str, Finding])


@frozen
class ScoredPremise:
    """A premise, what comparing it found, and its odds of being the one meant, nothing else being near."""

    candidate: Candidate
    found: Comparison
    odds: float


def match(address: str, candidates: Iterable[Candidate], *, point: Point | None = None) -> MatchResult:
    """Return which of `candidates` an address means, if any. Nothing is asked of AEx.

    `point` is where the address is said to be, latitude and longitude in degrees: near a premise it confirms it, far
    from it it makes it another. Candidates without coordinates are judged by their text.

    The outcome is `exact` where the address tells all that is needed, and AEx's text says the same; `probable` where
    the probability is at least 0.98; `ambiguous` where somebody must choose, and `none` where no premise is the one:
    another number, unit, building, block, direction, suburb or kind of street is another address.

    `UsageError` if the address has more than 1,000 characters; a premise whose text has more is passed over.
    """
    if len(address) > MAX_ADDRESS:
        raise UsageError(f"{len(address)} characters are not an address: at most {MAX_ADDRESS}")
    scored = compare_all(address, candidates, point)
    open_ones = _doubt_word([one for one in scored if one.found.veto is None])
    if open_ones:
        return decide(open_ones)
    likest = max(scored, key=lambda one: len(one.found.levels), default=None)
    return MatchResult("none", parts=likest.found.tell() if likest else {})


def _doubt_word(scored: list[ScoredPremise]) -> list[ScoredPremise]:
    """Return premises so that the word One is no firm number where the street of one of them begins with it."""
    if any(one.found.soft == "number" for one in scored):
        for index, (candidate, found) in enumerate((one.candidate, one.found) for one in scored):
            if found.levels["number"] == "spelt":
                found.levels["number"], found.soft = "doubt", found.soft or "number"
                scored[index] = ScoredPremise(candidate, found, exp(add_up(found.levels)))
    return scored


def compare_all(address: str, candidates: Iterable[Candidate], point: Point | None = None) -> list[ScoredPremise]:
    """Return what comparing an address with each premise finds.

    A search that finds too much brings hundreds that do not even share the street number. They are passed over unread;
    only where nothing else is left are some of them compared, to say what is in conflict.
    """
    figures, scored, passed = _find_figures(address), list[ScoredPremise](), list[Candidate]()
    for candidate in candidates:
        text = candidate.full_text
        if len(text) > MAX_ADDRESS:
            continue
        if figures and figures.isdisjoint(find_digits(text)) and not _RANGE.search(text):
            passed.append(candidate)
        else:
            scored.append(_compare_one(address, candidate, point))
    return scored or [_compare_one(address, candidate, point) for candidate in passed[:MAX_CANDIDATES]]


@lru_cache(maxsize=64)
def _find_figures(address: str) -> frozenset[str]:
    """Return the figures of the street number; without one, all that an address holds; none where it is a word."""
    parts = parse(address)
    return frozenset() if parts.spelt else frozenset(find_digits(parts.number or address))


def _compare_one(address: str, candidate: Candidate, point: Point | None) -> ScoredPremise:
    known = make_key(candidate.full_text)
    found = compare(make_key(address, known.parts.country), known)
    if found.veto is None:
        compare_points(point, candidate, found)
    return ScoredPremise(candidate, found, 0.0 if found.veto else exp(add_up(found.levels)))


def decide(scored: Sequence[ScoredPremise]) -> MatchResult:
    """Decide among premises that no veto excludes. A soft finding leaves it open, unless another is firm."""
    ranked = sorted(scored, key=_rank)
    best = ranked[0]
    rivals = [one for one in ranked[1:] if one.found.soft is None and not _is_outdone(one.found, best.found)]
    if not best.candidate.deleted:
        # Of two rows of one address, the one that AEx has not deleted is meant.
        rivals = [one for one in rivals if not (one.candidate.deleted and one.odds <= best.odds)]
    probability = best.odds / (1 + best.odds + sum(one.odds for one in rivals))
    exact = is_exact(best.found) and not any(is_exact(one.found) for one in rivals)
    if best.found.soft is None and probability >= PROBABLE:
        score = 1.0 if exact else min(round(probability, 3), ALMOST)
        return MatchResult(
            "exact" if exact else "probable", evolve(best.candidate, score=score), parts=best.found.tell()
        )
    return _leave_open(ranked)


def _is_outdone(found: Comparison, best: Comparison) -> bool:
    """Whether words that are just those of the best premise would have to be slips, or wrong, to mean this one.

    Whoever writes Las Palmas where that is a suburb does not mean Las Lomas.
    """
    if not is_exact(best):
        return False
    pairs = [(found.levels.get(part), best.levels.get(part)) for part in ("street", "suburb", "town")]
    return any(one in _WRONG and other in _NAMED for one, other in pairs)


def _rank(one: ScoredPremise) -> tuple[bool, float, bool, str]:
    return one.found.soft is not None, -one.odds, one.candidate.deleted, one.candidate.guid


def _leave_open(ranked: Sequence[ScoredPremise]) -> MatchResult:
    total = 1 + sum(one.odds for one in ranked)
    likely = [evolve(one.candidate, score=round(one.odds / total, 3)) for one in ranked if one.odds > POSSIBLE]
    outcome: Outcome = "ambiguous" if likely else "none"
    return MatchResult(outcome, candidates=tuple(likely[:MAX_CANDIDATES]), parts=ranked[0].found.tell())


def is_exact(found: Comparison) -> bool:
    """Whether an address tells all that is needed, and AEx's text says the same."""
    levels = found.levels
    if found.soft or any(levels.get(part, "none") not in allowed for part, allowed in _EXACT.items()):
        return False
    suburb, town = levels["suburb"], levels["town"]
    placed = suburb in _NAMED or suburb == "none" or (suburb == "missing" and town in _NAMED)
    # North Chicago and Chicago Heights are not Chicago, be their code the same.
    return placed and (town in _NAMED or town == "none" or (levels["postal"] == "same" and town in _CODED))
