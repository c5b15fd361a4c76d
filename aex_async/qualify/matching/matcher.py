"""Which of some premises an address means: decided without any I/O."""

from collections.abc import Iterable
from math import exp
from typing import Final

from attrs import evolve, field, frozen

from aex_async.qualify.matching.compare import compare
from aex_async.qualify.matching.findings import Comparison, Finding
from aex_async.qualify.matching.keys import make_key
from aex_async.qualify.matching.reading import find_country
from aex_async.qualify.matching.tokens import find_digits
from aex_async.qualify.matching.weights import add_up
from aex_async.qualify.results import Candidate, Outcome

PROBABLE: Final = 0.98
AMBIGUOUS: Final = 0.5
MAX_CANDIDATES: Final = 10


@frozen
class Match:
    """What an address comes to among some premises, and what of it was confirmed, inferred, missing or in conflict."""

    outcome: Outcome
    match: Candidate | None = None
    candidates: tuple[Candidate, ...] = ()
    parts: dict[str, Finding] = field(factory=dict[str, Finding])


@frozen
class Scored:
    """A premise, what comparing it found, and its log-odds."""

    candidate: Candidate
    found: Comparison
    odds: float


def match(address: str, candidates: Iterable[Candidate]) -> Match:
    """Return which of `candidates` an address means."""
    scored = rank(address, candidates)
    return decide(scored)


def rank(address: str, candidates: Iterable[Candidate]) -> list[Scored]:
    digits = find_digits(address)
    scored = list[Scored]()
    for candidate in candidates:
        text = candidate.full_text
        if digits and not digits & find_digits(text) and "-" not in text:
            continue
        country = find_country_of(text)
        asked, known = make_key(address, country), make_key(text, country)
        found = compare(asked, known)
        if found.veto is None:
            scored.append(Scored(candidate, found, exp(add_up(found.levels))))
    return scored


def find_country_of(text):
    return "US" if ", US," in text else "ZA" if ", ZA," in text else find_country(text)


_EXACT = {
    "number": {"same"}, "unit": {"none", "same"}, "block": {"none", "same"}, "building": {"none", "same", "missing"},
    "street": {"same", "joined"}, "kind": {"none", "same", "alias"}, "direction": {"none", "same", "read"},
    "rest": {"none"}, "extension": {"none", "same", "missing"}, "postal": {"none", "same", "missing", "extra"}, "province": {"none", "same", "missing", "extra"},
}


def is_exact(levels, country="ZA"):
    if any(levels.get(part, "none") not in allowed for part, allowed in _EXACT.items()):
        return False
    sub, town, postal = levels["suburb"], levels["town"], levels["postal"]
    good = {"same", "alias", "joined"}
    return (sub in good or sub=="none" or (town in good and sub=="missing")) and (town in good or town == "none" or postal == "same")


def decide(scored):
    firm = [s for s in scored if s.found.soft is None]
    total = 1 + sum(s.odds for s in firm)
    firm.sort(key=lambda s: -s.odds)
    if firm:
        best = firm[0]
        p = best.odds / total
        if p >= PROBABLE:
            return Match("exact" if is_exact(best.found.levels) else "probable", evolve(best.candidate, score=p), parts=best.found.tell())
    if scored:
        return Match("ambiguous", candidates=tuple(s.candidate for s in scored[:MAX_CANDIDATES]))
    return Match("none")
