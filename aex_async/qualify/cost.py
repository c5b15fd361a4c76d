"""How many addresses ask for each place, and what that will cost.

Where they are many, listing the place once costs less than asking for each.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from attrs import field, frozen

from aex_async.qualify.matching import parse
from aex_async.qualify.model import Address
from aex_async.qualify.queries import MAX_PAGES
from aex_async.qualify.search_mode import MOST_PROBES, SearchMode

MANY: Final = 20
"""Addresses from which on a place is listed as a whole: about what listing a suburb of two thousand costs."""
CROWDED: Final = 100
"""Addresses from which on the points of a grid cost less than the point of each premise."""
MAX_PLACES: Final = 50_000  # places that are told apart, so that memory has a bound
MAX_SEARCHES: Final = MAX_PAGES
"""Requests that searching for one address may take, whatever its queries list."""
_TYPICAL_PROBES: Final = 4
_TYPICAL_PAGES: Final = 20
_CORNERS: Final = 4
_TYPICAL_CORNERS: Final = 30
_TYPICAL_SEARCHES, _TYPICAL_FOUND = 1.3, 0.8


@frozen
class Demand:
    """How many addresses a run has, and how many of them are in each place in which there are many."""

    total: int = 0
    places: Mapping[str, int] = field(factory=dict[str, int])


def find_crowded(demand: Demand) -> frozenset[str]:
    """Return the places in which products are asked for on a grid."""
    return frozenset(place for place, count in demand.places.items() if count >= CROWDED)


def name_place(text: str) -> str | None:
    """Return what to search for to list the place of an address: its suburb, or of the only town there its ZIP code."""
    parts = parse(text)
    if parts.number is None or not parts.places:
        return None
    if parts.country == "US" and len(parts.places) == 1 and parts.postal:
        return parts.postal
    return " ".join(parts.places[0])


def write_place(place: str, mode: SearchMode) -> str:
    """Return the query that lists a place. A blank of ours may be a comma of AEx's, for which `%` stands too."""
    return place.replace(" ", "%") if mode == "substring" else place


def allow_pages(count: int) -> int:
    """Return how many pages listing a place is worth: no more than asking for each of its addresses."""
    return max(MANY, count)


def count_places(addresses: Iterable[Address]) -> Demand:
    """Return what a run of the addresses will ask for. They are read once, and nothing is asked."""
    total, counts = 0, Counter[str]()
    for address in addresses:
        if not address.text.strip():
            continue
        total += 1
        if address.trouble is not None:
            continue  # nobody asks for it, and it may be too long to be an address
        place = name_place(address.text)
        if place is not None and (place in counts or len(counts) < MAX_PLACES):
            counts[place] += 1
    return Demand(total, {place: count for place, count in counts.items() if count >= MANY})


@frozen
class Cost:
    """How many requests a run will make: `most` is never exceeded, `about` is a guess. Repeats come on top."""

    most: int
    about: int


def estimate(demand: Demand) -> Cost:
    """Return what a run will cost."""
    if not demand.total:
        return Cost(0, 0)
    counts = demand.places.values()
    lone = demand.total - sum(counts)
    # Each place is listed on some pages; its products are asked for at each premise, or on a grid.
    listed = sum(min(_TYPICAL_PAGES, count) + (_TYPICAL_CORNERS if count >= CROWDED else count) for count in counts)
    # A premise of a crowded place may be one that was asked for by another name, so that all count.
    points = 1 + (_CORNERS if find_crowded(demand) else 0)
    most = MOST_PROBES + sum(map(allow_pages, counts)) + demand.total * (MAX_SEARCHES + points)
    return Cost(most, _TYPICAL_PROBES + listed + round(lone * (_TYPICAL_SEARCHES + _TYPICAL_FOUND)))
