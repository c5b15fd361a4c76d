"""Whether a premise is the one that an address names: decisions, without any I/O.

Never the first hit for want of a better one. Another street number or another unit is another address. What is
`exact` names street number, street, suburb and city or postal code, and says nothing that AEx's own text does not.
"""

import functools
from collections.abc import Iterable
from typing import Final

from attrs import evolve, frozen

from aex_async.qualify._addresses import Parts, parse
from aex_async.qualify._distance import measure_likeness
from aex_async.qualify.model import Candidate, Outcome

PROBABLE: Final = 0.82
AMBIGUOUS: Final = 0.6
LEAD: Final = 0.05  # by how much the best must lead, or nobody can tell it from the next
MAX_CANDIDATES: Final = 10

_ALIKE = 0.74  # words less alike than this are different words
_read = functools.lru_cache(maxsize=2048)(parse)


@frozen
class MatchResult:
    """What an address comes to, among the premises that were found for it."""

    outcome: Outcome
    match: Candidate | None = None
    candidates: tuple[Candidate, ...] = ()


def judge(text: str, found: Iterable[Candidate]) -> MatchResult:
    """Return what `text` comes to among the premises found."""
    asked = parse(text)
    scored = [evolve(row, score=_round(compare(asked, _read(row.full_text)))) for row in found]
    ranked = sorted(
        (row for row in scored if row.score >= AMBIGUOUS), key=lambda row: (-row.score, row.deleted, row.guid)
    )
    if not ranked:
        return MatchResult("none")
    best = _find_leader(ranked)
    if best is None or best.score < PROBABLE:
        return MatchResult("ambiguous", candidates=tuple(ranked[:MAX_CANDIDATES]))
    return MatchResult("exact" if best.score == 1 else "probable", best)


def _round(score: float) -> float:
    return 1.0 if score == 1 else min(round(score, 3), 0.999)


def _find_leader(ranked: list[Candidate]) -> Candidate | None:
    """Return the one that leads. Of two that are both the address itself, the one that AEx has not deleted does."""
    first, rivals = ranked[0], [row for row in ranked[1:] if _rivals(row, ranked[0])]
    return None if rivals else first


def _rivals(row: Candidate, first: Candidate) -> bool:
    if row.deleted and not first.deleted:
        return False
    return row.score == 1 if first.score == 1 else first.score - row.score < LEAD


def compare(asked: Parts, known: Parts) -> float:
    """Return 1 if `known` is the address asked for, 0 if it is another one, and else how alike they are."""
    return _compare_numbers(asked, known) and _compare_units(asked, known) * _compare_streets(
        asked, known
    ) * _compare_places(asked, known) * _compare_codes(asked, known) * _weigh_rest(asked, known)


def _compare_numbers(asked: Parts, known: Parts) -> bool:
    return asked.number is not None and asked.number == known.number


def _compare_units(asked: Parts, known: Parts) -> float:
    if asked.unit == known.unit:
        return 1.0
    if asked.unit is None:
        return 0.9
    return 0.85 if known.unit is None else 0.0


def _compare_streets(asked: Parts, known: Parts) -> float:
    likeness = measure_likeness("".join(asked.street), "".join(known.street))
    if likeness < _ALIKE or not asked.street or _find_numbers(asked.street) != _find_numbers(known.street):
        return 0.0
    if asked.kind == known.kind:
        return likeness
    return likeness * (0.95 if None in (asked.kind, known.kind) else 0.75)


def _find_numbers(words: tuple[str, ...]) -> list[str]:
    return [word for word in words if not word.isalpha()]


def _compare_places(asked: Parts, known: Parts) -> float:
    """Compare suburb and city: what the address says must be there, and the suburb should be said."""
    solid = {"".join(segment) for segment in known.localities}
    unlike = [segment for segment in asked.localities if "".join(segment) not in solid]
    fits = [_find_likest(word, (*known.places, *solid)) for segment in unlike for word in segment]
    if any(fit < _ALIKE for fit in fits):
        return 0.7 if _is_suburb_told(asked, known) and asked.postal == known.postal is not None else 0.5
    agreement = sum(fits) / len(fits) if fits else 1.0
    if not _is_suburb_told(asked, known):
        return agreement * (0.9 if asked.places or asked.postal else 0.8)
    confirmed = asked.postal == known.postal is not None or _tells(asked, known.localities[1:])
    return agreement if confirmed else agreement * 0.95


def _is_suburb_told(asked: Parts, known: Parts) -> bool:
    return _tells(asked, known.localities[:1])


def _tells(asked: Parts, segments: tuple[tuple[str, ...], ...]) -> bool:
    solid = {"".join(segment) for segment in asked.localities}
    words = (*asked.places, *solid)
    return any(
        "".join(segment) in solid or all(_find_likest(word, words) >= _ALIKE for word in segment)
        for segment in segments
    )


def _find_likest(word: str, words: tuple[str, ...]) -> float:
    """Return how alike the likest of `words` is. A number is itself, or another one."""
    if word in words:
        return 1.0
    if not word.isalpha():
        return 0.0
    return max((measure_likeness(word, other) for other in words), default=0.0)


def _compare_codes(asked: Parts, known: Parts) -> float:
    postal = 0.88 if asked.postal and known.postal and asked.postal != known.postal else 1.0
    province = 0.88 if asked.province and known.province and asked.province != known.province else 1.0
    return postal * province


def _weigh_rest(asked: Parts, known: Parts) -> float:
    """Weigh what stands before the street number, such as the name of a building."""
    return 1.0 if asked.before == known.before else 0.92
